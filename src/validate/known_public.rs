//! Keys that documentation and test suites publish.
//!
//! In: a secret. Out: whether its SHA-256 is in the list. The list holds
//! hashes only, so that it is no source of token-shaped strings itself.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// One lower-case hex SHA-256 a line, then what it is.
const HASHES: &str = include_str!("../../patterns/public-examples.txt");

/// Whether this exact secret is a published example.
pub fn is_published_example(secret: &[u8]) -> bool {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(secret) {
        // Writing to a String cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    HASHES.lines().any(|line| line.starts_with(&hash))
}
