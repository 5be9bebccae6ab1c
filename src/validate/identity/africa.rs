//! Numbers of Africa and the Middle East.
//!
//! In: a value. Out: what its ranges, dates and check digits say.

use super::digits::{Compact, is_date, luhn, verhoeff, weighted};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("za-id", 1000, za_id),
    check("ng-nin", 10, ng_nin),
    check("ng-bvn", 4, ng_bvn),
    check("eg-national-id", 60, eg_national_id),
    check("il-id", 10, il_id),
    check("ae-emirates-id", 500, ae_emirates_id),
    check("sa-national-id", 50, sa_national_id),
    check("ir-national-code", 11, ir_national_code),
    check("kw-civil-id", 100, kw_civil_id),
    check("qa-id", 5, qa_id),
    check("bh-cpr", 30, bh_cpr),
];

/// Identity of South Africa: date of birth, sex, citizenship (0 citizen, 1
/// resident, 2 refugee), 8 or 9, Luhn.
fn za_id(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 13) else {
        return Verdict::Invalid;
    };
    let date = is_date(
        digits.number(0, 2),
        digits.number(2, 4),
        digits.number(4, 6),
    );
    let holds = digits.number(10, 11) < 3 && digits.number(11, 12) >= 8 && luhn(&digits);
    Verdict::of(date && holds)
}

/// National identification number of Nigeria, where it has a check digit of
/// Verhoeff's.
fn ng_nin(value: &[u8]) -> Verdict {
    match Compact::digits(value, 11) {
        Some(digits) => Verdict::of_digits(verhoeff(&digits), &digits),
        None => Verdict::Invalid,
    }
}

/// Bank verification number of Nigeria: begins with 22.
fn ng_bvn(value: &[u8]) -> Verdict {
    match Compact::digits(value, 11) {
        Some(digits) => Verdict::of_digits(digits.number(0, 2) == 22, &digits),
        None => Verdict::Invalid,
    }
}

/// National id of Egypt: century, date of birth, governorate.
fn eg_national_id(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 14) else {
        return Verdict::Invalid;
    };
    let century = match digits.number(0, 1) {
        2 => 1900,
        3 => 2000,
        _ => return Verdict::Invalid,
    };
    let date = is_date(
        century + digits.number(1, 3),
        digits.number(3, 5),
        digits.number(5, 7),
    );
    let governorate = matches!(
        digits.number(7, 9),
        1..=4 | 11..=19 | 21..=29 | 31..=35 | 88
    );
    Verdict::of(date && governorate)
}

/// Identity of Israel: nine digits of Luhn, of which leading zeros may be left
/// out.
fn il_id(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let plain = digits.as_bytes().iter().all(u8::is_ascii_digit);
    let sized = matches!(digits.as_bytes().len(), 8 | 9);
    Verdict::of_digits(plain && sized && luhn(&digits), &digits)
}

/// Emirates id: 784, year of birth, seven digits, Luhn.
fn ae_emirates_id(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 15) else {
        return Verdict::Invalid;
    };
    let year = (1900..=2039).contains(&digits.number(3, 7));
    Verdict::of(digits.number(0, 3) == 784 && year && luhn(&digits))
}

/// Identity of Saudi Arabia: 1 for citizens, 2 for residents, Luhn.
fn sa_national_id(value: &[u8]) -> Verdict {
    match Compact::digits(value, 10) {
        Some(digits) => {
            let kind = matches!(digits.number(0, 1), 1 | 2);
            Verdict::of_digits(kind && luhn(&digits), &digits)
        }
        None => Verdict::Invalid,
    }
}

/// National code of Iran.
fn ir_national_code(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 10) else {
        return Verdict::Invalid;
    };
    let rest = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { rest } else { 11 - rest };
    Verdict::of_digits(check == digits.number(9, 10), &digits)
}

/// Civil id of Kuwait: century, date of birth, and a check digit.
fn kw_civil_id(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 12) else {
        return Verdict::Invalid;
    };
    let century = (1..=3).contains(&digits.number(0, 1));
    let date = is_date(
        digits.number(1, 3),
        digits.number(3, 5),
        digits.number(5, 7),
    );
    let sum = weighted(&digits, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    Verdict::of(century && date && 11 - sum % 11 == digits.number(11, 12))
}

/// Identity of Qatar: century, year of birth, then the country by its number of
/// ISO 3166.
fn qa_id(value: &[u8]) -> Verdict {
    match Compact::digits(value, 11) {
        Some(digits) => {
            let century = matches!(digits.number(0, 1), 2 | 3);
            let country = (4..=894).contains(&digits.number(3, 6));
            Verdict::of_digits(century && country, &digits)
        }
        None => Verdict::Invalid,
    }
}

/// Personal number of Bahrain: year and month of birth, and a check digit.
fn bh_cpr(value: &[u8]) -> Verdict {
    match Compact::digits(value, 9) {
        Some(digits) => {
            let month = (1..=12).contains(&digits.number(2, 4));
            Verdict::of_digits(month, &digits)
        }
        None => Verdict::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors_seen, one_error_is_seen, passing};
    use super::*;

    #[test]
    fn check_digits_see_an_error() {
        for (run, start) in [
            (za_id as fn(&[u8]) -> Verdict, "850721482008"),
            (ng_nin, "7482041735"),
            (il_id, "34820417"),
            (il_id, "3482041"),
            (ae_emirates_id, "78419854820417"),
            (sa_national_id, "248204173"),
        ] {
            one_error_is_seen(run, &passing(run, start));
        }
        for (run, start) in [
            (ir_national_code as fn(&[u8]) -> Verdict, "048204173"),
            (kw_civil_id, "28507214820"),
        ] {
            let (digits, swaps) = errors_seen(run, &passing(run, start));
            assert!(digits >= 90 && swaps >= 60, "{start}: {digits} {swaps}");
        }
    }

    #[test]
    fn dates_and_places_are_possible() {
        let egypt = |century: u32, date: &str, place: u32| {
            eg_national_id(format!("{century}{date}{place:02}48204").as_bytes())
        };
        assert_eq!(egypt(2, "850721", 1), Verdict::Valid);
        assert_eq!(egypt(4, "850721", 1), Verdict::Invalid);
        assert_eq!(egypt(2, "851321", 1), Verdict::Invalid);
        assert_eq!(egypt(2, "850721", 40), Verdict::Invalid);
        let bank = |start: u32| ng_bvn(format!("{start}482041735").as_bytes());
        assert_eq!((bank(22), bank(23)), (Verdict::Valid, Verdict::Invalid));
        let qatar = |start: u32| qa_id(format!("{start}63448204").as_bytes());
        assert_eq!((qatar(285), qatar(485)), (Verdict::Valid, Verdict::Invalid));
        let bahrain = |month: u32| bh_cpr(format!("85{month:02}48204").as_bytes());
        assert_eq!(
            (bahrain(7), bahrain(13)),
            (Verdict::Valid, Verdict::Invalid)
        );
    }

    #[test]
    fn citizenship_of_south_africa_is_of_a_few_kinds() {
        let all = (0..100).filter(|rest| {
            let start = format!("8507214820{rest:02}");
            (0..10).any(|last| za_id(format!("{start}{last}").as_bytes()) == Verdict::Valid)
        });
        assert_eq!(all.collect::<Vec<u32>>(), [8, 9, 18, 19, 28, 29]);
    }
}
