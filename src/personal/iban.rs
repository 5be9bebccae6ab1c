//! International bank account numbers.
//!
//! In: a group that begins with a country and two digits. Out: the account, in
//! one piece or in groups of four.

use super::coded::{Hit, Place};
use crate::validate::identity::{Verdict, by_name};

/// Nothing else has this form and these check digits by chance.
const SCORE: u8 = 85;
/// But in groups of small letters, which dumps have.
const LOWER: u8 = 45;

pub(super) fn find(place: &Place<'_>) -> Option<Hit> {
    let first = place.rest().first()?;
    let head = place.text.get(first.start..first.start + 4)?;
    let [a, b, c, d] = *head else { return None };
    let one_case = a.is_ascii_uppercase() == b.is_ascii_uppercase();
    let begins = a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && one_case;
    if !begins || !c.is_ascii_digit() || !d.is_ascii_digit() {
        return None;
    }
    let check = by_name("iban")?;
    let wanted = crate::validate::identity::iban_length([a, b])?;
    let mut length = 0;
    let mut last = first;
    for group in place.rest() {
        let apart = group.start.saturating_sub(last.end);
        let between = place.text.get(last.end).copied();
        let joined = length == 0 || (apart == 1 && matches!(between, Some(b' ' | b'-')));
        if !joined || (length > 0 && last.len() != 4 && last.len() < 5) {
            return None;
        }
        length += group.len();
        last = group;
        if length >= wanted {
            break;
        }
    }
    let span = first.start..last.end;
    let value = place.text.get(span.clone())?;
    if length != wanted || (check.run)(value) == Verdict::Invalid {
        return None;
    }
    // A dump in hexadecimal digits has groups of four too.
    let behind = place.text.get(last.end..).unwrap_or_default();
    let next = behind.strip_prefix(b" ").unwrap_or_default();
    let next = next.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    let goes_on = next.clone().count() == 4 && next.clone().any(u8::is_ascii_digit);
    let lower = a.is_ascii_lowercase() && span.len() > length;
    if goes_on && last.len() == 4 || lower && place.before(first.start) == Some(b' ') && goes_on {
        return None;
    }
    let score = if lower { LOWER } else { SCORE };
    Some(Hit {
        evidence: Some("the check digits match"),
        ..Hit::new(span, score, Verdict::Valid)
    })
}
