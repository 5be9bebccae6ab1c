//! Names of people, without a model.
//!
//! In: a text. Out: what stands where a name is expected (behind "my name is",
//! titles, salutations, closings, labels, keys, and before what a speaker
//! says) and has the form of one. Lists of names only support it: what the
//! place does not say alone is told if they agree.

mod lists;
#[cfg(test)]
mod tests;
mod triggers;
mod value;

use std::collections::HashMap;
use std::ops::Range;

use super::coded::{Hit, Take};
use crate::validate::identity::Verdict;
use triggers::{Kind, Triggers};
use value::Value;

/// How far before what is looked at a trigger may begin.
const BACK: usize = 96;

/// What the lists and the form add to what the place says.
const GIVEN: u8 = 18;
const SURNAME: u8 = 14;
const WORDS: u8 = 6;
/// What a speaker who speaks again adds.
const AGAIN: u8 = 12;

/// Surnames of examples.
const NOBODY: &[&str] = &["doe", "mustermann", "musterfrau", "bloggs", "roe"];

/// All names that begin in `text[owned]`.
pub(super) fn find(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    let start = owned.start.saturating_sub(BACK);
    let Some((part, all)) = text.get(start..owned.end).zip(triggers::ALL.as_ref()) else {
        return;
    };
    for found in all.automaton.find_overlapping_iter(part) {
        let trigger = start + found.start()..start + found.end();
        let Some(kind) = all.kinds.get(found.pattern().as_usize()) else {
            continue;
        };
        if let Some(hit) = behind(text, &trigger, *kind, all) {
            take(hit);
        }
    }
    speakers(text, owned, take);
}

/// The name behind a trigger.
fn behind(text: &[u8], trigger: &Range<usize>, kind: Kind, all: &Triggers) -> Option<Hit> {
    if kind == Kind::Name {
        return named(text, trigger, all);
    }
    if kind != Kind::Uncased
        && (is_letter(before(text, trigger.start)) || is_letter(text.get(trigger.end).copied()))
    {
        return None;
    }
    match kind {
        Kind::Said => introduced(text, trigger.end, 32, false),
        Kind::Claimed => {
            let hit = introduced(text, trigger.end, 12, true)?;
            ends(text, hit.span.end).then_some(hit)
        }
        Kind::Title => titled(text, trigger),
        Kind::Letter | Kind::Greeting => {
            let base = if kind == Kind::Letter { 24 } else { 12 };
            let hit = introduced(text, trigger.end, base, true)?;
            let end = text.get(hit.span.end).copied();
            let ended = matches!(
                end,
                None | Some(b',' | b'!' | b':' | b'\n' | b'\r' | b'.' | b'\\' | b'"' | b'?' | b';')
            );
            ended.then_some(hit)
        }
        Kind::Closing => signed(text, trigger.end, 26),
        Kind::Thanks => signed(text, trigger.end, 14),
        Kind::Label => labelled(text, trigger, 30),
        Kind::Role => labelled(text, trigger, 18),
        Kind::Uncased => {
            let start = assigned(text, trigger.end)?;
            let span = value::uncased(text, start)?;
            ends(text, span.end).then(|| Hit::new(span, 40, Verdict::Valid))
        }
        Kind::Name => None,
    }
}

/// A name right behind words that introduce it.
fn introduced(text: &[u8], end: usize, base: u8, strict: bool) -> Option<Hit> {
    let rest = text.get(end..)?;
    let gap = rest
        .iter()
        .take(6)
        .take_while(|byte| matches!(byte, b' ' | b':' | b',' | b'*' | b'"' | b'_'))
        .count();
    if !rest.get(..gap)?.contains(&b' ') {
        return None;
    }
    let value = value::at(text, end + gap, strict)?;
    if value.words.len() == 1
        && value
            .words
            .first()
            .is_some_and(|word| lists::is_assistant(word))
    {
        return None;
    }
    Some(hit(&value, base))
}

/// `Dr. Name`; `ms` may be milliseconds and `MS` a company.
fn titled(text: &[u8], trigger: &Range<usize>) -> Option<Hit> {
    let title = text.get(trigger.clone())?;
    let dotted = text.get(trigger.end) == Some(&b'.');
    let capital = title
        .first()
        .is_some_and(|first| !first.is_ascii_lowercase());
    let capitals = title.iter().all(u8::is_ascii_uppercase);
    if capitals && title == b"MS" || !(capital || dotted) {
        return None;
    }
    let start = trigger.end + usize::from(dotted);
    let gap = match text.get(start..start + 2)? {
        [b' ', b' '] => 2,
        [b' ', _] => 1,
        _ => return None,
    };
    let value = value::at(text, start + gap, dotted && capital)?;
    let hit = hit(&value, 30);
    // What is a title in one language is a word in another.
    let sure = matches!(
        title.to_ascii_lowercase().as_slice(),
        b"mr" | b"mrs" | b"ms" | b"dr" | b"prof" | b"herr" | b"frau" | b"mme"
    ) || title == "señora".as_bytes();
    (value.given || value.surname || (sure && capital && !capitals)).then_some(hit)
}

