//! The columns of a table, filled row by row or column by column.
//!
//! In: values, each with its column and row. Out: texts as cells of their
//! column; a value that is a file of its own (a picture, a pickle) as what it
//! is; other binary values as a skip.

#[cfg(test)]
mod tests;

use std::io::{self, Cursor};

use super::cells::Cells;
use super::{Inside, Sink, nested};
use crate::blob::{HEAD, Kind, Route, Row, Sought};
use crate::finding::SkipClass;
use crate::format::value::Value;

/// Bytes gathered for all columns, with what is noted of each value, before they
/// are delivered.
const GATHERED: u64 = 16 << 20;

/// Where the values of a column are shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Label {
    /// The route of what it is in.
    pub(super) above: String,
    /// Its own name.
    pub(super) name: String,
}

/// The columns.
#[derive(Debug)]
pub(super) struct Columns {
    at: Inside,
    sought: Sought,
    cells: Vec<Option<Cells>>,
    gathered: u64,
    /// Values were left out, being numbers or the like in bytes.
    binary: bool,
    /// Values were cut at the limit.
    cut: bool,
}

impl Columns {
    pub(super) fn new(at: &Inside) -> Self {
        Self {
            at: at.clone(),
            sought: Sought::Everything,
            cells: Vec::new(),
            gathered: 0,
            binary: false,
            cut: false,
        }
    }

    /// The same, searched for this.
    pub(super) fn seeking(self, sought: Sought) -> Self {
        Self { sought, ..self }
    }

    /// The route of the table.
    pub(super) fn route(&self) -> &Route {
        &self.at.route
    }

    /// The next value of the column with this number. `text` is false where it
    /// is bytes, of which some hold text.
    pub(super) fn value(
        &mut self,
        (column, label): (usize, &Label),
        row: u64,
        text: bool,
        value: &mut Value<'_>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let most = self.at.limits.string_bytes;
        if !text {
            let len = value.len;
            let head = value.bytes(HEAD as u64)?;
            match Kind::sniff("", head, len) {
                Kind::Text(_) => {}
                Kind::Binary if mostly_text(head) => {}
                Kind::Binary => {
                    self.binary = true;
                    return Ok(());
                }
                _ => return self.file((label, row), value, sink),
            }
        }
        self.cut |= value.len > most;
        let raw = self.at.raw.zip(value.place).map(|(raw, place)| raw + place);
        self.text((column, label), row, raw, value.bytes(most)?, sink)
    }

    /// The next text of the column with this number, and where in the file its
    /// bytes stand, if as they are.
    pub(super) fn text(
        &mut self,
        (column, label): (usize, &Label),
        row: u64,
        raw: Option<u64>,
        bytes: &[u8],
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        self.gathered += (label.name.len() + bytes.len() + size_of::<Row>()) as u64;
        if column >= self.cells.len() {
            self.cells.resize_with(column + 1, || None);
        }
        if let Some(cells) = self.cells.get_mut(column) {
            let (at, sought) = (&self.at, self.sought);
            let new = || Cells::new(&label.name, &at.part(&label.above)).seeking(sought);
            let cells = cells.get_or_insert_with(new);
            cells.push_placed(row, raw, bytes, sink)?;
        }
        if self.gathered > GATHERED {
            self.deliver(sink);
        }
        Ok(())
    }

    /// A value that is a file.
    fn file(
        &mut self,
        (label, row): (&Label, u64),
        value: &mut Value<'_>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let most = self.at.limits.string_bytes;
        self.cut |= value.len > most;
        let step = format!("{}/{}/row-{row}", label.above, label.name);
        let inner = Inside {
            raw: self.at.raw.zip(value.place).map(|(raw, place)| raw + place),
            ..self.at.child(&step)
        };
        // The names of its columns are no names of files.
        let bytes = value.bytes(most)?.to_vec();
        nested(&mut Cursor::new(bytes), "", &inner, sink)
    }

    fn deliver(&mut self, sink: &mut dyn Sink) {
        self.gathered = 0;
        for cells in self.cells.iter_mut().flatten() {
            cells.finish(sink);
            cells.release();
        }
    }

    /// The table is over: deliver what was gathered, and forget its columns.
    pub(super) fn finish(&mut self, sink: &mut dyn Sink) {
        self.deliver(sink);
        self.cells.clear();
    }

    /// A value was cut before it came here.
    pub(super) fn was_cut(&mut self) {
        self.cut = true;
    }

    /// Tell what was left out.
    pub(super) fn skips(&self, sink: &mut dyn Sink) {
        let route = &self.at.route;
        if self.binary {
            let why = "binary values of columns".to_owned();
            sink.skip(SkipClass::ByDesign, route, why);
        }
        if self.cut {
            let why = "values longer than the limit were cut".to_owned();
            sink.skip(SkipClass::Limited, route, why);
        }
    }
}

/// Are most bytes printable? Random ones are so in four of ten cases.
fn mostly_text(head: &[u8]) -> bool {
    let printable = |byte: &&u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    head.iter().filter(printable).count() * 10 > head.len() * 6
}
