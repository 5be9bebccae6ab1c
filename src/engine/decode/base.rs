//! Base64 and hex.
//!
//! In: runs of token bytes. Out: the decoded text of those that begin like
//! readable text (or UTF-16 text), which random tokens, hashes and images do
//! not.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Encoded, Offsets, is_readable};
use crate::engine::Piece;

/// Shortest base64 and hex worth decoding: 18 and 16 bytes of text.
const SHORTEST_BASE64: usize = 24;
const SHORTEST_HEX: usize = 32;
/// Encoded characters that decide: 12 and 8 bytes of text.
const PROBE: usize = 16;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

pub(super) fn find(piece: &Piece<'_>, runs: &[Range<usize>], found: &mut Vec<Encoded>) {
    let text = piece.text;
    let mut done = 0;
    for run in runs {
        if run.start < done || run.start >= piece.owned.end {
            continue;
        }
        if let Some(hex) = decode_hex(text, run) {
            done = hex.raw.end;
            found.push(hex);
            continue;
        }
        let whole = widen(text, run);
        done = whole.end;
        if whole.end <= piece.owned.start || is_jwt_part(text, &whole) {
            continue;
        }
        // A run that was cut at the front may be out of step.
        let steps = if whole.start == 0 && piece.owned.start > 0 {
            4
        } else {
            1
        };
        found
            .extend((0..steps).find_map(|skip| decode_base64(text, whole.start + skip..whole.end)));
    }
}

/// The run with the `+`, `/` and other runs it is joined to.
fn widen(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let inside =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let start = text[..run.start]
        .iter()
        .rposition(|byte| !inside(byte))
        .map_or(0, |at| at + 1);
    let end = text[run.end..]
        .iter()
        .position(|byte| !inside(byte))
        .map_or(text.len(), |at| run.end + at);
    start..end
}

/// JWTs have a rule of their own, and their payload is no leak by itself.
fn is_jwt_part(text: &[u8], run: &Range<usize>) -> bool {
    let dotted = text.get(run.end) == Some(&b'.') || (run.start > 0 && text[run.start - 1] == b'.');
    dotted && text[run.clone()].starts_with(b"eyJ")
}

fn decode_base64(text: &[u8], run: Range<usize>) -> Option<Encoded> {
    let encoded = text.get(run.clone())?;
    if encoded.len() < SHORTEST_BASE64 {
        return None;
    }
    let url_safe = encoded.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url_safe && encoded.iter().any(|byte| matches!(byte, b'+' | b'/')) {
        return None;
    }
    let engine = if url_safe { &URL_SAFE } else { &STANDARD };
    let mut probe = [0u8; PROBE];
    let length = engine.decode_slice(&encoded[..PROBE], &mut probe).ok()?;
    if !begins_like_text(&probe[..length]) {
        return None;
    }
    // A length of 4n + 1 is no base64: the last character is somebody else's.
    let whole = encoded.len() - usize::from(encoded.len() % 4 == 1);
    let text = engine.decode(&encoded[..whole]).ok()?;
    let offsets = Offsets::Ratio {
        decoded: 3,
        encoded: 4,
    };
    Some(Encoded {
        text,
        raw: run,
        step: "!base64",
        offsets,
    })
}

fn decode_hex(text: &[u8], run: &Range<usize>) -> Option<Encoded> {
    let digits = &text[run.clone()];
    let prefix = if digits.starts_with(b"0x") { 2 } else { 0 };
    let digits = &digits[prefix..];
    if digits.len() < SHORTEST_HEX || !digits.len().is_multiple_of(2) {
        return None;
    }
    // Most runs end here, so nothing is allocated yet.
    let mut probe = [0u8; PROBE / 2];
    let (pairs, _) = digits.as_chunks::<2>();
    for (byte, pair) in probe.iter_mut().zip(pairs) {
        *byte = hex_byte(*pair)?;
    }
    if !begins_like_text(&probe) {
        return None;
    }
    let text = pairs
        .iter()
        .map(|pair| hex_byte(*pair))
        .collect::<Option<Vec<u8>>>()?;
    let offsets = Offsets::Ratio {
        decoded: 1,
        encoded: 2,
    };
    Some(Encoded {
        text,
        raw: run.start + prefix..run.end,
        step: "!hex",
        offsets,
    })
}

fn hex_byte(pair: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)
}

/// Readable from the first byte on, or UTF-16 of readable text.
fn begins_like_text(bytes: &[u8]) -> bool {
    let wide = |(at, &byte): (usize, &u8)| {
        if at % 2 == 0 {
            is_readable(byte)
        } else {
            byte == 0
        }
    };
    bytes.iter().all(|&byte| is_readable(byte)) || bytes.iter().enumerate().all(wide)
}
