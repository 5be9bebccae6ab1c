//! Pickles: every string, with the key it is stored under, and every call.
//!
//! In: a pickle. Out: one fragment a string, `key = "value"` where the key is
//! known, so that rules that need a name beside a value find it here too; and
//! the fact of what loading it would import and call, also of a broken one.
//! Nothing is ever unpickled; long byte payloads and arrays are not read.

mod uses;

use std::io::{self, SeekFrom};
use std::ops::ControlFlow;

use super::named::Named;
use super::{Inside, Sink, fall_back, stream};
use crate::blob::{Fact, Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::pickle::{PickleEnd, PickleEvent, walk};
use uses::Uses;

/// The whole of a pickle, or several one after the other.
pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut strings = Strings::new(at);
    let mut uses = Uses::default();
    let mut seekable = reader;
    let walked = walk(&mut seekable, &mut |event| {
        uses.take(&event);
        strings.take(&event, sink)
    });
    strings.finish(sink)?;
    sink.fact(&at.route, &Fact::Unpickling(&uses.finish()));
    match walked {
        Ok(PickleEnd { storage: true, .. }) => {
            let why = "tensor bytes".to_owned();
            sink.skip(SkipClass::ByDesign, &at.route, why);
            Ok(())
        }
        Ok(PickleEnd { end_offset, .. }) => rest(seekable, end_offset, at, sink),
        Err(error) => fall_back(seekable, &error, at, sink),
    }
}

/// Bytes behind the last stream: something hidden, or the storage of a format
/// that is not known.
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
            _ => {}
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
