//! Packs parquet pages.
//!
//! The bytes of a page enter; what its column's codec makes of them leaves, in a
//! form that every reader of that codec takes.

use std::io::Write;

use crate::format::FormatError;

/// Levels of effort: what writers of parquet take where nobody says anything.
const ZSTD: i32 = 3;

/// The longest literal block of Brotli.
const BROTLI: usize = 1 << 16;

/// Packs `bytes` as the codec of this number does.
pub(super) fn pack(codec: i64, bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    match codec {
        0 => Ok(bytes.to_vec()),
        1 => {
            let packed = snap::raw::Encoder::new().compress_vec(bytes);
            packed.map_err(|_| FormatError::Limit {
                what: "size of a parquet page",
            })
        }
        2 => {
            let mut gzip =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(bytes)?;
            Ok(gzip.finish()?)
        }
        4 => Ok(brotli(bytes)),
        5 => Ok(hadoop(bytes)),
        6 => Ok(zstd::bulk::compress(bytes, ZSTD)?),
        7 => Ok(lz4_flex::block::compress(bytes)),
        _ => Err(FormatError::Unsupported {
            what: "compression of a parquet column that is to be changed",
        }),
    }
}

/// A stream of Brotli that keeps the bytes as they are (RFC 7932, 9.2): there is
/// no encoder here, and pages of one column must share their codec.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / BROTLI * 4 + 8);
    // The size of the window: one bit, 16 bits. It stands in front of the first
    // block, whose head is shifted by it.
    let mut shift = 1;
    for block in bytes.chunks(BROTLI) {
        // Not the last block (0), its length less one in four nibbles (00), not
        // compressed (1); then zeros up to the next whole byte.
        let length = (block.len() - 1) as u32;
        let head = (length << 3 | 1 << 19) << shift;
        out.extend(head.to_le_bytes().iter().take(3));
        out.extend_from_slice(block);
        shift = 0;
    }
    // The last block, which is empty: 11.
    out.push(3 << shift);
    out
}

/// What Hadoop calls LZ4: a block behind its two lengths.
fn hadoop(bytes: &[u8]) -> Vec<u8> {
    let block = lz4_flex::block::compress(bytes);
    let mut out = Vec::with_capacity(block.len() + 8);
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend((block.len() as u32).to_be_bytes());
    out.extend(block);
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::codec::Unpacker;
    use super::*;

    #[test]
    fn what_is_packed_unpacks() {
        let long: Vec<u8> = (0..300_000u32)
            .map(|at| (at.wrapping_mul(at) >> 7) as u8)
            .collect();
        for codec in [0, 1, 2, 4, 5, 6, 7] {
            for length in [0, 1, 5, 1000, BROTLI - 1, BROTLI, BROTLI + 1, long.len()] {
                let bytes = &long[..length];
                let packed = pack(codec, bytes).unwrap();
                let mut unpacker = Unpacker::default();
                let (unpacked, whole) = unpacker.unpack(codec, &packed, length).unwrap();
                assert!(whole && unpacked == bytes, "codec {codec}, {length} bytes");
            }
        }
        pack(3, b"LZO").unwrap_err();
        pack(99, b"").unwrap_err();
    }
}
