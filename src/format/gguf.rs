//! Walks the header of a GGUF file: metadata, then the list of tensors.
//!
//! A seekable reader enters; every key with its value or the kind of its
//! array, every string with its offset, every tensor, and what is wrong with
//! the file's shape leave. Versions 1 to 3, little and big endian. Tensor
//! bytes are never read, numeric arrays are passed over. The format:
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

#[cfg(test)]
#[path = "../../tests/builders/gguf.rs"]
pub(crate) mod builder;
mod input;
mod problem;
mod sniff;
mod tensors;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;
use super::bytes::{Bytes, seek_past};
use input::{ARRAY, KINDS, STRING, TRUTH};
pub use problem::Problem;
pub use sniff::{looks_like_ggml, looks_like_gguf};
use tensors::Tensors;

/// Strings up to this long are handed over whole; of longer ones the first
/// [`CUT`] bytes.
pub const HELD: u64 = 1024 * 1024;

/// How much of a string longer than [`HELD`] is handed over.
pub const CUT: u64 = 64 * 1024;

/// Arrays in arrays in arrays: no writer nests at all.
const NESTING: u8 = 4;

/// Most keys, most tensors, and the longest key or tensor name.
const KEYS: u64 = 100_000;
const TENSORS: u64 = 1_000_000;
const NAME: u64 = 64 * 1024;

/// Most problems of one file told one by one.
const PROBLEMS: usize = 100;

/// What a walk meets. Names are as written, with what is no UTF-8 replaced.
#[derive(Debug)]
pub enum GgufEvent<'a> {
    /// A string, or an element of an array of strings.
    Text {
        /// The key.
        key: &'a str,
        /// The place in the array, counted through nested ones; `None` of a
        /// plain string.
        index: Option<u64>,
        /// Where its first byte stands in the file.
        offset: u64,
        /// Its whole length.
        length: u64,
        /// Its bytes: all up to [`HELD`], else the first [`CUT`].
        value: &'a [u8],
    },
    /// A number or truth value.
    Number {
        /// The key.
        key: &'a str,
        /// The value in words.
        text: &'a str,
    },
    /// An array begins.
    Array {
        /// The key.
        key: &'a str,
        /// What its elements are: `string`, `int32` ….
        of: &'static str,
        /// How many, as claimed.
        count: u64,
        /// The range of the file of an array of single bytes, which may be text.
        bytes: Option<Range<u64>>,
    },
    /// A tensor.
    Tensor {
        /// Its name.
        name: &'a str,
        /// Its type: `F32`, `Q4_K` ….
        dtype: &'static str,
        /// Its dimensions, at most 4.
        shape: &'a [u64],
    },
}

/// What the walk learned.
#[derive(Debug, Default)]
pub struct Gguf {
    /// Format version, as written.
    pub version: u32,
    /// Is it big endian?
    pub big_endian: bool,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// Ranges of the file that belong to nothing: between tensors, before the
    /// first, behind the last.
    pub gaps: Vec<Range<u64>>,
    /// Bytes of the file that belong to tensors.
    pub tensor_bytes: u64,
    /// Why the walk ended early, and where it stood then.
    pub stopped: Option<(FormatError, u64)>,
}

/// Walks a file of `file_len` bytes; reads at most `header_bytes` of it. What
/// was met before a problem that ends the walk is delivered before, and the
/// problem is told in [`Gguf::stopped`].
pub fn walk<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
    header_bytes: u64,
    sink: &mut dyn FnMut(GgufEvent<'_>),
) -> Gguf {
    let mut walk = Walk {
        start: reader.seek(SeekFrom::Start(0)).map(drop),
        input: Bytes::with_skip(reader, |reader, n| seek_past(*reader, n)),
        file_len,
        left: header_bytes,
        short: false,
        found: Gguf::default(),
        keys: Seen::default(),
        alignment: 32,
        text: Vec::new(),
        sink,
    };
    if let Err(error) = walk.run() {
        walk.found.stopped = Some((error, walk.input.offset()));
    }
    walk.found
}

