//! Pickles written as strings.
//!
//! The text or bytes of a string enter; the pickle it is leaves, plain or
//! decoded from base64, hexadecimal digits or the Latin-1 text that older
//! protocols make of bytes.

use std::borrow::Cow;

use super::sniff::looks_like_pickle;

/// No pickle that does anything is shorter.
const SHORTEST: usize = 12;

/// Characters decoded to see whether more is worth it.
const PEEKED: usize = 512;

/// A first look, cheap enough for every string.
#[inline]
pub(super) fn possible(text: &[u8]) -> bool {
    text.len() >= SHORTEST
        && match text {
            [0x80, 0..=5, ..] | [0xc2, 0x80, 0..=5, ..] => true,
            [b'c' | b'(' | b'}' | b']', ..] => true,
            // Base64 of a header, of GLOBAL and of MARK.
            [b'g', b'A', ..] | [b'Y', b'w'..=b'z' | b'0'..=b'9', ..] | [b'K', b'A'..=b'P', ..] => {
                true
            }
            [b'8', b'0', b'0', b'0'..=b'5', ..] => true,
            _ => false,
        }
}

/// The pickle, and how it was written.
pub(super) fn uncover(text: &[u8]) -> Option<(Cow<'_, [u8]>, &'static str)> {
    if looks_like_pickle(text) {
        return Some((Cow::Borrowed(text), "bytes"));
    }
    let decoders: [(Decoder, &str); 3] = [
        (latin1, "bytes"),
        (base64, "base64"),
        (hexadecimal, "hexadecimal"),
    ];
    decoders.into_iter().find_map(|(decode, encoding)| {
        let head = &text[..text.len().min(PEEKED)];
        let opening = decode(head).filter(|opening| looks_like_pickle(opening));
        opening
            .and_then(|_| decode(text))
            .map(|pickle| (Cow::Owned(pickle), encoding))
    })
}

type Decoder = fn(&[u8]) -> Option<Vec<u8>>;

/// UTF-8 of text whose characters stand for bytes. A character that the end
/// cuts is left out.
pub(super) fn latin1(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len()];
    let (taken, made) = latin1_into(text, &mut bytes);
    bytes.truncate(made);
    let cut = matches!(text.get(taken..), Some([] | [0xc2 | 0xc3]));
    cut.then_some(bytes)
}

/// The same as far as `out` has room and the text is of that kind; how much was
/// taken and made.
pub(super) fn latin1_into(text: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut rest, mut made) = (text, 0);
    for slot in out {
        (*slot, rest) = match rest {
            [byte @ ..0x80, rest @ ..] => (*byte, rest),
            [0xc2, byte @ 0x80..=0xbf, rest @ ..] => (*byte, rest),
            [0xc3, byte @ 0x80..=0xbf, rest @ ..] => (byte + 0x40, rest),
            _ => break,
        };
        made += 1;
    }
    (text.len() - rest.len(), made)
}

/// Either alphabet; line breaks and padding are passed over.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut held, mut bits) = (0u32, 0);
    for &byte in text {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\n' | b'\r' | b'=' => continue,
            _ => return None,
        };
        held = (held << 6) | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.chunks_exact(2);
    let bytes = pairs.map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8));
    bytes.collect()
}
