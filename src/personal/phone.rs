//! Telephone numbers.
//!
//! In: a group of digits. Out: the number that begins there, with `+`, bracket
//! and extension. Numbers are in all models, tables and logs, so what stands
//! around decides first: no part of a name, a float, a list, a longer chain.

mod around;
mod forms;
mod home;
mod other;
#[cfg(test)]
mod tests;
mod written;

use super::coded::{Hit, Place};
use forms::{Told, told};
use written::Written;

/// Fewest digits of a number in one piece.
const FEWEST: usize = 7;
/// Least score that some profile tells without a word that names it.
const TOLD_ALONE: u8 = 30;
/// What an extension adds.
const EXTENDED: u8 = 10;
/// What it adds to a number that begins with `+` to be in quotes, and to stand
/// in a line of prose or alone on its line: sums and patches have others.
const QUOTED: u8 = 13;
const APART: u8 = 8;

/// The number whose first digit begins this group.
pub(super) fn find(place: &Place<'_>) -> Option<Hit> {
    let text = place.text;
    let first = first_digit(place)?;
    let number = Written::read(text, first)?;
    if !begins_free(text, &number) {
        return None;
    }
    let (number, told) = longest(text, &number)?;
    let end = number.end();
    let extended = extension(text, end);
    let end = extended.unwrap_or(end);
    if !ends_free(text, end) || is_dumped(text, &number) {
        return None;
    }
    // Where there is no word, none names it.
    if told.score < TOLD_ALONE && !around::has_words(text, number.start, end) {
        return None;
    }
    let bare = number.groups().len() == 1 && !number.plus;
    if bare
        && (around::is_listed(text, number.start, end)
            || !around::is_named(text, number.start, end))
    {
        return None;
    }
    let mut score = told.score;
    if extended.is_some() {
        score += EXTENDED;
    }
    if number.plus && number.groups().len() == 1 {
        score += set_apart(text, number.start, end);
    }
    Some(Hit {
        evidence: told.evidence,
        ..Hit::new(number.start..end, score, told.verdict)
    })
}

/// What the marks beside a number in one piece that begins with `+` add.
fn set_apart(text: &[u8], start: usize, end: usize) -> u8 {
    let before = start.checked_sub(1).and_then(|at| text.get(at)).copied();
    let (after, next) = (text.get(end).copied(), text.get(end + 1));
    let ends_line = matches!(after, None | Some(b'\n' | b'\r'));
    let signed = after == Some(b' ') && matches!(next, Some(b'+' | b'-'));
    let summed = || {
        let before = text.get(..start).unwrap_or_default().trim_ascii_end();
        before.last().is_some_and(u8::is_ascii_digit)
    };
    match before {
        Some(b'"' | b'\'') if before == after => QUOTED,
        None | Some(b'\n') if !ends_line => 0,
        Some(b' ') if signed || summed() => 0,
        _ => APART,
    }
}

/// Where the first digit is, if a number may begin there at all. Most groups
/// end here.
fn first_digit(place: &Place<'_>) -> Option<usize> {
    let group = place.rest().first()?;
    if !group.digit {
        return None;
    }
    let text = place.text;
    let mut first = group.start;
    let mut len = group.len();
    if group.letter {
        // `\n` before it, or an extension behind it.
        let escaped = matches!(text.get(first), Some(b'n' | b't' | b'r'));
        if escaped && place.before(first) == Some(b'\\') {
            first += 1;
        }
        let rest = text.get(first..group.end)?;
        len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if len == 0 || (len < rest.len() && !matches!(rest[len], b'x' | b'X' | b'e')) {
            return None;
        }
    }
    let (before, after) = (place.before(first), text.get(first + len));
    let goes_on = matches!(
        after,
        Some(b' ' | b'-' | b'.' | b'/' | b')' | b'(' | 0xc2 | 0xe2)
    );
    if len > 15 || (len < FEWEST && !goes_on && before != Some(b'+')) {
        return None;
    }
    // A number with spaces does not begin behind another and a space.
    let before_that = first.checked_sub(2).and_then(|at| text.get(at));
    if before == Some(b' ') && after == Some(&b' ') && before_that.is_some_and(u8::is_ascii_digit) {
        return None;
    }
    match before {
        Some(b'_' | b'#' | b'@' | b'$' | b'%' | b'~' | b'^' | b'*' | b'&' | b'<') => None,
        _ => Some(first),
    }
}

/// Of the number and of what is left without groups behind it that a space sets
/// apart, the longest that is one.
fn longest(text: &[u8], number: &Written) -> Option<(Written, Told)> {
    let mut number = *number;
    loop {
        if let Some(told) = told(&number) {
            return Some((number, told));
        }
        let dropped = number.groups().last()?.mark;
        let shorter = number.shorter()?;
        // Nothing tells where a number ends that has spaces itself.
        let marked = shorter.plus
            || shorter.bracket.is_some()
            || shorter.has(b'-')
            || (shorter.has(b'.') && !shorter.has(b' '));
        let apart = dropped == b' ' || (dropped == b'/' && text.get(shorter.end()) == Some(&b' '));
        if !apart || !marked {
            return None;
        }
        number = shorter;
    }
}

