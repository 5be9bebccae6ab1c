//! Numbers of the United States and of Canada.
//!
//! In: a value. Out: what its ranges, letters and check digits say.

use super::digits::{Compact, is_date, luhn, weighted};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("us-ssn", 1, us_ssn),
    check("us-itin", 3, us_itin),
    check("us-ein", 1, us_ein),
    check("us-aba", 26, us_aba),
    check("us-npi", 50, us_npi),
    check("us-mbi", 60, us_mbi),
    check("us-dea", 10, us_dea),
    check("us-driver-florida", 1, us_driver_florida),
    check("ca-sin", 12, ca_sin),
    check("ca-bn", 10, ca_bn),
    check("ca-ramq", 30, ca_ramq),
    check("ca-health-ontario", 11, ca_health_ontario),
    check("ca-health-bc", 100, ca_health_bc),
];

/// Numbers that advertisements and the Social Security Administration showed,
/// as area, group and serial.
const SSN_SHOWN: &[(u32, u32, u32)] = &[(78, 5, 1120), (219, 9, 9999), (457, 55, 5462)];

/// Social Security number: no area 000, 666 or from 900 on, no group 00, no
/// serial 0000. 987-65-432x is kept for advertisements.
fn us_ssn(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 9) else {
        return Verdict::Invalid;
    };
    let parts = (
        digits.number(0, 3),
        digits.number(3, 5),
        digits.number(5, 9),
    );
    if matches!(parts, (987, 65, 4320..=4329)) || SSN_SHOWN.contains(&parts) {
        return Verdict::Placeholder;
    }
    let (area, group, serial) = parts;
    let issued = !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0;
    Verdict::of_digits(issued, &digits)
}

/// Individual taxpayer number: from 900 on, and a group that is issued (IRS
/// Publication 1915).
fn us_itin(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 9) else {
        return Verdict::Invalid;
    };
    let group = digits.number(3, 5);
    let issued = matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    Verdict::of_digits(digits.number(0, 3) >= 900 && issued, &digits)
}

/// Employer number: a prefix some campus of the IRS gives out.
fn us_ein(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 9) else {
        return Verdict::Invalid;
    };
    let unused = matches!(
        digits.number(0, 2),
        0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97
    );
    Verdict::of_digits(!unused, &digits)
}

/// Routing number of a bank: a district of the Federal Reserve, weights 3, 7, 1.
fn us_aba(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 9) else {
        return Verdict::Invalid;
    };
    let district = matches!(digits.number(0, 2), 0..=12 | 21..=32 | 61..=72 | 80);
    let sum = weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]);
    Verdict::of_digits(district && sum.is_multiple_of(10), &digits)
}

/// National provider identifier: 1 or 2 first, Luhn with the prefix 80840,
/// whose digits count for 24.
fn us_npi(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 10) else {
        return Verdict::Invalid;
    };
    let whole = [&b"80840"[..], digits.as_bytes()].concat();
    let holds = Compact::of(&whole).is_some_and(|whole| luhn(&whole));
    Verdict::of(matches!(digits.number(0, 1), 1 | 2) && holds)
}

/// Medicare beneficiary identifier: a class for each of its eleven places, and
/// no letter that looks like a digit.
fn us_mbi(value: &[u8]) -> Verdict {
    let upper = value.iter().any(u8::is_ascii_uppercase);
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
    let fits = |(byte, class): (&u8, &u8)| match class {
        b'C' => matches!(byte, b'1'..=b'9'),
        b'N' => byte.is_ascii_digit(),
        b'A' => letter(*byte),
        _ => letter(*byte) || byte.is_ascii_digit(),
    };
    let holds = text.len() == 11 && text.iter().zip(b"CAXNAXNAANN").all(fits);
    // One case throughout: what mixes them is a random key.
    let mixed = upper && value.iter().any(u8::is_ascii_lowercase);
    Verdict::unless_published(holds && !mixed, &compact)
}

/// Number of the Drug Enforcement Administration: kind of registrant, initial
/// or 9, six digits and the last digit of a sum.
fn us_dea(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let Some((&[kind, initial], rest)) = compact.as_bytes().split_first_chunk::<2>() else {
        return Verdict::Invalid;
    };
    let Some(digits) = Compact::digits(rest, 7) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[1, 2, 1, 2, 1, 2]);
    let holds = b"ABCDEFGHJKLMPRSTUX".contains(&kind)
        && (initial.is_ascii_alphabetic() || initial == b'9')
        && sum % 10 == digits.number(6, 7);
    Verdict::of_digits(holds, &digits)
}

/// Florida and its like: the code of a name, then the year and day of birth.
fn us_driver_florida(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    // The day counts 40 a month, women 500 more.
    let day = compact.number(9, 12) % 500;
    Verdict::of(day % 40 <= 31 && day <= 480 && day > 0)
}

/// Social insurance number: Luhn; 0 first is never issued, 8 is for companies.
fn ca_sin(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 9) else {
        return Verdict::Invalid;
    };
    if digits.is_repeated() || !luhn(&digits) {
        return Verdict::Invalid;
    }
    match digits.number(0, 1) {
        // Examples of the government begin so.
        0 => Verdict::Placeholder,
        8 => Verdict::Invalid,
        _ => Verdict::of_digits(true, &digits),
    }
}

