//! GGUF: metadata, names of tensors, and what lies between the tensors.
//!
//! In: a GGUF file, or one of the formats before it. Out: each string under
//! its key, chat templates as texts of their own, arrays of strings as lines,
//! facts for the auditor. Tensor bytes and arrays of numbers are not read.

use std::io::{self, Read, SeekFrom};
use std::ops::Range;

use super::cells::Cells;
use super::named::Named;
use super::section::Section;
use super::{Inside, Sink, nested, skip_class, stream};
use crate::blob::{self, Fact, Fragment, Kind, MOST_VALUE, ProblemClass, ReadSeek, Sought, Text};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::gguf::{GgufEvent, Problem, looks_like_ggml, walk};

/// Bytes of a legacy file that are swept: more than its vocabulary takes.
const LEGACY: u64 = 8 << 20;

/// Lines of a vocabulary gathered before they are delivered.
const WINDOW: usize = 256 * 1024;

/// Most strings and byte arrays read after the walk.
const PIECES: usize = 10_000;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let mut magic = Vec::new();
    (&mut reader).take(16).read_to_end(&mut magic)?;
    if looks_like_ggml(&magic) {
        return legacy(reader, size, at, sink);
    }
    let mut strings = Strings::new(at);
    let found = walk(&mut reader, size, at.limits.header_bytes, &mut |event| {
        if strings.failed.is_ok() {
            strings.failed = strings.take(&event, sink);
        }
    });
    strings.finish(reader, sink)?;
    for problem in &found.problems {
        let text = problem.to_string();
        sink.fact(&at.route, &Fact::Problem(told(problem, &text)));
        if let Problem::MissingBytes { .. } = problem {
            sink.skip(SkipClass::Failed, &at.route, text);
        }
    }
    for gap in &found.gaps {
        // What hides there is read as what it is.
        let hidden = Inside {
            raw: at.from(gap.start).raw,
            ..at.child("/hidden")
        };
        let mut section = Section::new(reader, gap.start, gap.end - gap.start)?;
        nested(&mut section, "", &hidden, sink)?;
    }
    if found.tensor_bytes > 0 {
        sink.skip(SkipClass::ByDesign, &at.route, "tensor bytes".to_owned());
    }
    match found.stopped {
        Some((FormatError::Io(error), _)) => Err(error),
        Some((error, stop)) => {
            broken(&error, stop, at, sink);
            sweep(reader, stop..size, at, sink)
        }
        None => Ok(()),
    }
}

/// The walk ended early.
fn broken(error: &FormatError, stop: u64, at: &Inside, sink: &mut dyn Sink) {
    let text = error.to_string();
    sink.fact(
        &at.route,
        &Fact::Problem(blob::Problem {
            kind: Kind::Gguf,
            class: ProblemClass::Malformed,
            at: Some(stop),
            text: &text,
        }),
    );
    sink.skip(skip_class(error), &at.route, text);
}

/// GGML, GGJT and their like: no two models have the same header, but all have
/// their vocabulary in front.
fn legacy(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    sweep(reader, 0..size.min(LEGACY), at, sink)?;
    if size > LEGACY {
        let why = "tensor bytes of a legacy GGML file, all behind its first 8 MiB";
        sink.skip(SkipClass::ByDesign, &at.route, why.to_owned());
    }
    Ok(())
}

/// Sweep a range as raw bytes.
fn sweep(
    reader: &mut dyn ReadSeek,
    range: Range<u64>,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    reader.seek(SeekFrom::Start(range.start))?;
    sink.raw();
    let mut part = (&mut reader).take(range.end.saturating_sub(range.start));
    stream::sweep(&mut part, Kind::Binary, &at.from(range.start), sink)
}

/// What the auditor hears of a problem.
fn told<'a>(problem: &Problem, text: &'a str) -> blob::Problem<'a> {
    let (class, at) = match *problem {
        Problem::CountBeyondFile { .. } | Problem::TooMany { .. } => {
            (ProblemClass::Excessive, None)
        }
        Problem::BadShape { at } => (ProblemClass::Excessive, Some(at)),
        Problem::DuplicateKey { at }
        | Problem::DuplicateTensor { at }
        | Problem::Overlap { at } => (ProblemClass::Ambiguous, Some(at)),
        Problem::Gap { at, .. } | Problem::TrailingBytes { at, .. } => {
            (ProblemClass::Hidden, Some(at))
        }
        Problem::Misaligned { at } => (ProblemClass::Malformed, Some(at)),
        Problem::BadAlignment | Problem::MissingBytes { .. } | Problem::More => {
            (ProblemClass::Malformed, None)
        }
    };
    blob::Problem {
        kind: Kind::Gguf,
        class,
        at,
        text,
    }
}

/// The array of strings at hand.
enum Array {
    None,
    /// Tokens and merges: lines of a vocabulary, in which names mean nothing.
    Vocabulary(Vec<u8>),
    Cells(Cells),
}

struct Strings<'a> {
    at: &'a Inside,
    named: Named,
    key: String,
    array: Array,
    tensors: Cells,
    tensor: u64,
    /// Parts read after the walk: what kind, where, under which key.
    pieces: Vec<(Kind, Range<u64>, String)>,
    more: bool,
    numbers: bool,
    failed: io::Result<()>,
}

impl<'a> Strings<'a> {
    fn new(at: &'a Inside) -> Self {
        Self {
            at,
            named: Named::default(),
            key: String::new(),
            array: Array::None,
            tensors: Cells::new("tensors", at),
            tensor: 0,
            pieces: Vec::new(),
            more: false,
            numbers: false,
            failed: Ok(()),
        }
    }

