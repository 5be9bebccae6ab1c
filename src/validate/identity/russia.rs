//! Numbers of Russia and Ukraine.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::weighted;
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("ru-inn", 110, ru_inn),
    check("ru-inn-company", 11, ru_inn_company),
    check("ru-snils", 100, ru_snils),
    check("ru-passport", 2, ru_passport),
    check("ua-rnokpp", 11, ua_rnokpp),
];

/// INN of a person: twelve digits, the last two of which check (FNS order
/// MMV-7-6/435).
fn ru_inn(value: &[u8]) -> Verdict {
    of_digits(value, 12, |digits| {
        let first = weighted(digits, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
        let second = weighted(digits, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
        let right = (first % 11 % 10, second % 11 % 10);
        digits.number(0, 2) > 0 && right == (digits.digit(10), digits.digit(11))
    })
}

/// INN of a company: ten digits.
fn ru_inn_company(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let sum = weighted(digits, &[2, 4, 10, 3, 5, 9, 4, 6, 8]);
        digits.number(0, 2) > 0 && sum % 11 % 10 == digits.digit(9)
    })
}

/// SNILS: nine digits and their weighted sum modulo 101; numbers up to
/// 001-001-998 have no check digits.
fn ru_snils(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let sum = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
        digits.number(0, 9) > 1_001_998 && sum % 101 % 100 == digits.number(9, 11)
    })
}

/// Series and number of an inland passport: a region, a year of the form.
fn ru_passport(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let year = matches!(digits.number(2, 4), 0..=40 | 97..=99);
        digits.number(0, 2) > 0 && year && digits.number(4, 10) > 100
    })
}

/// RNOKPP: days since 1900, serial number, check digit.
fn ua_rnokpp(value: &[u8]) -> Verdict {
    // The first weight is -1, which is 10 modulo 11.
    let weights = [10, 5, 7, 9, 4, 6, 10, 5, 7];
    of_digits(value, 10, |digits| {
        weighted(digits, &weights) % 11 % 10 == digits.digit(9)
    })
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("ru-inn", "77dddddddddd");
        catches("ru-inn-company", "77dddddddd");
        catches("ru-snils", "ddd-ddd-ddd dd");
        catches("ua-rnokpp", "dddddddddd");
    }

    #[test]
    fn structures_hold() {
        mint("ru-passport", "45 08 dddddd");
        refuses("ru-passport", &["00 08 123456", "45 60 123456"]);
        refuses("ru-snils", &["000-000-001 01", "111-111-111 1"]);
    }
}
