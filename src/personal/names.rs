//! Names of people, without a model.
//!
//! In: a text. Out: what stands where a name is expected (behind "my name is",
//! titles, salutations, closings, labels, keys, and before what a speaker
//! says) and has the form of one. Lists of names only support it: what the
//! place does not say alone is told if they agree.

mod lines;
mod lists;
#[cfg(test)]
mod tests;
mod triggers;
mod value;

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
/// What a label says that much else may follow: a given name alone is no
/// person.
const WEAK: u8 = 10;

/// A label that only names follow.
const STRONG: u8 = 32;

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
    lines::find(text, owned, take);
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
            let capitals = text
                .get(hit.span.clone())?
                .iter()
                .all(|byte| !byte.is_ascii_lowercase());
            if capitals {
                return None;
            }
            ends(text, hit.span.end).then_some(hit)
        }
        Kind::Title => titled(text, trigger),
        Kind::Letter | Kind::Greeting => {
            let open = text
                .get(..trigger.start)?
                .iter()
                .rev()
                .find(|byte| **byte != b' ');
            if kind == Kind::Letter && is_letter(open.copied().filter(|byte| *byte != b'n')) {
                return None;
            }
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
        Kind::Label => labelled(text, trigger, STRONG),
        Kind::Role => labelled(text, trigger, 18),
        Kind::Field => labelled(text, trigger, WEAK),
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
    let value = value::at(text, start + gap, capital || !dotted)?;
    let hit = hit(&value, 36);
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
    let head = text.get(trigger.start.saturating_sub(32)..trigger.start)?;
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
    let base = if all.whose.contains(word.as_str()) {
        STRONG
    } else if all.maybe.contains(word.as_str()) || (word.is_empty() && begins(head)) {
        WEAK
    } else {
        return None;
    };
    labelled(text, trigger, base)
}

/// Does a key begin here that is a name of nothing said? Authors are named on
/// purpose.
fn begins(head: &[u8]) -> bool {
    let edge =
        |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'$' | b'/' | b'#');
    let escaped = head.ends_with(b"\\n");
    let open = head.last().is_none_or(|byte| edge(*byte)) || escaped;
    let near = head.to_ascii_lowercase();
    let author = ["author", "contributor", "maintainer", "creator"];
    let author = author
        .iter()
        .any(|who| memchr::memmem::find(&near, who.as_bytes()).is_some());
    open && !author
}

/// A name as the value of a label or key.
fn labelled(text: &[u8], trigger: &Range<usize>, base: u8) -> Option<Hit> {
    let start = assigned(text, trigger.end)?;
    let value = value::at(text, start, true)?;
    if !ends(text, value.span.end) || (base < STRONG && !value.given && !value.surname) {
        return None;
    }
    // One word that is a thing too.
    let only = value.words.first().filter(|_| value.words.len() == 1);
    if only
        .is_some_and(|word| lists::is_common(word) || (base < STRONG && lists::is_assistant(word)))
    {
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
                (sign, equals) = (true, true);
            }
            b'>' if equals => {}
            b'\t' if !sign => sign = true,
            b'|' if !sign && rest.get(at + 1) == Some(&b' ') => sign = true,
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
