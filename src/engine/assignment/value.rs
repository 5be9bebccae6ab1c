//! What is assigned to a name, in any syntax that assigns.
//!
//! In: the place after a name. Out: the value's range, whether it is quoted,
//! and whether the operator leaves no doubt.

use std::ops::Range;

use crate::blob::{Kind, Text};

/// A value and how it stands there.
#[derive(Debug)]
pub(super) struct Assigned {
    pub(super) value: Range<usize>,
    pub(super) quoted: bool,
    /// Assigned for certain, rather than standing beside the name.
    pub(super) clear: bool,
}

/// Longest value looked at.
const LONGEST: usize = 512;
/// Most bytes between the name and the value.
const GAP: usize = 40;

/// Words that stand between the operator and the value.
const SCHEMES: &[&[u8]] = &[b"bearer ", b"basic ", b"token ", b"apikey "];

/// The value assigned to the name that ends at `end`.
pub(super) fn assigned(text: &[u8], end: usize, kind: Kind) -> Option<Assigned> {
    let rest = &text[end..(end + GAP + LONGEST).min(text.len())];
    let mut at = skip(rest, 0, |byte| {
        matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b']' | b')' | b'}')
    });
    let closed = rest[..at].iter().any(|byte| matches!(byte, b'"' | b'\''));
    at = skip(rest, at, |byte| matches!(byte, b' ' | b'\t'));
    at = type_annotation(rest, at);
    let (clear, length) = operator(&rest[at..], closed, kind)?;
    let operator = at + length;
    at = skip(rest, operator, |byte| {
        matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
    });
    let next_line = rest[operator..at].contains(&b'\n');
    let (open, quote) = opening(rest, at);
    at = open;
    // `password=` and the next line is another setting; in markup it goes on.
    if next_line && quote.is_none() && rest[operator - 1] != b'>' {
        return None;
    }
    if let Some(scheme) = SCHEMES
        .iter()
        .find(|scheme| starts_with_ignoring_case(&rest[at..], scheme))
    {
        at += scheme.len();
    }
    if at > GAP {
        return None;
    }
    // A list goes on after a comma; only a quoted value is the name's.
    let listed = rest[..at].contains(&b',');
    if listed && quote.is_none() {
        return None;
    }
    let in_braces = quote.is_none() && rest[..at].ends_with(b">") && rest.get(at) == Some(&b'{');
    let length = match quote {
        Some(quote) => quoted_length(&rest[at..], quote)?,
        None if in_braces => {
            let word = last_word(rest, at + 1);
            at = word.start;
            word.len()
        }
        None => bare_length(&rest[at..])?,
    };
    Some(Assigned {
        value: end + at..end + at + length,
        quoted: quote.is_some(),
        clear,
    })
}

/// `<secret>{provider AQAB… value}</secret>`: the last word counts.
fn last_word(rest: &[u8], from: usize) -> Range<usize> {
    let words = &rest[from..(from + LONGEST).min(rest.len())];
    let closing = words
        .iter()
        .position(|&byte| matches!(byte, b'}' | b'\n'))
        .unwrap_or(words.len());
    let words = words[..closing].trim_ascii_end();
    let start = memchr::memrchr(b' ', words).map_or(0, |space| space + 1);
    from + start..from + words.len()
}

fn skip(text: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    from + text[from.min(text.len())..]
        .iter()
        .take_while(|&&byte| is(byte))
        .count()
}

fn starts_with_ignoring_case(text: &[u8], prefix: &[u8]) -> bool {
    text.len() >= prefix.len() && text[..prefix.len()].eq_ignore_ascii_case(prefix)
}

/// `: str =` and its like between a name and its `=`.
fn type_annotation(rest: &[u8], at: usize) -> usize {
    if rest.get(at) != Some(&b':') {
        return at;
    }
    let word = skip(rest, at + 1, |byte| byte == b' ');
    let end = skip(rest, word, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'[' | b']' | b'.' | b'|' | b'_')
    });
    let next = skip(rest, end, |byte| byte == b' ');
    let annotated =
        end > word && rest.get(next) == Some(&b'=') && rest.get(next + 1) != Some(&b'=');
    if annotated { next } else { at }
}

/// The operator at the start of `rest`: is it clear, and how long is it?
fn operator(rest: &[u8], closed: bool, kind: Kind) -> Option<(bool, usize)> {
    Some(match rest {
        [b'=', b'=', b'=', ..] => (false, 3),
        [b'=' | b'!', b'=', ..] => (false, 2),
        [b':' | b'?' | b'+', b'=', ..] | [b'=' | b'-', b'>', ..] => (true, 2),
        // `name - 'value'`
        [b'-', b' ', b'"' | b'\'', ..] => (false, 1),
        [b'=' | b':', ..] => (true, 1),
        // `setProperty("TOKEN", "…")`, `environ["TOKEN", …`, a CSV cell.
        [b',', ..] if closed => (true, 1),
        [b'>', ..] => (true, 1),
        [b'(', b'"' | b'\'', ..] => (false, 1),
        // `--token VALUE`, `login token VALUE` in shell text and prose.
        [byte, ..] if !closed && (byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'')) => {
            let spoken = matches!(
                kind,
                Kind::Text(Text::Markdown | Text::Plain | Text::Source | Text::Notebook)
            );
            return spoken.then_some((false, 0));
        }
        _ => return None,
    })
}

/// The opening quote at `at`, with what may stand before it.
fn opening(rest: &[u8], at: usize) -> (usize, Option<u8>) {
    let start = skip(rest, at, |byte| {
        matches!(
            byte,
            b'\\' | b'(' | b'[' | b'{' | b'f' | b'r' | b'b' | b'u' | b'@'
        )
    });
    match rest.get(start) {
        Some(&quote @ (b'"' | b'\'' | b'`')) => {
            (skip(rest, start, |byte| byte == quote), Some(quote))
        }
        _ => (at, None),
    }
}

/// Bytes up to the closing quote, on the same line.
fn quoted_length(rest: &[u8], quote: u8) -> Option<usize> {
    let end = rest
        .iter()
        .position(|&byte| byte == quote || byte == b'\n')?;
    if rest[end] == b'\n' {
        return None;
    }
    // `\"…\"` inside a JSON string: the backslash belongs to the quote.
    let end = end - usize::from(end > 0 && rest[end - 1] == b'\\');
    // `"Password:", label: "…"`: the quote closed a text that ends in the name.
    let closes = matches!(rest[0], b',' | b';' | b')');
    (end > 0 && end <= LONGEST && !closes).then_some(end)
}

/// Where the next parameter of a query starts: `&page=`.
fn before_parameter(value: &[u8]) -> usize {
    memchr::memchr_iter(b'&', value)
        .find(|at| {
            let next = &value[at + 1..];
            let name = skip(next, 0, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
            name > 0 && next.get(name) == Some(&b'=')
        })
        .unwrap_or(value.len())
}

/// Bytes of an unquoted value.
fn bare_length(rest: &[u8]) -> Option<usize> {
    let inside = |byte: &u8| byte.is_ascii_graphic() && !b"\"'`,;<>(){}[]|\\".contains(byte);
    let end = rest
        .iter()
        .position(|byte| !inside(byte))
        .unwrap_or(rest.len());
    // `get_token(`, `config[`, `a.b.c`: an expression, not a value.
    let called = matches!(rest.get(end), Some(b'(' | b'[' | b'{'));
    let value = rest[..before_parameter(&rest[..end])].trim_ascii_end();
    let end = value.len() - usize::from(value.ends_with(b".") || value.ends_with(b":"));
    (end > 0 && end <= LONGEST && !called).then_some(end)
}
