//! What the values of one column are.
//!
//! In: the values, one by one. Out: their type as they look, how many there
//! are, how many different ones, and forms of some.

use super::super::distinct::Distinct;
use super::look::{LOOKS, Look, look};
use crate::finding::Secret;
use crate::finding::profile::ColumnProfile;

/// Forms shown of a column.
const SAMPLES: usize = 3;
/// First values whose forms are looked at.
const LOOKED_AT: u64 = 1000;
/// Bytes of a value that its form is made of.
const FORM: usize = 64;
/// Hashes kept of a column: its count of different values is 2 % off at most,
/// mostly. Of a table with many columns fewer, which is 9 %.
const KEPT: usize = 2048;
const KEPT_OF_MANY: usize = 128;
/// That many columns are many.
const MANY: usize = 256;
/// Most different values of a category, and how often each stands there at
/// least, on average.
const CATEGORIES: u64 = 50;
const TIMES: u64 = 4;
/// Least values of which it means something that they all differ.
const ENOUGH: u64 = 20;
/// Mean bytes from which on text is long.
const LONG: u64 = 200;
/// Mean bytes up to which a word can be an id.
const ID: u64 = 64;
/// In a column of one type others are below this part of it.
const PURE: f64 = 0.995;

/// A column so far.
#[derive(Debug)]
pub(super) struct Column {
    /// The name of it in its table.
    pub(super) name: String,
    /// The type the format declares.
    pub(super) declared: Option<String>,
    /// Its place among those the format declares.
    pub(super) order: usize,
    /// Are its values entries of a dictionary, which no row counts?
    pub(super) dictionary: bool,
    /// Rows that have a value.
    pub(super) filled: u64,
    last_row: Option<u64>,
    values: u64,
    /// Values of each look.
    looks: [u64; LOOKS.len()],
    /// Bytes of the texts, and whether any has a blank.
    bytes: u64,
    blanks: bool,
    /// Values that are files, and what the first of them is.
    files: u64,
    file: &'static str,
    distinct: Distinct,
    samples: Vec<String>,
}

impl Column {
    /// A column of this name, beside so many others.
    pub(super) fn new(name: &str, beside: usize) -> Self {
        let kept = if beside < MANY { KEPT } else { KEPT_OF_MANY };
        Self {
            name: name.to_owned(),
            declared: None,
            order: usize::MAX,
            dictionary: false,
            filled: 0,
            last_row: None,
            values: 0,
            looks: [0; LOOKS.len()],
            bytes: 0,
            blanks: false,
            files: 0,
            file: "",
            distinct: Distinct::keeping(kept),
            samples: Vec::new(),
        }
    }

    /// Does its format declare it?
    pub(super) fn is_declared(&self) -> bool {
        self.order != usize::MAX
    }

    /// Are there files in it?
    pub(super) fn has_files(&self) -> bool {
        self.files > 0
    }

    /// The next value of it, in a row.
    pub(super) fn value(&mut self, row: u64, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        self.fill(row);
        let look = look(value);
        self.looks[look as usize] += 1;
        if look == Look::Text {
            self.bytes += value.len() as u64;
            self.blanks = self.blanks || value.contains(&b' ');
        }
        self.distinct.add(value);
        if self.values <= LOOKED_AT && self.samples.len() < SAMPLES {
            let mut front = value.get(..FORM).unwrap_or(value);
            // A letter that is cut in two is left out.
            while front.len() < value.len()
                && value.get(front.len()).is_some_and(|b| b & 0xc0 == 0x80)
            {
                front = &front[..front.len() - 1];
            }
            let form = Secret::new(front).form();
            if !self.samples.contains(&form) {
                self.samples.push(form);
            }
        }
    }

    /// The next value of it is a file.
    pub(super) fn file(&mut self, row: u64, kind: &'static str) {
        self.fill(row);
        self.looks[Look::File as usize] += 1;
        if self.files == 0 {
            self.file = kind;
        }
        self.files += 1;
    }

    fn fill(&mut self, row: u64) {
        self.values += 1;
        if self.last_row != Some(row) {
            self.last_row = Some(row);
            self.filled += 1;
        }
    }

    /// What there is to tell, of a table with so many rows.
    pub(super) fn profile(self, rows: Option<u64>) -> ColumnProfile {
        let read = self.values > 0 || self.declared.is_none();
        let of = self.of();
        let countable = read && !self.dictionary;
        let filled = self.filled;
        ColumnProfile {
            of,
            values: countable.then_some(self.values),
            empty: rows
                .filter(|_| countable)
                .map(|rows| rows.saturating_sub(filled)),
            // An estimate may be more than there can be.
            distinct: (read && self.files == 0).then(|| self.distinct.count().min(self.values)),
            exact: self.distinct.is_exact(),
            personal: Vec::new(),
            samples: self.samples,
            name: self.name,
            declared: self.declared,
        }
    }