/// Does nothing before it make it part of something longer?
fn begins_free(text: &[u8], number: &Written) -> bool {
    let at = |back: usize| text.get(number.start.checked_sub(back)?).copied();
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let Some(before) = at(1) else { return true };
    match before {
        b'n' | b't' | b'r' => at(2) == Some(b'\\'),
        byte if byte.is_ascii_alphanumeric() => false,
        b'_' | b'#' | b'@' | b'$' | b'%' | b'~' | b'^' | b'*' | b'&' | b'+' => false,
        // `x[(123)]`, `f(1)(2)`, `a)+123`
        b')' | b']' | b'}' => !number.plus && number.bracket.is_none(),
        b'.' => !word(at(2)) && !matches!(at(2), Some(b'.' | b'/')) && number.groups().len() > 1,
        b'-' => {
            !word(at(2)) && !matches!(at(2), Some(b'-' | b')' | b'=')) && number.groups().len() > 1
        }
        b'/' => number.plus || (!word(at(2)) && at(2) != Some(b'/') && at(2) != Some(b'.')),
        b':' => !digit(at(2)),
        b',' if digit(at(2)) => number.groups().len() > 1,
        // In a chain of numbers none begins but one that has no spaces itself.
        b' ' => {
            let joined =
                digit(at(2)) || (matches!(at(2), Some(b'-' | b'/' | b')')) && digit(at(3)));
            !joined || number.plus || !number.has(b' ') && number.groups().len() > 1
        }
        _ => true,
    }
}

/// Does nothing behind it make it part of something longer?
fn ends_free(text: &[u8], end: usize) -> bool {
    let at = |place: usize| text.get(end + place).copied();
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let Some(after) = at(0) else { return true };
    match after {
        byte if byte.is_ascii_alphanumeric() => false,
        b'_' | b'%' | b'@' | b'^' | b'*' | b'#' => false,
        b'.' | b'/' | b':' | b'+' => !at(1).is_some_and(|byte| byte.is_ascii_alphanumeric()),
        // `-Office` is a label, `-4f3a` the rest of a name.
        b'-' => {
            let rest = text.get(end + 1..).unwrap_or_default();
            let letters = rest
                .iter()
                .take(12)
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count();
            let hex = rest.iter().take(letters).all(u8::is_ascii_hexdigit);
            let touches = rest
                .first()
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
            !touches || (letters > 2 && !hex && !digit(rest.get(letters).copied()))
        }
        b' ' => !digit(at(1)) || text.get(end - 1).is_some_and(u8::is_ascii_digit),
        _ => true,
    }
}

/// Is it a part of a row of bytes in hexadecimal?
fn is_dumped(text: &[u8], number: &Written) -> bool {
    let groups = number.groups();
    let Some(len) = groups.first().map(|group| group.len) else {
        return false;
    };
    if number.plus || groups.len() < 2 || !matches!(len, 2 | 4) || !number.has(b' ') {
        return false;
    }
    let part =
        |part: &[u8]| part.iter().all(u8::is_ascii_hexdigit) && part.iter().any(u8::is_ascii_digit);
    let before = text
        .get(..number.start)
        .unwrap_or_default()
        .trim_ascii_end();
    let behind = text.get(number.end()..).unwrap_or_default();
    let before = before.rsplit(|byte| !byte.is_ascii_alphanumeric()).next();
    let behind = behind
        .strip_prefix(b" ")
        .map(|rest| rest.split(|byte| !byte.is_ascii_alphanumeric()));
    [before, behind.and_then(|mut words| words.next())]
        .into_iter()
        .flatten()
        .any(|word| word.len() == usize::from(len) && part(word))
}

/// Words before an extension, longest first.
const EXTENSIONS: &[&[u8]] = &[
    b"extension",
    b"ext.:",
    b"ext.",
    b"ext:",
    b"ext",
    b"x.",
    b"x",
    b"durchwahl",
    b"poste",
    b"int.",
    b"#",
];
/// Most digits of an extension.
const LONGEST_EXTENSION: usize = 6;

/// The end of an extension behind a number: `x123`, `ext. 45`, ` #12`.
fn extension(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..(end + 24).min(text.len()))?;
    let gap = rest
        .iter()
        .take(2)
        .take_while(|byte| matches!(byte, b' ' | b','));
    let word = rest.get(gap.count()..)?;
    let known = EXTENSIONS.iter().find(|known| {
        word.get(..known.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(known))
    })?;
    let digits = word.get(known.len()..)?.trim_ascii_start();
    let count = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let next = digits.get(count);
    let whole =
        (1..=LONGEST_EXTENSION).contains(&count) && !next.is_some_and(u8::is_ascii_alphanumeric);
    whole.then(|| end + rest.len() - digits.len() + count)
}
