//! Postal addresses.
//!
//! In: a text. Out: streets with a house number, boxes at a post office and
//! fields for an address. A street alone says little; a flat or a postal code
//! behind it says that it is an address.

mod fields;
mod parts;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use super::coded::{Hit, Take};
use crate::validate::identity::Verdict;
use parts::{is_number, is_year, tail, word_after, word_before};
use words::{ALL, Kind};

/// How far before what is looked at a word may begin.
const BACK: usize = 96;
/// Most words of a street.
const STREET: usize = 4;
/// A street with a number, one that is nothing else, a box.
const PLAIN: u8 = 18;
const CLEAR: u8 = 32;
/// What a flat and a postal code make of it.
const FLAT: u8 = 38;
const CODED: u8 = 55;
const MILITARY: u8 = 65;

/// All addresses that begin in `text[owned]`.
pub(super) fn find(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    // A house number stands before the word for the street.
    let start = owned.start.saturating_sub(BACK);
    let end = (owned.end + BACK).min(text.len());
    let Some((part, all)) = text.get(start..end).zip(ALL.as_ref()) else {
        return;
    };
    for found in all.automaton.find_overlapping_iter(part) {
        let word = start + found.start()..start + found.end();
        let Some(kind) = all.kinds.get(found.pattern().as_usize()) else {
            continue;
        };
        let hit = match kind {
            Kind::Behind => numbered_before(text, &word, true),
            Kind::MaybeBehind => numbered_before(text, &word, false),
            Kind::Compound => compound(text, &word),
            Kind::French => french(text, &word),
            Kind::Leading => numbered_behind(text, &word),
            Kind::Flat => flat(text, &word),
            Kind::Box => post_box(text, &word),
            Kind::Military => military(text, &word),
            Kind::Field => fields::field(text, &word),
            Kind::Code => fields::japanese(text, &word),
        };
        if let Some(hit) = hit.filter(|hit| owned.contains(&hit.span.start)) {
            take(hit);
        }
    }
}

/// A street from `start` to `end`, with what follows it.
fn hit(text: &[u8], start: usize, end: usize, base: u8) -> Hit {
    let tail = tail(text, end);
    let score = if tail.code {
        CODED
    } else if tail.flat {
        FLAT.max(base)
    } else {
        base
    };
    let span = start..tail.end;
    let street = text
        .get(start..end)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let known = words::KNOWN
        .iter()
        .any(|known| street.starts_with(known.as_bytes()));
    let verdict = if known {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    };
    Hit {
        evidence: tail.code.then_some("a postal code stands behind it"),
        ..Hit::new(span, score, verdict)
    }
}

/// `1234 Elm Street`, `350 5th Ave`: from the word for the street back to its
/// number.
fn numbered_before(text: &[u8], street: &Range<usize>, clear: bool) -> Option<Hit> {
    let first = text.get(street.start)?;
    if !stands_alone(text, street)
        || !first.is_ascii_uppercase()
        || text.get(street.start.wrapping_sub(1)) != Some(&b' ')
    {
        return None;
    }
    let mut at = street.start;
    for words in 0..=STREET {
        let word = word_before(text, at)?;
        let token = text.get(word.clone())?;
        if words > 0 && is_number(token) {
            let free = !matches!(
                text.get(word.start.wrapping_sub(1)),
                Some(b'.' | b'-' | b'/' | b'$' | b'#' | b'_' | b':' | b'=')
            );
            let dot = usize::from(text.get(street.end) == Some(&b'.') && street.len() <= 4);
            let clear = clear && !is_year(token) && token.len() > 1;
            let base = if clear { CLEAR } else { PLAIN };
            return free.then(|| hit(text, word.start, street.end + dot, base));
        }
        let first = token.first()?;
        let ordinal = first.is_ascii_digit() && token.last().is_some_and(u8::is_ascii_lowercase);
        if !(first.is_ascii_uppercase() || *first >= 0x80 || ordinal) {
            return None;
        }
        at = word.start;
    }
    None
}

/// `Lindenstraße 12`, `Berliner Straße 12a`, `Kerkstraat 7`.
fn compound(text: &[u8], ending: &Range<usize>) -> Option<Hit> {
    let letter = |at: usize| {
        text.get(at)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
    };
    if letter(ending.end) {
        return None;
    }
    let mut start = ending.start;
    let first = |start: usize| {
        text.get(start)
            .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80)
    };
    if letter(start.wrapping_sub(1)) || text.get(start.wrapping_sub(1)) == Some(&b'-') {
        start = word_before(text, ending.end)?.start;
    } else {
        for _ in 0..2 {
            let word = word_before(text, start).filter(|word| first(word.start));
            start = word.map_or(start, |word| word.start);
        }
    }
    if !first(start) || start + 4 > ending.end {
        return None;
    }
    let number = word_after(text, ending.end)?;
    house(
        text,
        start,
        &number,
        if ending.len() > 4 { CLEAR } else { PLAIN },
    )
}

/// The hit, if a word is a house number.
fn house(text: &[u8], start: usize, number: &Range<usize>, base: u8) -> Option<Hit> {
    let token = text.get(number.clone())?;
    let next = text.get(number.end).copied();
    let fraction = next == Some(b'.') && text.get(number.end + 1).is_some_and(u8::is_ascii_digit);
    if !is_number(token)
        || token.len() > 5
        || fraction
        || matches!(next, Some(b'%' | b':' | b'_' | b'(' | b'='))
    {
        return None;
    }
    Some(hit(
        text,
        start,
        number.end,
        if is_year(token) {
            PLAIN.min(base)
        } else {
            base
        },
    ))
}

