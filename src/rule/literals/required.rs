//! The literals one of which every match of a regex contains.
//!
//! In: a regex's HIR. Out: the cheapest such set, with its distance from the
//! match's ends.

use std::borrow::Cow;

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::shape::{Run, first_bytes, sure_run};
use super::{
    ByteSet, LONG_LITERAL, Literal, MAX_LITERALS, RUN, byte_set, is_run_byte, length, likelihood,
};

/// A set of literals one of which stands in every match of an expression.
#[derive(Clone)]
pub(super) struct Required {
    pub(super) literals: Vec<Literal>,
    pub(super) before: usize,
    pub(super) after: usize,
    /// Bytes that may follow a literal inside a match.
    pub(super) next: ByteSet,
    /// Most bytes from the start of a literal to that of a run of [`RUN`] token
    /// bytes every match is sure to hold there; 0 if the literal is in it, none
    /// if there is none.
    pub(super) lead: Option<usize>,
}

impl Required {
    /// The same, with what is known of the parts before and after its literals.
    fn between(self, before: &[Hir], after: &[Hir]) -> Self {
        let own = self.literals.iter().map(own_run).min().unwrap_or(0);
        let inside = own > 0 && run_of(before).end + own + run_of(after).start >= RUN;
        let longest = self.literals.iter().map(|literal| literal.text.len()).max();
        let lead = if inside {
            Some(0)
        } else {
            run_after(after).map(|distance| longest.unwrap_or(0) + distance)
        };
        Self { lead, ..self }
    }

    /// Expected hits a byte of text: the lower, the better.
    fn cost(&self) -> f64 {
        self.literals
            .iter()
            .map(|literal| {
                literal
                    .text
                    .bytes()
                    .take(LONG_LITERAL)
                    .map(|byte| likelihood(byte.to_ascii_lowercase()))
                    .product::<f64>()
            })
            .sum()
    }
}

