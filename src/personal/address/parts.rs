//! Words and numbers of an address, and what follows its street.
//!
//! In: a place in a text. Out: the word there, or a flat, town and postal code.

use std::ops::Range;

use super::words::FLATS;

/// Most words, and most bytes between two of them, behind a street.
const TAIL: usize = 9;
const GAP: usize = 24;

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'\'' | b'-' | b'/')
}

/// The word before a space, comma or dot that ends at `at`; only on its line.
pub(super) fn word_before(text: &[u8], at: usize) -> Option<Range<usize>> {
    let head = text.get(at.saturating_sub(64)..at)?;
    let floor = at - head.len();
    let gap = head
        .iter()
        .rev()
        .take(3)
        .take_while(|byte| matches!(byte, b' ' | b',' | b'.'))
        .count();
    let len = head
        .iter()
        .rev()
        .skip(gap)
        .take_while(|byte| is_part(**byte))
        .count();
    let (start, end) = (at - gap - len, at - gap);
    (len > 0 && (start > floor || floor == 0)).then_some(start..end)
}

/// The word before `at`, one end of line between them at most.
pub(super) fn part_before(text: &[u8], at: usize) -> Option<Range<usize>> {
    let head = text.get(at.saturating_sub(64)..at)?;
    let mark = |byte: &&u8| matches!(byte, b' ' | b',' | b'.' | b'\n' | b'\r' | b'>' | b'\t');
    let gap = head.iter().rev().take(GAP).take_while(mark).count();
    let lines = memchr::memchr_iter(b'\n', head.get(head.len() - gap..)?).count();
    let len = head
        .iter()
        .rev()
        .skip(gap)
        .take_while(|byte| is_part(**byte))
        .count();
    let whole = gap + len < head.len() || head.len() == at;
    (len > 0 && whole && lines <= 1).then_some(at - gap - len..at - gap)
}

/// The word behind one that ends at `at`, after at most three spaces, commas
/// and dots.
pub(super) fn word_after(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..(at + 64).min(text.len()))?;
    let gap = rest
        .iter()
        .take(3)
        .take_while(|byte| matches!(byte, b' ' | b',' | b'.'))
        .count();
    let len = rest
        .iter()
        .skip(gap)
        .take_while(|byte| is_part(**byte))
        .count();
    (len > 0 && len < 64 - gap).then_some(at + gap..at + gap + len)
}

/// `12`, `12a`, `12-14`, `3/2`.
pub(super) fn is_number(token: &[u8]) -> bool {
    let parts = token.split(|byte| matches!(byte, b'-' | b'/'));
    let part = |part: &[u8]| {
        let digits = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let letters = part.len() - digits;
        (1..=6).contains(&digits) && letters <= 1 && part.iter().all(u8::is_ascii_alphanumeric)
    };
    token.len() <= 11
        && token
            .iter()
            .filter(|byte| matches!(byte, b'-' | b'/'))
            .count()
            <= 1
        && parts.into_iter().all(part)
}

/// `1999`, `2024`.
pub(super) fn is_year(token: &[u8]) -> bool {
    token.len() == 4
        && (token.starts_with(b"19") || token.starts_with(b"20"))
        && token.iter().all(u8::is_ascii_digit)
}

/// What follows a street.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) end: usize,
    pub(super) flat: bool,
    /// A postal code, before its town or behind it.
    pub(super) code: bool,
}

/// Flat, town, state and postal code behind `end`, on the same line or the next
/// ones.
pub(super) fn tail(text: &[u8], end: usize) -> Tail {
    let mut tail = Tail {
        end,
        ..Tail::default()
    };
    let (mut at, mut flat_next) = (end, false);
    for _ in 0..TAIL {
        let Some(word) = next_word(text, at) else {
            break;
        };
        let token = text.get(word.clone()).unwrap_or_default();
        let lower = token.to_ascii_lowercase();
        if flat_next && token.len() <= 6 {
            (tail.flat, tail.end, flat_next) = (true, word.end, false);
        } else if FLATS.contains(&lower.as_slice()) {
            flat_next = true;
        } else if let Some(code) = postal_code(text, &word) {
            (tail.code, tail.end) = (true, code);
            // `12345 Town`.
            if let Some(town) = next_word(text, code)
                .filter(|town| is_town(text, town) && same_line(text, code, town.start))
            {
                tail.end = town.end;
            }
            break;
        } else if !is_town(text, &word) {
            break;
        }
        at = word.end;
    }
    tail
}

fn same_line(text: &[u8], from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|gap| gap == b" ")
}

