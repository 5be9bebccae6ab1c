//! Safetensors: the header, and what should not be behind the tensors.
//!
//! In: a safetensors file. Out: the header as JSON text, one fragment for each
//! metadata value that hides JSON of its own behind escapes. Tensor bytes are
//! not read.

use std::io::{self, Read, SeekFrom};

use super::{Inside, Sink, fall_back, stream};
use crate::blob::{Kind, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::safetensors::{Problem, read_header};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let header = match read_header(&mut reader, size) {
        Ok(header) => header,
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    let from = |start: u64| Inside {
        raw: at.raw.map(|raw| raw + start),
        lines: false,
        ..at.clone()
    };
    let length = header.range.end - header.range.start;
    reader.seek(SeekFrom::Start(header.range.start))?;
    let inner = from(header.range.start);
    stream::sweep(
        &mut (&mut reader).take(length),
        Kind::Text(Text::Json),
        &inner,
        sink,
    )?;
    let mut tensors = size.saturating_sub(header.range.end);
    for problem in &header.problems {
        match problem {
            Problem::TrailingBytes { at: start, count } => {
                tensors = tensors.saturating_sub(*count);
                reader.seek(SeekFrom::Start(*start))?;
                sink.raw();
                stream::sweep(
                    &mut (&mut reader).take(*count),
                    Kind::Binary,
                    &from(*start),
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
