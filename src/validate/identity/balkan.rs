//! Numbers of Romania, Bulgaria, Greece, Cyprus and the countries of former
//! Yugoslavia.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, luhn, mod_11_10, value as worth, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("ro-cnp", 600, ro_cnp),
    check("bg-egn", 120, bg_egn),
    check("gr-amka", 270, gr_amka),
    check("gr-afm", 11, |value| of_digits(value, 9, is_afm)),
    check("hr-oib", 10, |value| of_digits(value, 11, mod_11_10)),
    check("jmbg", 600, jmbg),
    check("cy-tic", 26, cy_tic),
];

/// CNP: sex and century, birth date, county, serial number, check digit.
fn ro_cnp(value: &[u8]) -> Verdict {
    of_digits(value, 13, |digits| {
        let date = is_date(
            digits.number(1, 3),
            digits.number(3, 5),
            digits.number(5, 7),
        );
        let county = matches!(digits.number(7, 9), 1..=48 | 51 | 52 | 70 | 80..=83);
        let rest = weighted(digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        let right = if rest == 10 { 1 } else { rest };
        digits.digit(0) > 0 && date && county && right == digits.digit(12)
    })
}

/// EGN: birth date with the century in the month, serial number, check digit.
fn bg_egn(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let month = digits.number(2, 4);
        let century = [1900, 1800, 2000].get(month as usize / 20);
        let year = century.map_or(0, |century| century + digits.number(0, 2));
        let date = is_date(year, month % 20, digits.number(4, 6));
        let sum = weighted(digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]);
        year > 0 && date && sum % 11 % 10 == digits.digit(9)
    })
}

/// AMKA: birth date, serial number, Luhn.
fn gr_amka(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let date = is_date(
            digits.number(4, 6),
            digits.number(2, 4),
            digits.number(0, 2),
        );
        date && luhn(digits)
    })
}

/// AFM: powers of two, modulus 11.
pub(super) fn is_afm(digits: &Compact) -> bool {
    let sum = weighted(digits, &[256, 128, 64, 32, 16, 8, 4, 2]);
    sum % 11 % 10 == digits.digit(8)
}

/// JMBG and EMŠO: birth date with the year's last three digits, region, serial
/// number, check digit.
fn jmbg(value: &[u8]) -> Verdict {
    of_digits(value, 13, |digits| {
        let year = match digits.number(4, 7) {
            year @ 870..=999 => 1000 + year,
            year @ 0..=60 => 2000 + year,
            _ => return false,
        };
        let date = is_date(year, digits.number(2, 4), digits.number(0, 2));
        let sum = weighted(digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        date && sum.is_multiple_of(11)
    })
}

/// Cypriot TIC and VAT number: eight digits and a letter.
pub(super) fn is_tic(compact: &Compact) -> bool {
    let [number @ .., letter @ b'A'..=b'Z'] = compact.as_bytes() else {
        return false;
    };
    let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let weigh = |(at, byte): (usize, &u8)| match at % 2 {
        0 => odd.get(worth(*byte) as usize).copied().unwrap_or_default(),
        _ => worth(*byte),
    };
    let sum: u32 = number.iter().enumerate().map(weigh).sum();
    let digits = Compact::digits(number, 8).is_some_and(|digits| digits.number(0, 2) != 12);
    digits && sum % 26 == u32::from(letter - b'A')
}

fn cy_tic(value: &[u8]) -> Verdict {
    Verdict::of(Compact::of(value).is_some_and(|compact| is_tic(&compact)))
}

/// Romanian CUI, of two to ten digits, weighted from the right.
pub(super) fn ro_vat(digits: &Compact) -> bool {
    let weights = [2, 3, 5, 7, 1, 2, 3, 5, 7];
    let pairs = digits.values().rev().skip(1).zip(weights);
    let sum: u32 = pairs.map(|(digit, weight)| digit * weight).sum();
    let last = digits.values().next_back();
    digits.digit(0) > 0 && Some(sum * 10 % 11 % 10) == last
}

/// Bulgarian VAT number of nine digits of a company, or of a person's ten.
pub(super) fn bg_vat(digits: &Compact) -> bool {
    let sum = |from: u32| {
        let pairs = digits.values().take(8).zip(from..);
        pairs.map(|(digit, weight)| digit * weight).sum::<u32>() % 11
    };
    match digits.as_bytes() {
        nine if nine.len() == 9 => {
            let right = if sum(1) < 10 { sum(1) } else { sum(3) % 10 };
            right == digits.digit(8)
        }
        ten => bg_egn(ten) == Verdict::Valid,
    }
}

/// Slovenian tax number of eight digits.
pub(super) fn si_vat(digits: &Compact) -> bool {
    let rest = weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.digit(0) > 0 && rest > 0 && (11 - rest) % 10 == digits.digit(7)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("ro-cnp", "184051740dddd");
        catches("bg-egn", "840517dddd");
        catches("bg-egn", "044517dddd");
        catches("gr-amka", "170584ddddd");
        catches("gr-afm", "ddddddddd");
        catches("hr-oib", "ddddddddddd");
        catches("jmbg", "1705984dddddd");
        catches("cy-tic", "ddddddddA");
    }

    #[test]
    fn structures_hold() {
        refuses(
            "ro-cnp",
            &["0840517400000", "1841317400000", "184051749000"],
        );
        refuses("jmbg", &["1713984000000", "1705500000000"]);
        refuses("bg-egn", &["846017dddd", "8405170000000"]);
    }
}
