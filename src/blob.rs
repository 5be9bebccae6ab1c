//! A thing to scan, before and after it is opened.
//!
//! In: names from the sources. Out: [`Blob`]s with lazy content, their
//! [`Kind`], and the [`Fragment`]s of text the extractors cut from them.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

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

/// What a blob is, told by content first and name second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text in UTF-8, Latin-1 or the like.
    Text(Text),
    /// Text in UTF-16; `true` for big-endian.
    Utf16(bool),
    /// A Python pickle.
    Pickle,
    /// A zip archive, torch files included.
    Zip,
    /// A safetensors file.
    Safetensors,
    /// Anything else: swept as raw bytes.
    Binary,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// A model or dataset card, or other Markdown.
    Markdown,
    /// One JSON document, or one a line.
    Json,
    /// A Jupyter notebook.
    Notebook,
    /// YAML.
    Yaml,
    /// TOML or INI.
    Toml,
    /// An environment file.
    Env,
    /// Program source.
    Source,
    /// Tokenizer or vocabulary data.
    Vocabulary,
    /// CSV, TSV or JSON Lines: rows of data.
    Table,
    /// Any other text.
    Plain,
}

/// Bytes read to tell a blob's kind.
pub const HEAD: usize = 8192;

const VOCABULARY_NAMES: &[&str] = &[
    "tokenizer.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "added_tokens.json",
    "special_tokens_map.json",
    "spiece.vocab",
    "sentencepiece.bpe.vocab",
    "dict.txt",
];

impl Kind {
    /// Tell the kind from the path and up to [`HEAD`] first bytes.
    pub fn sniff(path: &str, head: &[u8], size: u64) -> Self {
        if let Some(kind) = Self::by_magic(head, size) {
            return kind;
        }
        if looks_binary(head) {
            return utf16_without_mark(head).map_or(Self::Binary, Self::Utf16);
        }
        Self::Text(Text::by_name(path, head))
    }

    fn by_magic(head: &[u8], size: u64) -> Option<Self> {
        match head {
            [0xff, 0xfe, ..] => Some(Self::Utf16(false)),
            [0xfe, 0xff, ..] => Some(Self::Utf16(true)),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [_, _, _, _, _, _, _, _, b'{', ..] if is_safetensors(head, size) => {
                Some(Self::Safetensors)
            }
            _ if crate::format::pickle::looks_like_pickle(head) => Some(Self::Pickle),
            _ => None,
        }
    }

    /// Is it a kind of text?
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text(_) | Self::Utf16(_))
    }
}

fn is_safetensors(head: &[u8], size: u64) -> bool {
    let Some(length) = head
        .first_chunk::<8>()
        .map(|bytes| u64::from_le_bytes(*bytes))
    else {
        return false;
    };
    // A real header is at least `{}`; a little beyond the file is a truncated one.
    (2..=100_000_000).contains(&length) && length <= size.saturating_mul(2).max(1 << 20)
}

fn looks_binary(head: &[u8]) -> bool {
    memchr::memchr(0, head).is_some()
}

/// UTF-16 text without a mark: every other byte of it is mostly zero.
fn utf16_without_mark(head: &[u8]) -> Option<bool> {
    let pairs = head.len() / 2;
    if pairs < 8 {
        return None;
    }
    let zeros = |at: usize| {
        head.iter()
            .skip(at)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 7 && even * 20 < pairs {
        Some(false)
    } else if even * 10 > pairs * 7 && odd * 20 < pairs {
        Some(true)
    } else {
        None
    }
}

impl Text {
    /// What the name alone says.
    pub fn of_name(path: &str) -> Self {
        Self::by_name(path, b"")
    }

    fn by_name(path: &str, head: &[u8]) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        if VOCABULARY_NAMES.contains(&name.as_str()) {
            return Self::Vocabulary;
        }
        if name.starts_with(".env") || name.rsplit('.').next() == Some("env") || name == ".netrc" {
            return Self::Env;
        }
        match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "md" | "markdown" | "mdx" | "rst" => Self::Markdown,
            "ipynb" => Self::Notebook,
            "json" | "webmanifest" | "har" => Self::Json,
            "jsonl" | "ndjson" | "csv" | "tsv" => Self::Table,
            "yaml" | "yml" => Self::Yaml,
            "toml" | "ini" | "cfg" | "conf" | "properties" => Self::Toml,
            "py" | "pyi" | "sh" | "bash" | "js" | "ts" | "tsx" | "jsx" | "go" | "rs" | "java"
            | "c" | "cc" | "cpp" | "h" | "hpp" | "cu" | "cuh" | "rb" | "php" | "r" | "scala"
            | "kt" | "swift" | "lua" | "ps1" | "bat" | "sbatch" | "slurm" => Self::Source,
            _ if head.trim_ascii_start().starts_with(b"{") => Self::Json,
            _ => Self::Plain,
        }
    }
}

