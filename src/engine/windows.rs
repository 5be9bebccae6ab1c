//! From literal hits to regex matches, on merged windows only.
//!
//! In: hits of one rule's literals, in order. Out: its matches, the same as a
//! search of the whole stream would give. Why it is exact: every match holds
//! one of its rule's literals, at most `before` bytes after its start and
//! `after` bytes before its end, so it lies inside that hit's window, and
//! overlapping windows of a rule are one. Across fragments the end of the
//! last match is kept, so that the next search resumes where a search of the
//! whole stream would.

use std::collections::BTreeMap;
use std::ops::Range;

use regex_automata::Input;
use regex_automata::meta::Regex;

use super::{Context, Piece};

/// A match of a rule's regex, not judged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) rule: usize,
    pub(super) whole: Range<usize>,
    pub(super) secret: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Windows {
    /// The open window of each rule; empty where there is none.
    open: Vec<Range<usize>>,
    /// Rules with an open window.
    touched: Vec<usize>,
    /// Stream position up to which a rule's matches reach, where that is
    /// beyond the fragment they start in.
    resume: BTreeMap<usize, u64>,
}

impl Windows {
    pub(super) fn new(rules: usize) -> Self {
        Self {
            open: vec![0..0; rules],
            touched: Vec::new(),
            resume: BTreeMap::new(),
        }
    }

    pub(super) fn reset(&mut self) {
        self.resume.clear();
    }

    pub(super) fn begin(&mut self, piece: &Piece<'_>) {
        let start = piece.base + piece.owned.start as u64;
        self.resume.retain(|_, position| *position > start);
    }

    /// A literal of `rule` starts at `at`.
    pub(super) fn add(
        &mut self,
        rule: usize,
        at: usize,
        context: &Context<'_, '_>,
        found: &mut Vec<Candidate>,
    ) {
        let Context { engine, piece, .. } = context;
        let start = at
            .saturating_sub(engine.rules[rule].before)
            .max(piece.owned.start);
        let end = (at + engine.rules[rule].after).min(piece.text.len());
        let window = &mut self.open[rule];
        if window.start == window.end {
            self.touched.push(rule);
            *window = start..end;
        } else if start <= window.end {
            window.start = window.start.min(start);
            window.end = window.end.max(end);
        } else {
            let full = std::mem::replace(window, start..end);
            self.search(rule, full, context, found);
        }
    }

    /// Search the windows that are still open.
    pub(super) fn finish(&mut self, context: &Context<'_, '_>, found: &mut Vec<Candidate>) {
        for rule in std::mem::take(&mut self.touched) {
            let window = std::mem::replace(&mut self.open[rule], 0..0);
            self.search(rule, window, context, found);
        }
    }

    fn search(
        &mut self,
        index: usize,
        window: Range<usize>,
        context: &Context<'_, '_>,
        found: &mut Vec<Candidate>,
    ) {
        let Context {
            engine,
            piece,
            runs,
        } = context;
        let rule = &engine.rules[index];
        if !holds_run(runs, &window, rule.run) {
            return;
        }
        let Some(regex) = engine.regex(index) else {
            return;
        };
        let mut at = window.start;
        if let Some(resume) = self.resume.get(&index) {
            at = at.max(resume.saturating_sub(piece.base) as usize);
        }
        while at < window.end
            && let Some(whole) = regex.find(Input::new(piece.text).range(at..window.end))
            && whole.start() < piece.owned.end
        {
            at = whole.end().max(at + 1);
            if at > piece.owned.end {
                self.resume.insert(index, piece.base + at as u64);
            }
            if let Some(secret) = secret_of(regex, rule.group, piece.text, whole.range()) {
                found.push(Candidate {
                    rule: index,
                    whole: whole.range(),
                    secret,
                });
            }
        }
    }
}

/// The secret's range in a match.
fn secret_of(
    regex: &Regex,
    group: usize,
    text: &[u8],
    whole: Range<usize>,
) -> Option<Range<usize>> {
    if group == 0 {
        return Some(whole);
    }
    let mut captures = regex.create_captures();
    regex.captures(Input::new(text).range(whole), &mut captures);
    captures.get_group(group).map(|span| span.range())
}

/// Does the window hold a run of token bytes as long as the rule is sure to
/// need? `runs` holds those of at least [`super::runs::SHORTEST`] bytes.
fn holds_run(runs: &[Range<usize>], window: &Range<usize>, need: usize) -> bool {
    if need < super::runs::SHORTEST {
        return true;
    }
    let from = runs.partition_point(|run| run.end <= window.start);
    runs[from..]
        .iter()
        .take_while(|run| run.start < window.end)
        .any(|run| run.end.min(window.end) - run.start.max(window.start) >= need)
}
