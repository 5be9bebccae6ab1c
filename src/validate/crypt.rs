//! Password hashes: encodings whose last digit has unused bits.
//!
//! In: a candidate. Out: an outcome; a hash with those bits set was typed, not
//! computed.

use super::{Candidate, Outcome};

/// crypt's digits (crypt(5)): a value is where a digit stands.
const CRYPT: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// bcrypt's digits, most significant bit first.
const BCRYPT: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub(super) fn crypt(candidate: &Candidate) -> Outcome {
    let mut parts = candidate.secret.split(|&byte| byte == b'$').skip(1);
    let scheme = parts.next().unwrap_or_default();
    let Some(last) = candidate.secret.rsplit(|&byte| byte == b'$').next() else {
        return Outcome::Neutral;
    };
    let possible = match (scheme, last.len()) {
        (b"2a" | b"2b" | b"2x" | b"2y", 53) => bcrypt(parts.next().unwrap_or_default(), last),
        // 128, 256 and 512 bits, the last digit holding the highest ones.
        (b"1" | b"apr1", 22) | (b"6", 86) => value(last, CRYPT) < 4,
        (b"5", 43) => value(last, CRYPT) < 16,
        _ => return Outcome::Neutral,
    };
    if possible {
        Outcome::valid("complete password hash")
    } else {
        Outcome::weak("no hash ends like this")
    }
}

/// 128 bits of salt in 22 digits, 184 of hash in 31.
fn bcrypt(cost: &[u8], body: &[u8]) -> bool {
    let cost = std::str::from_utf8(cost)
        .ok()
        .and_then(|cost| cost.parse().ok());
    cost.is_some_and(|cost: u8| (4..=31).contains(&cost))
        && value(&body[..22], BCRYPT).is_multiple_of(16)
        && value(body, BCRYPT).is_multiple_of(4)
}

/// The value of the last digit.
fn value(text: &[u8], digits: &[u8; 64]) -> usize {
    let last = text.last();
    let known = last.and_then(|last| digits.iter().position(|digit| digit == last));
    known.unwrap_or(63)
}
