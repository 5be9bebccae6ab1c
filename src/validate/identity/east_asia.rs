//! Numbers of China, Hong Kong, Taiwan, Japan and Korea.
//!
//! In: a value. Out: what its ranges, dates and check digits say.

use super::digits::{Compact, is_date, mod_11_2, value, weighted};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("cn-resident", 1000, cn_resident),
    check("cn-resident-old", 60, cn_resident_old),
    check("cn-uscc", 60, cn_uscc),
    check("hk-id", 11, hk_id),
    check("tw-id", 20, tw_id),
    check("tw-company", 5, tw_company),
    check("jp-my-number", 11, jp_my_number),
    check("jp-company", 9, jp_company),
    check("jp-driver", 11, jp_driver),
    check("kr-rrn", 300, kr_rrn),
    check("kr-rrn-date", 70, kr_rrn_date),
    check("kr-frn", 300, kr_frn),
    check("kr-frn-date", 70, kr_frn_date),
    check("kr-brn", 10, kr_brn),
    check("kr-driver", 5, kr_driver),
];

/// Provinces of China, Taiwan, Hong Kong, Macau, and those of foreigners.
fn is_province(code: u32) -> bool {
    matches!(
        code,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91
    )
}

/// Resident of China: place, date of birth, and ISO 7064 MOD 11,2 (GB 11643).
fn cn_resident(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 18) else {
        return Verdict::Invalid;
    };
    let (body, last) = compact.as_bytes().split_at(17);
    let plain = body.iter().all(u8::is_ascii_digit)
        && last
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'X');
    let year = compact.number(6, 10);
    let date = (1900..=2039).contains(&year)
        && is_date(year, compact.number(10, 12), compact.number(12, 14));
    let holds = plain && is_province(compact.number(0, 2)) && date && mod_11_2(&compact);
    Verdict::unless_published(holds, &compact)
}

/// The same before 1999: fifteen digits, without century and check digit.
fn cn_resident_old(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 15) else {
        return Verdict::Invalid;
    };
    let date = is_date(
        digits.number(6, 8),
        digits.number(8, 10),
        digits.number(10, 12),
    );
    Verdict::of(is_province(digits.number(0, 2)) && date)
}

/// Social credit code of organisations: base 31, powers of three (GB 32100).
fn cn_uscc(value: &[u8]) -> Verdict {
    const ORDER: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 18) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let place = |byte: &u8| ORDER.iter().position(|known| known == byte);
    let Some(values) = text.iter().map(place).collect::<Option<Vec<usize>>>() else {
        return Verdict::Invalid;
    };
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = values
        .iter()
        .take(17)
        .zip(weights)
        .map(|(v, w)| v * w)
        .sum();
    let kind = matches!(text.first(), Some(b'1'..=b'9' | b'A' | b'N' | b'Y'));
    let place = text
        .get(2..8)
        .unwrap_or_default()
        .iter()
        .all(u8::is_ascii_digit)
        && is_province(compact.number(2, 4));
    Verdict::of(kind && place && Some(&((31 - sum % 31) % 31)) == values.last())
}

/// Identity card of Hong Kong: one letter counts as if a space stood before it;
/// `A` is the check digit for ten.
fn hk_id(value_: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value_) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let Some((last, body)) = text.split_last() else {
        return Verdict::Invalid;
    };
    let letters = body
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let digits = body.get(letters..).unwrap_or_default();
    let formed = matches!(letters, 1 | 2)
        && digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && (last.is_ascii_digit() || *last == b'A');
    let space = if letters == 1 { 36 * 9 } else { 0 };
    let products = body
        .iter()
        .rev()
        .zip(2..)
        .map(|(byte, weight)| value(*byte) * weight);
    let sum = space + products.sum::<u32>() + value(*last);
    Verdict::of(formed && sum.is_multiple_of(11))
}

