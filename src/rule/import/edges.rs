//! Where a secret ends.
//!
//! In: a regex. Out: the same without `\b` around the secret, and the name of the
//! boundary that stands for it. A boundary also holds after `_`, in strings and
//! in pickles, where `\b` does not.

use regex_syntax::ast::{Assertion, AssertionKind, Ast, RepetitionKind, RepetitionRange};
use regex_syntax::hir::{Class, HirKind};

use super::pattern::{has_group, printed};
use crate::rule::literals::{self, is_run_byte};

fn is_word_boundary(ast: &Ast) -> bool {
    matches!(ast, Ast::Assertion(assertion) if matches!(**assertion, Assertion { kind: AssertionKind::WordBoundary, .. }))
}

/// Take `\b` from both ends of a regex that is the secret and nothing else; the
/// name of the boundary that stands for them.
pub(super) fn take_boundaries(ast: &mut Ast) -> &'static str {
    let Some((left, right)) = take_from(ast) else {
        return "none";
    };
    match (left, right) {
        (true, true) => "token",
        (true, false) => "left",
        (false, true) => "right",
        (false, false) => "none",
    }
}

fn take_from(ast: &mut Ast) -> Option<(bool, bool)> {
    match ast {
        Ast::Group(group) if group.is_capturing() => take_from(&mut group.ast),
        Ast::Concat(concat) => {
            let parts = &mut concat.asts;
            let is_nothing = |part: &Ast| matches!(part, Ast::Flags(_) | Ast::Empty(_));
            parts.retain(|part| !matches!(part, Ast::Empty(_)));
            let first = parts.iter().position(|part| !is_nothing(part))?;
            let left = is_word_boundary(&parts[first]);
            let right = parts.len() > first + 1 && parts.last().is_some_and(is_word_boundary);
            let body = first + usize::from(left)..parts.len() - usize::from(right);
            let is_group = |part: &Ast| matches!(part, Ast::Group(group) if group.is_capturing());
            let groups = parts.iter().filter(|part| has_group(part)).count();
            let whole = groups == 0 || (body.len() == 1 && is_group(&parts[body.start]));
            if !whole {
                return None;
            }
            let ends = parts
                .get(body.end.checked_sub(1)?)
                .is_some_and(ends_in_token_bytes);
            let right = right && ends;
            if right {
                parts.pop();
            }
            if left {
                parts.remove(first);
            }
            let inner = match parts.get_mut(first) {
                Some(part) if is_group(part) => take_from(part),
                _ => None,
            };
            let (more_left, more_right) = inner.unwrap_or_default();
            Some((left || more_left, right || more_right))
        }
        _ => None,
    }
}

/// Is what a match ends with made of bytes of tokens, with no choice in it? Then
/// a regex that stops there could not have stopped earlier at a boundary.
fn ends_in_token_bytes(ast: &Ast) -> bool {
    match ast {
        Ast::Group(group) => ends_in_token_bytes(&group.ast),
        Ast::Concat(parts) => {
            let mut parts = parts.asts.iter().rev();
            parts
                .find(|part| !is_word_boundary(part))
                .is_some_and(ends_in_token_bytes)
        }
        Ast::Repetition(repetition) => {
            let fixed = matches!(
                repetition.op.kind,
                RepetitionKind::Range(RepetitionRange::Exactly(_))
            );
            let group = matches!(*repetition.ast, Ast::Group(_));
            repetition.greedy && (fixed || !group) && ends_in_token_bytes(&repetition.ast)
        }
        Ast::Literal(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {
            let Ok(hir) = literals::parse(&printed(ast)) else {
                return false;
            };
            let of_token = |byte: u8| is_run_byte(byte) || b"+/=".contains(&byte);
            match hir.kind() {
                HirKind::Literal(literal) => literal.0.iter().all(|&byte| of_token(byte)),
                HirKind::Class(Class::Bytes(class)) => class
                    .ranges()
                    .iter()
                    .all(|range| (range.start()..=range.end()).all(of_token)),
                _ => false,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::rule::import::pattern::{Secret, translate};

    #[test]
    fn boundaries_around_a_secret() {
        for (pattern, regex, boundary) in [
            (r"\bacme_[a-z]{9}\b", "acme_[a-z]{9}", "token"),
            (r"\b(acme_[a-z]{9})\b", "(acme_[a-z]{9})", "token"),
            (r"(?i)(\bacme_[a-z]{9})", "(?i)(acme_[a-z]{9})", "left"),
            (r"acme_[a-z]{9}\b", "acme_[a-z]{9}", "right"),
            // A keyword's, one with a choice at its end, one of either branch.
            (
                r"\bacme.{0,9}([a-z]{9})\b",
                r"\bacme.{0,9}([a-z]{9})\b",
                "none",
            ),
            (
                r"\bacme(?:-[a-z]{1,9})?\b",
                r"acme(?:-[a-z]{1,9})?\b",
                "left",
            ),
            (r"\bacme_a\b|\bacme_b\b", r"\bacme_a\b|\bacme_b\b", "none"),
            (
                r"\b(acme[a-z]{9})(?:['\s]|$)",
                r"\b(acme[a-z]{9})(?:['\s]|$)",
                "none",
            ),
        ] {
            let ours = translate(pattern, Secret::First).unwrap();
            let ours = (ours.regex, ours.boundary);
            assert_eq!(ours, (regex.to_owned(), boundary), "{pattern}");
        }
    }
}
