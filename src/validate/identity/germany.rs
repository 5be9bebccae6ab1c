//! Numbers of Germany.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, mod_11_10, value as worth, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("de-tax-id", 40, de_tax_id),
    check("de-tax-number", 8, de_tax_number),
    check("de-pension", 130, de_pension),
    check("de-health", 10, de_health),
    check("de-health-long", 10, de_health_long),
    check("de-lanr", 10, de_lanr),
    check("de-bsnr", 5, de_bsnr),
    check("de-document", 20, de_document),
    check("de-document-old", 10, de_document_old),
    check("de-serial", 3, de_serial),
    check("de-register", 3, de_register),
    check("de-plate", 2, de_plate),
    check("de-postcode", 1, de_postcode),
];

/// Identifikationsnummer: ISO 7064 MOD 11,10, and of the first ten digits at
/// most one stands there twice or three times (Bundeszentralamt für Steuern).
fn de_tax_id(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let mut counts = [0_u8; 10];
        for digit in digits.values().take(10) {
            if let Some(count) = counts.get_mut(digit as usize) {
                *count += 1;
            }
        }
        let repeated = counts.iter().filter(|count| **count > 1).count();
        let rare = counts.iter().all(|count| *count <= 3);
        digits.digit(0) > 0 && repeated <= 1 && rare && mod_11_10(digits)
    })
}

/// Steuernummer of thirteen digits as ELSTER has it: a Land, and a zero at the
/// fifth place.
fn de_tax_number(value: &[u8]) -> Verdict {
    of_digits(value, 13, |digits| {
        let land = match digits.number(0, 2) {
            11 | 21..=24 | 26..=28 => true,
            two => matches!(two / 10, 1 | 3 | 4 | 5 | 9),
        };
        land && digits.digit(4) == 0
    })
}

/// The sum of the digits of a product.
fn cross(product: u32) -> u32 {
    product / 10 + product % 10
}

/// Sum of the digits of weighted digits, the letter at `letter` counting as two
/// digits from 01.
fn crossed(compact: &Compact, letter: usize, weights: &[u32]) -> Option<u32> {
    let mut digits = Vec::with_capacity(weights.len());
    for (at, byte) in compact.as_bytes().iter().enumerate() {
        match byte {
            b'0'..=b'9' if at != letter => digits.push(worth(*byte)),
            b'A'..=b'Z' if at == letter => {
                let place = worth(*byte) - 9;
                digits.extend([place / 10, place % 10]);
            }
            _ => return None,
        }
    }
    let pairs = digits.iter().zip(weights);
    Some(pairs.map(|(digit, weight)| cross(digit * weight)).sum())
}

/// Versicherungsnummer of the pension insurance: area, birth date, first letter
/// of the name, serial number, check digit (VKVV § 2). Second numbers have 50
/// added to the day.
fn de_pension(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 12) else {
        return Verdict::Invalid;
    };
    let day = compact.number(2, 4);
    let day = if day > 50 { day - 50 } else { day };
    let born = is_date(compact.number(6, 8), compact.number(4, 6), day);
    let sum = crossed(&compact, 8, &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]);
    Verdict::of(born && sum.is_some_and(|sum| sum % 10 == compact.digit(11)))
}

/// Krankenversichertennummer: a letter, eight digits and a check digit (GKV,
/// § 290 SGB V).
fn de_health(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 10) else {
        return Verdict::Invalid;
    };
    let sum = crossed(&compact, 0, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    Verdict::of(sum.is_some_and(|sum| sum % 10 == compact.digit(9)))
}

/// The same as cards carry it, with the number of the insurance behind it.
fn de_health_long(value: &[u8]) -> Verdict {
    value.get(..10).map_or(Verdict::Invalid, de_health)
}

/// Lebenslange Arztnummer: six digits, their check digit, and two of the
/// specialty (KBV); 555555 stands for no doctor.
fn de_lanr(value: &[u8]) -> Verdict {
    of_digits(value, 9, |digits| {
        let sum = weighted(digits, &[4, 9, 4, 9, 4, 9]);
        digits.number(0, 6) != 555_555 && (10 - sum % 10) % 10 == digits.digit(6)
    })
}

/// Betriebsstättennummer: begins with a region of the KBV.
fn de_bsnr(value: &[u8]) -> Verdict {
    let regions = [
        1, 2, 3, 17, 20, 35, 38, 46, 51, 52, 71, 72, 73, 74, 78, 83, 88, 93, 98, 99,
    ];
    of_digits(value, 9, |digits| regions.contains(&digits.number(0, 2)))
}

