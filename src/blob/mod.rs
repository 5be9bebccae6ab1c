//! A thing to scan, before and after it is opened.
//!
//! In: names from the sources. Out: [`Blob`]s with lazy content, their
//! [`Kind`], and what the extractors cut from them: [`Fragment`]s of text and
//! [`Fact`]s.

mod fact;
mod fragment;
mod kind;
pub mod limits;
mod proto;
mod unpickling;

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

pub use fact::{Fact, MOST_VALUE, Problem, ProblemClass};
pub use fragment::{CONTEXT, Fragment, LineStart, OVERLAP, Positions, Row, Sought};
pub use kind::{HEAD, Kind, Text};
pub use limits::Limits;
pub use proto::Proto;
pub use unpickling::{Opcode, Operand, Subject, Unpickling, Use};

pub use crate::finding::Route;
use crate::finding::{OriginKind, SkipClass};

/// A file or its like. Sources only name it; a worker opens it.
#[derive(Clone, Debug)]
pub struct Blob {
    /// Path with `/`, relative to what is scanned.
    pub path: String,
    /// Bytes, as the source knows it.
    pub size: u64,
    /// Where the bytes are.
    pub content: Content,
    /// What kind of source it comes from.
    pub origin: OriginKind,
    /// The source's own number for it, if the source can tell afterwards where
    /// all it came from.
    pub key: Option<usize>,
}

/// Where a blob's bytes are. Opened by `read`, never mapped: a truncated
/// mapping kills the process.
#[derive(Clone, Debug)]
pub enum Content {
    /// A file on disk.
    File(PathBuf),
    /// Bytes already read (standard input, the target of a link).
    Bytes(Arc<[u8]>),
    /// Something a store keeps under a number, such as a git object.
    Stored(Arc<dyn Store>, usize),
}

/// What a reader of content must be able to do.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Content that is open.
pub struct Opened {
    /// The bytes, from the start.
    pub reader: Box<dyn ReadSeek>,
    /// How many, where that shows only now.
    pub size: Option<u64>,
    /// Is it the file a Git LFS pointer stands for?
    pub from_lfs: bool,
}

/// Why content was not opened.
#[derive(Debug)]
pub enum Unopened {
    /// It cannot be read.
    Failed(io::Error),
    /// It is not here, or shall not be read: a class, and why in words.
    Skipped(SkipClass, String),
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Keeps contents that are no files. Shared by all threads.
pub trait Store: Debug + Send + Sync {
    /// Open the content with this number.
    fn open(&self, key: usize) -> Result<Opened, Unopened>;
}

impl Content {
    /// Open the bytes for reading from the start.
    pub fn open(&self) -> Result<Opened, Unopened> {
        let reader: Box<dyn ReadSeek> = match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Self::Stored(store, key) => return store.open(*key),
        };
        Ok(Opened {
            reader,
            size: None,
            from_lfs: false,
        })
    }
}
