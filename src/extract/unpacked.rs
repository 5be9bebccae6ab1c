//! Content that comes out of a decompressor, or out of an archive read as a
//! stream: once, from front to back.
//!
//! In: a reader that cannot seek. Out: the same as for a file. Texts, tar
//! archives and further streams are read as they come, however long they
//! are; what must seek is spooled first, in memory or an unnamed temporary
//! file, within the limit for one member.

use std::cell::Cell;
use std::io::{self, Read, Write};

use super::{Inside, Sink, compressed, inside, npy, stream, tar, utf16};
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
    // Where an array ends is told by its size alone.
    let array = (kind == Kind::Npy).then_some(size);
    if needs_seek(kind) || array == Some(None) {
        return spool(reader, kind, at, sink);
    }
    sink.fact(&at.route, &Fact::Content { kind, size });
    match kind {
        Kind::Utf16(big_endian) => utf16::sweep(reader, big_endian, at, sink)?,
        // Numbers are not unpacked only to be passed over.
        Kind::Npy => npy::extract_stream(reader, size.unwrap_or_default(), at, sink)?,
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
            Kind::Binary | Kind::Utf16(_) | Kind::Npy | Kind::Tar | Kind::Compressed(..)
        )
}

pub(super) fn spool(
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
