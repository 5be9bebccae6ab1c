//! What stands beside a number and makes it part of something longer.
//!
//! In: a text and the place of a number. Out: does it stand for itself, rather
//! than in a name, a float, a longer number with the same marks, or a row of
//! numbers?

use std::ops::Range;

/// Does nothing touch a number that would make it part of something longer? In
/// a table a number may have been written as a float.
pub(super) fn stands_free(text: &[u8], span: &Range<usize>, table: bool) -> bool {
    let at = |place: usize| text.get(place).copied();
    let before = span.start.checked_sub(1).and_then(at);
    let before_that = span.start.checked_sub(2).and_then(at);
    let (after, after_that) = (at(span.end), at(span.end + 1));
    let word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let letter = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic());
    let left = match before {
        Some(b'_' | b'+') => false,
        // `SSN#` is a name, `#` alone the number of an issue.
        Some(b'#') => letter(before_that),
        Some(byte) if byte.is_ascii_alphanumeric() => false,
        // `No.4539` is a number, `.4539` a float.
        Some(b'.') => before_that.is_some_and(|byte| byte.is_ascii_alphabetic() || byte >= 0x80),
        Some(b'-') => !word(before_that),
        Some(b'/') => !digit(before_that),
        _ => true,
    };
    let right = match after {
        Some(b'_') => false,
        Some(byte) if byte.is_ascii_alphanumeric() => false,
        Some(b'.') if table => !digit(after_that) || is_whole_float(text, span),
        Some(b'.') => !digit(after_that),
        Some(b'-') => !word(after_that),
        Some(b'/' | b'%') => !digit(after_that),
        _ => true,
    };
    left && right && !is_in_row(text, span)
}

/// `123456789.0`: a column of integers with gaps, as pandas writes it.
fn is_whole_float(text: &[u8], span: &Range<usize>) -> bool {
    let rest = text.get(span.end + 1..).unwrap_or_default();
    let zeros = rest.iter().take_while(|byte| **byte == b'0').count();
    let ends = rest
        .get(zeros)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'.');
    zeros > 0 && ends && text[span.clone()].iter().all(u8::is_ascii_digit)
}

/// Is a number in groups a part of a row of such groups: of a table of numbers,
/// a dump, a picture in digits?
fn is_in_row(text: &[u8], span: &Range<usize>) -> bool {
    let value = &text[span.clone()];
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'-' | b'.');
    let (Some(first), Some(last)) = (
        value.iter().position(is_mark),
        value.iter().rposition(is_mark),
    ) else {
        return false;
    };
    let (mark, first, last) = (value[last], first, value.len() - last - 1);
    let behind = text.get(span.end..).unwrap_or_default();
    let goes_on = behind.first() == Some(&mark) && group(behind.iter().skip(1)) == Some(last);
    let before = text[..span.start].iter().rev();
    let began = before.clone().next() == Some(&mark) && group(before.skip(1)) == Some(first);
    goes_on || began
}

/// How long the group of digits is that begins here, if it is one.
fn group<'b>(bytes: impl Iterator<Item = &'b u8>) -> Option<usize> {
    let mut count = 0;
    for byte in bytes.take(8) {
        if !byte.is_ascii_alphanumeric() {
            break;
        }
        if !byte.is_ascii_digit() {
            return None;
        }
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(text: &str, value: &str, table: bool) -> bool {
        let start = text.find(value).unwrap();
        stands_free(text.as_bytes(), &(start..start + value.len()), table)
    }

    #[test]
    fn what_touches_a_number_decides() {
        for (text, expected) in [
            ("card 1234 5678.", true),
            ("1234 5678 9012", false),
            ("0000 1234 5678", false),
            ("1234 5678 12/27 123", true),
            ("x=1234 5678;", true),
            ("SSN#1234 5678", true),
            ("issue #1234 5678", false),
            ("id_1234 5678", false),
            ("1234 5678.5", false),
            ("1234 5678-1", false),
        ] {
            assert_eq!(free(text, "1234 5678", false), expected, "{text}");
        }
        assert!(free("12345678.0", "12345678", true));
        assert!(!free("12345678.0", "12345678", false));
        assert!(!free("12345678.05", "12345678", true));
    }
}
