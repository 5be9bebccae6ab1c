//! Numbers of Poland, Czechia, Slovakia and Hungary.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("pl-pesel", 55, pl_pesel),
    check("pl-nip", 12, |value| of_digits(value, 10, is_nip)),
    check("pl-regon", 11, pl_regon),
    check("pl-identity-card", 10, |value| {
        pl_document(value, 3, &[7, 3, 1, 9, 7, 3, 1, 7, 3])
    }),
    check("pl-passport", 10, |value| {
        pl_document(value, 2, &[7, 3, 9, 1, 7, 3, 1, 7, 3])
    }),
    check("cz-birth-number", 150, cz_birth_number),
    check("cz-birth-number-old", 14, cz_birth_number_old),
    check("cz-company", 11, |value| {
        of_digits(value, 8, is_czech_company)
    }),
    check("hu-taj", 10, hu_taj),
    check("hu-tax-id", 110, hu_tax_id),
    check("hu-personal-id", 150, hu_personal_id),
    check("hu-tax-number", 10, hu_tax_number),
];

/// PESEL: birth date with the century in the month, serial number, check digit.
fn pl_pesel(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let month = digits.number(2, 4);
        let century = [1900, 2000, 2100, 2200, 1800].get(month as usize / 20);
        let year = century.map_or(0, |century| century + digits.number(0, 2));
        let date = is_date(year, month % 20, digits.number(4, 6));
        let sum = weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
        date && sum.is_multiple_of(10)
    })
}

/// NIP: the sum of the first nine modulo 11 is the last.
pub(super) fn is_nip(digits: &Compact) -> bool {
    let office = digits.number(0, 3) > 100;
    office && weighted(digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == digits.digit(9)
}

/// REGON of nine digits, or of fourteen for a branch.
fn pl_regon(value: &[u8]) -> Verdict {
    let nine =
        |digits: &Compact| weighted(digits, &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10 == digits.digit(8);
    let verdict = of_digits(value, 9, nine);
    if verdict == Verdict::Valid {
        return verdict;
    }
    of_digits(value, 14, |digits| {
        let sum = weighted(digits, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]);
        nine(digits) && sum % 11 % 10 == digits.digit(13)
    })
}

/// Identity card and passport: letters, then digits the first of which makes
/// the weighted sum a multiple of ten.
fn pl_document(value: &[u8], letters: usize, weights: &[u32]) -> Verdict {
    let compact = Compact::of(value).filter(|compact| compact.as_bytes().len() == 9);
    let Some(compact) = compact else {
        return Verdict::Invalid;
    };
    let (series, number) = compact.as_bytes().split_at(letters);
    let structure =
        series.iter().all(u8::is_ascii_uppercase) && number.iter().all(u8::is_ascii_digit);
    Verdict::of(structure && weighted(&compact, weights).is_multiple_of(10))
}

/// Rodné číslo: women have 50 added to the month, and 20 where serial numbers
/// ran out.
fn is_birth_date(digits: &Compact) -> bool {
    let month = match digits.number(2, 4) {
        month @ 71..=82 => month - 70,
        month @ 51..=62 => month - 50,
        month @ 21..=32 => month - 20,
        month => month,
    };
    is_date(digits.number(0, 2), month, digits.number(4, 6))
}

/// Rodné číslo since 1954: a multiple of eleven; until 1985 a remainder of ten
/// was written as 0.
fn cz_birth_number(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let nine = digits.number(0, 9) % 11;
        is_birth_date(digits) && nine % 10 == digits.digit(9)
    })
}

/// Rodné číslo before 1954: nine digits and no check.
fn cz_birth_number_old(value: &[u8]) -> Verdict {
    of_digits(value, 9, |digits| {
        is_birth_date(digits) && digits.number(0, 2) < 54
    })
}

/// IČO of a company.
pub(super) fn is_czech_company(digits: &Compact) -> bool {
    let rest = weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    (11 - rest) % 10 == digits.digit(7)
}

/// TAJ number of the social insurance.
fn hu_taj(value: &[u8]) -> Verdict {
    of_digits(value, 9, |digits| {
        let sum = weighted(digits, &[3, 7, 3, 7, 3, 7, 3, 7]);
        digits.number(0, 8) > 0 && sum % 10 == digits.digit(8)
    })
}

/// Adóazonosító jel: 8, days since 1867, serial number, check digit.
fn hu_tax_id(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let sum = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        digits.digit(0) == 8 && sum % 11 == digits.digit(9)
    })
}

/// Személyi azonosító: sex and century, birth date, serial number, check digit,
/// whose weights turned round in 1997.
fn hu_personal_id(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let date = is_date(
            digits.number(1, 3),
            digits.number(3, 5),
            digits.number(5, 7),
        );
        let until = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
        let since = weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
        let last = digits.digit(10);
        (1..=8).contains(&digits.digit(0)) && date && (until == last || since == last)
    })
}

/// The first eight digits of an adószám.
pub(super) fn is_hungarian_company(digits: &Compact) -> bool {
    weighted(digits, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)
}

/// Adószám: a company, its kind of tax and its county.
fn hu_tax_number(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let kind = (1..=5).contains(&digits.digit(8));
        let county = matches!(digits.number(9, 11), 2..=20 | 22..=44 | 51);
        kind && county && is_hungarian_company(digits)
    })
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("pl-pesel", "840517ddddd");
        catches("pl-pesel", "042517ddddd");
        catches("pl-nip", "ddd-ddd-dd-dd");
        catches("pl-regon", "ddddddddd");
        catches("pl-identity-card", "AAAdddddd");
        catches("pl-passport", "AAddddddd");
        catches("cz-birth-number", "845517/dddd");
        catches("cz-company", "dddddddd");
        catches("hu-taj", "ddd ddd ddd");
        catches("hu-tax-id", "8ddddddddd");
        catches("hu-tax-number", "dddddddd-2-41");
    }

    #[test]
    fn structures_hold() {
        refuses("pl-pesel", &["11111111111", "44130101457", "4405140145"]);
        refuses("cz-birth-number-old", &["845517/123", "441317/123"]);
        refuses("hu-personal-id", &["98405170000", "1 841305 0000"]);
        refuses("pl-regon", &["1234567890", "12345678901234"]);
    }
}
