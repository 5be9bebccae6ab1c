//! Tokens that carry a CRC-32 of themselves: GitHub, npm, GitLab routable,
//! Grafana, Cloudflare, Zuplo, Confluent, Azure `DevOps`.
//!
//! In: a candidate, or the random part of a token to mint. Out: an outcome, or
//! a token whose checksum is right (tests and the demo need such tokens).
//! A wrong checksum weakens and never rejects: people write fabricated tokens
//! next to real ones, and a format may change.

use super::encoding::{base36, base62, decode_base32, encode_base32, encode_base64};
use super::{Candidate, Outcome};

/// A GitHub-style token: `prefix`, the body, six base-62 digits of its CRC.
pub fn github(prefix: &str, body: &str) -> String {
    format!("{prefix}{body}{:0>6}", base62(crc32(body)))
}

/// An npm token with its checksum.
pub fn npm(body: &str) -> String {
    github("npm_", body)
}

/// A GitLab routable token: `prefix`, the base64url payload, version `01`, the
/// payload's length, and the CRC of everything before it.
pub fn gitlab(prefix: &str, payload: &str) -> String {
    let length = base36(payload.len() as u32);
    let token = format!("{prefix}{payload}.01.{length:0>2}");
    let crc = base36(crc32(&token));
    format!("{token}{crc:0>7}")
}

/// A Grafana service account token; the CRC covers the prefix and is written
/// least significant byte first.
pub fn grafana(body: &str) -> String {
    let token = format!("glsa_{body}");
    let crc = crc32(&token).swap_bytes();
    format!("{token}_{crc:08x}")
}

/// A Cloudflare token: the CRC covers the body only.
pub fn cloudflare(prefix: &str, body: &str) -> String {
    format!("{prefix}{body}{:08x}", crc32(body))
}

/// A Zuplo key: the CRC covers the 32 characters between the marks.
pub fn zuplo(body: &str) -> String {
    format!("zpka_{body}_{:08x}", crc32(body))
}

/// A Confluent secret: the CRC of 54 characters, its bytes least significant
/// first, in six characters of base64.
pub fn confluent(body: &str) -> String {
    let crc = encode_base64(&crc32(body).to_le_bytes());
    format!("cflt{body}{}", &crc[..6])
}

/// What the CRC of a user's personal access token of Azure `DevOps` is mixed
/// with, and that of an application's (microsoft/security-utilities,
/// `SEC101_102_AdoPat.cs`).
const DEVOPS_MIX: [u32; 2] = [0xE0B9_692D, 0x1019_F92E];
/// Where the four bytes of its checksum stand, the least significant first.
const DEVOPS_SUM: [usize; 4] = [22, 8, 7, 2];
const DEVOPS_BYTES: usize = 32;

/// An Azure `DevOps` token: 28 bytes and, strewn among them, their CRC.
pub fn azure_devops(random: &[u8; DEVOPS_BYTES]) -> String {
    let mut bytes = *random;
    let sum = (devops_crc(&bytes) ^ DEVOPS_MIX[0]).to_le_bytes();
    for (at, byte) in DEVOPS_SUM.into_iter().zip(sum) {
        bytes[at] = byte;
    }
    encode_base32(&bytes)
}

fn devops_crc(bytes: &[u8; DEVOPS_BYTES]) -> u32 {
    let summed = (0..DEVOPS_BYTES).filter(|at| !DEVOPS_SUM.contains(at));
    crc32fast::hash(&summed.map(|at| bytes[at]).collect::<Vec<u8>>())
}

pub(super) fn check_azure_devops(candidate: &Candidate) -> Outcome {
    let bytes = decode_base32(candidate.secret);
    let Some(bytes) = bytes.and_then(|bytes| <[u8; DEVOPS_BYTES]>::try_from(bytes).ok()) else {
        return Outcome::weak("not the base-32 alphabet of Azure DevOps tokens");
    };
    let written = u32::from_le_bytes(DEVOPS_SUM.map(|at| bytes[at]));
    if DEVOPS_MIX.contains(&(written ^ devops_crc(&bytes))) {
        Outcome::valid("checksum matches")
    } else {
        Outcome::Neutral
    }
}

