//! From the bytes of one file to what the engine finds in it.
//!
//! In: an engine, the path its rules see, the name and bytes of a file. Out:
//! every match with its rule, its bytes and its place.

use std::io::Cursor;
use std::ops::Range;

use hubsweep::blob::{Fact, Fragment, HEAD, Kind, Limits, Route};
use hubsweep::check::naming;
use hubsweep::engine::{Engine, Match, Scanner};
use hubsweep::extract::{self, Sink};
use hubsweep::finding::{Category, SkipClass};
use hubsweep::rule::{Catalogue, Detector, Rule};

/// A match, out of its fragment.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) rule: String,
    pub(crate) secret: Vec<u8>,
    pub(crate) span: Range<usize>,
    pub(crate) fragment: usize,
    pub(crate) is_path: bool,
}

impl Hit {
    /// Is it about the same bytes as `other`?
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.fragment == other.fragment
            && self.span.start < other.span.end
            && other.span.start < self.span.end
    }
}

struct Collector<'e> {
    scanner: Scanner<'e>,
    fragments: usize,
    hits: Vec<Hit>,
}

impl Sink for Collector<'_> {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        if fragment.base == 0 && fragment.owned.start == 0 {
            self.scanner.reset();
        }
        self.fragments += 1;
        let found = self.scanner.scan(fragment).found;
        // What only counts if its column is full of it is no find yet.
        let sure = |hit: &Match<'_>| hit.personal.as_ref().is_none_or(|personal| personal.sure);
        self.hits
            .extend(found.into_iter().filter(sure).map(|hit| Hit {
                rule: hit.rule.id.to_string(),
                secret: hit.secret.reveal().to_vec(),
                span: hit.span,
                fragment: self.fragments,
                is_path: hit.rule.detector.map(Detector::category) == Some(Category::HardcodedPath),
            }));
    }

    fn skip(&mut self, _: SkipClass, _: &Route, _: String) {}

    fn raw(&mut self) {}

    fn name(&mut self, _: &Route, _: &str) {}

    fn fact(&mut self, _: &Route, _: &Fact<'_>) {}
}

/// Everything found in a file. `path` is what path rules see, `name` and the
/// bytes tell the kind.
pub(crate) fn sweep(engine: &Engine, path: &str, name: &str, bytes: &[u8]) -> Vec<Hit> {
    let size = bytes.len() as u64;
    let kind = Kind::sniff(name, &bytes[..bytes.len().min(HEAD)], size);
    let mut collector = Collector {
        scanner: engine.scanner(path),
        fragments: 0,
        hits: Vec::new(),
    };
    let limits = Limits::default();
    extract::extract(&mut Cursor::new(bytes), size, kind, &limits, &mut collector).unwrap();
    collector.hits
}

/// An engine of one rule: nothing else can claim what it finds.
pub(crate) fn alone(rule: &Rule) -> Engine {
    let mut catalogue = Catalogue::default();
    catalogue.add(rule.clone()).unwrap();
    of_all(&catalogue)
}

/// An engine of these rules, all personal data looked for.
pub(crate) fn of_all(catalogue: &Catalogue) -> Engine {
    Engine::of(catalogue, false, &naming(catalogue.rules()))
}

/// Paths of the rules that look at certain files only.
const PATHS: &[(&str, &str)] = &[
    ("hf-stored-refresh-token", "huggingface/stored_tokens"),
    ("npmrc-auth", ".npmrc"),
    ("pgpass-line", ".pgpass"),
    ("pypirc-password", ".pypirc"),
];

/// A path the rule applies to; `otherwise` for all rules that name none.
pub(crate) fn path_for<'a>(rule: &Rule, otherwise: &'a str) -> &'a str {
    if rule.path.is_none() {
        return otherwise;
    }
    PATHS
        .iter()
        .find(|(id, _)| *id == rule.id)
        .unwrap_or_else(|| panic!("`{}` has a `path`: name a fitting one in PATHS", rule.id))
        .1
}
