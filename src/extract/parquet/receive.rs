//! What the pages of one column chunk tell.
//!
//! In: its cells and problems. Out: windows of text, content of cells that are
//! files, and what went wrong.

use std::io;
use std::ops::ControlFlow;

use super::super::cells::Cells;
use super::super::named::Named;
use super::super::{Inside, Sink, skip_class};
use super::blobs::Blobs;
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::parquet::{Column, Event, Value};

/// Takes the events of one chunk.
pub(super) struct Receiver<'a, 'b> {
    pub(super) index: usize,
    pub(super) column: &'a Column,
    pub(super) at: &'a Inside,
    pub(super) cells: Cells,
    pub(super) named: &'a mut Named,
    pub(super) blobs: &'a mut Blobs<'b>,
    pub(super) sink: &'a mut dyn Sink,
    pub(super) trouble: Trouble,
}

/// What went wrong: the first is told, the others are counted.
#[derive(Default)]
pub(super) struct Trouble {
    first: Option<(SkipClass, String)>,
    more: u64,
    /// Reading, not the format, failed: the sweep of the file ends.
    failed: Option<io::Error>,
}

impl Receiver<'_, '_> {
    /// One event; `Break` where the file cannot be read.
    pub(super) fn take(&mut self, event: Event<'_>) -> ControlFlow<()> {
        let done = match event {
            Event::Cell {
                row,
                value: Value::Bytes(value),
            } => self.cell(row, value),
            Event::Cell {
                row,
                value: Value::Int(value),
            } => match row {
                Some(row) => self
                    .cells
                    .push(row, value.to_string().as_bytes(), self.sink),
                None => Ok(()),
            },
            Event::Problem(FormatError::Io(error)) => Err(error),
            Event::Problem(error) => {
                self.trouble.add(skip_class(&error), error.to_string());
                Ok(())
            }
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.trouble.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn cell(&mut self, row: Option<u64>, value: &[u8]) -> io::Result<()> {
        let Column { path, text, .. } = self.column;
        if value.is_empty() {
            return Ok(());
        }
        let place = (self.index, path.as_str());
        if !text && self.blobs.take(place, row, value, self.sink)? {
            return Ok(());
        }
        match row {
            Some(row) => self.cells.push(row, value, self.sink),
            // Of a dictionary, though no row uses it any more.
            None => self
                .named
                .deliver(Some(path), value, None, self.at, self.sink),
        }
    }

    /// Delivers what was gathered; answers what went wrong.
    pub(super) fn finish(mut self) -> io::Result<Trouble> {
        self.cells.finish(self.sink);
        match self.trouble.failed {
            Some(error) => Err(error),
            None => Ok(self.trouble),
        }
    }
}

impl Trouble {
    /// Trouble of one kind alone.
    pub(super) fn one(class: SkipClass, why: &str) -> Self {
        let mut trouble = Self::default();
        trouble.add(class, why.to_owned());
        trouble
    }

    fn add(&mut self, class: SkipClass, why: String) {
        self.more += u64::from(self.first.is_some());
        self.first.get_or_insert((class, why));
    }

    /// The class of skip it makes, and why in words.
    pub(super) fn told(self) -> Option<(SkipClass, String)> {
        let (class, why) = self.first?;
        Some(match self.more {
            0 => (class, why),
            more => (class, format!("{why}, and {more} more")),
        })
    }
}
