//! Numbers of Turkey.
//!
//! In: a value. Out: what its structure and check digits say.

use super::digits::{Compact, value as worth};
use super::{Check, Verdict, check, of_digits};

pub(super) const CHECKS: &[Check] = &[
    check("tr-national-id", 110, tr_national_id),
    check("tr-tax-number", 10, tr_tax_number),
    check("tr-plate", 2, tr_plate),
];

/// T.C. kimlik numarası: two check digits.
fn tr_national_id(value: &[u8]) -> Verdict {
    of_digits(value, 11, |digits| {
        let sum = |from: usize| digits.values().take(9).skip(from).step_by(2).sum::<u32>();
        // 7 odd - even, kept above nought.
        let tenth = (7 * sum(0) + 9 * sum(1)) % 10;
        let eleventh = digits.values().take(10).sum::<u32>() % 10;
        let right = tenth == digits.digit(9) && eleventh == digits.digit(10);
        // The smallest one is in every tutorial.
        digits.digit(0) > 0 && digits.number(0, 9) != 100_000_001 && right
    })
}

/// Vergi kimlik numarası: ten digits.
fn tr_tax_number(value: &[u8]) -> Verdict {
    of_digits(value, 10, |digits| {
        let weigh = |(at, digit): (usize, u32)| {
            let power = 9_u32.saturating_sub(at as u32);
            match (digit + power) % 10 {
                0 => 0,
                moved => match (moved << power) % 9 {
                    0 => 9,
                    rest => rest,
                },
            }
        };
        let sum: u32 = digits.values().take(9).enumerate().map(weigh).sum();
        (10 - sum % 10) % 10 == digits.digit(9)
    })
}

/// A licence plate: province 01 to 81, letters without Q, W and X, and so many
/// digits as the letters leave.
fn tr_plate(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let Some((province, rest)) = compact.as_bytes().split_at_checked(2) else {
        return Verdict::Invalid;
    };
    let letters = rest
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let (letters, digits) = rest.split_at(letters);
    let fits = match letters.len() {
        1 => (2..=5).contains(&digits.len()),
        2 => (2..=4).contains(&digits.len()),
        3 => (2..=4).contains(&digits.len()),
        _ => false,
    };
    let given = province
        .iter()
        .fold(0, |number, byte| number * 10 + worth(*byte));
    let known = letters.iter().all(|letter| !b"QWX".contains(letter));
    Verdict::of((1..=81).contains(&given) && fits && known && digits.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::super::trial::{catches, mint, refuses};

    #[test]
    fn wrong_digits_are_caught() {
        catches("tr-national-id", "ddddddddddd");
        catches("tr-tax-number", "dddddddddd");
    }

    #[test]
    fn structures_hold() {
        for shape in ["34 AAA dddd", "06 A ddd", "81 AA dd"] {
            mint("tr-plate", shape);
        }
        refuses(
            "tr-plate",
            &["82 ABC 123", "34 QAB 123", "34 ABC 1", "3", "34ABCD12"],
        );
        refuses("tr-national-id", &["10000000146", "0"]);
    }
}
