//! Numbers of Italy.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, luhn};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("it-fiscal-code", 500, it_fiscal_code),
    check("it-vat-number", 60, it_vat_number),
    check("it-licence", 3, it_licence),
];

/// What letters and digits at odd places are worth (D.M. 23/12/1976).
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// Codice fiscale: names, year, month letter, day (women 40 more), place and
/// check letter. Any digit may be a letter instead where two people would have
/// the same code (omocodia). That of Mario Rossi is of documentation.
fn it_fiscal_code(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 16) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let letter = |at: usize| text.get(at).copied().filter(u8::is_ascii_uppercase);
    let number = |at: usize| match text.get(at) {
        Some(byte @ b'0'..=b'9') => Some(u32::from(byte - b'0')),
        Some(byte) => b"LMNPQRSTUV"
            .iter()
            .position(|own| own == byte)
            .map(|at| at as u32),
        None => None,
    };
    let two = |at: usize| Some(number(at)? * 10 + number(at + 1)?);
    let month = |letter: u8| b"ABCDEHLMPRST".iter().position(|own| *own == letter);
    let structure = || {
        let month = month(letter(8)?)? as u32 + 1;
        let day = two(9)?;
        let day = if day > 40 { day - 40 } else { day };
        let names = (0..6).all(|at| letter(at).is_some());
        let place = letter(11).and(number(12)).and(number(13)).and(number(14));
        (names && place.is_some() && is_date(two(6)?, month, day)).then_some(())
    };
    let weigh = |(at, byte): (usize, &u8)| {
        let place = match byte {
            b'0'..=b'9' => usize::from(byte - b'0'),
            _ => usize::from(byte.saturating_sub(b'A')),
        };
        match at % 2 {
            0 => ODD.get(place).copied().unwrap_or_default(),
            _ => place as u32,
        }
    };
    let sum: u32 = text.iter().take(15).enumerate().map(weigh).sum();
    let right = letter(15).is_some_and(|last| u32::from(last - b'A') == sum % 26);
    if structure().is_none() || !right {
        Verdict::Invalid
    } else if text.starts_with(b"RSSMRA") {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    }
}

/// Partita IVA: seven digits, a province, Luhn.
pub(super) fn is_vat_number(digits: &Compact) -> bool {
    let province = matches!(digits.number(7, 10), 1..=100 | 120 | 121 | 888 | 999);
    digits.number(0, 7) > 0 && province && luhn(digits)
}

fn it_vat_number(value: &[u8]) -> Verdict {
    of_digits(value, 11, is_vat_number)
}

/// Driving licence: two letters, seven digits and a letter, or `U1`, six
/// consonants or digits and a letter.
fn it_licence(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let plain = |byte: &u8| !b"AEIOQ".contains(byte);
    Verdict::of(match compact.as_bytes() {
        [b'U', b'1', middle @ .., last] if middle.len() == 7 => {
            middle.iter().all(plain) && last.is_ascii_uppercase()
        }
        [a, b, middle @ .., last] if middle.len() == 7 => {
            let letters = [a, b, last].into_iter().all(u8::is_ascii_uppercase);
            letters && middle.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};
    use super::super::{Verdict, by_name};

    #[test]
    fn wrong_digits_are_caught() {
        catches("it-vat-number", "ddddddd058d");
        catches("it-fiscal-code", "BNCLRAddA41FdddA");
    }

    #[test]
    fn letters_may_stand_for_digits() {
        for shape in ["BNCLRA85A41F2L5A", "BNCLRAULA41F205A", "BNCLRA85A4MFNLRA"] {
            mint("it-fiscal-code", shape);
        }
        refuses(
            "it-fiscal-code",
            &["BNCLRA85F41F205A", "BNC", "1NCLRA85A41F205A"],
        );
    }

    #[test]
    fn everybodys_name_is_nobodys() {
        let check = by_name("it-fiscal-code").unwrap();
        let verdicts =
            ('A'..='Z').map(|last| (check.run)(format!("RSSMRA80A01H501{last}").as_bytes()));
        assert!(
            verdicts
                .clone()
                .any(|verdict| verdict == Verdict::Placeholder)
        );
        assert!(verdicts.clone().all(|verdict| verdict != Verdict::Valid));
    }

    #[test]
    fn licences_have_their_structure() {
        mint("it-licence", "AAdddddddA");
        mint("it-licence", "U1HddBdddC");
        refuses("it-licence", &["U1H00A000B", "AA123456B", "A11234567B"]);
    }
}
