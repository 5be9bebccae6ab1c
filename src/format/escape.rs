//! Undoes string escapes.
//!
//! The raw bytes between two quotes enter; the decoded bytes leave, with a map
//! that turns a decoded offset back into a raw one (redaction needs it).

/// Decodes JSON, C and Python escapes: `\n \t \r \b \f \" \' \\ \/`, `\uXXXX`
/// (surrogate pairs joined), `\UXXXXXXXX`, `\xHH` and octal `\NNN`. Anything
/// else stays as written. Code points become UTF-8.
///
/// `out` and `map` are cleared first. `map` holds a pair (decoded offset, raw
/// offset) wherever the two part ways; see [`raw_offset`]. `raw` is expected
/// to be shorter than 4 GiB.
pub fn unescape(raw: &[u8], out: &mut Vec<u8>, map: &mut Vec<(u32, u32)>) {
    out.clear();
    map.clear();
    let mut at = 0;
    let mut seen = 0;
    while let Some(slash) = next_slash(raw, seen) {
        seen = slash + 1;
        if let Some((decoded, length)) = escape_at(&raw[slash..]) {
            out.extend_from_slice(&raw[at..slash]);
            push_char(out, decoded);
            at = slash + length;
            seen = at;
            map.push((out.len() as u32, at as u32));
        }
    }
    out.extend_from_slice(&raw[at..]);
}

/// The next backslash; in text without Latin letters escapes follow each other.
#[inline]
fn next_slash(raw: &[u8], from: usize) -> Option<usize> {
    match raw.get(from)? {
        b'\\' => Some(from),
        _ => Some(from + memchr::memchr(b'\\', &raw[from..])?),
    }
}

/// Decodes Python's `raw-unicode-escape` (pickle protocol 0): only `\uXXXX`
/// and `\UXXXXXXXX` are escapes, every other byte is a Latin-1 character.
pub(super) fn unescape_raw_unicode(raw: &[u8], out: &mut Vec<u8>, map: &mut Vec<(u32, u32)>) {
    out.clear();
    map.clear();
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let rest = &raw[at..];
        let escape = match rest {
            [b'\\', b'u' | b'U', ..] => escape_at(rest),
            _ => None,
        };
        let (decoded, length) = escape.unwrap_or((char::from(byte), 1));
        push_char(out, decoded);
        at += length;
        if length > 1 || !decoded.is_ascii() {
            map.push((out.len() as u32, at as u32));
        }
    }
}

/// The raw offset that a decoded offset came from.
pub fn raw_offset(map: &[(u32, u32)], decoded: u32) -> u32 {
    let before = map.partition_point(|pair| pair.0 <= decoded);
    match before.checked_sub(1).and_then(|last| map.get(last)) {
        Some(&(from, raw)) => raw.saturating_add(decoded - from),
        None => decoded,
    }
}

/// The escape that `text` starts with, and its length.
fn escape_at(text: &[u8]) -> Option<(char, usize)> {
    let simple = |c: char| Some((c, 2));
    match *text.get(1)? {
        b'n' => simple('\n'),
        b't' => simple('\t'),
        b'r' => simple('\r'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        quoted @ (b'"' | b'\'' | b'\\' | b'/') => simple(char::from(quoted)),
        b'x' => Some((char::from_u32(hex(text, 2, 2)?)?, 4)),
        b'u' => utf16_escape(text),
        b'U' => Some((char::from_u32(hex(text, 2, 8)?)?, 10)),
        b'0'..=b'7' => octal(text),
        _ => None,
    }
}

/// `\uXXXX`, with the second half of a surrogate pair where there is one.
fn utf16_escape(text: &[u8]) -> Option<(char, usize)> {
    let high = hex(text, 2, 4)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 6));
    }
    let low = match text.get(6..8) {
        Some(b"\\u") => hex(text, 8, 4),
        _ => None,
    };
    match low {
        Some(low @ 0xDC00..=0xDFFF) if high < 0xDC00 => {
            let c = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            Some((char::from_u32(c)?, 12))
        }
        _ => Some((char::REPLACEMENT_CHARACTER, 6)),
    }
}

/// The value of exactly `n` hexadecimal digits.
fn hex(text: &[u8], from: usize, n: usize) -> Option<u32> {
    let digits = text.get(from..from + n)?;
    digits.iter().try_fold(0u32, |value, &digit| {
        Some((value << 4) | char::from(digit).to_digit(16)?)
    })
}

/// One to three octal digits that fit a byte.
fn octal(text: &[u8]) -> Option<(char, usize)> {
    let digits = text[1..].iter().take(3);
    let digits = digits.take_while(|digit| matches!(digit, b'0'..=b'7'));
    let (value, n) = digits.fold((0u32, 0), |(value, n), &digit| {
        (value * 8 + u32::from(digit - b'0'), n + 1)
    });
    let byte = u8::try_from(value).ok()?;
    Some((char::from(byte), 1 + n))
}

fn push_char(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(raw: &str) -> String {
        let (mut out, mut map) = (Vec::new(), Vec::new());
        unescape(raw.as_bytes(), &mut out, &mut map);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_escape() {
        assert_eq!(decoded(r#"a\n\t\r\"\'\\\/\b\f"#), "a\n\t\r\"'\\/\u{8}\u{c}");
        assert_eq!(
            decoded(r"\u00e9\ud83d\ude00\x41\U0001F600\101\0"),
            "é😀A😀A\0"
        );
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [r"\q", r"C:\Desktop", r"\u12", r"\xZZ", r"\U00110000", "\\"] {
            assert_eq!(decoded(text), text);
        }
        assert_eq!(decoded(r"\ud83dx"), "\u{fffd}x");
        assert_eq!(decoded(r"\\n"), r"\n");
        assert_eq!(decoded(r"\777"), r"\777");
    }

    #[test]
    fn raw_unicode_is_latin_1() {
        let (mut out, mut map) = (Vec::new(), Vec::new());
        unescape_raw_unicode(b"\xe9\\n\\u20acz", &mut out, &mut map);
        assert_eq!(String::from_utf8(out.clone()).unwrap(), "é\\n€z");
        assert_eq!(raw_offset(&map, out.len() as u32 - 1), 9);
    }

    proptest! {
        #[test]
        fn offsets_lead_back(parts in prop::collection::vec(
            prop_oneof![Just("\\n"), Just("\\u00e9"), Just("ab"), Just("\\ud83d\\ude00"), Just("Z")], 0..40,
        )) {
            let raw = parts.concat();
            let (mut out, mut map) = (Vec::new(), Vec::new());
            unescape(raw.as_bytes(), &mut out, &mut map);
            let raw_at = raw.bytes().enumerate().filter(|(_, b)| *b == b'Z').map(|(at, _)| at as u32);
            let back = out.iter().enumerate().filter(|(_, b)| **b == b'Z');
            let back = back.map(|(at, _)| raw_offset(&map, at as u32));
            prop_assert_eq!(raw_at.collect::<Vec<_>>(), back.collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let (mut out, mut map) = (Vec::new(), Vec::new());
            unescape(&raw, &mut out, &mut map);
            unescape_raw_unicode(&raw, &mut out, &mut map);
        }
    }
}
