//! Numbers of Estonia, Lithuania and Latvia.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("ee-lt-personal-code", 300, personal_code),
    check("lv-personal-code", 300, lv_personal_code),
    check("lv-personal-code-new", 100, lv_personal_code_new),
];

/// Isikukood and asmens kodas: sex and century, birth date, serial number, and
/// a check digit by weights that move on if the first do not help (EVS 585).
fn personal_code(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let first = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        let second = weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
        let right = if first < 10 { first } else { second };
        let date = is_date(
            digits.number(1, 3),
            digits.number(3, 5),
            digits.number(5, 7),
        );
        (1..=8).contains(&digits.digit(0)) && date && right == digits.digit(10)
    })
}

/// Personas kods: birth date, century, serial number, check digit.
fn lv_personal_code(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let date = is_date(
            digits.number(4, 6),
            digits.number(2, 4),
            digits.number(0, 2),
        );
        let sum = 1 + weighted(digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
        date && digits.digit(6) < 3 && sum % 11 % 10 == digits.digit(10)
    })
}

/// Personas kods since 2017: begins with 32 to 39 and tells no date.
fn lv_personal_code_new(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| (32..=39).contains(&digits.number(0, 2)))
}

/// Estonian VAT number, nine digits.
pub(super) fn ee_vat(digits: &Compact) -> bool {
    weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// Lithuanian VAT number: nine digits with a 1 at the eighth place, or twelve
/// with one at the eleventh.
pub(super) fn lt_vat(digits: &Compact) -> bool {
    let count = digits.as_bytes().len() - 1;
    let sum = |from: u32| {
        let weights = (0..).map(|at| (from + at - 1) % 9 + 1);
        let pairs = digits.values().take(count).zip(weights);
        pairs.map(|(digit, weight)| digit * weight).sum::<u32>()
    };
    let right = match sum(1) % 11 {
        10 => sum(3) % 11 % 10,
        rest => rest,
    };
    digits.digit(count - 1) == 1 && digits.digit(count) == right
}

/// Latvian VAT number of a company: from 4 on.
pub(super) fn lv_vat(digits: &Compact) -> bool {
    let sum = weighted(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]);
    digits.digit(0) > 3 && sum % 11 == 3
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("ee-lt-personal-code", "3840517dddd");
        catches("lv-personal-code", "170584-1dddd");
    }

    #[test]
    fn structures_hold() {
        mint("lv-personal-code-new", "32dddd-ddddd");
        refuses("lv-personal-code-new", &["400000-00001"]);
        refuses("ee-lt-personal-code", &["98405170000", "3841317"]);
    }
}
