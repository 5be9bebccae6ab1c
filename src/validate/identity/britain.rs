//! Numbers of the United Kingdom and Ireland.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("uk-nhs", 11, uk_nhs),
    check("uk-nino", 8, uk_nino),
    check("uk-driving-licence", 200, uk_driving_licence),
    check("uk-utr", 11, uk_utr),
    check("uk-postcode", 5, uk_postcode),
    check("uk-plate", 3, uk_plate),
    check("ie-pps", 23, ie_pps),
];

/// NHS number, and the Scottish CHI number: ten digits, modulus 11 (NHS data
/// dictionary). Those that begin with 999 are for tests.
fn uk_nhs(value: &[u8]) -> Verdict {
    let weights = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let verdict = of_digits(value, 10, |digits| {
        weighted(digits, &weights).is_multiple_of(11)
    });
    match (verdict, Compact::of(value)) {
        (Verdict::Valid, Some(digits)) if digits.number(0, 3) == 999 => Verdict::Placeholder,
        _ => verdict,
    }
}

/// National Insurance number: the letters HMRC never gives out (manual
/// NIM39110). The suffix may be missing.
fn uk_nino(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let [first, second, digits @ ..] = compact.as_bytes() else {
        return Verdict::Invalid;
    };
    let never = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];
    let prefix = [*first, *second];
    let given = first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !b"DFIQUV".contains(first)
        && !b"DFIOQUV".contains(second)
        && !never.iter().any(|never| never.as_bytes() == prefix);
    let suffix = match digits {
        [.., b'A'..=b'D'] => digits.len() == 7,
        _ => digits.len() == 6,
    };
    let number = digits.get(..6).unwrap_or_default();
    if !given || !suffix || !number.iter().all(u8::is_ascii_digit) {
        Verdict::Invalid
    } else if &prefix == b"AB" && compact.number(2, 8) == 123_456 {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    }
}

/// Driving licence of Great Britain: surname padded with 9, birth date around
/// the initials (DVLA INF1). Women have 50 added to the month.
fn uk_driving_licence(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let (16 | 18, Some(name), Some(initials), Some(last)) = (
        text.len(),
        text.get(..5),
        text.get(11..13),
        text.get(14..16),
    ) else {
        return Verdict::Invalid;
    };
    let letters = name
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let padded = letters > 0 && name.iter().skip(letters).all(|byte| *byte == b'9');
    let digits = text.iter().skip(5).take(6).all(u8::is_ascii_digit);
    let month = compact.number(6, 8);
    let month = if month > 50 { month - 50 } else { month };
    let year = compact.digit(5) * 10 + compact.digit(10);
    let initials = initials
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || *byte == b'9');
    let tail =
        last.iter().all(u8::is_ascii_uppercase) && text.iter().skip(16).all(u8::is_ascii_digit);
    let date = is_date(year, month, compact.number(8, 10));
    Verdict::of(padded && digits && date && initials && tail)
}

/// Unique Taxpayer Reference: the first digit checks the other nine. A `K` may
/// stand behind.
fn uk_utr(value: &[u8]) -> Verdict {
    let value = match value {
        [number @ .., b'K' | b'k'] => number,
        _ => value,
    };
    let weights = [0, 6, 7, 8, 9, 10, 5, 4, 3, 2];
    let checks = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    of_digits(value, 10, |digits| {
        checks.get(weighted(digits, &weights) as usize % 11) == Some(&digits.digit(0))
    })
}

/// Postcode areas (Royal Mail PAF).
const AREAS: &str = " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE ";

/// A postcode of a known area, with the letters the second half may have.
fn uk_postcode(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let Some((outward, [digit, last @ ..])) = compact.as_bytes().split_last_chunk::<3>() else {
        return Verdict::Invalid;
    };
    let inward = |byte: &u8| byte.is_ascii_uppercase() && !b"CIKMOV".contains(byte);
    let letters = outward
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let (area, district) = outward.split_at(letters);
    let area = format!(" {} ", String::from_utf8_lossy(area));
    let district = match district {
        [one] => one.is_ascii_digit(),
        [one, two] => {
            one.is_ascii_digit() && (two.is_ascii_digit() || b"ABCDEFGHJKMNPRSTUVWXY".contains(two))
        }
        _ => false,
    };
    let known = area.len() > 2 && AREAS.contains(&area);
    Verdict::of(known && district && digit.is_ascii_digit() && last.iter().all(inward))
}

