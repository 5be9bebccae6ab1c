//! The items of an HDF5 file as fragments, facts and skips.
//!
//! In: what the reader finds, in its order. Out: the same to the sink. The
//! values of one attribute or dataset are gathered until its end.

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use crate::blob::{Fact, Kind, MOST_VALUE, Problem, ProblemClass, Text};
use crate::extract::cells::Cells;
use crate::extract::{Inside, Sink, named, nested, skip_class, stream, utf16};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::hdf5::{Form, Item, Value};

/// Columns gathered apart; more members of a type share the last.
const COLUMNS: usize = 64;
/// Lines of an attribute's values gathered before they are delivered.
const GATHERED: usize = 256 * 1024;
/// Longest text carried by [`Fact::Document`].
const LONGEST_DOCUMENT: usize = 4 << 20;
/// Problems told one by one.
const PROBLEMS: u64 = 100;
/// Links to other files told one by one; the names of all are delivered.
const OUTSIDE: u64 = 20;

/// See the module.
pub(super) struct Texts<'a> {
    at: &'a Inside,
    sink: &'a mut dyn Sink,
    columns: BTreeMap<String, Cells>,
    /// Lines `name = "value"` of an attribute, and where they belong.
    lines: Vec<u8>,
    lines_at: Option<Inside>,
    problems: u64,
    outside: u64,
    failed: io::Result<()>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(at: &'a Inside, sink: &'a mut dyn Sink) -> Self {
        Self {
            at,
            sink,
            columns: BTreeMap::new(),
            lines: Vec::new(),
            lines_at: None,
            problems: 0,
            outside: 0,
            failed: Ok(()),
        }
    }

    pub(super) fn take(&mut self, item: &Item<'_>) {
        if self.failed.is_ok() {
            self.failed = self.item(item);
        }
    }

    /// Call at the end: answers what failed on the way.
    pub(super) fn finish(mut self) -> io::Result<()> {
        std::mem::replace(&mut self.failed, Ok(()))?;
        self.flush()?;
        if self.problems > PROBLEMS {
            let why = format!("{} more problems in the file", self.problems - PROBLEMS);
            self.sink.skip(SkipClass::Failed, &self.at.route, why);
        }
        Ok(())
    }

    fn item(&mut self, item: &Item<'_>) -> io::Result<()> {
        match item {
            Item::Name { path, name } => {
                let at = self.place(path);
                self.sink.name(&at.route, name);
                Ok(())
            }
            Item::Dataset { path, dtype, shape } => {
                let at = self.place(path);
                let tensor = Fact::Tensor {
                    name: path,
                    dtype,
                    shape,
                };
                self.sink.fact(&at.route, &tensor);
                Ok(())
            }
            Item::Value(value) => self.value(value),
            Item::End => self.flush(),
            Item::Link { path, file, target } => {
                let at = self.place(path);
                if let Some(file) = file {
                    self.outside(file, &at)?;
                }
                named::text("link", target, None, &at, self.sink)
            }
            Item::Storage { path, file } => {
                let at = self.place(path);
                self.outside(file, &at)
            }
            Item::Problem { path, error } => {
                self.problem(path, error);
                Ok(())
            }
        }
    }

    /// The object at a path.
    fn place(&self, path: &str) -> Inside {
        let step = if path == "/" { "" } else { path };
        self.at.part(step)
    }

    fn problem(&mut self, path: &str, error: &FormatError) {
        self.problems += 1;
        if self.problems <= PROBLEMS {
            let at = self.place(path);
            let class = skip_class(error);
            self.sink.skip(class, &at.route, error.to_string());
        }
    }

    /// The name of another file that whoever reads this one opens.
    fn outside(&mut self, file: &[u8], at: &Inside) -> io::Result<()> {
        let (class, text) = if escapes(file) {
            let text = "a link or dataset is kept in a file outside of the folder";
            (ProblemClass::Escapes, text)
        } else {
            let text = "a link or dataset is kept in another file";
            (ProblemClass::External, text)
        };
        let problem = Problem {
            kind: Kind::Hdf5,
            class,
            at: None,
            text,
        };
        self.outside += 1;
        if self.outside <= OUTSIDE {
            self.sink.fact(&at.route, &Fact::Problem(problem));
        }
        named::text("file", file, None, at, self.sink)
    }

    fn value(&mut self, value: &Value<'_>) -> io::Result<()> {
        match (value.form, value.attribute) {
            (Form::Utf16, _) => {
                let at = self.place(value.path);
                utf16::sweep(&mut &value.bytes[..], false, &at, self.sink)
            }
            (Form::Bytes, _) if value.alone => self.embedded(value),
            (Form::Bytes, _) if known(value.bytes) => self.embedded(value),
            (_, Some(name)) if value.alone => self.attribute(value, name),
            (_, Some(name)) => self.line(value, name),
            (_, None) => self.cell(value),
        }
    }

    /// Where an attribute's value or a dataset's element is.
    fn place_of(&self, value: &Value<'_>) -> Inside {
        let at = self.place(value.path);
        match value.attribute {
            Some(name) => at.part(&format!("@{name}")),
            None => at,
        }
    }

    /// Bytes without a type, or a pickle: a file of its own.
    fn embedded(&mut self, value: &Value<'_>) -> io::Result<()> {
        let at = self.place_of(value);
        let inner = Inside {
            raw: self.at.raw.zip(value.raw).map(|(base, raw)| base + raw),
            lines: false,
            depth: at.depth + 1,
            ..at
        };
        nested(&mut Cursor::new(value.bytes), "", &inner, self.sink)
    }

    /// The only value of an attribute.
    fn attribute(&mut self, value: &Value<'_>, name: &str) -> io::Result<()> {
        let at = self.place(value.path);
        let text = value.bytes;
        if let [b'{' | b'[', ..] = text.trim_ascii_start() {
            let inner = Inside {
                raw: self.at.raw.zip(value.raw).map(|(base, raw)| base + raw),
                ..at.part(&format!("@{name}"))
            };
            if text.len() <= LONGEST_DOCUMENT {
                self.sink.fact(&inner.route, &Fact::Document { name, text });
            } else {
                let why = "a configuration of more than 4 MiB was not audited".to_owned();
                self.sink.skip(SkipClass::Limited, &inner.route, why);
            }
            return stream::text(text, Kind::Text(Text::Json), &inner, self.sink);
        }
        if known(text) {
            return self.embedded(value);
        }
        let metadata = Fact::Metadata {
            key: name,
            value: text.get(..MOST_VALUE).unwrap_or(text),
        };
        self.sink.fact(&at.route, &metadata);
        named::text(name, text, value.raw, &at, self.sink)
    }

    /// One of many values of an attribute.
    fn line(&mut self, value: &Value<'_>, name: &str) -> io::Result<()> {
        if self.lines_at.is_none() {
            self.lines_at = Some(Inside {
                raw: None,
                ..self.place_of(value)
            });
        }
        let key = if value.member.is_empty() {
            name
        } else {
            value.member
        };
        self.lines.extend_from_slice(key.as_bytes());
        self.lines.extend_from_slice(b" = \"");
        self.lines.extend_from_slice(value.bytes);
        self.lines.extend_from_slice(b"\"\n");
        if self.lines.len() < GATHERED {
            return Ok(());
        }
        self.flush()
    }

    /// An element of a dataset.
    fn cell(&mut self, value: &Value<'_>) -> io::Result<()> {
        if let Some(cells) = self.columns.get_mut(value.member) {
            return cells.push(value.row, value.bytes, self.sink);
        }
        let whole = value.member.is_empty();
        let full = self.columns.len() >= COLUMNS;
        let (path, column) = match value.path.rsplit_once('/') {
            Some((path, column)) if whole => (path, column),
            _ => (value.path, value.member),
        };
        let last = full.then(|| self.columns.last_entry()).flatten();
        if let Some(mut shared) = last {
            return shared.get_mut().push(value.row, value.bytes, self.sink);
        }
        let at = self.place(path);
        let mut cells = Cells::new(column, &at);
        cells.push(value.row, value.bytes, self.sink)?;
        self.columns.insert(value.member.to_owned(), cells);
        Ok(())
    }

    /// Deliver what was gathered.
    fn flush(&mut self) -> io::Result<()> {
        for cells in self.columns.values_mut() {
            cells.finish(self.sink);
        }
        self.columns.clear();
        if let Some(at) = self.lines_at.take() {
            stream::text(&self.lines, Kind::Text(Text::Plain), &at, self.sink)?;
        }
        self.lines.clear();
        Ok(())
    }
}

/// Do the bytes begin a format there is a reader for?
fn known(bytes: &[u8]) -> bool {
    let head = bytes.get(..crate::blob::HEAD).unwrap_or(bytes);
    let kind = Kind::sniff("", head, bytes.len() as u64);
    !matches!(kind, Kind::Text(_) | Kind::Utf16(_) | Kind::Binary)
}

/// Does a file name lead out of the folder it is read in?
fn escapes(file: &[u8]) -> bool {
    let first = file.first().copied().unwrap_or_default();
    let name = String::from_utf8_lossy(file);
    matches!(first, b'/' | b'\\' | b'~')
        || name.split(['/', '\\']).any(|step| step == "..")
        || name.contains(':')
}