fn is_town(text: &[u8], word: &Range<usize>) -> bool {
    let first = text.get(word.start).copied().unwrap_or(b' ');
    let small = text
        .get(word.clone())
        .is_some_and(|token| super::words::SMALL.contains(&token));
    first.is_ascii_uppercase() || first >= 0x80 || small
}

/// The next word behind marks that lie between the parts of an address.
fn next_word(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..(at + GAP + 48).min(text.len()))?;
    let mark = |byte: &&u8| {
        matches!(
            byte,
            b' ' | b',' | b'\n' | b'\r' | b'\t' | b'.' | b'>' | b'#' | b'('
        )
    };
    let mut gap = 0;
    loop {
        let behind = rest.get(gap..)?;
        gap += behind.iter().take_while(mark).count();
        if !rest.get(gap..)?.starts_with(b"\\n") {
            break;
        }
        gap += 2;
    }
    let lines = memchr::memchr_iter(b'\n', rest.get(..gap)?).count();
    let len = rest
        .iter()
        .skip(gap)
        .take_while(|byte| is_part(**byte))
        .count();
    (gap <= GAP && lines <= 1 && len > 0).then_some(at + gap..at + gap + len)
}

/// Where a postal code ends that begins with a word: five digits, four behind a
/// state or before a town, `1012 AB`, `SW1A 1AA`, `K1A 0B1`, `00-950`, `110 00`.
fn postal_code(text: &[u8], word: &Range<usize>) -> Option<usize> {
    let token = text.get(word.clone())?;
    let shape: Vec<u8> = token
        .iter()
        .map(|byte| {
            if byte.is_ascii_digit() {
                b'd'
            } else if byte.is_ascii_uppercase() {
                b'A'
            } else {
                *byte
            }
        })
        .collect();
    let next = next_word(text, word.end).filter(|next| next.start == word.end + 1);
    let after = next
        .as_ref()
        .and_then(|next| text.get(next.clone()))
        .unwrap_or_default();
    let second = |digits: usize, letters: usize| {
        after.len() == digits + letters
            && after.iter().take(digits).all(u8::is_ascii_digit)
            && after.iter().skip(digits).all(u8::is_ascii_uppercase)
    };
    let after_end = next.as_ref().map_or(word.end, |next| next.end);
    match shape.as_slice() {
        b"ddddd" | b"ddddd-dddd" | b"dddddd" | b"dd-ddd" | b"dddd-ddd" | b"ddddd-ddd"
        | b"ddd-dddd" => Some(word.end),
        b"dddd" if second(0, 2) => Some(after_end),
        b"dddd" if !is_year(token) && after.first().is_some_and(u8::is_ascii_uppercase) => {
            Some(word.end)
        }
        b"ddd" if second(2, 0) => Some(after_end),
        b"Ad" | b"Add" | b"AAd" | b"AAdd" | b"AdA" | b"AAdA" if second(1, 2) => Some(after_end),
        b"AdA" if after.len() == 3 && after.first().is_some_and(u8::is_ascii_digit) => {
            Some(after_end)
        }
        b"A-ddddd" | b"A-dddd" | b"AA-dddd" | b"AA-ddddd" => Some(word.end),
        _ => None,
    }
}

/// Does the value of a field named so look like an address: words in capitals
/// and a number, no expression?
pub(super) fn is_address(value: &[u8]) -> bool {
    let code = |byte: &u8| {
        matches!(
            byte,
            b'@' | b'=' | b'[' | b']' | b'(' | b'_' | b'$' | b'*' | b'%' | b'`'
        )
    };
    if value.len() < 8 || value.iter().any(code) || memchr::memmem::find(value, b"://").is_some() {
        return false;
    }
    let wide = value.iter().filter(|byte| **byte >= 0x80).count() > value.len() / 2;
    let words: Vec<&[u8]> = value
        .split(|byte| matches!(byte, b' ' | b','))
        .filter(|word| !word.is_empty())
        .collect();
    let numbers = words
        .iter()
        .filter(|word| is_number(word.trim_ascii()))
        .count();
    let capitals = words
        .iter()
        .filter(|word| {
            word.first()
                .is_some_and(|first| first.is_ascii_uppercase() || *first >= 0x80)
        })
        .count();
    if wide {
        return value.iter().any(u8::is_ascii_digit)
            || memchr::memmem::find(value, "号".as_bytes()).is_some();
    }
    let hexadecimal = words
        .iter()
        .any(|word| word.starts_with(b"0x") || word.contains(&b':'));
    numbers > 0
        && capitals > 0
        && words.len() >= 3
        && capitals + numbers + 3 > words.len()
        && !hexadecimal
}