/// Names met so far, as hashes.
#[derive(Default)]
struct Seen {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Seen {
    /// Takes a name in; `false` where it was there.
    fn insert(&mut self, name: &str) -> bool {
        self.hashes.insert(self.hasher.hash_one(name))
    }
}

struct Walk<'a, 's, R> {
    start: std::io::Result<()>,
    input: Bytes<&'a mut R>,
    file_len: u64,
    /// Bytes that may still be read.
    left: u64,
    /// Version 1: counts and lengths have 32 bits.
    short: bool,
    found: Gguf,
    keys: Seen,
    alignment: u64,
    /// The string at hand.
    text: Vec<u8>,
    sink: &'s mut dyn FnMut(GgufEvent<'_>),
}

impl<R: Read + Seek> Walk<'_, '_, R> {
    fn run(&mut self) -> Result<(), FormatError> {
        std::mem::replace(&mut self.start, Ok(()))?;
        let (tensors, keys) = self.header()?;
        for _ in 0..keys {
            self.pair()?;
        }
        self.tensors(tensors)
    }

    /// Magic, version, counts of tensors and keys.
    fn header(&mut self) -> Result<(u64, u64), FormatError> {
        if self.array::<4>("GGUF magic")? != *b"GGUF" {
            return Err(self.malformed("GGUF magic"));
        }
        let version = self.array("GGUF version")?;
        self.found.big_endian = version[0] == 0;
        self.found.version = self.number_of(version);
        self.short = self.found.version == 1;
        if !(1..=3).contains(&self.found.version) {
            let what = "GGUF version";
            return Err(FormatError::Unsupported { what });
        }
        let tensors = self.count("GGUF tensor count")?;
        let keys = self.count("GGUF key count")?;
        // The least that a tensor and a pair take.
        for (claimed, what, least, most) in [
            (tensors, "tensors", 24, TENSORS),
            (keys, "keys", if self.short { 9 } else { 13 }, KEYS),
        ] {
            if claimed > self.remaining() / least {
                self.problem(Problem::CountBeyondFile { what, claimed });
            } else if claimed > most {
                self.problem(Problem::TooMany { what, claimed });
            }
        }
        Ok((tensors, keys))
    }

    /// A key and its value.
    fn pair(&mut self) -> Result<(), FormatError> {
        if self.keys.hashes.len() as u64 >= KEYS {
            let what = "number of GGUF keys";
            return Err(FormatError::Limit { what });
        }
        let at = self.input.offset();
        let key = self.name("GGUF key")?;
        if !self.keys.insert(&key) {
            self.problem(Problem::DuplicateKey { at });
        }
        match self.u32("GGUF value type")? {
            STRING => self.string(&key, None),
            ARRAY => self.elements(&key, &mut 0, 1),
            kind => self.scalar(&key, kind),
        }
    }

    fn scalar(&mut self, key: &str, kind: u32) -> Result<(), FormatError> {
        let what = "GGUF value";
        let big = self.found.big_endian;
        macro_rules! read {
            ($type:ty) => {{
                let bytes = self.array(what)?;
                let value = if big {
                    <$type>::from_be_bytes(bytes)
                } else {
                    <$type>::from_le_bytes(bytes)
                };
                value.to_string()
            }};
        }
        let text = match kind {
            0 => read!(u8),
            1 => read!(i8),
            2 => read!(u16),
            3 => read!(i16),
            4 => read!(u32),
            5 => read!(i32),
            6 => read!(f32),
            7 => match self.array(what)? {
                [0] => "false".to_owned(),
                [1] => "true".to_owned(),
                [other] => format!("{other}, no truth value"),
            },
            10 => read!(u64),
            11 => read!(i64),
            12 => read!(f64),
            _ => return Err(self.malformed("GGUF value type")),
        };
        if key == "general.alignment" {
            match text.parse::<u64>() {
                Ok(alignment) if kind == 4 && alignment.is_power_of_two() => {
                    self.alignment = alignment;
                }
                _ => self.problem(Problem::BadAlignment),
            }
        }
        let text = &text;
        (self.sink)(GgufEvent::Number { key, text });
        Ok(())
    }

