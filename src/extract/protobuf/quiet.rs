//! Says once what every part of a file would say again.
//!
//! In: what the parts of a file tell. Out: the same, but one note about all that
//! is by design not read, since a data set may hold a hundred thousand pictures;
//! and so many of the other skips that a hostile file cannot fill the memory.

use crate::blob::{Fact, Fragment, Route};
use crate::extract::Sink;
use crate::finding::SkipClass;

/// Most skips of parts that are told one by one.
const MOST: usize = 1000;

/// What was told, or not told, so far.
#[derive(Debug, Default)]
pub(super) struct Notes {
    by_design: bool,
    told: usize,
    more: bool,
}

impl Notes {
    /// Says what was held back.
    pub(super) fn finish(&self, route: &Route, sink: &mut dyn Sink) {
        if self.by_design {
            let why = "pixels and numbers inside the parts".to_owned();
            sink.skip(SkipClass::ByDesign, route, why);
        }
        if self.more {
            let why = format!("more than {MOST} parts were not wholly read");
            sink.skip(SkipClass::Limited, route, why);
        }
    }
}

/// Stands between the parts and the sink.
pub(super) struct Quiet<'a> {
    pub(super) sink: &'a mut dyn Sink,
    pub(super) notes: &'a mut Notes,
}

impl Sink for Quiet<'_> {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        self.sink.fragment(fragment);
    }

    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        let notes = &mut *self.notes;
        if class == SkipClass::ByDesign {
            notes.by_design = true;
        } else if notes.told < MOST {
            notes.told += 1;
            self.sink.skip(class, route, why);
        } else {
            notes.more = true;
        }
    }

    fn raw(&mut self) {
        self.sink.raw();
    }

    fn name(&mut self, route: &Route, name: &str) {
        self.sink.name(route, name);
    }

    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
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
