//! Where bytes come from.
//!
//! In: paths and a [`Selection`]. Out: [`Item`]s, pushed one by one so that a
//! million files take no memory: the names of things to read, of links, and of
//! what cannot or shall not be read. A source opens nothing.

mod commit_message;
mod filter;
mod fnmatch;
mod history;
mod listed;
mod name;
mod named;
mod objects;
mod published;
mod push;
mod root;
mod sent;
mod staged;
mod stdin;
#[cfg(test)]
mod tests;
mod tree;
mod upload;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::blob::Blob;
use crate::finding::{Origin, Skip};
use crate::git::{GitError, Repository};

pub use commit_message::CommitMessage;
pub use history::{History, KindOf};
pub use listed::Listed;
pub use push::{Update, push};
pub use root::Root;
pub use sent::Sent;
pub use staged::Staged;
pub use stdin::Stdin;
pub use tree::Tree;
pub use upload::{Leaving, Outgoing, Request, Shipment, What};

/// One thing a source names.
#[derive(Clone, Debug)]
pub enum Item {
    /// Something to read.
    Blob(Blob),
    /// Something that is not read.
    Skip(Skip),
    /// A symbolic link. What is sent for it comes as a blob of the same path.
    Link(Link),
}

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Path with `/`, relative to what is scanned.
    pub path: String,
    /// Where it points, as stored.
    pub target: String,
    /// Does it lead out of what is sent?
    pub escapes: bool,
    /// Is it a link to a folder?
    pub is_dir: bool,
    /// Is there nothing at its target?
    pub broken: bool,
}

/// Hears where a content came from.
pub type Tell<'a> = &'a mut dyn FnMut(usize, Vec<Origin>);

/// Whatever names things to read.
pub trait Source: Sync {
    /// Push every item into `sink` until it breaks.
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError>;

    /// Is `blob` known to hold nothing, so that it need not be read again?
    fn is_known(&self, _blob: &Blob) -> bool {
        false
    }

    /// Where contents came from: `tell` hears, for places in `keys`, one origin
    /// a path. Asked after the sweep, and only of contents with findings; no
    /// answer means that the blob itself says it all. Out: what is not told.
    fn origins(&self, _keys: &[usize], _tell: Tell<'_>) -> Result<Vec<Skip>, SourceError> {
        Ok(Vec::new())
    }

    /// For each of some keys, who has that content already. Asked only of what
    /// would block: the answer may take a walk of the whole history.
    fn published(&self, keys: &[usize]) -> Result<Vec<Option<String>>, SourceError> {
        Ok(vec![None; keys.len()])
    }
}

/// The repository at `path`, which must be one.
fn repository(path: &Path) -> Result<Repository, SourceError> {
    Repository::discover(path)?.ok_or_else(|| SourceError::NoRepository {
        path: path.to_owned(),
    })
}

/// In whose place a folder is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// What git would send: tracked, and untracked but not ignored.
    Git,
    /// What `hf upload` would send.
    Upload,
    /// Everything but the scanned repository's own `.git`.
    All,
}

/// What of the roots to read.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// In whose place; `None` decides for each root.
    pub as_kind: Option<As>,
    /// `--include`, as `huggingface_hub` reads it; empty for everything.
    pub include: Vec<String>,
    /// `--exclude`, as `huggingface_hub` reads it.
    pub exclude: Vec<String>,
    /// Globs of the configuration, as `.gitignore` reads them.
    pub config_exclude: Vec<String>,
}

/// Why a source cannot name anything.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A root cannot be reached.
    #[error("cannot read {}\nhelp: check that the path exists and is readable", path.display())]
    Root {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `--as git` where there is no git.
    #[error(
        "{} is not in a git work tree\nhelp: leave `--as git` out, or use `--as upload`",
        path.display()
    )]
    NoWorkTree {
        /// Which root.
        path: PathBuf,
    },
    /// A glob of the configuration is none.
    #[error("the exclude pattern {glob:?} is no glob\nhelp: write it as in .gitignore")]
    Glob {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        source: ignore::Error,
    },
    /// Standard input cannot be read, or not kept in a temporary file.
    #[error("cannot read standard input\nhelp: check the pipe and the space for temporary files")]
    Stdin(#[source] std::io::Error),
    /// The repository cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// There is no repository.
    #[error(
        "{} is not in a git repository\nhelp: name one, or sweep its files with `hubsweep scan`",
        path.display()
    )]
    NoRepository {
        /// Which path.
        path: PathBuf,
    },
    /// A revision names nothing here.
    #[error(
        "the revision {revision:?} is not in this clone\n\
         help: fetch it; in CI, check out with the whole history (`fetch-depth: 0`)"
    )]
    Revision {
        /// As given.
        revision: String,
    },
    /// Git's hook gave a line that is none of the protocol.
    #[error("line {number} of the pre-push input is not `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`")]
    PushLine {
        /// 1-based.
        number: usize,
    },
    /// Objects cannot be read any more.
    #[error("cannot read the objects of the repository")]
    Objects(#[source] std::io::Error),
}
