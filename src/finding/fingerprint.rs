//! The identity of a finding: survives moved lines and renamed files, and
//! gives nothing of the secret away.
//!
//! In: rule id and secret, or rule id and place. Out: 32 hex digits.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

/// HMAC-SHA256, first 16 bytes, in hex.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Fingerprint {
    digits: String,
    /// The route it was made with, where it is made from a place.
    #[serde(skip)]
    route: Option<Box<str>>,
}

/// What a fingerprint is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Rule and place. Another value at the same place has the same one.
    Place,
    /// Rule and the bytes of the secret, wherever it is.
    Secret,
}

/// The key fingerprints are made with. The default is public and fixed, so
/// that SARIF fingerprints are stable; an organisation may set its own. There
/// is no way to print it.
#[derive(Clone)]
pub struct FingerprintKey(Box<[u8]>);

impl Default for FingerprintKey {
    fn default() -> Self {
        Self((*b"hubsweep fingerprint, version 1").into())
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FingerprintKey({})", self.check())
    }
}

impl FingerprintKey {
    /// A key of one's own.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Identity of a high-entropy secret: rule and bytes.
    pub fn secret(&self, rule: &str, secret: &[u8]) -> Fingerprint {
        Fingerprint {
            digits: self.digest(&[b"secret", rule.as_bytes(), secret], 16),
            route: None,
        }
    }

    /// Identity of anything guessable (personal data, passwords) or without a
    /// secret: rule and place, never the value. A place is no secret: findings
    /// have it with the built-in key, whatever the key of the run.
    pub fn place(&self, rule: &str, path: &str, route: &str) -> Fingerprint {
        let parts: [&[u8]; 4] = [b"place", rule.as_bytes(), path.as_bytes(), route.as_bytes()];
        Fingerprint {
            digits: self.digest(&parts, 16),
            route: Some(route.into()),
        }
    }

    /// Eight hex digits by which two runs can tell whether they use the same
    /// key; too few to try keys with.
    pub fn check(&self) -> String {
        self.digest(&[b"check"], 4)
    }

    /// The first `count` bytes, in hex.
    fn digest(&self, parts: &[&[u8]], count: usize) -> String {
        use std::fmt::Write as _;
        // HMAC takes a key of any length, so the error arm is never taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        let bytes = mac.finalize().into_bytes();
        let hex = String::with_capacity(2 * count);
        bytes[..count].iter().fold(hex, |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl Fingerprint {
    /// The 32 hex digits.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// What it is made from.
    pub fn basis(&self) -> Basis {
        match self.route {
            Some(_) => Basis::Place,
            None => Basis::Secret,
        }
    }

    /// That of the same finding in a file of another path. Only what is made
    /// from a place becomes another.
    pub fn at_path(&self, rule: &str, path: &str) -> Self {
        match &self.route {
            Some(route) => FingerprintKey::default().place(rule, path, route),
            None => self.clone(),
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_depends_on_rule_secret_and_key_only() {
        let key = FingerprintKey::default();
        assert_eq!(key.secret("a", b"x"), key.secret("a", b"x"));
        assert_ne!(key.secret("a", b"x"), key.secret("b", b"x"));
        assert_ne!(
            key.secret("a", b"x"),
            FingerprintKey::new(b"own").secret("a", b"x")
        );
        assert_ne!(key.place("a", "b", "c"), key.place("a", "bc", ""));
        assert_eq!(key.secret("a", b"x").as_str().len(), 32);
        assert_eq!(key.secret("a", b"x").basis(), Basis::Secret);
        assert_eq!(key.place("a", "b", "c").basis(), Basis::Place);
        assert_eq!(
            key.place("a", "b", "c").at_path("a", "d"),
            key.place("a", "d", "c")
        );
        assert_eq!(
            key.secret("a", b"x").at_path("a", "d"),
            key.secret("a", b"x")
        );
    }

    #[test]
    fn a_key_is_known_by_its_check_and_never_shown() {
        let own = FingerprintKey::new(b"sixteen bytes, say");
        assert_eq!(own.check().len(), 8);
        assert_ne!(own.check(), FingerprintKey::default().check());
        assert_eq!(
            format!("{own:?}"),
            format!("FingerprintKey({})", own.check())
        );
    }
}
