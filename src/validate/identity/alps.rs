//! Numbers of Austria and Switzerland.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, luhn, luhn_sum, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("at-svnr", 200, at_svnr),
    check("at-tax-number", 10, |value| of_digits(value, 9, luhn)),
    check("ch-ahv", 10, ch_ahv),
    check("ch-ahv-old", 11, ch_ahv_old),
];

/// Sozialversicherungsnummer: serial number, check digit, birth date; months
/// 13 to 15 where serial numbers ran out (§ 30c ASVG).
fn at_svnr(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let month = digits.number(6, 8);
        let date = match month {
            13..=15 => (1..=31).contains(&digits.number(4, 6)),
            _ => is_date(digits.number(8, 10), month, digits.number(4, 6)),
        };
        let sum = weighted(digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
        digits.digit(0) > 0 && date && sum % 11 == digits.digit(3)
    })
}

/// AHV number since 2008: country 756 and the check digit of EAN-13. The
/// example of the compensation office has 1 to 9 in a row.
fn ch_ahv(value: &[u8]) -> Verdict {
    let verdict = of_digits(value, 13, |digits| {
        let triple = digits.values().step_by(2).sum::<u32>();
        let single = digits.values().skip(1).step_by(2).sum::<u32>();
        digits.number(0, 3) == 756 && (triple + 3 * single).is_multiple_of(10)
    });
    let made_up = |digits: Compact| digits.number(3, 12) == 123_456_789;
    match verdict {
        Verdict::Valid if Compact::of(value).is_some_and(made_up) => Verdict::Placeholder,
        _ => verdict,
    }
}

/// AHV number before 2008, modulus 11; the day of birth is coded in quarters of
/// up to 93, women from 500 on.
fn ch_ahv_old(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let sum = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        digits.number(0, 3) > 99 && digits.number(5, 8) > 100 && sum.is_multiple_of(11)
    })
}

/// Austrian VAT number: `ATU` and eight digits.
pub(super) fn at_vat(digits: &Compact) -> bool {
    let sum = luhn_sum(digits.values().take(7)) + 4;
    (sum + digits.digit(7)).is_multiple_of(10)
}

/// Swiss UID: `CHE` and nine digits, modulus 11.
pub(super) fn ch_uid(digits: &Compact) -> bool {
    weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 1]).is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("at-svnr", "dddd 170384");
        catches("at-tax-number", "dd-ddd/dddd");
        catches("ch-ahv", "756.dddd.dddd.dd");
        catches("ch-ahv-old", "ddd.dd.ddd.ddd");
    }

    #[test]
    fn the_published_example_is_nobodys() {
        for last in 0..10 {
            refuses("ch-ahv", &[&format!("756.1234.5678.9{last}")]);
        }
        refuses("ch-ahv", &["7570000000000", "757"]);
    }
}
