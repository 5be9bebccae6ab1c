//! Upper bounds for what has none.
//!
//! In: a regex. Out: the same with every repetition bounded, so that a match
//! stays within the contract, and a note that says where the bounds are.

use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::pattern::{printed, walk};
use crate::rule::literals::{self, MAX_MATCH};

/// Bounds that are tried, the most generous first.
const BOUNDS: [u32; 9] = [4096, 2048, 1024, 512, 256, 128, 64, 32, 16];
/// The bound of white space, which nobody writes more of.
const SPACE: u32 = 64;
/// States a regex may take: more would not compile.
const MAX_STATES: usize = 30_000;

/// Bound what is unbounded; where bounded repetitions alone are too much, them
/// as well.
pub(super) fn bound(ast: &mut Ast) -> Result<Option<String>, String> {
    let hir = literals::parse(&printed(ast))?;
    if fits(&hir) {
        return Ok(None);
    }
    let unbounded = hir.properties().maximum_len().is_none();
    for most in BOUNDS {
        let mut bounded = ast.clone();
        let changed = apply(&mut bounded, most, !unbounded);
        if changed > 0 && fits(&literals::parse(&printed(&bounded))?) {
            *ast = bounded;
            let plural = if changed == 1 { "" } else { "s" };
            return Ok(Some(if unbounded {
                format!("{changed} repetition{plural} without an upper bound, now at most {most}")
            } else {
                format!("{changed} repetition{plural} of more than {most}, now at most {most}")
            }));
        }
    }
    Err(format!(
        "a match may be longer than {MAX_MATCH} bytes, whatever the bounds"
    ))
}

fn fits(hir: &Hir) -> bool {
    let longest = hir.properties().maximum_len();
    longest.is_some_and(|longest| longest <= MAX_MATCH) && states(hir) <= MAX_STATES
}

/// About how many states the regex takes.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min + 1) as usize;
            states(&repetition.sub).saturating_mul(times.max(1))
        }
        HirKind::Capture(capture) => states(&capture.sub) + 2,
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(states).fold(1, usize::saturating_add)
        }
    }
}

/// Bound every repetition that has no upper bound, or a higher one if `all`.
fn apply(ast: &mut Ast, most: u32, all: bool) -> usize {
    let mut changed = 0;
    walk(ast, &mut |part| {
        let Ast::Repetition(repetition) = part else {
            return;
        };
        let most = if is_space(&repetition.ast) {
            SPACE.min(most)
        } else {
            most
        };
        let (least, open) = match repetition.op.kind {
            RepetitionKind::ZeroOrMore => (0, true),
            RepetitionKind::OneOrMore => (1, true),
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => (least, true),
            RepetitionKind::Range(RepetitionRange::Bounded(least, upper)) => {
                (least, all && upper > most && least <= most)
            }
            _ => return,
        };
        if open {
            changed += 1;
            let range = RepetitionRange::Bounded(least, most.max(least));
            repetition.op.kind = RepetitionKind::Range(range);
        }
    });
    changed
}

fn is_space(ast: &Ast) -> bool {
    let Ok(hir) = literals::parse(&printed(ast)) else {
        return false;
    };
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().all(u8::is_ascii_whitespace),
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().all(|range| range.end() <= b' ')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::ast::parse::Parser;

    use super::bound;
    use crate::rule::import::pattern::printed;

    fn bounded(pattern: &str) -> (String, String) {
        let mut ast = Parser::new().parse(pattern).unwrap();
        let note = bound(&mut ast).unwrap().unwrap_or_default();
        (printed(&ast), note)
    }

    #[test]
    fn as_generous_as_the_contract_allows() {
        assert_eq!(
            bounded("acme[a-z]{4,9}"),
            ("acme[a-z]{4,9}".to_owned(), String::new())
        );
        assert_eq!(bounded("acme[a-z]{40,}").0, "acme[a-z]{40,4096}");
        assert_eq!(
            bounded(r"a+?\.b*\.c{3,}").0,
            r"a{1,2048}?\.b{0,2048}\.c{3,2048}"
        );
        assert_eq!(
            bounded(r"acme\s*=\s*[a-z]+").0,
            r"acme\s{0,64}=\s{0,64}[a-z]{1,4096}"
        );
        assert_eq!(bounded(r"(?:[a-z]+\.)+").0, r"(?:[a-z]{1,64}\.){1,64}");
        let (regex, note) = bounded("a.{0,9000}b");
        assert_eq!(regex, "a.{0,4096}b");
        assert_eq!(note, "1 repetition of more than 4096, now at most 4096");
    }

    #[test]
    fn what_is_too_much_anyway() {
        let mut ast = Parser::new().parse("(?:[a-z]{5000}){2}").unwrap();
        assert!(bound(&mut ast).is_err());
    }
}
