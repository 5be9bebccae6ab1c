//! String escapes: `\u0068`, `\x68`, `\/`.
//!
//! In: text. Out: the strings that hold an escape of a printable character,
//! unescaped. Plain `\n`, `\t` and `\"` need none of this: rules and
//! boundaries see through them.

use std::ops::Range;

use super::{Encoded, Offsets, is_readable};
use crate::engine::Piece;
use crate::format::escape::unescape;

/// Bytes looked at around an escape.
const REACH: usize = 4096;

pub(super) fn find(piece: &Piece<'_>, found: &mut Vec<Encoded>) {
    let text = piece.text;
    let mut done = piece.owned.start;
    for at in memchr::memchr_iter(b'\\', &text[..piece.owned.end]) {
        if at < done || !hides_a_character(&text[at..]) {
            continue;
        }
        let raw = line_around(text, at, done);
        done = raw.end;
        let (mut decoded, mut pairs) = (Vec::new(), Vec::new());
        unescape(&text[raw.clone()], &mut decoded, &mut pairs);
        found.push(Encoded {
            text: decoded,
            raw,
            step: "!escape",
            offsets: Offsets::Pairs(pairs),
        });
    }
}

/// An escape that stands for a printable character of ASCII.
fn hides_a_character(escape: &[u8]) -> bool {
    let hex = |digits: &[u8]| {
        std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .is_some_and(is_readable)
    };
    match escape {
        [_, b'u', b'0', b'0', a, b, ..] | [_, b'x', a, b, ..] => hex(&[*a, *b]),
        [_, b'/', ..] => true,
        _ => false,
    }
}

fn line_around(text: &[u8], at: usize, floor: usize) -> Range<usize> {
    let floor = floor.min(at).max(at.saturating_sub(REACH));
    let start = text[floor..at]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(floor, |found| floor + found + 1);
    let ceiling = (at + REACH).min(text.len());
    let end = text[at..ceiling]
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(ceiling, |found| at + found);
    start..end
}
