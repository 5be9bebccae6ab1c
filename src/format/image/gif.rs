//! The blocks of a GIF.
//!
//! A reader enters; comments, application texts and the end of the picture
//! leave.

use std::io::{Read, Seek};

use super::{Carried, LONGEST, PictureSink};
use crate::format::FormatError;
use crate::format::bytes::{Bytes, seek_past};

pub(super) const WHAT: &str = "a GIF picture";

pub(super) fn read<R: Read + Seek>(
    reader: &mut R,
    sink: &mut PictureSink<'_>,
) -> Result<Option<u64>, FormatError> {
    let mut blocks = Blocks {
        input: Bytes::with_skip(reader, |reader, n| seek_past(*reader, n)),
    };
    let screen = blocks.array::<13>()?;
    blocks.pass(colours(screen[10]))?;
    loop {
        let offset = blocks.input.offset();
        match blocks.array()? {
            [0x3b] => return Ok(Some(blocks.input.offset())),
            [0x21] => {
                let [label] = blocks.array()?;
                let text = blocks.text(LONGEST)?;
                let key = match label {
                    0xfe => "comment",
                    0xff => "application",
                    0x01 => "text",
                    _ => continue,
                };
                let (text, at) = (&text[..], None);
                sink(Carried::Text { key, text, at });
            }
            [0x2c] => {
                let picture = blocks.array::<9>()?;
                blocks.pass(colours(picture[8]) + 1)?;
                blocks.text(0)?;
            }
            _ => return Err(FormatError::Malformed { what: WHAT, offset }),
        }
    }
}

/// Bytes of the table of colours that these flags announce.
pub(super) fn colours(flags: u8) -> u64 {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

pub(super) struct Blocks<R> {
    pub(super) input: Bytes<R>,
}

impl<R: Read> Blocks<R> {
    fn truncated(&self) -> FormatError {
        let offset = self.input.offset();
        FormatError::Truncated { what: WHAT, offset }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        self.input.array()?.ok_or_else(|| self.truncated())
    }

    pub(super) fn pass(&mut self, bytes: u64) -> Result<(), FormatError> {
        if self.input.skip(bytes)? < bytes {
            return Err(self.truncated());
        }
        Ok(())
    }

    /// A chain of blocks, of which at most so many bytes are kept.
    pub(super) fn text(&mut self, most: u64) -> Result<Vec<u8>, FormatError> {
        let mut text = Vec::new();
        loop {
            let [length] = self.array()?;
            if length == 0 {
                return Ok(text);
            }
            let length = u64::from(length);
            if text.len() as u64 + length <= most {
                if self.input.append(&mut text, length)? < length {
                    return Err(self.truncated());
                }
            } else {
                self.pass(length)?;
            }
        }
    }
}
