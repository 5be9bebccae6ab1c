//! Cells that are no text: files in a column, such as the pictures of a dataset.
//!
//! In: one cell after the other. Out: what is inside those that have a reader.
//! A million pictures say the same: what they do not show is told once a column.

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use super::super::{Inside, Sink, inside};
use crate::blob::{Fact, Fragment, HEAD, Kind, Route};
use crate::finding::SkipClass;

/// Longest cell of unknown bytes that is swept like text: protocol buffers and
/// their like hold some.
const SHORT: usize = 4 * 1024;

/// Skips of one class, and contents of one kind, that are told of one column one
/// by one.
const EACH: u64 = 8;

/// Most reasons that are counted one by one.
const REASONS: usize = 1000;

/// The cells of all columns that were no text.
pub(super) struct Blobs<'a> {
    at: &'a Inside,
    tally: Tally,
}

/// How often what was told, by the number of the column.
#[derive(Default)]
struct Tally {
    skips: BTreeMap<(usize, SkipClass, String), u64>,
    classes: BTreeMap<(usize, SkipClass), u64>,
    kinds: BTreeMap<(usize, &'static str), u64>,
    binary: BTreeMap<usize, u64>,
}

impl<'a> Blobs<'a> {
    pub(super) fn new(at: &'a Inside) -> Self {
        let tally = Tally::default();
        Self { at, tally }
    }

    /// Takes a cell of column `index` if it is no text; `false` gives it back.
    pub(super) fn take(
        &mut self,
        (index, path): (usize, &str),
        row: Option<u64>,
        value: &[u8],
        sink: &mut dyn Sink,
    ) -> io::Result<bool> {
        let head = &value[..value.len().min(HEAD)];
        let size = value.len() as u64;
        let kind = match Kind::sniff("", head, size) {
            Kind::Text(_) => return Ok(false),
            Kind::Binary if value.len() <= SHORT => return Ok(false),
            Kind::Binary => {
                *self.tally.binary.entry(index).or_default() += 1;
                return Ok(true);
            }
            kind => kind,
        };
        let step = match row {
            Some(row) => format!("/{path}/row-{row}"),
            None => format!("/{path}"),
        };
        let tally = &mut self.tally;
        let mut hushed = Hushed { sink, tally, index };
        let inner = self.at.child(&step);
        inside(&mut Cursor::new(value), size, kind, &inner, &mut hushed)?;
        Ok(true)
    }

    /// Tells what was counted.
    pub(super) fn sum_up(self, route: &dyn Fn(usize) -> Route, sink: &mut dyn Sink) {
        for ((index, class, why), count) in self.tally.skips {
            sink.skip(class, &route(index), format!("{why} in {count} cells"));
        }
        for ((index, class), count) in self.tally.classes {
            if let Some(more) = count.checked_sub(EACH).filter(|&more| more > 0) {
                let why = format!("{more} more like these in other cells");
                sink.skip(class, &route(index), why);
            }
        }
        for (index, count) in self.tally.binary {
            let why = format!("binary values in {count} cells");
            sink.skip(SkipClass::ByDesign, &route(index), why);
        }
    }
}

/// Passes on what is said about a cell, unless many said it before.
struct Hushed<'a> {
    sink: &'a mut dyn Sink,
    tally: &'a mut Tally,
    index: usize,
}

impl Sink for Hushed<'_> {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        self.sink.fragment(fragment);
    }

    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        if class == SkipClass::ByDesign && self.tally.skips.len() < REASONS {
            let key = (self.index, class, why);
            *self.tally.skips.entry(key).or_default() += 1;
            return;
        }
        let count = self.tally.classes.entry((self.index, class)).or_default();
        *count += 1;
        if *count <= EACH {
            self.sink.skip(class, route, why);
        }
    }

    fn raw(&mut self) {
        self.sink.raw();
    }

    fn name(&mut self, route: &Route, name: &str) {
        self.sink.name(route, name);
    }

    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        if let Fact::Content { kind, .. } = fact {
            let key = (self.index, kind.as_str());
            let count = self.tally.kinds.entry(key).or_default();
            *count += 1;
            if *count > EACH && !self.sink.wants_every_value() {
                return;
            }
        }
        self.sink.fact(route, fact);
    }

    fn wants_columns(&self) -> bool {
        self.sink.wants_columns()
    }

    fn wants_every_value(&self) -> bool {
        self.sink.wants_every_value()
    }

    fn wants_numbers(&self, column: &str) -> bool {
        self.sink.wants_numbers(column)
    }
}