    fn take(&mut self, event: &GgufEvent<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        match *event {
            GgufEvent::Text {
                key,
                index,
                offset,
                length,
                value,
            } => {
                if index.is_none() {
                    let value = &value[..value.len().min(MOST_VALUE)];
                    let fact = Fact::Metadata { key, value };
                    sink.fact(&self.at.route, &fact);
                }
                if (value.len() as u64) < length {
                    let plain = Kind::Text(Text::Plain);
                    self.later(plain, offset..offset + length, key);
                    return Ok(());
                }
                match index {
                    Some(index) => self.element(index, value, sink),
                    None => self.string(key, offset, value, sink),
                }
            }
            GgufEvent::Number { key, text } => {
                let value = text.as_bytes();
                self.key(key, value, sink);
                Ok(())
            }
            GgufEvent::Array {
                key,
                of,
                count,
                ref bytes,
            } => {
                self.begin(key, of, count, bytes.clone(), sink);
                Ok(())
            }
            GgufEvent::Tensor { name, dtype, shape } => {
                sink.fact(&self.at.route, &Fact::Tensor { name, dtype, shape });
                self.end_array(sink);
                let row = self.tensor;
                self.tensor += 1;
                self.tensors.push(row, name.as_bytes(), sink)
            }
        }
    }

    /// A key without a text beside it, which may hold a secret itself.
    fn key(&self, key: &str, value: &[u8], sink: &mut dyn Sink) {
        sink.fact(&self.at.route, &Fact::Metadata { key, value });
        sink.name(&self.at.route, key);
    }

    fn string(
        &mut self,
        key: &str,
        offset: u64,
        value: &[u8],
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        if key.starts_with("tokenizer.chat_template") {
            let inner = self.at.part(&format!("@{key}")).from(offset);
            return stream::text(value, Kind::Text(Text::Plain), &inner, sink);
        }
        self.named
            .deliver(Some(key), value, Some(offset), self.at, sink)
    }

    fn begin(
        &mut self,
        key: &str,
        of: &str,
        count: u64,
        bytes: Option<Range<u64>>,
        sink: &mut dyn Sink,
    ) {
        match bytes {
            Some(range) if !range.is_empty() => self.later(Kind::Binary, range, key),
            _ => self.numbers |= !matches!(of, "string" | "array") && count > 0,
        }
        // Nested arrays belong to the array around them.
        if key == self.key {
            return;
        }
        self.end_array(sink);
        self.key(key, format!("array of {count} {of}").as_bytes(), sink);
        key.clone_into(&mut self.key);
        self.array = match key {
            "tokenizer.ggml.tokens" | "tokenizer.ggml.merges" => Array::Vocabulary(Vec::new()),
            _ => Array::Cells(Cells::new(key, self.at)),
        };
    }

    fn element(&mut self, index: u64, value: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        match &mut self.array {
            Array::Cells(cells) => return cells.push(index, value, sink),
            Array::Vocabulary(lines) => {
                lines.extend_from_slice(value);
                lines.push(b'\n');
                if lines.len() < WINDOW {
                    return Ok(());
                }
            }
            Array::None => {}
        }
        self.deliver_lines(sink);
        Ok(())
    }

    fn deliver_lines(&mut self, sink: &mut dyn Sink) {
        if let Array::Vocabulary(lines) = &mut self.array
            && !lines.is_empty()
        {
            sink.fragment(&Fragment {
                route: &self.at.route.join(&format!("@{}", self.key)),
                text: lines,
                owned: 0..lines.len(),
                base: 0,
                raw: None,
                line: None,
                kind: Kind::Text(Text::Vocabulary),
                rows: &[],
                sought: Sought::Everything,
            });
            lines.clear();
        }
    }

    fn end_array(&mut self, sink: &mut dyn Sink) {
        self.deliver_lines(sink);
        if let Array::Cells(cells) = &mut self.array {
            cells.finish(sink);
        }
        self.array = Array::None;
        self.key.clear();
    }

    /// A part of the file to be read when the walk is over.
    fn later(&mut self, kind: Kind, range: Range<u64>, key: &str) {
        if self.pieces.len() < PIECES {
            self.pieces.push((kind, range, format!("@{key}")));
        } else {
            self.more = true;
        }
    }

    fn finish(mut self, reader: &mut dyn ReadSeek, sink: &mut dyn Sink) -> io::Result<()> {
        self.end_array(sink);
        self.tensors.finish(sink);
        self.failed?;
        let mut reader = reader;
        let mut left = self.at.limits.header_bytes;
        for (kind, range, step) in self.pieces {
            let length = range.end - range.start;
            let most = length.min(self.at.limits.string_bytes).min(left);
            left -= most;
            let inner = self.at.part(&step).from(range.start);
            reader.seek(SeekFrom::Start(range.start))?;
            stream::sweep(&mut (&mut reader).take(most), kind, &inner, sink)?;
            if most < length {
                let why = format!("a value of {length} bytes, read to {most}");
                sink.skip(SkipClass::Limited, &inner.route, why);
            }
        }
        if self.more {
            let why = format!("more than {PIECES} long values");
            sink.skip(SkipClass::Limited, &self.at.route, why);
        }
        if self.numbers {
            let why = "arrays of numbers in the metadata".to_owned();
            sink.skip(SkipClass::ByDesign, &self.at.route, why);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
