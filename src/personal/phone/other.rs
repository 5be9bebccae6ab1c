//! Numbers that are no telephone's, and those that are made up.
//!
//! In: a number as it is written. Out: whether it is a date, a range, an
//! identifier of another kind, or counts up.

use super::written::Written;

/// Dates, ranges, years, and numbers of another kind.
pub(super) fn is_other_number(number: &Written) -> bool {
    let lens: [u8; 6] = std::array::from_fn(|at| number.groups().get(at).map_or(0, |g| g.len));
    let value = |at: usize| value(number.group(at));
    let year = |at: usize| (1900..2100).contains(&value(at));
    let mark = number.groups().get(1).map_or(0, |group| group.mark);
    match lens {
        // Years first or last, days and months.
        [4, 2, 2, ..] if year(0) => true,
        [1 | 2, 1 | 2, 4, ..] if year(2) => true,
        [4, 4, 0, ..] if year(0) && year(1) => true,
        [4, 2, 0, ..] if year(0) => true,
        [2, 4, 0, ..] if year(1) => true,
        // 20240131-101500
        [8, 4 | 6, ..] => true,
        // Social security and payment cards.
        [3, 2, 4, 0, ..] if mark == b'-' || mark == b' ' => true,
        [4, 6, 5 | 4, 0, ..] | [4, 4, 4, ..] => true,
        // 1200-1250
        [a, b, 0, ..] if a == b && mark == b'-' => {
            value(1) > value(0) && (value(1) - value(0) < 2000 || value(0) % 100 == 0)
        }
        [3, 4, 0, ..] if mark == b'-' => value(1).wrapping_sub(value(0)) < 500,
        // 1024-65535
        [4, 5, 0, ..] if mark == b'-' && number.digits().first() != Some(&b'0') => true,
        // Octets and versions.
        [a, b, c, d, 0, 0] if mark == b'.' && a.max(b).max(c).max(d) <= 3 => true,
        [_, _, 0 | 1, ..] if mark == b'.' => true,
        _ => is_book(number),
    }
}

/// ISBN-13: three digits of the book trade, and a check digit.
pub(super) fn is_book(number: &Written) -> bool {
    let digits = number.digits();
    let weighted = digits
        .iter()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 });
    digits.len() == 13
        && (digits.starts_with(b"978") || digits.starts_with(b"979"))
        && weighted.sum::<u32>().is_multiple_of(10)
}

/// A power of two, or one beside it: what fits a word of a machine.
pub(super) fn is_limit(digits: &[u8]) -> bool {
    let value = digits
        .iter()
        .fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    (value.saturating_sub(1)..=value + 1).any(u64::is_power_of_two)
}

/// Is each of its groups one digit over and over?
pub(super) fn is_patterned(number: &Written) -> bool {
    let same = |at: usize| {
        let group = number.group(at);
        group.len() > 2 && group.iter().all(|digit| Some(digit) == group.first())
    };
    (0..number.groups().len()).all(same)
}

/// Do pairs count up, as numbers of lines and hours do?
pub(super) fn counts_up(number: &Written) -> bool {
    let groups = number.groups();
    let pairs = groups.len() > 2 && groups.iter().all(|group| group.len == 2);
    let step = |at: usize| value(number.group(at + 1)).wrapping_sub(value(number.group(at)));
    pairs && (1..groups.len() - 1).all(|at| step(at) == step(0)) && step(0) < 24
}

/// The number that a few digits write.
pub(super) fn value(group: &[u8]) -> u32 {
    group.iter().fold(0, |value, digit| {
        value.wrapping_mul(10).wrapping_add(u32::from(digit - b'0'))
    })
}
