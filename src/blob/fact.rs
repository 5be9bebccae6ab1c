//! What a reader learns of an artifact beside its text.
//!
//! In: what the extractors see on their way. Out: facts for the auditor and
//! for `hubsweep inspect`; each part of a file is read once for all of them.

use super::{Kind, Unpickling};

/// Most bytes of a value carried by [`Fact::Metadata`].
pub const MOST_VALUE: usize = 64 * 1024;

/// Something about what stands at a route.
#[derive(Clone, Copy, Debug)]
pub enum Fact<'a> {
    /// What it is.
    Content {
        /// Told by its content.
        kind: Kind,
        /// Bytes, where they are known before reading.
        size: Option<u64>,
    },
    /// A key and its value, cut to [`MOST_VALUE`].
    Metadata {
        /// The key.
        key: &'a str,
        /// The value, as text.
        value: &'a [u8],
    },
    /// A text that tells how a model is built, such as a configuration inside
    /// an archive.
    Document {
        /// Its name.
        name: &'a str,
        /// The whole text.
        text: &'a [u8],
    },
    /// A member of an archive.
    Member {
        /// The name as written.
        name: &'a [u8],
        /// Bytes once unpacked, as claimed.
        size: u64,
        /// What is special about it, in words: `encrypted`, `link to …`.
        note: Option<&'a str>,
    },
    /// A tensor or dataset of numbers, of which only the name was read.
    Tensor {
        /// Its name.
        name: &'a str,
        /// Type of the elements in the format's own word.
        dtype: &'a str,
        /// Length of each dimension.
        shape: &'a [u64],
    },
    /// A column of a table.
    Column {
        /// Its name; of nested ones the path, with dots.
        name: &'a str,
        /// Its type in the format's own words.
        of: &'a str,
        /// Rows, where they are known before reading.
        rows: Option<u64>,
    },
    /// An operator that a graph calls and its file does not define; each once.
    Operator {
        /// The format of the graph.
        kind: Kind,
        /// The set of operators it is from; empty for the format's own.
        domain: &'a str,
        /// Its name.
        name: &'a str,
    },
    /// A file that a tensor's numbers are to be read from; each once.
    External {
        /// Its path as written.
        location: &'a [u8],
    },
    /// Something wrong with the shape of the file.
    Problem(Problem<'a>),
    /// What loading a pickle would import and call.
    Unpickling(&'a Unpickling),
}

/// Something wrong with the shape of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem<'a> {
    /// The format that is wrong.
    pub kind: Kind,
    /// Which kind of wrong.
    pub class: ProblemClass,
    /// Where in the file, if it is at one place.
    pub at: Option<u64>,
    /// What it is, in words without anything read from the file that could be
    /// a secret.
    pub text: &'a str,
}

/// Kinds of problems, as far as they matter differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemClass {
    /// Lengths, counts or offsets that cannot be true.
    Malformed,
    /// Counts and sizes far beyond the file: loaders that do not check them
    /// overflow, or run out of memory.
    Excessive,
    /// Two readers would see different content: duplicates, overlaps, members
    /// only one of the directories knows.
    Ambiguous,
    /// Bytes that belong to nothing: before, between or behind the parts.
    Hidden,
    /// A name or link that leads out of the folder it is unpacked to.
    Escapes,
    /// Parts that are kept in another file, which a reader then opens.
    External,
    /// A device or named pipe, which no data set needs.
    Device,
    /// The same name twice.
    Duplicate,
    /// An archive behind a program or script that unpacks it.
    Prefixed,
}
