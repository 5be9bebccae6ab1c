//! Tokens that carry a CRC-32 of themselves: GitHub, npm, GitLab routable,
//! Grafana, Cloudflare.
//!
//! In: a candidate, or the random part of a token to mint. Out: an outcome, or
//! a token whose checksum is right (tests and the demo need such tokens).
//! A wrong checksum weakens and never rejects: people write fabricated tokens
//! next to real ones, and a format may change.

use super::encoding::{base36, base62};
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
    if body.len() != 36 || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Outcome::Neutral;
    }
    verdict(token == github(prefix, &body[..30]))
}

pub(super) fn check_gitlab(candidate: &Candidate) -> Outcome {
    let Some(token) = text(candidate) else {
        return Outcome::Neutral;
    };
    let mut parts = token.rsplitn(3, '.');
    let (Some(tail), Some(_version), Some(_payload)) = (parts.next(), parts.next(), parts.next())
    else {
        return Outcome::Neutral;
    };
    if tail.len() != 9 {
        return Outcome::Neutral;
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
            let expected = cloudflare("", &rest[..40]);
            verdict(rest.eq_ignore_ascii_case(&expected))
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
