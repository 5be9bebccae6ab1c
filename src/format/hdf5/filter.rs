//! The filters that chunks are packed with.
//!
//! In: a packed chunk and its pipeline. Out: the elements, or which filter is
//! not known. Nothing yields more bytes than the chunk has elements.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::layout::Filter;
use crate::format::FormatError;

const DEFLATE: u16 = 1;
const SHUFFLE: u16 = 2;
const FLETCHER32: u16 = 3;
const LZF: u16 = 32000;

/// An unpacked chunk.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// Set where only the first part could be unpacked: it is worth a look.
    pub(super) damage: Option<FormatError>,
}

/// Undo the pipeline. Filters whose bit is set in `mask` were left out.
/// `most` is the size of the chunk's elements. What each filter makes is taken
/// from `left`, whatever becomes of it.
pub(super) fn unpack(
    packed: Vec<u8>,
    filters: &[Filter],
    mask: u32,
    most: u64,
    left: &mut u64,
    at: u64,
) -> Result<Unpacked, FormatError> {
    let mut bytes = packed;
    let mut damage = None;
    for (number, filter) in filters.iter().enumerate().rev() {
        if mask.checked_shr(number as u32).unwrap_or(0) & 1 != 0 {
            continue;
        }
        bytes = match filter.id {
            DEFLATE => inflate(&bytes, most, at, &mut damage)?,
            SHUFFLE => unshuffle(&bytes, filter.parameter as usize),
            FLETCHER32 => {
                bytes.truncate(bytes.len().saturating_sub(4));
                bytes
            }
            LZF => unpack_lzf(&bytes, most, at)?,
            4 => return Err(unknown("HDF5 filter szip")),
            5 => return Err(unknown("HDF5 filter nbit")),
            6 => return Err(unknown("HDF5 filter scaleoffset")),
            307 => return Err(unknown("HDF5 filter bzip2")),
            32001 | 32026 => return Err(unknown("HDF5 filter blosc")),
            32004 => return Err(unknown("HDF5 filter lz4")),
            32008 => return Err(unknown("HDF5 filter bitshuffle")),
            32015 => return Err(unknown("HDF5 filter zstd")),
            _ => return Err(unknown("HDF5 filter")),
        };
        let rest = left.checked_sub(bytes.len() as u64);
        *left = rest.unwrap_or(0);
        if rest.is_none() {
            let what = "bytes unpacked of one file";
            return Err(FormatError::Limit { what });
        }
    }
    Ok(Unpacked { bytes, damage })
}

fn unknown(what: &'static str) -> FormatError {
    FormatError::Unsupported { what }
}

fn damaged(at: u64) -> FormatError {
    FormatError::Malformed {
        what: "packed HDF5 chunk",
        offset: at,
    }
}

fn inflate(
    packed: &[u8],
    most: u64,
    at: u64,
    damage: &mut Option<FormatError>,
) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    // A checksum written before packing adds a few bytes.
    let read = ZlibDecoder::new(packed)
        .take(most.saturating_add(64))
        .read_to_end(&mut out);
    if read.is_err() {
        if out.is_empty() {
            return Err(damaged(at));
        }
        *damage = Some(damaged(at));
    }
    Ok(out)
}

/// First bytes of all elements stand together, then all second ones, and so
/// on; bytes that make no whole element stand as they are.
fn unshuffle(bytes: &[u8], width: usize) -> Vec<u8> {
    let count = bytes.len().checked_div(width).unwrap_or(0);
    if width < 2 || count == 0 {
        return bytes.to_vec();
    }
    let mut out = bytes.to_vec();
    for (place, column) in bytes.chunks_exact(count).take(width).enumerate() {
        for (to, from) in out.iter_mut().skip(place).step_by(width).zip(column) {
            *to = *from;
        }
    }
    out
}

/// Marc Lehmann's LZF, as h5py writes it: runs of literals, and references
/// back of up to 8 KiB.
fn unpack_lzf(packed: &[u8], most: u64, at: u64) -> Result<Vec<u8>, FormatError> {
    let most = usize::try_from(most.saturating_add(64)).unwrap_or(usize::MAX);
    let mut out: Vec<u8> = Vec::new();
    let mut place = 0;
    let byte = |place: &mut usize| {
        let found = packed.get(*place).copied();
        *place += 1;
        found.map(usize::from)
    };
    while let Some(lead) = byte(&mut place) {
        if lead < 32 {
            let run = packed.get(place..place + lead + 1).ok_or(damaged(at))?;
            out.extend_from_slice(run);
            place += run.len();
        } else {
            let mut length = lead >> 5;
            if length == 7 {
                length += byte(&mut place).ok_or(damaged(at))?;
            }
            let low = byte(&mut place).ok_or(damaged(at))?;
            let back = ((lead & 31) << 8) + low + 1;
            let from = out.len().checked_sub(back).ok_or(damaged(at))?;
            for behind in from..from + length + 2 {
                out.push(out.get(behind).copied().unwrap_or_default());
            }
        }
        if out.len() > most {
            return Err(damaged(at));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_bytes_return_to_their_elements() {
        assert_eq!(unshuffle(b"acebdf!", 2), b"abcdef!");
        assert_eq!(unshuffle(b"abc", 0), b"abc");
        assert_eq!(unshuffle(b"abc", 8), b"abc");
    }

    #[test]
    fn lzf_copies_from_behind_itself() {
        // "ab", then six bytes from two back.
        let packed = [1, b'a', b'b', 4 << 5, 1];
        assert_eq!(unpack_lzf(&packed, 100, 0).unwrap(), b"abababab");
        assert!(unpack_lzf(&[4 << 5, 9], 100, 0).is_err());
        assert!(unpack_lzf(&[31, 1], 100, 0).is_err());
        assert!(unpack_lzf(&[0, b'a', 0xff, 0xff, 0, 0xff, 0xff, 0], 8, 0).is_err());
    }
}
