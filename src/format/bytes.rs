//! A forward byte window over a reader, shared by the streaming readers.
//!
//! A `Read` enters; slices of one reused buffer leave, with the absolute offset
//! of the next byte.

use std::io::{self, Read, Seek, SeekFrom};

/// Size of the window: large enough that refills are rare, small enough that
/// one per open reader costs nothing.
const WINDOW: usize = 128 * 1024;

/// How a reader gets past bytes that nobody wants; answers how many it passed.
pub(super) type Skip<R> = fn(&mut R, u64) -> io::Result<u64>;

/// The window.
pub(super) struct Bytes<R> {
    inner: R,
    skip: Skip<R>,
    window: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
}

impl<R: Read> Bytes<R> {
    /// A window whose skipping reads and discards.
    pub(super) fn new(inner: R) -> Self {
        Self::with_skip(inner, read_past)
    }

    /// A window with its own way to skip.
    pub(super) fn with_skip(inner: R, skip: Skip<R>) -> Self {
        Self::sized(inner, skip, WINDOW, 0)
    }

    /// A window of a size of its own over bytes that begin at `offset`.
    pub(super) fn sized(inner: R, skip: Skip<R>, window: usize, offset: u64) -> Self {
        Self {
            inner,
            skip,
            window: vec![0; window],
            start: 0,
            end: 0,
            offset,
        }
    }

    /// The offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes at hand, refilled when none are; empty only at the end.
    #[inline]
    pub(super) fn chunk(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            self.refill()?;
        }
        Ok(&self.window[self.start..self.end])
    }

    /// Passes `n` bytes of the chunk at hand.
    #[inline]
    pub(super) fn consume(&mut self, n: usize) {
        let n = n.min(self.end - self.start);
        self.start += n;
        self.offset += n as u64;
    }

    /// The next byte, left in place.
    #[inline]
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.chunk()?.first().copied())
    }

    /// The next byte.
    #[inline]
    pub(super) fn next(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        self.consume(1);
        Ok(byte)
    }

    /// Up to `n` next bytes, left in place, at most a window; fewer only at the
    /// end.
    pub(super) fn lookahead(&mut self, n: usize) -> io::Result<&[u8]> {
        let n = n.min(self.window.len());
        if self.end - self.start < n {
            self.window.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            while self.end < n && self.refill()? {}
        }
        let held = n.min(self.end - self.start);
        Ok(&self.window[self.start..self.start + held])
    }

    /// Exactly `N` bytes, or `None` when the input ends first.
    pub(super) fn array<const N: usize>(&mut self) -> io::Result<Option<[u8; N]>> {
        let found = <[u8; N]>::try_from(self.lookahead(N)?).ok();
        if found.is_some() {
            self.consume(N);
        }
        Ok(found)
    }

    /// Appends up to `n` bytes to `out`; answers how many there were.
    pub(super) fn append(&mut self, out: &mut Vec<u8>, n: u64) -> io::Result<u64> {
        let mut left = n;
        while left > 0 {
            let chunk = self.chunk()?;
            let take = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if take == 0 {
                break;
            }
            out.extend_from_slice(&chunk[..take]);
            self.consume(take);
            left -= take as u64;
        }
        Ok(n - left)
    }

    /// Passes `n` bytes; answers how many there were.
    pub(super) fn skip(&mut self, n: u64) -> io::Result<u64> {
        let held = ((self.end - self.start) as u64).min(n);
        self.consume(held as usize);
        if held == n {
            return Ok(n);
        }
        let passed = (self.skip)(&mut self.inner, n - held)?;
        self.offset += passed;
        Ok(held + passed)
    }

    /// Reads once behind what is held; `false` at the end of the input.
    fn refill(&mut self) -> io::Result<bool> {
        loop {
            match self.inner.read(&mut self.window[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    return Ok(n > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Skips by reading: the only way through a decompressor.
pub(super) fn read_past<R: Read>(reader: &mut R, n: u64) -> io::Result<u64> {
    io::copy(&mut reader.take(n), &mut io::sink())
}

/// Skips by seeking, but never past the end: a seek beyond it would succeed
/// and hide a truncated input.
pub(super) fn seek_past<R: Read + Seek>(reader: &mut R, n: u64) -> io::Result<u64> {
    let here = reader.stream_position()?;
    let end = reader.seek(SeekFrom::End(0))?;
    let there = here.saturating_add(n).min(end.max(here));
    reader.seek(SeekFrom::Start(there))?;
    Ok(there - here)
}
