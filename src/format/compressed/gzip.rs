//! The header of a gzip member, whose fields may hold paths and comments.

use std::io::Read;

use super::Streams;
use crate::format::FormatError;

/// Most bytes kept of a file name or comment.
const TEXT: usize = 64 * 1024;

/// An extra field of this many bytes is only a number, such as the block length
/// that bgzip writes into each of its thousands of members.
const NUMBER: usize = 8;

const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const HEADER_SUM: u8 = 2;

impl<R: Read> Streams<R> {
    /// Passes the header, keeps its texts.
    pub(super) fn gzip_header(&mut self) -> Result<(), FormatError> {
        let what = "gzip header";
        let input = self.unpack.input();
        let begin = input.offset();
        let Some(fixed) = input.array::<10>()? else {
            let offset = begin;
            return Err(FormatError::Truncated { what, offset });
        };
        let flags = fixed[3];
        if flags & EXTRA != 0 {
            let Some(length) = input.array::<2>()? else {
                return Err(self.truncated(what));
            };
            let offset = input.offset();
            let length = u64::from(u16::from_le_bytes(length));
            let mut bytes = Vec::new();
            if input.append(&mut bytes, length)? < length {
                return Err(self.truncated(what));
            }
            if bytes.len() > NUMBER {
                self.keep("extra field", offset, bytes);
            }
        }
        for (flag, what) in [(NAME, "file name"), (COMMENT, "comment")] {
            if flags & flag != 0 {
                self.gzip_text(what)?;
            }
        }
        if flags & HEADER_SUM != 0 {
            self.unpack.input().skip(2)?;
        }
        // CRC and size follow the data.
        self.trailer = 8;
        Ok(())
    }

    /// A text that ends with a zero.
    fn gzip_text(&mut self, what: &'static str) -> Result<(), FormatError> {
        let mut bytes = Vec::new();
        let offset = self.unpack.input().offset();
        loop {
            match self.unpack.input().next()? {
                None => {
                    self.keep(what, offset, bytes);
                    return Err(self.truncated("gzip header"));
                }
                Some(0) => break,
                Some(byte) if bytes.len() < TEXT => bytes.push(byte),
                Some(_) => self.asides_cut = true,
            }
        }
        self.keep(what, offset, bytes);
        Ok(())
    }
}