/// Identity of Taiwan: a letter for a place, sex, seven digits and a check
/// digit; foreigners since 2021 have 8 or 9, before that a second letter.
fn tw_id(value_: &[u8]) -> Verdict {
    const ORDER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(compact) = Compact::of(value_).filter(|compact| compact.as_bytes().len() == 10) else {
        return Verdict::Invalid;
    };
    let place = |byte: &u8| Some(ORDER.iter().position(|known| known == byte)? as u32 + 10);
    let [first, second, rest @ ..] = compact.as_bytes() else {
        return Verdict::Invalid;
    };
    let (Some(place_of), Some(digits)) = (place(first), Compact::digits(rest, 8)) else {
        return Verdict::Invalid;
    };
    let sex = match second {
        b'1' | b'2' | b'8' | b'9' => value(*second),
        b'A'..=b'D' => place(second).unwrap_or_default() % 10,
        _ => return Verdict::Invalid,
    };
    let sum =
        place_of / 10 + place_of % 10 * 9 + sex * 8 + weighted(&digits, &[7, 6, 5, 4, 3, 2, 1, 1]);
    match Verdict::of(sum.is_multiple_of(10)) {
        // Documentation of Taiwan writes A123456789.
        Verdict::Valid if compact.as_bytes().ends_with(b"123456789") => Verdict::Placeholder,
        verdict => verdict,
    }
}

/// Company number of Taiwan: digits of products, a multiple of five; a 7 in the
/// seventh place may count one less.
fn tw_company(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 8) else {
        return Verdict::Invalid;
    };
    let products = digits.values().zip([1, 2, 1, 2, 1, 2, 4, 1]);
    let sum: u32 = products.map(|(v, w)| v * w / 10 + v * w % 10).sum();
    let seventh = digits.number(6, 7) == 7;
    let holds = sum.is_multiple_of(5) || (seventh && (sum + 1).is_multiple_of(5));
    Verdict::of_digits(holds, &digits)
}

/// Individual number of Japan: weights 6 to 2 and 7 to 2.
fn jp_my_number(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 12) else {
        return Verdict::Invalid;
    };
    let rest = weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { 0 } else { 11 - rest };
    Verdict::of_digits(check == digits.number(11, 12), &digits)
}

/// Company number of Japan: the check digit stands first.
fn jp_company(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 13) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
    Verdict::of_digits(9 - sum % 9 == digits.number(0, 1), &digits)
}

/// Driving licence of Japan: a prefecture, and the eleventh digit checks.
fn jp_driver(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 12) else {
        return Verdict::Invalid;
    };
    let office = matches!(digits.number(0, 2), 10 | 20 | 30..=33 | 40..=49 | 50..=55 | 60..=65 | 70..=74 | 80..=84 | 90..=97);
    let sum = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    let check = (11 - sum % 11) % 11 % 10;
    Verdict::of_digits(office && check == digits.number(10, 11), &digits)
}

