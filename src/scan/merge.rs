//! One secret, one finding, however many versions and paths hold it.
//!
//! In: findings of a history, judged. Out: those of the same rule, value and
//! verdict joined: at the place that is still there, or else the oldest, with
//! an origin for each path.

use std::collections::HashMap;
use std::mem::Discriminant;

use crate::finding::{Basis, Finding, Origin, OriginKind, Route, Verdict};

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

/// A finding and how often it was joined.
struct Joined {
    finding: Finding,
    versions: usize,
}

/// Join findings, in the order of their first appearance.
pub(super) fn joined(findings: Vec<Finding>) -> Vec<Finding> {
    let mut joined: Vec<Joined> = Vec::new();
    let mut known: HashMap<Identity, usize> = HashMap::new();
    for finding in findings {
        let next = joined.len();
        match *known.entry(Identity::of(&finding)).or_insert(next) {
            place if place < next => join(&mut joined[place], finding),
            _ => joined.push(Joined {
                finding,
                versions: 1,
            }),
        }
    }
    joined
        .into_iter()
        .map(
            |Joined {
                 mut finding,
                 versions,
             }| {
                finding
                    .origins
                    .sort_by(|one, other| age(one).cmp(&age(other)));
                if versions > 1 {
                    finding.evidence.push(format!("in {versions} versions"));
                }
                finding
            },
        )
        .collect()
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

fn join(into: &mut Joined, mut finding: Finding) {
    let first = |finding: &Finding| finding.origins.first().cloned();
    let (Some(old), Some(new)) = (first(&into.finding), first(&finding)) else {
        return;
    };
    if old.kind == new.kind {
        into.versions += 1;
    }
    if age(&new) < age(&old) {
        std::mem::swap(&mut into.finding, &mut finding);
    }
    let kept = &mut into.finding;
    let elsewhere = std::iter::once(finding.location).chain(finding.also);
    for place in elsewhere {
        let same_path = place.path == kept.location.path
            || kept.also.iter().any(|other| other.path == place.path);
        if !same_path {
            kept.also.push(place);
        }
    }
    for origin in finding.origins {
        match kept
            .origins
            .iter_mut()
            .find(|known| (known.kind, &known.path) == (origin.kind, &origin.path))
        {
            Some(known) => unite(known, origin),
            None => kept.origins.push(origin),
        }
    }
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
