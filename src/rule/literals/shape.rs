//! What a regex's matches end with, and the runs of token bytes they are sure
//! to hold.
//!
//! In: a regex's HIR. Out: byte sets and lengths.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::{ByteSet, alphanumeric, byte_set, is_run_byte};

/// Bytes that are written differently inside a string.
const ESCAPED: &[u8] = b"\"'\n\r\t";
/// More members has only a class that means "anything but".
const LARGEST_CLASS: u32 = 128;

/// Does a match depend on bytes that stand escaped in a string?
pub(super) fn is_escapable(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| ESCAPED.contains(byte)),
        HirKind::Class(class) => {
            let set = byte_set(class);
            set.len() <= LARGEST_CLASS && ESCAPED.iter().any(|&byte| set.contains(byte))
        }
        HirKind::Capture(Capture { sub, .. }) | HirKind::Repetition(Repetition { sub, .. }) => {
            is_escapable(sub)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(is_escapable),
    }
}

/// The bytes that would continue a secret.
pub(super) fn continuing(secret: &Hir) -> ByteSet {
    last_class(secret).union(alphanumeric())
}

/// The bytes a match of these parts, one after the other, may begin with; all
/// of them if it may be empty.
pub(super) fn first_bytes(parts: &[Hir]) -> ByteSet {
    let mut set = ByteSet::default();
    for part in parts {
        set = set.union(first_class(part));
        if part.properties().minimum_len() != Some(0) {
            return set;
        }
    }
    ByteSet::ALL
}

fn first_class(hir: &Hir) -> ByteSet {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => ByteSet::default(),
        HirKind::Literal(literal) => {
            let mut set = ByteSet::default();
            literal
                .0
                .first()
                .into_iter()
                .for_each(|&byte| set.insert(byte));
            set
        }
        HirKind::Class(class) => byte_set(class),
        HirKind::Capture(Capture { sub, .. }) | HirKind::Repetition(Repetition { sub, .. }) => {
            first_class(sub)
        }
        HirKind::Alternation(branches) => branches
            .iter()
            .map(first_class)
            .fold(ByteSet::default(), ByteSet::union),
        HirKind::Concat(parts) => {
            let mut set = ByteSet::default();
            for part in parts {
                set = set.union(first_class(part));
                if part.properties().minimum_len() != Some(0) {
                    break;
                }
            }
            set
        }
    }
}

/// The class a match ends with: what would have continued it.
fn last_class(hir: &Hir) -> ByteSet {
    match hir.kind() {
        HirKind::Class(class) => byte_set(class),
        HirKind::Capture(Capture { sub, .. }) | HirKind::Repetition(Repetition { sub, .. }) => {
            last_class(sub)
        }
        HirKind::Alternation(branches) => branches
            .iter()
            .map(last_class)
            .fold(ByteSet::default(), ByteSet::union),
        HirKind::Concat(parts) => {
            let mut set = ByteSet::default();
            for part in parts.iter().rev() {
                set = set.union(last_class(part));
                let fixed = matches!(part.kind(), HirKind::Literal(_) | HirKind::Look(_));
                if !fixed && part.properties().minimum_len() != Some(0) {
                    break;
                }
            }
            set
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => ByteSet::default(),
    }
}

/// Sure runs of `[A-Za-z0-9_-]` in every match: at its start, at its end,
/// anywhere; `whole` says the match is nothing but such bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) longest: usize,
    whole: bool,
}

impl Run {
    pub(super) fn of(count: usize) -> Self {
        Self {
            start: count,
            end: count,
            longest: count,
            whole: true,
        }
    }

    pub(super) fn then(self, next: Self) -> Self {
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

pub(super) fn find_group(hir: &Hir, group: usize) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(Capture { index, sub, .. }) => {
            if *index as usize == group {
                Some(sub)
            } else {
                find_group(sub, group)
            }
        }
        HirKind::Repetition(Repetition { sub, .. }) => find_group(sub, group),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().find_map(|part| find_group(part, group))
        }
        _ => None,
    }
}
