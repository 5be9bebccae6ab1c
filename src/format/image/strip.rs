//! Pictures without what stands beside their pixels.
//!
//! A seekable picture enters; the same picture without Exif, XMP, comments and
//! other texts leaves, and the names of what was taken out. Coded pixels, colour
//! profiles and all else that decoding needs are copied byte for byte. Only how
//! the picture is turned survives of its Exif: without it, viewers would show
//! it lying on its side.
//!
//! The whole picture is looked through before the first byte is written, so a
//! damaged one is an error and no half of a picture.

mod gif;
mod jpeg;
mod orientation;
mod png;
#[cfg(test)]
mod tests;
mod webp;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use super::Picture;
use crate::format::FormatError;
use orientation::Turn;

/// Most distinct names listed.
const NAMES: usize = 64;

/// What was taken out of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stripped {
    /// Its names, such as `EXIF`, ``text chunk `parameters` `` or `data behind the
    /// end`: each once, in the order of the file, at most 64 of them and then
    /// `more`. Never a value.
    pub dropped: Vec<String>,
    /// Did anything change? The output is a copy of the input otherwise.
    pub changed: bool,
}

/// Writes `input` to `output` without its metadata.
///
/// JPEG, PNG, WebP and GIF. Data behind the end of the picture is dropped too:
/// phones append films and further pictures there, with metadata of their own.
/// A picture stripped before comes out unchanged.
///
/// # Errors
///
/// `Unsupported` for TIFF, where the tags that tell of people stand between
/// those that say how to decode. `Truncated` and `Malformed` for a damaged
/// picture, before anything was written. What was written before an `Io` is no
/// picture.
pub fn strip<R: Read + Seek>(
    picture: Picture,
    input: &mut R,
    output: &mut dyn Write,
) -> Result<Stripped, FormatError> {
    let len = input.seek(SeekFrom::End(0))?;
    input.rewind()?;
    let mut plan = Plan::default();
    let end = match picture {
        Picture::Jpeg => jpeg::plan(input, &mut plan)?,
        Picture::Png => png::plan(input, len, &mut plan)?,
        Picture::WebP => webp::plan(input, len, &mut plan)?,
        Picture::Gif => gif::plan(input, &mut plan)?,
        Picture::Tiff => {
            let what = "stripping of a TIFF picture: its metadata stand among the tags it needs";
            return Err(FormatError::Unsupported { what });
        }
    };
    if end < len {
        plan.forget("data behind the end");
    }
    let changed = !plan.dropped.is_empty();
    if !changed {
        plan.pieces = vec![Piece::Copy(0..len)];
    }
    plan.write(input, output)?;
    Ok(Stripped {
        dropped: plan.dropped,
        changed,
    })
}

/// How the new picture is put together.
#[derive(Default)]
struct Plan {
    pieces: Vec<Piece>,
    /// Names of what is left out.
    dropped: Vec<String>,
    turn: Turn,
}

/// A part of the new picture.
enum Piece {
    /// Bytes of the old one.
    Copy(Range<u64>),
    /// New bytes.
    New(Vec<u8>),
}

impl Plan {
    /// Goes on with these bytes of the input.
    fn keep(&mut self, range: Range<u64>) {
        match self.pieces.last_mut() {
            Some(Piece::Copy(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Copy(range)),
        }
    }

    /// Goes on with new bytes.
    fn put(&mut self, bytes: Vec<u8>) {
        self.pieces.push(Piece::New(bytes));
    }

    /// Leaves something out that goes by this name.
    fn forget(&mut self, name: &str) {
        let listed = self.dropped.iter().any(|dropped| dropped == name);
        if !listed && self.dropped.len() < NAMES {
            self.dropped.push(name.to_owned());
        } else if !listed && self.dropped.len() == NAMES {
            self.dropped.push("more".to_owned());
        }
    }

    /// An Exif block at `range`. It is kept where it is `minimal`, that is what
    /// would be written for its orientation, and the first one.
    fn exif(&mut self, block: &[u8], range: Range<u64>) {
        let here = self.pieces.len();
        if self.turn.exif(block, here) {
            self.keep(range);
        } else {
            self.forget("EXIF");
        }
    }

    /// A packet of XMP, which is left out.
    fn xmp(&mut self, packet: &[u8]) {
        self.turn.xmp(packet, self.pieces.len());
        self.forget("XMP");
    }

    /// Says again how the picture is turned, where that was left out; `framed`
    /// makes a block of the container of the minimal Exif.
    fn turn(&mut self, framed: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        if let Some((place, exif)) = self.turn.missing() {
            let place = place.min(self.pieces.len());
            self.pieces.insert(place, Piece::New(framed(exif)));
        }
    }

    /// Length of the new picture.
    fn len(&self) -> u64 {
        let length = |piece: &Piece| match piece {
            Piece::Copy(range) => range.end.saturating_sub(range.start),
            Piece::New(bytes) => bytes.len() as u64,
        };
        self.pieces.iter().map(length).sum()
    }

    fn write<R: Read + Seek>(
        &self,
        input: &mut R,
        output: &mut dyn Write,
    ) -> Result<(), FormatError> {
        for piece in &self.pieces {
            match piece {
                Piece::Copy(range) => copy(input, range.clone(), output)?,
                Piece::New(bytes) => output.write_all(bytes).map_err(FormatError::Io)?,
            }
        }
        Ok(())
    }
}

/// Copies a range, or fails where the input got shorter meanwhile.
fn copy<R: Read + Seek>(
    input: &mut R,
    range: Range<u64>,
    output: &mut dyn Write,
) -> Result<(), FormatError> {
    let offset = input.seek(SeekFrom::Start(range.start))?;
    let length = range.end.saturating_sub(range.start);
    let copied = io::copy(&mut input.take(length), output)?;
    if copied < length {
        let what = "a picture that changed while it was read";
        return Err(FormatError::Truncated { what, offset });
    }
    Ok(())
}

/// A key as it may be listed: short and of plain letters, or not at all, since a
/// key can hold anything.
fn named(kind: &str, key: &[u8]) -> String {
    let plain = |&byte: &u8| byte.is_ascii_alphanumeric() || b" _-:.".contains(&byte);
    match std::str::from_utf8(key) {
        Ok(key) if (1..=79).contains(&key.len()) && key.as_bytes().iter().all(plain) => {
            format!("{kind} `{key}`")
        }
        _ => kind.to_owned(),
    }
}
