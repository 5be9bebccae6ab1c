//! String escapes: `\u0068`, `\x68`, `\/`.
//!
//! In: text. Out: the strings that hold an escape of a printable character,
//! unescaped. Plain `\n`, `\t` and `\"` are undone only near the literals of
//! rules that look at quotes and line ends: JSON inside a notebook's string.

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

/// Unescape the `windows`, where a rule's literal stands, that hold an escaped
/// quote or line end.
pub(super) fn find_in(
    piece: &Piece<'_>,
    windows: &mut Vec<Range<usize>>,
    found: &mut Vec<Encoded>,
) {
    windows.sort_unstable_by_key(|window| window.start);
    windows.dedup_by(|next, merged| {
        let touches = next.start <= merged.end;
        if touches {
            merged.end = merged.end.max(next.end);
        }
        touches
    });
    for window in windows.iter() {
        let raw = whole_escapes(piece.text, window);
        let text = &piece.text[raw.clone()];
        let escapes = memchr::memchr_iter(b'\\', text)
            .any(|at| matches!(text.get(at + 1), Some(b'"' | b'\'' | b'n' | b'r' | b't')));
        if escapes {
            let (text, pairs) = join_lines(text);
            found.push(Encoded {
                text,
                raw,
                step: "!escape",
                offsets: Offsets::Pairs(pairs),
            });
        }
    }
}

/// A window that cuts no escape in two.
fn whole_escapes(text: &[u8], window: &Range<usize>) -> Range<usize> {
    let odd = |end: usize| {
        let slashes = text[..end].iter().rev().take_while(|byte| **byte == b'\\');
        slashes.count() % 2 == 1
    };
    let start = window.start + usize::from(odd(window.start));
    start..window.end.max(start)
}

/// Unescape a text, and join the lines a notebook keeps as an array:
/// `"first\n",⏎ "second\n"`.
fn join_lines(raw: &[u8]) -> (Vec<u8>, Vec<(u32, u32)>) {
    let (mut text, mut pairs) = (Vec::new(), Vec::new());
    let (mut line, mut line_pairs) = (Vec::new(), Vec::new());
    let mut start = 0;
    while start < raw.len() {
        let (end, next) = joint(raw, start).unwrap_or((raw.len(), raw.len()));
        unescape(&raw[start..end], &mut line, &mut line_pairs);
        let base = text.len() as u32;
        pairs.push((base, start as u32));
        pairs.extend(
            line_pairs
                .iter()
                .map(|(to, from)| (base + to, start as u32 + from)),
        );
        text.append(&mut line);
        start = next;
    }
    (text, pairs)
}

/// Where a line of an array ends, and where the next one starts.
fn joint(raw: &[u8], from: usize) -> Option<(usize, usize)> {
    memchr::memmem::find_iter(&raw[from..], b"\\n\",").find_map(|at| {
        let end = from + at + 2;
        let gap = raw[end + 2..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let next = end + 2 + gap;
        (raw.get(next) == Some(&b'"')).then_some((end, next + 1))
    })
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
