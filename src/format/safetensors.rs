//! Reads where the header of a safetensors file is, and what is wrong with the
//! file's shape.
//!
//! A seekable reader enters; the byte range of the JSON header and a list of
//! problems leave. Tensor bytes are never read.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;
use super::escape::unescape;
use super::json::{Token, TokenKind, Tokens};
use super::json_path::PathTracker;

/// The longest header that the reference implementation reads.
const LONGEST: u64 = 100_000_000;

/// The header begins behind its length.
const START: u64 = 8;

/// Longest key compared for duplicates, and most keys of one object.
const KEY: usize = 64 * 1024;
const KEYS: usize = 1_000_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The JSON header, within the file and the limit whatever its length field
    /// claims.
    pub range: Range<u64>,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
}

/// Something that no honest writer produces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The length field exceeds what loaders accept.
    #[error("the header claims {claimed} bytes, more than the 100 MB that loaders accept")]
    TooLong {
        /// The length field.
        claimed: u64,
    },
    /// The length field exceeds the file.
    #[error("the header claims {claimed} bytes, more than the file holds")]
    BeyondFile {
        /// The length field.
        claimed: u64,
    },
    /// The header is no JSON object, or one that starts late.
    #[error("the header does not start with '{{'")]
    NotAnObject,
    /// The JSON object does not end in the header.
    #[error("the JSON of the header does not end")]
    Unclosed,
    /// The header holds more than one JSON object.
    #[error("text follows the JSON of the header at byte {at}")]
    TextBehindObject {
        /// Where it begins.
        at: u64,
    },
    /// A key occurs twice in one object: loaders disagree on which one counts.
    #[error("{count} keys of the header are duplicates, the first at byte {first}")]
    DuplicateKeys {
        /// Where the first one begins.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Too many or too long keys to compare them all.
    #[error("not all keys of the header were compared for duplicates")]
    KeysNotCompared,
    /// Offsets that are no numbers, or in the wrong order.
    #[error("malformed data_offsets at byte {at}")]
    BadOffsets {
        /// Where they begin.
        at: u64,
    },
    /// The file goes on behind the last tensor.
    #[error("{count} bytes follow the last tensor, from byte {at} on")]
    TrailingBytes {
        /// Where they begin.
        at: u64,
        /// How many.
        count: u64,
    },
    /// The file ends before the last tensor does.
    #[error("the last tensor ends {count} bytes behind the end of the file")]
    MissingBytes {
        /// How many.
        count: u64,
    },
}

/// Reads the header of a file of `file_len` bytes. Fails only where there is no
/// length field, or reading fails.
pub fn read_header<R: Read + Seek>(reader: &mut R, file_len: u64) -> Result<Header, FormatError> {
    reader.seek(SeekFrom::Start(0))?;
    let mut length = Vec::new();
    reader.take(START).read_to_end(&mut length)?;
    let length: [u8; 8] = length.try_into().map_err(|_| FormatError::Truncated {
        what: "the header length of a safetensors file",
        offset: 0,
    })?;
    let claimed = u64::from_le_bytes(length);
    let held = file_len.saturating_sub(START);
    let mut problems = Vec::new();
    if claimed > LONGEST {
        problems.push(Problem::TooLong { claimed });
    }
    if claimed > held {
        problems.push(Problem::BeyondFile { claimed });
    }
    let length = claimed.min(held).min(LONGEST);
    let mut shape = Shape::default();
    shape.read(reader.take(length))?;
    problems.extend(shape.problems());
    if claimed == length && shape.complete {
        let end = (START + length).saturating_add(shape.tensors_end);
        if end < file_len {
            let count = file_len - end;
            problems.push(Problem::TrailingBytes { at: end, count });
        } else if end > file_len {
            let count = end - file_len;
            problems.push(Problem::MissingBytes { count });
        }
    }
    let range = START..START + length;
    Ok(Header { range, problems })
}

/// What the tokens of the header tell.
#[derive(Default)]
struct Shape {
    begun: bool,
    starts_late: bool,
    complete: bool,
    text_behind: Option<u64>,
    /// Hashes of the keys of the outer object and of the inner one at hand.
    keys: [HashSet<u64>; 2],
    hasher: RandomState,
    duplicates: Option<(u64, u64)>,
    not_compared: bool,
    in_offsets: bool,
    tensor_begin: Option<u64>,
    tensors_end: u64,
    bad_offsets: Option<u64>,
}

impl Shape {
    fn read<R: Read>(&mut self, header: R) -> Result<(), FormatError> {
        let mut tokens = Tokens::holding(header, KEY);
        let mut tracker = PathTracker::new();
        while let Some(token) = tokens.next_token()? {
            if self.complete {
                self.text_behind = Some(START + token.span().start);
                break;
            }
            tracker.observe(&token);
            self.observe(&token, tracker.depth());
        }
        Ok(())
    }

    /// Takes note of a token; `depth` counts the objects open behind it.
    fn observe(&mut self, token: &Token<'_>, depth: u64) {
        if !self.begun {
            self.begun = true;
            self.starts_late = token.kind != TokenKind::ObjectStart || token.start != 0;
        }
        match (token.kind, depth) {
            (TokenKind::Key, 1) => self.compare(0, token),
            (TokenKind::Key, 2) => {
                self.compare(1, token);
                self.in_offsets = token.raw == Some(b"data_offsets");
                self.tensor_begin = None;
            }
            // A new set, since emptying one that once was large stays slow.
            (TokenKind::ObjectStart, 2) => self.keys[1] = HashSet::new(),
            (TokenKind::ArrayEnd, 2) => self.in_offsets = false,
            (TokenKind::Literal | TokenKind::Str, 2 | 3) if self.in_offsets => self.offset(token),
            (TokenKind::ObjectEnd | TokenKind::ArrayEnd, 0) => self.complete = true,
            _ => {}
        }
    }

    fn compare(&mut self, level: usize, token: &Token<'_>) {
        let Some(raw) = token.raw.filter(|_| self.keys[level].len() < KEYS) else {
            self.not_compared = true;
            return;
        };
        let (mut decoded, mut map) = (Vec::new(), Vec::new());
        let key = match memchr::memchr(b'\\', raw) {
            Some(_) => {
                unescape(raw, &mut decoded, &mut map);
                &decoded
            }
            None => raw,
        };
        if !self.keys[level].insert(self.hasher.hash_one(key)) {
            let first = (START + token.start, 0);
            self.duplicates.get_or_insert(first).1 += 1;
        }
    }

    /// One of the two numbers of `data_offsets`.
    fn offset(&mut self, token: &Token<'_>) {
        let number = token.raw.and_then(|raw| std::str::from_utf8(raw).ok());
        let number = number.filter(|_| token.kind == TokenKind::Literal);
        match (
            number.and_then(|number| number.parse().ok()),
            self.tensor_begin,
        ) {
            (Some(begin), None) => self.tensor_begin = Some(begin),
            (Some(end), Some(begin)) if begin <= end => {
                self.tensors_end = self.tensors_end.max(end);
                self.tensor_begin = None;
            }
            _ => drop(self.bad_offsets.get_or_insert(START + token.start)),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let late = !self.begun || self.starts_late;
        let duplicates = self.duplicates;
        [
            late.then_some(Problem::NotAnObject),
            (self.begun && !self.complete).then_some(Problem::Unclosed),
            self.text_behind.map(|at| Problem::TextBehindObject { at }),
            duplicates.map(|(first, count)| Problem::DuplicateKeys { first, count }),
            self.not_compared.then_some(Problem::KeysNotCompared),
            self.bad_offsets.map(|at| Problem::BadOffsets { at }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
