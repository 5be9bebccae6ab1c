//! Rules over fragments.
//!
//! In: a [`Catalogue`] and [`Fragment`]s of text. Out: [`Match`]es. One pass
//! finds every rule's literals and every detector's
//! triggers; hits become merged windows; a regex runs on a window only. The
//! result equals running every regex over every byte (`tests/engine`).

mod assignment;
mod boundary;
mod decode;
mod detect;
mod digest;
mod email;
mod filters;
mod found;
mod host;
mod judge;
mod keyword;
mod path;
mod prefilter;
mod runs;
mod settle;
mod url;
mod windows;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use regex_automata::meta::Regex;

use crate::blob::{CONTEXT, Fragment, Kind, OVERLAP, Sought, Text};
use crate::personal::Settings;
use crate::rule::{Catalogue, Rule, except};
use filters::Filters;
pub use found::{Match, Matches, Personal, Recognised};
use prefilter::Trigger;
use windows::Candidate;

// The overlap of a stream holds the longest match, and what detectors look at.
const _: () = assert!(OVERLAP >= crate::rule::literals::MAX_MATCH + CONTEXT);

/// All rules, ready to scan; shared by the workers.
#[derive(Debug)]
pub struct Engine {
    rules: Arc<Vec<Rule>>,
    regexes: Vec<OnceLock<Option<Regex>>>,
    paths: Vec<OnceLock<Option<Regex>>>,
    filters: Filters,
    detectors: detect::Detectors,
}

impl Engine {
    /// Index all literals; regexes compile on first use. Of personal data the
    /// default profile is looked for.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self::of(catalogue, false, &Settings::default())
    }

    /// The same without gates: what the fast way is measured against.
    pub fn exhaustive(catalogue: &Catalogue) -> Self {
        Self::of(catalogue, true, &Settings::default())
    }

    /// With or without gates, and with this personal data looked for.
    pub fn of(catalogue: &Catalogue, exhaustive: bool, personal: &Settings) -> Self {
        let rules = catalogue.shared();
        let lazy = || rules.iter().map(|_| OnceLock::new()).collect();
        Self {
            regexes: lazy(),
            paths: lazy(),
            filters: Filters::new(&rules, exhaustive),
            detectors: detect::Detectors::new(&rules, personal),
            rules,
        }
    }

    /// Is any personal data looked for?
    pub fn wants_personal(&self) -> bool {
        self.detectors.wants_personal()
    }

    /// Does a name, of a column say, name personal data that is looked for?
    pub fn names_personal(&self, name: &str) -> bool {
        self.detectors.names_personal(name)
    }

    /// The rules that run.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The compiled regex of a rule. The contract check parsed the pattern
    /// already, so `None` means a size limit only.
    fn regex(&self, rule: usize) -> Option<&Regex> {
        self.regexes[rule]
            .get_or_init(|| compile(&self.rules[rule].pattern).ok())
            .as_ref()
    }

    /// May `rule` match in a file of this path?
    fn is_for(&self, rule: usize, path: &str) -> bool {
        let Some(pattern) = &self.rules[rule].path else {
            return true;
        };
        self.paths[rule]
            .get_or_init(|| compile(pattern).ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(path))
    }

    /// Start on a new stream of fragments: one file, or one text inside it.
    pub fn scanner<'e>(&'e self, path: &str) -> Scanner<'e> {
        Scanner::new(self, path)
    }
}

/// Compile a pattern as every rule's is compiled: bytes, no Unicode.
pub fn compile(pattern: &str) -> Result<Regex, Box<regex_automata::meta::BuildError>> {
    Regex::builder()
        .syntax(
            regex_automata::util::syntax::Config::new()
                .unicode(false)
                .utf8(false),
        )
        .configure(
            Regex::config()
                .utf8_empty(false)
                .nfa_size_limit(Some(16 << 20)),
        )
        .build(pattern)
        .map_err(Box::new)
}

