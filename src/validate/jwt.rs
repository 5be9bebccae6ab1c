//! JSON Web Tokens, and Hugging Face's two kinds of them.
//!
//! In: a candidate, or a payload to mint a token from. Out: an outcome whose
//! evidence is the algorithm, issuer, audience, scopes and expiry; other
//! claims may be personal and are never repeated.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::encoding::{contains, decode_base64, encode_base64url};
use super::{Candidate, Outcome};

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
    let Some((header, payload)) = split(candidate.secret) else {
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
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    if expiry < now {
        return Outcome::Weak(format!("expired on {}", date(expiry)));
    }
    evidence.push(format!("expires {}", date(expiry)));
    Outcome::Valid(evidence.join(", "))
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

/// A Unix time as `YYYY-MM-DD` (proleptic Gregorian, UTC).
fn date(seconds: u64) -> String {
    // Days are counted from 0000-03-01, so that a leap day ends its year.
    let days = (seconds / 86_400).min(3_000_000) + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_follow_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_600_000_000), "2020-09-13");
        assert_eq!(date(4_102_444_800), "2100-01-01");
    }
}
