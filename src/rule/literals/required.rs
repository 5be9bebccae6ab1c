//! The literals one of which stands in every match.
//!
//! In: an expression. Out: the set of them that is met least in other text,
//! and its distance from the ends of a match.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::{ByteSet, MAX_MATCH, byte_set};

/// Bytes of a literal beyond which more adds nothing.
const LONG_LITERAL: usize = 24;
/// Most literals one rule may need.
const MAX_LITERALS: usize = 96;
/// A set of literals one of which stands in every match of an expression.
#[derive(Clone)]
pub(super) struct Required {
    pub(super) literals: Vec<Vec<u8>>,
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Required {
    /// Expected hits a byte of text: the lower, the better.
    fn cost(&self) -> f64 {
        self.literals
            .iter()
            .map(|literal| {
                literal
                    .iter()
                    .take(LONG_LITERAL)
                    .map(|&byte| likelihood(byte))
                    .product::<f64>()
            })
            .sum()
    }
}

/// Rough share of a lower-cased byte in source text.
fn likelihood(byte: u8) -> f64 {
    match byte {
        b' ' => 0.15,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.07,
        b'a'..=b'z' => 0.03,
        b'_' | b'.' | b',' | b'"' | b'=' | b'(' | b')' => 0.02,
        b'0'..=b'9' => 0.015,
        _ => 0.01,
    }
}

fn length(hir: &Hir) -> usize {
    hir.properties().maximum_len().unwrap_or(MAX_MATCH)
}

/// The best set of literals, if there is any.
pub(super) fn required(hir: &Hir) -> Option<Required> {
    if let Some(literals) = exact(hir) {
        let usable = literals.iter().all(|literal| !literal.is_empty());
        return usable.then(|| Required {
            literals,
            before: 0,
            after: length(hir),
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
            };
            for branch in branches {
                let found = required(branch)?;
                all.literals.extend(found.literals);
                all.before = all.before.max(found.before);
                all.after = all.after.max(found.after);
            }
            (all.literals.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => required_in_concat(parts),
        _ => None,
    }
}

/// The best of: each run of exactly known neighbours, and each other part.
fn required_in_concat(parts: &[Hir]) -> Option<Required> {
    let total: usize = parts.iter().map(length).sum();
    let mut candidates = Vec::new();
    let mut position = 0;
    let mut run: Option<Required> = None;
    for part in parts {
        match exact(part) {
            Some(next) => {
                run = Some(match run.take() {
                    Some(current) => match product(&current.literals, &next) {
                        Some(literals) => Required {
                            literals,
                            ..current
                        },
                        None => {
                            candidates.push(current);
                            Required {
                                literals: next,
                                before: position,
                                after: total - position,
                            }
                        }
                    },
                    None => Required {
                        literals: next,
                        before: position,
                        after: total - position,
                    },
                });
            }
            None => {
                candidates.extend(run.take());
                if let Some(mut found) = required(part) {
                    found.after += total - position - length(part);
                    found.before += position;
                    candidates.push(found);
                }
            }
        }
        position += length(part);
    }
    candidates.extend(run);
    candidates.retain(|candidate| candidate.literals.iter().all(|literal| !literal.is_empty()));
    candidates
        .into_iter()
        .min_by(|a, b| a.cost().total_cmp(&b.cost()))
}

/// All strings an expression can match, lower-cased, if they are few.
fn exact(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => {
            let mut folded = ByteSet::default();
            byte_set(class)
                .bytes()
                .for_each(|byte| folded.insert(byte.to_ascii_lowercase()));
            (folded.len() <= 4).then(|| folded.bytes().map(|byte| vec![byte]).collect())
        }
        HirKind::Capture(Capture { sub, .. }) => exact(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let (min, max) = (*min as usize, max.map(|max| max as usize)?);
            if max > 8 {
                return None;
            }
            let once = exact(sub)?;
            let mut power = vec![Vec::new()];
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
            .try_fold(vec![Vec::new()], |left, part| product(&left, &exact(part)?)),
    }
}

fn product(left: &[Vec<u8>], right: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if left.len() * right.len() > MAX_LITERALS {
        return None;
    }
    Some(
        left.iter()
            .flat_map(|a| {
                right
                    .iter()
                    .map(move |b| [a.as_slice(), b.as_slice()].concat())
            })
            .collect(),
    )
}
