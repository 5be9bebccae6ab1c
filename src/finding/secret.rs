//! A secret that cannot be printed by accident.
//!
//! In: the raw bytes of a match. Out: a masked form for every output; the
//! bytes themselves only through [`Secret::reveal`].

use std::fmt;

use serde::{Serialize, Serializer};

/// The bytes of a secret. Debug, Display and Serialize show the mask only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Box<[u8]>);

/// Characters of a form.
const LONGEST_FORM: usize = 40;
/// Shortest secret of which any part is shown.
const SHOWN_FROM: usize = 16;

impl Secret {
    /// Wrap the bytes of a match.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The bytes themselves: for the fingerprint, and later redaction and
    /// verification. Never for an output.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// What it looks like: letters become `x`, digits `9`; of a long one the
    /// start.
    pub fn form(&self) -> String {
        let text = String::from_utf8_lossy(&self.0);
        let form = text.chars().map(|c| match c {
            c if c.is_numeric() => '9',
            c if c.is_alphabetic() => 'x',
            c if c.is_ascii_punctuation() || c == ' ' => c,
            _ => '.',
        });
        let mut form: String = form.take(LONGEST_FORM + 1).collect();
        if form.chars().count() > LONGEST_FORM {
            form.pop();
            form.push('…');
        }
        form
    }

    /// `hf_a…(37)`: at most four leading characters, and only of a secret long
    /// enough that they give nothing away.
    pub fn mask(&self) -> String {
        let count = self.0.len();
        let shown: String = self
            .0
            .iter()
            .take(if count >= SHOWN_FROM { 4 } else { 0 })
            .take_while(|byte| byte.is_ascii_graphic())
            .map(|&byte| char::from(byte))
            .collect();
        format!("{shown}…({count})")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.mask())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.mask())
    }
}

/// Text that may go to a terminal: control, bidirectional and zero-width
/// characters are replaced, since file names and contents are hostile input.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_the_bytes() {
        let body: String = (0..34)
            .map(|i| char::from(b'a' + (i * 7 % 26) as u8))
            .collect();
        let secret = Secret::new(format!("hf_{body}").as_bytes());
        for shown in [
            format!("{secret}"),
            format!("{secret:?}"),
            serde_json::to_string(&secret).unwrap(),
        ] {
            assert!(!shown.contains(&body[1..]), "{shown}");
            assert!(shown.contains("hf_"), "{shown}");
        }
        assert_eq!(Secret::new(b"hunter2").mask(), "…(7)");
    }

    #[test]
    fn hostile_text_is_defused() {
        assert_eq!(
            printable("a\x1b[31mb\u{202e}c\nd"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d"
        );
    }
}
