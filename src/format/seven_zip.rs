//! Reads 7z archives.
//!
//! A seekable reader enters; the members leave, each with the solid stream it
//! is a part of, and those streams as readers. Checksums are not believed.

mod folder;
mod header;
mod streams;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;
use super::codec::Budget;
use folder::Coder;

pub use folder::open_folder;

const SIGNATURE: [u8; 6] = [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c];

/// The signature header; offsets count from its end.
const START: u64 = 32;

/// Longest header, packed or not.
const HEADER: u64 = 32 << 20;

/// Headers may be packed, in theory again and again.
const PACKED: usize = 4;

/// An archive.
#[derive(Debug, Default)]
pub struct Archive {
    /// The compressed streams.
    pub folders: Vec<Folder>,
    /// The members: those with content in the order of the folders.
    pub members: Vec<Member>,
}

/// A compressed stream, of one or more members.
#[derive(Debug)]
pub struct Folder {
    /// Where it stands in the file.
    pub packed: Range<u64>,
    /// Bytes once unpacked, as claimed.
    pub size: u64,
    /// What it went through, first what is to be undone first; `None` where
    /// several streams are woven into one.
    coders: Option<Vec<Coder>>,
    /// A checksum of all of it stands in the header.
    summed: bool,
}

impl Folder {
    /// Must a password be known to read it?
    pub fn encrypted(&self) -> bool {
        let mut coders = self.coders.iter().flatten();
        coders.any(|coder| coder.id.starts_with(&folder::AES))
    }
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Bytes, as claimed.
    pub size: u64,
    /// The folder that holds it; `None` for empty files and folders.
    pub folder: Option<usize>,
    /// A symbolic link, whose target is the content.
    pub symlink: bool,
}

/// Whether `head` starts a 7z archive.
pub fn looks_like(head: &[u8]) -> bool {
    head.starts_with(&SIGNATURE) && head.get(6) == Some(&0)
}

/// Reads the directory, of `most` members at most, of a file of `file_len`
/// bytes.
pub fn read<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
    most: usize,
) -> Result<Archive, FormatError> {
    let mut start = [0; START as usize];
    reader.seek(SeekFrom::Start(0))?;
    let what = "7z signature header";
    let truncated = |_| FormatError::Truncated { what, offset: 0 };
    reader.read_exact(&mut start).map_err(truncated)?;
    let number = |at: usize| {
        let bytes = start.get(at..).and_then(|rest| rest.first_chunk());
        u64::from_le_bytes(bytes.copied().unwrap_or_default())
    };
    let (offset, size) = (number(12), number(20));
    let begin = START.checked_add(offset);
    let end = begin.and_then(|begin| begin.checked_add(size));
    let what = "7z header";
    let (Some(begin), Some(end)) = (begin, end) else {
        return Err(FormatError::Malformed { what, offset: 12 });
    };
    if end > file_len {
        let offset = begin;
        return Err(FormatError::Truncated { what, offset });
    }
    if size > HEADER {
        return Err(FormatError::Limit { what });
    }
    if size == 0 {
        return Ok(Archive::default());
    }
    let mut bytes = Vec::new();
    reader.seek(SeekFrom::Start(begin))?;
    (&mut *reader).take(size).read_to_end(&mut bytes)?;
    for _ in 0..PACKED {
        let Some(folder) = header::packed(&bytes, file_len)? else {
            return header::read(&bytes, file_len, most);
        };
        let budget = Budget {
            bytes: HEADER,
            ratio: u64::MAX,
            ratio_from: 0,
        };
        let mut unpacked = Vec::new();
        open_folder(reader, &folder, budget)?
            .take(folder.size)
            .read_to_end(&mut unpacked)?;
        bytes = unpacked;
    }
    let what = "7z header packed again and again";
    Err(FormatError::Limit { what })
}