/// Date of birth of a Korean number, whose seventh digit says the century.
fn korean_date(digits: &Compact) -> bool {
    let century = match digits.number(6, 7) {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    is_date(
        century + digits.number(0, 2),
        digits.number(2, 4),
        digits.number(4, 6),
    )
}

fn korean_sum(digits: &Compact) -> u32 {
    weighted(digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11
}

/// Resident of Korea with a check digit, which numbers given out since October
/// 2020 do not have.
fn kr_rrn(value: &[u8]) -> Verdict {
    match (kr_rrn_date(value), Compact::digits(value, 13)) {
        (Verdict::Valid, Some(digits)) => {
            Verdict::of((11 - korean_sum(&digits)) % 10 == digits.number(12, 13))
        }
        _ => Verdict::Invalid,
    }
}

/// The same by its date alone.
fn kr_rrn_date(value: &[u8]) -> Verdict {
    match Compact::digits(value, 13) {
        Some(digits) => Verdict::of(matches!(digits.number(6, 7), 1..=4) && korean_date(&digits)),
        None => Verdict::Invalid,
    }
}

/// Foreigner in Korea, with a check digit.
fn kr_frn(value: &[u8]) -> Verdict {
    match (kr_frn_date(value), Compact::digits(value, 13)) {
        (Verdict::Valid, Some(digits)) => {
            Verdict::of((13 - korean_sum(&digits)) % 10 == digits.number(12, 13))
        }
        _ => Verdict::Invalid,
    }
}

/// The same by its date alone.
fn kr_frn_date(value: &[u8]) -> Verdict {
    match Compact::digits(value, 13) {
        Some(digits) => Verdict::of(matches!(digits.number(6, 7), 5..=8) && korean_date(&digits)),
        None => Verdict::Invalid,
    }
}

/// Business of Korea.
fn kr_brn(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 10) else {
        return Verdict::Invalid;
    };
    let carried = digits.number(8, 9) * 5 / 10;
    let sum = weighted(&digits, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + carried;
    let office = digits.number(0, 3) > 100 && digits.number(3, 5) > 0;
    Verdict::of_digits(
        office && (10 - sum % 10) % 10 == digits.number(9, 10),
        &digits,
    )
}

/// Driving licence of Korea: a region from 11 to 28.
fn kr_driver(value: &[u8]) -> Verdict {
    match Compact::digits(value, 12) {
        Some(digits) => Verdict::of((11..=28).contains(&digits.number(0, 2))),
        None => Verdict::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors_seen, one_error_is_seen, passing};
    use super::*;

    type Run = fn(&[u8]) -> Verdict;

    #[test]
    fn check_digits_see_an_error() {
        for (run, start) in [
            (cn_resident as Run, "31010419850721482"),
            (hk_id, "K482041"),
            (hk_id, "WX482041"),
            (cn_uscc, "91310104QX4820417"),
        ] {
            one_error_is_seen(run, &passing(run, start));
        }
        for (run, start) in [
            (tw_id as Run, "F14820417"),
            (tw_id, "FA4820417"),
            (tw_id, "F84820417"),
            (jp_my_number, "48204173529"),
            (kr_rrn, "850721148204"),
            (kr_frn, "850721548204"),
            (kr_brn, "214820417"),
        ] {
            let (digits, swaps) = errors_seen(run, &passing(run, start));
            assert!(digits >= 85 && swaps >= 60, "{start}: {digits} {swaps}");
        }
        let driver = (0..10).map(|check| format!("3048204173{check}1"));
        let right = driver.filter(|text| jp_driver(text.as_bytes()) == Verdict::Valid);
        assert_eq!(right.count(), 1);
        let company = (1..10).map(|check| format!("{check}482041735298"));
        let right = company.filter(|text| jp_company(text.as_bytes()) == Verdict::Valid);
        assert_eq!(right.count(), 1);
        let company = (0..10).map(|last| format!("4820417{last}"));
        let right = company.filter(|text| tw_company(text.as_bytes()) == Verdict::Valid);
        assert_eq!(right.count(), 4);
    }

    #[test]
    fn dates_and_places_are_possible() {
        let cn = |place: u32, date: &str| {
            let old = format!("{place}{date}482");
            cn_resident_old(old.as_bytes())
        };
        assert_eq!(cn(310_104, "850721"), Verdict::Valid);
        assert_eq!(cn(310_104, "851321"), Verdict::Invalid);
        assert_eq!(cn(170_104, "850721"), Verdict::Invalid);
        let kr = |date: &str, sex: u32| kr_rrn_date(format!("{date}-{sex}482041").as_bytes());
        assert_eq!(
            (kr("850721", 2), kr("850732", 2)),
            (Verdict::Valid, Verdict::Invalid)
        );
        assert_eq!(kr("850721", 6), Verdict::Invalid);
        let driver = |region: u32| kr_driver(format!("{region}-04-820417-35").as_bytes());
        assert_eq!((driver(13), driver(31)), (Verdict::Valid, Verdict::Invalid));
        let shown = format!("A{}", 123_456_789);
        assert_eq!(tw_id(shown.as_bytes()), Verdict::Placeholder);
    }
}
