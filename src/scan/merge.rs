//! One secret, one finding, however many versions and paths hold it.
//!
//! In: findings of a history, judged. Out: those of the same rule, value and
//! verdict joined: at the place that is still there, or else the oldest, with
//! an origin for each path.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::mem::Discriminant;

use crate::finding::{Basis, Finding, Location, Origin, OriginKind, Route, Verdict};

/// What makes two findings one.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    rule: String,
    verdict: Discriminant<Verdict>,
    /// Of what may be guessed the path counts too: the same password in two
    /// files need not be the same account.
    path: Option<String>,
    value: Vec<u8>,
}

impl Identity {
    fn of(finding: &Finding) -> Self {
        let route = finding.location.route.as_ref().map_or("", Route::as_str);
        let value = match (&finding.secret, &finding.snippet) {
            (Some(secret), _) => secret.reveal().to_vec(),
            (None, Some(snippet)) => snippet.as_str().as_bytes().to_vec(),
            (None, None) => route.as_bytes().to_vec(),
        };
        Self {
            rule: finding.rule.clone(),
            verdict: std::mem::discriminant(&finding.verdict),
            path: (finding.fingerprint.basis() == Basis::Place)
                .then(|| finding.location.path.clone()),
            value,
        }
    }
}

/// Joins findings as they come: of each identity one is kept.
#[derive(Default)]
pub(super) struct Joiner {
    joined: Vec<Joined>,
    known: HashMap<Identity, usize>,
}

impl Joiner {
    pub(super) fn is_empty(&self) -> bool {
        self.joined.is_empty()
    }

    /// Take one more.
    pub(super) fn add(&mut self, finding: Finding) {
        let next = self.joined.len();
        match *self.known.entry(Identity::of(&finding)).or_insert(next) {
            place if place < next => self.joined[place].join(finding),
            _ => self.joined.push(Joined::new(finding)),
        }
    }

    /// All findings, in the order of their first appearance.
    pub(super) fn finish(self) -> Vec<Finding> {
        self.joined.into_iter().map(Joined::finish).collect()
    }
}

/// Kind and path of an origin.
type Whence = (OriginKind, Option<String>);

fn whence(origin: &Origin) -> Whence {
    (origin.kind, origin.path.clone())
}

/// A finding, and all it was joined with.
struct Joined {
    /// The one that is told. Its origins are in `origins`.
    finding: Finding,
    /// Where its own origin is among them.
    own: Option<Whence>,
    origins: BTreeMap<Whence, Origin>,
    /// One place of each other path.
    elsewhere: VecDeque<Location>,
    paths: HashSet<String>,
    /// Contents joined from each place; the same one under another path is no
    /// other version.
    versions: BTreeMap<Whence, usize>,
}

impl Joined {
    fn new(mut finding: Finding) -> Self {
        let origins = std::mem::take(&mut finding.origins);
        let mut joined = Self {
            own: origins.first().map(whence),
            finding,
            origins: BTreeMap::new(),
            elsewhere: VecDeque::new(),
            paths: HashSet::new(),
            versions: BTreeMap::new(),
        };
        joined.come_from(origins);
        joined
    }

    fn join(&mut self, mut other: Finding) {
        let origins = std::mem::take(&mut other.origins);
        let own = self.own.as_ref().and_then(|own| self.origins.get(own));
        let (Some(old), Some(new)) = (own, origins.first()) else {
            return self.come_from(origins);
        };
        let is_better = age(new) < age(old);
        if is_better {
            self.own = Some(whence(new));
            std::mem::swap(&mut self.finding, &mut other);
            let path = &self.finding.location.path;
            if self.paths.remove(path) {
                self.elsewhere.retain(|place| place.path != *path);
            }
        }
        let place = other.location;
        if place.path != self.finding.location.path && self.paths.insert(place.path.clone()) {
            if is_better {
                self.elsewhere.push_front(place);
            } else {
                self.elsewhere.push_back(place);
            }
        }
        self.come_from(origins);
    }

    fn come_from(&mut self, origins: Vec<Origin>) {
        for origin in origins {
            *self.versions.entry(whence(&origin)).or_default() += 1;
            match self.origins.entry(whence(&origin)) {
                Entry::Occupied(mut known) => unite(known.get_mut(), origin),
                Entry::Vacant(free) => {
                    free.insert(origin);
                }
            }
        }
    }

    fn finish(self) -> Finding {
        let mut finding = self.finding;
        finding.origins = self.origins.into_values().collect();
        let origins = &mut finding.origins;
        origins.sort_by(|one, other| age(one).cmp(&age(other)));
        finding.also.extend(self.elsewhere);
        let versions = self.versions.into_values().max();
        if let Some(versions @ 2..) = versions {
            finding.evidence.push(format!("in {versions} versions"));
        }
        finding
    }
}

/// Sorts what is in the work tree first, then what is in HEAD, then the oldest.
fn age(origin: &Origin) -> (bool, bool, u32, &str, &str) {
    (
        origin.kind != OriginKind::Tree,
        origin.in_head != Some(true),
        origin.sequence.unwrap_or(u32::MAX),
        origin.path.as_deref().unwrap_or_default(),
        origin.commit.as_deref().unwrap_or_default(),
    )
}

/// Two origins of one path: the first commit, and every ref of both.
fn unite(known: &mut Origin, mut other: Origin) {
    let in_head = known.in_head.max(other.in_head);
    let order = |origin: &Origin| origin.sequence.unwrap_or(u32::MAX);
    if order(&other) < order(known) {
        std::mem::swap(known, &mut other);
    }
    known.in_head = in_head;
    for name in other.refs {
        if !known.refs.contains(&name) {
            known.refs.push(name);
        }
    }
    for remote in other.published {
        if !known.published.contains(&remote) {
            known.published.push(remote);
        }
    }
}
