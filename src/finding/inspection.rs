//! What is inside one artifact.
//!
//! In: what the readers told of it. Out: values `hubsweep inspect` prints, as
//! text and as JSON. Lists are bounded: a model has more tensors than anybody
//! reads.

use serde::Serialize;

use super::{Report, Route};

/// One artifact, looked into.
#[derive(Debug, Default)]
pub struct Inspection {
    /// The file itself first, then what it contains, in the order it was read.
    pub contents: Vec<Content>,
    /// What a sweep says about it.
    pub report: Report,
}

/// Something with a kind of its own: the file, a member, a value that is a file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Content {
    /// Way from the file to it.
    pub route: Route,
    /// What it is, in words.
    pub kind: String,
    /// Bytes, where that is known.
    pub size: Option<u64>,
    /// Keys and values of its metadata.
    pub metadata: List<Entry>,
    /// Members of an archive.
    pub members: List<Member>,
    /// Tensors, and other arrays of numbers.
    pub tensors: List<Tensor>,
    /// Columns of a table.
    pub columns: List<Column>,
    /// What loading it imports and calls.
    pub imports: List<Import>,
    /// Operators a graph calls that its file does not define.
    pub operators: List<Operator>,
    /// Files a model reads its numbers from.
    pub external: List<String>,
    /// What is wrong with its shape.
    pub problems: List<String>,
}

impl Content {
    /// Is there nothing to tell beside its kind?
    pub fn is_bare(&self) -> bool {
        self.metadata.is_empty()
            && self.members.is_empty()
            && self.tensors.is_empty()
            && self.columns.is_empty()
            && self.imports.is_empty()
            && self.operators.is_empty()
            && self.external.is_empty()
            && self.problems.is_empty()
    }
}

/// The first entries of a list, and how many there are.
#[derive(Clone, Debug, Serialize)]
pub struct List<T> {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            count: 0,
            first: Vec::new(),
        }
    }
}

/// Most entries kept of one list.
const MOST: usize = 1000;

impl<T> List<T> {
    /// Count one more; keep it while there is room.
    pub fn push(&mut self, entry: T) {
        self.count += 1;
        if self.first.len() < MOST {
            self.first.push(entry);
        }
    }

    /// Is there nothing?
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// A key and its value.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value, cut where it is long, secrets masked.
    pub value: String,
    /// Bytes of the whole value.
    pub length: u64,
}

/// A member of an archive.
#[derive(Clone, Debug, Serialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Bytes once unpacked, as the archive claims.
    pub size: u64,
    /// What is special about it.
    pub note: Option<String>,
}

/// A tensor or another array of numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Type of its elements.
    pub dtype: String,
    /// Length of each dimension.
    pub shape: Vec<u64>,
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub of: String,
    /// Rows, where that is known.
    pub rows: Option<u64>,
}

/// Something loading imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Module and name.
    pub name: String,
    /// Is it called as well?
    pub called: bool,
}

/// An operator of a graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operator {
    /// Whose operator; empty for the standard ones.
    pub domain: String,
    /// Its name.
    pub name: String,
}
