//! Where each literal is looked for.
//!
//! In: a text and its runs of token bytes. Out: the hits of all literals that
//! may be part of a match: everywhere for what has no gate, near runs for
//! everything else, which is a part of most texts.

use std::ops::Range;
use std::thread::{self, ScopedJoinHandle};

use super::prefilter::{Prefilter, Trigger};
use super::runs;
use crate::rule::Rule;
use crate::rule::literals::value::LEAD;
use crate::rule::literals::{Gate, MOST_LEAD, REACH};

/// The literals by where they are looked for.
#[derive(Debug)]
pub(super) struct Filters {
    /// Everywhere.
    open: Prefilter,
    /// In runs of token bytes and shortly before them.
    near_run: Prefilter,
    /// Before runs that may be those of keys.
    before_run: Prefilter,
    /// Most bytes from a gated keyword to the run of its value.
    reach: usize,
    /// Are the gates left open, so that all are looked for everywhere?
    exhaustive: bool,
}

impl Filters {
    pub(super) fn new(rules: &[Rule], exhaustive: bool) -> Self {
        let keywords = rules
            .iter()
            .filter(|rule| rule.gate == Gate::BeforeRun)
            .flat_map(|rule| rule.literals.iter());
        let longest = keywords.map(|keyword| keyword.text.len()).max();
        // Side by side: this is most of what a sweep of one small file costs.
        let (open, near_run, before_run) = thread::scope(|scope| {
            let start = |gate| {
                let build = move || Prefilter::new(rules, gate);
                thread::Builder::new().spawn_scoped(scope, build).ok()
            };
            let (near, before) = (start(Gate::NearRun), start(Gate::BeforeRun));
            let open = Prefilter::new(rules, Gate::Open);
            // Where there are no threads to be had, it is built here.
            let end = |started: Option<ScopedJoinHandle<'_, Prefilter>>, gate| {
                let built = started.and_then(|thread| thread.join().ok());
                built.unwrap_or_else(|| Prefilter::new(rules, gate))
            };
            let before = end(before, Gate::BeforeRun);
            (open, end(near, Gate::NearRun), before)
        });
        Self {
            open,
            near_run,
            before_run,
            reach: longest.unwrap_or(0) + REACH + LEAD,
            exhaustive,
        }
    }

    /// Call `sink` for each literal that may be part of a match. `runs` are
    /// those of the text, `from` is where matches may start.
    ///
    /// The gates lose nothing. A literal of a rule gated by runs is inside a
    /// long run in every match, or shortly before one, as its regex says. A
    /// value near a keyword has such a run at its front, and is no finding if
    /// the run holds neither a digit nor both cases, whatever the mode; what
    /// holds for a part of a run holds for the whole.
    pub(super) fn hits(
        &self,
        text: &[u8],
        from: usize,
        runs: &[Range<usize>],
        mut sink: impl FnMut(Trigger, Range<usize>),
    ) {
        self.open.hits(text, from..text.len(), &mut sink);
        if self.exhaustive {
            self.near_run.hits(text, from..text.len(), &mut sink);
            self.before_run.hits(text, from..text.len(), &mut sink);
            return;
        }
        let (mut near, mut done) = (from, from);
        for run in runs.iter().filter(|run| run.end > from) {
            let start = run.start.saturating_sub(MOST_LEAD).max(near);
            self.near_run.hits(text, start..run.end, &mut sink);
            near = run.end;
            if runs::may_be_key(&text[run.clone()]) {
                let start = run.start.saturating_sub(self.reach).max(done);
                self.before_run.hits(text, start..run.end, &mut sink);
                done = run.end;
            }
        }
    }
}
