//! PASETO tokens: signed ones hold readable claims, sealed ones have a least
//! length.
//!
//! In: a candidate, or claims to mint a token from. Out: an outcome. Lengths are
//! those of <https://github.com/paseto-standard/paseto-spec>.

use serde_json::Value;

use super::encoding::{decode_base64, encode_base64url};
use super::{Candidate, Outcome, expiry};

/// A signed token of version 4 with these claims.
pub fn mint(claims: &str, signature: &[u8; 64]) -> String {
    let body = [claims.as_bytes(), signature].concat();
    format!("v4.public.{}", encode_base64url(&body))
}

pub(super) fn paseto(candidate: &Candidate) -> Outcome {
    let mut parts = candidate.secret.split(|&byte| byte == b'.');
    let (Some(version), Some(purpose), Some(body)) = (parts.next(), parts.next(), parts.next())
    else {
        return Outcome::Neutral;
    };
    let Some(body) = decode_base64(body) else {
        return Outcome::weak("body is not base64");
    };
    if purpose == b"local" {
        // Nonce and tag.
        let least = match version {
            b"v2" => 24 + 16,
            b"v1" | b"v3" => 32 + 48,
            _ => 32 + 32,
        };
        return if body.len() > least {
            Outcome::Neutral
        } else {
            Outcome::weak("too short for a sealed token")
        };
    }
    let signature = match version {
        b"v1" => 256,
        b"v3" => 96,
        _ => 64,
    };
    let claims = body
        .len()
        .checked_sub(signature)
        .map(|end| serde_json::from_slice::<Value>(&body[..end]));
    let Some(Ok(Value::Object(claims))) = claims else {
        return Outcome::weak("holds no readable claims");
    };
    let expiry = claims.get("exp").and_then(Value::as_str);
    match expiry.and_then(|text| expiry::moment(text.as_bytes())) {
        Some(expiry) => expiry::outcome(expiry),
        None => Outcome::valid("readable claims, never expires"),
    }
}