/// Business number: Luhn over the nine digits before program and account.
fn ca_bn(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let digits = compact.as_bytes().get(..9).unwrap_or_default();
    let program = compact.as_bytes().get(9..11);
    let known = [b"RC", b"RM", b"RP", b"RR", b"RT", b"RZ"];
    let known = program.is_none_or(|program| known.iter().any(|known| *known == program));
    match Compact::digits(digits, 9) {
        Some(digits) => Verdict::of_digits(known && luhn(&digits), &digits),
        None => Verdict::Invalid,
    }
}

/// Health insurance of Quebec: letters of the name, and the date of birth with
/// 50 added to the month of women.
fn ca_ramq(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let month = compact.number(6, 8);
    let month = month.checked_sub(50).unwrap_or(month);
    let date = is_date(compact.number(4, 6), month, compact.number(8, 10));
    Verdict::of(compact.as_bytes().len() == 12 && date)
}

/// Health card of Ontario: ten digits of Luhn, and a version of two letters.
fn ca_health_ontario(value: &[u8]) -> Verdict {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    match Compact::digits(&digits, 10) {
        Some(digits) => Verdict::of_digits(luhn(&digits) && digits.number(0, 1) > 0, &digits),
        None => Verdict::Invalid,
    }
}

/// Personal health number of British Columbia: 9, and a remainder of eleven.
fn ca_health_bc(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 10) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[0, 2, 4, 8, 5, 10, 9, 7, 3]);
    let holds = digits.number(0, 1) == 9 && (11 - sum % 11) % 11 == digits.number(9, 10);
    Verdict::of_digits(holds, &digits)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one_error_is_seen, passing};
    use super::*;

    #[test]
    fn areas_and_groups_of_ssn() {
        let run = |a: u32, g: u32, s: u32| us_ssn(format!("{a:03}-{g:02}-{s:04}").as_bytes());
        assert_eq!(run(412, 61, 7719), Verdict::Valid);
        for (a, g, s) in [
            (0, 61, 7719),
            (666, 61, 7719),
            (912, 61, 7719),
            (412, 0, 7719),
            (412, 61, 0),
        ] {
            assert_eq!(run(a, g, s), Verdict::Invalid, "{a}-{g}-{s}");
        }
        for (a, g, s) in SSN_SHOWN.iter().chain(&[(987, 65, 4321), (123, 45, 6789)]) {
            assert_eq!(run(*a, *g, *s), Verdict::Placeholder, "{a}-{g}-{s}");
        }
        assert_eq!(us_ssn(&[b'5'; 9]), Verdict::Placeholder);
        let itin = |area: u32, group: u32| us_itin(format!("{area}-{group}-4418").as_bytes());
        assert_eq!(itin(923, 71), Verdict::Valid);
        assert_eq!(itin(923, 89), Verdict::Invalid);
        assert_eq!(itin(823, 71), Verdict::Invalid);
        let ein = |campus: u32| us_ein(format!("{campus}-4418231").as_bytes());
        assert_eq!((ein(49), ein(46)), (Verdict::Invalid, Verdict::Valid));
    }

    #[test]
    fn check_digits_see_an_error() {
        for (run, start) in [
            (us_aba as fn(&[u8]) -> Verdict, "07315482"),
            (us_npi, "148265031"),
            (ca_sin, "53820417"),
            (ca_bn, "73820417"),
            (ca_health_ontario, "538204172"),
            (ca_health_bc, "987350214"),
        ] {
            one_error_is_seen(run, &passing(run, start));
        }
        let dea = passing(us_dea, "BF374915");
        assert_eq!(us_dea(dea.to_lowercase().as_bytes()), Verdict::Valid);
        assert_eq!(
            us_dea(format!("N{}", &dea[1..]).as_bytes()),
            Verdict::Invalid
        );
    }

    #[test]
    fn letters_and_dates_have_their_places() {
        let mbi = |start: &str, rest: &str| us_mbi([start, rest].concat().as_bytes());
        assert_eq!(mbi("3CJ7", "-QX2-WH81"), Verdict::Valid);
        assert_eq!(mbi("3cj7", "qx2wh81"), Verdict::Valid);
        assert_eq!(mbi("3Cj7", "qx2wh81"), Verdict::Invalid);
        assert_eq!(mbi("3C47", "-QX2-WH81"), Verdict::Valid);
        assert_eq!(mbi("3SJ7", "-QX2-WH81"), Verdict::Invalid);
        assert_eq!(mbi("CCJ7", "-QX2-WH81"), Verdict::Invalid);
        assert_eq!(
            ca_ramq(["TREM", "85521417"].concat().as_bytes()),
            Verdict::Valid
        );
        assert_eq!(
            ca_ramq(["TREM", "85131417"].concat().as_bytes()),
            Verdict::Invalid
        );
        assert_eq!(ca_bn(b"123"), Verdict::Invalid);
        assert_eq!(us_driver_florida(b"K512-640-79-051-0"), Verdict::Valid);
        assert_eq!(us_driver_florida(b"K512-640-79-999-0"), Verdict::Invalid);
    }
}
