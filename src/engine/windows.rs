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

#[derive(Debug, Default)]
pub(super) struct Windows {
    /// Rule and place of each literal found.
    hits: Vec<(u32, u32)>,
    /// Stream position up to which a rule's matches reach, where that is
    /// beyond the fragment they start in.
    resume: BTreeMap<usize, u64>,
}

impl Windows {
    pub(super) fn reset(&mut self) {
        self.resume.clear();
    }

    pub(super) fn begin(&mut self, piece: &Piece<'_>) {
        let start = piece.base + piece.owned.start as u64;
        self.resume.retain(|_, position| *position > start);
        self.hits.clear();
    }

    /// A literal of `rule` starts at `at`.
    pub(super) fn add(&mut self, rule: usize, at: usize) {
        self.hits.push((rule as u32, at as u32));
    }

    /// Merge the hits to windows and search each.
    pub(super) fn finish(&mut self, context: &Context<'_, '_>, found: &mut Vec<Candidate>) {
        let mut hits = std::mem::take(&mut self.hits);
        hits.sort_unstable();
        let mut open: Option<(usize, Range<usize>)> = None;
        for &(rule, at) in &hits {
            let (index, at) = (rule as usize, at as usize);
            let Context { engine, piece, .. } = context;
            let start = at
                .saturating_sub(engine.rules[index].before)
                .max(piece.owned.start);
            let end = (at + engine.rules[index].after).min(piece.text.len());
            match &mut open {
                Some((rule, window)) if *rule == index && start <= window.end => {
                    window.end = window.end.max(end);
                }
                _ => {
                    if let Some((rule, window)) = open.replace((index, start..end)) {
                        self.search(rule, window, context, found);
                    }
                }
            }
        }
        if let Some((rule, window)) = open {
            self.search(rule, window, context, found);
        }
        self.hits = hits;
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

/// The secret's range in a match: that of its group or, where this holds
/// nothing, of the next that does.
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
    (group..captures.group_len())
        .filter_map(|group| captures.get_group(group))
        .find(|span| !span.is_empty())
        .map(|span| span.range())
}

/// Does the window hold a run of token bytes as long as the rule is sure to
/// need? `runs` holds those of at least [`super::runs::SHORTEST`] bytes.
pub(super) fn holds_run(runs: &[Range<usize>], window: &Range<usize>, need: usize) -> bool {
    if need < super::runs::SHORTEST {
        return true;
    }
    let from = runs.partition_point(|run| run.end <= window.start);
    runs[from..]
        .iter()
        .take_while(|run| run.start < window.end)
        .any(|run| run.end.min(window.end) - run.start.max(window.start) >= need)
}
