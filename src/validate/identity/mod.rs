//! Checks of numbers that stand for a person, an account or a company.
//!
//! In: a value as it stands in a text, separators included. Out: a
//! [`Verdict`]. Which number is written how is data (`patterns/personal-*.toml`);
//! here is only what arithmetic and fixed rules say of it.

mod africa;
mod alps;
mod americas;
mod asia;
mod balkan;
mod baltic;
mod benelux;
mod britain;
pub mod crypto;
mod devices;
pub mod digits;
mod east;
mod east_asia;
mod everywhere;
mod france;
mod germany;
mod iberia;
mod italy;
mod latin_america;
mod nordic;
mod pacific;
pub mod phone;
mod russia;
#[cfg(test)]
mod trial;
mod turkey;
mod vat;

use digits::Compact;
pub use everywhere::iban_length;

use super::known_public::is_published_example;

/// What a check says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No number of this kind.
    Invalid,
    /// Could be one.
    Valid,
    /// One that documentation and tests use, and nobody has.
    Placeholder,
}

impl Verdict {
    /// Valid if `holds`.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Valid } else { Self::Invalid }
    }

    /// Valid if `holds`, unless somebody published it as an example.
    fn unless_published(holds: bool, compact: &digits::Compact) -> Self {
        match Self::of(holds) {
            Self::Valid if is_published_example(compact.as_bytes()) => Self::Placeholder,
            verdict => verdict,
        }
    }

    /// Valid if `holds`, unless it is one digit over and over or counts up,
    /// which is what people write where any number will do.
    fn of_digits(holds: bool, digits: &digits::Compact) -> Self {
        match Self::of(holds) {
            Self::Valid if digits.is_repeated() || digits.is_counted() => Self::Placeholder,
            verdict => verdict,
        }
    }
}

/// A named check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// As pattern files write it.
    pub name: &'static str,
    /// The check of a value in which letters may have any case.
    pub run: fn(&[u8]) -> Verdict,
    /// Of so many random values of the right shape, one passes: how much it
    /// proves.
    pub one_in: u16,
}

const fn check(name: &'static str, one_in: u16, run: fn(&[u8]) -> Verdict) -> Check {
    Check { name, run, one_in }
}

/// A verdict on a value of `count` digits and nothing else but separators;
/// [common](Compact::is_common) ones are nobody's.
fn of_digits(value: &[u8], count: usize, holds: impl Fn(&Compact) -> bool) -> Verdict {
    let digits = Compact::digits(value, count);
    Verdict::of(digits.is_some_and(|digits| !digits.is_common() && holds(&digits)))
}

/// One table a part of the world.
const TABLES: &[&[Check]] = &[
    africa::CHECKS,
    alps::CHECKS,
    americas::CHECKS,
    asia::CHECKS,
    balkan::CHECKS,
    baltic::CHECKS,
    benelux::CHECKS,
    britain::CHECKS,
    devices::CHECKS,
    east::CHECKS,
    east_asia::CHECKS,
    everywhere::CHECKS,
    france::CHECKS,
    germany::CHECKS,
    iberia::CHECKS,
    italy::CHECKS,
    latin_america::CHECKS,
    nordic::CHECKS,
    pacific::CHECKS,
    phone::CHECKS,
    russia::CHECKS,
    turkey::CHECKS,
    vat::CHECKS,
];

/// The check of that name.
pub fn by_name(name: &str) -> Option<&'static Check> {
    TABLES
        .iter()
        .flat_map(|table| table.iter())
        .find(|check| check.name == name)
}

#[cfg(test)]
mod tests {
    use super::{Verdict, by_name};

    /// The value that begins so and ends in the digit or letter that passes.
    pub(super) fn passing(run: fn(&[u8]) -> Verdict, start: &str) -> String {
        ('0'..='9')
            .chain('A'..='Z')
            .map(|last| format!("{start}{last}"))
            .find(|value| run(value.as_bytes()) == Verdict::Valid)
            .unwrap_or_else(|| panic!("nothing passes behind {start}"))
    }

    /// Shares, of a hundred, of wrong digits and of swapped neighbours that the
    /// check sees.
    pub(super) fn errors_seen(run: fn(&[u8]) -> Verdict, value: &str) -> (usize, usize) {
        let seen = |wrong: &[Vec<u8>]| {
            let seen = wrong.iter().filter(|wrong| run(wrong) != Verdict::Valid);
            seen.count() * 100 / wrong.len().max(1)
        };
        assert_eq!(run(value.as_bytes()), Verdict::Valid, "{value}");
        let (mut digits, mut swaps) = (Vec::new(), Vec::new());
        for at in (0..value.len()).filter(|at| value.as_bytes()[*at].is_ascii_digit()) {
            for digit in (b'0'..=b'9').filter(|digit| *digit != value.as_bytes()[at]) {
                let mut wrong = value.as_bytes().to_vec();
                wrong[at] = digit;
                digits.push(wrong);
            }
            let mut wrong = value.as_bytes().to_vec();
            if at + 1 < value.len() && wrong[at] != wrong[at + 1] {
                wrong.swap(at, at + 1);
                swaps.push(wrong);
            }
        }
        (seen(&digits), seen(&swaps))
    }

    /// The check sees every wrong digit and nearly all swapped neighbours.
    pub(super) fn one_error_is_seen(run: fn(&[u8]) -> Verdict, value: &str) {
        let (digits, swaps) = errors_seen(run, value);
        assert!(digits == 100 && swaps >= 75, "{value}: {digits} {swaps}");
    }

    #[test]
    fn names_are_unique_and_no_value_is_too_odd() {
        let names: Vec<&str> = super::TABLES
            .iter()
            .copied()
            .flatten()
            .map(|c| c.name)
            .collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
            let check = by_name(name).unwrap();
            for odd in ["", "-", "A", "7", "é9", "--1--", "000000000000000000"] {
                let _ = (check.run)(odd.as_bytes());
            }
            for len in 0..60 {
                for byte in [b'0', b'7', b'9', b'A', b'Z', 0xff] {
                    let _ = (check.run)(&vec![byte; len]);
                }
            }
        }
    }
}
