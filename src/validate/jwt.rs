//! JSON Web Tokens (RFC 7519), signed or encrypted, bare, behind a provider's
//! prefix or in base64, and Hugging Face's two kinds of them.
//!
//! In: a candidate, or a payload to mint a token from. Out: an outcome whose
//! evidence is the algorithm, issuer, audience, scopes and expiry; other
//! claims may be personal and are never repeated.

use serde_json::{Map, Value};

use super::encoding::{contains, decode_base64, encode_base64url};
use super::{Candidate, Outcome, expiry};

const LONGEST_EVIDENCE: usize = 60;

/// A JSON Web Token of that header and payload.
pub fn mint(header: &str, payload: &str, signature: &[u8]) -> String {
    [header.as_bytes(), payload.as_bytes(), signature]
        .map(encode_base64url)
        .join(".")
}

pub(super) fn json_web_token(candidate: &Candidate) -> Outcome {
    // `verifyToken` in a model card's `model-index` is a public signature.
    if contains(candidate.before, b"verifyToken") {
        return Outcome::Reject;
    }
    let unwrapped = unwrap(candidate.secret);
    let token = unwrapped.as_deref().unwrap_or(candidate.secret);
    // Providers put a prefix of their own before it.
    let start = memchr::memmem::find(token, b"eyJ").unwrap_or(0);
    let token = &token[start..];
    let Some((header, payload)) = split(token) else {
        return Outcome::Reject;
    };
    let Some(Value::String(algorithm)) = header.get("alg") else {
        return Outcome::weak("header names no algorithm");
    };
    let mut evidence = vec![format!("alg {}", sanitise(algorithm.as_bytes()))];
    let Some(claims) = payload else {
        if header.contains_key("enc") {
            return Outcome::weak("encrypted token, nothing to check");
        }
        return Outcome::Reject;
    };
    if let Some(least) = signature_length(algorithm) {
        let signature = token.split(|&byte| byte == b'.').nth(2);
        let length = signature
            .and_then(decode_base64)
            .map_or(0, |bytes| bytes.len());
        if length < least {
            return Outcome::Weak(format!("signature is too short for {algorithm}"));
        }
    }
    let named = [
        ("iss", "issuer"),
        ("aud", "audience"),
        ("scope", "scope"),
        ("role", "role"),
    ];
    for (claim, name) in named {
        if let Some(value) = claims.get(claim).and_then(list) {
            evidence.push(format!("{name} {value}"));
        }
    }
    conclude(evidence, &claims)
}

/// The token in base64, if that is what the secret is.
fn unwrap(secret: &[u8]) -> Option<Vec<u8>> {
    if secret.contains(&b'.') {
        return None;
    }
    decode_base64(secret).filter(|text| text.contains(&b'.'))
}

/// The fewest bytes a signature of that algorithm has (RFC 7518, RFC 8037).
fn signature_length(algorithm: &str) -> Option<usize> {
    Some(match algorithm {
        "HS256" => 32,
        "HS384" => 48,
        "HS512" | "ES256" | "ES256K" | "EdDSA" => 64,
        "ES384" => 96,
        "ES512" => 132,
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => 128,
        _ => return None,
    })
}

/// An encrypted token (RFC 7516): only its header can be read.
pub(super) fn encrypted(candidate: &Candidate) -> Outcome {
    let parts: Vec<&[u8]> = candidate.secret.split(|&byte| byte == b'.').collect();
    let header = parts.first().and_then(|part| object(part));
    let text = |name: &str| {
        let value = header.as_ref()?.get(name)?.as_str()?;
        Some(sanitise(value.as_bytes()))
    };
    match (text("alg"), text("enc")) {
        (Some(algorithm), Some(cipher)) if parts.len() == 5 => {
            Outcome::Valid(format!("alg {algorithm}, enc {cipher}"))
        }
        _ => Outcome::Reject,
    }
}

pub(super) fn hugging_face(candidate: &Candidate) -> Outcome {
    let secret = candidate.secret;
    let Some(token) = [&b"hf_oauth_"[..], b"hf_jwt_"]
        .iter()
        .find_map(|prefix| secret.strip_prefix(*prefix))
    else {
        return Outcome::Neutral;
    };
    let Some((_, Some(claims))) = split(token) else {
        return Outcome::weak("payload is not readable");
    };
    let mut evidence = Vec::new();
    for (claim, name) in [("scope", "scopes"), ("permissions", "permissions")] {
        if let Some(value) = claims.get(claim).and_then(list) {
            evidence.push(format!("{name} {value}"));
        }
    }
    conclude(evidence, &claims)
}

/// Adds the expiry and weighs it.
fn conclude(mut evidence: Vec<String>, claims: &Map<String, Value>) -> Outcome {
    let Some(expiry) = claims.get("exp").and_then(seconds) else {
        evidence.push("never expires".to_owned());
        return Outcome::Valid(evidence.join(", "));
    };
    match expiry::outcome(expiry) {
        Outcome::Valid(until) => {
            evidence.push(until);
            Outcome::Valid(evidence.join(", "))
        }
        other => other,
    }
}

type Claims = Map<String, Value>;

/// Header and payload; the payload is `None` when it is not a JSON object.
fn split(token: &[u8]) -> Option<(Claims, Option<Claims>)> {
    let mut parts = token.split(|&byte| byte == b'.');
    let header = object(parts.next()?)?;
    Some((header, parts.next().and_then(object)))
}

fn object(part: &[u8]) -> Option<Claims> {
    match serde_json::from_slice(&decode_base64(part)?) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

fn seconds(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_f64().map(|number| number as u64))
}

/// A claim as one short line: a string, a list, or the granted keys of a map.
/// Mail addresses are left out.
fn list(claim: &Value) -> Option<String> {
    let text = match claim {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            items.join(" ")
        }
        Value::Object(map) => {
            let granted = map
                .iter()
                .filter(|(_, value)| !matches!(value, Value::Bool(false) | Value::Null));
            let granted: Vec<_> = granted.map(|(key, _)| key.as_str()).collect();
            granted.join(" ")
        }
        _ => return None,
    };
    (!text.is_empty() && !text.contains('@')).then(|| sanitise(text.as_bytes()))
}

/// Printable ASCII, at most 60 bytes: the text may come from an attacker.
pub(super) fn sanitise(text: &[u8]) -> String {
    text.iter()
        .take(LONGEST_EVIDENCE)
        .map(|&byte| match byte {
            b' '..=b'~' => char::from(byte),
            _ => '?',
        })
        .collect()
}
