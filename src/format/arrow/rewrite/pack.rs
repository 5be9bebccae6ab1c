//! Buffers as they stand in a body: compressed the way the batch is.
//!
//! Content enters; the bytes to be written leave.

use std::io::Write;

use lz4_flex::frame::FrameEncoder;

use crate::format::FormatError;
use crate::format::arrow::buffers::Codec;

/// The level Arrow's own writer takes.
const LEVEL: i32 = 1;

/// Compresses a buffer, with its length in front. One that does not get smaller
/// is kept as it is, which a length of -1 tells: an empty one too, for Polars
/// reads the length of any buffer.
pub(super) fn pack(codec: Option<Codec>, content: Vec<u8>) -> Result<Vec<u8>, FormatError> {
    let Some(codec) = codec else {
        return Ok(content);
    };
    let mut out = (content.len() as u64).to_le_bytes().to_vec();
    match codec {
        Codec::Lz4 => {
            let mut encoder = FrameEncoder::new(&mut out);
            encoder.write_all(&content)?;
            encoder.finish().map_err(std::io::Error::from)?;
        }
        Codec::Zstd => out.extend(zstd::bulk::compress(&content, LEVEL)?),
    }
    if out.len() >= content.len() + 8 {
        out.clear();
        out.extend((-1_i64).to_le_bytes());
        out.extend(content);
    }
    Ok(out)
}
