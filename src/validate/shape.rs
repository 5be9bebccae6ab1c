//! Small checks of one value's shape.
//!
//! In: a candidate. Out: an outcome.

use serde_json::Value;

use super::encoding::{contains, decode_base64};
use super::placeholder::{Judgement, judge};
use super::random::holds_random;
use super::{Candidate, Outcome};

pub(super) fn openai_signature(candidate: &Candidate) -> Outcome {
    // Base64 of "OpenAI"; every key since 2021 has it in its middle.
    if contains(candidate.secret, b"T3BlbkFJ") {
        Outcome::valid("holds the OpenAI signature")
    } else {
        Outcome::weak("lacks the OpenAI signature")
    }
}

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

pub(super) fn base64_json(candidate: &Candidate) -> Outcome {
    let decoded = decode_base64(candidate.secret);
    match decoded.map(|bytes| serde_json::from_slice::<Value>(&bytes)) {
        Some(Ok(Value::Object(_))) => Outcome::valid("decodes to a JSON object"),
        _ => Outcome::weak("does not decode to JSON"),
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
