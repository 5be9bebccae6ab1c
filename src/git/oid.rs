//! The name of a git object.
//!
//! In: raw bytes or hex, SHA-1 or SHA-256. Out: [`ObjectId`], small enough to
//! keep a million of, and maps keyed by it.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Longest id, of SHA-256.
const LONGEST: usize = 32;
/// Hex digits shown of an id.
const SHOWN: usize = 12;

/// The id of a git object: 20 bytes of SHA-1 or 32 of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; LONGEST],
    length: u8,
}

/// A set of ids.
pub type ObjectSet = HashSet<ObjectId, BuildHasherDefault<IdHasher>>;
/// A map from ids.
pub type ObjectMap<T> = HashMap<ObjectId, T, BuildHasherDefault<IdHasher>>;

impl ObjectId {
    /// From raw bytes, 20 or 32 of them.
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        if !matches!(raw.len(), 20 | 32) {
            return None;
        }
        let mut bytes = [0; LONGEST];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self {
            bytes,
            length: raw.len() as u8,
        })
    }

    /// From hex digits, 40 or 64 of them.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        if !matches!(hex.len(), 40 | 64) {
            return None;
        }
        let mut bytes = [0; LONGEST];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
        }
        Some(Self {
            bytes,
            length: (hex.len() / 2) as u8,
        })
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Git's way of writing "no object".
    pub fn is_zero(&self) -> bool {
        self.bytes == [0; LONGEST]
    }

    /// The first twelve hex digits.
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(SHOWN);
        hex
    }
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16).map(|value| value as u8)
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = self.as_bytes().iter();
        f.write_str(
            &hex.fold(String::with_capacity(2 * LONGEST), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            }),
        )
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Hash for ObjectId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // All of SHA-1's bytes: forged ids differ where it suits them.
        let (words, _) = self.bytes[..24].as_chunks();
        for word in words {
            state.write_u64(u64::from_le_bytes(*word));
        }
    }
}

/// Mixes little: an id is a hash already, unless it is forged.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_and_written() {
        let hex = "0123456789abcdef".repeat(4);
        for length in [40, 64] {
            let id = ObjectId::from_hex(&hex.as_bytes()[..length]).unwrap();
            assert_eq!(id.to_string(), hex[..length]);
            assert_eq!(ObjectId::from_bytes(id.as_bytes()), Some(id));
            assert_eq!(id.short(), "0123456789ab");
            assert!(!id.is_zero());
        }
        assert!(ObjectId::from_hex(&[b'0'; 40]).unwrap().is_zero());
        assert_eq!(ObjectId::from_hex(b"0123"), None);
        assert_eq!(ObjectId::from_hex(&[b'g'; 40]), None);
    }
}
