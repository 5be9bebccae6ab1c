//! Pickles: every string, with the key it is stored under.
//!
//! In: a pickle, seekable or not. Out: one fragment a string, `key = "value"`
//! where the key is known, so that rules that need a name beside a value find
//! it here too. Nothing is ever unpickled; long byte payloads are not read.

use std::io::{self, Read, SeekFrom};
use std::ops::ControlFlow;

use super::named::Named;
use super::{Inside, Sink, fall_back, stream};
use crate::blob::{Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::pickle::{PickleEnd, PickleEvent, walk, walk_stream};

/// A pickle that is a file, or was spooled to one.
pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut strings = Strings::new(at);
    let mut seekable = reader;
    let walked = walk(&mut seekable, &mut |event| strings.take(&event, sink));
    strings.finish(sink)?;
    match walked {
        Ok(PickleEnd { end_offset, .. }) => rest(seekable, end_offset, at, sink),
        Err(error) => fall_back(seekable, &error, at, sink),
    }
}

/// A pickle inside an archive, read once from front to end.
pub(super) fn extract_stream(
    reader: &mut dyn Read,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut strings = Strings::new(at);
    let mut reader = reader;
    let walked = walk_stream(&mut reader, &mut |event| strings.take(&event, sink));
    strings.finish(sink)?;
    walked.map(drop)
}

/// Bytes behind the last stream: raw storage, or something hidden.
fn rest(reader: &mut dyn ReadSeek, from: u64, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    let end = reader.seek(SeekFrom::End(0))?;
    if from >= end {
        return Ok(());
    }
    reader.seek(SeekFrom::Start(from))?;
    sink.raw();
    stream::sweep(reader, Kind::Binary, &at.from(from), sink)
}

struct Strings<'a> {
    at: &'a Inside,
    skipped: u64,
    failed: io::Result<()>,
    named: Named,
}

impl<'a> Strings<'a> {
    fn new(at: &'a Inside) -> Self {
        Self {
            at,
            skipped: 0,
            failed: Ok(()),
            named: Named::default(),
        }
    }

    fn take(&mut self, event: &PickleEvent<'_>, sink: &mut dyn Sink) -> ControlFlow<()> {
        match event {
            PickleEvent::Str {
                offset,
                bytes,
                map,
                key,
                ..
            } => {
                self.failed = self.string(*offset, bytes, map.is_empty(), *key, sink);
            }
            PickleEvent::Skipped { len, .. } => self.skipped += len,
            PickleEvent::Global { .. } => {}
        }
        if self.failed.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    fn string(
        &mut self,
        offset: u64,
        bytes: &[u8],
        verbatim: bool,
        key: Option<&str>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let raw = verbatim.then_some(offset);
        self.named.deliver(key, bytes, raw, self.at, sink)
    }

    fn finish(self, sink: &mut dyn Sink) -> io::Result<()> {
        if self.skipped > 0 {
            sink.skip(
                SkipClass::ByDesign,
                &self.at.route,
                "byte payloads of a pickle".to_owned(),
            );
        }
        self.failed
    }
}
