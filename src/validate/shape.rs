//! Small checks of one value's shape.
//!
//! In: a candidate. Out: an outcome.

use serde_json::Value;

use super::encoding::decode_base64;
use super::placeholder::{Judgement, judge};
use super::random::holds_random;
use super::{Candidate, Outcome};

pub(super) fn luhn(candidate: &Candidate) -> Outcome {
    let mut sum = 0;
    let mut digits = 0;
    for byte in candidate.secret.iter().rev() {
        let digit = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b' ' | b'-' => continue,
            _ => return Outcome::Reject,
        };
        let doubled = digit << (digits % 2);
        sum += if doubled > 9 { doubled - 9 } else { doubled };
        digits += 1;
    }
    if digits >= 2 && sum % 10 == 0 {
        Outcome::valid("Luhn digit matches")
    } else {
        Outcome::Reject
    }
}

/// An account number (ISO 13616): country, check digits, the rest; turned
/// around and with letters as numbers it leaves 1 when divided by 97.
pub(super) fn iban(candidate: &Candidate) -> Outcome {
    let text: Vec<u8> = candidate
        .secret
        .iter()
        .filter(|&&byte| byte != b' ')
        .map(u8::to_ascii_uppercase)
        .collect();
    let [a, b, c, d, rest @ ..] = text.as_slice() else {
        return Outcome::Reject;
    };
    let country = a.is_ascii_uppercase() && b.is_ascii_uppercase();
    let mut remainder = 0_u32;
    for byte in rest.iter().chain([a, b, c, d]) {
        remainder = match byte {
            b'0'..=b'9' => remainder * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => remainder * 100 + u32::from(byte - b'A') + 10,
            _ => return Outcome::Reject,
        } % 97;
    }
    if country && (11..=30).contains(&rest.len()) && remainder == 1 {
        Outcome::valid("check digits match")
    } else {
        Outcome::Reject
    }
}

/// A random UUID says so (RFC 9562): version 4, variant 8 to b. For keys that
/// their provider draws as such.
pub(super) fn uuid_v4(candidate: &Candidate) -> Outcome {
    let secret = candidate.secret;
    let Some(start) = secret
        .len()
        .checked_sub(36)
        .filter(|&start| secret[start + 8] == b'-')
    else {
        return Outcome::Neutral;
    };
    let uuid = &secret[start..];
    let hex = uuid
        .iter()
        .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    if hex && uuid[14] == b'4' && matches!(uuid[19].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b')
    {
        Outcome::valid("random UUID")
    } else {
        Outcome::weak("not a random UUID")
    }
}

/// What stands before the base64 of keys that are text in base64.
const PREFIXES: &[&[u8]] = &[
    b"ABSK",
    b"essu_",
    b"glc_",
    b"ops_",
    b"pk.",
    b"sk.",
    b"sk_live_",
    b"sk_test_",
    b"sk_",
    b"sntrys_",
    b"tk.",
];

fn without_prefix(secret: &[u8]) -> &[u8] {
    PREFIXES
        .iter()
        .find_map(|prefix| secret.strip_prefix(*prefix))
        .unwrap_or(secret)
}

/// Keys that are some text in base64, such as `id:secret`.
pub(super) fn base64_text(candidate: &Candidate) -> Outcome {
    let decoded = decode_base64(without_prefix(candidate.secret));
    match decoded.map(String::from_utf8) {
        Some(Ok(text)) if !text.chars().any(char::is_control) => Outcome::valid("decodes to text"),
        _ => Outcome::weak("does not decode to text"),
    }
}

pub(super) fn basic_auth(candidate: &Candidate) -> Outcome {
    let decoded = decode_base64(candidate.secret);
    let Some((user, password)) = decoded.as_deref().and_then(split_pair) else {
        return Outcome::Reject;
    };
    if user.is_empty() && password.is_empty() {
        return Outcome::Reject;
    }
    // Some services send the token as the user, with no password.
    let secret = if password.is_empty() { user } else { password };
    match judge(secret) {
        Judgement::Placeholder(why) => Outcome::weak(why),
        _ => Outcome::valid("decodes to user:password"),
    }
}

fn split_pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.iter().any(u8::is_ascii_control) || std::str::from_utf8(text).is_err() {
        return None;
    }
    let at = memchr::memchr(b':', text)?;
    Some((&text[..at], &text[at + 1..]))
}

pub(super) fn uuid_not_nil(candidate: &Candidate) -> Outcome {
    let mut digits = [0; 32];
    let mut length = 0;
    for byte in candidate.secret.iter().filter(|&&byte| byte != b'-') {
        let Some(slot) = digits.get_mut(length) else {
            return Outcome::Neutral;
        };
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    match judge(&digits[..length]) {
        Judgement::Placeholder(_) => Outcome::Reject,
        Judgement::Doubtful(why) => Outcome::weak(why),
        Judgement::Real => Outcome::Neutral,
    }
}

/// A JSON object in base64, behind a prefix and before a mark and a signature.
pub(super) fn base64_json(candidate: &Candidate) -> Outcome {
    let body = without_prefix(candidate.secret);
    let before = |mark: u8| memchr::memrchr(mark, body).map(|at| &body[..at]);
    let bodies = [Some(body), before(b'_'), before(b'.')];
    let found = bodies.into_iter().flatten().any(|body| {
        let decoded = decode_base64(body);
        let parsed = decoded.map(|bytes| serde_json::from_slice::<Value>(&bytes));
        matches!(parsed, Some(Ok(Value::Object(_))))
    });
    if found {
        Outcome::valid("decodes to a JSON object")
    } else {
        Outcome::weak("does not decode to JSON")
    }
}

pub(super) fn random(candidate: &Candidate) -> Outcome {
    if holds_random(candidate.secret) {
        Outcome::Neutral
    } else {
        Outcome::Reject
    }
}

pub(super) fn mixed_case_digit(candidate: &Candidate) -> Outcome {
    let has = |class: fn(&u8) -> bool| candidate.secret.iter().any(class);
    if has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
        Outcome::Neutral
    } else {
        Outcome::Reject
    }
}