/// Scans the fragments of one stream, in order.
#[derive(Debug)]
pub struct Scanner<'e> {
    engine: &'e Engine,
    path: String,
    /// Whether rules for certain paths are for this one.
    applies: BTreeMap<usize, bool>,
    windows: windows::Windows,
    keywords: keyword::Keywords,
    runs: Vec<Range<usize>>,
    candidates: Vec<Candidate>,
    /// Where a rule may match once a string is unescaped.
    escaped: Vec<Range<usize>>,
    /// For what is decoded; made when first needed.
    nested: Option<Box<Self>>,
}

/// One text to scan: a fragment, or what was decoded from one.
#[derive(Clone)]
struct Piece<'a> {
    text: &'a [u8],
    owned: Range<usize>,
    /// Place of `text[0]` in the stream, for what spans fragments.
    base: u64,
    kind: Kind,
    depth: u8,
    sought: Sought,
    /// Is it cells of one column, a line each?
    cells: bool,
}

impl<'a> Piece<'a> {
    fn of(fragment: &Fragment<'a>) -> Self {
        Self {
            text: fragment.text,
            owned: fragment.owned.clone(),
            base: fragment.base,
            kind: fragment.kind,
            depth: 0,
            sought: fragment.sought,
            cells: !fragment.rows.is_empty(),
        }
    }

    /// Texts in which a key near a value proves nothing.
    fn is_vocabulary(&self) -> bool {
        self.kind == Kind::Text(Text::Vocabulary)
    }
}

/// Layers of encoding that are undone.
const MAX_DEPTH: u8 = 2;

