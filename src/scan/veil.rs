//! Secrets in names: of files, folders and archive members, and in the keys a
//! route is made of.
//!
//! In: secrets. Out: the same names with every telling part of them masked, as
//! in a snippet, so that a report can be shown to anybody.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::blob::{Fragment, Kind, Sought, Text};
use crate::engine::Engine;
use crate::finding::{Finding, Location, Route, Secret, Skip, Snippet};

/// Bytes in a row that give a secret away: a route cuts long keys short.
const TELLING: usize = 8;

/// What must not be printed.
#[derive(Debug, Default)]
pub(super) struct Veil {
    parts: HashSet<[u8; TELLING]>,
    /// Those that have no part of that length.
    short: BTreeSet<Vec<u8>>,
}

impl Veil {
    /// Keep a secret out of sight.
    pub(super) fn add(&mut self, secret: &[u8]) {
        if secret.len() < TELLING {
            self.short.insert(secret.to_vec());
        }
        self.parts.extend(
            secret
                .windows(TELLING)
                .filter_map(|part| part.first_chunk().copied()),
        );
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.short.is_empty()
    }

    /// The text as it may be printed.
    pub(super) fn over<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let bytes = text.as_bytes();
        let mut hidden = vec![false; bytes.len()];
        for at in 0..bytes.len() {
            let rest = &bytes[at..];
            if rest
                .first_chunk()
                .is_some_and(|part: &[u8; TELLING]| self.parts.contains(part))
            {
                hidden[at..at + TELLING].fill(true);
            }
            for short in self.short.iter().filter(|short| rest.starts_with(short)) {
                hidden[at..at + short.len()].fill(true);
            }
        }
        if !hidden.contains(&true) {
            return Cow::Borrowed(text);
        }
        let mut masked = String::new();
        let mut start = 0;
        for run in hidden.chunk_by(|one, next| one == next) {
            let piece = &bytes[start..start + run.len()];
            start += run.len();
            if run[0] {
                masked.push_str(&Secret::new(piece).mask());
            } else {
                masked.push_str(&String::from_utf8_lossy(piece));
            }
        }
        Cow::Owned(masked)
    }

    /// Mask the text in place.
    pub(super) fn cover(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.over(text) {
            *text = masked;
        }
    }

    fn cover_route(&self, route: &mut Option<Route>) {
        if let Some(shown) = route {
            if let Cow::Owned(masked) = self.over(shown.as_str()) {
                *shown = Route::new(&masked);
            }
        }
    }
}

/// Mask what one file's secrets put into its own routes: a key, or the name of
/// an archive member.
pub(super) fn cover_routes(findings: &mut [Finding], skips: &mut [Skip], people: &[Secret]) {
    let long = |route: &Option<Route>| {
        route
            .as_ref()
            .is_some_and(|route| route.as_str().split('/').any(|step| step.len() >= TELLING))
    };
    let routes = || findings.iter().flat_map(places).map(|place| &place.route);
    if !routes().any(long) && !skips.iter().any(|skip| long(&skip.route)) {
        return;
    }
    let mut veil = Veil::default();
    let secrets = findings
        .iter()
        .filter_map(|finding| finding.secret.as_ref());
    for secret in secrets.chain(people) {
        veil.add(secret.reveal());
        // As a route writes it.
        if secret.reveal().contains(&b'/') || secret.reveal().contains(&b'~') {
            let step = String::from_utf8_lossy(secret.reveal());
            veil.add(step.replace('~', "~0").replace('/', "~1").as_bytes());
        }
    }
    for place in findings.iter_mut().flat_map(places_mut) {
        veil.cover_route(&mut place.route);
    }
    for skip in skips {
        veil.cover_route(&mut skip.route);
    }
}

/// Personal data in the keys and names that routes are made of: nobody searched
/// them, and a report may be shown to anybody.
pub(super) fn people_in_routes(
    engine: &Engine,
    findings: &[Finding],
    skips: &[Skip],
) -> Vec<Secret> {
    let routes = findings.iter().flat_map(places);
    let routes = routes.map(|place| &place.route);
    let routes = routes.chain(skips.iter().map(|skip| &skip.route)).flatten();
    let telling = |step: &&str| {
        step.contains('@') || step.bytes().filter(u8::is_ascii_digit).count() >= FEWEST_DIGITS
    };
    let steps: BTreeSet<&str> = routes
        .flat_map(|route| route.as_str().split('/'))
        .filter(telling)
        .collect();
    let mut people = Vec::new();
    for step in steps {
        // A key goes on with the next one behind a dot.
        let ends = step
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([step.len()]);
        people.extend(ends.flat_map(|end| people_in(engine, &step[..end])));
    }
    people
}

