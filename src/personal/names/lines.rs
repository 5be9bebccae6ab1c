//! Names at the start of lines.
//!
//! In: a text. Out: those who speak in a dialogue (`Ana: …`) and those above
//! their address; the lists must have them.

use std::collections::HashMap;
use std::ops::Range;

use super::value::{self, Value};
use super::{Take, hit, lists};

/// What a name before what it says is worth, and that it speaks again.
const SPEAKER: u8 = 12;
const AGAIN: u8 = 12;

/// Names at the start of lines, before what they say: `Ana: …`.
pub(super) fn find(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    let Some(part) = text.get(owned.clone()) else {
        return;
    };
    let first = (owned.start == 0).then_some(0);
    let starts = first
        .into_iter()
        .chain(memchr::memchr_iter(b'\n', part).map(|at| owned.start + at + 1));
    let mut spoken = Vec::new();
    for start in starts {
        match line(text, start) {
            Some(Line::Said(value)) => spoken.push(value),
            Some(Line::Alone(value)) => take(hit(&value, 0)),
            None => {}
        }
    }
    let mut times: HashMap<&[String], usize> = HashMap::new();
    for value in &spoken {
        *times.entry(value.words.as_slice()).or_default() += 1;
    }
    let dialogue = spoken.len() > 1;
    for value in &spoken {
        if !dialogue && value.words.len() == 1 {
            continue;
        }
        let again = times
            .get(value.words.as_slice())
            .is_some_and(|times| *times > 1);
        let base = SPEAKER + if again { AGAIN } else { 0 };
        take(hit(value, base));
    }
}

/// What a line is.
enum Line {
    /// It begins with who says the rest.
    Said(Value),
    /// It is a name, above an address.
    Alone(Value),
}

/// The name a line begins with.
fn line(text: &[u8], start: usize) -> Option<Line> {
    let head = text.get(start..(start + 32).min(text.len()))?;
    let mark = |byte: &&u8| matches!(byte, b'>' | b'*' | b' ' | b'-' | b'"' | b'?');
    let mut at = start + head.iter().take(5).take_while(mark).count();
    // The time it was said at.
    if text.get(at) == Some(&b'[') {
        let close = memchr::memchr(b']', text.get(at..(at + 24).min(text.len()))?)?;
        at += close + 1;
        at += usize::from(text.get(at) == Some(&b' '));
    }
    let first = *text.get(at)?;
    if !first.is_ascii_uppercase() && first < 0x80 {
        return None;
    }
    // Most lines are neither: see how far the colon or the end is first.
    let head = text.get(at..(at + 40).min(text.len()))?;
    let stop =
        memchr::memchr3(b':', b'\n', b'\r', head).or((head.len() < 40).then_some(head.len()))?;
    let value = value::at(text, at, true)?;
    let rest = text.get(value.span.end..)?;
    if head.get(stop) != Some(&b':') {
        let whole =
            value.span.end == at + stop && value.given && value.surname && value.words.len() > 1;
        return (whole && above_address(rest)).then_some(Line::Alone(value));
    }
    let rest = rest.strip_prefix(b"**").unwrap_or(rest);
    let said = match rest {
        [b':', b' ' | b'*' | b'\n' | b'\r' | b'\t', next, ..] => !next.is_ascii_digit(),
        [b':', b'"' | b'\\', ..] => true,
        _ => false,
    };
    let capitals = text
        .get(value.span.clone())?
        .iter()
        .all(|byte| !byte.is_ascii_lowercase());
    let common = value.words.len() == 1 && value.words.iter().any(|word| lists::is_common(word));
    let who = said && value.given && value.words.len() <= 3 && !common && !capitals;
    who.then_some(Line::Said(value))
}

/// Does one of the next three lines begin with a house number, a box or a flat?
fn above_address(rest: &[u8]) -> bool {
    let rest = rest.get(..200).unwrap_or(rest);
    let lines = rest.split(|byte| *byte == b'\n').skip(1).take(3);
    lines.into_iter().any(|line| {
        let mark = |byte: &&u8| matches!(byte, b'>' | b' ' | b'?' | b'\t');
        let line = line
            .get(line.iter().take_while(mark).count()..)
            .unwrap_or_default();
        let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let street = (1..=6).contains(&digits)
            && line.get(digits) == Some(&b' ')
            && line.get(digits + 1).is_some_and(u8::is_ascii_alphanumeric);
        street || line.starts_with(b"P.O. Box") || line.starts_with(b"Apt")
    })
}
