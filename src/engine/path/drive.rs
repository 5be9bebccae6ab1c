//! Paths of Windows: drives and shares, their backslashes single or escaped.
//!
//! In: a text and a place in it. Out: where such a path starts and ends.

use super::{LONGEST, letter_length};

/// Length of `C:`.
pub(super) const LENGTH: usize = 2;

/// The drive letter whose path's first separator is at `separator`.
pub(super) fn letter(text: &[u8], separator: usize) -> Option<usize> {
    let before = &text[..separator];
    // `C:\\Users` in JSON or Python, `file:///C:/Users`.
    let before = before.strip_suffix(b"\\").unwrap_or(before);
    let [rest @ .., letter, b':'] = before else {
        return None;
    };
    // `\nC:\…` in an escaped string.
    let escape = matches!(rest, [.., b'\\', b'n' | b't' | b'r']);
    let alone = !rest
        .last()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'\\' | b'%' | b'_'));
    (letter.is_ascii_alphabetic() && (alone || escape)).then_some(before.len() - LENGTH)
}

/// Where the path that has reached `start` ends. One of its components may
/// hold blanks if a separator follows.
pub(super) fn end_of(text: &[u8], start: usize) -> usize {
    let ceiling = (start + LONGEST - 64).min(text.len());
    let mut end = start;
    let mut blank = None;
    while end < ceiling {
        let rest = &text[end..ceiling];
        match rest {
            // The end of a line in an escaped string.
            [b'\\', b'n' | b't' | b'r', next @ ..] if letter_length(next) == 0 => break,
            [b'\\' | b'/', next @ ..]
                if next.first() == Some(&b'\\') || letter_length(next) > 0 =>
            {
                blank = None;
                end += 1;
            }
            [b' ', ..] if blank.is_none() && end > start => {
                blank = Some(end);
                end += 1;
            }
            _ if letter_length(rest) > 0 => end += letter_length(rest),
            _ => break,
        }
    }
    let mut end = blank.unwrap_or(end);
    while end > start && matches!(text[end - 1], b'.' | b'\\') {
        end -= 1;
    }
    end
}
