//! Numbers of Spain and Portugal.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, luhn, luhn_sum, mod_97, value as worth, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("es-nif", 26, es_nif),
    check("es-nie", 200, es_nie),
    check("es-cif", 20, es_cif),
    check("es-nss", 97, es_nss),
    check("pt-nif", 15, pt_nif),
    check("pt-niss", 40, pt_niss),
    check("pt-citizen-card", 10, pt_citizen_card),
];

/// Is the last byte the letter of the number before it, modulus 23?
fn letter_holds(number: u32, letter: u8) -> bool {
    b"TRWAGMYFPDXBNJZSQVHLCKE".get(number as usize % 23) == Some(&letter)
}

/// DNI or NIF: eight digits and their letter, or `K`, `L` or `M` with seven
/// (Orden EHA/451/2008). Runs and steps are of documentation.
fn es_nif(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let [number @ .., letter] = compact.as_bytes() else {
        return Verdict::Invalid;
    };
    let part = match number {
        [b'K' | b'L' | b'M', rest @ ..] if rest.len() == 7 => rest,
        _ if number.len() == 8 => number,
        _ => return Verdict::Invalid,
    };
    let Some(digits) = Compact::digits(part, part.len()) else {
        return Verdict::Invalid;
    };
    let number = digits.number(0, part.len());
    if !letter_holds(number, *letter) {
        return Verdict::Invalid;
    }
    match number {
        0 | 11_111_111 | 99_999_999 | 12_345_678 | 1_234_567 => Verdict::Placeholder,
        _ => Verdict::Valid,
    }
}

/// NIE: X, Y or Z counts as 0, 1 or 2 before seven digits.
fn es_nie(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let [first @ b'X'..=b'Z', number @ .., letter] = compact.as_bytes() else {
        return Verdict::Invalid;
    };
    let Some(digits) = Compact::digits(number, 7) else {
        return Verdict::Invalid;
    };
    let number = digits.number(0, 7);
    if !letter_holds(u32::from(first - b'X') * 10_000_000 + number, *letter) {
        return Verdict::Invalid;
    }
    match number {
        0 | 1_234_567 => Verdict::Placeholder,
        _ => Verdict::Valid,
    }
}

/// NIF of a company: a letter of its form, seven digits, and a digit or letter
/// that checks them.
fn es_cif(value: &[u8]) -> Verdict {
    let compact = Compact::of(value).filter(|compact| compact.as_bytes().len() == 9);
    let Some(compact) = compact else {
        return Verdict::Invalid;
    };
    let [form, number @ .., control] = compact.as_bytes() else {
        return Verdict::Invalid;
    };
    let Some(digits) = Compact::digits(number, 7) else {
        return Verdict::Invalid;
    };
    // The check digit would stand behind, so doubling begins at the last.
    let sum = luhn_sum(digits.values().chain([0]));
    let right = (10 - sum % 10) % 10;
    let lettered = b"JABCDEFGHI".get(right as usize) == Some(control) && !b"ABEH".contains(form);
    let plain = control.is_ascii_digit() && worth(*control) == right && !b"PQSNWR".contains(form);
    let known = b"ABCDEFGHJNPQRSUVW".contains(form);
    Verdict::of(known && (lettered || plain))
}

/// Spanish VAT number: that of a person or a company.
pub(super) fn is_es_vat(value: &[u8]) -> bool {
    let checks = [es_nif, es_nie, es_cif];
    checks.iter().any(|check| check(value) == Verdict::Valid)
}

/// Número de la Seguridad Social: province, number, and the remainder of both
/// modulo 97; short numbers count without their leading zero, though not
/// everybody leaves it out.
fn es_nss(value: &[u8]) -> Verdict {
    of_digits(value, 12, |digits| {
        let province = matches!(digits.number(0, 2), 1..=53 | 66);
        let both = |skipped: usize| {
            let number = digits.values().take(10).skip(2 + skipped);
            mod_97(digits.values().take(2).chain(number)) == digits.number(10, 12)
        };
        province && (both(0) || (digits.digit(2) == 0 && both(1)))
    })
}

/// Portuguese NIF: nine digits, modulus 11, of a known first digit.
pub(super) fn is_pt_nif(digits: &Compact) -> bool {
    let first = match digits.digit(0) {
        1..=3 | 5..=9 => true,
        4 => digits.digit(1) == 5,
        _ => false,
    };
    let rest = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let right = if rest < 2 { 0 } else { 11 - rest };
    first && right == digits.digit(8) && digits.number(0, 9) != 123_456_789
}

fn pt_nif(value: &[u8]) -> Verdict {
    of_digits(value, 9, is_pt_nif)
}

/// NISS: eleven digits from 1 or 2 on, weighted with primes.
fn pt_niss(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let sum = weighted(digits, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]);
        matches!(digits.digit(0), 1 | 2) && 9 - sum % 10 == digits.digit(10)
    })
}

/// Number of a cartão de cidadão: civil number, its digit, version of two
/// letters and a digit, by Luhn over all of it.
fn pt_citizen_card(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 12) else {
        return Verdict::Invalid;
    };
    let digits = compact.as_bytes().iter().take(9).all(u8::is_ascii_digit);
    let last = compact.as_bytes().last().is_some_and(u8::is_ascii_digit);
    let version = compact.as_bytes().iter().any(u8::is_ascii_uppercase);
    Verdict::of(digits && last && version && compact.number(0, 8) > 0 && luhn(&compact))
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("es-nif", "dd.ddd.ddd-A");
        catches("es-nif", "KdddddddA");
        catches("es-nie", "Y-ddddddd-A");
        catches("es-cif", "Bdddddddd");
        catches("es-cif", "QdddddddA");
        catches("es-nss", "28/dddddddd/dd");
        catches("es-nss", "080ddddddddd");
        catches("pt-nif", "ddd ddd ddd");
        catches("pt-niss", "ddddddddddd");
        catches("pt-citizen-card", "dddddddd d AAd");
    }

    #[test]
    fn examples_of_documentation_are_nobodys() {
        for letter in 'A'..='Z' {
            for number in ["00000000", "11111111", "12345678", "99999999"] {
                refuses("es-nif", &[&format!("{number}{letter}")]);
            }
            refuses(
                "es-nie",
                &[&format!("X1234567{letter}"), &format!("W8063915{letter}")],
            );
        }
    }
}
