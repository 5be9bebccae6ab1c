//! Numbers of Australia and New Zealand.
//!
//! In: a value. Out: what its ranges and check digits say.

use super::digits::{Compact, luhn, value, weighted};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("au-tfn", 11, au_tfn),
    check("au-abn", 89, au_abn),
    check("au-acn", 10, au_acn),
    check("au-medicare", 20, au_medicare),
    check("au-ihi", 10, au_ihi),
    check("nz-ird", 11, nz_ird),
    check("nz-nhi", 11, nz_nhi),
];

/// Tax file number: nine digits, formerly eight; the sum is a multiple of
/// eleven.
fn au_tfn(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let plain = digits.as_bytes().iter().all(u8::is_ascii_digit);
    let sum = match digits.as_bytes().len() {
        9 => weighted(&digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]),
        8 => weighted(&digits, &[10, 7, 8, 4, 6, 3, 5, 1]),
        _ => return Verdict::Invalid,
    };
    Verdict::of_digits(plain && sum.is_multiple_of(11), &digits)
}

/// Business number: one less in the first place, and a multiple of 89.
fn au_abn(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 11) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    let first = digits.number(0, 1);
    Verdict::of_digits(first > 0 && sum % 89 == 10, &digits)
}

/// Company number: weights 8 to 1.
fn au_acn(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 9) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1]);
    Verdict::of_digits((10 - sum % 10) % 10 == digits.number(8, 9), &digits)
}

/// Medicare: 2 to 6 first, the ninth digit checks the others, the tenth counts
/// cards, and an eleventh the person on it.
fn au_medicare(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let plain = digits.as_bytes().iter().all(u8::is_ascii_digit);
    let sized = matches!(digits.as_bytes().len(), 10 | 11);
    let sum = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]);
    let first = (2..=6).contains(&digits.number(0, 1));
    let issue = digits.number(9, 10) > 0;
    let holds = plain && sized && first && issue && sum % 10 == digits.number(8, 9);
    Verdict::unless_published(holds, &digits)
}

/// Healthcare identifier: sixteen digits of Luhn that begin with 800360.
fn au_ihi(value: &[u8]) -> Verdict {
    match Compact::digits(value, 16) {
        Some(digits) => Verdict::of(digits.number(0, 6) == 800_360 && luhn(&digits)),
        None => Verdict::Invalid,
    }
}

/// Tax number of New Zealand: of eight or nine digits, two sums of which the
/// second counts where the first gives ten.
fn nz_ird(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let padded = match compact.as_bytes().len() {
        8 => [b"0", compact.as_bytes()].concat(),
        _ => compact.as_bytes().to_vec(),
    };
    let Some(digits) = Compact::digits(&padded, 9) else {
        return Verdict::Invalid;
    };
    let check = |weights: &[u32]| (11 - weighted(&digits, weights) % 11) % 11;
    let check = match check(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        10 => check(&[7, 4, 3, 2, 5, 2, 7, 6]),
        check => check,
    };
    let issued = (10_000_000..=150_000_000).contains(&digits.number(0, 9));
    Verdict::of_digits(issued && check == digits.number(8, 9), &compact)
}

/// Health index: three letters and four digits, or since 2019 two letters more
/// (HISO 10046); no I and no O.
fn nz_nhi(value_: &[u8]) -> Verdict {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some(compact) = Compact::of(value_).filter(|compact| compact.as_bytes().len() == 7) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let place = |byte: &u8| LETTERS.iter().position(|letter| letter == byte);
    let counts = |byte: &u8| match place(byte) {
        Some(at) => Some(at as u32 + 1),
        None => byte.is_ascii_digit().then(|| value(*byte)),
    };
    let Some(values) = text.iter().map(counts).collect::<Option<Vec<u32>>>() else {
        return Verdict::Invalid;
    };
    let sum: u32 = values
        .iter()
        .zip((2..=7).rev())
        .map(|(v, weight)| v * weight)
        .sum();
    let last = values.last().copied().unwrap_or_default();
    let letters = text.iter().map(|byte| u8::from(byte.is_ascii_alphabetic()));
    let holds = match letters.collect::<Vec<u8>>().as_slice() {
        [1, 1, 1, 0, 0, 0, 0] => !sum.is_multiple_of(11) && (11 - sum % 11) % 10 == last,
        [1, 1, 1, 0, 0, 1, 1] => 24 - sum % 24 == last,
        _ => false,
    };
    // ZZZ is kept for tests.
    match Verdict::of(holds) {
        Verdict::Valid if text.starts_with(b"ZZZ") => Verdict::Placeholder,
        verdict => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors_seen, one_error_is_seen, passing};
    use super::*;

    #[test]
    fn check_digits_see_an_error() {
        for (run, start) in [
            (au_tfn as fn(&[u8]) -> Verdict, "53820417"),
            (au_tfn, "4820417"),
            (au_ihi, "800360482041735"),
            (nz_ird, "07482041"),
            (nz_ird, "4820417"),
            (nz_nhi, "QXB482"),
            (nz_nhi, "QXA48K"),
        ] {
            let (digits, _) = errors_seen(run, &passing(run, start));
            assert!(digits >= 94, "{start}: {digits}");
        }
        for start in ["6748204173", "1448204173"] {
            let number = (10..100)
                .map(|first| format!("{first}{}", &start[1..]))
                .find(|number| au_abn(number.as_bytes()) == Verdict::Valid);
            one_error_is_seen(au_abn, &number.unwrap());
        }
        let (digits, _) = errors_seen(au_acn, &passing(au_acn, "53820417"));
        assert!(digits > 75);
    }

    #[test]
    fn medicare_has_a_number_of_the_card() {
        let nine = (0..10).map(|check| format!("4820 4173{check} "));
        let right: Vec<String> = nine
            .filter(|nine| au_medicare(format!("{nine}1").as_bytes()) == Verdict::Valid)
            .collect();
        assert_eq!(right.len(), 1);
        assert_eq!(
            au_medicare(format!("{}0", right[0]).as_bytes()),
            Verdict::Invalid
        );
        assert_eq!(
            au_medicare(format!("{}1/2", right[0]).as_bytes()),
            Verdict::Valid
        );
        let high = right[0].replacen('4', "7", 1);
        assert_eq!(au_medicare(format!("{high}1").as_bytes()), Verdict::Invalid);
    }

    #[test]
    fn letters_have_their_places() {
        assert_eq!(nz_nhi(b"QIA4821"), Verdict::Invalid);
        assert_eq!(nz_nhi(b"4821QXA"), Verdict::Invalid);
        let test = (0..10).map(|last| format!("ZZZ482{last}"));
        assert!(
            test.map(|nhi| nz_nhi(nhi.as_bytes()))
                .any(|v| v == Verdict::Placeholder)
        );
    }
}
