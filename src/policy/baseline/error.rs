//! What can be wrong with a baseline, and on which line.
//!
//! In: faults met while a file is read. Out: errors that say what to do, and
//! never quote more than a key.

use std::io;

use thiserror::Error;

/// Why a baseline cannot be used.
#[derive(Debug, Error)]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("could not read the baseline {origin}: {source}")]
    Unreadable {
        /// The file.
        origin: String,
        /// Why not.
        source: io::Error,
    },
    /// A line says something that does not work.
    #[error("{origin}:{line}: {fault}")]
    Invalid {
        /// The file.
        origin: String,
        /// 1-based.
        line: usize,
        /// What is wrong there.
        fault: Fault,
    },
    /// Its fingerprints cannot be compared with this run's.
    #[error("{origin} was made with {made}, this run uses {used}\nhelp: {help}")]
    OtherKey {
        /// The file.
        origin: String,
        /// The key it was made with.
        made: String,
        /// The key of this run.
        used: String,
        /// What to do.
        help: &'static str,
    },
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A merge was left undone.
    #[error(
        "a merge left `{0}` here\nhelp: keep the entries of both sides and delete the markers; `hubsweep baseline update` sorts them"
    )]
    Conflict(&'static str),
    /// The same finding twice.
    #[error("the finding of line {first} again\nhelp: delete one of the two lines")]
    Duplicate {
        /// Line of the first.
        first: usize,
    },
    /// A later form of the file, or none.
    #[error("expected `version = 1`, the only version this hubsweep reads")]
    Version,
    /// What stands above the entries.
    #[error("expected `version`, `key`, `entries = [` or a comment")]
    Header,
    /// A header line that must be there.
    #[error("`{0}` is missing above the entries")]
    NoHeader(&'static str),
    /// The check of the key.
    #[error("`key`: expected 8 hex digits")]
    Key,
    /// No entry.
    #[error("expected one entry on one line, as in `{{ fingerprint = …, rule = …, path = … }},`")]
    Entry,
    /// An entry's key that is none.
    #[error("unknown key `{0}`")]
    UnknownKey(String),
    /// An entry's key that must be there.
    #[error("`{0}` is missing")]
    MissingKey(String),
    /// Not a fingerprint.
    #[error("`fingerprint`: expected the 32 hex digits that a report shows")]
    Fingerprint,
    /// Keys that go together.
    #[error("`count`, `severity` and `confidence` go together, and `count` is at least 1")]
    Bound,
    /// Not a day.
    #[error("`expires`: expected a day, as in 2026-12-31")]
    Expires,
    /// The list is not closed.
    #[error("the list of entries does not end: `]` is missing")]
    Open,
    /// Something after the list.
    #[error("only comments may stand below the entries")]
    Below,
}
