//! Checks of numbers that stand for a person, an account or a company.
//!
//! In: a value as it stands in a text, separators included. Out: a
//! [`Verdict`]. Which number is written how is data (`patterns/personal-*.toml`);
//! here is only what arithmetic and fixed rules say of it.

mod alps;
mod balkan;
mod baltic;
mod benelux;
mod britain;
pub mod digits;
mod east;
mod everywhere;
pub mod phone;
mod france;
mod germany;
mod iberia;
mod italy;
mod nordic;
mod russia;
#[cfg(test)]
mod trial;
mod turkey;
mod vat;

use digits::Compact;
pub use everywhere::iban_length;

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
const TABLES: &[&[Check]] = &[everywhere::CHECKS, phone::CHECKS];
const TABLES: &[&[Check]] = &[
    everywhere::CHECKS,
    alps::CHECKS,
    balkan::CHECKS,
    baltic::CHECKS,
    benelux::CHECKS,
    britain::CHECKS,
    east::CHECKS,
    france::CHECKS,
    germany::CHECKS,
    iberia::CHECKS,
    italy::CHECKS,
    nordic::CHECKS,
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
