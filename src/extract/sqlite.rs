//! SQLite databases and write-ahead logs: the text of the tables, row by row.
//!
//! In: a database or log. Out: cells with table, column and rowid, the names,
//! and the bytes no table uses: what was deleted is published all the same.

use std::io;

use super::columns::{Columns, Label};
use super::section::Section;
use super::{Inside, Sink, fall_back, skip_class, stream};
use crate::blob::{Fact, Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::sqlite::{self, End, Table};
use crate::format::value::Value;

/// The route of what no table uses.
const UNUSED: &str = "@unused";

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let limits = sqlite::Limits {
        value: at.limits.string_bytes,
        tables: at.limits.members,
        sample: at.limits.sample,
    };
    let mut tables = Tables {
        at,
        sink,
        columns: Columns::new(at),
        declared: Vec::new(),
        numbers: Vec::new(),
        labels: Vec::new(),
        above: String::new(),
    };
    let walked = sqlite::walk(reader, size, &limits, &mut tables);
    tables.columns.finish(tables.sink);
    tables.columns.skips(tables.sink);
    match walked {
        Ok(end) => rest(reader, &end, at, sink),
        Err(FormatError::Io(error)) => Err(error),
        Err(error) => fall_back(reader, &error, at, sink),
    }
}

/// What no table uses, and what was left out.
fn rest(reader: &mut dyn ReadSeek, end: &End, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    for range in &end.unread {
        sink.raw();
        let len = range.end - range.start;
        let mut section = Section::new(reader, range.start, len)?;
        let unused = at.from(range.start).part(UNUSED);
        stream::sweep(&mut section, Kind::Binary, &unused, sink)?;
    }
    if end.indexes {
        let why = "indexes, which repeat what is in the tables".to_owned();
        sink.skip(SkipClass::ByDesign, &at.route, why);
    }
    if let (true, Some(most)) = (end.sampled, at.limits.sample) {
        let why = format!("rows of tables beyond the first {most}, and unused pages");
        sink.skip(SkipClass::Excluded, &at.route, why);
    }
    Ok(())
}

struct Tables<'t> {
    at: &'t Inside,
    sink: &'t mut dyn Sink,
    columns: Columns,
    /// Columns of the table at hand, as they are declared.
    declared: Vec<(String, String)>,
    /// Whether its integers are wanted, by column.
    numbers: Vec<bool>,
    labels: Vec<Label>,
    /// Route of the table at hand.
    above: String,
}

impl sqlite::Visit for Tables<'_> {
    fn table(&mut self, table: &Table) -> io::Result<()> {
        self.above = format!("/{}", table.name);
        let route = self.at.route.join(&self.above);
        self.labels.clear();
        if !table.columns.is_empty() {
            self.sink.name(&route, &table.name);
        }
        self.declared.clone_from(&table.columns);
        self.numbers.clear();
        for (name, _) in &table.columns {
            let every = self.sink.wants_every_value();
            self.numbers.push(every || self.sink.wants_numbers(name));
            self.sink.name(&route.join(&format!("/{name}")), name);
            self.labels.push(Label {
                above: self.above.clone(),
                name: name.clone(),
            });
        }
        Ok(())
    }

    fn value(
        &mut self,
        column: usize,
        row: u64,
        text: bool,
        value: &mut Value<'_>,
    ) -> io::Result<()> {
        // Of a page that was given back only the order of the columns is known.
        while self.labels.len() <= column {
            self.labels.push(Label {
                above: self.above.clone(),
                name: format!("column-{}", self.labels.len()),
            });
        }
        let Some(label) = self.labels.get(column) else {
            return Ok(());
        };
        self.columns
            .value((column, label), row, text, value, self.sink)
    }

    fn number(&mut self, column: usize, row: u64, value: i64) -> io::Result<()> {
        let (Some(true), Some(label)) = (self.numbers.get(column), self.labels.get(column)) else {
            return Ok(());
        };
        let text = value.to_string();
        self.columns
            .text((column, label), row, None, text.as_bytes(), self.sink)
    }

    fn end(&mut self, rows: Option<u64>) -> io::Result<()> {
        self.columns.finish(self.sink);
        let route = self.at.route.join(&self.above);
        let table = self.above.trim_start_matches('/');
        for (name, of) in &self.declared {
            let name = &format!("{table}.{name}");
            self.sink.fact(&route, &Fact::Column { name, of, rows });
        }
        Ok(())
    }

    fn free(&mut self, bytes: &[u8], place: u64) -> io::Result<()> {
        let at = self.at.from(place).part(UNUSED);
        stream::text(bytes, Kind::Binary, &at, self.sink)
    }

    fn problem(&mut self, error: &FormatError) {
        let why = error.to_string();
        self.sink.skip(skip_class(error), &self.at.route, why);
    }
}