pub(super) fn check_zuplo(candidate: &Candidate) -> Outcome {
    let body = text(candidate).and_then(|token| Some((token, token.strip_prefix("zpka_")?)));
    match body {
        Some((token, rest)) if rest.len() == 41 => verdict(token == zuplo(&rest[..32])),
        _ => Outcome::Neutral,
    }
}

pub(super) fn check_confluent(candidate: &Candidate) -> Outcome {
    let body = text(candidate).and_then(|token| Some((token, token.strip_prefix("cflt")?)));
    match body {
        Some((token, rest)) if rest.len() == 60 => verdict(token == confluent(&rest[..54])),
        _ => Outcome::Neutral,
    }
}

pub(super) fn check_github(candidate: &Candidate) -> Outcome {
    let Some(token) = text(candidate) else {
        return Outcome::Neutral;
    };
    match token.split_at_checked(4) {
        Some((prefix, body)) if prefix.starts_with("gh") && prefix.ends_with('_') => {
            check_base62(prefix, body, token)
        }
        _ => Outcome::Neutral,
    }
}

pub(super) fn check_npm(candidate: &Candidate) -> Outcome {
    let Some(token) = text(candidate) else {
        return Outcome::Neutral;
    };
    match token.strip_prefix("npm_") {
        Some(body) => check_base62("npm_", body, token),
        None => Outcome::Neutral,
    }
}

fn check_base62(prefix: &str, body: &str, token: &str) -> Outcome {
    if body.len() < 36 || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Outcome::Neutral;
    }
    let matches = token == github(prefix, &body[..body.len() - 6]);
    // Of longer tokens it is not published what the checksum covers.
    if body.len() == 36 || matches {
        verdict(matches)
    } else {
        Outcome::Neutral
    }
}

pub(super) fn check_gitlab(candidate: &Candidate) -> Outcome {
    let Some(token) = text(candidate) else {
        return Outcome::Neutral;
    };
    // The first such tokens named no version between payload and length.
    match token.rsplit_once('.') {
        Some((_, tail)) if tail.len() == 9 => {}
        _ => return Outcome::Neutral,
    }
    let (signed, crc) = token.split_at(token.len() - 7);
    verdict(crc == format!("{:0>7}", base36(crc32(signed))))
}

pub(super) fn check_grafana(candidate: &Candidate) -> Outcome {
    let Some(token) = text(candidate) else {
        return Outcome::Neutral;
    };
    match token
        .strip_prefix("glsa_")
        .and_then(|rest| rest.split_once('_'))
    {
        Some((body, crc)) if body.len() == 32 && crc.len() == 8 => {
            verdict(token.eq_ignore_ascii_case(&grafana(body)))
        }
        _ => Outcome::Neutral,
    }
}

pub(super) fn check_cloudflare(candidate: &Candidate) -> Outcome {
    let Some(token) = text(candidate) else {
        return Outcome::Neutral;
    };
    match token.split_once('_') {
        Some((prefix, rest)) if prefix.starts_with("cf") && rest.len() == 48 => {
            // Seen in tokens, not published: it can only speak for one.
            match verdict(rest.eq_ignore_ascii_case(&cloudflare("", &rest[..40]))) {
                Outcome::Weak(_) => Outcome::Neutral,
                matches => matches,
            }
        }
        _ => Outcome::Neutral,
    }
}

fn verdict(matches: bool) -> Outcome {
    if matches {
        Outcome::valid("checksum matches")
    } else {
        Outcome::weak("checksum does not match")
    }
}

/// The secret as text; only ASCII, so that slicing by bytes is safe.
fn text<'a>(candidate: &Candidate<'a>) -> Option<&'a str> {
    std::str::from_utf8(candidate.secret)
        .ok()
        .filter(|text| text.is_ascii())
}

fn crc32(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}
