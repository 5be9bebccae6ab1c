//! Numbers of Denmark, Sweden, Norway, Finland and Iceland.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, is_date, luhn, value as worth, weighted};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("dk-cpr", 300, dk_cpr),
    check("dk-cpr-date", 27, dk_cpr_date),
    check("dk-cvr", 11, |value| of_digits(value, 8, is_cvr)),
    check("se-personnummer", 130, se_personnummer),
    check("se-organisation", 15, se_organisation),
    check("no-national-id", 3000, no_national_id),
    check("no-organisation", 55, |value| {
        of_digits(value, 9, is_norwegian_organisation)
    }),
    check("fi-hetu", 800, fi_hetu),
    check("fi-business", 11, |value| {
        of_digits(value, 8, is_finnish_business)
    }),
    check("is-kennitala", 500, is_kennitala),
];

/// Does it begin with a day, a month and a year of two digits? From `more` on,
/// the day has that added.
fn begins_with_date(digits: &Compact, more: u32) -> bool {
    let day = digits.number(0, 2);
    let day = if day > more { day - more } else { day };
    is_date(digits.number(4, 6), digits.number(2, 4), day)
}

/// CPR number with the check digit that was given until 2007.
fn dk_cpr(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let sum = weighted(digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        begins_with_date(digits, 60) && sum.is_multiple_of(11)
    })
}

/// CPR number without one; numbers for a time have 60 added to the day.
fn dk_cpr_date(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| begins_with_date(digits, 60))
}

/// CVR number of a company.
pub(super) fn is_cvr(digits: &Compact) -> bool {
    let sum = weighted(digits, &[2, 7, 6, 5, 4, 3, 2, 1]);
    digits.digit(0) > 0 && sum.is_multiple_of(11)
}

/// Personnummer of ten or twelve digits; samordningsnummer have 60 added to the
/// day (Skatteverket SKV 704, 707). Luhn is over the last ten.
fn se_personnummer(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let (century, short) = match compact.as_bytes() {
        all if all.len() == 10 => (0, all),
        [one, two, rest @ ..] if rest.len() == 10 => (worth(*one) * 10 + worth(*two), rest),
        _ => return Verdict::Invalid,
    };
    of_digits(short, 10, |digits| {
        let year = century * 100 + digits.number(0, 2);
        let known = century == 0 || (1840..=2040).contains(&year);
        let day = digits.number(4, 6);
        let day = if day > 60 { day - 60 } else { day };
        let date = is_date(year, digits.number(2, 4), day);
        known && date && digits.number(6, 9) > 0 && luhn(digits)
    })
}

/// Organisationsnummer: Luhn, and a third digit that is no month's. `16` may
/// stand before it.
pub(super) fn is_swedish_organisation(digits: &Compact) -> bool {
    digits.digit(0) > 0 && digits.digit(2) > 1 && luhn(digits)
}

fn se_organisation(value: &[u8]) -> Verdict {
    let value = match Compact::of(value).map(|compact| compact.as_bytes().len()) {
        Some(12) => value.strip_prefix(b"16").unwrap_or_default(),
        _ => value,
    };
    of_digits(value, 10, is_swedish_organisation)
}

/// Fødselsnummer: two check digits. D numbers have 40 added to the day, H
/// numbers 40 and test numbers 80 added to the month (Skatteetaten).
fn no_national_id(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let (day, month) = (digits.number(0, 2), digits.number(2, 4));
        let day = if day > 40 { day - 40 } else { day };
        let month = if month > 40 { (month - 40) % 40 } else { month };
        let first = weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
        let second = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        let date = is_date(digits.number(4, 6), month, day);
        date && first.is_multiple_of(11) && second.is_multiple_of(11)
    })
}

/// Organisasjonsnummer, from 8 or 9 on.
pub(super) fn is_norwegian_organisation(digits: &Compact) -> bool {
    let sum = weighted(digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
    digits.digit(0) > 7 && sum.is_multiple_of(11)
}

/// Henkilötunnus: birth date, a mark of the century, three digits and the
/// character of the nine modulo 31; since 2023 there are more marks (DVV).
fn fi_hetu(value: &[u8]) -> Verdict {
    let (Some((date, [mark, number @ ..])), 11) = (value.split_at_checked(6), value.len()) else {
        return Verdict::Invalid;
    };
    let (Some((number, [last])), Some(date)) =
        (number.split_at_checked(3), Compact::digits(date, 6))
    else {
        return Verdict::Invalid;
    };
    let Some(number) = Compact::digits(number, 3) else {
        return Verdict::Invalid;
    };
    let century = match mark.to_ascii_uppercase() {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return Verdict::Invalid,
    };
    let born = is_date(
        century + date.number(4, 6),
        date.number(2, 4),
        date.number(0, 2),
    );
    let nine = date.number(0, 6) * 1000 + number.number(0, 3);
    let right = b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(nine as usize % 31);
    let holds = right == Some(&last.to_ascii_uppercase());
    Verdict::of(born && holds && number.number(0, 3) > 1)
}

/// Y-tunnus: seven digits and their check digit.
pub(super) fn is_finnish_business(digits: &Compact) -> bool {
    weighted(digits, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11) && digits.number(0, 7) > 0
}

/// Kennitala: birth date, two digits, a check digit and the century. Companies
/// have 40 added to the day.
fn is_kennitala(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let sum = weighted(digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
        let century = matches!(digits.digit(9), 0 | 8 | 9);
        begins_with_date(digits, 40) && century && sum.is_multiple_of(11)
    })
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("dk-cpr", "170384-dddd");
        catches("dk-cvr", "dddddddd");
        catches("se-personnummer", "840317-dddd");
        catches("se-personnummer", "19840377-dddd");
        catches("se-organisation", "556ddd-dddd");
        catches("no-national-id", "170384 ddddd");
        catches("no-national-id", "570384ddddd");
        catches("no-organisation", "9dd ddd ddd");
        catches("fi-business", "ddddddd-d");
        catches("is-kennitala", "170384-ddd9");
        catches("fi-hetu", "170384-dddX");
    }

    #[test]
    fn finnish_marks_of_the_century() {
        for mark in "+-YXWVUABCDEF".chars() {
            mint("fi-hetu", &format!("170304{mark}dddX"));
        }
        refuses(
            "fi-hetu",
            &["300204Addd", "170304G1234", "170304-12", "1703041234X", ""],
        );
    }

    #[test]
    fn structures_hold() {
        mint("se-organisation", "16556ddd-dddd");
        refuses(
            "se-personnummer",
            &["198413170000", "170384-0000", "18300101-0000"],
        );
        refuses("no-organisation", &["123456789", "000000000"]);
    }
}