    /// The elements of an array that stands `depth` arrays deep; `index` counts
    /// strings.
    fn elements(&mut self, key: &str, index: &mut u64, depth: u8) -> Result<(), FormatError> {
        let kind = self.u32("GGUF array type")?;
        let Some(&(of, size)) = KINDS.get(kind as usize) else {
            return Err(self.malformed("GGUF array type"));
        };
        let count = self.count("GGUF array length")?;
        let start = self.input.offset();
        let length = count.saturating_mul(size);
        let held = length.min(self.remaining());
        let bytes = (size == 1 && kind != TRUTH).then(|| start..start.saturating_add(held));
        (self.sink)(GgufEvent::Array {
            key,
            of,
            count,
            bytes,
        });
        // The length in front of a string or of an array.
        let least = match (kind, self.short) {
            (STRING, true) => 4,
            (STRING, false) | (ARRAY, true) => 8,
            (ARRAY, false) => 12,
            _ => size,
        };
        if count > self.remaining() / least {
            let what = "array elements";
            self.problem(Problem::CountBeyondFile {
                what,
                claimed: count,
            });
        }
        match kind {
            STRING => {
                for _ in 0..count {
                    self.string(key, Some(*index))?;
                    *index += 1;
                }
            }
            ARRAY if depth >= NESTING => {
                let what = "nesting of GGUF arrays";
                return Err(FormatError::Limit { what });
            }
            ARRAY => {
                for _ in 0..count {
                    self.elements(key, index, depth + 1)?;
                }
            }
            _ => self.pass(length, "GGUF array")?,
        }
        Ok(())
    }

    /// A string value.
    fn string(&mut self, key: &str, index: Option<u64>) -> Result<(), FormatError> {
        let length = self.count("GGUF string length")?;
        let offset = self.input.offset();
        let held = if length > HELD { CUT } else { length };
        self.read(held, "GGUF string")?;
        let value = &self.text;
        (self.sink)(GgufEvent::Text {
            key,
            index,
            offset,
            length,
            value,
        });
        self.pass(length - held, "GGUF string")
    }

    /// The list of tensors, and where their bytes are.
    fn tensors(&mut self, count: u64) -> Result<(), FormatError> {
        let mut names = Seen::default();
        let mut tensors = Tensors::new(self.alignment);
        for number in 0..count {
            if number >= TENSORS {
                let what = "number of GGUF tensors";
                return Err(FormatError::Limit { what });
            }
            let at = self.input.offset();
            let name = self.name("GGUF tensor name")?;
            if !names.insert(&name) {
                self.problem(Problem::DuplicateTensor { at });
            }
            let dimensions = self.u32("GGUF tensor shape")? as usize;
            let mut shape = [0; 4];
            let Some(shape) = shape.get_mut(..dimensions) else {
                return Err(self.malformed("GGUF tensor shape"));
            };
            for dimension in &mut *shape {
                *dimension = self.count("GGUF tensor shape")?;
            }
            let kind = self.u32("GGUF tensor type")?;
            let offset = self.u64("GGUF tensor offset")?;
            let (dtype, problem) = tensors.add(at, shape, kind, offset);
            if let Some(problem) = problem {
                self.problem(problem);
            }
            let name = &name;
            (self.sink)(GgufEvent::Tensor { name, dtype, shape });
        }
        let end = self.input.offset();
        let covered = tensors.cover(end, self.file_len);
        for problem in covered.problems {
            self.problem(problem);
        }
        self.found.gaps = covered.gaps;
        self.found.tensor_bytes = covered.tensor_bytes;
        Ok(())
    }

    fn problem(&mut self, problem: Problem) {
        if self.found.problems.len() < PROBLEMS {
            self.found.problems.push(problem);
        } else if self.found.problems.len() == PROBLEMS {
            self.found.problems.push(Problem::More);
        }
    }
}
