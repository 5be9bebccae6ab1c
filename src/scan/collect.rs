//! From matches in fragments to findings in a file.
//!
//! In: the fragments of one blob. Out: findings with place and masked snippet,
//! inline allows, skips and counts. Nothing here leaves its worker but the
//! result.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::guessable::{is_guessable, place_route};
use super::{Progress, Witness};
use crate::audit;
use crate::blob::{Fact, Fragment, Kind, Positions, Route, Sought, Text};
use crate::engine::{Match, Scanner};
use crate::extract::Sink;
use crate::finding::{
    Category, Confidence, Coverage, Finding, FingerprintKey, Location, Origin, OriginKind, Skip,
    SkipClass, Snippet, Span, Verdict,
};
use crate::policy::{self, Marker};
use crate::rule::Detector;

/// Collects what one blob holds.
pub(super) struct Collector<'e> {
    scanner: Scanner<'e>,
    path: String,
    origin: OriginKind,
    key: FingerprintKey,
    /// Place in `findings` of each (rule, value).
    known: BTreeMap<(String, Vec<u8>), usize>,
    /// The bytes of each finding, by its place in `findings`.
    spans: HashSet<(usize, Span)>,
    /// Stream position up to which bytes belong to a match already masked.
    masked_to: u64,
    /// Hears of the file's bytes as they are read, and how many are left.
    progress: Option<(&'e (dyn Progress + Sync), u64)>,
    witness: Option<&'e (dyn Witness + Sync)>,
    pub(super) findings: Vec<Finding>,
    /// What the auditor says about parts of it.
    pub(super) audited: Vec<Finding>,
    pub(super) markers: Vec<Marker>,
    pub(super) skips: Vec<Skip>,
    pub(super) coverage: Coverage,
}

/// Most further places kept of one secret in one file.
const MOST_PLACES: usize = 1000;
/// Longest line in which an inline allow is looked for, each side of its word.
const MARK_REACH: usize = 512;

impl<'e> Collector<'e> {
    pub(super) fn new(scanner: Scanner<'e>, path: &str, origin: OriginKind) -> Self {
        Self {
            scanner,
            path: path.to_owned(),
            origin,
            key: FingerprintKey::default(),
            known: BTreeMap::new(),
            spans: HashSet::new(),
            masked_to: 0,
            progress: None,
            witness: None,
            findings: Vec::new(),
            audited: Vec::new(),
            markers: Vec::new(),
            skips: Vec::new(),
            coverage: Coverage::default(),
        }
    }

    /// Make fingerprints with this key.
    pub(super) fn keyed(mut self, key: &FingerprintKey) -> Self {
        self.key = key.clone();
        self
    }

    /// Report the bytes of a file of `size` to `progress` as they are read.
    pub(super) fn reporting(mut self, progress: &'e (dyn Progress + Sync), size: u64) -> Self {
        self.progress = Some((progress, size));
        self
    }

    /// Pass facts on.
    pub(super) fn witnessed(mut self, witness: Option<&'e (dyn Witness + Sync)>) -> Self {
        self.witness = witness;
        self
    }

    /// All is read: whatever was passed over counts as done.
    pub(super) fn finish_progress(&mut self) {
        self.advance(u64::MAX);
    }

    /// Nested content may be larger than its file, so no more is reported
    /// than the file has.
    fn advance(&mut self, bytes: u64) {
        if let Some((progress, left)) = &mut self.progress {
            let done = bytes.min(*left);
            *left -= done;
            progress.done(done);
        }
    }

    fn add(
        &mut self,
        fragment: &Fragment<'_>,
        hit: Match<'_>,
        position: Option<(u64, u64)>,
        within: &Range<usize>,
        masked: &[Range<usize>],
    ) {
        let category = hit
            .rule
            .detector
            .map_or(Category::Secret, Detector::category);
        let location = self.locate(fragment, &hit, position);
        // A name that promises a secret stands before every cell of its column:
        // the column is one finding.
        let column = !fragment.rows.is_empty() && hit.rule.detector == Some(Detector::Assignment);
        let value = if column {
            fragment.route.as_str().as_bytes()
        } else {
            hit.secret.reveal()
        };
        let identity = (hit.rule.id.to_string(), value.to_vec());
        if let Some(&known) = self.known.get(&identity) {
            self.found_again(known, location);
            if column {
                doubt(&mut self.findings[known]);
            }
            return;
        }
        let route = location.route.as_ref().map_or("", Route::as_str);
        let fingerprint = if is_guessable(&hit) {
            let route = place_route(route);
            FingerprintKey::default().place(&hit.rule.id, &self.path, &route)
        } else {
            self.key.secret(&hit.rule.id, hit.secret.reveal())
        };
        let snippet = Snippet::cut(fragment.text, within.clone(), &hit.span, masked);
        let spans = location.span.map(|span| (self.findings.len(), span));
        self.spans.extend(spans);
        self.known.insert(identity, self.findings.len());
        self.findings.push(Finding {
            rule: hit.rule.id.to_string(),
            description: hit.rule.description.to_string(),
            category,
            group: group(hit.rule, category),
            severity: hit.severity,
            confidence: hit.confidence,
            fingerprint,
            location,
            also: Vec::new(),
            secret: (category != Category::HardcodedPath).then_some(hit.secret),
            snippet: Some(snippet),
            parts: Vec::new(),
            class: hit.personal.as_ref().map(|personal| personal.class),
            entity: hit.personal.map(|personal| personal.entity),
            size: None,
            evidence: hit.evidence,
            why: hit.rule.why.to_string(),
            remediation: hit.rule.remediation.to_string(),
            references: hit
                .rule
                .references
                .iter()
                .map(ToString::to_string)
                .collect(),
            origins: vec![Origin::of(self.origin)],
            verdict: Verdict::Report,
        });
    }

