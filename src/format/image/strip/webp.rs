//! The chunks of a WebP, and which of them stay.
//!
//! A reader enters; the plan of the stripped picture and where the old one ends
//! leave. The header's flags and the size of the RIFF file follow what stays.
//! Frames of an animation are copied whole.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::{Piece, Plan, named};
use crate::format::FormatError;
use crate::format::image::LONGEST;
use crate::format::image::riff::MOST;

const WHAT: &str = "a chunk of a WebP";

/// Flags of the header `VP8X`.
const EXIF: u8 = 8;
const XMP: u8 = 4;

/// What was met so far.
struct Walk<'p> {
    plan: &'p mut Plan,
    /// Length of the file.
    len: u64,
    /// Flags of the header, and its place among the pieces.
    header: Option<(u8, usize)>,
    pixels: bool,
    /// Bytes of metadata that may still be read.
    left: u64,
}

pub(super) fn plan<R: Read + Seek>(
    reader: &mut R,
    len: u64,
    plan: &mut Plan,
) -> Result<u64, FormatError> {
    let (_, size) = head(reader, 0)?;
    let end = 8 + size;
    if end > len {
        return Err(truncated(0));
    }
    // The size is written anew at the end.
    plan.keep(0..4);
    plan.put(size_of(size));
    plan.keep(8..12);
    let mut walk = Walk {
        plan,
        len,
        header: None,
        pixels: false,
        left: LONGEST,
    };
    let mut at = 12;
    for _ in 0..MOST {
        if at + 8 > end {
            if !walk.pixels {
                return Err(malformed(at));
            }
            walk.finish();
            return Ok(at.min(len));
        }
        let (name, length) = head(reader, at)?;
        let data = at + 8;
        if data + length > end {
            return Err(truncated(at));
        }
        walk.sort(reader, name, at..data, length)?;
        at = data + length + (length & 1);
    }
    let what = "number of chunks of a WebP";
    Err(FormatError::Limit { what })
}

impl Walk<'_> {
    /// Keeps a chunk, or leaves it out; the reader stands at its data.
    fn sort<R: Read>(
        &mut self,
        reader: &mut R,
        name: [u8; 4],
        head: Range<u64>,
        length: u64,
    ) -> Result<(), FormatError> {
        let next = head.end + length + (length & 1);
        let whole = head.start..next.min(self.len);
        let announced = self.header.map_or(0, |(flags, _)| flags);
        match &name {
            b"VP8X" if head.start == 12 && length == 10 => {
                let mut flags = [0];
                reader.read_exact(&mut flags)?;
                self.header = Some((flags[0], self.plan.pieces.len()));
                // Flags are four bytes, of which one is used.
                let begin = [b"VP8X", &size_of(length)[..], &flags].concat();
                self.plan.put(begin);
                self.plan.keep(head.end + 1..next);
            }
            b"VP8X" => return Err(malformed(head.start)),
            b"VP8 " | b"VP8L" | b"ANMF" | b"ALPH" | b"ANIM" | b"ICCP" => {
                self.pixels |= matches!(&name, b"VP8 " | b"VP8L" | b"ANMF");
                self.plan.keep(whole);
                if next > self.len {
                    self.plan.put(vec![0]);
                }
            }
            b"EXIF" if announced & EXIF != 0 => {
                let block = held(reader, length, &mut self.left)?;
                self.plan.exif(&block, whole);
            }
            b"XMP " if announced & XMP != 0 => {
                let packet = held(reader, length, &mut self.left)?;
                self.plan.xmp(&packet);
            }
            // Decoders pass those over that the header does not announce.
            b"EXIF" => self.plan.forget("EXIF"),
            b"XMP " => self.plan.forget("XMP"),
            b"C2PA" => self.plan.forget("C2PA/JUMBF"),
            name => self.plan.forget(&named("chunk", name)),
        }
        Ok(())
    }

    /// Sets the flags and the size.
    fn finish(self) {
        let plan = self.plan;
        if let Some((old, place)) = self.header {
            let told = if plan.turn.is_turned() { EXIF } else { 0 };
            let flags = old & !(EXIF | XMP) | told;
            if flags != old && plan.dropped.is_empty() {
                plan.forget("announcement of metadata");
            }
            if let Some(Piece::New(begin)) = plan.pieces.get_mut(place)
                && let Some(last) = begin.last_mut()
            {
                *last = flags;
            }
            plan.turn(|exif| [b"EXIF", &size_of(exif.len() as u64)[..], &exif].concat());
        }
        let size = size_of(plan.len().saturating_sub(8));
        if let Some(Piece::New(bytes)) = plan.pieces.get_mut(1) {
            *bytes = size;
        }
    }
}

fn truncated(offset: u64) -> FormatError {
    FormatError::Truncated { what: WHAT, offset }
}

fn malformed(offset: u64) -> FormatError {
    FormatError::Malformed { what: WHAT, offset }
}

/// Name and length of the chunk at `offset`; the reader then stands at its data.
fn head<R: Read + Seek>(reader: &mut R, offset: u64) -> Result<([u8; 4], u64), FormatError> {
    reader.seek(SeekFrom::Start(offset))?;
    let mut head = [0; 8];
    reader
        .read_exact(&mut head)
        .map_err(|_| truncated(offset))?;
    let [a, b, c, d, length @ ..] = head;
    Ok(([a, b, c, d], u64::from(u32::from_le_bytes(length))))
}

fn held<R: Read>(reader: &mut R, length: u64, left: &mut u64) -> Result<Vec<u8>, FormatError> {
    let what = "16 MiB of Exif and XMP in a WebP";
    *left = left
        .checked_sub(length)
        .ok_or(FormatError::Limit { what })?;
    let mut chunk = Vec::new();
    reader.take(length).read_to_end(&mut chunk)?;
    Ok(chunk)
}

/// A length as RIFF writes it. Nothing gets longer here than the 4 GiB that it
/// came out of, but for the few bytes of the orientation.
fn size_of(length: u64) -> Vec<u8> {
    u32::try_from(length)
        .unwrap_or(u32::MAX)
        .to_le_bytes()
        .to_vec()
}
