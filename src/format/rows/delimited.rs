//! Delimited text, a chunk at a time.
//!
//! Chunks enter in order; fields leave, without those of the header, which name
//! the columns.

use super::{COLUMNS, Carried, Damage, Form, RowValue, Take};
use crate::format::delimited::{Fields, Machine, sniff, unnamed};

/// The reader.
#[derive(Debug)]
pub(super) struct Delimited {
    machine: Machine,
    table: Table,
}

/// Where the walk is.
#[derive(Debug, Default)]
struct Table {
    names: Vec<String>,
    in_header: bool,
    row: u64,
    column: usize,
    carried: Carried,
    text: Vec<u8>,
    damage: Option<Damage>,
}

impl Default for Delimited {
    fn default() -> Self {
        Self {
            machine: Machine::new(b','),
            table: Table::default(),
        }
    }
}

impl Delimited {
    /// Before the first byte: the front tells delimiter and header.
    pub(super) fn begin(&mut self, front: &[u8]) {
        let (delimiter, names) = sniff(front);
        self.machine = Machine::new(delimiter);
        self.table.in_header = names.is_some();
        self.table.names = names.unwrap_or_default();
    }

    pub(super) fn column(&self, column: usize) -> &str {
        self.table.names.get(column).map_or("", String::as_str)
    }

    pub(super) fn rows(&self) -> u64 {
        self.table.row
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.machine.delimiter()
    }

    pub(super) fn damage(&self) -> Option<Damage> {
        self.table.damage
    }

    pub(super) fn run(&mut self, chunk: &[u8], base: u64, take: Take<'_>) {
        let table = &mut self.table;
        let open = self.machine.run(chunk, base, &mut Taking { table, take });
        if let Some(part) = chunk.get(open..) {
            self.table.carried.hold(part);
        }
    }

    pub(super) fn finish(&mut self, end: u64, take: Take<'_>) {
        if self.machine.quoted() {
            let what = "quoted field";
            let offset = end.saturating_sub(self.table.carried.length);
            self.table.damage = Some(Damage { what, offset });
            let table = &mut self.table;
            Taking { table, take }.line(b"", end, false);
        } else {
            // The line break that may be missing.
            self.run(b"\n", end, take);
        }
    }
}

/// A walk with somebody who takes its fields.
struct Taking<'t> {
    table: &'t mut Table,
    take: Take<'t>,
}

impl Fields for Taking<'_> {
    fn field(&mut self, bytes: &[u8], end: u64) {
        self.table.value(bytes, end, false, self.take);
        self.table.column += 1;
    }

    fn line(&mut self, bytes: &[u8], end: u64, empty: bool) {
        let table = &mut *self.table;
        if empty {
            table.carried.clear();
            return;
        }
        // The first half of a line break of Windows is no part of the field.
        let last = bytes.last().copied().or(table.carried.last);
        table.value(bytes, end, last == Some(b'\r'), self.take);
        table.column = 0;
        if !std::mem::take(&mut table.in_header) {
            table.row += 1;
        }
    }
}

impl Table {
    /// The field that ends with `bytes`, with a carriage return too much if
    /// `carriage` says so.
    fn value(&mut self, bytes: &[u8], end: u64, carriage: bool, take: Take<'_>) {
        let start = end.saturating_sub(self.carried.length + bytes.len() as u64);
        let column = self.column.min(COLUMNS);
        let (mut text, cut) = self.carried.whole(bytes);
        if carriage {
            text = text.strip_suffix(b"\r").unwrap_or(text);
        }
        let mut form = Form::Field;
        if let Some(inner) = inside_quotes(text, cut) {
            form = Form::QuotedField;
            text = inner;
            if memchr::memchr(b'"', inner).is_some() {
                undouble(inner, &mut self.text);
                text = &self.text;
            }
        }
        if !self.in_header {
            while self.names.len() <= column {
                let name = match self.names.len() {
                    COLUMNS => "…".to_owned(),
                    unseen => unnamed(unseen),
                };
                self.names.push(name);
            }
            take(RowValue {
                column,
                name: self.names.get(column).map_or("", String::as_str),
                row: self.row,
                raw: start..end - u64::from(carriage),
                text,
                form,
                cut,
            });
        }
        self.carried.clear();
    }
}

/// What stands in the quotes of a field; a cut one has lost the second.
fn inside_quotes(field: &[u8], cut: bool) -> Option<&[u8]> {
    let inner = field.strip_prefix(b"\"")?;
    if cut {
        return Some(inner);
    }
    inner.strip_suffix(b"\"")
}

/// Two quotes in a row stand for one.
fn undouble(inner: &[u8], text: &mut Vec<u8>) {
    text.clear();
    let mut rest = inner;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        let (front, behind) = rest.split_at(quote + 1);
        text.extend_from_slice(front);
        rest = behind.strip_prefix(b"\"").unwrap_or(behind);
    }
    text.extend_from_slice(rest);
}
