//! Parquet: the text of every column, with its row.
//!
//! In: a parquet file. Out: metadata and names from the footer, the cells of
//! columns that hold bytes as windows of text, and what cells hold that is a
//! file itself (pictures, archives) as content of its own. Numbers are read where
//! the sink asks for those of a column.

mod blobs;
mod receive;
#[cfg(test)]
mod tests;

use std::io;
use std::ops::Range;

use super::cells::Cells;
use super::named::Named;
use super::{Inside, Sink, fall_back, skip_class};
use crate::blob::{Fact, MOST_VALUE, ReadSeek, Route};
use crate::finding::SkipClass;
use crate::format::parquet::{
    Chunk, Chunks, Column, Event, Footer, Limits, Physical, RowGroup, read_footer,
};
use blobs::Blobs;
use receive::{Receiver, Trouble};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let (longest, most) = (at.limits.header_bytes, at.limits.members as u64);
    let footer = match read_footer(&mut reader, size, longest, most) {
        Ok(footer) => footer,
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    let mut named = Named::default();
    describe(&footer, &mut named, at, sink)?;
    if let Some(error) = &footer.incomplete {
        let why = format!("columns may be missing: {error}");
        sink.skip(skip_class(error), &at.route, why);
    }
    let mut table = Table {
        footer: &footer,
        chunks: Chunks::new(size, footer.start, limits(at)).repeating(sink.wants_every_value()),
        read: footer
            .columns
            .iter()
            .map(|column| holds_bytes(column) || wants(column, sink))
            .collect(),
        named,
        blobs: Blobs::new(at),
        told: vec![0; footer.columns.len()],
        at,
    };
    let read = table.read(reader, sink);
    if at.depth > 0 {
        let left = at.left.get().saturating_sub(table.chunks.unpacked());
        at.left.set(left);
    }
    read?;
    table.sum_up(sink);
    Ok(())
}

/// A file of its own may unpack to a multiple of its size; one inside an archive
/// has what is left for all of them.
fn limits(at: &Inside) -> Limits {
    let nested = at.depth > 0;
    Limits {
        page: at.limits.member_bytes,
        total: at.left.get(),
        ratio: if nested { 0 } else { at.limits.ratio },
    }
}

/// What the footer says: metadata, the writer, names, columns.
fn describe(
    footer: &Footer,
    named: &mut Named,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    for name in &footer.names {
        let name = String::from_utf8_lossy(footer.bytes(name));
        sink.name(&at.route, &name);
    }
    for column in &footer.columns {
        let fact = Fact::Column {
            name: &column.path,
            of: &column.of,
            rows: Some(footer.rows),
        };
        sink.fact(&at.route, &fact);
    }
    for (key, value) in &footer.key_values {
        let key = String::from_utf8_lossy(footer.bytes(key));
        metadata(footer, &key, value, named, at, sink)?;
    }
    metadata(footer, "created_by", &footer.created_by, named, at, sink)
}

fn metadata(
    footer: &Footer,
    key: &str,
    value: &Range<usize>,
    named: &mut Named,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let place = footer.start + value.start as u64;
    let value = footer.bytes(value);
    let fact = Fact::Metadata {
        key,
        value: &value[..value.len().min(MOST_VALUE)],
    };
    sink.name(&at.route, key);
    sink.fact(&at.route, &fact);
    named.deliver(Some(key), value, Some(place), at, sink)
}

/// A table that is read.
struct Table<'a> {
    footer: &'a Footer,
    chunks: Chunks,
    /// Whether each column is read.
    read: Vec<bool>,
    named: Named,
    blobs: Blobs<'a>,
    /// Skips told of each column.
    told: Vec<u64>,
    at: &'a Inside,
}

/// Skips that are told of one column one by one.
const EACH: u64 = 8;

