//! What stands in the place of a value.
//!
//! In: the kind of a value, the value, and which of its kind it is. Out: the
//! text to write, in which a second sweep finds nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

/// A way to replace a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `<EMAIL_1>`, numbered in the order of paths and places; with a key
    /// `<EMAIL_7f3a2c91d04e>`.
    #[default]
    Placeholder,
    /// A value of the same form from the ranges kept free for documentation,
    /// where there is such a range; else as `placeholder`.
    FormatPreserving,
    /// Every letter and digit becomes `*`.
    Mask,
    /// The keyed hash alone, in hex and angle brackets.
    Hash,
    /// Nothing.
    Drop,
}

impl Operator {
    /// All of them.
    pub const EACH: &[Self] = &[
        Self::Placeholder,
        Self::FormatPreserving,
        Self::Mask,
        Self::Hash,
        Self::Drop,
    ];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::FormatPreserving => "format-preserving",
            Self::Mask => "mask",
            Self::Hash => "hash",
            Self::Drop => "drop",
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Operator {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Self::EACH.iter().find(|known| known.as_str() == word);
        known.copied().ok_or_else(|| {
            let all: Vec<&str> = Self::EACH.iter().map(|known| known.as_str()).collect();
            format!("unknown operator `{word}`, use one of {}", all.join(", "))
        })
    }
}

/// Which operator for which kind of value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operators {
    /// For kinds that are not named.
    pub otherwise: Operator,
    /// By entity, or by rule of a secret.
    pub by_kind: BTreeMap<String, Operator>,
}

impl Operators {
    /// The operator for a kind.
    pub fn of(&self, kind: &str) -> Operator {
        self.by_kind.get(kind).copied().unwrap_or(self.otherwise)
    }
}

/// What tells values of a kind apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The number of the value among those of its kind, from 1.
    Number(u64),
    /// Its keyed hash, in hex.
    Tag(String),
}

/// Hexadecimal digits of a tag inside a placeholder: two of a million values
/// share one once in a thousand data sets.
const TAG: usize = 12;

/// The text that stands for a value of `kind`.
pub(super) fn write(operator: Operator, kind: &str, value: &[u8], mark: &Mark) -> Vec<u8> {
    match operator {
        Operator::Placeholder => placeholder(kind, mark),
        Operator::FormatPreserving => documented(kind, mark)
            .map(String::into_bytes)
            .unwrap_or_else(|| placeholder(kind, mark)),
        Operator::Mask => String::from_utf8_lossy(value)
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || c == '@' {
                    '*'
                } else {
                    c
                }
            })
            .collect::<String>()
            .into_bytes(),
        Operator::Hash => match mark {
            Mark::Tag(tag) => format!("<{tag}>").into_bytes(),
            Mark::Number(_) => placeholder(kind, mark),
        },
        Operator::Drop => Vec::new(),
    }
}

fn placeholder(kind: &str, mark: &Mark) -> Vec<u8> {
    let mut text = format!("<{}_", kind.to_ascii_uppercase().replace('-', "_"));
    match mark {
        Mark::Number(number) => {
            let _ = write!(text, "{number}");
        }
        Mark::Tag(tag) => text.extend(tag.chars().take(TAG)),
    }
    text.push('>');
    text.into_bytes()
}

/// A value that documentation uses: RFC 2606 (names), 5737 and 3849
/// (addresses), 7042 (hardware), the 555-01 numbers of North America.
fn documented(kind: &str, mark: &Mark) -> Option<String> {
    let number = match mark {
        Mark::Number(number) => *number,
        Mark::Tag(tag) if kind == "email" => {
            let tag: String = tag.chars().take(TAG).collect();
            return Some(format!("user-{tag}@example.com"));
        }
        Mark::Tag(_) => return None,
    };
    let below = |most: u64| number.checked_sub(1).filter(|number| *number < most);
    match kind {
        "email" => Some(format!("user{number}@example.com")),
        "phone" => below(799 * 100)
            .map(|number| format!("+1-{}-555-{:04}", 201 + number / 100, 100 + number % 100)),
        "ip-address" | "private-ip-address" => Some(match below(3 * 254) {
            Some(number) => {
                let net = ["192.0.2", "198.51.100", "203.0.113"][(number / 254) as usize % 3];
                format!("{net}.{}", 1 + number % 254)
            }
            None => format!(
                "2001:db8::{:x}:{:x}",
                (number >> 16) & 0xffff,
                number & 0xffff
            ),
        }),
        "mac-address" => below(256).map(|number| format!("00:00:5e:00:53:{number:02x}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(operator: Operator, kind: &str, number: u64) -> String {
        let value = b"Ab-1 2@x";
        String::from_utf8(write(operator, kind, value, &Mark::Number(number))).unwrap()
    }

    #[test]
    fn operators_write_what_they_say() {
        let tag = Mark::Tag("00112233445566778899aabbccddeeff".to_owned());
        assert_eq!(written(Operator::Placeholder, "us-ssn", 7), "<US_SSN_7>");
        assert_eq!(written(Operator::Mask, "us-ssn", 7), "**-* ***");
        assert_eq!(written(Operator::Drop, "us-ssn", 7), "");
        assert_eq!(
            write(Operator::Placeholder, "email", b"", &tag),
            b"<EMAIL_001122334455>"
        );
        assert_eq!(
            written(Operator::FormatPreserving, "email", 3),
            "user3@example.com"
        );
        assert_eq!(
            written(Operator::FormatPreserving, "phone", 102),
            "+1-202-555-0101"
        );
        assert_eq!(
            written(Operator::FormatPreserving, "ip-address", 255),
            "198.51.100.1"
        );
        assert_eq!(
            written(Operator::FormatPreserving, "ip-address", 763),
            "2001:db8::0:2fb"
        );
        assert_eq!(written(Operator::FormatPreserving, "iban", 2), "<IBAN_2>");
        assert!("rot13".parse::<Operator>().is_err());
        for operator in Operator::EACH {
            assert_eq!(operator.to_string().parse(), Ok(*operator));
        }
    }
}