/// Fewest digits of a number that stands for somebody.
const FEWEST_DIGITS: usize = 7;

fn people_in(engine: &Engine, step: &str) -> Vec<Secret> {
    let fragment = Fragment {
        route: &Route::default(),
        text: step.as_bytes(),
        owned: 0..step.len(),
        base: 0,
        raw: None,
        line: None,
        kind: Kind::Text(Text::Plain),
        rows: &[],
        sought: Sought::PersonalData,
    };
    let found = engine.scanner("").scan(&fragment).found;
    found.into_iter().map(|hit| hit.secret).collect()
}

fn places(finding: &Finding) -> impl Iterator<Item = &Location> {
    std::iter::once(&finding.location).chain(&finding.also)
}

fn places_mut(finding: &mut Finding) -> impl Iterator<Item = &mut Location> {
    std::iter::once(&mut finding.location).chain(&mut finding.also)
}

/// Paths as reports show them.
#[derive(Debug)]
pub(super) struct Names {
    veil: Veil,
    /// Only those that hold a secret.
    shown: BTreeMap<String, String>,
}

impl Names {
    /// Name each of `paths` so that two of them never look the same.
    pub(super) fn new<'a>(veil: Veil, paths: impl Iterator<Item = &'a str>) -> Self {
        let mut shown = BTreeMap::new();
        if !veil.is_empty() {
            let mut taken = BTreeSet::new();
            for path in paths.collect::<BTreeSet<_>>() {
                let Cow::Owned(masked) = veil.over(path) else {
                    continue;
                };
                let mut name = masked.clone();
                let mut number = 1;
                while !taken.insert(name.clone()) {
                    number += 1;
                    name = format!("{masked} ({number})");
                }
                shown.insert(path.to_owned(), name);
            }
        }
        Self { veil, shown }
    }

    pub(super) fn path(&self, path: &mut String) {
        match self.shown.get(path) {
            Some(name) => path.clone_from(name),
            None => self.veil.cover(path),
        }
    }

    /// Mask the names in a finding.
    pub(super) fn cover(&self, finding: &mut Finding) {
        if self.veil.is_empty() {
            return;
        }
        for place in places_mut(finding) {
            self.path(&mut place.path);
            self.veil.cover_route(&mut place.route);
        }
        for text in &mut finding.evidence {
            self.veil.cover(text);
        }
        self.veil.cover(&mut finding.remediation);
        if let Some(snippet) = &mut finding.snippet {
            if let Cow::Owned(masked) = self.veil.over(snippet.as_str()) {
                *snippet = Snippet::plain(masked.as_bytes());
            }
        }
    }

    /// Mask the names in a skip.
    pub(super) fn cover_skip(&self, skip: &mut Skip) {
        if self.veil.is_empty() {
            return;
        }
        self.path(&mut skip.path);
        self.veil.cover_route(&mut skip.route);
        self.veil.cover(&mut skip.why);
    }

    /// Mask the names in any other text.
    pub(super) fn cover_text(&self, text: &mut String) {
        if !self.veil.is_empty() {
            self.veil.cover(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_cut_secrets_are_masked_and_names_stay_apart() {
        let mut veil = Veil::default();
        veil.add(b"abcdEFGHijklMNOPqrst");
        veil.add(b"uvwxYZ01uvwxYZ23");
        veil.add(b"pw:9");
        assert_eq!(veil.over("a/abcdEFGHijklMNOPqrst.txt"), "a/abcd…(20).txt");
        assert_eq!(veil.over("x/cdEFGHijklMN…"), "x/…(12)…");
        assert_eq!(veil.over("pw:9/plain"), "…(4)/plain");
        assert_eq!(veil.over("plain/path.txt"), "plain/path.txt");
        let paths = [
            "abcdEFGHijkl.a",
            "abcdEFGHijkm.a",
            "MNOPqrst.b",
            "EFGHijkl.b",
            "c",
        ];
        let names = Names::new(veil, paths.into_iter());
        let mut shown = paths.map(str::to_owned);
        for path in &mut shown {
            names.path(path);
        }
        assert_eq!(shown, ["…(12).a", "…(11)m.a", "…(8).b (2)", "…(8).b", "c"]);
    }
}
