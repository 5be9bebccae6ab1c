//! Severity and confidence: two scales that are never mixed.
//!
//! In: words of configuration and command line. Out: ordered values, so that
//! `severity >= gate` reads as it should.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A word that is no level of the scale.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("unknown level `{given}`\nhelp: use one of {expected}")]
pub struct UnknownLevel {
    given: String,
    expected: &'static str,
}

macro_rules! scale {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $($(#[$vdoc:meta])* $variant:ident => $word:literal),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All levels, lowest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The level's word in every output and configuration.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownLevel;

            fn from_str(word: &str) -> Result<Self, UnknownLevel> {
                Self::ALL.iter().copied().find(|level| level.as_str() == word).ok_or_else(|| {
                    UnknownLevel { given: word.to_owned(), expected: $expected }
                })
            }
        }
    };
}

scale!(
    /// How bad a finding is if it is real.
    Severity, "critical, high, medium, low, info",
    /// Worth knowing, asks for nothing.
    Info => "info",
    /// Untidy.
    Low => "low",
    /// Leaks something, or will break on the Hub.
    Medium => "medium",
    /// Gives access or exposes a person.
    High => "high",
    /// Gives access now.
    Critical => "critical"
);

scale!(
    /// How sure we are that a finding is real.
    Confidence, "high, medium, low",
    /// A shape, or a check that failed.
    Low => "low",
    /// A shape in the right place.
    Medium => "medium",
    /// A distinctive form, or a check that passed.
    High => "high"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_round_trip() {
        assert!(Severity::Critical > Severity::High && Severity::Low > Severity::Info);
        assert!(Confidence::High > Confidence::Medium);
        for level in Severity::ALL {
            assert_eq!(level.as_str().parse(), Ok(*level));
        }
        assert!("severe".parse::<Severity>().is_err());
    }
}
