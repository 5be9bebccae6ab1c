//! The buffers of a body, compressed or not, read front to back.
//!
//! A shared seekable reader and the place of a buffer enter; a byte window over
//! its content leaves. Many buffers can be open at once, since each seeks to
//! its own place before it reads.

use std::cell::{Cell, RefCell};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use lz4_flex::frame::FrameDecoder;

use crate::format::FormatError;
use crate::format::bytes::{Bytes, read_past};

/// How the buffers of a batch are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Lz4,
    Zstd,
}

/// Where a buffer is, within its body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) start: u64,
    pub(super) len: u64,
}

/// A body: the part of the file the buffers of one batch are in.
pub(super) struct Body<'r, R: ?Sized> {
    pub(super) reader: &'r RefCell<&'r mut R>,
    /// Its place in the file.
    pub(super) start: u64,
    /// Its length, as far as the file holds it.
    pub(super) len: u64,
    pub(super) codec: Option<Codec>,
    /// Bytes of buffers that may still be opened: batches whose buffers overlap
    /// would otherwise read the same bytes again and again.
    pub(super) budget: Cell<u64>,
    /// Most that a buffer may yield per compressed byte, beyond [`FREE`].
    pub(super) ratio: u64,
    /// Bytes all compressed buffers may still yield.
    pub(super) unpacked: &'r Cell<u64>,
}

/// What a compressed buffer may yield whatever its ratio.
const FREE: u64 = 16 << 20;

/// Most bytes held of one buffer.
const LARGEST: u64 = 128 * 1024;

/// An open buffer.
pub(super) struct Buffer<'r, R: ?Sized + Read + Seek> {
    pub(super) bytes: Bytes<Source<'r, R>>,
    /// Length of the content.
    pub(super) len: u64,
    /// Place of the content in the file, if it stands there as it is.
    pub(super) place: Option<u64>,
}

impl<'r, R: ?Sized + Read + Seek> Body<'r, R> {
    /// Opens a buffer. Fails where it is not inside the body.
    pub(super) fn open(&self, slot: Slot) -> Result<Buffer<'r, R>, FormatError> {
        let offset = self.start.saturating_add(slot.start);
        if slot.start.saturating_add(slot.len) > self.len {
            let what = "buffer of an Arrow batch";
            return Err(FormatError::Truncated { what, offset });
        }
        let what = "overlapping buffers of an Arrow batch";
        let left = self.budget.get().checked_sub(slot.len);
        self.budget.set(left.ok_or(FormatError::Limit { what })?);
        let mut part = Part {
            reader: self.reader,
            at: offset,
            end: offset + slot.len,
        };
        let Some(codec) = self.codec.filter(|_| slot.len > 0) else {
            return Ok(Buffer::plain(part));
        };
        let mut length = [0; 8];
        part.read_exact(&mut length)
            .map_err(|_| malformed("compressed buffer of an Arrow batch", offset))?;
        let length = i64::from_le_bytes(length);
        // -1 tells that this buffer did not get smaller and is stored as it is.
        if length == -1 {
            return Ok(Buffer::plain(part));
        }
        let what = "length of a compressed Arrow buffer";
        let len = u64::try_from(length).map_err(|_| malformed(what, offset))?;
        self.admit(len, slot.len)?;
        let part = BufReader::new(part);
        let source = match codec {
            Codec::Lz4 => Source::Lz4(Box::new(FrameDecoder::new(part)).take(len)),
            Codec::Zstd => {
                let decoder = zstd::Decoder::with_buffer(part)?;
                Source::Zstd(Box::new(decoder).take(len))
            }
        };
        let bytes = Bytes::sized(source, Source::skip, window(len), 0);
        let place = None;
        Ok(Buffer { bytes, len, place })
    }

    /// Counts what a buffer will yield against the limits.
    fn admit(&self, len: u64, packed: u64) -> Result<(), FormatError> {
        if len > packed.saturating_mul(self.ratio).max(FREE) {
            let what = "ratio of a compressed Arrow buffer";
            return Err(FormatError::Limit { what });
        }
        let what = "bytes unpacked from one Arrow file";
        let left = self.unpacked.get().checked_sub(len);
        self.unpacked.set(left.ok_or(FormatError::Limit { what })?);
        Ok(())
    }
}