    /// The same value once more: another place, unless it is the same bytes
    /// seen through another route.
    fn found_again(&mut self, known: usize, location: Location) {
        let finding = &mut self.findings[known];
        if finding.also.len() == MOST_PLACES {
            let more = format!("in more than {MOST_PLACES} places");
            if !finding.evidence.contains(&more) {
                finding.evidence.push(more);
            }
        } else if location
            .span
            .is_none_or(|span| self.spans.insert((known, span)))
        {
            finding.also.push(location);
        }
    }

    fn locate(
        &self,
        fragment: &Fragment<'_>,
        hit: &Match<'_>,
        position: Option<(u64, u64)>,
    ) -> Location {
        let mut route = fragment.route.clone();
        if let Some(row) = fragment.row(hit.span.start) {
            route = route.join(&format!("/row-{}", row.number));
        }
        if !hit.encoding.is_empty() {
            route = route.join(&hit.encoding);
        }
        let (line, column) = position.unzip();
        let span = fragment.raw.map(|raw| {
            let base = raw + fragment.base;
            Span {
                start: base + hit.span.start as u64,
                end: base + hit.span.end as u64,
            }
        });
        Location {
            path: self.path.clone(),
            route: (!route.is_root()).then_some(route),
            line,
            column,
            span,
        }
    }

    fn mark(&mut self, fragment: &Fragment<'_>, at: usize, line: u64) {
        let text = fragment.text;
        let floor = at.saturating_sub(MARK_REACH);
        let ceiling = (at + MARK_REACH).min(text.len());
        let start =
            memchr::memrchr(b'\n', &text[floor..at]).map_or(floor, |newline| floor + newline + 1);
        let end = memchr::memchr(b'\n', &text[at..ceiling]).map_or(ceiling, |newline| at + newline);
        if self.markers.last().is_none_or(|last| last.line != line) {
            self.markers
                .extend(policy::inline::markers(&text[start..end], line));
        }
    }
}

impl Sink for Collector<'_> {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        if fragment.base == 0 && fragment.owned.start == 0 {
            self.scanner.reset();
            self.masked_to = 0;
        }
        self.coverage.fragments += 1;
        self.coverage.bytes += fragment.owned.len() as u64;
        self.advance(fragment.owned.len() as u64);
        let matches = self.scanner.scan(fragment);
        let masked = matches.masked;
        // Bytes before what was already masked may hold a secret's tail, and
        // those after the owned range a secret this scan did not look for.
        let from =
            (self.masked_to.saturating_sub(fragment.base) as usize).max(fragment.owned.start);
        let within = from..fragment.owned.end;
        let mut positions = Positions::new(fragment);
        for at in matches.marks {
            if let Some((line, _)) = positions.of(at) {
                self.mark(fragment, at, line);
            }
        }
        if let Some(end) = masked.iter().map(|span| span.end).max() {
            self.masked_to = self.masked_to.max(fragment.base + end as u64);
        }
        let mut positions = Positions::new(fragment);
        for hit in matches.found {
            let position = positions.of(hit.span.start);
            self.add(fragment, hit, position, &within, &masked);
        }
    }

    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        let route = (!route.is_root()).then(|| route.clone());
        self.skips.push(Skip {
            route,
            ..Skip::new(class, &self.path, why)
        });
    }

    fn raw(&mut self) {
        self.coverage.raw += 1;
    }

    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        if let Some(witness) = self.witness {
            witness.fact(&self.path, route, fact);
        }
        audit::inside(&self.path, route, fact, &mut |finding| {
            self.audited.push(finding);
        });
    }

    fn name(&mut self, route: &Route, name: &str) {
        self.named(route, name, |_| true);
    }
}

impl Collector<'_> {
    /// The path of a file, or what else names it: it may name anybody, but it
    /// must hold no secret.
    pub(super) fn path_name(&mut self, name: &str) {
        self.named(&Route::default(), name, is_secret);
    }

    /// What is told of a name.
    fn named(&mut self, route: &Route, name: &str, told: fn(&Match<'_>) -> bool) {
        self.scanner.reset();
        let fragment = Fragment {
            route: &route.join("@name"),
            text: name.as_bytes(),
            owned: 0..name.len(),
            base: 0,
            raw: None,
            line: None,
            kind: Kind::Text(Text::Plain),
            rows: &[],
            sought: Sought::Everything,
        };
        let matches = self.scanner.scan(&fragment);
        for hit in matches.found.into_iter().filter(told) {
            self.add(&fragment, hit, None, &fragment.owned, &matches.masked);
        }
    }
}

/// Most values of a column that may all be secrets: more are keys of rows.
const MOST_IN_COLUMN: usize = 20;

/// Of a column with many values under a name that promises secrets, doubt it.
fn doubt(finding: &mut Finding) {
    if finding.also.len() == MOST_IN_COLUMN {
        finding.confidence = Confidence::Low;
        let why = format!("more than {MOST_IN_COLUMN} values in a column: a key of rows, likely");
        finding.evidence.push(why);
    }
}

/// Is it a credential, rather than personal data or a path?
fn is_secret(hit: &Match<'_>) -> bool {
    hit.rule
        .detector
        .is_none_or(|detector| detector.category() == Category::Secret)
}

fn group(rule: &crate::rule::Rule, category: Category) -> String {
    if !rule.group_label.is_empty() {
        return rule.group_label.to_string();
    }
    match category {
        Category::Secret => "possible secrets",
        Category::PersonalData => "personal data",
        Category::HardcodedPath => "hardcoded paths",
        Category::StrayFile => "stray files",
        Category::UnsafeFile => "unsafe files",
        Category::Repository => "repository",
    }
    .to_owned()
}
