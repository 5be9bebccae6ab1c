//! The cells of a table's column as windows of text.
//!
//! In: the cells of one column, in order, each with its row. Out: fragments of
//! many cells, one a line, with the column's name before short ones; where
//! each row begins goes with them, so a match knows its row.

use std::io;

use super::{Inside, Sink, stream};
use crate::blob::{Fragment, Kind, OVERLAP, Row, Sought, Text};

/// Bytes of text gathered before they are delivered.
const WINDOW: usize = 256 * 1024;
/// Longer cells are delivered alone, window by window.
const ALONE: usize = 64 * 1024;
/// Longest cell that gets the column's name: a name tells of a value, not of
/// a page of text, and costs time.
const NAMED: usize = 512;

/// The cells of one column. Call [`finish`](Self::finish) at its end.
#[derive(Debug)]
pub(super) struct Cells {
    at: Inside,
    /// `name = "`, or nothing where the name is too long to help.
    lead: Vec<u8>,
    text: Vec<u8>,
    rows: Vec<Row>,
    kind: Kind,
    sought: Sought,
}

impl Cells {
    /// A column of this name, below `at`: its route is `/name`.
    pub(super) fn new(column: &str, at: &Inside) -> Self {
        let lead = if column.is_empty() || column.len() > 64 {
            Vec::new()
        } else {
            format!("{column} = \"").into_bytes()
        };
        Self {
            at: Inside {
                raw: None,
                lines: false,
                ..at.part(&format!("/{column}"))
            },
            lead,
            text: Vec::new(),
            rows: Vec::new(),
            kind: Kind::Text(Text::Table),
            sought: Sought::Everything,
        }
    }

    /// The same of a vocabulary's words, beside which a name proves nothing.
    pub(super) fn words(column: &str, at: &Inside) -> Self {
        Self {
            lead: Vec::new(),
            kind: Kind::Text(Text::Vocabulary),
            ..Self::new(column, at)
        }
    }

    /// The same, searched for this.
    pub(super) fn seeking(self, sought: Sought) -> Self {
        Self { sought, ..self }
    }

    /// The next cell.
    pub(super) fn push(&mut self, row: u64, value: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        self.push_placed(row, None, value, sink)
    }

    /// The next cell, and where in the file its bytes stand, if as they are.
    pub(super) fn push_placed(
        &mut self,
        row: u64,
        raw: Option<u64>,
        value: &[u8],
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        if value.len() > ALONE {
            self.finish(sink);
            let alone = Inside {
                raw,
                ..self.at.part(&format!("/row-{row}"))
            };
            let kind = Kind::Text(Text::Plain);
            return stream::windows(&mut &value[..], kind, self.sought, &alone, sink);
        }
        if self.text.len() + value.len() > WINDOW {
            self.finish(sink);
        }
        let named = value.len() <= NAMED && !self.lead.is_empty();
        self.rows.push(Row {
            at: self.text.len(),
            number: row,
            lead: if named { self.lead.len() } else { 0 },
            len: value.len(),
            raw,
        });
        if named {
            self.text.extend_from_slice(&self.lead);
            self.text.extend_from_slice(value);
            self.text.extend_from_slice(b"\"\n");
        } else {
            self.text.extend_from_slice(value);
            self.text.push(b'\n');
        }
        Ok(())
    }

    /// Deliver what was gathered.
    pub(super) fn finish(&mut self, sink: &mut dyn Sink) {
        if !self.text.is_empty() {
            sink.fragment(&Fragment {
                route: &self.at.route,
                text: &self.text,
                owned: 0..self.text.len(),
                base: 0,
                raw: None,
                line: None,
                kind: self.kind,
                rows: &self.rows,
                sought: self.sought,
            });
        }
        self.text.clear();
        self.rows.clear();
    }

    /// Free the memory that is not in use: columns may be many.
    pub(super) fn release(&mut self) {
        self.text.shrink_to_fit();
        self.rows.shrink_to_fit();
    }
}

const _: () = assert!(ALONE + OVERLAP < WINDOW);
