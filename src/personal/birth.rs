//! Dates of birth, and ages.
//!
//! In: a group of digits or the name of a month, then a whole text. Out: the
//! date that begins there, which words near it must call somebody's birth; and
//! numbers that are said to be years of age.

mod months;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use aho_corasick::{AhoCorasick, MatchKind};

use super::coded::{Hit, Place, Take};
use crate::validate::identity::Verdict;
use months::month;

/// A date alone is nobody's birth: told by words near it only.
const DATE: u8 = 9;
/// Longest date, in bytes.
const LONGEST: usize = 40;

/// What words say an age is: looked for only where ages are wanted.
const AGED: u8 = 55;
const SAID: u8 = 50;

/// The date that begins at a group.
pub(super) fn date(place: &Place<'_>) -> Option<Hit> {
    let first = place.rest().first()?;
    let text = place
        .text
        .get(first.start..(first.start + LONGEST).min(place.text.len()))?;
    let len = if !first.letter && first.len() <= 8 {
        numbers(text).or_else(|| day_first(text))
    } else if !first.letter {
        None
    } else if text.first().is_some_and(u8::is_ascii_digit) {
        day_first(text).or_else(|| timed(text))
    } else if first.len() >= 3 && first.len() <= 10 {
        month_first(text)
    } else {
        None
    }?;
    let free =
        |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'_');
    let before = place.before(first.start);
    let joined = matches!(before, Some(b'-' | b'/' | b'.' | b'_'));
    let after = place.text.get(first.start + len).copied();
    let time = after == Some(b'T');
    if joined || !free(before) && before < Some(0x80) || !(free(after) || time) {
        return None;
    }
    Some(Hit::new(
        first.start..first.start + len,
        DATE,
        Verdict::Valid,
    ))
}

/// `1985-03-12`, `12/3/1985`, `12. 3. 85`, `19850312`, `1985年3月12日`.
fn numbers(text: &[u8]) -> Option<usize> {
    let (first, at) = number(text, 0)?;
    if at == 8 {
        let (year, month, day) = (first / 10_000, first / 100 % 100, first % 100);
        return is_date(year, month, day).then_some(8);
    }
    let (mark, at) = separator(text, at)?;
    let (second, after) = number(text, at)?;
    let (other, after) = separator(text, after)?;
    let (third, end) = number(text, after)?;
    let (year_mark, month_mark, day_mark) = ("年".as_bytes(), "月".as_bytes(), "日".as_bytes());
    if mark == year_mark {
        let end = end
            + if text.get(end..)?.starts_with(day_mark) {
                3
            } else {
                0
            };
        return (other == month_mark && is_date(first, second, third)).then_some(end);
    }
    if mark != other {
        return None;
    }
    let lengths = (at, end - after);
    if first >= 1000 {
        return (is_date(first, second, third) && lengths.1 <= 2).then_some(end);
    }
    // Years of two digits are this century's or the last's.
    let year = if lengths.1 == 2 { 1900 + third } else { third };
    let either = is_date(year, second, first) || is_date(year, first, second);
    (either && matches!(lengths.1, 2 | 4)).then_some(end)
}

/// `1985-03-12T00:00:00`: the group has a letter.
fn timed(text: &[u8]) -> Option<usize> {
    numbers(text)
}

/// A number, and where it ends.
fn number(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let digits = text.get(at..)?;
    let len = digits
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let value = std::str::from_utf8(digits.get(..len)?).ok()?.parse().ok()?;
    Some((value, at + len))
}

/// What stands between the parts of a date, and where it ends.
fn separator(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..)?;
    let (mark, len) = match rest {
        [b'-' | b'/' | b'.', b' ', ..] => (1, 2),
        [b'-' | b'/' | b'.', ..] => (1, 1),
        [b' ', b'/', b' ', ..] => return Some((&rest[1..2], at + 3)),
        _ if ["年", "月"]
            .iter()
            .any(|mark| rest.starts_with(mark.as_bytes())) =>
        {
            (3, 3)
        }
        _ => return None,
    };
    let next = at + len;
    Some((rest.get(..mark)?, next))
}

/// `12 March 1985`, `12. März 1985`, `12 de marzo de 1985`, `12th of March, 1985`,
/// `12-Mar-1985`.
fn day_first(text: &[u8]) -> Option<usize> {
    let (day, at) = number(text, 0)?;
    let at = skip(text, at, &["st", "nd", "rd", "th", "er", "º", "°", "."]);
    let (number, at) = named(text, skip(text, at, &[" of ", " de ", " ", "-"]))?;
    let at = skip(text, at, &[" del ", " de ", ", ", ". ", " ", "-"]);
    year(text, at, number, day)
}

/// `March 12, 1985`, `Mar. 12th 1985`.
fn month_first(text: &[u8]) -> Option<usize> {
    let (number_of, at) = named(text, 0)?;
    let (day, at) = number(text, skip(text, at, &[". ", " "]))?;
    let at = skip(text, at, &["st", "nd", "rd", "th"]);
    year(text, skip(text, at, &[", ", " ", ","]), number_of, day)
}

