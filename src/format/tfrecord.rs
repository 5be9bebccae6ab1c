//! Records: the frame of TensorFlow's data sets and of `TensorBoard`'s events.
//!
//! A seekable reader enters; the range of each record leaves. A record is a
//! u64 length, the checksum of that length, the data and a checksum of them.
//! The first checksum tells the format; the second is not believed.

use std::io::{Read, Seek};
use std::ops::Range;

use super::FormatError;
use super::protobuf::Wire;

const HEADER: usize = 12;
const FOOTER: u64 = 4;

/// Do the bytes begin with a record?
pub fn looks_like(head: &[u8], size: u64) -> bool {
    head.first_chunk()
        .and_then(length)
        .is_some_and(|length| length > 0 && length <= size)
}

/// The record whose frame begins at `at`; `None` at the end of the file. The
/// next one begins behind the four bytes that follow it.
pub fn record<R: Read + Seek>(
    wire: &mut Wire<R>,
    at: u64,
) -> Result<Option<Range<u64>>, FormatError> {
    if at >= wire.size() {
        return Ok(None);
    }
    let truncated = FormatError::Truncated {
        what: "a record",
        offset: at,
    };
    let data = at.saturating_add(HEADER as u64);
    if data > wire.size() {
        return Err(truncated);
    }
    let header = wire.hold(at..data)?;
    let length = header
        .first_chunk()
        .and_then(length)
        .ok_or(FormatError::Malformed {
            what: "record length",
            offset: at,
        })?;
    match data.checked_add(length) {
        Some(end) if end <= wire.size() => Ok(Some(data..end)),
        _ => Err(truncated),
    }
}

/// Where the frame behind a record begins.
pub fn behind(record: &Range<u64>) -> u64 {
    record.end.saturating_add(FOOTER)
}

/// The length in a header, if its checksum is right.
fn length(header: &[u8; HEADER]) -> Option<u64> {
    let (length, check) = header.split_first_chunk::<8>()?;
    let expected = checksum(length).to_le_bytes();
    (*check == expected).then_some(u64::from_le_bytes(*length))
}

/// CRC-32C, turned and shifted as records have it so that checksums of
/// checksums stay good.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 & 0u32.wrapping_sub(crc & 1));
        }
    }
    (!crc).rotate_right(15).wrapping_add(0xa282_ead8)
}
