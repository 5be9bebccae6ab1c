//! What the tables of a data set hold, column by column.
//!
//! In: what a profile gathered. Out: values that `hubsweep profile` prints, as
//! text, Markdown and JSON. No value of a table is in here, only forms.

use serde::Serialize;

use super::{Class, Confidence, Severity, Skip};

/// The tables of everything that was asked for.
#[derive(Debug, Default)]
pub struct Profile {
    /// The tables, by path.
    pub tables: Vec<Table>,
    /// Files that have no columns, or none that are told.
    pub others: u64,
    /// What was not, or not wholly, read.
    pub skipped: Vec<Skip>,
    /// Rules that ran.
    pub rules: usize,
    /// Was it interrupted?
    pub interrupted: bool,
}

impl Profile {
    /// Was everything read that should be?
    pub fn is_complete(&self) -> bool {
        !self.interrupted && !self.skipped.iter().any(Skip::is_incomplete)
    }
}

/// A table: a file, a part of one, or a table of a database.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Path of the file.
    pub path: String,
    /// The part of it, where it is a part.
    pub part: Option<String>,
    /// What it is, in words.
    pub kind: String,
    /// Rows it has, where that is known.
    pub rows: Option<u64>,
    /// Rows that were read, where only some were.
    pub read: Option<u64>,
    /// Its columns, in its own order.
    pub columns: Vec<ColumnProfile>,
    /// Columns beyond those, of which nothing is told.
    pub more: u64,
}

/// A column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ColumnProfile {
    /// Its name; of nested ones the path, as `messages[].content`.
    pub name: String,
    /// What its values are, as they look.
    #[serde(rename = "type")]
    pub of: String,
    /// The type the format declares.
    pub declared: Option<String>,
    /// Values that are not empty; `None` where they were not read.
    pub values: Option<u64>,
    /// Rows without a value, where that is known.
    pub empty: Option<u64>,
    /// Different values.
    pub distinct: Option<u64>,
    /// Is that number exact, rather than an estimate?
    pub exact: bool,
    /// Personal data, what weighs most first.
    pub personal: Vec<Entity>,
    /// Forms of some values, letters and digits replaced.
    pub samples: Vec<String>,
}

/// Personal data of one kind in a column.
#[derive(Clone, Debug, Serialize)]
pub struct Entity {
    /// What kind: `email`.
    pub entity: String,
    /// Whose.
    pub class: Class,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Values that hold it.
    pub rows: u64,
    /// The part of all values that they are, from 0 to 1.
    pub share: f64,
    /// Different ones.
    pub distinct: u64,
    /// Is that number exact, rather than an estimate?
    pub exact: bool,
    /// Forms of some of them.
    pub samples: Vec<String>,
}
