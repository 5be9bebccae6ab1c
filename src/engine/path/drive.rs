//! Paths of Windows: drives and shares, their backslashes single or escaped.
//!
//! In: a text and a place in it. Out: where such a path starts and ends.

use super::{LONGEST, is_component, is_punctuation};

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
    while end < ceiling && !is_punctuation(&text[end..]) {
        match text[end] {
            b'\\' | b'/' => {
                if !text
                    .get(end + 1)
                    .is_some_and(|next| is_component(*next) || *next == b'\\')
                {
                    break;
                }
                blank = None;
            }
            b' ' if blank.is_none() && end > start => blank = Some(end),
            byte if is_component(byte) => {}
            _ => break,
        }
        end += 1;
    }
    let mut end = blank.unwrap_or(end);
    while end > start && matches!(text[end - 1], b'.' | b'\\') {
        end -= 1;
    }
    while end > start && text.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    end
}
