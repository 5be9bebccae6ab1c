//! The two ends of a rewriting: the file that is read and the one that is
//! written.
//!
//! Places of the one enter; bytes for the other leave, in pieces.

use std::io::{Read, Seek, Write};
use std::ops::Range;

use super::super::page::Page;
use super::super::window::Window;
use super::super::{Limits, Work};
use crate::format::FormatError;

/// Bytes copied at once.
const PIECE: u64 = 1 << 20;

/// The file that is read.
pub(super) struct Source<'a, R> {
    reader: &'a mut R,
    window: Window,
    pub(super) work: Work,
    pub(super) limits: Limits,
    /// Pages must end before the footer.
    pub(super) end: u64,
}

impl<'a, R: Read + Seek> Source<'a, R> {
    /// A file of `size` bytes whose footer begins at `end`.
    pub(super) fn new(reader: &'a mut R, size: u64, end: u64, limits: Limits) -> Self {
        Self {
            reader,
            window: Window::new(size),
            work: Work::new(size, &limits),
            limits,
            end,
        }
    }

    /// The head of the page at `at`, which ends before `end`.
    pub(super) fn head(&mut self, at: u64, end: u64) -> Result<Page, FormatError> {
        self.window.head(self.reader, at, end)
    }

    /// The bytes of a place, which are all there and not more than a page may
    /// have.
    pub(super) fn bytes(&mut self, place: &Range<u64>) -> Result<&[u8], FormatError> {
        self.bytes_and_work(place).map(|(bytes, _)| bytes)
    }

    /// The same, and what may still be done.
    pub(super) fn bytes_and_work(
        &mut self,
        place: &Range<u64>,
    ) -> Result<(&[u8], &mut Work), FormatError> {
        let length = self.length(place)?;
        if length > self.limits.page {
            let what = "size of a parquet page";
            return Err(FormatError::Limit { what });
        }
        let bytes = self
            .window
            .bytes(self.reader, place.start, length, self.end)?;
        if (bytes.len() as u64) < length {
            return Err(truncated(place));
        }
        Ok((bytes, &mut self.work))
    }

    /// Copies the bytes of a place.
    pub(super) fn copy(
        &mut self,
        place: &Range<u64>,
        output: &mut Output<'_>,
    ) -> Result<(), FormatError> {
        self.length(place)?;
        let mut at = place.start;
        while at < place.end {
            let length = PIECE.min(place.end - at);
            let bytes = self.window.bytes(self.reader, at, length, self.end)?;
            if bytes.is_empty() {
                return Err(truncated(place));
            }
            output.write(bytes)?;
            at += bytes.len() as u64;
        }
        Ok(())
    }

    fn length(&self, place: &Range<u64>) -> Result<u64, FormatError> {
        let length = place.end.checked_sub(place.start);
        length
            .filter(|_| place.start >= 4 && place.end <= self.end)
            .ok_or_else(|| truncated(place))
    }
}

fn truncated(place: &Range<u64>) -> FormatError {
    FormatError::Truncated {
        what: "part of a parquet file",
        offset: place.start,
    }
}

/// The file that is written.
pub(super) struct Output<'a> {
    to: &'a mut dyn Write,
    /// Bytes written so far.
    pub(super) at: u64,
}

impl<'a> Output<'a> {
    pub(super) fn new(to: &'a mut dyn Write) -> Self {
        Self { to, at: 0 }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.to.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}
