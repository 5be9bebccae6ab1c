//! Percent encoding.
//!
//! In: text. Out: each run of URL bytes with a `%XX` in it, decoded.

use super::{Encoded, Offsets, is_readable};
use crate::engine::Piece;

/// Bytes looked at around a `%`.
const REACH: usize = 2048;

pub(super) fn find(piece: &Piece<'_>, found: &mut Vec<Encoded>) {
    let text = piece.text;
    let mut done = piece.owned.start;
    for at in memchr::memchr_iter(b'%', &text[..piece.owned.end]) {
        if at < done || !decode_one(&text[at..]).is_some_and(is_readable) {
            continue;
        }
        let floor = done.min(at).max(at.saturating_sub(REACH));
        let start = text[floor..at]
            .iter()
            .rposition(|&byte| !in_url(byte))
            .map_or(floor, |stop| floor + stop + 1);
        let ceiling = (at + REACH).min(text.len());
        let end = text[at..ceiling]
            .iter()
            .position(|&byte| !in_url(byte))
            .map_or(ceiling, |stop| at + stop);
        done = end;
        let (decoded, pairs) = decode(&text[start..end]);
        found.push(Encoded {
            text: decoded,
            raw: start..end,
            step: "!percent",
            offsets: Offsets::Pairs(pairs),
        });
    }
}

fn in_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%:/?#[]@!$&*+,;=".contains(&byte)
}

fn decode_one(text: &[u8]) -> Option<u8> {
    let [b'%', a, b, ..] = text else { return None };
    Some((char::from(*a).to_digit(16)? << 4 | char::from(*b).to_digit(16)?) as u8)
}

fn decode(raw: &[u8]) -> (Vec<u8>, Vec<(u32, u32)>) {
    let (mut text, mut pairs) = (Vec::with_capacity(raw.len()), Vec::new());
    let mut at = 0;
    while at < raw.len() {
        if let Some(byte) = decode_one(&raw[at..]) {
            text.push(byte);
            at += 3;
            pairs.push((text.len() as u32, at as u32));
        } else {
            text.push(raw[at]);
            at += 1;
        }
    }
    (text, pairs)
}
