//! The columns of structured text: CSV and the like, JSON, JSON Lines.
//!
//! In: the text, chunk by chunk, while it is swept. Out: its values as cells of
//! their columns, searched for personal data, of which a column's name tells;
//! the text itself is searched for the rest. A sink that wants every value gets
//! empty ones too, and hears of the columns and of damage.

#[cfg(test)]
mod tests;

use std::io;

use super::columns::{Columns, Label};
use super::{Inside, Sink};
use crate::blob::{Fact, Kind, Sought, Text};
use crate::finding::SkipClass;
use crate::format::rows::{Form, RowValue, Rows};

/// The columns of one text.
#[derive(Debug)]
pub(super) struct Feed {
    /// `None` before the first byte tells what it is.
    rows: Option<Rows>,
    json: bool,
    cells: Gathering,
}

#[derive(Debug)]
struct Gathering {
    columns: Columns,
    labels: Vec<Label>,
    /// Place of the text in the file.
    raw: Option<u64>,
    /// Every value is wanted, of so many rows.
    every: Option<u64>,
    /// There are more rows than that.
    over: bool,
    failed: Option<io::Error>,
}

impl Feed {
    /// A feed for a text that has columns, if the sink wants them.
    pub(super) fn new(kind: Kind, at: &Inside, sink: &dyn Sink) -> Option<Self> {
        let json = match kind {
            Kind::Text(Text::Json) => true,
            Kind::Text(Text::Table) => false,
            _ => return None,
        };
        sink.wants_columns().then(|| Self {
            rows: None,
            json,
            cells: Gathering {
                columns: Columns::new(at).seeking(Sought::PersonalData),
                labels: Vec::new(),
                raw: at.raw,
                every: sink
                    .wants_every_value()
                    .then(|| at.limits.sample.unwrap_or(u64::MAX)),
                over: false,
                failed: None,
            },
        })
    }

    /// The next bytes of the text.
    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        if self.cells.over {
            return Ok(());
        }
        let json = self.json || is_json(bytes);
        let new = || {
            if json {
                Rows::json()
            } else {
                Rows::delimited()
            }
        };
        let (rows, cells) = (self.rows.get_or_insert_with(new), &mut self.cells);
        rows.push(bytes, &mut |value| cells.push(&value, sink));
        cells.outcome()
    }

    /// The text is over.
    pub(super) fn finish(mut self, sink: &mut dyn Sink) -> io::Result<()> {
        let cells = &mut self.cells;
        if let Some(rows) = &mut self.rows {
            rows.finish(&mut |value| cells.push(&value, sink));
            cells.sum_up(rows, sink);
        }
        cells.columns.finish(sink);
        cells.columns.skips(sink);
        cells.outcome()
    }
}

impl Gathering {
    /// The next value. Empty ones and words (`null`, `true`) name nobody.
    fn push(&mut self, value: &RowValue<'_>, sink: &mut dyn Sink) {
        let text = match self.every {
            Some(until) if value.row >= until => {
                self.over = true;
                return;
            }
            Some(_) if value.form == Form::Stray => return,
            Some(_) if value.form == Form::JsonLiteral && value.text == b"null" => &[],
            Some(_) => value.text,
            None => {
                let letter = value.text.first().is_some_and(u8::is_ascii_alphabetic);
                if value.text.is_empty() || (letter && value.form == Form::JsonLiteral) {
                    return;
                }
                value.text
            }
        };
        let column = value.column;
        if self.labels.len() <= column {
            self.labels.resize_with(column + 1, Label::default);
        }
        let Some(label) = self.labels.get_mut(column) else {
            return;
        };
        if label.name.is_empty() {
            value.name.clone_into(&mut label.name);
            if self.every.is_some() {
                let (name, of, rows) = (value.name, "", None);
                sink.fact(self.columns.route(), &Fact::Column { name, of, rows });
            }
        }
        if value.cut {
            self.columns.was_cut();
        }
        let raw = self.raw.zip(value.place()).map(|(raw, place)| raw + place);
        let cell = (column, &*label);
        if let Err(error) = self.columns.text(cell, value.row, raw, text, sink) {
            self.failed.get_or_insert(error);
        }
    }

    /// For who wants every value: what was left out, and what is no value.
    fn sum_up(&self, rows: &Rows, sink: &mut dyn Sink) {
        let route = self.columns.route();
        match (self.every, rows.damage()) {
            (Some(until), _) if self.over => {
                let why = format!("only the first {until} rows were asked for");
                sink.skip(SkipClass::Excluded, route, why);
            }
            (Some(_), Some(damage)) => sink.skip(SkipClass::Failed, route, damage.to_string()),
            _ => {}
        }
    }

    fn outcome(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}

/// Does a table begin as JSON, not with a header or a row?
fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(text.trim_ascii_start(), [b'{' | b'[', ..])
}
