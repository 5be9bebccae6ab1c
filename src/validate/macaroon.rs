//! Macaroons: `PyPI`'s and others' in the two binary forms of libmacaroons, and
//! Fly's in `MessagePack`.
//!
//! In: a candidate, or the parts of a token to mint. Out: an outcome, or a
//! token whose structure is right (the signature itself needs the issuer's key).
//! Forms: doc/format.txt of rescrv/libmacaroons, macaroon.go of superfly/macaroon.

use super::encoding::{decode_base64, encode_base64, encode_base64url};
use super::jwt::sanitise;
use super::{Candidate, Outcome};

const LOCATION: u8 = 1;
const IDENTIFIER: u8 = 2;
const VERIFICATION_ID: u8 = 4;
const SIGNATURE: u8 = 6;
const END: u8 = 0;

/// A `PyPI` token for that identifier (a UUID) and 32 bytes of signature.
pub fn mint(identifier: &str, signature: &[u8; 32]) -> String {
    let mut bytes = vec![2];
    for (kind, field) in [(LOCATION, "pypi.org"), (IDENTIFIER, identifier)] {
        bytes.extend([kind, field.len() as u8]);
        bytes.extend(field.as_bytes());
    }
    let caveat = br#"{"version": 1, "permissions": "user"}"#;
    bytes.extend([END, IDENTIFIER, caveat.len() as u8]);
    bytes.extend(caveat);
    bytes.extend([END, END, SIGNATURE, signature.len() as u8]);
    bytes.extend(signature);
    format!("pypi-{}", encode_base64url(&bytes))
}

/// A macaroon of the first form, in base64url.
pub fn mint_packets(location: &str, identifier: &str, signature: &[u8; 32]) -> String {
    let fields: [(&str, &[u8]); 3] = [
        ("location", location.as_bytes()),
        ("identifier", identifier.as_bytes()),
        ("signature", signature),
    ];
    let mut bytes = Vec::new();
    for (key, value) in fields {
        let length = 4 + key.len() + 1 + value.len() + 1;
        bytes.extend(format!("{length:04x}{key} ").as_bytes());
        bytes.extend(value);
        bytes.push(b'\n');
    }
    encode_base64url(&bytes)
}

/// A token of Fly: nonce, location, no caveats, and a tail.
pub fn mint_fly(noise: &[u8; 96]) -> String {
    let location = "https://api.fly.io/v1";
    let mut bytes = vec![0x94, 0x93];
    for part in [&noise[..16], &noise[16..32]] {
        bytes.extend([0xc4, part.len() as u8]);
        bytes.extend(part);
    }
    bytes.extend([0xc2, 0xa0 | location.len() as u8]);
    bytes.extend(location.as_bytes());
    bytes.extend([0x90, 0xc4, 32]);
    bytes.extend(&noise[64..]);
    format!("fm2_{}", encode_base64(&bytes))
}

pub(super) fn macaroon(candidate: &Candidate) -> Outcome {
    let bytes = decode_base64(candidate.secret).unwrap_or_default();
    match read(&bytes).or_else(|| packets(&bytes)) {
        Some(caveats) => complete(caveats),
        None => Outcome::weak("macaroon is incomplete"),
    }
}

fn complete(caveats: usize) -> Outcome {
    let plural = if caveats == 1 { "" } else { "s" };
    Outcome::Valid(format!("complete macaroon, {caveats} caveat{plural}"))
}

/// Walks packets of `length key value` and counts the caveats.
fn packets(bytes: &[u8]) -> Option<usize> {
    let (mut rest, mut caveats, mut first) = (bytes, 0, true);
    loop {
        let length = std::str::from_utf8(rest.get(..4)?).ok()?;
        let length = usize::from_str_radix(length, 16).ok()?;
        let packet = rest.get(4..length)?.strip_suffix(b"\n")?;
        rest = &rest[length..];
        let key = &packet[..memchr::memchr(b' ', packet)?];
        match key {
            b"location" | b"identifier" if first => {}
            b"identifier" | b"vid" | b"cl" => {}
            b"cid" => caveats += 1,
            b"signature" => return rest.is_empty().then_some(caveats),
            _ => return None,
        }
        first = false;
    }
}

/// The first token of what may be several.
pub(super) fn fly(candidate: &Candidate) -> Outcome {
    let secret = candidate.secret;
    if secret.starts_with(b"fo1_") {
        return Outcome::Neutral;
    }
    let token = secret
        .split(|byte| matches!(byte, b' ' | b','))
        .find_map(|part| {
            let part = part.strip_prefix(b"fm")?;
            let mark = memchr::memchr(b'_', part)?;
            Some(&part[mark + 1..])
        });
    // A long one is cut by its rule: the head is enough.
    let head = token.map(|token| &token[..token.len() / 4 * 4]);
    match head
        .and_then(decode_base64)
        .as_deref()
        .and_then(fly_location)
    {
        Some(location) => Outcome::Valid(format!("macaroon of {location}")),
        None => Outcome::weak("not the structure of a macaroon"),
    }
}

/// `[[key id, random, proof?], location, caveats, tail]`, up to the location.
fn fly_location(bytes: &[u8]) -> Option<String> {
    let (fields, mut rest) = match bytes {
        [0x94, fields @ 0x92..=0x93, rest @ ..] => (fields & 15, rest),
        _ => return None,
    };
    for _ in 0..2 {
        let [0xc4, length, after @ ..] = rest else {
            return None;
        };
        rest = after.get(usize::from(*length)..)?;
    }
    if fields == 3 {
        let [0xc2 | 0xc3, after @ ..] = rest else {
            return None;
        };
        rest = after;
    }
    let location = match rest {
        [head @ 0xa0..=0xbf, text @ ..] => text.get(..usize::from(head & 31))?,
        [0xd9, length, text @ ..] => text.get(..usize::from(*length))?,
        _ => return None,
    };
    Some(sanitise(location))
}

pub(super) fn pypi(candidate: &Candidate) -> Outcome {
    let Some(body) = candidate.secret.strip_prefix(b"pypi-") else {
        return Outcome::Neutral;
    };
    match decode_base64(body).as_deref().and_then(read) {
        Some(caveats) => complete(caveats),
        None => Outcome::weak("macaroon is incomplete"),
    }
}

/// Walks the whole macaroon and counts its caveats.
fn read(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.strip_prefix(&[2])?;
    let mut caveats = 0;
    let mut in_header = true;
    loop {
        let mut fields = 0;
        while let Some(after) = field(rest, &[LOCATION, IDENTIFIER, VERIFICATION_ID]) {
            rest = after;
            fields += 1;
        }
        rest = rest.strip_prefix(&[END])?;
        if fields == 0 {
            break;
        }
        caveats += usize::from(!in_header);
        in_header = false;
    }
    let tail = field(rest, &[SIGNATURE])?;
    (!in_header && tail.is_empty() && rest.len() == 34).then_some(caveats)
}

/// Steps over one `kind, length, bytes` field.
fn field<'a>(bytes: &'a [u8], kinds: &[u8]) -> Option<&'a [u8]> {
    let (kind, rest) = bytes.split_first()?;
    if !kinds.contains(kind) {
        return None;
    }
    let (mut length, mut shift, mut rest) = (0_usize, 0, rest);
    loop {
        let (byte, after) = rest.split_first()?;
        length |= usize::from(byte & 0x7f) << shift;
        rest = after;
        if byte & 0x80 == 0 {
            return rest.get(length..);
        }
        shift += 7;
        if shift > 21 {
            return None;
        }
    }
}