    /// The type in words.
    fn of(&self) -> String {
        if self.values == 0 {
            return match &self.declared {
                Some(declared) => declared.clone(),
                None => "empty".to_owned(),
            };
        }
        let count = |look: Look| self.looks[look as usize];
        let part = |count: u64| count as f64 / self.values as f64;
        let numbers = count(Look::Integer) + count(Look::Number);
        let dates = count(Look::Date) + count(Look::DateTime);
        let pure = [
            (count(Look::Integer), Look::Integer),
            (numbers, Look::Number),
            (count(Look::Boolean), Look::Boolean),
            (count(Look::Date), Look::Date),
            (dates, Look::DateTime),
            (count(Look::File), Look::File),
        ];
        let pure = pure.into_iter().find(|(count, _)| part(*count) >= PURE);
        // Among texts anything may stand that looks like something else.
        let text = count(Look::Text) > 0 && part(count(Look::Text)) >= 0.5;
        match pure {
            Some((_, Look::Integer)) if self.is_id() => "integer id".to_owned(),
            Some((_, Look::File)) => format!("file ({})", self.file),
            Some((_, look)) => LOOKS[look as usize].1.to_owned(),
            None if text && part(count(Look::Text)) >= PURE => self.text().to_owned(),
            None if text && self.is_category() => "category".to_owned(),
            None => self.mixed(),
        }
    }

    /// What kind of text.
    fn text(&self) -> &'static str {
        let mean = self.bytes / self.looks[Look::Text as usize].max(1);
        if self.is_category() {
            "category"
        } else if !self.blanks && mean <= ID && self.is_id() {
            "id"
        } else if mean >= LONG {
            "long text"
        } else {
            "text"
        }
    }

    fn is_category(&self) -> bool {
        let distinct = self.distinct.count();
        let exact = self.distinct.is_exact();
        exact && distinct <= CATEGORIES && distinct * TIMES <= self.values
    }

    /// Do all values differ? Of an estimate nobody can say it for sure.
    fn is_id(&self) -> bool {
        let distinct = self.distinct.count() as f64;
        let off = if self.distinct.is_exact() { 0.0 } else { 0.1 };
        self.values >= ENOUGH && distinct >= self.values as f64 * (1.0 - off)
    }

    /// `text, 25 % integer`
    fn mixed(&self) -> String {
        let mut parts: Vec<(u64, &str)> = LOOKS
            .iter()
            .map(|&(look, word)| (self.looks[look as usize], word))
            .filter(|(count, _)| *count > 0)
            .collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.0));
        let percent = |count: u64| (100.0 * count as f64 / self.values as f64).round().max(1.0);
        let parts: Vec<String> = parts
            .iter()
            .take(3)
            .enumerate()
            .map(|(place, (count, word))| match place {
                0 => (*word).to_owned(),
                _ => format!("{} % {word}", percent(*count)),
            })
            .collect();
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: impl Iterator<Item = String>) -> ColumnProfile {
        let mut column = Column::new("c", 0);
        let mut rows = 0;
        for (row, value) in values.enumerate() {
            column.value(row as u64, value.as_bytes());
            rows += 1;
        }
        column.profile(Some(rows))
    }

    #[test]
    fn values_tell_their_type() {
        let of = |make: &dyn Fn(u64) -> String| column((0..200).map(make)).of;
        assert_eq!(of(&|row| row.to_string()), "integer id");
        assert_eq!(of(&|row| (row % 7).to_string()), "integer");
        assert_eq!(of(&|row| format!("{}.5e-3", row % 9)), "number");
        assert_eq!(of(&|row| (row % 2 == 0).to_string()), "boolean");
        assert_eq!(of(&|row| format!("2020-01-{:02}", 1 + row % 28)), "date");
        let time = |row| format!("2020-01-{:02}T10:00:00Z", 1 + row % 28);
        assert_eq!(of(&time), "date and time");
        assert_eq!(of(&|row| format!("kind-{}", row % 3)), "category");
        assert_eq!(of(&|row| format!("a{row:06}")), "id");
        assert_eq!(of(&|row| format!("a text of row {row}")), "text");
        assert_eq!(of(&|row| format!("words {row} ").repeat(40)), "long text");
        assert_eq!(of(&|_| String::new()), "empty");
        assert_eq!(of(&|row| format!("{:05}", row % 90)), "text");
        let mixed = |row: u64| {
            if row.is_multiple_of(4) {
                row.to_string()
            } else {
                format!("some words {row}")
            }
        };
        assert_eq!(of(&mixed), "text, 25 % integer");
    }

    #[test]
    fn empty_rows_and_forms_are_told() {
        let told = column((0..10).map(|row| {
            if row < 4 {
                String::new()
            } else {
                format!("ab{row}")
            }
        }));
        assert_eq!((told.values, told.empty), (Some(6), Some(4)));
        assert_eq!((told.distinct, told.exact), (Some(6), true));
        assert_eq!(told.samples, ["xx9"]);
    }

    #[test]
    fn a_letter_cut_in_two_is_left_out_of_a_form() {
        let told = column(std::iter::once("é".repeat(60)));
        assert!(!told.samples[0].contains('.'), "{:?}", told.samples);
    }
}
