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
pub struct Fingerprint(String);

/// The key fingerprints are made with. The default is public and fixed, so
/// that SARIF fingerprints are stable; an organisation may set its own.
#[derive(Clone)]
pub struct FingerprintKey(Box<[u8]>);

impl Default for FingerprintKey {
    fn default() -> Self {
        Self((*b"hubsweep fingerprint, version 1").into())
    }
}

impl FingerprintKey {
    /// A key of one's own.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Identity of a high-entropy secret: rule and bytes.
    pub fn secret(&self, rule: &str, secret: &[u8]) -> Fingerprint {
        self.digest(&[b"secret", rule.as_bytes(), secret])
    }

    /// Identity of anything guessable (personal data, passwords) or without a
    /// secret: rule and place, never the value.
    pub fn place(&self, rule: &str, path: &str, route: &str) -> Fingerprint {
        self.digest(&[b"place", rule.as_bytes(), path.as_bytes(), route.as_bytes()])
    }

    fn digest(&self, parts: &[&[u8]]) -> Fingerprint {
        use std::fmt::Write as _;
        // HMAC takes a key of any length, so the error arm is never taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return Fingerprint::default();
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        let bytes = mac.finalize().into_bytes();
        Fingerprint(
            bytes[..16]
                .iter()
                .fold(String::with_capacity(32), |mut hex, byte| {
                    let _ = write!(hex, "{byte:02x}");
                    hex
                }),
        )
    }
}

impl Fingerprint {
    /// The 32 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
    }
}
