//! Numbers of the Netherlands, Belgium and Luxembourg.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, luhn, mod_97, verhoeff, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("nl-bsn", 11, nl_bsn),
    check("be-national-number", 900, be_national_number),
    check("be-enterprise", 97, |value| {
        of_digits(value, 10, is_enterprise)
    }),
    check("be-identity-card", 97, be_identity_card),
    check("lu-national-number", 2000, lu_national_number),
];

/// Burgerservicenummer: the eleven test, the last digit counting against the
/// others; eight digits lack their leading zero.
fn nl_bsn(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let weights: &[u32] = match compact.as_bytes().len() {
        9 => &[9, 8, 7, 6, 5, 4, 3, 2, 10],
        8 => &[8, 7, 6, 5, 4, 3, 2, 10],
        _ => return Verdict::Invalid,
    };
    let count = weights.len();
    let eleven = |digits: &Compact| {
        let known = digits.number(0, count);
        weighted(digits, weights).is_multiple_of(11) && !matches!(known, 123_456_782 | 0)
    };
    of_digits(value, count, eleven)
}

/// Rijksregisternummer: birth date, serial number, and 97 less the remainder,
/// with a 2 before it for those born since 2000. Bis numbers have 20 or 40
/// added to the month, and month and day may be unknown.
fn be_national_number(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let (year, month, day) = (
            digits.number(0, 2),
            digits.number(2, 4),
            digits.number(4, 6),
        );
        let month = if month >= 20 {
            (month - 20) % 20
        } else {
            month
        };
        let date = is_date(year, month, day) || (month == 0 && day <= 31);
        let key = digits.number(9, 11);
        let nine = digits.values().take(9);
        let before = 97 - mod_97(nine.clone());
        let since = 97 - mod_97([2].into_iter().chain(nine));
        date && digits.number(6, 9) > 0 && (key == before || (key == since && year < 40))
    })
}

/// Number of an enterprise: eight digits and 97 less their remainder.
pub(super) fn is_enterprise(digits: &Compact) -> bool {
    let first = digits.digit(0) < 2 && digits.number(0, 8) > 0;
    first && 97 - digits.number(0, 8) % 97 == digits.number(8, 10)
}

/// Number of an identity card: ten digits and their remainder, 97 for 0.
fn be_identity_card(value: &[u8]) -> Verdict {
    of_digits(value, 12, |digits| {
        let rest = mod_97(digits.values().take(10));
        (if rest == 0 { 97 } else { rest }) == digits.number(10, 12)
    })
}

/// Matricule: birth date, serial number, a digit of Luhn and one of Verhoeff,
/// both over the first eleven.
fn lu_national_number(value: &[u8]) -> Verdict {
    of_digits(value, 13, |digits| {
        let text = digits.as_bytes();
        let eleven = text.get(..11).unwrap_or_default();
        let with = |last: usize| {
            let last = text.get(last).into_iter();
            let digits: Vec<u8> = eleven.iter().chain(last).copied().collect();
            Compact::of(&digits)
        };
        let year = digits.number(0, 4);
        let date = (1880..=2040).contains(&year)
            && is_date(year, digits.number(4, 6), digits.number(6, 8));
        date && with(11).is_some_and(|one| luhn(&one)) && with(12).is_some_and(|one| verhoeff(&one))
    })
}

/// Dutch VAT number: nine digits, `B` and two, by the eleven test or since 2020
/// by modulus 97 over the letters too.
pub(super) fn nl_vat(compact: &Compact) -> bool {
    let [number @ .., b'B', one, two] = compact.as_bytes() else {
        return false;
    };
    let Some(digits) = Compact::digits(number, 9) else {
        return false;
    };
    let numbered = one.is_ascii_digit() && two.is_ascii_digit();
    let eleven = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11);
    let letters = [23, 21].into_iter().chain(compact.values());
    numbered && digits.number(0, 9) > 0 && (eleven || mod_97(letters) == 1)
}

/// Luxembourg VAT number: six digits and their remainder modulo 89.
pub(super) fn lu_vat(digits: &Compact) -> bool {
    digits.number(0, 6) % 89 == digits.number(6, 8)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("nl-bsn", "ddddddddd");
        catches("nl-bsn", "dddd.dd.ddd");
        catches("be-national-number", "71.05.17-ddd.dd");
        catches("be-national-number", "03.45.17-ddd.dd");
        catches("be-enterprise", "0ddd.ddd.ddd");
        catches("be-identity-card", "ddd-ddddddd-dd");
        catches("lu-national-number", "1984 0517 ddddd");
    }

    #[test]
    fn structures_hold() {
        refuses("nl-bsn", &["12345678", "1", "000000000", "1234567890"]);
        refuses("be-national-number", &["71.13.17-001.00", "00000000000"]);
    }
}
