//! Safetensors: the header, and what should not be behind the tensors.
//!
//! In: a safetensors file. Out: the header as JSON text, one fragment for each
//! metadata value that hides JSON of its own behind escapes. Tensor bytes are
//! not read.

use std::io::{self, Read, SeekFrom};

use super::{Inside, Sink, fall_back, stream};
use crate::blob::{Kind, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::safetensors::read_header;

pub(super) fn extract(reader: &mut dyn ReadSeek, size: u64, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    let mut reader = reader;
    let header = match read_header(&mut reader, size) {
        Ok(header) => header,
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    reader.seek(SeekFrom::Start(header.range.start))?;
    let length = header.range.end - header.range.start;
    let inner = Inside { raw: at.raw.map(|raw| raw + header.range.start), ..at.clone() };
    stream::sweep(&mut reader.take(length), Kind::Text(Text::Json), &inner, sink)?;
    let tensors = size.saturating_sub(header.range.end);
    if tensors > 0 {
        sink.skip(SkipClass::ByDesign, &at.route, format!("{tensors} bytes of tensors"));
    }
    Ok(())
}
