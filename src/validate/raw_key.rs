//! Key files that are one line of base64: minisign's, signify's, `WireGuard`'s.
//!
//! In: a candidate. Out: an outcome. Layouts: minisign's manual, signify.c of
//! OpenBSD, RFC 7748 section 5.

use sha2::{Digest as _, Sha512};

use super::encoding::decode_base64;
use super::{Candidate, Outcome};

const MINISIGN: usize = 158;
const SIGNIFY: usize = 104;

pub(super) fn minisign(candidate: &Candidate) -> Outcome {
    let bytes = decode_base64(candidate.secret.trim_ascii()).unwrap_or_default();
    match (bytes.len(), bytes.get(..6)) {
        (MINISIGN, Some(b"EdScB2")) => Outcome::valid("minisign key under a password"),
        (MINISIGN, Some(b"Ed\0\0B2")) => Outcome::valid("unencrypted minisign key"),
        (SIGNIFY, Some([b'E', b'd', b'B', b'K', ..])) => signify(&bytes),
        _ => Outcome::weak("not the layout of a key"),
    }
}

/// Without a password (no rounds of its hash) the checksum can be read.
fn signify(bytes: &[u8]) -> Outcome {
    if bytes[4..8] != [0; 4] {
        return Outcome::valid("signify key under a password");
    }
    if Sha512::digest(&bytes[40..])[..8] == bytes[24..32] {
        Outcome::valid("unencrypted signify key, checksum matches")
    } else {
        Outcome::weak("checksum does not match")
    }
}

/// Private keys are clamped where they are made; shared ones are not.
pub(super) fn wireguard(candidate: &Candidate) -> Outcome {
    match decode_base64(candidate.secret).as_deref() {
        Some([first, .., last]) if first.trailing_zeros() >= 3 && last >> 6 == 1 => {
            Outcome::valid("clamped X25519 key")
        }
        _ => Outcome::Neutral,
    }
}
