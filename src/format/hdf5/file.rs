//! The bytes of an HDF5 file by address, within bounds.
//!
//! In: an open file and addresses that the file itself claims. Out: those
//! bytes, or why not. What one file may cost is limited here, for everybody:
//! all that is read is paid from one budget. The ranges whose meaning is known
//! are noted, so that what belongs to nothing can be told afterwards.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::cursor::Cursor;
use crate::format::FormatError;

/// Bytes read at once: structures lie close to each other.
const WINDOW: usize = 32 * 1024;
/// Longest structure that is read as a whole.
const LONGEST: u64 = 64 << 20;
/// What a read costs at least, however short, and what one costs that is not
/// in the window: seeking is not free.
const FEE: u64 = 16;
const SEEK: u64 = 1024;
/// Most ranges noted.
const RANGES: usize = 4_000_000;

/// What a file must be able to do.
pub(super) trait Input: Read + Seek {}

impl<T: Read + Seek> Input for T {}

/// Bytes a file says it has, and the sizes of its addresses and lengths.
pub(super) struct File<'r> {
    reader: &'r mut dyn Input,
    /// Bytes of the whole file.
    pub(super) size: u64,
    /// Where address zero is: behind the user block.
    pub(super) base: u64,
    /// Bytes of an address.
    pub(super) offset_size: usize,
    /// Bytes of a length.
    pub(super) length_size: usize,
    window: Vec<u8>,
    window_at: u64,
    budget: u64,
    nodes: HashSet<u64>,
    known: Vec<Range<u64>>,
    /// Were all known ranges noted?
    pub(super) all_noted: bool,
}

impl<'r> File<'r> {
    pub(super) fn new(reader: &'r mut dyn Input, size: u64) -> Self {
        Self {
            reader,
            size,
            base: 0,
            offset_size: 8,
            length_size: 8,
            window: Vec::new(),
            window_at: 0,
            budget: size.saturating_mul(4).saturating_add(64 << 20),
            nodes: HashSet::new(),
            known: Vec::new(),
            all_noted: true,
        }
    }

    /// Pay for work that is not reading.
    pub(super) fn pay(&mut self, cost: u64) -> Result<(), FormatError> {
        self.budget = self.budget.checked_sub(cost).ok_or(FormatError::Limit {
            what: "the structures of an HDF5 file take many times its size to follow",
        })?;
        Ok(())
    }

    /// The `len` bytes at an address, all of them.
    pub(super) fn bytes(
        &mut self,
        address: u64,
        len: u64,
        what: &'static str,
    ) -> Result<Vec<u8>, FormatError> {
        let mut out = Vec::new();
        self.append(address, len, what, &mut out)?;
        Ok(out)
    }

    /// The same, into a buffer that is emptied first.
    pub(super) fn append(
        &mut self,
        address: u64,
        len: u64,
        what: &'static str,
        out: &mut Vec<u8>,
    ) -> Result<(), FormatError> {
        out.clear();
        let held = self.held(address);
        if held < len {
            let offset = self.base.saturating_add(address);
            return Err(FormatError::Truncated { what, offset });
        }
        if len > LONGEST {
            return Err(FormatError::Limit {
                what: "64 MiB for one structure of an HDF5 file",
            });
        }
        self.pay(len.max(FEE))?;
        let start = self.base.saturating_add(address);
        let length = len as usize;
        if length > WINDOW {
            self.reader.seek(SeekFrom::Start(start))?;
            let got = (&mut self.reader).take(len).read_to_end(out)?;
            return if got == length {
                Ok(())
            } else {
                Err(FormatError::Truncated {
                    what,
                    offset: start,
                })
            };
        }
        let first = match self.place(start, length) {
            Some(first) => first,
            None => {
                self.fill(start)?;
                self.place(start, length).ok_or(FormatError::Truncated {
                    what,
                    offset: start,
                })?
            }
        };
        out.extend_from_slice(self.window.get(first..first + length).unwrap_or_default());
        Ok(())
    }

    /// A cursor's worth of bytes: up to `most`, fewer at the end of the file.
    pub(super) fn prefix(
        &mut self,
        address: u64,
        most: u64,
        what: &'static str,
    ) -> Result<Vec<u8>, FormatError> {
        let len = most.min(self.held(address));
        self.bytes(address, len, what)
    }

    /// Bytes from an address to the end of the file.
    fn held(&self, address: u64) -> u64 {
        let start = self.base.saturating_add(address);
        self.size.saturating_sub(start)
    }

    fn place(&self, start: u64, length: usize) -> Option<usize> {
        let first = usize::try_from(start.checked_sub(self.window_at)?).ok()?;
        (first.checked_add(length)? <= self.window.len()).then_some(first)
    }

    fn fill(&mut self, start: u64) -> Result<(), FormatError> {
        self.pay(SEEK)?;
        self.window.clear();
        self.window_at = start;
        self.reader.seek(SeekFrom::Start(start))?;
        (&mut self.reader)
            .take(WINDOW as u64)
            .read_to_end(&mut self.window)?;
        Ok(())
    }

    /// Fails the second time a node is visited: honest trees share none, and
    /// cycles would not end.
    pub(super) fn visit(&mut self, address: u64, what: &'static str) -> Result<(), FormatError> {
        if self.nodes.insert(address) {
            return Ok(());
        }
        Err(FormatError::Malformed {
            what,
            offset: self.base.saturating_add(address),
        })
    }

    /// Does the address mean "nothing is here"?
    pub(super) fn undefined(&self, address: u64) -> bool {
        address == u64::MAX || address == (1 << (8 * self.offset_size.min(7))) - 1
    }

    /// An address at the cursor.
    pub(super) fn address(&self, cursor: &mut Cursor<'_>) -> Result<u64, FormatError> {
        cursor.uint(self.offset_size)
    }

    /// A length at the cursor.
    pub(super) fn length(&self, cursor: &mut Cursor<'_>) -> Result<u64, FormatError> {
        cursor.uint(self.length_size)
    }

    /// Note that the meaning of these bytes is known.
    pub(super) fn note(&mut self, address: u64, len: u64) {
        let start = self.base.saturating_add(address).min(self.size);
        let end = start.saturating_add(len).min(self.size);
        let room = self.known.len() < RANGES;
        match self.known.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ if room => self.known.push(start..end),
            _ => self.all_noted = false,
        }
    }

    /// The ranges of the file that belong to nothing, in order.
    pub(super) fn unknown(mut self) -> Vec<Range<u64>> {
        self.known.sort_unstable_by_key(|range| range.start);
        let mut unknown = Vec::new();
        let mut at = 0;
        for range in &self.known {
            if range.start > at {
                unknown.push(at..range.start);
            }
            at = at.max(range.end);
        }
        if at < self.size {
            unknown.push(at..self.size);
        }
        unknown
    }
}
