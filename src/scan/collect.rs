//! From matches in fragments to findings in a file.
//!
//! In: the fragments of one blob. Out: findings with place and masked snippet,
//! inline allows, skips and counts. Nothing here leaves its worker but the
//! result.

mod windows;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Mutex;

use super::columns::Columns;
use super::guessable::{is_guessable, place_route};
use super::{Progress, Witness, told};
use crate::audit;
use crate::blob::{Fact, Fragment, Route, Sought};
use crate::engine::{Match, Scanner};
use crate::extract::Sink;
use crate::finding::{
    Category, Confidence, Coverage, Finding, FingerprintKey, Location, OriginKind, Skip, SkipClass,
    Snippet, Span,
};
use crate::policy::{self, Marker};
use crate::recogniser::Recogniser;
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
    /// Personal data in the columns of tables.
    columns: Columns<'e>,
    /// Shall tables be read by column?
    by_column: bool,
    recogniser: Option<&'e Mutex<Recogniser>>,
    /// Different values of personal data told, by rule.
    people: BTreeMap<String, u64>,
    /// What the auditor says about parts of it.
    pub(super) audited: Vec<Finding>,
    pub(super) markers: Vec<Marker>,
    pub(super) skips: Vec<Skip>,
    pub(super) coverage: Coverage,
}

/// Most further places kept of one secret in one file.
const MOST_PLACES: usize = 1000;
/// Most different people told one by one of one kind in one file.
const MOST_PEOPLE: u64 = 50;
const CROWD: &str = "different ones in this file";
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
            columns: Columns::default(),
            by_column: true,
            people: BTreeMap::new(),
            recogniser: None,
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

    /// Read tables by column as well, if there is a reason to.
    pub(super) fn by_column(mut self, wanted: bool) -> Self {
        self.by_column = wanted;
        self
    }

    /// Ask this recogniser too.
    pub(super) fn asking(mut self, recogniser: Option<&'e Mutex<Recogniser>>) -> Self {
        self.recogniser = recogniser;
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
        if category == Category::PersonalData && self.is_one_too_many(&hit) {
            return;
        }
        let snippet = Snippet::cut(fragment.text, within.clone(), &hit.span, masked);
        let spans = location.span.map(|span| (self.findings.len(), span));
        self.spans.extend(spans);
        self.known.insert(identity, self.findings.len());
        self.findings.push(Finding {
            severity: hit.severity,
            confidence: hit.confidence,
            secret: (category != Category::HardcodedPath).then_some(hit.secret),
            snippet: Some(snippet),
            class: hit.personal.as_ref().map(|personal| personal.class),
            entity: hit.personal.map(|personal| personal.entity),
            evidence: hit.evidence,
            ..told::finding(hit.rule, self.origin, fingerprint, location)
        });
    }

    /// A text that names a whole crowd is one matter: from so many different
    /// values on, only their number is told, on the first.
    fn is_one_too_many(&mut self, hit: &Match<'_>) -> bool {
        let told = self.people.entry(hit.rule.id.to_string()).or_default();
        *told += 1;
        if *told <= MOST_PEOPLE {
            return false;
        }
        let more = *told - MOST_PEOPLE;
        let mut same = self.findings.iter_mut();
        if let Some(first) = same.find(|finding| finding.rule == hit.rule.id) {
            first.evidence.retain(|line| !line.ends_with(CROWD));
            first.evidence.push(format!("{more} more {CROWD}"));
        }
        true
    }

    /// One finding for each column that holds personal data.
    pub(super) fn finish_columns(&mut self) -> Vec<Finding> {
        let shares = std::mem::take(&mut self.columns).shares();
        shares
            .into_iter()
            .map(|share| told::column(share, &self.path, self.origin))
            .collect()
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
        let base = match fragment.row(hit.span.start) {
            Some(row) => row.raw.map(|raw| (raw, row.at + row.lead)),
            None => fragment.raw.map(|raw| (raw + fragment.base, 0)),
        };
        let span = base.and_then(|(raw, at)| {
            let start = raw + hit.span.start.checked_sub(at)? as u64;
            let end = start + hit.span.len() as u64;
            Some(Span { start, end })
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
        // The columns of a text come between its windows, with bytes that those
        // have too: they are no part of its stream.
        if fragment.sought == Sought::PersonalData {
            return self.window(fragment);
        }
        if fragment.base == 0 && fragment.owned.start == 0 {
            self.scanner.reset();
            self.masked_to = 0;
        }
        self.coverage.fragments += 1;
        self.coverage.bytes += fragment.owned.len() as u64;
        self.advance(fragment.owned.len() as u64);
        self.window(fragment);
    }

    fn wants_columns(&self) -> bool {
        self.by_column
    }

    fn wants_numbers(&self, column: &str) -> bool {
        self.by_column && self.scanner.engine().names_personal(column)
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
