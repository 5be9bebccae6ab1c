//! Redaction: what was found is taken out of files.
//!
//! In: files, what a sweep told of them, and what shall stand in their place.
//! Out: the same files, whole, in their place or in a folder of their own, and
//! an account of what was replaced and what could not be.

mod cells;
mod columnar;
mod file;
mod find;
mod operator;
mod quote;
mod redactor;
mod rows;
mod stand_ins;
mod stream;
mod text;
pub mod write;

use std::collections::BTreeMap;
use std::io;

pub use file::{Job, Outcome, Refused, redact, refusal};
pub use find::{Finder, Target, Told};
pub use operator::{Operator, Operators};
pub use redactor::{Piece, Redactor, scan_text};
pub use stand_ins::StandIns;
pub use stream::{Fields, filter};

use crate::format::FormatError;
use write::WriteError;

/// How many values of each kind were replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// By entity of personal data, or rule of a secret.
    pub kinds: BTreeMap<String, u64>,
    /// What else was taken out: metadata of a picture.
    pub dropped: Vec<String>,
    /// Fields of a stream that were looked at, where some were named.
    pub fields: u64,
}

impl Replaced {
    fn add(&mut self, kind: &str) {
        match self.kinds.get_mut(kind) {
            Some(count) => *count += 1,
            None => {
                self.kinds.insert(kind.to_owned(), 1);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        for (kind, count) in &other.kinds {
            *self.kinds.entry(kind.clone()).or_default() += count;
        }
    }

    /// Was anything replaced or taken out?
    pub fn any(&self) -> bool {
        !self.kinds.is_empty() || !self.dropped.is_empty()
    }
}

/// Why a file was not redacted. It is then what it was.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// It cannot be read, or what it became cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The place of the file.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Its format.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A value is longer than is held in memory.
    #[error("it holds a value of more than 64 MiB")]
    TooLong,
    /// A stream that is no text.
    #[error("the stream is compressed\nhelp: unpack it first: `zcat FILE | hubsweep redact -`")]
    Packed,
    /// Nothing was replaced, though there is something to replace.
    #[error("what was found there stands in a part that is not rewritten")]
    NotRewritten,
    /// Values came that are not in the input.
    #[error("its values do not stand where they should")]
    OutOfStep,
}
