//! Compressed files: the content as if it were the file, and the texts beside
//! it.
//!
//! In: a gzip, zstd, xz, bzip2 … file or member. Out: what its content holds,
//! under `!gzip` and the like, read as it comes out of the decompressor. A file
//! that is one compressed text costs time only, so it is read far beyond the
//! limit for archives; what is compressed inside of something else keeps to it.

#[cfg(test)]
mod tests;

use std::io::{self, Read};

use super::section::Section;
use super::unpacked::{self, Counted};
use super::{Inside, Sink, named, nested, skip_class, stream};
use crate::blob::{self, Fact, Kind, ProblemClass, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::codec::Budget;
use crate::format::compressed::{Compressed, Streams};

/// A file may yield this much at any ratio: texts of one repeated line are no
/// bombs.
const RATIO_FREE: u64 = 1 << 30;

/// Beyond that, more per byte than deflate can yield (1032) is none of a text.
const FILE_RATIO: u64 = 1000;

/// Inside of something else: as for the members of archives.
const MEMBER_RATIO_FREE: u64 = 16 << 20;

/// A compressed file, or one stored as it is in an archive.
pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    format: Compressed,
    text: Text,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let mut streams = Streams::new(&mut reader, format, budget(at));
    let failed = content(&mut streams, format, text, at, sink).err();
    let tail = streams.tail();
    drop(streams);
    if let Some(error) = failed {
        sink.skip(skip_class(&error), &at.route, error.to_string());
        if matches!(error, FormatError::Limit { .. } | FormatError::Io(_)) {
            return Ok(());
        }
        // Whatever the decompressor made of it: these are the bytes.
        reader.rewind()?;
        sink.raw();
        return stream::sweep(reader, Kind::Binary, at, sink);
    }
    let Some(start) = tail else {
        return Ok(());
    };
    report_tail(start, format, text, at, sink);
    let behind = Inside {
        raw: at.raw.map(|raw| raw + start),
        ..at.child("/trailing")
    };
    let mut section = Section::new(reader, start, size.saturating_sub(start))?;
    nested(&mut section, "", &behind, sink)
}

/// A compressed member of an archive that is itself read as a stream.
pub(super) fn extract_stream(
    reader: &mut dyn Read,
    format: Compressed,
    text: Text,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut streams = Streams::new(reader, format, budget(at));
    content(&mut streams, format, text, at, sink)?;
    if let Some(start) = streams.tail() {
        report_tail(start, format, text, at, sink);
        sink.raw();
        let behind = at.child("/trailing");
        stream::sweep(&mut Tail(&mut streams), Kind::Binary, &behind, sink)?;
    }
    Ok(())
}

/// How much may come out.
fn budget(at: &Inside) -> Budget {
    let limits = &at.limits;
    if at.depth == 0 {
        Budget {
            bytes: limits.stream_bytes,
            ratio: FILE_RATIO.max(limits.ratio),
            ratio_from: RATIO_FREE,
        }
    } else {
        Budget {
            bytes: limits.member_bytes,
            ratio: limits.ratio,
            ratio_from: MEMBER_RATIO_FREE,
        }
    }
}

fn content<R: Read>(
    streams: &mut Streams<R>,
    format: Compressed,
    text: Text,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let inner = at.child(&format!("!{}", format.as_str()));
    let kind = |head: &[u8]| match Kind::sniff("", head, u64::MAX) {
        Kind::Text(_) if text != Text::Plain => Kind::Text(text),
        kind => kind,
    };
    let done = if at.depth == 0 {
        unpacked::extract(&mut *streams, None, &kind, &inner, sink)
    } else {
        let mut counted = Counted::new(&mut *streams, &at.left);
        unpacked::extract(&mut counted, None, &kind, &inner, sink)
    };
    for aside in streams.take_asides() {
        let raw = Some(aside.offset);
        let value = &aside.bytes;
        let key = aside.what;
        sink.fact(&at.route, &Fact::Metadata { key, value });
        named::text(key, value, raw, at, sink)?;
    }
    if streams.asides_cut() {
        let why = format!("texts beside the content of a {} file", format.as_str());
        sink.skip(SkipClass::Limited, &at.route, why);
    }
    done
}

fn report_tail(at_byte: u64, format: Compressed, text: Text, at: &Inside, sink: &mut dyn Sink) {
    let words = format!("bytes follow the {} data", format.as_str());
    let problem = blob::Problem {
        kind: Kind::Compressed(format, text),
        class: ProblemClass::Hidden,
        at: Some(at_byte),
        text: &words,
    };
    sink.fact(&at.route, &Fact::Problem(problem));
}

/// What follows the last stream.
struct Tail<'a, R>(&'a mut Streams<R>);

impl<R: Read> Read for Tail<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_tail(buffer)
    }
}
