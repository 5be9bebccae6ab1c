//! Text in UTF-16, as UTF-8.
//!
//! In: a reader of UTF-16, either byte order, with or without a mark. Out: the
//! fragments of the same text in UTF-8. Raw offsets are not kept; lines are.

use std::io::{self, Read};

use super::{Inside, Sink, stream};
use crate::blob::{Kind, Text};

/// Deliver the text of `reader`.
pub(super) fn sweep(
    reader: &mut dyn Read,
    big_endian: bool,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let at = Inside {
        raw: None,
        ..at.clone()
    };
    let mut utf8 = Utf8 {
        reader,
        big_endian,
        input: Vec::new(),
        output: Vec::new(),
        broken: None,
        given: 0,
    };
    stream::sweep(&mut utf8, Kind::Text(Text::Plain), &at, sink)
}

/// Reads UTF-16, gives UTF-8.
struct Utf8<'a> {
    reader: &'a mut dyn Read,
    big_endian: bool,
    /// Bytes of a unit or surrogate pair that is not whole yet.
    input: Vec<u8>,
    output: Vec<u8>,
    /// Why the reader failed, told once what came before is given.
    broken: Option<io::Error>,
    given: usize,
}

/// Bytes taken at a time.
const STEP: u64 = 64 * 1024;

impl Utf8<'_> {
    fn refill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let before = self.input.len();
        let read = self.reader.take(STEP).read_to_end(&mut self.input);
        self.broken = read.err();
        let got = self.input.len() - before;
        let mut whole = self.input.len() / 2 * 2;
        let unit = |bytes: &[u8]| {
            if self.big_endian {
                u16::from_be_bytes([bytes[0], bytes[1]])
            } else {
                u16::from_le_bytes([bytes[0], bytes[1]])
            }
        };
        if got > 0 && whole >= 2 && (0xd800..0xdc00).contains(&unit(&self.input[whole - 2..])) {
            whole -= 2;
        }
        let units = self.input[..whole].chunks_exact(2).map(unit);
        let mut encoded = [0; 4];
        for c in char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)) {
            if c != '\u{feff}' {
                self.output
                    .extend_from_slice(c.encode_utf8(&mut encoded).as_bytes());
            }
        }
        self.input.drain(..whole);
        match self.broken.take_if(|_| self.output.is_empty()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

impl Read for Utf8<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() {
            self.refill()?;
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_and_long_surrogates() {
        let text = "key = värde 🔑\n".repeat(9_000);
        for big_endian in [false, true] {
            let bytes: Vec<u8> = std::iter::once(0xfeff)
                .chain(text.encode_utf16())
                .flat_map(|unit| {
                    if big_endian {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect();
            let mut utf8 = Utf8 {
                reader: &mut &bytes[..],
                big_endian,
                input: Vec::new(),
                output: Vec::new(),
                broken: None,
                given: 0,
            };
            let mut back = String::new();
            utf8.read_to_string(&mut back).unwrap();
            assert!(back == text);
        }
    }
}
