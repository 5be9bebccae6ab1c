//! Content that comes out of a decompressor, or out of an archive read as a
//! stream: once, from front to back.
//!
//! In: a reader that cannot seek. Out: the same as for a file. Texts, pickles,
//! tar archives and further streams are read as they come, however long they
//! are; what must seek is spooled first, in memory or an unnamed temporary
//! file, within the limit for one member.

use std::cell::Cell;
use std::io::{self, Read, Write};

use super::{Inside, Sink, compressed, inside, pickle, skip_class, stream, tar, utf16};
use crate::blob::{Fact, HEAD, Kind, Text};
use crate::finding::SkipClass;
use crate::format::FormatError;

/// Bytes of a spooled member kept in memory.
const IN_MEMORY: usize = 8 << 20;

/// Extract all of `reader`; `kind` tells what it is from its first bytes. An
/// error stands for what comes behind it: everything before is delivered.
pub(super) fn extract(
    reader: &mut dyn Read,
    size: Option<u64>,
    kind: &dyn Fn(&[u8]) -> Kind,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    if too_deep(at, sink) {
        return Ok(());
    }
    let mut head = Vec::with_capacity(HEAD);
    // What came before an error is delivered, then the error comes again.
    let broken = (&mut *reader)
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .err();
    let kind = kind(&head);
    let mut rest = Rest { reader, broken };
    let mut reader = head.chain(&mut rest);
    let reader: &mut dyn Read = &mut reader;
    if needs_seek(kind) {
        return spool(reader, kind, at, sink);
    }
    sink.fact(&at.route, &Fact::Content { kind, size });
    match kind {
        Kind::Utf16(big_endian) => utf16::sweep(reader, big_endian, at, sink)?,
        Kind::Pickle => as_pickle(reader, at, sink)?,
        Kind::Tar => tar::extract_stream(reader, at, sink)?,
        Kind::Compressed(format, text) => {
            compressed::extract_stream(reader, format, text, at, sink)?;
        }
        Kind::Text(_) => stream::sweep(reader, kind, at, sink)?,
        _ => {
            sink.raw();
            stream::sweep(reader, Kind::Binary, at, sink)?;
        }
    }
    Ok(())
}

/// Says so, if there are more containers around than shall be opened.
pub(super) fn too_deep(at: &Inside, sink: &mut dyn Sink) -> bool {
    let deepest = at.limits.depth;
    let too_deep = at.depth > deepest;
    if too_deep {
        let why = format!("containers nest deeper than {deepest}");
        sink.skip(SkipClass::Limited, &at.route, why);
    }
    too_deep
}

/// Must its reader seek?
pub(super) fn needs_seek(kind: Kind) -> bool {
    let text = matches!(kind, Kind::Text(text) if text != Text::Notebook);
    !text
        && !matches!(
            kind,
            Kind::Binary | Kind::Utf16(_) | Kind::Pickle | Kind::Tar | Kind::Compressed(..)
        )
}

fn spool(
    reader: &mut dyn Read,
    kind: Kind,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let most = at.limits.member_bytes;
    let mut spooled = tempfile::SpooledTempFile::new(IN_MEMORY);
    let copied = io::copy(&mut (&mut *reader).take(most), &mut spooled);
    let over = copied.is_ok() && reader.read(&mut [0; 1])? > 0;
    spooled.flush()?;
    let size = io::Seek::seek(&mut spooled, io::SeekFrom::End(0))?;
    io::Seek::rewind(&mut spooled)?;
    // A member cut off is still read as far as it goes.
    inside(&mut spooled, size, kind, at, sink)?;
    if over {
        let what = "size of a member that must be read as a whole";
        return Err(FormatError::Limit { what });
    }
    copied.map(drop).map_err(FormatError::from)
}

/// A pickle, and what stands behind its end or where it breaks off.
fn as_pickle(reader: &mut dyn Read, at: &Inside, sink: &mut dyn Sink) -> Result<(), FormatError> {
    let mut retained = Retained::new(reader);
    let end = match pickle::extract_stream(&mut retained, at, sink) {
        Ok(end) => Some(end),
        Err(error @ (FormatError::Io(_) | FormatError::Limit { .. })) => return Err(error),
        Err(error) => {
            sink.skip(skip_class(&error), &at.route, error.to_string());
            None
        }
    };
    let mut held = retained.from(end);
    if end.is_some() && held.is_empty() {
        (&mut retained.inner).take(1).read_to_end(&mut held)?;
    }
    if held.is_empty() && end.is_some() {
        return Ok(());
    }
    sink.raw();
    let behind = Inside {
        raw: None,
        ..at.part("")
    };
    stream::sweep(
        &mut held.chain(&mut retained.inner),
        Kind::Binary,
        &behind,
        sink,
    )?;
    Ok(())
}

/// Keeps what was read last, since readers read ahead of what they understand.
struct Retained<'a> {
    inner: &'a mut dyn Read,
    last: Vec<u8>,
    /// Bytes read so far.
    read: u64,
}

/// More than any reader reads ahead.
const RETAINED: usize = 256 * 1024;

impl<'a> Retained<'a> {
    fn new(inner: &'a mut dyn Read) -> Self {
        Self {
            inner,
            last: Vec::new(),
            read: 0,
        }
    }

    /// The bytes retained, those from `offset` on if it is known.
    fn from(&self, offset: Option<u64>) -> Vec<u8> {
        let begin = self.read.saturating_sub(self.last.len() as u64);
        let skipped = offset.map_or(0, |offset| offset.saturating_sub(begin));
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        self.last.get(skipped..).unwrap_or_default().to_vec()
    }
}

impl Read for Retained<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        if self.last.len() > 4 * RETAINED {
            self.last.drain(..self.last.len() - RETAINED);
        }
        self.last.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

/// The rest of a reader, which may have failed already.
struct Rest<'a> {
    reader: &'a mut dyn Read,
    broken: Option<io::Error>,
}

impl Read for Rest<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.broken.take() {
            Some(error) => Err(error),
            None => self.reader.read(buffer),
        }
    }
}

/// Counts what is unpacked against the total of all archives in a file.
pub(super) struct Counted<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
}

impl<'a, R: Read> Counted<'a, R> {
    pub(super) fn new(inner: R, left: &'a Cell<u64>) -> Self {
        Self { inner, left }
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            // Content that takes the last byte exactly has ended.
            if self.inner.read(&mut [0; 1])? == 0 {
                return Ok(0);
            }
            return Err(FormatError::Limit {
                what: "bytes that all archives in one file yield",
            }
            .into());
        }
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut buffer[..most])?;
        self.left.set(left.saturating_sub(count as u64));
        Ok(count)
    }
}