fn year(text: &[u8], at: usize, month: u32, day: u32) -> Option<usize> {
    let (year, end) = number(text, at)?;
    (end - at == 4 && is_date(year, month, day)).then_some(end)
}

/// The month named at a place, and where its name ends.
fn named(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let len = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80)
        .count();
    let name = std::str::from_utf8(rest.get(..len)?).ok()?;
    Some((month(name)?, at + len))
}

fn skip(text: &[u8], at: usize, marks: &[&str]) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let mark = marks.iter().find(|mark| rest.starts_with(mark.as_bytes()));
    at + mark.map_or(0, |mark| mark.len())
}

/// A day somebody who lives may be born on.
fn is_date(year: u32, month: u32, day: u32) -> bool {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day) && (1900..=this_year()).contains(&year)
}

fn this_year() -> u32 {
    const YEAR: u64 = 31_556_952;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(2100, |now| 1970 + (now.as_secs() / YEAR) as u32)
}

/// Behind a number: "34 years old".
const BEHIND: &[&str] = &[
    "years old",
    "year old",
    "years-old",
    "year-old",
    "yrs old",
    "yr old",
    "y/o",
    "yo ",
    "years of age",
    "jahre alt",
    "jahre jung",
    "-jähriger",
    "-jährige",
    "jähriger",
    "jährige",
    "años",
    "anos de idade",
    "anni",
    "jaar oud",
    "år gammal",
    "år gammel",
    "岁",
    "歲",
    "歳",
    "살",
];
/// Before it: "age: 34".
const BEFORE: &[&str] = &[
    "age",
    "aged",
    "age of",
    "age is",
    "ages",
    "just turned",
    "i'll turn",
    "will turn",
    "i turn",
    "alter",
    "im alter von",
    "âge",
    "âgé de",
    "âgée de",
    "j'ai",
    "edad",
    "idade",
    "età",
    "leeftijd",
    "ålder",
    "wiek",
    "年龄",
    "年齢",
    "나이",
];

static AGES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(BEHIND.iter().chain(BEFORE))
        .ok()
});

/// All ages in `text[owned]`.
pub(super) fn age(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    let start = owned.start.saturating_sub(32);
    let end = (owned.end + 32).min(text.len());
    let Some((part, automaton)) = text.get(start..end).zip(AGES.as_ref()) else {
        return;
    };
    for found in automaton.find_overlapping_iter(part) {
        let word = start + found.start()..start + found.end();
        let hit = if found.pattern().as_usize() < BEHIND.len() {
            years_before(text, &word)
        } else {
            years_behind(text, &word)
        };
        if let Some(hit) = hit {
            take(hit);
        }
    }
}

fn years_before(text: &[u8], word: &Range<usize>) -> Option<Hit> {
    let head = text.get(word.start.saturating_sub(8)..word.start)?;
    let gap = usize::from(matches!(head.last(), Some(b' ' | b'-')));
    let digits = head
        .iter()
        .rev()
        .skip(gap)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let end = word.start - gap;
    let before = head.iter().rev().nth(gap + digits).copied();
    let free = before.is_none_or(|byte| {
        !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'_' | b'-' | b',')
    });
    let after = text.get(word.end).is_some_and(u8::is_ascii_alphanumeric);
    (free && !after).then(|| of(text, end - digits..end, AGED))?
}

fn years_behind(text: &[u8], word: &Range<usize>) -> Option<Hit> {
    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let ascii = text.get(word.start).is_some_and(u8::is_ascii);
    if ascii && (letter(text.get(word.start.wrapping_sub(1))) || letter(text.get(word.end))) {
        return None;
    }
    let rest = text.get(word.end..(word.end + 16).min(text.len()))?;
    let between = |byte: &&u8| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'*');
    let colon = "：".as_bytes();
    let gap = if rest.starts_with(colon) {
        colon.len()
    } else {
        rest.iter().take(5).take_while(between).count()
    };
    let start = word.end + gap;
    let digits = text
        .get(start..)?
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (next, second) = (
        text.get(start + digits).copied(),
        text.get(start + digits + 1),
    );
    let fraction = matches!(next, Some(b'.' | b',')) && second.is_some_and(u8::is_ascii_digit);
    let joined = next.is_some_and(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'%' | b'-' | b'/' | b':' | b'*' | b'+')
    });
    (gap > 0 && !fraction && !joined).then(|| of(text, start..start + digits, SAID))?
}

/// An age of 1 to 119 years, at a place.
fn of(text: &[u8], span: Range<usize>, score: u8) -> Option<Hit> {
    let digits = text.get(span.clone())?;
    let years: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let whole = (1..120).contains(&years) && digits.len() <= 3 && !digits.starts_with(b"0");
    whole.then(|| Hit {
        evidence: Some("words beside it say it is an age"),
        ..Hit::new(span, score, Verdict::Valid)
    })
}
