//! How long a run of token bytes every match holds for sure.
//!
//! In: an expression. Out: the length of the longest such run.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::byte_set;

/// Sure runs of `[A-Za-z0-9_-]` in every match: at its start, at its end,
/// anywhere; `whole` says the match is nothing but such bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Run {
    start: usize,
    end: usize,
    pub(super) longest: usize,
    whole: bool,
}

fn is_run_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

impl Run {
    fn of(count: usize) -> Self {
        Self {
            start: count,
            end: count,
            longest: count,
            whole: true,
        }
    }

    fn then(self, next: Self) -> Self {
        Self {
            start: if self.whole {
                self.start + next.start
            } else {
                self.start
            },
            end: if next.whole {
                self.end + next.end
            } else {
                next.end
            },
            longest: self.longest.max(next.longest).max(self.end + next.start),
            whole: self.whole && next.whole,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.min(other.end),
            longest: self.longest.min(other.longest),
            whole: self.whole && other.whole,
        }
    }
}

/// The sure runs of an expression.
pub(super) fn sure_run(hir: &Hir) -> Run {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Run::of(0),
        HirKind::Literal(literal) => literal.0.iter().fold(Run::of(0), |run, &byte| {
            run.then(if is_run_byte(byte) {
                Run::of(1)
            } else {
                Run::default()
            })
        }),
        HirKind::Class(class) => {
            if byte_set(class).bytes().all(is_run_byte) {
                Run::of(1)
            } else {
                Run::default()
            }
        }
        HirKind::Capture(Capture { sub, .. }) => sure_run(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let once = sure_run(sub);
            let mut all = Run {
                whole: once.whole,
                ..Run::of(0)
            };
            for _ in 0..*min {
                all = all.then(once);
            }
            if !once.whole && *max != Some(*min) {
                // A further copy may stand between: ends are as sure as one copy's.
                all = Run {
                    whole: false,
                    start: all.start.min(once.start),
                    end: all.end.min(once.end),
                    ..all
                };
            }
            all
        }
        HirKind::Alternation(branches) => branches
            .iter()
            .map(sure_run)
            .reduce(Run::or)
            .unwrap_or_default(),
        HirKind::Concat(parts) => parts
            .iter()
            .fold(Run::of(0), |run, part| run.then(sure_run(part))),
    }
}