/// `12 bis, rue de la Fontaine`.
fn french(text: &[u8], street: &Range<usize>) -> Option<Hit> {
    if !stands_alone(text, street) {
        return None;
    }
    let mut number = word_before(text, street.start)?;
    if matches!(text.get(number.clone())?, b"bis" | b"ter" | b"quater") {
        number = word_before(text, number.start)?;
    }
    if !is_number(text.get(number.clone())?) {
        return None;
    }
    let end = name_behind(text, street.end)?;
    // "204 Route Handler" is none.
    let small = word_after(text, street.end).and_then(|word| text.get(word));
    let small = small.is_some_and(|word| words::SMALL.contains(&word) || word.contains(&b'\''));
    let base = if small && !is_year(text.get(number.clone())?) {
        CLEAR
    } else {
        PLAIN
    };
    Some(hit(text, number.start, end, base))
}

/// Behind small words the last of up to four words in capitals.
fn name_behind(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut end) = (from, None);
    for _ in 0..STREET + 2 {
        let Some(word) = word_after(text, at) else {
            break;
        };
        let token = text.get(word.clone())?;
        let first = *token.first()?;
        let capital = first.is_ascii_uppercase()
            || first >= 0x80
            || token.starts_with(b"d'")
            || token.starts_with(b"l'");
        if capital {
            end = Some(word.end);
        } else if end.is_some() && !words::SMALL.contains(&token) {
            break;
        } else if !words::SMALL.contains(&token) {
            return None;
        }
        at = word.end;
    }
    end
}

/// `Calle Mayor, 12`, `Via Roma 3`, `Rua das Flores, nº 5`.
fn numbered_behind(text: &[u8], street: &Range<usize>) -> Option<Hit> {
    if !stands_alone(text, street) || !text.get(street.start)?.is_ascii_uppercase() {
        return None;
    }
    let mut at = street.end + usize::from(text.get(street.end) == Some(&b'.'));
    for words in 0..=STREET + 2 {
        let word = word_after(text, at)?;
        let token = text.get(word.clone())?;
        if words > 0 && is_number(token) {
            return house(text, street.start, &word, PLAIN + 6);
        }
        let first = *token.first()?;
        let mark = words::NUMBER.contains(&token);
        if !(first.is_ascii_uppercase() || first >= 0x80 || mark || words::SMALL.contains(&token)) {
            return None;
        }
        at = word.end;
        at += usize::from(text.get(at) == Some(&b',') || (mark && text.get(at) == Some(&b'.')));
    }
    None
}

/// `51 Nedre Torget 9, Apt. 12`: from the flat back to a number and a name,
/// whatever the street is called.
fn flat(text: &[u8], word: &Range<usize>) -> Option<Hit> {
    if !stands_alone(text, word) || !tail(text, word.start).flat {
        return None;
    }
    let (mut at, mut start, mut named) = (word.start, None, false);
    for words in 0..STREET + 2 {
        let Some(part) = parts::part_before(text, at) else {
            break;
        };
        let token = text.get(part.clone())?;
        let first = *token.first()?;
        if is_number(token) {
            start = Some(part.start);
        } else if first.is_ascii_uppercase() || first >= 0x80 {
            named = true;
        } else if words == 0 || !words::SMALL.contains(&token) {
            break;
        }
        at = part.start;
    }
    let start = start.filter(|_| named)?;
    Some(hit(text, start, word.start, PLAIN))
}

/// `P.O. Box 123`.
fn post_box(text: &[u8], word: &Range<usize>) -> Option<Hit> {
    if !stands_alone(text, word) {
        return None;
    }
    let rest = text.get(word.end..(word.end + 4).min(text.len()))?;
    let gap = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b':' | b'#' | b'.'))
        .count();
    let number = word_after(text, word.end + gap.saturating_sub(1))?;
    let digits = text.get(number.clone())?;
    let whole = gap > 0 && digits.len() <= 6 && digits.iter().all(u8::is_ascii_digit);
    whole.then(|| hit(text, word.start, number.end, FLAT))
}

/// `PSC 12, Box 34, APO AE 09012`, with a unit or ship before it.
fn military(text: &[u8], word: &Range<usize>) -> Option<Hit> {
    if !stands_alone(text, word) {
        return None;
    }
    let region = word_after(text, word.end)?;
    let code = word_after(
        text,
        region.end + usize::from(text.get(region.end) == Some(&b',')),
    )?;
    let known = matches!(
        text.get(region)?.to_ascii_uppercase().as_slice(),
        b"AA" | b"AE" | b"AP"
    );
    let digits = text.get(code.clone())?;
    if !known || digits.len() != 5 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let from = word.start.saturating_sub(48);
    let before = text.get(from..word.start)?.to_ascii_lowercase();
    let begins = |unit: &&str| memchr::memmem::rfind(&before, unit.as_bytes());
    let unit = words::UNITS.iter().filter_map(begins).max();
    let start = unit.map_or(word.start, |at| from + at);
    Some(Hit::new(start..code.end, MILITARY, Verdict::Valid))
}

/// Is it a word of its own?
fn stands_alone(text: &[u8], word: &Range<usize>) -> bool {
    let joins = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
    };
    !joins(text.get(word.start.wrapping_sub(1))) && !joins(text.get(word.end))
}
