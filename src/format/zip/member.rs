//! Opens members, whichever way they are compressed.

use std::io::{self, Read, Seek, SeekFrom, Take};

use super::{Limits, Member, read_at};
use crate::format::FormatError;
use crate::format::codec::{Budget, Codec, Unpack};

/// Up to here any ratio is fine: small files of zeros are no bombs.
const RATIO_FREE: u64 = 16 * 1024 * 1024;

/// Says that an end mark tells where LZMA data ends.
const END_MARKED: u16 = 2;

/// The decompressed bytes of a member. Limit and format errors come as
/// `io::Error` and turn back into what they were by `FormatError::from`.
pub fn open_member<'a, R: Read + Seek>(
    reader: &'a mut R,
    member: &Member,
    limits: Limits,
) -> Result<MemberReader<'a, R>, FormatError> {
    let mut offset = member.offset.ok_or(FormatError::Malformed {
        what: "zip local header",
        offset: member.header,
    })?;
    let mut length = member.compressed;
    let codec = match member.method {
        0 => None,
        8 => Some(Codec::Deflate),
        12 => Some(Codec::Bzip2),
        14 => {
            let (codec, passed) = lzma(reader, member, offset)?;
            offset = offset.saturating_add(passed);
            length = length.saturating_sub(passed);
            Some(codec)
        }
        93 => Some(Codec::Zstd),
        95 => Some(Codec::Xz),
        99 => {
            let what = "zip encryption";
            return Err(FormatError::Unsupported { what });
        }
        _ => {
            let what = "zip compression method";
            return Err(FormatError::Unsupported { what });
        }
    };
    reader.seek(SeekFrom::Start(offset))?;
    let data = reader.take(length);
    let inner = match codec {
        None => Inner::Stored(data),
        Some(codec) => {
            let budget = Budget {
                bytes: limits.bytes,
                ratio: limits.ratio,
                ratio_from: RATIO_FREE,
            };
            Inner::Packed(Box::new(Unpack::new(data, offset, codec, budget)?))
        }
    };
    Ok(MemberReader { inner })
}

/// The properties that stand before LZMA data: version, length, properties,
/// dictionary; and how many bytes they take.
fn lzma<R: Read + Seek>(
    reader: &mut R,
    member: &Member,
    offset: u64,
) -> Result<(Codec, u64), FormatError> {
    let mut head = [0; 9];
    let held = read_at(reader, offset, &mut head)? as u64;
    let [_, _, 5, 0, props, a, b, c, d] = head else {
        let what = "lzma properties of a zip member";
        return Err(FormatError::Malformed { what, offset });
    };
    let size = if member.flags & END_MARKED != 0 {
        u64::MAX
    } else {
        member.size
    };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    let codec = Codec::Lzma {
        props,
        dictionary,
        size,
        filter: None,
    };
    Ok((codec, held))
}

/// See [`open_member`].
pub struct MemberReader<'a, R> {
    inner: Inner<'a, R>,
}

enum Inner<'a, R> {
    Stored(Take<&'a mut R>),
    Packed(Box<Unpack<Take<&'a mut R>>>),
}

impl<R: Read> Read for MemberReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::Stored(data) => data.read(buffer),
            Inner::Packed(data) => data.read(buffer),
        }
    }
}
