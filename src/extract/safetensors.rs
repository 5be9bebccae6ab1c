//! Safetensors: the header, and what should not be behind the tensors.
//!
//! In: a safetensors file. Out: the header as JSON text, one fragment for each
//! metadata value that hides JSON of its own behind escapes. Tensor bytes are
//! not read.

use std::io::{self, Read, SeekFrom};

use super::section::Section;
use super::{Inside, Sink, fall_back, nested, stream};
use crate::blob::{self, Fact, Kind, ProblemClass, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::safetensors::{Entry, Problem, read_header};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let mut tell = |entry: Entry<'_>| {
        let fact = match entry {
            Entry::Metadata { key, value } => Fact::Metadata {
                key,
                value: value.unwrap_or_default(),
            },
            Entry::Tensor { name, dtype, shape } => Fact::Tensor { name, dtype, shape },
        };
        sink.fact(&at.route, &fact);
    };
    let header = match read_header(&mut reader, size, &mut tell) {
        Ok(header) => header,
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    let length = header.range.end - header.range.start;
    reader.seek(SeekFrom::Start(header.range.start))?;
    let inner = at.from(header.range.start);
    stream::sweep(
        &mut (&mut reader).take(length),
        Kind::Text(Text::Json),
        &inner,
        sink,
    )?;
    let mut tensors = size.saturating_sub(header.range.end);
    for problem in &header.problems {
        let text = problem.to_string();
        sink.fact(&at.route, &Fact::Problem(told(problem, &text)));
        match problem {
            Problem::TrailingBytes { at: start, count } => {
                tensors = tensors.saturating_sub(*count);
                let behind = Inside {
                    raw: at.raw.map(|raw| raw + start),
                    ..at.child("/trailing")
                };
                nested(
                    &mut Section::new(reader, *start, *count)?,
                    "",
                    &behind,
                    sink,
                )?;
            }
            Problem::TooLong { .. } | Problem::BeyondFile { .. } | Problem::MissingBytes { .. } => {
                sink.skip(SkipClass::Failed, &at.route, problem.to_string());
            }
            _ => {}
        }
    }
    if tensors > 0 {
        sink.skip(SkipClass::ByDesign, &at.route, "tensor bytes".to_owned());
    }
    Ok(())
}

/// What the auditor hears of a problem.
fn told<'a>(problem: &Problem, text: &'a str) -> blob::Problem<'a> {
    let (class, at) = match problem {
        Problem::TextBehindObject { at } | Problem::TrailingBytes { at, .. } => {
            (ProblemClass::Hidden, Some(*at))
        }
        Problem::Hole { at, .. } => (ProblemClass::Hidden, Some(*at)),
        Problem::DuplicateKeys { first, .. } => (ProblemClass::Ambiguous, Some(*first)),
        Problem::Overlap { at } => (ProblemClass::Ambiguous, Some(*at)),
        Problem::BadOffsets { at } | Problem::MetadataNotText { at } => {
            (ProblemClass::Malformed, Some(*at))
        }
        Problem::WrongSize { first, .. } | Problem::UnknownType { first, .. } => {
            (ProblemClass::Malformed, Some(*first))
        }
        _ => (ProblemClass::Malformed, None),
    };
    blob::Problem {
        kind: Kind::Safetensors,
        class,
        at,
        text,
    }
}