/// Weights of ICAO 9303.
const ICAO: [u32; 9] = [7, 3, 1, 7, 3, 1, 7, 3, 1];

/// Letters and digits of serial numbers: no vowels, and none that look alike.
fn is_serial(text: &[u8]) -> bool {
    let first = text
        .first()
        .is_some_and(|byte| b"CFGHJKLMNPRTVWXYZ".contains(byte));
    let known = |byte: &u8| byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(byte);
    first && text.iter().all(known) && text.iter().filter(|byte| byte.is_ascii_digit()).count() > 2
}

/// Serial number of an identity card or passport since 2007, and its check
/// digit. A `D` may stand behind.
fn de_document(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let text = text
        .strip_suffix(b"D")
        .filter(|rest| rest.len() == 10)
        .unwrap_or(text);
    let (10, Some(serial)) = (text.len(), text.get(..9)) else {
        return Verdict::Invalid;
    };
    let right = weighted(&compact, &ICAO) % 10 == compact.digit(9);
    Verdict::of(is_serial(serial) && right && text.last().is_some_and(u8::is_ascii_digit))
}

/// Serial number of an old identity card: nine digits, check digit, `D`.
fn de_document_old(value: &[u8]) -> Verdict {
    let [number @ .., b'D' | b'd'] = value else {
        return Verdict::Invalid;
    };
    of_digits(number, 10, |digits| {
        weighted(digits, &ICAO) % 10 == digits.digit(9)
    })
}

/// A serial number without its check digit. In lower case, a letter and digits
/// are not enough: many things are numbered like that.
fn de_serial(value: &[u8]) -> Verdict {
    let letters = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    if letters < 2 && value.iter().any(u8::is_ascii_lowercase) {
        return Verdict::Invalid;
    }
    let compact = Compact::of(value).filter(|compact| compact.as_bytes().len() == 9);
    Verdict::of(compact.is_some_and(|compact| is_serial(compact.as_bytes())))
}

/// A number of a commercial register: section A or B, no leading zero.
fn de_register(value: &[u8]) -> Verdict {
    let compact = Compact::of(value);
    Verdict::of(compact.is_some_and(|compact| match compact.as_bytes() {
        [b'H', b'R', b'A' | b'B', first, ..] => (b'1'..=b'9').contains(first),
        _ => false,
    }))
}

/// A registration mark: the number has no leading zero, `E` or `H` behind it.
fn de_plate(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let mut digits = compact
        .as_bytes()
        .iter()
        .skip_while(|byte| !byte.is_ascii_digit());
    let plain = digits.next().is_some_and(|first| *first != b'0');
    let last = compact.as_bytes().last();
    let behind = last.is_some_and(|last| last.is_ascii_digit() || b"EH".contains(last));
    Verdict::of(plain && behind && compact.as_bytes().len() <= 9)
}

/// A postcode, 01001 to 99998.
fn de_postcode(value: &[u8]) -> Verdict {
    let digits = value.iter().copied().filter(u8::is_ascii_digit);
    let number = digits.fold(0_u32, |number, digit| {
        number.saturating_mul(10).saturating_add(worth(digit))
    });
    Verdict::of((1001..=99998).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("de-tax-id", "dd ddd ddd ddd");
        catches("de-pension", "ddddddddAddd");
        catches("de-pension", "dd 671285 A ddd");
        catches("de-health", "Addddddddd");
        catches("de-health-long", "Addddddddd2604591103");
        catches("de-lanr", "ddddddd01");
        catches("de-document", "LddXddTddd");
        catches("de-document-old", "ddddddddddD");
    }

    #[test]
    fn structures_hold() {
        refuses("de-tax-id", &["11111111111", "00123456789", "1122334455"]);
        refuses("de-tax-number", &["7815081508153", "2815181508153"]);
        mint("de-tax-number", "28dd0dddddddd");
        mint("de-bsnr", "71ddddddd");
        refuses("de-bsnr", &["651234567", "71123456"]);
        refuses("de-lanr", &["555555501"]);
        refuses(
            "de-serial",
            &["A01X00T47", "L01X00A47", "LXTXRTVWX", "L01X00T4"],
        );
        mint("de-serial", "LddXddTdd");
        mint("de-register", "HRB dddd");
        refuses("de-register", &["HRC 1", "HRB 01"]);
        refuses("de-plate", &["M-AB 0123", "M-AB 123X"]);
        refuses("de-postcode", &["01000", "99999"]);
    }
}
