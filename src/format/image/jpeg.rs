//! The segments of a JPEG.
//!
//! A reader enters; Exif, XMP, comments and other application texts, and the
//! end of the picture leave.

use std::io::{Read, Seek};

use super::{Carried, PictureSink, exif_block};
use crate::format::FormatError;
use crate::format::bytes::{Bytes, seek_past};

pub(super) const EXIF: &[u8] = b"Exif\0\0";
pub(super) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
pub(super) const WHAT: &str = "a segment of a JPEG";

pub(super) fn read<R: Read + Seek>(
    reader: &mut R,
    sink: &mut PictureSink<'_>,
) -> Result<Option<u64>, FormatError> {
    let mut input = Bytes::with_skip(reader, |reader, n| seek_past(*reader, n));
    input.skip(2)?;
    loop {
        let offset = input.offset();
        let broken = || FormatError::Truncated { what: WHAT, offset };
        // Fill bytes may stand before a marker.
        if *input.lookahead(2)? == [0xff, 0xff] {
            input.consume(1);
            continue;
        }
        let marker = input.array::<2>()?.ok_or_else(broken)?;
        match marker {
            [0xff, 0xd9] => return Ok(Some(input.offset())),
            [0xff, 0x01 | 0xd0..=0xd8] => {}
            [0xff, kind] => {
                let length = input.array::<2>()?.ok_or_else(broken)?;
                let length = u64::from(u16::from_be_bytes(length).saturating_sub(2));
                let data = input.offset();
                let mut segment = Vec::new();
                if input.append(&mut segment, length)? < length {
                    return Err(broken());
                }
                text(kind, &segment, data, sink);
                if kind == 0xda && !pass_pixels(&mut input)? {
                    return Err(broken());
                }
            }
            _ => return Err(FormatError::Malformed { what: WHAT, offset }),
        }
    }
}

fn text(kind: u8, segment: &[u8], at: u64, sink: &mut PictureSink<'_>) {
    let (key, skipped) = match kind {
        0xfe => ("comment", 0),
        0xe1 if segment.starts_with(EXIF) => return exif_block(segment, sink),
        0xe1 if segment.starts_with(XMP) => ("xmp", XMP.len()),
        // APP0 is the JFIF header, APP2 colour profiles, APP14 a flag of Adobe's.
        0xe1 | 0xe3..=0xed | 0xef => ("application", 0),
        _ => return,
    };
    sink(Carried::Text {
        key,
        text: &segment[skipped..],
        at: Some(at + skipped as u64),
    });
}

/// Passes the coded pixels up to the next marker; `false` where the input ends
/// before one.
pub(super) fn pass_pixels<R: Read>(input: &mut Bytes<R>) -> std::io::Result<bool> {
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            return Ok(false);
        }
        let passed = memchr::memchr(0xff, chunk).unwrap_or(chunk.len());
        input.consume(passed);
        match *input.lookahead(2)? {
            // Stuffed zeros and restart marks are pixels still.
            [0xff, 0 | 0xd0..=0xd7] => input.consume(2),
            [0xff, 0xff] => input.consume(1),
            [0xff, _] => return Ok(true),
            [0xff] => input.consume(1),
            _ => {}
        }
    }
}
