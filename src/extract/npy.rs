//! `NumPy` arrays: the texts in them, by row, and pickles of objects.
//!
//! In: an npy file, seekable or not. Out: the header as text, the cells of
//! columns of text, and what is inside of a pickle. Numbers are not read.

use std::io::{self, Read, SeekFrom};

use super::cells::Cells;
use super::section::Section;
use super::{Inside, Sink, fall_back, inside, nested, stream, unpacked};
use crate::blob::{Fact, Kind, Problem, ProblemClass, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::npy::{Encoding, Header, looks_like_npy, read_header};

/// Most arrays written one behind the other.
const ARRAYS: usize = 10_000;

/// Bytes of elements read at once, unless one alone is longer.
const BLOCK: u64 = 1 << 20;

/// Texts of so few bytes are letters of a longer one.
const LETTERS: u64 = 4;

/// An array that is a file, or was stored in one as it is.
pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let mut start = 0;
    for _ in 0..ARRAYS {
        reader.seek(SeekFrom::Start(start))?;
        let here = at.from(start);
        let header = match read_header(&mut reader) {
            Ok(header) => header,
            Err(error) if start == 0 => {
                broken(&error, at, sink);
                return fall_back(reader, &error, at, sink);
            }
            Err(_) => return behind(reader, start, size, at, sink),
        };
        announce(&header, &here, sink)?;
        start += header.start;
        let held = size.saturating_sub(start);
        if header.layout.objects {
            let mut section = Section::new(reader, start, held)?;
            let raw = at.from(start).raw;
            let objects = Inside {
                raw,
                lines: false,
                ..at.child("/objects")
            };
            return inside(&mut section, held, Kind::Pickle, &objects, sink);
        }
        let bytes = measure(&header, held, &here, sink);
        elements(&header, &mut (&mut reader).take(bytes), &here, sink)?;
        start += bytes;
        if start >= size {
            return Ok(());
        }
        let mut next = Vec::new();
        reader.seek(SeekFrom::Start(start))?;
        (&mut reader).take(8).read_to_end(&mut next)?;
        // `np.save` may be called many times on one file.
        if !looks_like_npy(&next) {
            return behind(reader, start, size, at, sink);
        }
    }
    let why = format!("more than {ARRAYS} arrays in a file");
    sink.skip(SkipClass::Limited, &at.route, why);
    Ok(())
}

/// An array inside an archive, read once from front to end; `size` as the
/// archive claims it.
pub(super) fn extract_stream(
    reader: &mut dyn Read,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut reader = reader;
    let header = read_header(&mut reader).inspect_err(|error| broken(error, at, sink))?;
    announce(&header, at, sink)?;
    if header.layout.objects {
        let objects = Inside {
            lines: false,
            ..at.child("/objects")
        };
        return unpacked::spool(reader, Kind::Pickle, &objects, sink);
    }
    let held = size.saturating_sub(header.start);
    let bytes = measure(&header, held, at, sink);
    let mut data = (&mut reader).take(bytes);
    elements(&header, &mut data, at, sink)?;
    if bytes < held {
        io::copy(&mut data, &mut io::sink())?;
        hidden(header.start + bytes, held - bytes, at, sink);
        let behind = at.child("/trailing");
        let kind = |head: &[u8]| Kind::sniff("", head, held - bytes);
        unpacked::extract(reader, Some(held - bytes), &kind, &behind, sink)?;
    }
    Ok(())
}

/// Tell what the header says.
fn announce(header: &Header, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    let layout = &header.layout;
    if layout.is_plain() && layout.columns.is_empty() && !layout.objects {
        let fact = Fact::Tensor {
            name: "",
            dtype: &header.dtype,
            shape: &header.shape,
        };
        sink.fact(&at.route, &fact);
    } else {
        let rows = header.elements();
        let plain = ("values".to_owned(), header.dtype.clone());
        let fields = &layout.fields;
        for (name, of) in fields.iter().chain(fields.is_empty().then_some(&plain)) {
            sink.fact(&at.route, &Fact::Column { name, of, rows });
        }
    }
    if header.other_keys {
        let text = "the header holds keys that do not belong there";
        problem(ProblemClass::Malformed, None, text, at, sink);
    }
    let text = header.start - header.text.len() as u64;
    let inner = at.part("@header").from(text);
    stream::text(&header.text, Kind::Text(Text::Plain), &inner, sink)
}

