//! Windows of text, one by one.
//!
//! In: fragments. Out: what the engine and a recogniser found in them, handed to
//! the collector, or to its columns.

use super::{Collector, is_secret};
use crate::blob::{Fragment, Kind, Positions, Route, Sought, Text};
use crate::engine::Match;
use crate::finding::{Skip, SkipClass};
use crate::scan::recognised;

impl Collector<'_> {
    /// Search a window, whichever stream it is of.
    pub(super) fn window(&mut self, fragment: &Fragment<'_>) {
        let apart = fragment.sought == Sought::PersonalData;
        let masked_to = if apart { 0 } else { self.masked_to };
        let mut matches = self.scanner.scan(fragment);
        match self
            .recogniser
            .map(|recogniser| recognised::ask(recogniser, fragment))
        {
            Some(Ok(others)) => matches.add(self.scanner.engine(), fragment.text, others),
            Some(Err(error)) => {
                let skip = Skip::new(SkipClass::Failed, &self.path, error.to_string());
                self.recogniser = None;
                self.skips.push(skip);
            }
            None => {}
        }
        let masked = matches.masked;
        // Bytes before what was already masked may hold a secret's tail, and
        // those after the owned range a secret this scan did not look for.
        let from = (masked_to.saturating_sub(fragment.base) as usize).max(fragment.owned.start);
        let within = from..fragment.owned.end;
        let mut positions = Positions::new(fragment);
        for at in matches.marks {
            if let Some((line, _)) = positions.of(at) {
                self.mark(fragment, at, line);
            }
        }
        if let Some(end) = masked.iter().map(|span| span.end).max().filter(|_| !apart) {
            self.masked_to = self.masked_to.max(fragment.base + end as u64);
        }
        if !fragment.rows.is_empty() {
            self.columns.window(fragment);
            self.columns.failed(fragment, &matches.failed);
        }
        let mut positions = Positions::new(fragment);
        for hit in matches.found {
            let position = positions.of(hit.span.start);
            if !fragment.rows.is_empty() && hit.personal.is_some() {
                let location = self.locate(fragment, &hit, position);
                self.columns.hit(fragment, &hit, location);
            } else {
                self.add(fragment, hit, position, &within, &masked);
            }
        }
    }

    /// The path of a file, or what else names it: it may name anybody, but it
    /// must hold no secret.
    pub(in crate::scan) fn path_name(&mut self, name: &str) {
        self.named(&Route::default(), name, is_secret);
    }

    /// What is told of a name.
    pub(super) fn named(&mut self, route: &Route, name: &str, told: fn(&Match<'_>) -> bool) {
        self.scanner.reset();
        let fragment = Fragment {
            route: &route.join("@name"),
            text: name.as_bytes(),
            owned: 0..name.len(),
            base: 0,
            raw: None,
            line: None,
            kind: Kind::Text(Text::Plain),
            rows: &[],
            sought: Sought::Everything,
        };
        let matches = self.scanner.scan(&fragment);
        for hit in matches.found.into_iter().filter(told) {
            self.add(&fragment, hit, None, &fragment.owned, &matches.masked);
        }
    }
}
