//! Addresses that a field or a mark says to be one.
//!
//! In: where its name stands in a text. Out: the address behind it.

use std::ops::Range;

use super::super::coded::Hit;
use super::{CODED, parts, words};
use crate::validate::identity::Verdict;

/// Longest value of a field.
const FIELD: usize = 120;
/// What a field's name says.
const LABELLED: u8 = 42;

/// `address: …`, `"street": "…"`, "my address is …".
pub(super) fn field(text: &[u8], word: &Range<usize>) -> Option<Hit> {
    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if letter(text.get(word.end)) || letter(text.get(word.start.wrapping_sub(1))) {
        return None;
    }
    let head = text
        .get(word.start.saturating_sub(20)..word.start)?
        .to_ascii_lowercase();
    let head = head
        .strip_suffix(b" ")
        .or(head.strip_suffix(b"_"))
        .or(head.strip_suffix(b"-"))
        .unwrap_or(&head);
    if words::NOT_POSTAL
        .iter()
        .any(|other| head.ends_with(other.as_bytes()))
    {
        return None;
    }
    let rest = text.get(word.end..(word.end + FIELD).min(text.len()))?;
    let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let wide = "：".as_bytes();
    let (after, code) = match line
        .iter()
        .take(8)
        .position(|byte| matches!(byte, b':' | b'='))
    {
        Some(at) => (at + 1, line.get(at) == Some(&b'=')),
        None if line.starts_with(b" is ") => (4, false),
        None if line.starts_with(wide) => (wide.len(), false),
        None => return None,
    };
    let value = line.get(after..)?;
    let mark = |byte: &&u8| matches!(byte, b' ' | b'"' | b'\'' | b'\t' | b'*' | b'\\');
    let gap = value.iter().take_while(mark).count();
    let quoted = value
        .get(..gap)?
        .iter()
        .any(|byte| matches!(byte, b'"' | b'\''));
    let value = value.get(gap..)?;
    let stop = value
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | b'<' | b'|' | b'{' | b'}' | b';' | b'?'));
    let value = value.get(..stop.unwrap_or(value.len()))?.trim_ascii_end();
    let start = word.end + after + gap;
    ((quoted || !code) && parts::is_address(value))
        .then(|| Hit::new(start..start + value.len(), LABELLED, Verdict::Valid))
}

/// `〒100-0001 東京都…`, to the end of the line.
pub(super) fn japanese(text: &[u8], mark: &Range<usize>) -> Option<Hit> {
    let rest = text.get(mark.end..(mark.end + FIELD).min(text.len()))?;
    let line = rest
        .split(|byte| matches!(byte, b'\n' | b'"' | b',' | b'\\'))
        .next()?;
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches('\u{fffd}').trim_end();
    let digits: Vec<char> = line
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(8)
        .collect();
    let code = digits.iter().enumerate().all(|(at, c)| {
        if at == 3 {
            matches!(c, '-' | '−' | 'ー')
        } else {
            c.is_ascii_digit()
        }
    });
    (code && digits.len() == 8)
        .then(|| Hit::new(mark.start..mark.end + line.len(), CODED, Verdict::Valid))
}
