//! Unpacks parquet pages.
//!
//! The compressed bytes of a page enter; what they unpack to leaves, in a buffer
//! that is used again. A claim of more than the limit is refused, and memory is
//! taken for what is really there only.

use std::io::{self, Read};

use crate::format::FormatError;
use crate::format::codec::{Budget, Codec, Unpack};

/// Memory is taken in steps of so much at first, then doubled.
const STEP: usize = 256 * 1024;

/// A buffer that pages are unpacked into.
#[derive(Default)]
pub(super) struct Unpacker {
    /// Never shrinks: clearing a byte that is overwritten costs time.
    buffer: Vec<u8>,
}

const WRONG: FormatError = FormatError::Malformed {
    what: "compression of a parquet page",
    offset: 0,
};

impl Unpacker {
    /// Unpacks `packed`, which claims `claimed` bytes. Answers what there is up
    /// to damage or to the claim, and whether that is all and as claimed.
    pub(super) fn unpack<'a>(
        &'a mut self,
        codec: i64,
        packed: &'a [u8],
        claimed: usize,
    ) -> Result<(&'a [u8], bool), FormatError> {
        let (length, whole) = match codec {
            0 => return Ok((packed, true)),
            1 => (self.snappy(packed, claimed)?, true),
            2 => self.fill(flate2::read::MultiGzDecoder::new(packed), claimed),
            3 => {
                let what = "compression by LZO";
                return Err(FormatError::Unsupported { what });
            }
            4 => {
                let stream = brotli_decompressor::Decompressor::new(packed, 4096);
                self.fill(stream, claimed)
            }
            5 => self.old_lz4(packed, claimed)?,
            6 => {
                let stream = zstd::stream::read::Decoder::with_buffer(packed);
                self.fill(stream.map_err(|_| WRONG)?, claimed)
            }
            7 => (self.lz4(packed, 0, claimed)?, true),
            _ => {
                let what = "compression of a parquet column";
                return Err(FormatError::Unsupported { what });
            }
        };
        Ok((&self.buffer[..length], whole))
    }

    /// Everything a decoder yields, up to the claim or to damage.
    fn fill(&mut self, mut stream: impl Read, claimed: usize) -> (usize, bool) {
        let mut length = 0;
        while length < claimed {
            if length == self.buffer.len() {
                let more = length.max(STEP).min(claimed - length);
                self.buffer.resize(length + more, 0);
            }
            let end = self.buffer.len().min(claimed);
            match stream.read(&mut self.buffer[length..end]) {
                Ok(count) if count > 0 => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => return (length, false),
            }
        }
        let more = stream.read(&mut [0]).is_ok_and(|count| count > 0);
        (length, !more)
    }

    /// At most 64 bytes come from 3.
    fn snappy(&mut self, packed: &[u8], claimed: usize) -> Result<usize, FormatError> {
        let length = snap::raw::decompress_len(packed).map_err(|_| WRONG)?;
        if length > claimed || length > packed.len().saturating_mul(22) {
            return Err(WRONG);
        }
        let out = self.room(0, length);
        let done = snap::raw::Decoder::new().decompress(packed, out);
        done.map_err(|_| WRONG)
    }

    /// A block of LZ4 behind the first `from` bytes: at most 255 bytes come
    /// from 1.
    fn lz4(&mut self, packed: &[u8], from: usize, claimed: usize) -> Result<usize, FormatError> {
        if claimed > packed.len().saturating_mul(255).saturating_add(64) {
            return Err(WRONG);
        }
        let out = self.room(from, claimed);
        lz4_flex::block::decompress_into(packed, out).map_err(|_| WRONG)
    }

    /// What writers of all sorts called LZ4: blocks with their lengths in front
    /// (Hadoop's), frames, or one block.
    fn old_lz4(&mut self, packed: &[u8], claimed: usize) -> Result<(usize, bool), FormatError> {
        if packed.starts_with(&[4, 0x22, 0x4d, 0x18]) {
            let budget = Budget {
                bytes: u64::MAX,
                ratio: u64::MAX,
                ratio_from: u64::MAX,
            };
            // The claim bounds what is taken of it.
            let frame = Unpack::new(packed, 0, Codec::Lz4, budget)?;
            return Ok(self.fill(frame, claimed));
        }
        match self.hadoop(packed, claimed) {
            Some(length) => Ok((length, true)),
            None => Ok((self.lz4(packed, 0, claimed)?, true)),
        }
    }

    fn hadoop(&mut self, packed: &[u8], claimed: usize) -> Option<usize> {
        let (mut rest, mut length) = (packed, 0);
        while !rest.is_empty() {
            let (unpacked, tail) = rest.split_first_chunk::<4>()?;
            let (size, tail) = tail.split_first_chunk::<4>()?;
            let unpacked = u32::from_be_bytes(*unpacked) as usize;
            let (block, tail) = tail.split_at_checked(u32::from_be_bytes(*size) as usize)?;
            if unpacked > claimed - length {
                return None;
            }
            let count = self.lz4(block, length, unpacked).ok()?;
            if count != unpacked {
                return None;
            }
            length += count;
            rest = tail;
        }
        (length == claimed).then_some(length)
    }

    fn room(&mut self, from: usize, length: usize) -> &mut [u8] {
        if self.buffer.len() < from + length {
            self.buffer.resize(from + length, 0);
        }
        &mut self.buffer[from..from + length]
    }
}
