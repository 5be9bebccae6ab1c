//! What a blob is.
//!
//! In: the first bytes of a content and, where they leave it open, its name.
//! Out: its [`Kind`], which decides who reads it.

use super::Proto;
use crate::format;
use crate::format::compressed::Compressed;
use crate::format::executable::{self, Program};
use crate::format::foreign::Foreign;
use crate::format::image::{self, Picture};

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
    /// A parquet file: columns of a table.
    Parquet,
    /// A GGUF file, or one of the GGML formats before it.
    Gguf,
    /// A `NumPy` array.
    Npy,
    /// A `TFLite` model.
    Tflite,
    /// Messages of protocol buffers.
    Protobuf(Proto),
    /// Records of TensorFlow: data sets, events of `TensorBoard`.
    TfRecord,
    /// An HDF5 file, which Keras, netCDF and MATLAB write too.
    Hdf5,
    /// A tar archive.
    Tar,
    /// A 7z archive.
    SevenZip,
    /// A compressed stream; its content is a text of this kind, by its name, if
    /// it is text.
    Compressed(Compressed, Text),
    /// A known archive format without a reader: swept as raw bytes, and
    /// reported.
    Foreign(Foreign),
    /// Arrow IPC, as a stream or a file, or Feather.
    Arrow,
    /// An SQLite database or write-ahead log.
    Sqlite,
    /// A PDF.
    Pdf,
    /// Compiled Python.
    Pyc,
    /// A picture.
    Image(Picture),
    /// A program or native library.
    Executable(Program),
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

/// Endings of files that loaders unpickle if they look like nothing else.
const PICKLE_ENDINGS: &[&str] = &[
    "bin", "ckpt", "dat", "dill", "joblib", "model", "npy", "p", "pickle", "pk", "pkl", "pt",
    "pth", "sav", "tar",
];

fn is_pickle_name(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    PICKLE_ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

impl Kind {
    /// Tell the kind from the path and up to [`HEAD`] first bytes.
    pub fn sniff(path: &str, head: &[u8], size: u64) -> Self {
        if let Some(kind) = Self::by_magic(head, size) {
            return kind;
        }
        let goes_on = size > head.len() as u64 && is_pickle_name(path);
        if goes_on && format::pickle::may_go_on_as_pickle(head, size) {
            return Self::Pickle;
        }
        if let Some(format) = format::compressed::looks_like(head) {
            return Self::Compressed(format, Text::of_name(format.content_name(path)));
        }
        if let Some(proto) = Proto::sniff(path, head, size) {
            return Self::Protobuf(proto);
        }
        if looks_binary(head) {
            // A header that does not begin as it should: loaders differ on it.
            if path.ends_with(".safetensors") {
                return Self::Safetensors;
            }
            return utf16_without_mark(head).map_or(Self::Binary, Self::Utf16);
        }
        Self::Text(Text::by_name(path, head))
    }

    fn by_magic(head: &[u8], size: u64) -> Option<Self> {
        match head {
            [0xff, 0xfe, ..] => Some(Self::Utf16(false)),
            [0xfe, 0xff, ..] => Some(Self::Utf16(true)),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            // Before what an unpickler takes for a string or number.
            _ if format::pickle::leads_to_import(head) && !format::arrow::looks_like(head) => {
                Some(Self::Pickle)
            }
            [_, _, _, _, _, _, _, _, b'{', ..] if is_safetensors(head, size) => {
                Some(Self::Safetensors)
            }
            _ if format::parquet::looks_like(head, size) => Some(Self::Parquet),
            _ if format::gguf::looks_like_gguf(head) || format::gguf::looks_like_ggml(head) => {
                Some(Self::Gguf)
            }
            _ if format::npy::looks_like_npy(head) => Some(Self::Npy),
            _ if format::tflite::looks_like_tflite(head) => Some(Self::Tflite),
            _ if format::tfrecord::looks_like(head, size) => Some(Self::TfRecord),
            _ if format::hdf5::looks_like(head) => Some(Self::Hdf5),
            // Before pickles: the length of an old stream can look like one.
            _ if format::arrow::looks_like(head) => Some(Self::Arrow),
            _ if format::sqlite::looks_like(head) => Some(Self::Sqlite),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ if format::pyc::looks_like(head) => Some(Self::Pyc),
            _ if format::pickle::looks_like_pickle(head) => Some(Self::Pickle),
            _ if format::tar::looks_like(head) => Some(Self::Tar),
            _ if format::seven_zip::looks_like(head) => Some(Self::SevenZip),
            _ => image::picture(head)
                .map(Self::Image)
                .or_else(|| executable::program(head).map(Self::Executable))
                .or_else(|| format::foreign::looks_like(head).map(Self::Foreign)),
        }
    }

    /// Its name in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Utf16(_) => "text in UTF-16",
            Self::Pickle => "a pickle",
            Self::Zip => "a zip archive",
            Self::Safetensors => "safetensors",
            Self::Parquet => "parquet",
            Self::Gguf => "GGUF",
            Self::Npy => "a NumPy array",
            Self::Tflite => "a TFLite model",
            Self::Hdf5 => "HDF5",
            Self::Tar => "a tar archive",
            Self::SevenZip => "a 7z archive",
            Self::Compressed(format, _) => format.file(),
            Self::Foreign(format) => format.as_str(),
            Self::Arrow => "Arrow or Feather",
            Self::Sqlite => "an SQLite database",
            Self::Pdf => "a PDF",
            Self::Pyc => "compiled Python",
            Self::Image(picture) => picture.as_str(),
            Self::Executable(program) => program.as_str(),
            Self::Protobuf(proto) => proto.as_str(),
            Self::TfRecord => "records of TensorFlow",
            Self::Binary => "binary data",
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
