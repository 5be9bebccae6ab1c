//! Can a value be guessed, so that no hash of it may leave?
//!
//! In: a match, and the way to it. Out: a verdict that errs on the side of "yes": a value that is
//! taken for guessable is known by its place, and only loses that it is
//! recognised after a rename; one that is not could be found by trying.

use crate::engine::Match;
use crate::rule::{Detector, Rule};
use crate::validate::entropy::shannon;
use crate::validate::random::looks_random;

/// Shortest value of no form of its own that counts as generated.
const LONG: usize = 20;
/// Least Shannon bits of a value with a form of its own.
const LEAST_BITS: f64 = 64.0;
/// Shortest number nobody can try out.
const LONG_NUMBER: usize = 32;

/// Could the value of this match be guessed?
pub(super) fn is_guessable(hit: &Match<'_>) -> bool {
    let value = hit.secret.reveal();
    match hit.rule.detector {
        None if may_be_chosen(hit.rule, value) => !is_generated(value),
        // A form of one's own may still be `EMP-` and six digits.
        None => shannon(value) * (value.len() as f64) < LEAST_BITS || is_number(value),
        Some(Detector::Assignment) => !is_generated(value),
        Some(_) => true,
    }
}

fn is_generated(value: &[u8]) -> bool {
    value.len() >= LONG && looks_random(value)
}

/// Does the rule also take values that a person thought up?
fn may_be_chosen(rule: &Rule, value: &[u8]) -> bool {
    let named = ["password", "passwd", "passphrase", "login", "basic"];
    let of_keys = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/=.:~".contains(byte);
    named.iter().any(|word| rule.id.contains(word))
        || (rule.is_keyword_rule() && !value.iter().all(of_keys))
}

/// Mostly digits: an account, a card, an id.
fn is_number(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    value.len() < LONG_NUMBER && 4 * digits >= 3 * value.len()
}

/// Most digits in a row in the name of a column or key.
const MOST_DIGITS: usize = 5;

/// A route that may go into a hash: keys of a dictionary may be personal data
/// themselves, so only steps that look like a name or an index are kept.
pub(super) fn place_route(route: &str) -> String {
    let mut kept: Vec<(&str, &str)> = Vec::new();
    let mut opens = "";
    for step in route.split_inclusive(['/', '@', '!']) {
        let (name, next) = step.split_at(step.trim_end_matches(['/', '@', '!']).len());
        let is_address = opens == "@" && name.contains('.');
        if is_address || !is_plain(name) {
            // Both sides of an address are personal.
            if let (true, Some((before, _))) = (is_address, kept.last_mut()) {
                *before = "*";
            }
            kept.push(("*", next));
        } else {
            kept.push((name, next));
        }
        opens = next;
    }
    kept.iter()
        .flat_map(|(name, next)| [*name, *next])
        .collect()
}

fn is_plain(step: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_. ".contains(&byte);
    let longest_number = step
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or_default();
    step.bytes().all(plain) && longest_number <= MOST_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_may_be_personal_stay_out_of_a_hash() {
        for (route, kept) in [
            ("", ""),
            (
                "/archive/data.pkl@hub_token!base64",
                "/archive/data.pkl@hub_token!base64",
            ),
            ("/cells/3/outputs/0", "/cells/3/outputs/0"),
            ("@+49 170 1234567", "@*"),
            ("@4917012345678", "@*"),
            ("/users/Müller", "/users/*"),
        ] {
            assert_eq!(place_route(route), kept, "{route}");
        }
        let mail = format!("/users@ana.b{}example.org", '@');
        assert_eq!(place_route(&mail), "/*@*@*");
    }

    #[test]
    fn numbers_are_guessable() {
        assert!(is_number(b"ID-123456789"));
        assert!(is_number(b"4111111111111111"));
        assert!(!is_number(b"12345678:AAFabcdefghijklmnopqrstuvwxyz012345"));
    }
}
