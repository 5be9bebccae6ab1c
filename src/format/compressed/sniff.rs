//! Does a file start like a compressed stream?
//!
//! The first bytes enter, the kind of stream leaves. Most have a magic; for
//! zlib and `.lzma`, which have only two likely bytes, the head must also
//! decompress.

use std::io::Read;

use super::{Compressed, skippable};
use crate::format::FormatError;
use crate::format::codec::{Budget, Codec, Unpack};

/// Bytes that a head without a magic must yield.
const TRIED: u64 = 256;

/// What `head` (8 KiB are plenty) starts.
pub fn looks_like(head: &[u8]) -> Option<Compressed> {
    match head {
        [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Compressed::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compressed::Zstd),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compressed::Xz),
        [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if is_bzip2(rest) => Some(Compressed::Bzip2),
        [0x04, 0x22, 0x4d, 0x18, flags, ..] if flags >> 6 == 1 => Some(Compressed::Lz4),
        [0x02, 0x21, 0x4c, 0x18, _, _, _, 0, ..] => Some(Compressed::Lz4),
        [0xff, 6, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..] => Some(Compressed::Snappy),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, data @ ..] if unpacks(data, Codec::Deflate) => {
            Some(Compressed::Zlib)
        }
        // The usual properties, a dictionary of whole KiB, no first bits.
        [0x5d, 0, _, _, _, size @ ..] if is_lzma(size) && unpacks(head, Codec::LzmaAlone) => {
            Some(Compressed::Lzma)
        }
        _ => behind_skippable(head),
    }
}

/// A block or the end follows.
fn is_bzip2(rest: &[u8]) -> bool {
    rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90")
}

/// The size is unknown or believable, and the range coder starts with a zero.
fn is_lzma(rest: &[u8]) -> bool {
    let size = rest.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    size.is_some_and(|size| size == u64::MAX || size < 1 << 48) && rest.get(8) == Some(&0)
}

/// Does the head decompress, as far as it goes?
fn unpacks(data: &[u8], codec: Codec) -> bool {
    let budget = Budget {
        bytes: 1 << 20,
        ratio: u64::MAX,
        ratio_from: 0,
    };
    let Ok(unpack) = Unpack::new(data, 0, codec, budget) else {
        return false;
    };
    let mut content = Vec::new();
    match unpack.take(TRIED).read_to_end(&mut content) {
        Ok(_) => true,
        // A head is cut off, which is no fault of the file.
        Err(error) => {
            matches!(FormatError::from(error), FormatError::Truncated { .. }) && data.len() > 16
        }
    }
}

/// Skippable frames before the first one that counts; alone they are zstd's.
fn behind_skippable(head: &[u8]) -> Option<Compressed> {
    let mut rest = head;
    let length = skippable(rest)?;
    let mut length = Some(length);
    while let Some(skipped) = length {
        let next = usize::try_from(skipped).ok().and_then(|n| n.checked_add(8));
        rest = next.and_then(|next| rest.get(next..)).unwrap_or_default();
        length = skippable(rest);
    }
    match rest {
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Some(Compressed::Lz4),
        [] | [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compressed::Zstd),
        _ => None,
    }
}