impl Table<'_> {
    fn read(&mut self, reader: &mut dyn ReadSeek, sink: &mut dyn Sink) -> io::Result<()> {
        let footer = self.footer;
        let until = self.at.limits.sample.unwrap_or(u64::MAX);
        let mut row = 0u64;
        for (number, group) in footer.row_groups().enumerate() {
            let group = match group {
                Ok(group) => group,
                Err(error) => {
                    let why = format!("row group {number} and those behind it: {error}");
                    sink.skip(skip_class(&error), &self.at.route, why);
                    break;
                }
            };
            if row >= until {
                break;
            }
            if self.chunks.is_spent() {
                let why = format!("more than a file may unpack to: row group {number} and on");
                sink.skip(SkipClass::Limited, &self.at.route, why);
                break;
            }
            self.read_group(reader, &group, (number, row), sink)?;
            row = row.saturating_add(group.rows);
        }
        let rows = footer.rows.max(row);
        if rows > until {
            let why = format!("only the first {until} of {rows} rows were asked for");
            sink.skip(SkipClass::Excluded, &self.at.route, why);
        }
        Ok(())
    }

    fn read_group(
        &mut self,
        reader: &mut dyn ReadSeek,
        group: &RowGroup,
        (number, row): (usize, u64),
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let columns = self.footer.columns.iter().zip(&group.chunks);
        for (index, (column, chunk)) in columns.enumerate() {
            for (key, value) in &chunk.key_values {
                let key = String::from_utf8_lossy(self.footer.bytes(key));
                metadata(self.footer, &key, value, &mut self.named, self.at, sink)?;
            }
            if self.read.get(index) != Some(&true) {
                continue;
            }
            let trouble = self.read_chunk(reader, (index, column), chunk, row, sink)?;
            if let Some((class, why)) = trouble.told() {
                self.tell(index, class, format!("row group {number}: {why}"), sink);
                if holds_bytes(column) {
                    self.statistics(column, chunk, sink)?;
                }
            }
        }
        Ok(())
    }

    fn read_chunk(
        &mut self,
        reader: &mut dyn ReadSeek,
        (index, column): (usize, &Column),
        chunk: &Chunk,
        row: u64,
        sink: &mut dyn Sink,
    ) -> io::Result<Trouble> {
        if chunk.encrypted {
            return Ok(Trouble::one(SkipClass::Failed, "encrypted column"));
        }
        if chunk.elsewhere {
            let why = "values are in another file";
            return Ok(Trouble::one(SkipClass::Missing, why));
        }
        let mut receiver = Receiver {
            index,
            column,
            at: self.at,
            cells: Cells::new(&column.path, self.at),
            named: &mut self.named,
            blobs: &mut self.blobs,
            sink,
            trouble: Trouble::default(),
        };
        let rows = (row, self.at.limits.sample.unwrap_or(u64::MAX));
        let mut reader = reader;
        let mut each = |event: Event<'_>| receiver.take(event);
        self.chunks
            .read(&mut reader, column, chunk, rows, &mut each);
        receiver.finish()
    }

    fn tell(&mut self, index: usize, class: SkipClass, why: String, sink: &mut dyn Sink) {
        let Some(told) = self.told.get_mut(index) else {
            return;
        };
        *told += 1;
        if *told <= EACH {
            let route = route_of(self.at, self.footer, index);
            sink.skip(class, &route, why);
        }
    }

    /// Smallest and largest value of a chunk whose pages cannot all be read: the
    /// footer repeats them.
    fn statistics(
        &mut self,
        column: &Column,
        chunk: &Chunk,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        for range in chunk.statistics.iter().filter(|range| !range.is_empty()) {
            let value = self.footer.bytes(range);
            let place = Some(self.footer.start + range.start as u64);
            self.named
                .deliver(Some(&column.path), value, place, self.at, sink)?;
        }
        Ok(())
    }

    /// Tells what was only counted so far.
    fn sum_up(self, sink: &mut dyn Sink) {
        for (index, &told) in self.told.iter().enumerate() {
            if let Some(more) = told.checked_sub(EACH).filter(|&more| more > 0) {
                let route = route_of(self.at, self.footer, index);
                let why = format!("{more} more row groups like these");
                sink.skip(SkipClass::Failed, &route, why);
            }
        }
        let route = |index| route_of(self.at, self.footer, index);
        self.blobs.sum_up(&route, sink);
        if self.read.contains(&false) {
            let why = "columns of numbers".to_owned();
            sink.skip(SkipClass::ByDesign, &self.at.route, why);
        }
    }
}

/// Does the sink want the integers of this column?
fn wants(column: &Column, sink: &dyn Sink) -> bool {
    let integer = matches!(column.physical, Physical::Int32 | Physical::Int64);
    // Decimals, dates and times are integers that mean something else.
    let of = column.of.trim_start_matches("list<");
    // Lists of integers are texts in tokens: too many to be told one by one.
    let every = sink.wants_every_value() && of == column.of;
    integer && of.starts_with("int") && (every || sink.wants_numbers(&column.path))
}

/// Columns of numbers are not read, nor those whose bytes are numbers.
fn holds_bytes(column: &Column) -> bool {
    let bytes = matches!(column.physical, Physical::Bytes | Physical::Fixed(_));
    bytes && !column.number || column.physical == Physical::Unknown
}

fn route_of(at: &Inside, footer: &Footer, index: usize) -> Route {
    let column = footer.columns.get(index);
    let path = column.map_or("", |column| &column.path);
    at.route.join(&format!("/{path}"))
}
