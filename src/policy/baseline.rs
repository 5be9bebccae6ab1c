//! The baseline: findings that were there before, and do not block.
//!
//! In: the text of a `hubsweep-baseline.toml`, or a judged report to write one
//! from. Out: which findings are known, which entries are stale, the text to
//! write. A secret nobody can guess is known by its bytes, wherever it is; all
//! else by rule and place, how many there are and how bad they are, so that
//! neither a value nor a hash of one that can be guessed is in the file.

mod apply;
mod compare;
mod day;
mod edit;
mod error;
mod group;
mod read;
mod write;

use std::path::Path;

pub use day::Day;
pub use edit::{Annotations, Change, Deed};
pub use error::{BaselineError, Fault};

use super::allow::Used;
use crate::finding::{Confidence, FingerprintKey, Severity, printable};

/// Largest baseline read: some hundred thousand entries.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What is known.
#[derive(Debug)]
pub struct Baseline {
    origin: String,
    /// Check of the key the fingerprints were made with.
    key: String,
    entries: Vec<Entry>,
    /// Comments above all entries and below them.
    head: Vec<String>,
    tail: Vec<String>,
    /// Does the sweep see only a part of what the entries are about?
    of_part: bool,
    /// Does the sweep read the files as they are now?
    with_files: bool,
    /// Does it read the history?
    with_history: bool,
}

/// One line of it.
#[derive(Debug)]
struct Entry {
    line: usize,
    fingerprint: String,
    rule: String,
    /// For whoever reads it: a rename does not matter.
    path: String,
    /// Of findings known by their place.
    at: Option<Bound>,
    /// Only the history has it.
    history: bool,
    owner: Option<String>,
    reason: Option<String>,
    /// Last day on which it holds.
    expires: Option<Day>,
    /// Comments above it.
    lead: Vec<String>,
    /// Comment behind it.
    trail: Option<String>,
    used: Used,
}

/// How much an entry known by its place covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    /// Distinct values.
    count: usize,
    severity: Severity,
    confidence: Confidence,
}

impl Baseline {
    /// Read and parse a file; messages name it as `origin`.
    pub fn load(path: &Path, origin: &str) -> Result<Self, BaselineError> {
        let text =
            super::config::read(path, MAX_BYTES).map_err(|source| BaselineError::Unreadable {
                origin: origin.to_owned(),
                source,
            })?;
        Self::parse(&text, origin)
    }

    /// One that knows nothing yet.
    pub fn empty(origin: &str, key: &FingerprintKey) -> Self {
        Self {
            origin: origin.to_owned(),
            key: key.check(),
            entries: Vec::new(),
            head: Vec::new(),
            tail: Vec::new(),
            of_part: false,
            with_files: true,
            with_history: false,
        }
    }

    /// With another key every fingerprint is another, and all would seem new.
    pub fn check_key(&self, key: &FingerprintKey) -> Result<(), BaselineError> {
        let check = key.check();
        if check == self.key {
            return Ok(());
        }
        let default = FingerprintKey::default().check();
        let name = |check: &str| {
            if check == default {
                "the built-in key".to_owned()
            } else {
                format!("the key {check}")
            }
        };
        Err(BaselineError::OtherKey {
            origin: self.origin.clone(),
            made: name(&self.key),
            used: name(&check),
            help: if self.key == default {
                "leave out --fingerprint-key and HUBSWEEP_FINGERPRINT_KEY, or create the baseline anew"
            } else {
                "name its file with --fingerprint-key or HUBSWEEP_FINGERPRINT_KEY"
            },
        })
    }

    /// The sweep sees only a part of what the entries are about, so it cannot
    /// tell which are stale.
    pub fn of_part(mut self) -> Self {
        self.of_part = true;
        self
    }

    /// Does the sweep see only a part?
    pub fn is_of_part(&self) -> bool {
        self.of_part
    }

    /// The sweep reads the history too: entries of what only the history has
    /// can be stale.
    pub fn with_history(mut self) -> Self {
        self.with_history = true;
        self
    }

    /// The sweep reads the history and nothing else, so it cannot tell whether
    /// entries of files as they are now are stale.
    pub fn of_history(mut self) -> Self {
        self.with_files = false;
        self.with_history()
    }

    /// The file it is from.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Does the sweep look where the finding of this entry is?
    fn looks_at(&self, entry: &Entry) -> bool {
        if entry.history {
            self.with_history
        } else {
            self.with_files
        }
    }

    fn get(&self, fingerprint: &str) -> Option<&Entry> {
        self.find(fingerprint).map(|at| &self.entries[at])
    }

    fn get_mut(&mut self, fingerprint: &str) -> Option<&mut Entry> {
        self.find(fingerprint).map(|at| &mut self.entries[at])
    }

    /// The entries are in order at all times.
    fn find(&self, fingerprint: &str) -> Option<usize> {
        self.entries
            .binary_search_by(|entry| entry.fingerprint.as_str().cmp(fingerprint))
            .ok()
    }
}

impl Entry {
    fn is_expired(&self, today: Day) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// `hf-user-token in train.py`
    fn shown(&self) -> String {
        format!("{} in {}", printable(&self.rule), printable(&self.path))
    }
}
