//! A stretch of a file as if it were one.
//!
//! In: a seekable reader and a range of it. Out: a reader of that range alone,
//! so that a member stored as it is needs no copy.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};

use crate::blob::ReadSeek;
use crate::format::FormatError;

/// See the module.
pub(super) struct Section<'a> {
    inner: &'a mut dyn ReadSeek,
    start: u64,
    len: u64,
    at: u64,
}

impl<'a> Section<'a> {
    /// The `len` bytes from `start` on, fewer if the file ends before.
    pub(super) fn new(inner: &'a mut dyn ReadSeek, start: u64, len: u64) -> io::Result<Self> {
        let held = inner.seek(SeekFrom::End(0))?;
        let start = start.min(held);
        inner.seek(SeekFrom::Start(start))?;
        Ok(Self {
            inner,
            start,
            len: len.min(held - start),
            at: 0,
        })
    }

    /// Bytes of it.
    pub(super) fn len(&self) -> u64 {
        self.len
    }
}

/// Takes the bytes of a section from what the file has, then from what
/// may be unpacked.
pub(super) fn charge(length: u64, spare: &Cell<u64>, left: &Cell<u64>) -> Result<(), FormatError> {
    let over = length.saturating_sub(spare.get());
    spare.set(spare.get().saturating_sub(length));
    match left.get().checked_sub(over) {
        Some(rest) => left.set(rest),
        None => {
            let what = "bytes that all archives in one file yield";
            return Err(FormatError::Limit { what });
        }
    }
    Ok(())
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.len.saturating_sub(self.at);
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut buffer[..most])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Section<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let target = target.ok_or(io::ErrorKind::InvalidInput)?;
        // Nothing is read behind the end, wherever the caller seeks to.
        let there = self.start.saturating_add(target.min(self.len));
        self.inner.seek(SeekFrom::Start(there))?;
        self.at = target;
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_section_is_a_file_of_its_own() {
        let mut file = Cursor::new(b"0123456789".to_vec());
        let mut section = Section::new(&mut file, 3, 4).unwrap();
        let mut all = String::new();
        section.read_to_string(&mut all).unwrap();
        assert_eq!(all, "3456");
        assert_eq!(section.seek(SeekFrom::End(-2)).unwrap(), 2);
        all.clear();
        section.read_to_string(&mut all).unwrap();
        assert_eq!(all, "56");
        section.seek(SeekFrom::Start(9)).unwrap();
        assert_eq!(section.read(&mut [0; 4]).unwrap(), 0);
        assert!(section.seek(SeekFrom::Current(-10)).is_err());
        assert_eq!(Section::new(&mut file, 8, 9).unwrap().len, 2);
        assert_eq!(Section::new(&mut file, 99, 9).unwrap().len, 0);
    }
}