/// A name on the line after a closing.
fn signed(text: &[u8], end: usize, base: u8) -> Option<Hit> {
    let mut at = end;
    let mut lines = 0;
    while at < end + 12 {
        match text.get(at)? {
            b'\n' => lines += 1,
            b'\\' if matches!(text.get(at + 1), Some(b'n')) => {
                lines += 1;
                at += 1;
            }
            b'\\' if matches!(text.get(at + 1), Some(b'r' | b't')) => at += 1,
            b',' | b'.' | b'!' if lines == 0 => {}
            b' ' | b'\r' | b'\t' | b'>' | b'-' | b'*' | b'|' => {}
            _ => break,
        }
        at += 1;
    }
    if !(1..=3).contains(&lines) {
        return None;
    }
    let value = value::at(text, at, true)?;
    let end = text.get(value.span.end).copied();
    let ended = matches!(
        end,
        None | Some(b',' | b'\n' | b'\r' | b'\\' | b'"' | b'<' | b'|' | b'*')
    );
    ended.then(|| hit(&value, base))
}

/// `first_name: "…"`, `Name: …`: whose name it is decides.
fn named(text: &[u8], trigger: &Range<usize>, all: &Triggers) -> Option<Hit> {
    if text
        .get(trigger.end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    {
        return None;
    }
    let head = text.get(trigger.start.saturating_sub(24)..trigger.start)?;
    let gap = usize::from(matches!(head.last(), Some(b' ' | b'_' | b'-' | b'.')));
    let head = head.get(..head.len() - gap)?;
    let mut letters = head.iter().rev().peekable();
    let mut word = Vec::new();
    while let Some(letter) = letters.next_if(|byte| byte.is_ascii_alphabetic()) {
        word.push(letter.to_ascii_lowercase());
        // `firstName`, `FullName`: a word begins at a capital.
        if letter.is_ascii_uppercase()
            && letters.peek().is_some_and(|byte| byte.is_ascii_lowercase())
        {
            break;
        }
    }
    word.reverse();
    let word = String::from_utf8(word).ok()?;
    let base = if word.is_empty() {
        let start = head.last().copied();
        let whole = matches!(
            start,
            None | Some(
                b'\n'
                    | b'"'
                    | b'\''
                    | b'{'
                    | b','
                    | b'-'
                    | b'*'
                    | b'|'
                    | b'>'
                    | b' '
                    | b'\t'
                    | b'n'
            )
        );
        (whole && (gap == 0 || head.last() != Some(&b'.'))).then_some(18)?
    } else if all.whose.contains(word.as_str()) {
        30
    } else if all.maybe.contains(word.as_str()) {
        18
    } else {
        return None;
    };
    labelled(text, trigger, base)
}

/// A name as the value of a label or key.
fn labelled(text: &[u8], trigger: &Range<usize>, base: u8) -> Option<Hit> {
    let start = assigned(text, trigger.end)?;
    let value = value::at(text, start, before(text, start) != Some(b'"'))?;
    if !ends(text, value.span.end) || (base < 30 && !value.given && !value.surname) {
        return None;
    }
    // One word that is a thing too.
    let only = value.words.first().filter(|_| value.words.len() == 1);
    if only.is_some_and(|word| lists::is_common(word) || (base < 30 && lists::is_assistant(word))) {
        return None;
    }
    Some(hit(&value, base))
}

/// Where the value of a key begins that ends at `end`: `": "`, ` = '`, `：`.
fn assigned(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..(end + 24).min(text.len()))?;
    let (mut at, mut sign, mut equals, mut quoted) = (0, false, false, false);
    while let Some(byte) = rest.get(at) {
        match byte {
            b':' if !sign => sign = true,
            b'=' if !sign || rest.get(at.wrapping_sub(1)) == Some(&b':') => {
                (sign, equals) = (true, true)
            }
            b'>' if equals => {}
            b'|' | b'\t' if !sign => sign = true,
            0xef if rest.get(at..at + 3) == Some("：".as_bytes()) => {
                sign = true;
                at += 2;
            }
            b'"' | b'\'' => quoted = sign,
            b']' | b')' if !sign => {}
            b' ' | b'*' | b'_' | b'\\' | b'`' | b'\t' => {}
            _ => break,
        }
        at += 1;
    }
    // Of code only what is quoted.
    (sign && (quoted || !equals)).then_some(end + at)
}

