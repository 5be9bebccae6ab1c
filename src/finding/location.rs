//! Where something is: file, route inside the file, bytes, line and column.
//!
//! In: offsets from the engine. Out: values every report prints the same way.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Raw byte offsets in the file, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// The way from a file to a fragment inside it: `/cells/3/outputs/0` or
/// `/archive/data.pkl@hub_token`, with encodings as `!base64`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Arc<str>);

impl Route {
    /// A route from its text; hostile characters are replaced when printed.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Is this the file itself?
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The text after the `!` that separates it from the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This route with one more step; `step` brings its own separator
    /// (`/name`, `@key`, `!encoding`).
    pub fn join(&self, step: &str) -> Self {
        Self(format!("{}{step}", self.0).into())
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Route {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A place in what was scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Path with `/`, relative to what was scanned.
    pub path: String,
    /// Way inside the file, where there is one.
    pub route: Option<Route>,
    /// 1-based line, of text files.
    pub line: Option<u64>,
    /// 1-based column in characters, of text files.
    pub column: Option<u64>,
    /// Raw bytes in the file, where they exist.
    pub span: Option<Span>,
}

impl Location {
    /// The place of a whole file.
    pub fn file(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..Self::default()
        }
    }
}

/// Where bytes came from: outside git only the kind is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Kind of source.
    pub kind: OriginKind,
    /// Id, in hex, of the first commit that brought it, or of the tag.
    pub commit: Option<String>,
    /// Author date of that commit, in seconds since 1970.
    pub time: Option<i64>,
    /// Order of that commit among those of the sweep, parents before children:
    /// dates may lie.
    pub sequence: Option<u32>,
    /// Refs it can be reached from, in order of their names.
    pub refs: Vec<String>,
    /// The path it has there.
    pub path: Option<String>,
    /// Is it still in the commit that is checked out?
    pub in_head: Option<bool>,
    /// Remotes that have it already, as far as this clone knows.
    pub published: Vec<String>,
}

impl Origin {
    /// The order in which a reader looks for refs: branches, tags, pull
    /// requests, what a remote has, the rest.
    pub fn rank(name: &str) -> usize {
        let order = [
            "refs/heads/",
            "refs/tags/",
            "refs/pr/",
            "refs/pull/",
            "refs/remotes/",
        ];
        let place = order.iter().position(|prefix| name.starts_with(prefix));
        place.unwrap_or(order.len())
    }

    /// An origin of which only the kind is known.
    pub fn of(kind: OriginKind) -> Self {
        Self {
            kind,
            commit: None,
            time: None,
            sequence: None,
            refs: Vec::new(),
            path: None,
            in_head: None,
            published: Vec::new(),
        }
    }
}

/// Kind of source bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// A file of the working tree or folder.
    Tree,
    /// Standard input.
    Stdin,
    /// A file as it is staged.
    Index,
    /// A file of a commit.
    Commit,
    /// The message of a commit.
    CommitMessage,
    /// The author or committer of a commit.
    CommitIdentity,
    /// The message of an annotated tag.
    Tag,
    /// A note on a commit.
    Note,
    /// The name of a ref.
    RefName,
    /// The configuration of the repository itself, which is not sent.
    Config,
}