pub(super) fn required(hir: &Hir) -> Option<Required> {
    if let Some(literals) = exact(hir) {
        let usable = literals.iter().all(|literal| !literal.text.is_empty());
        return usable.then(|| {
            let found = Required {
                literals,
                before: 0,
                after: length(hir),
                next: ByteSet::ALL,
                lead: None,
            };
            found.between(&[], &[])
        });
    }
    match hir.kind() {
        HirKind::Capture(Capture { sub, .. }) => required(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) if *min > 0 => {
            let mut found = required(sub)?;
            found.after += (max.unwrap_or(*min).saturating_sub(1) as usize) * length(sub);
            Some(found)
        }
        HirKind::Alternation(branches) => {
            let mut all = Required {
                literals: Vec::new(),
                before: 0,
                after: 0,
                next: ByteSet::default(),
                lead: Some(0),
            };
            for branch in branches {
                let found = required(branch)?;
                all.literals.extend(found.literals);
                all.before = all.before.max(found.before);
                all.after = all.after.max(found.after);
                all.next = all.next.union(found.next);
                all.lead = all.lead.zip(found.lead).map(|(one, other)| one.max(other));
            }
            (all.literals.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => required_in_concat(parts),
        _ => None,
    }
}

/// The sure runs of a match of these parts, one after the other.
fn run_of(parts: &[Hir]) -> Run {
    parts
        .iter()
        .fold(Run::of(0), |run, part| run.then(sure_run(part)))
}

/// Most bytes from the start of a match of these parts to that of a run of
/// [`RUN`].
fn run_after(parts: &[Hir]) -> Option<usize> {
    let start = (0..parts.len()).find(|&at| run_of(&parts[at..]).start >= RUN)?;
    Some(parts[..start].iter().map(length).sum())
}

/// Bytes of a literal made of token bytes alone; 0 for any other.
fn own_run(literal: &Literal) -> usize {
    if literal.text.bytes().all(is_run_byte) {
        literal.text.len()
    } else {
        0
    }
}

/// The best of: each run of exactly known neighbours, and each other part.
fn required_in_concat(parts: &[Hir]) -> Option<Required> {
    let total: usize = parts.iter().map(length).sum();
    let mut candidates = Vec::new();
    let mut position = 0;
    // Neighbours known exactly, and the first of them.
    let mut run: Option<(usize, Required)> = None;
    for (index, part) in parts.iter().enumerate() {
        let next = first_bytes(&parts[index + 1..]);
        let close =
            |(first, found): (usize, Required)| found.between(&parts[..first], &parts[index..]);
        if let Some(literals) = exact(part) {
            let alone = |literals| Required {
                literals,
                before: position,
                after: total - position,
                next,
                lead: None,
            };
            run = Some(match run.take() {
                Some((first, current)) => match product(&current.literals, &literals) {
                    Some(literals) => (
                        first,
                        Required {
                            literals,
                            next,
                            ..current
                        },
                    ),
                    None => {
                        candidates.push(close((first, current)));
                        (index, alone(literals))
                    }
                },
                None => (index, alone(literals)),
            });
        } else {
            candidates.extend(run.take().map(close));
            if let Some(mut found) = required(part) {
                let following = run_after(&parts[index + 1..]);
                found.lead = found.lead.or_else(|| Some(found.after + following?));
                found.after += total - position - length(part);
                found.before += position;
                candidates.push(found);
            }
        }
        position += length(part);
    }
    candidates.extend(run.map(|(first, found)| found.between(&parts[..first], &[])));
    candidates.retain(|candidate| {
        candidate
            .literals
            .iter()
            .all(|literal| !literal.text.is_empty())
    });
    candidates
        .into_iter()
        .min_by(|a, b| a.cost().total_cmp(&b.cost()))
}

/// All strings an expression can match, if they are few.
fn exact(hir: &Hir) -> Option<Vec<Literal>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![empty()]),
        HirKind::Literal(literal) => {
            // The contract says ASCII, but `\xff` parses: no literal then.
            let text = String::from_utf8(literal.0.to_vec()).ok()?;
            Some(vec![Literal {
                text: text.into(),
                ignore_case: false,
            }])
        }
        HirKind::Class(class) => few(byte_set(class)),
        HirKind::Capture(Capture { sub, .. }) => exact(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let (min, max) = (*min as usize, max.map(|max| max as usize)?);
            if max > 8 {
                return None;
            }
            let once = exact(sub)?;
            let mut power = vec![empty()];
            let mut all = Vec::new();
            for count in 0..=max {
                if count >= min {
                    all.extend(power.iter().cloned());
                }
                if count < max {
                    power = product(&power, &once)?;
                }
            }
            (all.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(exact(branch)?);
            }
            (all.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => parts
            .iter()
            .try_fold(vec![empty()], |left, part| product(&left, &exact(part)?)),
    }
}

fn empty() -> Literal {
    Literal {
        text: Cow::Borrowed(""),
        ignore_case: false,
    }
}

/// The bytes of a small class: letters in both cases count once.
fn few(set: ByteSet) -> Option<Vec<Literal>> {
    const FEW: u32 = 4;
    let other_case = |byte: u8| {
        if byte.is_ascii_alphabetic() {
            byte ^ 0x20
        } else {
            byte
        }
    };
    let folded = set.bytes().all(|byte| set.contains(other_case(byte)));
    let mut bytes = ByteSet::default();
    for byte in set.bytes() {
        bytes.insert(if folded {
            byte.to_ascii_lowercase()
        } else {
            byte
        });
    }
    (bytes.len() <= FEW && bytes.bytes().all(|byte| byte.is_ascii())).then(|| {
        bytes
            .bytes()
            .map(|byte| Literal {
                text: char::from(byte).to_string().into(),
                ignore_case: folded && byte.is_ascii_alphabetic(),
            })
            .collect()
    })
}

fn product(left: &[Literal], right: &[Literal]) -> Option<Vec<Literal>> {
    if left.len() * right.len() > MAX_LITERALS {
        return None;
    }
    let join = |a: &Literal, b: &Literal| {
        let text = format!("{}{}", a.text, b.text);
        let ignore_case = a.ignore_case || b.ignore_case;
        Literal {
            text: if ignore_case {
                text.to_ascii_lowercase().into()
            } else {
                text.into()
            },
            ignore_case,
        }
    };
    Some(
        left.iter()
            .flat_map(|a| right.iter().map(move |b| join(a, b)))
            .collect(),
    )
}
