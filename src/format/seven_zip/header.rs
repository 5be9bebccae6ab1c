//! Parses the header of a 7z archive.
//!
//! The bytes of a header enter; members leave, and the folders that `streams`
//! reads. No count is believed
//! further than the header is long.

use super::{Archive, Folder, Member};
use crate::format::FormatError;

/// The tags of the format that are looked at.
pub(super) mod tag {
    pub(in super::super) const END: u8 = 0;
    pub(in super::super) const HEADER: u8 = 1;
    pub(in super::super) const PROPERTIES: u8 = 2;
    pub(in super::super) const MORE_STREAMS: u8 = 3;
    pub(in super::super) const STREAMS: u8 = 4;
    pub(in super::super) const FILES: u8 = 5;
    pub(in super::super) const PACKS: u8 = 6;
    pub(in super::super) const FOLDERS: u8 = 7;
    pub(in super::super) const PARTS: u8 = 8;
    pub(in super::super) const SIZES: u8 = 9;
    pub(in super::super) const SUMS: u8 = 10;
    pub(in super::super) const FOLDER: u8 = 11;
    pub(in super::super) const UNPACKED_SIZES: u8 = 12;
    pub(in super::super) const PART_COUNTS: u8 = 13;
    pub(in super::super) const EMPTY: u8 = 14;
    pub(in super::super) const NAMES: u8 = 17;
    pub(in super::super) const ATTRIBUTES: u8 = 21;
    pub(in super::super) const PACKED: u8 = 23;
}

pub(super) type Parsed<T> = Result<T, FormatError>;

/// The folder that holds the header, if it is packed.
pub(super) fn packed(bytes: &[u8], file_len: u64) -> Parsed<Option<Folder>> {
    let mut input = Input { bytes, at: 0 };
    if input.byte()? != tag::PACKED {
        return Ok(None);
    }
    let (mut folders, _) = input.streams(file_len)?;
    match folders.pop() {
        Some(folder) => Ok(Some(folder)),
        None => Err(input.malformed()),
    }
}

/// The header itself.
pub(super) fn read(bytes: &[u8], file_len: u64, most: usize) -> Parsed<Archive> {
    let mut input = Input { bytes, at: 0 };
    if input.byte()? != tag::HEADER {
        return Err(input.malformed());
    }
    let mut archive = Archive::default();
    let mut parts = Vec::new();
    loop {
        match input.byte()? {
            tag::END => return Ok(archive),
            tag::PROPERTIES => while input.property()?.is_some() {},
            tag::MORE_STREAMS => drop(input.streams(file_len)?),
            tag::STREAMS => (archive.folders, parts) = input.streams(file_len)?,
            tag::FILES => archive.members = input.files(&parts, most)?,
            _ => return Err(input.malformed()),
        }
    }
}

/// The bytes, and how far they are read.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    pub(super) fn malformed(&self) -> FormatError {
        let (what, offset) = ("7z header", self.at as u64);
        FormatError::Malformed { what, offset }
    }

    pub(super) fn take(&mut self, count: u64) -> Parsed<&'a [u8]> {
        let end = usize::try_from(count).ok();
        let end = end.and_then(|count| self.at.checked_add(count));
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => Err(self.malformed()),
        }
    }

    pub(super) fn byte(&mut self) -> Parsed<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    /// A number: the ones that lead its first byte tell how many bytes follow.
    pub(super) fn number(&mut self) -> Parsed<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut bytes = [0; 8];
        let low = self.take(u64::from(more))?;
        for (to, from) in bytes.iter_mut().zip(low) {
            *to = *from;
        }
        // What is left of the first byte is the highest part.
        let high = u64::from(first) & (0x7f_u64 >> more);
        Ok(u64::from_le_bytes(bytes) | high.checked_shl(8 * more).unwrap_or(0))
    }

    /// A count of things that take at least a byte each from here on.
    pub(super) fn count(&mut self) -> Parsed<u64> {
        let count = self.number()?;
        if count > self.bytes.len() as u64 {
            return Err(self.malformed());
        }
        Ok(count)
    }

    /// Tag and content of a property; `None` at the end of the list.
    fn property(&mut self) -> Parsed<Option<(u8, &'a [u8])>> {
        let tag = self.byte()?;
        if tag == tag::END {
            return Ok(None);
        }
        let size = self.number()?;
        Ok(Some((tag, self.take(size)?)))
    }

    fn bits(&mut self, count: u64) -> Parsed<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter();
        let bits = bits.flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0));
        Ok(bits.take(count as usize).collect())
    }

    /// Bits, or one byte that says that all are set.
    fn optional_bits(&mut self, count: u64) -> Parsed<Vec<bool>> {
        if count.div_ceil(8) > self.bytes.len() as u64 {
            return Err(self.malformed());
        }
        match self.byte()? {
            0 => self.bits(count),
            _ => Ok(vec![true; count as usize]),
        }
    }

    /// Passes checksums; answers which of them are known.
    pub(super) fn sums(&mut self, count: u64) -> Parsed<Vec<bool>> {
        let known = self.optional_bits(count)?;
        let held = known.iter().filter(|&&known| known).count() as u64;
        self.take(4 * held)?;
        Ok(known)
    }

    fn files(&mut self, parts: &[Vec<u64>], most: usize) -> Parsed<Vec<Member>> {
        let count = self.count()?;
        if count > most as u64 {
            let what = "number of members of a 7z archive";
            return Err(FormatError::Limit { what });
        }
        let (mut names, mut empty, mut modes) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((tag, content)) = self.property()? {
            let mut input = Input {
                bytes: content,
                at: 0,
            };
            match tag {
                tag::EMPTY => empty = input.bits(count)?,
                tag::NAMES => names = input.names()?,
                tag::ATTRIBUTES => modes = input.modes(count).unwrap_or_default(),
                _ => {}
            }
        }
        let sizes = parts.iter().enumerate();
        let mut sizes =
            sizes.flat_map(|(folder, sizes)| sizes.iter().map(move |&size| (folder, size)));
        let mut names = names.into_iter();
        let members = (0..count as usize).map(|at| {
            let empty = empty.get(at).copied().unwrap_or(false);
            let held = if empty { None } else { sizes.next() };
            let mode = modes.get(at).copied().unwrap_or(0);
            Member {
                name: names.next().unwrap_or_default(),
                size: held.map_or(0, |(_, size)| size),
                folder: held.map(|(folder, _)| folder),
                symlink: mode & UNIX != 0 && mode >> 28 == SYMLINK,
            }
        });
        Ok(members.collect())
    }

    /// UTF-16, each name with a zero behind.
    fn names(&mut self) -> Parsed<Vec<String>> {
        if self.byte()? != 0 {
            let what = "7z header in pieces";
            return Err(FormatError::Unsupported { what });
        }
        let bytes = self.bytes.get(self.at..).unwrap_or_default();
        let units = bytes.chunks_exact(2);
        let units = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
        let units: Vec<u16> = units.collect();
        let names = units.split(|&unit| unit == 0);
        Ok(names.map(String::from_utf16_lossy).collect())
    }

    fn modes(&mut self, count: u64) -> Parsed<Vec<u32>> {
        let known = self.optional_bits(count)?;
        self.byte()?;
        let mut modes = Vec::new();
        for known in known {
            let bytes = self.take(if known { 4 } else { 0 })?;
            modes.push(bytes.try_into().map_or(0, u32::from_le_bytes));
        }
        Ok(modes)
    }
}

/// The bit that says that the upper half is a Unix mode, and its file type.
const UNIX: u32 = 0x8000;
const SYMLINK: u32 = 0xa;
