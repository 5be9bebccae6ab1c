//! Inflates raw deflate data within limits.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::Limits;
use crate::format::FormatError;
use crate::format::bytes::Bytes;

/// Up to here any ratio is fine: small files of zeros are no bombs.
const RATIO_FREE: u64 = 1024 * 1024;

/// A decompressing reader.
pub(super) struct Inflate<R> {
    input: Bytes<R>,
    state: Decompress,
    limits: Limits,
    offset: u64,
    ended: bool,
}

impl<R: Read> Inflate<R> {
    /// Inflates `data`, which stands at `offset` of the file.
    pub(super) fn new(data: R, offset: u64, limits: Limits) -> Self {
        Self {
            input: Bytes::new(data),
            state: Decompress::new(false),
            limits,
            offset,
            ended: false,
        }
    }

    fn check_limits(&self) -> Result<(), FormatError> {
        let (read, made) = (self.state.total_in(), self.state.total_out());
        let what = if made >= self.limits.bytes {
            "decompressed size of a zip member"
        } else if made > RATIO_FREE && made > read.saturating_mul(self.limits.ratio) {
            "compression ratio of a zip member"
        } else {
            return Ok(());
        };
        Err(FormatError::Limit { what })
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        self.check_limits()?;
        let room = self.limits.bytes - self.state.total_out();
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let room = room.min(buffer.len());
        loop {
            let (read, made) = (self.state.total_in(), self.state.total_out());
            let input = self.input.chunk()?;
            let at_end = input.is_empty();
            let out = &mut buffer[..room];
            let what = "deflated zip member";
            let offset = self.offset + read;
            let status = self.state.decompress(input, out, FlushDecompress::None);
            let status = status.map_err(|_| FormatError::Malformed { what, offset })?;
            let passed = self.state.total_in() - read;
            self.input.consume(passed as usize);
            let made = (self.state.total_out() - made) as usize;
            self.ended = status == Status::StreamEnd;
            if self.ended || made > 0 {
                return Ok(made);
            }
            if at_end {
                return Err(FormatError::Truncated { what, offset }.into());
            }
            if passed == 0 {
                return Err(FormatError::Malformed { what, offset }.into());
            }
        }
    }
}
