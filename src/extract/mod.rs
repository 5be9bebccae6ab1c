//! What is inside a blob: fragments of text, each with its route.
//!
//! In: an opened blob and its kind. Out, to a [`Sink`]: fragments in order,
//! and a skip for everything that was not read. Memory stays flat whatever
//! the blob's size.

mod archive;
mod arrow;
mod binary;
mod cells;
mod columns;
mod compressed;
mod gguf;
mod hdf5;
#[cfg(test)]
mod heard;
mod image;
mod named;
mod notebook;
mod npy;
mod office;
mod parquet;
mod pdf;
mod pickle;
mod protobuf;
mod pyc;
mod rows;
mod safetensors;
mod section;
mod seven_zip;
mod sqlite;
mod stream;
mod tar;
#[cfg(test)]
mod tests;
mod tflite;
mod tfrecord;
mod unpacked;
mod utf16;

pub mod place;

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use crate::blob::{Fact, Fragment, HEAD, Kind, Limits, ReadSeek, Route, Text};
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
    /// Something the auditor may want to know.
    fn fact(&mut self, route: &Route, fact: &Fact<'_>);
    /// Shall the columns of a table in text be delivered, besides its text?
    fn wants_columns(&self) -> bool {
        true
    }
    /// Shall the columns of a table be delivered whole: each row that repeats a
    /// value, and of text empty values (as empty cells, like `null`) and words
    /// such as `true`?
    fn wants_every_value(&self) -> bool {
        false
    }
    /// Shall the integers of this column be delivered, as decimal text? Those of
    /// text always are.
    fn wants_numbers(&self, _column: &str) -> bool {
        false
    }
}

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
    /// How far to go.
    pub(crate) limits: Rc<Limits>,
}

impl Inside {
    /// A whole file, which `kind` tells to have lines or not.
    fn root(kind: Kind, limits: &Limits) -> Self {
        Self {
            route: Route::default(),
            depth: 0,
            raw: Some(0),
            lines: kind.is_text(),
            left: Rc::new(Cell::new(limits.total_bytes)),
            limits: Rc::new(limits.clone()),
        }
    }

    /// Something contained in this one, `step` further. Its bytes are not
    /// taken for the file's own; where they are, set `raw`.
    fn child(&self, step: &str) -> Self {
        Self {
            route: self.route.join(step),
            depth: self.depth + 1,
            raw: None,
            lines: true,
            ..self.clone()
        }
    }

    /// A part of this one, `step` further.
    fn part(&self, step: &str) -> Self {
        Self {
            route: self.route.join(step),
            lines: false,
            ..self.clone()
        }
    }

    /// The same from byte `start` on.
    fn from(&self, start: u64) -> Self {
        Self {
            raw: self.raw.map(|raw| raw + start),
            lines: false,
            ..self.clone()
        }
    }
}

/// Extract a whole blob.
pub fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    kind: Kind,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    inside(reader, size, kind, &Inside::root(kind, limits), sink)
}

/// Tell what a content is, with `name` where its bytes leave it open, and
/// extract it.
fn nested(
    reader: &mut dyn ReadSeek,
    name: &str,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let size = reader.seek(io::SeekFrom::End(0))?;
    reader.rewind()?;
    let mut head = Vec::with_capacity(HEAD);
    (&mut *reader).take(HEAD as u64).read_to_end(&mut head)?;
    reader.rewind()?;
    inside(reader, size, Kind::sniff(name, &head, size), at, sink)
}

fn inside(
    reader: &mut dyn ReadSeek,
    size: u64,
    kind: Kind,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    if unpacked::too_deep(at, sink) {
        return Ok(());
    }
    let content = Fact::Content {
        kind,
        size: Some(size),
    };
    sink.fact(&at.route, &content);
    match kind {
        Kind::Text(Text::Notebook) => {
            stream::sweep(reader, kind, at, sink)?;
            reader.rewind()?;
            notebook::extract(reader, at, sink)
        }
        Kind::Text(_) => stream::sweep(reader, kind, at, sink),
        Kind::Utf16(big_endian) => utf16::sweep(reader, big_endian, at, sink),
        Kind::Binary | Kind::Executable(_) => binary::extract(reader, kind, at, sink),
        Kind::Safetensors => safetensors::extract(reader, size, at, sink),
        Kind::Parquet => parquet::extract(reader, size, at, sink),
        Kind::Gguf => gguf::extract(reader, size, at, sink),
        Kind::Npy => npy::extract(reader, size, at, sink),
        Kind::Tflite => tflite::extract(reader, size, at, sink),
        Kind::Pickle => pickle::extract(reader, at, sink),
        Kind::Arrow => arrow::extract(reader, size, at, sink),
        Kind::Sqlite => sqlite::extract(reader, size, at, sink),
        Kind::Zip => archive::extract(reader, at, sink),
        Kind::Protobuf(proto) => protobuf::extract(reader, proto, at, sink),
        Kind::TfRecord => tfrecord::extract(reader, at, sink),
        Kind::Hdf5 => hdf5::extract(reader, size, at, sink),
        Kind::SevenZip => seven_zip::extract(reader, size, at, sink),
        Kind::Tar => tar::extract(reader, size, at, sink),
        Kind::Compressed(format, text) => compressed::extract(reader, size, format, text, at, sink),
        Kind::Foreign(format) => {
            let why = format!("{} is not unpacked", format.as_str());
            sink.skip(SkipClass::Limited, &at.route, why);
            sink.raw();
            stream::sweep(reader, Kind::Binary, at, sink)
        }
        Kind::Pdf => pdf::extract(reader, at, sink),
        Kind::Pyc => pyc::extract(reader, at, sink),
        Kind::Image(picture) => image::extract(reader, size, picture, at, sink),
    }
}

/// A reader failed on its format: say so, and sweep the bytes as they are.
fn fall_back(
    reader: &mut dyn ReadSeek,
    error: &FormatError,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    sink.skip(skip_class(error), &at.route, error.to_string());
    reader.rewind()?;
    sink.raw();
    stream::sweep(reader, Kind::Binary, at, sink)
}

/// The class of skip an error of a reader makes.
fn skip_class(error: &FormatError) -> SkipClass {
    match error {
        FormatError::Limit { .. } | FormatError::Unsupported { .. } => SkipClass::Limited,
        _ => SkipClass::Failed,
    }
}