impl<'r, R: ?Sized + Read + Seek> Buffer<'r, R> {
    fn plain(part: Part<'r, R>) -> Self {
        let len = part.end - part.at;
        let place = Some(part.at);
        let bytes = Bytes::sized(Source::Plain(part), Source::skip, window(len), 0);
        Self { bytes, len, place }
    }

    /// The next number of 4 or 8 bytes.
    pub(super) fn number(&mut self, wide: bool) -> Result<u64, FormatError> {
        self.signed(if wide { 64 } else { 32 })?
            .try_into()
            .map_err(|_| self.malformed())
    }

    /// The next signed number of 8, 16, 32 or 64 bits.
    pub(super) fn signed(&mut self, bits: u32) -> Result<i64, FormatError> {
        let number = match bits {
            8 => self.bytes.array()?.map(|b| i64::from(i8::from_le_bytes(b))),
            16 => self
                .bytes
                .array()?
                .map(|b| i64::from(i16::from_le_bytes(b))),
            32 => self
                .bytes
                .array()?
                .map(|b| i64::from(i32::from_le_bytes(b))),
            _ => self.bytes.array()?.map(i64::from_le_bytes),
        };
        number.ok_or_else(|| self.malformed())
    }

    /// Has all of it been read?
    pub(super) fn ended(&mut self) -> io::Result<bool> {
        Ok(self.bytes.offset() >= self.len || self.bytes.peek()?.is_none())
    }

    /// The next `left` bytes as a reader.
    pub(super) fn rest(&mut self, left: u64) -> io::Take<Rest<'_, 'r, R>> {
        Rest(&mut self.bytes).take(left)
    }

    fn malformed(&self) -> FormatError {
        let what = "numbers of an Arrow buffer";
        malformed(what, self.place.unwrap_or(0))
    }
}

/// The window for so many bytes: most batches of most files are short, and a
/// window is cleared when it is made.
fn window(len: u64) -> usize {
    len.clamp(1, LARGEST) as usize
}

/// A window as a reader.
pub(super) struct Rest<'b, 'r, R: ?Sized + Read + Seek>(&'b mut Bytes<Source<'r, R>>);

impl<R: ?Sized + Read + Seek> Read for Rest<'_, '_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let chunk = self.0.chunk()?;
        let count = chunk.len().min(out.len());
        out[..count].copy_from_slice(&chunk[..count]);
        self.0.consume(count);
        Ok(count)
    }
}

/// Structures that are wrong.
pub(super) fn malformed(what: &'static str, offset: u64) -> FormatError {
    FormatError::Malformed { what, offset }
}

/// The content of a buffer.
pub(super) enum Source<'r, R: ?Sized + Read + Seek> {
    Plain(Part<'r, R>),
    Lz4(io::Take<Box<FrameDecoder<BufReader<Part<'r, R>>>>>),
    Zstd(io::Take<Box<zstd::Decoder<'static, BufReader<Part<'r, R>>>>>),
}

impl<R: ?Sized + Read + Seek> Read for Source<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match self {
            Self::Plain(part) => return part.read(out),
            Self::Lz4(decoder) => decoder.read(out),
            Self::Zstd(decoder) => decoder.read(out),
        };
        // What the system did not refuse is damage, of this buffer only.
        read.map_err(|error| match error.raw_os_error() {
            Some(_) => error,
            None => malformed("compressed Arrow buffer", 0).into(),
        })
    }
}

impl<R: ?Sized + Read + Seek> Source<'_, R> {
    fn skip(&mut self, n: u64) -> io::Result<u64> {
        match self {
            Self::Plain(part) => {
                let n = n.min(part.end - part.at);
                part.at += n;
                Ok(n)
            }
            packed => read_past(packed, n),
        }
    }
}

/// A range of the shared reader.
pub(super) struct Part<'r, R: ?Sized> {
    reader: &'r RefCell<&'r mut R>,
    at: u64,
    end: u64,
}

impl<R: ?Sized + Read + Seek> Read for Part<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = out.len().min(left);
        let mut reader = self.reader.borrow_mut();
        reader.seek(SeekFrom::Start(self.at))?;
        let count = reader.read(&mut out[..most])?;
        self.at += count as u64;
        Ok(count)
    }
}
