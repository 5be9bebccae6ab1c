//! What is inside a blob: fragments of text, each with its route.
//!
//! In: an opened blob and its kind. Out, to a [`Sink`]: fragments in order,
//! and a skip for everything that was not read. Memory stays flat whatever
//! the blob's size.

mod archive;
mod pickle;
mod safetensors;
mod stream;
mod utf16;

pub mod place;

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use crate::blob::{Fragment, Kind, ReadSeek, Route};
use crate::finding::SkipClass;
use crate::format::FormatError;

/// Takes what an extractor finds.
pub trait Sink {
    /// A window of text. `base == 0` starts a new stream.
    fn fragment(&mut self, fragment: &Fragment<'_>);
    /// A part that was not, or not wholly, read.
    fn skip(&mut self, class: SkipClass, route: &Route, why: String);
    /// Bytes swept without a reader for them.
    fn raw(&mut self);
    /// The name of what stands at `route`, which may hold a secret itself.
    fn name(&mut self, route: &Route, name: &str);
}

/// How deep containers may nest.
const MAX_DEPTH: u8 = 6;

/// A blob, or something inside one, on its way through the extractors.
#[derive(Clone, Debug)]
pub(crate) struct Inside {
    /// Way from the file.
    pub(crate) route: Route,
    /// Containers around it.
    pub(crate) depth: u8,
    /// Its first byte's place in the file, where its bytes are the file's.
    pub(crate) raw: Option<u64>,
    /// Do line numbers mean anything here?
    pub(crate) lines: bool,
    /// Bytes all archives inside the file may still yield, at any depth.
    pub(crate) left: Rc<Cell<u64>>,
}

/// Most bytes the archives inside one file may yield together: an archive in
/// an archive gets no allowance of its own.
const MOST_UNPACKED: u64 = 1 << 30;

/// Extract a whole blob.
pub fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    kind: Kind,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let root = Inside {
        route: Route::default(),
        depth: 0,
        raw: Some(0),
        lines: kind.is_text(),
        left: Rc::new(Cell::new(MOST_UNPACKED)),
    };
    inside(reader, size, kind, &root, sink)
}

fn inside(
    reader: &mut dyn ReadSeek,
    size: u64,
    kind: Kind,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    if at.depth > MAX_DEPTH {
        sink.skip(
            SkipClass::Limited,
            &at.route,
            format!("containers nest deeper than {MAX_DEPTH}"),
        );
        return Ok(());
    }
    match kind {
        Kind::Text(_) => stream::sweep(reader, kind, at, sink),
        Kind::Utf16(big_endian) => utf16::sweep(reader, big_endian, at, sink),
        Kind::Binary => {
            sink.raw();
            stream::sweep(reader, kind, at, sink)
        }
        Kind::Safetensors => safetensors::extract(reader, size, at, sink),
        Kind::Pickle => pickle::extract(reader, at, sink),
        Kind::Zip => archive::extract(reader, at, sink),
    }
}

/// A reader failed on its format: say so, and sweep the bytes as they are.
fn fall_back(
    reader: &mut dyn ReadSeek,
    error: &FormatError,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let class = match error {
        FormatError::Limit { .. } | FormatError::Unsupported { .. } => SkipClass::Limited,
        _ => SkipClass::Failed,
    };
    sink.skip(class, &at.route, error.to_string());
    reader.rewind()?;
    sink.raw();
    stream::sweep(reader, Kind::Binary, at, sink)
}