impl<'e> Scanner<'e> {
    /// The engine it scans with.
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }

    /// Forget the stream so far: the next fragment starts another one.
    pub fn reset(&mut self) {
        self.windows.reset();
    }

    /// Find everything that starts in the owned range of `fragment`.
    pub fn scan(&mut self, fragment: &Fragment<'_>) -> Matches<'e> {
        let mut matches = Matches::default();
        if fragment.sought == Sought::PersonalData {
            let (detectors, rules) = (&self.engine.detectors, &self.engine.rules);
            detectors.personal(&Piece::of(fragment), &mut matches, rules);
        } else {
            self.scan_piece(&Piece::of(fragment), &mut matches);
        }
        let beside = match fragment.sought {
            Sought::Secrets => self.people_beside(fragment, &matches.found),
            _ => Vec::new(),
        };
        matches.masked = settle::settle(&mut matches.found, beside);
        matches
    }

    /// Personal data beside secrets, which their snippets must not show.
    fn people_beside(&self, fragment: &Fragment<'_>, found: &[Match<'_>]) -> Vec<Range<usize>> {
        let mut hits = Matches::default();
        let mut done = 0;
        for hit in found {
            let near = Piece {
                owned: done.max(hit.span.start.saturating_sub(CONTEXT))
                    ..(hit.span.end + CONTEXT).min(fragment.text.len()),
                ..Piece::of(fragment)
            };
            if near.owned.start < near.owned.end {
                done = near.owned.end;
                let (detectors, rules) = (&self.engine.detectors, &self.engine.rules);
                detectors.personal(&near, &mut hits, rules);
            }
        }
        hits.found.into_iter().map(|hit| hit.span).collect()
    }

    /// Every match of every rule's regex that starts in the owned range, before
    /// any judgement: rule id and range. What the exactness test compares.
    pub fn candidates(&mut self, fragment: &Fragment<'_>) -> Vec<(&'e str, Range<usize>)> {
        self.find_candidates(&Piece::of(fragment), &mut Matches::default());
        self.candidates
            .iter()
            .map(|found| {
                (
                    self.engine.rules[found.rule].id.as_ref(),
                    found.whole.clone(),
                )
            })
            .collect()
    }

    fn scan_piece(&mut self, piece: &Piece<'_>, matches: &mut Matches<'e>) {
        self.find_candidates(piece, matches);
        let engine = self.engine;
        for Candidate {
            rule,
            whole,
            secret,
        } in self.candidates.drain(..)
        {
            let rule = &engine.rules[rule];
            let place = except::Place {
                path: &self.path,
                text: piece.text,
                whole: whole.clone(),
                secret: secret.clone(),
            };
            let judged = judge::judge(rule, piece, whole, secret);
            let found = judged.filter(|_| !rule.except.iter().any(|except| except.covers(&place)));
            matches.found.extend(found);
        }
        if piece.sought == Sought::Everything {
            let (detectors, rules) = (&engine.detectors, &engine.rules);
            detectors.personal(piece, matches, rules);
        }
        if piece.depth < MAX_DEPTH {
            self.scan_encoded(piece, matches);
        }
    }

    /// The pass over all literals: candidates of the rules, matches of the
    /// detectors, marks.
    fn find_candidates(&mut self, piece: &Piece<'_>, matches: &mut Matches<'e>) {
        let engine = self.engine;
        runs::find(piece.text, &mut self.runs);
        self.windows.begin(piece);
        self.keywords.begin();
        self.candidates.clear();
        self.escaped.clear();
        let applies = &mut self.applies;
        let path = self.path.as_str();
        let mut is_for = |rule: usize| {
            engine.rules[rule].path.is_none()
                || *applies
                    .entry(rule)
                    .or_insert_with(|| engine.is_for(rule, path))
        };
        let context = Context {
            engine,
            piece,
            runs: &self.runs,
        };
        let (text, owned) = (piece.text, &piece.owned);
        let filters = &engine.filters;
        filters.hits(text, owned.start, &self.runs, |trigger, hit| {
            let owns = hit.start < owned.end;
            match trigger {
                Trigger::Rule(index) | Trigger::Escaped(index) if is_for(index) => {
                    let rule = &engine.rules[index];
                    if rule.is_keyword_rule() {
                        self.keywords.add(index, piece.text, &hit);
                        return;
                    }
                    if trigger == Trigger::Rule(index) {
                        self.windows.add(index, hit.start);
                    }
                    if owns && (rule.escapable || trigger == Trigger::Escaped(index)) {
                        self.escaped.push(decode::around(rule, piece, hit.start));
                    }
                }
                Trigger::Detector(detector) if owns => {
                    let (found, rules) = (&mut matches.found, &engine.rules);
                    engine.detectors.run(detector, piece, hit, found, rules);
                }
                Trigger::Allow if owns && piece.depth == 0 => matches.marks.push(hit.start),
                _ => {}
            }
        });
        self.windows.finish(&context, &mut self.candidates);
        self.keywords.finish(&context, &mut self.candidates);
    }

    /// Undo the encodings in a piece and scan what they hold.
    fn scan_encoded(&mut self, piece: &Piece<'_>, matches: &mut Matches<'e>) {
        let encoded = decode::find(piece, &self.runs, &mut self.escaped);
        if encoded.is_empty() {
            return;
        }
        let mut nested = self
            .nested
            .take()
            .unwrap_or_else(|| Box::new(self.another()));
        for run in encoded {
            let inner = Piece {
                text: &run.text,
                owned: 0..run.text.len(),
                base: 0,
                kind: piece.kind,
                depth: piece.depth + 1,
                sought: piece.sought,
                cells: false,
            };
            let mut found = Matches::default();
            nested.reset();
            nested.scan_piece(&inner, &mut found);
            matches
                .found
                .extend(found.found.into_iter().map(|hit| run.outward(hit)));
        }
        self.nested = Some(nested);
    }

    fn another(&self) -> Self {
        Self::new(self.engine, &self.path)
    }

    fn new(engine: &'e Engine, path: &str) -> Self {
        Self {
            engine,
            path: path.to_owned(),
            applies: BTreeMap::new(),
            windows: windows::Windows::default(),
            keywords: keyword::Keywords::default(),
            runs: Vec::new(),
            candidates: Vec::new(),
            escaped: Vec::new(),
            nested: None,
        }
    }
}

/// What a window needs to become candidates.
struct Context<'a, 'e> {
    engine: &'e Engine,
    piece: &'a Piece<'a>,
    runs: &'a [Range<usize>],
}
