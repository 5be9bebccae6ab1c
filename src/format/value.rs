//! A value of a column, read only as far as somebody asks.
//!
//! The buffer it stands in enters; its first bytes leave, as many as are asked
//! for. Shared by the readers of tables.

use std::io::{self, Read};

use super::FormatError;
use super::bytes::Bytes;

/// A value where it stands: read only as far as somebody asks.
pub struct Value<'v> {
    pub(super) input: &'v mut dyn Ahead,
    /// Bytes of the value.
    pub len: u64,
    /// Place of its first byte in the file, if it stands there as it is.
    pub place: Option<u64>,
    pub(super) read: u64,
    pub(super) held: &'v mut Vec<u8>,
}

/// What a value needs of the buffer it stands in.
pub(super) trait Ahead {
    /// Up to `n` next bytes, left in place; fewer than asked only at the end, or
    /// where no more can be held.
    fn ahead(&mut self, n: usize) -> io::Result<&[u8]>;
    /// Appends the next `n` bytes to `out`.
    fn append(&mut self, out: &mut Vec<u8>, n: u64) -> io::Result<u64>;
}

impl<R: Read> Ahead for Bytes<R> {
    fn ahead(&mut self, n: usize) -> io::Result<&[u8]> {
        self.lookahead(n)
    }

    fn append(&mut self, out: &mut Vec<u8>, n: u64) -> io::Result<u64> {
        Self::append(self, out, n)
    }
}

impl Value<'_> {
    /// The first bytes of the value, at most `most` of them.
    pub fn bytes(&mut self, most: u64) -> io::Result<&[u8]> {
        let wanted = self.len.min(most);
        if self.read == 0 && wanted <= 64 * 1024 {
            let found = self.input.ahead(wanted as usize)?;
            let whole = found.len() as u64 == wanted;
            return if whole { Ok(found) } else { Err(ends()) };
        }
        if self.read < wanted {
            let got = self.input.append(self.held, wanted - self.read)?;
            self.read += got;
            if self.read < wanted {
                return Err(ends());
            }
        }
        let held = usize::try_from(wanted).unwrap_or(usize::MAX);
        Ok(&self.held[..held.min(self.held.len())])
    }
}

fn ends() -> io::Error {
    let what = "value of a column";
    FormatError::Truncated { what, offset: 0 }.into()
}

/// Bytes that are in memory already.
pub(super) struct InMemory<'a>(pub(super) &'a [u8]);

impl Ahead for InMemory<'_> {
    fn ahead(&mut self, n: usize) -> io::Result<&[u8]> {
        Ok(&self.0[..n.min(self.0.len())])
    }

    fn append(&mut self, out: &mut Vec<u8>, n: u64) -> io::Result<u64> {
        let n = usize::try_from(n).unwrap_or(usize::MAX).min(self.0.len());
        let (now, rest) = self.0.split_at(n);
        out.extend_from_slice(now);
        self.0 = rest;
        Ok(n as u64)
    }
}
