//! Messages: a length, a flatbuffer and a body of buffers.
//!
//! The place of a message enters; its header and where its body is leave.
//! Sources: <https://arrow.apache.org/docs/format/Columnar.html>,
//! <https://github.com/apache/arrow/blob/main/format/Message.fbs>.

use std::io::{Read, Seek, SeekFrom};

use super::buffers::{Codec, malformed};
use crate::format::FormatError;
use crate::format::flatbuffer::{Table, Vector};

/// Before the length since format 0.15; older streams begin with the length.
const CONTINUES: [u8; 4] = [0xff; 4];

/// The newest metadata version, V5.
const NEWEST: i16 = 4;
/// The first version in which unions have no validity buffer.
pub(super) const V5: i16 = 4;

/// A message that has been read up to its body.
pub(super) struct Message {
    /// The flatbuffer.
    pub(super) header: Vec<u8>,
    /// Its place in the file.
    pub(super) at: u64,
    /// Place of the body.
    pub(super) body: u64,
    /// Length of the body as claimed.
    pub(super) body_len: u64,
}

/// What stands at a place.
pub(super) enum Next {
    /// A message.
    Message(Message),
    /// The mark of the end, and the place behind it.
    End(u64),
}

/// What a message holds.
pub(super) enum Header<'a> {
    Schema(Table<'a>),
    Dictionary(Table<'a>),
    Batch(Table<'a>),
    /// A tensor: numbers only.
    Tensor,
}

/// Reads the message at `at` in a file of `size` bytes.
pub(super) fn read<R: ?Sized + Read + Seek>(
    reader: &mut R,
    at: u64,
    size: u64,
    longest: u64,
) -> Result<Next, FormatError> {
    let what = "message of an Arrow stream";
    let truncated = || FormatError::Truncated { what, offset: at };
    let mut prefix = [0; 8];
    let held = size.saturating_sub(at).min(8) as usize;
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut prefix[..held])?;
    let (mark, length) = (prefix.first_chunk::<4>(), prefix.last_chunk::<4>());
    let (length, begin) = match (mark, length) {
        (Some(&CONTINUES), Some(length)) if held == 8 => (*length, at + 8),
        (Some(&length), _) if held >= 4 && length != CONTINUES => (length, at + 4),
        _ => return Err(truncated()),
    };
    let length = u64::try_from(i32::from_le_bytes(length)).map_err(|_| malformed(what, at))?;
    if length == 0 {
        return Ok(Next::End(begin));
    }
    if length > longest {
        let what = "length of an Arrow message header";
        return Err(FormatError::Limit { what });
    }
    if length > size.saturating_sub(begin) {
        return Err(truncated());
    }
    let mut header = Vec::new();
    reader.seek(SeekFrom::Start(begin))?;
    reader.take(length).read_to_end(&mut header)?;
    if header.len() as u64 != length {
        return Err(truncated());
    }
    let body_len = Table::root(&header)?.i64(3, 0)?;
    let body_len = u64::try_from(body_len).map_err(|_| malformed(what, at))?;
    Ok(Next::Message(Message {
        header,
        at: begin,
        body: begin + length,
        body_len,
    }))
}

impl Message {
    /// What the message holds, and the version of the format.
    pub(super) fn parse(&self) -> Result<(Header<'_>, i16), FormatError> {
        parse(&self.header)
    }

    /// Key-value pairs of the message itself.
    pub(super) fn metadata(&self) -> Result<Option<Vector<'_>>, FormatError> {
        Table::root(&self.header)?.vector(4, 4)
    }
}

/// What the flatbuffer of a message holds, and the version of the format.
pub(super) fn parse(header: &[u8]) -> Result<(Header<'_>, i16), FormatError> {
    let root = Table::root(header)?;
    let version = root.i16(0, 0)?;
    let what = "header of an Arrow message";
    let table = root.table(2)?.ok_or_else(|| malformed(what, 0))?;
    if !(0..=NEWEST).contains(&version) {
        let what = "version of Arrow";
        return Err(FormatError::Unsupported { what });
    }
    let header = match root.u8(1, 0)? {
        1 => Header::Schema(table),
        2 => Header::Dictionary(table),
        3 => Header::Batch(table),
        4 | 5 => Header::Tensor,
        _ => return Err(malformed(what, 0)),
    };
    Ok((header, version))
}

/// Does a stream begin here: a message that holds a schema? `head` may end
/// inside of it.
pub(super) fn begins(head: &[u8]) -> bool {
    let Some((mark, rest)) = head.split_first_chunk::<4>() else {
        return false;
    };
    let (length, rest) = match rest.split_first_chunk::<4>() {
        Some((length, rest)) if *mark == CONTINUES => (*length, rest),
        _ => (*mark, rest),
    };
    let length = i32::from_le_bytes(length);
    // The shortest schema takes some 40 bytes.
    if !(32..=100_000_000).contains(&length) {
        return false;
    }
    is_schema(rest.get(..length as usize).unwrap_or(rest))
}

/// Does the flatbuffer of a message that holds a schema begin here?
pub(super) fn is_schema(header: &[u8]) -> bool {
    let begun = |root: Table<'_>| {
        let version = root.i16(0, 0)?;
        let schema = root.u8(1, 0)? == 1 && root.table(2)?.is_some();
        Ok::<_, FormatError>(schema && (0..=NEWEST).contains(&version) && root.i64(3, 0)? == 0)
    };
    Table::root(header).and_then(begun).unwrap_or(false)
}

/// The codec of a `RecordBatch` table.
pub(super) fn codec(batch: &Table<'_>) -> Result<Option<Codec>, FormatError> {
    let Some(compression) = batch.table(3)? else {
        return Ok(None);
    };
    // The only method compresses each buffer for itself.
    match (compression.u8(0, 0)?, compression.u8(1, 0)?) {
        (0, 0) => Ok(Some(Codec::Lz4)),
        (1, 0) => Ok(Some(Codec::Zstd)),
        _ => Err(FormatError::Unsupported {
            what: "compression of an Arrow batch",
        }),
    }
}