/// Bytes after the owned range that a fragment of a stream must hold, so that
/// no match is cut.
pub const OVERLAP: usize = 9 * 1024;
/// Bytes before the owned range that rules and detectors look back on.
pub const CONTEXT: usize = 1024;

/// A window of text with what is needed to place its matches.
#[derive(Debug)]
pub struct Fragment<'a> {
    /// Way from the file to this fragment.
    pub route: &'a Route,
    /// The bytes: context, the owned range, overlap.
    pub text: &'a [u8],
    /// Matches that start here belong to this fragment; the rest is context.
    pub owned: Range<usize>,
    /// Place of `text[0]` in its stream of fragments.
    pub base: u64,
    /// Place of the stream's first byte in the file, where the stream is a
    /// stretch of the file's own bytes.
    pub raw: Option<u64>,
    /// Line of `text[0]`, and where in the stream that line starts; of text
    /// only.
    pub line: Option<LineStart>,
    /// What the text is.
    pub kind: Kind,
}

/// Where a line starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineStart {
    /// 1-based number.
    pub number: u64,
    /// Place in the stream of its first byte.
    pub at: u64,
}

impl Fragment<'_> {
    /// Line and column (in characters) of a place in the text.
    pub fn position(&self, at: usize) -> Option<(u64, u64)> {
        Positions::new(self).of(at)
    }
}

/// Lines and columns of many places in one fragment, each counted on from the
/// one before.
#[derive(Debug)]
pub struct Positions<'f> {
    text: &'f [u8],
    /// At the start of the text; `None` where lines mean nothing.
    start: Option<(u64, u64)>,
    at: usize,
    /// At `at`.
    current: (u64, u64),
}

impl<'f> Positions<'f> {
    /// Positions in `fragment`.
    pub fn new(fragment: &Fragment<'f>) -> Self {
        // The line may have begun before this window: its bytes stand for
        // characters.
        let start = fragment
            .line
            .map(|line| (line.number, 1 + fragment.base.saturating_sub(line.at)));
        Self {
            text: fragment.text,
            start,
            at: 0,
            current: start.unwrap_or_default(),
        }
    }

    /// Line and column (in characters) of a place in the text.
    pub fn of(&mut self, at: usize) -> Option<(u64, u64)> {
        let start = self.start?;
        if at < self.at {
            (self.at, self.current) = (0, start);
        }
        let passed = &self.text[self.at..at];
        let (line, column) = &mut self.current;
        match memchr::memrchr(b'\n', passed) {
            Some(newline) => {
                *line += memchr::memchr_iter(b'\n', passed).count() as u64;
                *column = 1 + characters(&passed[newline + 1..]);
            }
            None => *column += characters(passed),
        }
        self.at = at;
        Some(self.current)
    }
}

/// Characters in UTF-8: every byte that does not continue one.
fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(path: &str, head: &[u8]) -> Kind {
        Kind::sniff(path, head, head.len() as u64)
    }

    #[test]
    fn content_comes_before_the_name() {
        assert_eq!(sniff("model.bin", b"PK\x03\x04rest"), Kind::Zip);
        assert_eq!(
            sniff("x.json", b"\x12\0\0\0\0\0\0\0{\"__metadata__\":{}}"),
            Kind::Safetensors
        );
        assert_eq!(sniff("a.txt", b"\xff\xfeh\0i\0"), Kind::Utf16(false));
        assert_eq!(
            sniff("a.txt", b"k\0e\0y\0 \0=\0 \0v\0a\0l\0u\0e\0"),
            Kind::Utf16(false)
        );
        assert_eq!(
            sniff("a.txt", b"\0\x01\x02\x03binary bytes here"),
            Kind::Binary
        );
    }

    #[test]
    fn names_tell_texts_apart() {
        assert_eq!(sniff("README.md", b"# card"), Kind::Text(Text::Markdown));
        assert_eq!(
            sniff("x/tokenizer.json", b"{}"),
            Kind::Text(Text::Vocabulary)
        );
        assert_eq!(sniff(".env.local", b"A=1"), Kind::Text(Text::Env));
        assert_eq!(sniff("noending", b" {\"a\": 1}"), Kind::Text(Text::Json));
    }
}
