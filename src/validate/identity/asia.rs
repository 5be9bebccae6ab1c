//! Numbers of South and South-East Asia.
//!
//! In: a value. Out: what its ranges, dates and check digits say.

use super::digits::{Compact, is_date, value, verhoeff, weighted};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("in-aadhaar", 12, in_aadhaar),
    check("in-vid", 12, in_vid),
    check("in-pan", 2, in_pan),
    check("in-gstin", 1000, in_gstin),
    check("in-gstin-form", 100, in_gstin_form),
    check("in-vehicle", 20, in_vehicle),
    check("pk-cnic", 1, pk_cnic),
    check("lk-nic", 4, lk_nic),
    check("sg-nric", 26, sg_nric),
    check("sg-uen", 20, sg_uen),
    check("my-nric", 40, my_nric),
    check("id-nik", 40, id_nik),
    check("th-tnin", 18, th_tnin),
    check("vn-cccd", 20, vn_cccd),
    check("ph-tin", 11, ph_tin),
];

/// Aadhaar: twelve digits of Verhoeff, not 0 or 1 first, and no palindrome.
fn in_aadhaar(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 12) else {
        return Verdict::Invalid;
    };
    let text = digits.as_bytes();
    let palindrome = text.iter().eq(text.iter().rev());
    Verdict::of(digits.number(0, 1) > 1 && !palindrome && verhoeff(&digits))
}

/// Virtual identity that stands for an Aadhaar number.
fn in_vid(value: &[u8]) -> Verdict {
    match Compact::digits(value, 16) {
        Some(digits) => Verdict::of(digits.number(0, 1) > 1 && verhoeff(&digits)),
        None => Verdict::Invalid,
    }
}

/// Permanent account number: five letters, of which the fourth is the kind of
/// holder, four digits and a letter.
fn in_pan(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    Verdict::of(is_pan(compact.as_bytes()))
}

fn is_pan(text: &[u8]) -> bool {
    let fits = |(byte, class): (&u8, &u8)| match class {
        b'd' => byte.is_ascii_digit(),
        b'K' => b"ABCEFGHJKLPT".contains(byte),
        _ => byte.is_ascii_uppercase(),
    };
    let formed = text.len() == 10 && text.iter().zip(b"AAAKAddddA").all(fits);
    formed && text.get(5..9) != Some(b"0000")
}

/// State codes of the goods and services tax.
fn is_gst_state(code: u32) -> bool {
    matches!(code, 1..=38 | 97 | 99)
}

/// Number of the goods and services tax, with its check letter of base 36.
fn in_gstin(value_: &[u8]) -> Verdict {
    if in_gstin_form(value_) == Verdict::Invalid {
        return Verdict::Invalid;
    }
    let Some(compact) = Compact::of(value_) else {
        return Verdict::Invalid;
    };
    let products = compact.values().zip([1, 2].into_iter().cycle()).take(14);
    let sum: u32 = products
        .map(|(v, weight)| v * weight / 36 + v * weight % 36)
        .sum();
    let last = compact.as_bytes().last().copied().unwrap_or_default();
    Verdict::of((36 - sum % 36) % 36 == value(last))
}

/// The same by its form alone: a state, a permanent account number whose fourth
/// letter may be any, a number of the holder's, and mostly a `Z`.
fn in_gstin_form(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 15) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let fits = |(byte, class): (&u8, &u8)| match class {
        b'd' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_uppercase(),
        b'Z' => *byte == b'Z',
        _ => true,
    };
    let formed = text.iter().zip(b"ddAAAAAddddAXZX").all(fits);
    Verdict::of(formed && text.get(12) != Some(&b'0') && is_gst_state(compact.number(0, 2)))
}

/// Codes of states on plates, old ones included.
const STATES: &[u8] =
    b"ANAPARASBRCGCHDDDLDNGAGJHPHRJHJKKAKLLALDMHMLMNMPMZNLODORPBPYRJSKTGTNTRTSUAUKUPUTWB";

/// Plate of India: a state, a district, letters and up to four digits; or the
/// year and `BH`.
fn in_vehicle(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let state = text.get(..2).unwrap_or_default();
    let known = STATES.chunks(2).any(|known| known == state);
    let bharat = text.get(2..4) == Some(b"BH") && compact.number(0, 2) >= 21;
    let zero = text.len() > 4 && text.ends_with(b"0000");
    Verdict::of((known || bharat) && !zero)
}

/// Identity card of Pakistan: a province, 13 digits.
fn pk_cnic(value: &[u8]) -> Verdict {
    match Compact::digits(value, 13) {
        Some(digits) => Verdict::of_digits((1..=8).contains(&digits.number(0, 1)), &digits),
        None => Verdict::Invalid,
    }
}

/// Identity card of Sri Lanka: year and day of birth, to which women add 500;
/// the old form has two digits of the year and a `V` or `X` at its end.
fn lk_nic(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let (year, day) = match (text.len(), text.last()) {
        (10, Some(b'V' | b'X')) => (true, compact.number(2, 5)),
        (12, Some(b'0'..=b'9')) => {
            let year = (1900..=2025).contains(&compact.number(0, 4));
            (year, compact.number(4, 7))
        }
        _ => return Verdict::Invalid,
    };
    Verdict::of(year && matches!(day, 1..=366 | 501..=866))
}

