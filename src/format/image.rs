//! Texts beside the pixels of pictures: PNG, JPEG, WebP, TIFF and GIF.
//!
//! A seekable reader enters; texts with their keys, blocks of Exif and XMP, and
//! where the picture ends leave. Pixels are passed over.

pub mod exif;
mod gif;
mod jpeg;
mod png;
mod riff;
pub mod strip;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek, SeekFrom};

use super::FormatError;

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Picture {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP, a RIFF file.
    WebP,
    /// TIFF, and the raw formats of cameras built on it.
    Tiff,
    /// GIF.
    Gif,
}

impl Picture {
    /// Its name in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::WebP => "a WebP picture",
            Self::Tiff => "a TIFF picture",
            Self::Gif => "a GIF picture",
        }
    }
}

/// What a picture carries.
#[derive(Debug)]
pub enum Carried<'a> {
    /// A text, decompressed where it was not stored as it is.
    Text {
        /// Its key, or the name of the chunk it stands in.
        key: &'a str,
        /// The text.
        text: &'a [u8],
        /// Where it stands, if it stands there as it is.
        at: Option<u64>,
    },
    /// An Exif tag with a text, or a position in words.
    Exif(exif::Tag<'a>),
    /// A text that was not, or not wholly, read.
    Unread(FormatError),
}

/// Takes what a picture carries.
pub type PictureSink<'s> = dyn FnMut(Carried<'_>) + 's;

/// Longest block of text read, packed or not; most of all texts together.
const LONGEST: u64 = 16 << 20;

/// What picture begins with these bytes, if one does.
pub fn picture(head: &[u8]) -> Option<Picture> {
    match head {
        [0x89, b'P', b'N', b'G', 13, 10, 26, 10, ..] => Some(Picture::Png),
        [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] => Some(Picture::Jpeg),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(Picture::WebP),
        [b'I', b'I', 42 | 43, 0, _, _, _, _, ..] | [b'M', b'M', 0, 42 | 43, _, _, _, _, ..] => {
            Some(Picture::Tiff)
        }
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Picture::Gif),
        _ => None,
    }
}

/// Reads what a picture carries; answers where it ends. What stands behind
/// belongs to no picture; of a TIFF that cannot be told.
pub fn read<R: Read + Seek>(
    reader: &mut R,
    picture: Picture,
    sink: &mut PictureSink<'_>,
) -> Result<Option<u64>, FormatError> {
    let len = reader.seek(SeekFrom::End(0))?;
    reader.rewind()?;
    match picture {
        Picture::Png => png::read(reader, len, sink),
        Picture::Jpeg => jpeg::read(reader, sink),
        Picture::WebP => riff::read(reader, len, sink),
        Picture::Tiff => exif::walk(reader, &mut |tag| sink(Carried::Exif(tag))).map(|()| None),
        Picture::Gif => gif::read(reader, sink),
    }
}

/// Exif in a block of its own; damage inside it is told like a text that was
/// not read.
fn exif_block(block: &[u8], sink: &mut PictureSink<'_>) {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let mut reader = std::io::Cursor::new(block);
    let walked = exif::walk(&mut reader, &mut |tag| sink(Carried::Exif(tag)));
    if let Err(error) = walked {
        sink(Carried::Unread(error));
    }
}

/// Inflates a text of fewer bytes than `left`, which is at most [`LONGEST`].
fn inflate(packed: &[u8], left: u64) -> Result<Vec<u8>, FormatError> {
    let mut text = Vec::new();
    flate2::read::ZlibDecoder::new(packed)
        .take(left)
        .read_to_end(&mut text)
        .map_err(|_| FormatError::Malformed {
            what: "compressed text of a picture",
            offset: 0,
        })?;
    if text.len() as u64 == left {
        let what = "16 MiB of compressed texts in a picture";
        return Err(FormatError::Limit { what });
    }
    Ok(text)
}
