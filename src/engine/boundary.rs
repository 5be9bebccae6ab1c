//! Does a secret really begin and end where its regex says?
//!
//! In: a secret's range in its text. Out: yes or no. `\b` is wrong here: it
//! fails after `_`, after an escape such as `\n`, and in pickles, where the
//! next opcode may be a letter.

use std::ops::Range;

use super::Piece;
use crate::rule::Rule;
use crate::rule::literals::Literal;

/// Is the secret whole: nothing before it or after it could belong to it?
pub(super) fn is_whole(rule: &Rule, piece: &Piece<'_>, secret: &Range<usize>) -> bool {
    (!rule.boundary.left || starts(piece.text, secret.start))
        && (!rule.boundary.right || ends(rule, piece, secret))
}

fn ends(rule: &Rule, piece: &Piece<'_>, secret: &Range<usize>) -> bool {
    piece
        .text
        .get(secret.end)
        .is_none_or(|&next| !rule.body.contains(next))
}

/// Can a token start at `at`? Not after a letter or digit, unless that ends
/// an escape: `\n`, `\x1b[0m`, `\u003d`, `%3D`.
pub(super) fn starts(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(12)..at];
    match before {
        [] => true,
        [.., last] if !last.is_ascii_alphanumeric() => true,
        [.., b'\\', b'n' | b't' | b'r'] => true,
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => true,
        [.., b'\\', b'x', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => true,
        [.., b'm'] => ends_colour(before),
        _ => matches!(before, [.., b'\\', b'u', a, b, c, d] if is_hex4(&[*a, *b, *c, *d])),
    }
}

fn is_hex4(hex: &[u8]) -> bool {
    hex.len() == 4 && hex.iter().all(u8::is_ascii_hexdigit)
}

/// `ESC [ 0 ; 3 2 m`: a colour that ends right here.
fn ends_colour(before: &[u8]) -> bool {
    let digits = &before[..before.len() - 1];
    let cut = digits
        .iter()
        .rposition(|byte| !byte.is_ascii_digit() && *byte != b';');
    cut.is_some_and(|at| digits[at] == b'[')
}

/// Bytes of base64 around a secret from which on it is part of a picture or
/// another file, cut out by chance at a `+` or `/`.
const DATA: usize = 192;
/// Fixed bytes that no data holds by chance before a whole secret.
const TELLING: usize = 5;

/// Is the secret a piece of base64 data? What has a telling prefix is none,
/// wherever it stands.
pub(super) fn is_data(rule: &Rule, text: &[u8], secret: &Range<usize>) -> bool {
    let telling = |literal: &Literal| literal.text.len() >= TELLING;
    if !rule.is_keyword_rule() && rule.literals.iter().all(telling) {
        return false;
    }
    let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let before = text[..secret.start].iter().rev().take(DATA);
    let before = before.take_while(inside).count();
    let after = text[secret.end..].iter().take(DATA);
    let after = after.take_while(inside).count();
    let joined = |byte: Option<&u8>| matches!(byte, Some(b'+' | b'/'));
    let cut = joined(text[..secret.start].last()) || joined(text.get(secret.end));
    cut && before + after >= DATA
}

#[cfg(test)]
mod tests {
    use super::starts;

    #[test]
    fn tokens_start_after_separators_and_escapes() {
        for before in [
            "",
            "=",
            "_",
            "\"",
            "\\n",
            "%3D",
            "\\u003d",
            "\\x3d",
            "\x1b[0;32m",
            "a ",
        ] {
            assert!(starts(before.as_bytes(), before.len()), "{before:?}");
        }
        for before in ["a", "Z", "7", "am", "n"] {
            assert!(!starts(before.as_bytes(), before.len()), "{before:?}");
        }
    }
}
