//! `PyPI` tokens: a version 2 macaroon in base64url.
//!
//! In: a candidate, or the parts of a token to mint. Out: an outcome, or a
//! token whose structure is right (the signature itself needs the index's key).

use super::encoding::{decode_base64, encode_base64url};
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

pub(super) fn pypi(candidate: &Candidate) -> Outcome {
    let Some(body) = candidate.secret.strip_prefix(b"pypi-") else {
        return Outcome::Neutral;
    };
    match decode_base64(body).as_deref().and_then(read) {
        Some(caveats) => Outcome::Valid(format!("complete macaroon, {caveats} caveats")),
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