/// Bytes of the data, of which `held` are there.
fn measure(header: &Header, held: u64, at: &Inside, sink: &mut dyn Sink) -> u64 {
    match header.data_bytes() {
        None => {
            let text = "the shape has more elements than can be counted";
            problem(ProblemClass::Excessive, None, text, at, sink);
            sink.skip(SkipClass::Failed, &at.route, text.to_owned());
            held
        }
        Some(claimed) if claimed > held => {
            let text = format!("the shape claims {claimed} bytes, {held} are there");
            problem(ProblemClass::Malformed, None, &text, at, sink);
            sink.skip(SkipClass::Failed, &at.route, text);
            held
        }
        Some(claimed) => claimed,
    }
}

/// Bytes that belong to no array.
fn behind(
    reader: &mut dyn ReadSeek,
    start: u64,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    hidden(start, size - start, at, sink);
    let behind = Inside {
        raw: at.from(start).raw,
        ..at.child("/trailing")
    };
    let mut section = Section::new(reader, start, size - start)?;
    nested(&mut section, "", &behind, sink)
}

/// A header that is none.
fn broken(error: &FormatError, at: &Inside, sink: &mut dyn Sink) {
    if !matches!(error, FormatError::Io(_)) {
        let text = error.to_string();
        problem(ProblemClass::Malformed, None, &text, at, sink);
    }
}

fn hidden(start: u64, count: u64, at: &Inside, sink: &mut dyn Sink) {
    let text = format!("{count} bytes follow the array");
    problem(ProblemClass::Hidden, Some(start), &text, at, sink);
}

fn problem(class: ProblemClass, place: Option<u64>, text: &str, at: &Inside, sink: &mut dyn Sink) {
    let problem = Problem {
        kind: Kind::Npy,
        class,
        at: place,
        text,
    };
    sink.fact(&at.route, &Fact::Problem(problem));
}

/// The texts of the elements that `data` holds.
fn elements(
    header: &Header,
    data: &mut dyn Read,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let layout = &header.layout;
    let short = |column: &crate::format::npy::Column| {
        column.encoding == Encoding::Void
            || (column.encoding == Encoding::Bytes && column.length <= LETTERS)
    };
    if layout.columns.is_empty() {
        let why = "numbers of an array".to_owned();
        sink.skip(SkipClass::ByDesign, &at.route, why);
        return Ok(());
    }
    if layout.more {
        let why = "more columns of text than are read".to_owned();
        sink.skip(SkipClass::Limited, &at.route, why);
    }
    let start = at.from(header.start);
    if layout.is_plain() && layout.columns.iter().all(short) {
        sink.raw();
        return stream::sweep(data, Kind::Binary, &start, sink);
    }
    if layout.size > at.limits.string_bytes {
        let why = format!("elements of {} bytes, swept as they are", layout.size);
        sink.skip(SkipClass::Limited, &at.route, why);
        sink.raw();
        return stream::sweep(data, Kind::Binary, &start, sink);
    }
    blocks(header, data, at, sink)
}

/// Reads elements block by block and delivers the columns of each.
fn blocks(
    header: &Header,
    data: &mut dyn Read,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let layout = &header.layout;
    let size = layout.size.max(1);
    let length = (BLOCK / size).max(1) * size;
    let most = at.limits.sample.unwrap_or(u64::MAX);
    let (mut block, mut scratch, mut first) = (Vec::new(), Vec::new(), 0);
    loop {
        block.clear();
        data.take(length).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(());
        }
        if first >= most {
            let why = format!("rows behind the first {most}");
            sink.skip(SkipClass::Excluded, &at.route, why);
            return Ok(());
        }
        for column in &layout.columns {
            let name = if column.name.is_empty() {
                "values"
            } else {
                &column.name
            };
            let mut cells = Cells::new(name, at);
            let mut pushed = Ok(());
            // The size of an element is at most that of a block, which is in
            // memory.
            for (row, element) in (first..most).zip(block.chunks_exact(size as usize)) {
                column.texts(element, &mut scratch, &mut |text| {
                    if pushed.is_ok() {
                        pushed = cells.push(row, text, sink);
                    }
                });
            }
            pushed?;
            cells.finish(sink);
        }
        first += (block.len() as u64) / size;
    }
}

#[cfg(test)]
mod tests;
