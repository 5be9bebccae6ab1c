//! Numbers that mean the same in all countries: cards, accounts, devices.
//!
//! In: a value. Out: what its length, issuer and check digits say.

use super::digits::{Compact, luhn, mod_97};
use super::{Check, Verdict, check};
use crate::validate::known_public::is_published_example;

pub(super) const CHECKS: &[Check] = &[
    check("card", 25, card),
    check("card-of-any-issuer", 10, card_of_any_issuer),
    check("iban", 97, iban),
    check("not-made-up", 1, not_made_up),
];

/// Letters and digits of which no check is known: digits that count up or are
/// all the same are an example's.
fn not_made_up(value: &[u8]) -> Verdict {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    match Compact::of(&digits) {
        Some(digits) => Verdict::of_digits(true, &digits),
        None => Verdict::Invalid,
    }
}

/// A payment card: an issuer's range with its lengths, and Luhn.
fn card(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    if !is_issued(&digits) || !luhn(&digits) {
        return Verdict::Invalid;
    }
    let text = digits.as_bytes();
    let tail = text.get(6..).unwrap_or_default();
    let made_up = is_published_example(text) || tail.iter().all(|byte| Some(byte) == tail.first());
    if made_up {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    }
}

/// The same whoever issued it: old ranges, and ones that are not public.
fn card_of_any_issuer(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let made_up = is_published_example(digits.as_bytes()) || digits.is_repeated();
    match luhn(&digits) {
        false => Verdict::Invalid,
        true if made_up => Verdict::Placeholder,
        true => Verdict::Valid,
    }
}

/// Issuer ranges and lengths, ISO/IEC 7812 as the networks publish them.
fn is_issued(digits: &Compact) -> bool {
    let len = digits.as_bytes().len();
    let (two, three, four, six) = (
        digits.number(0, 2),
        digits.number(0, 3),
        digits.number(0, 4),
        digits.number(0, 6),
    );
    match two {
        34 | 37 => len == 15,
        40..=49 => matches!(len, 13 | 16 | 19),
        51..=55 => len == 16,
        22..=27 if (2221..=2720).contains(&four) => len == 16,
        // Diners Club.
        36 | 38 | 39 => (14..=19).contains(&len),
        30 if (300..=305).contains(&three) || three == 309 => (14..=19).contains(&len),
        // JCB, of which 3528 to 3589 are assigned, and its old 15-digit numbers.
        35 => (16..=19).contains(&len),
        21 | 18 if four == 2131 || four == 1800 => len == 15,
        // Discover, UnionPay, RuPay.
        62 => (16..=19).contains(&len),
        60 | 64 | 65 | 81 | 82 => (16..=19).contains(&len) && (two > 64 || three >= 601 || six > 0),
        // Maestro.
        50 | 56..=59 | 61 | 63 | 66..=69 => (12..=19).contains(&len),
        _ => false,
    }
}

/// Lengths of the IBAN registry (ISO 13616).
const IBAN_LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// The length of an IBAN of a country.
pub fn iban_length(country: [u8; 2]) -> Option<usize> {
    let country = country.map(|byte| byte.to_ascii_uppercase());
    let known = IBAN_LENGTHS.iter().find(|(known, _)| **known == country);
    known.map(|(_, length)| *length)
}

/// An IBAN: a country's length, and ISO 7064 over the rotated value.
fn iban(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let Some((country, rest)) = compact.as_bytes().split_first_chunk::<2>() else {
        return Verdict::Invalid;
    };
    let numbered = rest.iter().take(2).all(u8::is_ascii_digit);
    if !numbered || iban_length(*country) != Some(compact.as_bytes().len()) {
        return Verdict::Invalid;
    }
    let values = compact.values();
    Verdict::of(mod_97(values.clone().skip(4).chain(values.take(4))) == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_count() {
        assert_eq!(not_made_up(b"AB482041"), Verdict::Valid);
        assert_eq!(not_made_up(b"AB123456"), Verdict::Placeholder);
        assert_eq!(not_made_up(b"A 000 000"), Verdict::Placeholder);
        assert_eq!(not_made_up(&[b'4'; 60]), Verdict::Invalid);
    }
}