/// Letters for a remainder, by the first letter.
fn nric_letter(series: u8, sum: u32) -> Option<u8> {
    let (letters, offset): (&[u8; 11], u32) = match series {
        b'S' => (b"JZIHGFEDCBA", 0),
        b'T' => (b"JZIHGFEDCBA", 4),
        b'F' => (b"XWUTRQPNMLK", 0),
        b'G' => (b"XWUTRQPNMLK", 4),
        b'M' => (b"XWUTRQPNJLK", 3),
        _ => return None,
    };
    letters.get((sum + offset) as usize % 11).copied()
}

/// Identity of citizens and foreigners in Singapore, with its check letter.
fn sg_nric(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 9) else {
        return Verdict::Invalid;
    };
    let [first, body @ .., last] = compact.as_bytes() else {
        return Verdict::Invalid;
    };
    let Some(digits) = Compact::digits(body, 7) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]);
    Verdict::of_digits(nric_letter(*first, sum) == Some(*last), &digits)
}

/// Entity number of Singapore: a business, a company of a year, or another
/// entity, each with its check letter.
fn sg_uen(value_: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value_) else {
        return Verdict::Invalid;
    };
    let Some((last, body)) = compact.as_bytes().split_last() else {
        return Verdict::Invalid;
    };
    let plain = body.iter().all(u8::is_ascii_digit);
    let letter = |letters: &[u8], rest: u32| letters.get(rest as usize) == Some(last);
    Verdict::of(match body.len() {
        8 if plain => {
            let sum = weighted(&compact, &[10, 4, 9, 3, 8, 2, 7, 1]);
            letter(b"XMKECAWLJDB", sum % 11)
        }
        9 if plain => {
            let sum = weighted(&compact, &[10, 8, 6, 4, 9, 7, 5, 3, 1]);
            let year = (1800..=2039).contains(&compact.number(0, 4));
            year && letter(b"ZKCMDNERGWH", sum % 11)
        }
        9 => {
            const ORDER: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
            let place = |byte: &u8| ORDER.iter().position(|known| known == byte);
            let weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
            let products = body.iter().zip(weights);
            let sum: usize = products.map(|(v, w)| place(v).unwrap_or(0) * w).sum();
            let formed = matches!(body.first(), Some(b'R' | b'S' | b'T'))
                && body
                    .get(1..3)
                    .unwrap_or_default()
                    .iter()
                    .all(u8::is_ascii_digit)
                && body.get(3).is_some_and(u8::is_ascii_alphabetic)
                && body
                    .get(5..)
                    .unwrap_or_default()
                    .iter()
                    .all(u8::is_ascii_digit);
            formed && ORDER.get((sum + 6) % 11) == Some(last)
        }
        _ => false,
    })
}

/// Identity card of Malaysia: date of birth and place.
fn my_nric(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 12) else {
        return Verdict::Invalid;
    };
    let date = is_date(
        digits.number(0, 2),
        digits.number(2, 4),
        digits.number(4, 6),
    );
    let place = matches!(
        digits.number(6, 8),
        1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99
    );
    Verdict::of(date && place)
}

/// Number of the population of Indonesia: province, and the date of birth with
/// 40 added to the day of women.
fn id_nik(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 16) else {
        return Verdict::Invalid;
    };
    let province = matches!(
        digits.number(0, 2),
        11..=21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97
    );
    let day = digits.number(6, 8);
    let day = if day > 40 { day - 40 } else { day };
    let date = is_date(digits.number(10, 12), digits.number(8, 10), day);
    let placed = digits.number(2, 4) > 0 && digits.number(12, 16) > 0;
    Verdict::of_digits(province && placed && date, &digits)
}

/// Identity of Thailand: a kind, a province, and a check digit.
fn th_tnin(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 13) else {
        return Verdict::Invalid;
    };
    let kind = (1..=8).contains(&digits.number(0, 1));
    let province = matches!(
        digits.number(1, 3),
        10..=27 | 30..=49 | 50..=58 | 60..=67 | 70..=77 | 80..=86 | 90..=96
    );
    let sum = weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    Verdict::of(kind && province && (11 - sum % 11) % 10 == digits.number(12, 13))
}

/// Citizen card of Vietnam: a province, then century and sex, then the year.
fn vn_cccd(value: &[u8]) -> Verdict {
    match Compact::digits(value, 12) {
        Some(digits) => Verdict::of_digits(
            (1..=96).contains(&digits.number(0, 3)) && digits.number(3, 4) < 4,
            &digits,
        ),
        None => Verdict::Invalid,
    }
}

/// Tax number of the Philippines: the ninth digit is the remainder of eleven of
/// weights 9 to 2; a branch may follow.
fn ph_tin(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let plain = digits.as_bytes().iter().all(u8::is_ascii_digit);
    let sized = matches!(digits.as_bytes().len(), 9 | 12 | 13 | 14);
    let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    let holds = plain && sized && sum > 0 && sum % 11 == digits.number(8, 9);
    Verdict::of_digits(holds, &digits)
}

#[cfg(test)]
mod tests;
