//! The same value, the same stand-in, whatever its spelling.
//!
//! In: values in the order of paths and places. Out: what to write for each.
//! No list of values is kept: only hashes, with a key that dies with the run,
//! or with the user's own.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::operator::{self, Mark, Operators};

/// Knows what stands for which value.
pub struct StandIns {
    operators: Operators,
    key: Option<Vec<u8>>,
    hashes: [RandomState; 2],
    numbers: HashMap<(u16, u128), u64>,
    /// The kinds, each with how many different values it had.
    kinds: Vec<(String, u64)>,
}

impl std::fmt::Debug for StandIns {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandIns")
            .field("operators", &self.operators)
            .field("keyed", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

impl StandIns {
    /// With these operators. With a key, values are told apart by keyed hashes,
    /// the same on every run and machine; without one, by numbers.
    pub fn new(operators: Operators, key: Option<Vec<u8>>) -> Self {
        Self {
            operators,
            key,
            hashes: [RandomState::new(), RandomState::new()],
            numbers: HashMap::new(),
            kinds: Vec::new(),
        }
    }

    /// What stands for a value of `kind`: an entity of personal data, or the
    /// rule of a secret.
    pub fn of(&mut self, kind: &str, value: &[u8], personal: bool) -> Vec<u8> {
        let known = if personal {
            normal(kind, value)
        } else {
            value.to_vec()
        };
        let mark = match &self.key {
            Some(key) => Mark::Tag(tag(key, kind, &known)),
            None => Mark::Number(self.number(kind, &known)),
        };
        operator::write(self.operators.of(kind), kind, value, &mark)
    }

    /// A number for a value, for columns that hold numbers only: which of its
    /// kind it is, from 1, or 28 bits of its keyed hash.
    pub fn number_of(&mut self, kind: &str, value: &[u8]) -> u64 {
        let known = normal(kind, value);
        match &self.key {
            Some(key) => {
                let tag = tag(key, kind, &known);
                tag.get(..7)
                    .and_then(|digits| u64::from_str_radix(digits, 16).ok())
                    .unwrap_or_default()
            }
            None => self.number(kind, &known),
        }
    }

    fn number(&mut self, kind: &str, value: &[u8]) -> u64 {
        let known = self.kinds.iter().position(|(name, _)| name == kind);
        let at = known.unwrap_or_else(|| {
            self.kinds.push((kind.to_owned(), 0));
            self.kinds.len() - 1
        });
        let [high, low] = [0, 1].map(|at| u128::from(self.hashes[at].hash_one(value)));
        let count = &mut self.kinds[at].1;
        *self
            .numbers
            .entry((at as u16, high << 64 | low))
            .or_insert_with(|| {
                *count += 1;
                *count
            })
    }
}

/// One spelling of a value: addresses in lower case, numbers without their
/// separators, names and the like with single spaces.
fn normal(kind: &str, value: &[u8]) -> Vec<u8> {
    match kind {
        "email" => value.to_ascii_lowercase(),
        "person" | "postal-address" | "date-of-birth" => {
            let text = String::from_utf8_lossy(value).to_lowercase();
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ").into_bytes()
        }
        "ip-address" | "private-ip-address" | "coordinates" | "crypto-address" => value.to_vec(),
        "phone" => {
            // `+49 (0)30`: the zero is dialled at home only.
            let home = memchr::memmem::find(value, b"(0)").filter(|_| value.starts_with(b"+"));
            let (before, behind) =
                home.map_or((value, &b""[..]), |at| (&value[..at], &value[at + 3..]));
            let digits = before.iter().chain(behind);
            let digits = digits.filter(|byte| byte.is_ascii_digit());
            let digits: Vec<u8> = digits.copied().collect();
            let national = digits.iter().position(|byte| *byte != b'0').unwrap_or(0);
            digits[national..].to_vec()
        }
        _ => value
            .iter()
            .filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80)
            .map(u8::to_ascii_uppercase)
            .collect(),
    }
}

/// HMAC-SHA256 over kind and value, 32 hexadecimal digits of it.
fn tag(key: &[u8], kind: &str, value: &[u8]) -> String {
    // Keys of any length are fine for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(kind.as_bytes());
    mac.update(&[0]);
    mac.update(value);
    let mut tag = String::with_capacity(32);
    for byte in &mac.finalize().into_bytes()[..16] {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stand_ins: &mut StandIns, kind: &str, value: &str) -> String {
        String::from_utf8(stand_ins.of(kind, value.as_bytes(), true)).unwrap()
    }

    #[test]
    fn spelling_does_not_matter() {
        let mut plain = StandIns::new(Operators::default(), None);
        assert_eq!(of(&mut plain, "email", "A@b.example"), "<EMAIL_1>");
        assert_eq!(of(&mut plain, "email", "c@b.example"), "<EMAIL_2>");
        assert_eq!(of(&mut plain, "email", "a@B.example"), "<EMAIL_1>");
        assert_eq!(of(&mut plain, "iban", "de00 1111"), "<IBAN_1>");
        assert_eq!(of(&mut plain, "iban", "DE001111"), "<IBAN_1>");
        assert_eq!(plain.number_of("iban", b"DE00-1111"), 1);
    }

    #[test]
    fn a_key_makes_runs_agree() {
        let mut first = StandIns::new(Operators::default(), Some(b"one".to_vec()));
        let mut second = StandIns::new(Operators::default(), Some(b"one".to_vec()));
        let mut other = StandIns::new(Operators::default(), Some(b"two".to_vec()));
        of(&mut first, "email", "x@b.example");
        let tag = of(&mut first, "email", "a@b.example");
        assert_eq!(of(&mut second, "email", "A@b.example"), tag);
        assert_ne!(of(&mut other, "email", "a@b.example"), tag);
        assert!(!format!("{first:?}").contains("111"), "no key in sight");
    }
}
