//! The chunks of a WebP.
//!
//! A reader enters; Exif, XMP and the end of the picture leave.

use std::io::{Read, Seek, SeekFrom};

use super::{Carried, LONGEST, PictureSink, exif_block};
use crate::format::FormatError;

/// Most chunks looked at: an animation has some for each frame.
pub(super) const MOST: usize = 1 << 20;

pub(super) fn read<R: Read + Seek>(
    reader: &mut R,
    len: u64,
    sink: &mut PictureSink<'_>,
) -> Result<Option<u64>, FormatError> {
    let mut head = [0; 8];
    reader.read_exact(&mut head)?;
    let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    let end = 8 + size;
    let what = "a chunk of a WebP";
    if end > len {
        return Err(FormatError::Truncated { what, offset: 0 });
    }
    let mut at = 12;
    let mut left = LONGEST;
    for _ in 0..MOST {
        if at + 8 > end {
            // A pad byte makes the size even.
            return Ok(Some((end + (end & 1)).min(len)));
        }
        reader.seek(SeekFrom::Start(at))?;
        reader.read_exact(&mut head)?;
        let length = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let data = at + 8;
        if data + length > end {
            let offset = at;
            return Err(FormatError::Truncated { what, offset });
        }
        if matches!(&head[..4], b"EXIF" | b"XMP ") {
            if length > left {
                let what = "16 MiB of texts in a WebP";
                sink(Carried::Unread(FormatError::Limit { what }));
            } else {
                left -= length;
                let mut chunk = Vec::new();
                (&mut *reader).take(length).read_to_end(&mut chunk)?;
                if &head[..4] == b"EXIF" {
                    exif_block(&chunk, sink);
                } else {
                    let (key, text, at) = ("xmp", &chunk[..], Some(data));
                    sink(Carried::Text { key, text, at });
                }
            }
        }
        at = data + length + (length & 1);
    }
    let what = "number of chunks of a WebP";
    Err(FormatError::Limit { what })
}
