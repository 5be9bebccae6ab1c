//! Numbers of France.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, luhn, luhn_sum, mod_97};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("fr-nir", 800, fr_nir),
    check("fr-nir-short", 8, fr_nir_short),
    check("fr-siren", 10, |value| of_digits(value, 9, luhn)),
    check("fr-siret", 100, fr_siret),
    check("fr-tax", 1000, fr_tax),
];

/// Numéro de sécurité sociale with its key, which is 97 less the remainder;
/// Corsica's departments 2A and 2B count as 19 and 18 (INSEE).
fn fr_nir(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 15) else {
        return Verdict::Invalid;
    };
    let key = compact.number(13, 15);
    let plain = Corsican::new(&compact);
    let rest = plain
        .as_ref()
        .map(|plain| mod_97(plain.0.values().take(13)));
    Verdict::of(rest.is_some_and(|rest| (1..=97).contains(&key) && rest + key == 97))
}

/// The same without its key.
fn fr_nir_short(value: &[u8]) -> Verdict {
    let compact = Compact::of(value).filter(|compact| compact.as_bytes().len() == 13);
    Verdict::of(compact.is_some_and(|compact| Corsican::new(&compact).is_some()))
}

/// A number whose sex, month and department are possible, as digits.
struct Corsican(Compact);

impl Corsican {
    fn new(compact: &Compact) -> Option<Self> {
        let mut digits: Vec<u8> = compact.as_bytes().to_vec();
        match digits.get_mut(5..7)? {
            [ten @ b'2', one @ b'A'] => (*ten, *one) = (b'1', b'9'),
            [ten @ b'2', one @ b'B'] => (*ten, *one) = (b'1', b'8'),
            _ => {}
        }
        let plain = Compact::digits(&digits, digits.len())?;
        let month = matches!(plain.number(3, 5), 1..=12 | 20..=42 | 50..=99);
        let sex = matches!(plain.digit(0), 1..=4 | 7 | 8);
        let place = plain.number(5, 7) > 0 && plain.number(7, 10) > 0 && plain.number(10, 13) > 0;
        (month && sex && place && !plain.is_repeated()).then_some(Self(plain))
    }
}

/// Does a SIRET begin with a SIREN?
fn is_siren(digits: &Compact) -> bool {
    luhn_sum(digits.values().take(9)).is_multiple_of(10)
}

/// SIRET: Luhn, or for La Poste the plain sum modulo 5.
fn fr_siret(value: &[u8]) -> Verdict {
    of_digits(value, 14, |digits| {
        let post = digits.number(0, 9) == 356_000_000;
        (luhn(digits) && is_siren(digits))
            || (post && digits.values().sum::<u32>().is_multiple_of(5))
    })
}

/// Numéro fiscal (SPI): ten digits from 0 to 3 on, and their remainder modulo
/// 511 (OECD).
fn fr_tax(value: &[u8]) -> Verdict {
    of_digits(value, 13, |digits| {
        digits.digit(0) < 4 && digits.number(0, 10) % 511 == digits.number(10, 13)
    })
}

/// French VAT number: a key of two and a SIREN. Keys with letters have no
/// public rule.
pub(super) fn fr_vat(compact: &Compact) -> bool {
    let siren = compact.as_bytes().get(2..).unwrap_or_default();
    let Some(siren) = Compact::digits(siren, 9) else {
        return false;
    };
    let key = compact.as_bytes().get(..2).unwrap_or_default();
    let lettered = key
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() && !b"IO".contains(byte));
    let right = if key.iter().all(u8::is_ascii_digit) {
        (12 + 3 * (siren.number(0, 9) % 97)) % 97 == compact.number(0, 2)
    } else {
        lettered
    };
    right && !siren.is_repeated() && luhn(&siren)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("fr-nir", "2 dd 05 dd ddd ddd dd");
        catches("fr-nir", "1dd112Adddddddd");
        catches("fr-nir", "1dd112Bdddddddd");
        catches("fr-siren", "ddd ddd ddd");
        catches("fr-siret", "dddddddddddddd");
        catches("fr-tax", "0d dd ddd ddd ddd");
    }

    #[test]
    fn structures_hold() {
        mint("fr-nir-short", "2dd05dddddddd");
        refuses(
            "fr-nir-short",
            &[
                "5850578006084",
                "2851578006084",
                "28505780060",
                "2C505780060ZZ",
            ],
        );
        refuses("fr-nir", &["2", "", "2a"]);
    }
}
