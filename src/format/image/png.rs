//! The chunks of a PNG.
//!
//! A reader enters; texts, Exif and the end of the picture leave. A chunk's
//! checksum is not believed: viewers do not check those of texts.

use std::io::{Read, Seek, SeekFrom};

use super::{Carried, LONGEST, PictureSink, exif_block, inflate};
use crate::format::FormatError;

/// Most chunks looked at: one of a real picture holds 8 KiB and more.
pub(super) const MOST: usize = 1 << 20;

pub(super) fn read<R: Read + Seek>(
    reader: &mut R,
    len: u64,
    sink: &mut PictureSink<'_>,
) -> Result<Option<u64>, FormatError> {
    let mut at = 8;
    let mut left = LONGEST;
    for _ in 0..MOST {
        reader.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        let what = "a chunk of a PNG";
        let offset = at;
        reader
            .read_exact(&mut head)
            .map_err(|_| FormatError::Truncated { what, offset })?;
        let length = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let name = [head[4], head[5], head[6], head[7]];
        let data = at + 8;
        let end = data + length + 4;
        if end > len {
            return Err(FormatError::Truncated { what, offset });
        }
        if matches!(&name, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"caBX") {
            if length > left {
                let what = "16 MiB of texts in a PNG";
                sink(Carried::Unread(FormatError::Limit { what }));
            } else {
                left -= length;
                let mut chunk = Vec::new();
                (&mut *reader).take(length).read_to_end(&mut chunk)?;
                text(name, &chunk, data, &mut left, sink);
            }
        }
        at = end;
        if &name == b"IEND" {
            return Ok(Some(at));
        }
    }
    let what = "number of chunks of a PNG";
    Err(FormatError::Limit { what })
}

/// A chunk that holds text; `data` is where it stands. What is unpacked counts
/// against what is `left` for all of them.
pub(super) fn text(
    name: [u8; 4],
    chunk: &[u8],
    data: u64,
    left: &mut u64,
    sink: &mut PictureSink<'_>,
) {
    if &name == b"eXIf" {
        return exif_block(chunk, sink);
    }
    let (key, rest) = match memchr::memchr(0, chunk) {
        Some(end) if &name != b"caBX" => (&chunk[..end], &chunk[end + 1..]),
        _ => (&name[..], chunk),
    };
    let key = String::from_utf8_lossy(key);
    let place = |tail: &[u8]| data + (chunk.len() - tail.len()) as u64;
    let mut packed = |packed: &[u8], sink: &mut PictureSink<'_>| match inflate(packed, *left) {
        Ok(text) => {
            *left = left.saturating_sub(text.len() as u64);
            sink(Carried::Text {
                key: &key,
                text: &text,
                at: None,
            });
        }
        Err(error) => sink(Carried::Unread(error)),
    };
    match (&name, rest) {
        (b"zTXt", [_, tail @ ..]) => packed(tail, sink),
        (b"iTXt", [flag, _, tail @ ..]) => {
            // Language and translated key stand before the text.
            let mut tail = tail;
            for _ in 0..2 {
                tail = memchr::memchr(0, tail).map_or(&[], |end| &tail[end + 1..]);
            }
            if *flag == 0 {
                let at = Some(place(tail));
                let (key, text) = (&*key, tail);
                sink(Carried::Text { key, text, at });
            } else {
                packed(tail, sink);
            }
        }
        _ => {
            let at = Some(place(rest));
            let (key, text) = (&*key, rest);
            sink(Carried::Text { key, text, at });
        }
    }
}
