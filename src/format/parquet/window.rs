//! The stretch of a parquet file that is in memory.
//!
//! A seekable reader enters; bytes at a place, and heads of pages, leave. Reading
//! ahead saves calls where pages follow one another.

use std::io::{Read, Seek, SeekFrom};

use super::page::{self, Page};
use crate::format::FormatError;

/// Bytes read at once.
const WINDOW: u64 = 1 << 20;

/// Most bytes read, beyond twice those of the file, before only what is needed
/// is read at once.
const AHEAD: u64 = 64 << 20;

/// The first try to read the head of a page, and the last: statistics in it may
/// hold long values.
const HEAD: u64 = 4 << 10;
const LONGEST_HEAD: u64 = 16 << 20;

/// A stretch of the file in memory.
pub(super) struct Window {
    bytes: Vec<u8>,
    start: u64,
    /// Bytes that may still be read ahead, for chunks that are in no order.
    ahead: u64,
}

impl Window {
    /// For a file of `size` bytes.
    pub(super) fn new(size: u64) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            ahead: size.saturating_mul(2).saturating_add(AHEAD),
        }
    }

    /// `length` bytes at `at`, which end before `end`; fewer only at the end of
    /// the file.
    pub(super) fn bytes<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        at: u64,
        length: u64,
        end: u64,
    ) -> Result<&[u8], FormatError> {
        let held = self.start + self.bytes.len() as u64;
        if at < self.start || at > held {
            self.bytes.clear();
            self.start = at;
        }
        if at + length > self.start + self.bytes.len() as u64 {
            self.bytes.drain(..(at - self.start) as usize);
            self.start = at;
            let from = at + self.bytes.len() as u64;
            let ahead = WINDOW.min(self.ahead);
            let more = length.max(ahead).min(end.saturating_sub(at));
            let more = more.saturating_sub(self.bytes.len() as u64);
            self.ahead = self.ahead.saturating_sub(more);
            reader.seek(SeekFrom::Start(from))?;
            reader.take(more).read_to_end(&mut self.bytes)?;
        }
        let start = (at - self.start) as usize;
        let stop = start.saturating_add(length as usize).min(self.bytes.len());
        Ok(&self.bytes[start..stop])
    }

    /// The head of the page at `at`, which ends before `end`.
    pub(super) fn head<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        at: u64,
        end: u64,
    ) -> Result<Page, FormatError> {
        let mut wanted = HEAD;
        loop {
            let held = wanted.min(end - at);
            let bytes = self.bytes(reader, at, held, end)?;
            match page::read(bytes, at) {
                Err(FormatError::Truncated { .. }) if held == wanted && wanted < LONGEST_HEAD => {
                    wanted *= 4;
                }
                read => return read,
            }
        }
    }
}
