//! The columns of JSON: its paths of keys, numbered.
//!
//! Steps enter, from a place in the tree of paths to one below; places and the
//! numbers and names of columns leave. Keys may be data, not names: the tree is
//! bounded, and what does not fit shares the last place.

use std::collections::HashMap;

use super::COLUMNS;
use crate::format::escape::unescape;
use crate::format::json_path::{LONGEST, shortened};

/// The place of whole documents.
pub(super) const ROOT: usize = 0;
/// The place of all that has none of its own.
pub(super) const REST: usize = 1;

/// Most places.
const PLACES: usize = 4 * COLUMNS;
/// Keys of one object with a place of their own; the later ones share one.
const KEYS: usize = 256;
/// Up to this many keys are compared one by one.
const FEW: usize = 8;

/// The tree of paths.
#[derive(Debug)]
pub(super) struct Names {
    places: Vec<Place>,
    columns: Vec<String>,
    /// The column of all that came when there were [`COLUMNS`].
    rest: Option<usize>,
}

#[derive(Debug, Default)]
struct Place {
    step: Step,
    above: usize,
    column: Option<usize>,
    /// Places behind keys, in order of appearance.
    keys: Vec<usize>,
    /// Where in `keys` a key is, once they are more than a [`FEW`].
    index: HashMap<Box<[u8]>, usize>,
    elements: Option<usize>,
    others: Option<usize>,
}

#[derive(Debug, Default)]
enum Step {
    #[default]
    None,
    /// A key, as written.
    Key(Box<[u8]>),
    /// An element of an array.
    Element,
    /// Any of the keys that came late.
    Other,
}

impl Place {
    fn new(step: Step, above: usize) -> Self {
        Self {
            step,
            above,
            ..Self::default()
        }
    }

    fn is(&self, key: &[u8]) -> bool {
        matches!(&self.step, Step::Key(own) if **own == *key)
    }
}

impl Default for Names {
    fn default() -> Self {
        Self {
            places: vec![Place::default(), Place::default()],
            columns: Vec::new(),
            rest: None,
        }
    }
}

impl Names {
    /// The place behind a key, which is as written. `next` guesses which key of
    /// the object it is, and is moved on: records mostly repeat their keys in
    /// order.
    #[inline]
    pub(super) fn key(&mut self, above: usize, key: &[u8], next: &mut usize) -> usize {
        let key = key.get(..LONGEST).unwrap_or(key);
        if let Some(&guess) = self.places[above].keys.get(*next)
            && self.places[guess].is(key)
        {
            *next += 1;
            return guess;
        }
        self.find(above, key, next)
    }

    fn find(&mut self, above: usize, key: &[u8], next: &mut usize) -> usize {
        let place = &self.places[above];
        let position = if place.keys.len() <= FEW {
            let mut keys = place.keys.iter();
            keys.position(|&place| self.places[place].is(key))
        } else {
            place.index.get(key).copied()
        };
        if let Some(position) = position {
            *next = position + 1;
            return place.keys[position];
        }
        if place.keys.len() >= KEYS {
            if let Some(others) = place.others {
                return others;
            }
            let others = self.add(Step::Other, above);
            self.places[above].others = Some(others);
            return others;
        }
        let found = self.add(Step::Key(key.into()), above);
        if found != REST {
            let position = self.places[above].keys.len();
            self.places[above].keys.push(found);
            self.places[above].index.insert(key.into(), position);
            *next = position + 1;
        }
        found
    }

    /// The place of the elements of an array.
    #[inline]
    pub(super) fn elements(&mut self, above: usize) -> usize {
        if let Some(elements) = self.places[above].elements {
            return elements;
        }
        let elements = self.add(Step::Element, above);
        self.places[above].elements = Some(elements);
        elements
    }

    /// A new place, if there is room.
    fn add(&mut self, step: Step, above: usize) -> usize {
        if above == REST || self.places.len() >= PLACES {
            return REST;
        }
        self.places.push(Place::new(step, above));
        self.places.len() - 1
    }

    /// The number of the column of the values at this place.
    #[inline]
    pub(super) fn column(&mut self, place: usize) -> usize {
        match self.places[place].column {
            Some(column) => column,
            None => self.new_column(place),
        }
    }

    fn new_column(&mut self, place: usize) -> usize {
        let full = place == REST || self.columns.len() >= COLUMNS;
        let column = match self.rest {
            Some(rest) if full => rest,
            _ => {
                let name = if full { "…".into() } else { self.path(place) };
                self.columns.push(name);
                self.columns.len() - 1
            }
        };
        if full {
            self.rest = Some(column);
        }
        self.places[place].column = Some(column);
        column
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }

    fn path(&self, place: usize) -> String {
        let mut steps = Vec::new();
        let mut at = place;
        while at != ROOT {
            let place = &self.places[at];
            steps.push(&place.step);
            at = place.above;
        }
        // A document that is an array: its elements are the records.
        if steps.len() > 1 && matches!(steps.last(), Some(Step::Element)) {
            steps.pop();
        }
        let mut path = String::new();
        let (mut key, mut map) = (Vec::new(), Vec::new());
        for step in steps.iter().rev() {
            let element = matches!(step, Step::Element);
            if !path.is_empty() && !element {
                path.push('.');
            }
            match step {
                Step::Key(raw) => {
                    unescape(raw, &mut key, &mut map);
                    path.push_str(&String::from_utf8_lossy(&key));
                }
                Step::Element => path.push_str("[]"),
                Step::Other => path.push('*'),
                Step::None => {}
            }
            if path.len() > LONGEST {
                break;
            }
        }
        if steps.is_empty() {
            path.push_str("value");
        }
        shortened(path)
    }
}