/// A registration mark: `AB51 ABC` with an age identifier that is in use, or
/// `A123 BCD` and `ABC 123D` with a year letter (DVLA INF104).
fn uk_plate(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let area = |byte: &u8| byte.is_ascii_uppercase() && !b"IQZ".contains(byte);
    let random = |byte: &u8| byte.is_ascii_uppercase() && !b"IQ".contains(byte);
    let year = |byte: &u8| byte.is_ascii_uppercase() && !b"IOQUZ".contains(byte);
    let digits = |part: &[u8]| (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    let text = compact.as_bytes();
    Verdict::of(match text {
        [a, b, c, d, rest @ ..]
            if c.is_ascii_digit() && rest.len() == 3 && b.is_ascii_uppercase() =>
        {
            let age = compact.number(2, 4);
            let in_use = matches!(age, 2..=30 | 51..=80) && d.is_ascii_digit();
            in_use && area(a) && area(b) && rest.iter().all(random)
        }
        [letter, number @ .., a, b, c] if digits(number) => {
            year(letter) && [a, b, c].into_iter().all(random)
        }
        [a, b, c, number @ .., letter] if digits(number) => {
            year(letter) && [a, b, c].into_iter().all(random)
        }
        _ => false,
    })
}

/// Irish PPS number: modulus 23, with the second letter since 2013 (Revenue).
fn ie_pps(value: &[u8]) -> Verdict {
    let alphabet = b"WABCDEFGHIJKLMNOPQRSTUV";
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let (7, Some((number, letters))) = (
        compact
            .as_bytes()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count(),
        compact.as_bytes().split_at_checked(7),
    ) else {
        return Verdict::Invalid;
    };
    let (letter, second) = match letters {
        [letter] | [letter, b'W' | b'T' | b'X'] => (letter, 0),
        [letter, second @ b'A'..=b'I'] => (letter, u32::from(second - b'A') + 1),
        _ => return Verdict::Invalid,
    };
    let sum = weighted(&compact, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    let made_up = number == b"1234567" || number.iter().all(|digit| *digit == b'0');
    match alphabet.get(sum as usize % 23) {
        Some(right) if right == letter && made_up => Verdict::Placeholder,
        right => Verdict::of(right == Some(letter)),
    }
}

/// Irish VAT number: a PPS number, or one with a letter at the second place
/// that stood before a short number.
pub(super) fn is_ie_vat(value: &[u8]) -> bool {
    match value {
        [first, b'A'..=b'Z', rest @ ..] if rest.len() == 6 => {
            let number = rest.iter().take(5).chain([first]).chain(rest.last());
            let turned: Vec<u8> = [b'0'].iter().chain(number).copied().collect();
            ie_pps(&turned) == Verdict::Valid
        }
        _ => ie_pps(value) == Verdict::Valid,
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("uk-nhs", "ddd ddd dddd");
        catches("uk-utr", "dddddddddd");
        catches("ie-pps", "dddddddA");
        catches("ie-pps", "dddddddAA");
    }

    #[test]
    fn structures_hold() {
        mint("uk-nino", "AA dd dd dd A");
        refuses(
            "uk-nino",
            &[
                "FQ 11 22 33 C",
                "BG112233A",
                "AB112233E",
                "AB11223",
                "QQ112233C",
                "AB123456C",
            ],
        );
        mint("uk-driving-licence", "SMITHddddddJDdAA");
        refuses(
            "uk-driving-licence",
            &["SMITH600054SM9IJ", "SM9TH657054SM9IJ", "SMITH613054SM9IJ"],
        );
        for shape in [
            "Ad dAA", "Add dAA", "AAd dAA", "AAdd dAA", "AdA dAA", "AAdA dAA",
        ] {
            mint("uk-postcode", shape);
        }
        refuses("uk-postcode", &["QA1 1AA", "M1 1CA", "1AA", "EXY 1AA"]);
        for shape in ["AAdd AAA", "Addd AAA", "AAA dddA", "Ad AAA"] {
            mint("uk-plate", shape);
        }
        refuses("uk-plate", &["AB35 ABC", "AB51 AIB", "I123 BCD", "AB51 AB"]);
    }

    #[test]
    fn numbers_for_tests_are_nobodys() {
        refuses("uk-nhs", &["9990000018", "9999999999", "0000000000"]);
    }
}
