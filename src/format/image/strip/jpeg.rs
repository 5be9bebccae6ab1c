//! The segments of a JPEG, and which of them stay.
//!
//! A reader enters; the plan of the stripped picture and where the old one ends
//! leave. Tables, frames and coded pixels stay, of the application segments the
//! head of JFIF, colour profiles and Adobe's flag of the colour space.

use std::io::{Read, Seek};

use super::Plan;
use crate::format::FormatError;
use crate::format::bytes::{Bytes, seek_past};
use crate::format::image::jpeg::{EXIF, WHAT, XMP, pass_pixels};

const MORE_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";

pub(super) fn plan<R: Read + Seek>(reader: &mut R, plan: &mut Plan) -> Result<u64, FormatError> {
    let mut input = Bytes::with_skip(reader, |reader, n| seek_past(*reader, n));
    input.skip(2)?;
    plan.keep(0..2);
    let mut pixels = false;
    loop {
        // Fill bytes before a marker go too, or one might come to stand where a
        // JPEG is told by its first segment.
        while *input.lookahead(2)? == [0xff, 0xff] {
            input.consume(1);
        }
        let offset = input.offset();
        let malformed = FormatError::Malformed { what: WHAT, offset };
        match input.array::<2>()?.ok_or_else(|| broken(offset))? {
            [0xff, 0xd9] if pixels => {
                plan.keep(offset..input.offset());
                plan.turn(|exif| segment(0xe1, &[EXIF, &exif].concat()));
                return Ok(input.offset());
            }
            [0xff, 0xd0..=0xd7] => plan.keep(offset..input.offset()),
            [0xff, 0xd8 | 0xd9] => return Err(malformed),
            [0xff, kind @ 0xc0..=0xfe] => {
                let length = input.array::<2>()?.ok_or_else(|| broken(offset))?;
                let length = u64::from(u16::from_be_bytes(length));
                let length = length.checked_sub(2).ok_or(malformed)?;
                let mut data = Vec::new();
                if input.append(&mut data, length)? < length {
                    return Err(broken(offset));
                }
                if kind == 0xda {
                    pixels = true;
                    if !pass_pixels(&mut input)? {
                        return Err(broken(offset));
                    }
                }
                sort(plan, kind, &data, offset..input.offset());
            }
            _ => return Err(malformed),
        }
    }
}

fn broken(offset: u64) -> FormatError {
    FormatError::Truncated { what: WHAT, offset }
}

/// Keeps a segment at `range`, or leaves it out.
fn sort(plan: &mut Plan, kind: u8, data: &[u8], range: std::ops::Range<u64>) {
    match (kind, data) {
        (0xe0, [b'J', b'F', b'I', b'F', 0, ..]) if data.len() > 14 => {
            // A small picture of its own, perhaps not even of this one.
            let mut head = data[..14].to_vec();
            head[12..].fill(0);
            plan.put(segment(kind, &head));
            plan.forget("thumbnail");
        }
        (0xee, [b'A', b'd', b'o', b'b', b'e', ..]) if data.len() > 12 => {
            plan.put(segment(kind, &data[..12]));
            plan.forget("application segment APP14");
        }
        (0xe0, [b'J', b'F', b'I', b'F', 0, ..])
        | (0xee, [b'A', b'd', b'o', b'b', b'e', ..])
        | (0xc0..=0xdf | 0xf0..=0xfd, _) => plan.keep(range),
        (0xe2, _) if data.starts_with(b"ICC_PROFILE\0") => plan.keep(range),
        (0xe1, _) if data.starts_with(EXIF) => plan.exif(&data[EXIF.len()..], range),
        (0xe1, _) if data.starts_with(XMP) => plan.xmp(data),
        (0xe0, [b'J', b'F', b'X', b'X', 0, ..]) => plan.forget("thumbnail"),
        (0xe1, _) if data.starts_with(MORE_XMP) => plan.forget("XMP"),
        (0xe2, _) if data.starts_with(b"MPF\0") => plan.forget("list of further pictures"),
        (0xeb, [b'J', b'P', ..]) => plan.forget("C2PA/JUMBF"),
        (0xed, _) if data.starts_with(b"Photoshop 3.0\0") => plan.forget("IPTC"),
        (0xfe, _) => plan.forget("comment"),
        _ => plan.forget(&format!("application segment APP{}", kind & 15)),
    }
}

/// A segment of at most 64 KiB.
fn segment(kind: u8, data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u16).saturating_add(2).to_be_bytes();
    [&[0xff, kind], &length[..], data].concat()
}
