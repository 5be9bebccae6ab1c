//! `TFLite` models: everything but the numbers of the tensors.
//!
//! In: a model. Out: its bytes outside of tensor buffers as they are, facts of
//! operators and tensors, and the members of the zip that may stand behind the
//! flatbuffer (labels, vocabularies). Strings of a flatbuffer are plain UTF-8
//! between zeros, so nothing is lost by sweeping them where they stand.

use std::io::{self, Read, SeekFrom};
use std::ops::Range;

use super::section::Section;
use super::{Inside, Sink, archive, skip_class, stream};
use crate::blob::{Fact, Kind, Problem, ProblemClass, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::tflite::{TfliteEvent, walk};
use crate::format::zip;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let appended = zip::appended(&mut reader)?;
    let end = appended.unwrap_or(size).min(size);
    let walked = walk(&mut reader, end, &mut |event| tell(&event, at, sink));
    let numbers = match walked {
        Ok(numbers) => numbers,
        Err(FormatError::Io(error)) => return Err(error),
        Err(error) => {
            let text = error.to_string();
            let problem = Problem {
                kind: Kind::Tflite,
                class: ProblemClass::Malformed,
                at: None,
                text: &text,
            };
            sink.fact(&at.route, &Fact::Problem(problem));
            sink.skip(skip_class(&error), &at.route, text);
            Vec::new()
        }
    };
    sink.raw();
    let mut from = 0;
    for range in &numbers {
        sweep(reader, from..range.start, at, sink)?;
        from = range.end;
    }
    sweep(reader, from..end, at, sink)?;
    if !numbers.is_empty() {
        sink.skip(SkipClass::ByDesign, &at.route, "tensor bytes".to_owned());
    }
    if let Some(start) = appended {
        let mut section = Section::new(reader, start, size - end)?;
        archive::extract(&mut section, &at.from(start), sink)?;
    }
    Ok(())
}

fn sweep(
    reader: &mut dyn ReadSeek,
    range: Range<u64>,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    if range.is_empty() {
        return Ok(());
    }
    let mut reader = reader;
    reader.seek(SeekFrom::Start(range.start))?;
    let mut part = (&mut reader).take(range.end - range.start);
    stream::sweep(&mut part, Kind::Binary, &at.from(range.start), sink)
}

fn tell(event: &TfliteEvent<'_>, at: &Inside, sink: &mut dyn Sink) {
    let fact = match *event {
        TfliteEvent::Description(text) => Fact::Metadata {
            key: "description",
            value: text.as_bytes(),
        },
        TfliteEvent::Metadata(name) => Fact::Metadata {
            key: "metadata",
            value: name.as_bytes(),
        },
        TfliteEvent::Custom(name) => Fact::Operator {
            kind: Kind::Tflite,
            domain: "custom",
            name,
        },
        TfliteEvent::Tensor { name, dtype, shape } => Fact::Tensor { name, dtype, shape },
    };
    sink.fact(&at.route, &fact);
}

#[cfg(test)]
mod tests;
