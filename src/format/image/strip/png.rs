//! The chunks of a PNG, and which of them stay.
//!
//! A reader enters; the plan of the stripped picture and where the old one ends
//! leave. Chunks that decoders must know stay, and those of the others that say
//! something about colours, sizes and the frames of an animation. Checksums are
//! copied, not checked.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::{Plan, named};
use crate::format::FormatError;
use crate::format::image::png::{MOST, text};
use crate::format::image::{Carried, LONGEST};

const WHAT: &str = "a chunk of a PNG";

/// Chunks beside the critical ones that stay; of the PNG specification, third
/// edition, and its extensions.
const KEPT: [&[u8; 4]; 22] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"mDCv", b"cLLI", b"cLLi",
    b"sBIT", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"oFFs", b"sCAL",
    b"sTER", b"pCAL",
];

/// Longest keyword of a text, with the zero behind it.
const KEYWORD: u64 = 80;

pub(super) fn plan<R: Read + Seek>(
    reader: &mut R,
    len: u64,
    plan: &mut Plan,
) -> Result<u64, FormatError> {
    let mut at = 8;
    let mut pixels = false;
    let mut left = LONGEST;
    plan.keep(0..at);
    for index in 0..MOST {
        let offset = at;
        let malformed = FormatError::Malformed { what: WHAT, offset };
        reader.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        reader
            .read_exact(&mut head)
            .map_err(|_| FormatError::Truncated { what: WHAT, offset })?;
        let [a, b, c, d, name @ ..] = head;
        let data = at + 8;
        let end = data + u64::from(u32::from_be_bytes([a, b, c, d])) + 4;
        if end > len {
            return Err(FormatError::Truncated { what: WHAT, offset });
        }
        let begins = index > 0 || matches!(&name, b"IHDR" | b"CgBI");
        if !begins || !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(malformed);
        }
        if name[0].is_ascii_uppercase() || KEPT.contains(&&name) {
            plan.keep(at..end);
        } else {
            let chunk = Chunk {
                name,
                at,
                data,
                end,
            };
            chunk.sort(reader, plan, &mut left)?;
        }
        at = end;
        match &name {
            b"IDAT" => pixels = true,
            b"IEND" if pixels => {
                plan.turn(|exif| framed(*b"eXIf", &exif));
                return Ok(at);
            }
            b"IEND" => return Err(malformed),
            _ => {}
        }
    }
    let what = "number of chunks of a PNG";
    Err(FormatError::Limit { what })
}

/// A chunk that decoding does not need: from `at`, its data from `data`, to
/// behind its checksum at `end`.
struct Chunk {
    name: [u8; 4],
    at: u64,
    data: u64,
    end: u64,
}

impl Chunk {
    fn sort<R: Read>(
        &self,
        reader: &mut R,
        plan: &mut Plan,
        left: &mut u64,
    ) -> Result<(), FormatError> {
        match &self.name {
            b"eXIf" => {
                let block = self.hold(reader, Vec::new(), left)?;
                plan.exif(&block, self.at..self.end);
            }
            b"tEXt" | b"zTXt" | b"iTXt" => self.text(reader, plan, left)?,
            b"tIME" => plan.forget("time"),
            b"caBX" => plan.forget("C2PA/JUMBF"),
            name => plan.forget(&named("chunk", name)),
        }
        Ok(())
    }

    /// Of the texts, only those that may tell how the picture is turned are read
    /// beyond their keywords.
    fn text<R: Read>(
        &self,
        reader: &mut R,
        plan: &mut Plan,
        left: &mut u64,
    ) -> Result<(), FormatError> {
        let length = self.data_range().end - self.data;
        let mut chunk = Vec::new();
        reader.take(length.min(KEYWORD)).read_to_end(&mut chunk)?;
        let end = memchr::memchr(0, &chunk).unwrap_or(chunk.len());
        let key = chunk.get(..end).unwrap_or_default().to_vec();
        let is_xmp = key == b"XML:com.adobe.xmp";
        // What ImageMagick wrote before there was a chunk for Exif.
        if is_xmp || key == b"Raw profile type exif" {
            let chunk = self.hold(reader, chunk, left)?;
            text(self.name, &chunk, self.data, left, &mut |carried| {
                let Carried::Text { text, .. } = carried else {
                    return;
                };
                let here = plan.pieces.len();
                if is_xmp {
                    plan.turn.xmp(text, here);
                } else {
                    plan.turn.exif(&profile(text), here);
                }
            });
        }
        if is_xmp {
            plan.forget("XMP");
        } else {
            plan.forget(&named("text chunk", &key));
        }
        Ok(())
    }

    fn data_range(&self) -> Range<u64> {
        self.data..self.end.saturating_sub(4)
    }

    /// The data, of which `begun` was read before.
    fn hold<R: Read>(
        &self,
        reader: &mut R,
        mut begun: Vec<u8>,
        left: &mut u64,
    ) -> Result<Vec<u8>, FormatError> {
        let range = self.data_range();
        let length = range.end.saturating_sub(range.start);
        let what = "16 MiB of Exif and XMP in a PNG";
        *left = left
            .checked_sub(length)
            .ok_or(FormatError::Limit { what })?;
        let rest = length.saturating_sub(begun.len() as u64);
        reader.take(rest).read_to_end(&mut begun)?;
        Ok(begun)
    }
}

/// The block of a profile in hexadecimal digits, behind an empty line, its kind
/// and its length.
fn profile(text: &[u8]) -> Vec<u8> {
    let mut lines = text.splitn(4, |&byte| byte == b'\n');
    let digits: Vec<u8> = lines
        .nth(3)
        .unwrap_or_default()
        .iter()
        .filter_map(|&byte| char::from(byte).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
        .collect()
}

/// A chunk with its length and checksum.
fn framed(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u32).to_be_bytes();
    let named = [&name[..], data].concat();
    [&length[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}