/// Names at the start of lines, before what they say: `Ana: …`.
fn speakers(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    let Some(part) = text.get(owned.clone()) else {
        return;
    };
    let first = (owned.start == 0).then_some(0);
    let starts = first
        .into_iter()
        .chain(memchr::memchr_iter(b'\n', part).map(|at| owned.start + at + 1));
    let spoken: Vec<Value> = starts.filter_map(|start| speaker(text, start)).collect();
    let mut times: HashMap<&[String], usize> = HashMap::new();
    for value in &spoken {
        *times.entry(value.words.as_slice()).or_default() += 1;
    }
    for value in &spoken {
        let again = times
            .get(value.words.as_slice())
            .is_some_and(|times| *times > 1);
        let common =
            value.words.len() == 1 && value.words.iter().any(|word| lists::is_common(word));
        if common && !again {
            continue;
        }
        let base = 12 + if again { AGAIN } else { 0 };
        take(hit(value, base));
    }
}

/// The label of a line.
fn speaker(text: &[u8], start: usize) -> Option<Value> {
    let line = text.get(start..(start + 32).min(text.len()))?;
    let mark = |byte: &&u8| matches!(byte, b'>' | b'*' | b' ' | b'-' | b'"');
    let mut at = start + line.iter().take(4).take_while(mark).count();
    // The time it was said at.
    if text.get(at) == Some(&b'[') {
        let close = memchr::memchr(b']', text.get(at..(at + 24).min(text.len()))?)?;
        at += close + 1;
        at += usize::from(text.get(at) == Some(&b' '));
    }
    let capital = text
        .get(at)
        .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
    // Most lines are no label: see the colon first.
    let head = text.get(at..(at + 40).min(text.len()))?;
    let colon = memchr::memchr2(b':', b'\n', head).filter(|colon| head.get(*colon) == Some(&b':'));
    if !capital || colon.is_none() {
        return None;
    }
    let value = value::at(text, at, true)?;
    let rest = text.get(value.span.end..)?;
    let rest = rest.strip_prefix(b"**").unwrap_or(rest);
    let said = match rest {
        [b':', b' ' | b'*' | b'\n' | b'\r' | b'\t', next, ..] => !next.is_ascii_digit(),
        [b':', b'"' | b'\\', ..] => true,
        _ => false,
    };
    (said && value.given && value.words.len() <= 3).then_some(value)
}

fn hit(value: &Value, base: u8) -> Hit {
    let mut score = base;
    let mut add = |says: bool, points: u8| score += if says { points } else { 0 };
    add(value.given, GIVEN);
    add(value.surname, SURNAME);
    add(value.words.len() > 1, WORDS);
    let nobody = value
        .words
        .last()
        .is_some_and(|word| NOBODY.contains(&word.as_str()));
    let verdict = if nobody {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    };
    Hit {
        evidence: (value.given || value.surname).then_some("many people have that name"),
        ..Hit::new(value.span.clone(), score, verdict)
    }
}

/// Does a value end here, rather than go on as a sentence or an expression?
fn ends(text: &[u8], at: usize) -> bool {
    let next = |by: usize| text.get(at + by).copied();
    let letter =
        |byte: Option<u8>| is_letter(byte) || byte.is_some_and(|byte| byte.is_ascii_digit());
    match next(0) {
        None => true,
        Some(
            b'\n' | b'\r' | b'"' | b',' | b';' | b'|' | b'\t' | b'<' | b'}' | b']' | b'!' | b'?'
            | b'\\' | b'*' | b'`' | b')',
        ) => true,
        Some(b'.' | b'\'' | b':') => !letter(next(1)),
        Some(b' ') => {
            matches!(
                next(1),
                None | Some(b' ' | b'-' | b'<' | b'|' | b'\n' | b'\r')
            ) || text.get(at + 1..).is_some_and(|rest| {
                rest.starts_with(b"and ")
                    || rest.starts_with("–".as_bytes())
                    || rest.starts_with(b"from ")
            })
        }
        Some(byte) => matches!(byte, 0xe3 | 0xef),
    }
}

fn before(text: &[u8], at: usize) -> Option<u8> {
    text.get(at.checked_sub(1)?).copied()
}

fn is_letter(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphabetic() || byte >= 0x80)
}
