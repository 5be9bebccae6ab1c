//! Arrow streams and files: the text of the columns, row by row.
//!
//! In: Arrow IPC or Feather. Out: cells with column and row, names, metadata,
//! and what stands between the values. Numbers are read where the sink asks for
//! those of a column; damage costs the column or batch it is in.

use std::cell::Cell;
use std::io::{self, Read};

use super::columns::{Columns, Label};
use super::section::Section;
use super::{Inside, Sink, fall_back, named, skip_class, stream};
use crate::blob::{Fact, Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::arrow::{self, Column, End, Schema};
use crate::format::value::Value;

/// Most problems told one by one.
const PROBLEMS: u64 = 50;
/// Bytes read at once of what belongs to no row.
const SHORT: u64 = 64 * 1024;
/// Most that compressed buffers yield per byte of the file, where it is not
/// inside an archive: real tables stay far below.
const UNPACKED: u64 = 64;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let left = at.left.get();
    let own = Cell::new(left.max(size.saturating_mul(UNPACKED)));
    // What is inside of something else shares with all of it.
    let unpacked = if at.depth == 0 { &own } else { &*at.left };
    let limits = arrow::Limits {
        header: at.limits.header_bytes,
        value: at.limits.string_bytes,
        ratio: at.limits.ratio,
        unpacked,
        sample: at.limits.sample,
    };
    let mut table = Table {
        at,
        sink,
        columns: Columns::new(at),
        known: Vec::new(),
        labels: Vec::new(),
        problems: 0,
        text: Vec::new(),
    };
    let walked = arrow::walk(reader, size, &limits, &mut table);
    table.finish(walked.as_ref().ok());
    match walked {
        Ok(end) => rest(reader, &end, at, sink),
        Err(FormatError::Io(error)) => Err(error),
        Err(error) => fall_back(reader, &error, at, sink),
    }
}

/// What belongs to no message.
fn rest(reader: &mut dyn ReadSeek, end: &End, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    for range in &end.unread {
        sink.raw();
        let len = range.end - range.start;
        let mut section = Section::new(reader, range.start, len)?;
        stream::sweep(&mut section, Kind::Binary, &at.from(range.start), sink)?;
    }
    Ok(())
}

struct Table<'t> {
    at: &'t Inside,
    sink: &'t mut dyn Sink,
    columns: Columns,
    known: Vec<Column>,
    labels: Vec<Label>,
    problems: u64,
    text: Vec<u8>,
}

impl Table<'_> {
    fn metadata(&mut self, route: &str, key: &[u8], value: &[u8], place: u64) -> io::Result<()> {
        let key = String::from_utf8_lossy(key);
        let at = self.at.part(route);
        let most = value.len().min(crate::blob::MOST_VALUE);
        let fact = Fact::Metadata {
            key: &key,
            value: &value[..most],
        };
        self.sink.fact(&at.route, &fact);
        named::text(&key, value, Some(place), &at, self.sink)
    }

    fn is_read(&self, column: usize) -> bool {
        self.known.get(column).is_some_and(|column| {
            let one = self.sink.wants_every_value() && column.is_plain_integer();
            column.read || one || self.sink.wants_numbers(&column.name)
        })
    }

    /// Tells what was not read, and of the columns.
    fn finish(&mut self, end: Option<&End>) {
        self.columns.finish(self.sink);
        for column in &self.known {
            let fact = Fact::Column {
                name: &column.name,
                of: &column.of,
                rows: end.map(|end| end.rows),
            };
            self.sink.fact(&self.at.route, &fact);
        }
        self.columns.skips(self.sink);
        if (0..self.known.len()).any(|column| !self.is_read(column)) {
            let why = "columns of numbers".to_owned();
            self.sink.skip(SkipClass::ByDesign, &self.at.route, why);
        }
        if self.problems > PROBLEMS {
            let why = format!("{} more parts were not read", self.problems - PROBLEMS);
            self.sink.skip(SkipClass::Failed, &self.at.route, why);
        }
        if let (true, Some(most)) = (end.is_some_and(|end| end.sampled), self.at.limits.sample) {
            let why = format!("rows of columns beyond the first {most}");
            self.sink.skip(SkipClass::Excluded, &self.at.route, why);
        }
    }
}

impl arrow::Visit for Table<'_> {
    fn schema(&mut self, schema: &Schema, place: u64) -> io::Result<()> {
        self.columns.finish(self.sink);
        self.labels = schema.columns.iter().map(label).collect();
        self.known.clone_from(&schema.columns);
        for column in &schema.columns {
            let route = self.at.route.join(&column.route);
            self.sink.name(&route, &column.name);
        }
        for pair in &schema.metadata {
            self.metadata(&pair.route, &pair.key, &pair.value, place + pair.at)?;
        }
        Ok(())
    }

    fn metadata(&mut self, key: &[u8], value: &[u8], place: u64) -> io::Result<()> {
        self.metadata("", key, value, place)
    }

    fn wants_numbers(&self, column: usize) -> bool {
        self.is_read(column)
    }

    fn value(&mut self, column: usize, row: u64, value: &mut Value<'_>) -> io::Result<()> {
        let (Some(known), Some(label)) = (self.known.get(column), self.labels.get(column)) else {
            return Ok(());
        };
        self.columns
            .value((column, label), row, known.text, value, self.sink)
    }

    fn unused(
        &mut self,
        column: usize,
        bytes: &mut dyn Read,
        place: Option<u64>,
    ) -> io::Result<()> {
        let route = self.known.get(column).map_or("", |column| &column.route);
        let at = Inside {
            raw: self.at.raw.zip(place).map(|(raw, place)| raw + place),
            ..self.at.part(&format!("{route}@unused"))
        };
        self.text.clear();
        (&mut *bytes).take(SHORT).read_to_end(&mut self.text)?;
        if (self.text.len() as u64) < SHORT {
            return stream::text(&self.text, Kind::Binary, &at, self.sink);
        }
        stream::sweep(&mut self.text.chain(bytes), Kind::Binary, &at, self.sink)
    }

    fn problem(&mut self, column: Option<usize>, error: &FormatError) {
        self.problems += 1;
        if self.problems <= PROBLEMS {
            let column = column.and_then(|column| self.known.get(column));
            let route = column.map_or("", |column| &column.route);
            let route = self.at.route.join(route);
            self.sink.skip(skip_class(error), &route, error.to_string());
        }
    }
}

/// Rows of a dictionary are those of its entries, so they get a route apart.
fn label(column: &Column) -> Label {
    let (above, name) = column.route.rsplit_once('/').unwrap_or_default();
    let mark = if column.dictionary { "@dictionary" } else { "" };
    Label {
        above: format!("{mark}{above}"),
        name: name.to_owned(),
    }
}
