//! The JSON of the header, token by token.
//!
//! A reader of the header enters; its entries leave as they end, and what is
//! wrong with them.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::Read;

use super::coverage::Coverage;
use super::{Entry, HELD, KEYS, Problem, START};
use crate::format::FormatError;
use crate::format::escape::unescape;
use crate::format::json::{Token, TokenKind, Tokens};
use crate::format::json_path::PathTracker;

/// Most dimensions kept of one shape.
const DIMENSIONS: usize = 64;

/// What the tokens of the header told.
#[derive(Default)]
pub(super) struct Walk {
    begun: bool,
    starts_late: bool,
    /// The one object of the header is closed.
    pub(super) complete: bool,
    pub(super) coverage: Coverage,
    text_behind: Option<u64>,
    /// Hashes of the keys of the outer object and of the inner one at hand.
    keys: [HashSet<u64>; 2],
    hasher: RandomState,
    duplicates: Option<(u64, u64)>,
    not_compared: bool,
    not_text: Option<u64>,
    bad_offsets: Option<u64>,
    /// The outer key at hand.
    name: String,
    /// The inner key at hand.
    key: String,
    tensor: Tensor,
    decoded: Vec<u8>,
}

/// The tensor at hand.
#[derive(Default)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    /// As far as they are sound.
    offsets: Vec<u64>,
}

/// What an outer key stands for.
pub(super) const METADATA: &str = "__metadata__";

impl Walk {
    /// Walks the whole header.
    pub(super) fn over<R: Read>(
        header: R,
        sink: &mut dyn FnMut(Entry<'_>),
    ) -> Result<Self, FormatError> {
        let mut walk = Self::default();
        let mut tokens = Tokens::holding(header, HELD);
        let mut tracker = PathTracker::new();
        while let Some(token) = tokens.next_token()? {
            if walk.complete {
                walk.text_behind = Some(START + token.span().start);
                break;
            }
            tracker.observe(&token);
            walk.observe(&token, tracker.depth(), sink);
        }
        Ok(walk)
    }

    /// Takes note of a token; `depth` counts the objects open behind it.
    fn observe(&mut self, token: &Token<'_>, depth: u64, sink: &mut dyn FnMut(Entry<'_>)) {
        if !self.begun {
            self.begun = true;
            self.starts_late = token.kind != TokenKind::ObjectStart || token.start != 0;
        }
        let is_metadata = self.name == METADATA;
        match (token.kind, depth) {
            (TokenKind::Key, 1 | 2) => self.next_key(token, depth),
            // A new set, since emptying one that once was large stays slow.
            (TokenKind::ObjectStart, 2) => self.keys[1] = HashSet::new(),
            (TokenKind::ObjectEnd, 1) if !is_metadata => self.end_tensor(token, sink),
            (TokenKind::Str, 2) if is_metadata => {
                let value = self.decode(token);
                sink(Entry::Metadata {
                    key: &self.key,
                    value: value.then_some(&self.decoded),
                });
            }
            (TokenKind::Str, 2) if self.key == "dtype" => {
                self.decode(token);
                self.tensor.dtype = String::from_utf8_lossy(&self.decoded).into_owned();
            }
            (TokenKind::Literal | TokenKind::Str, 2 | 3) if !is_metadata => self.number(token),
            (
                TokenKind::Literal
                | TokenKind::Str
                | TokenKind::ObjectStart
                | TokenKind::ArrayStart,
                1..=3,
            ) if is_metadata => {
                self.not_text.get_or_insert(START + token.start);
            }
            (TokenKind::ObjectEnd | TokenKind::ArrayEnd, 0) => self.complete = true,
            _ => {}
        }
    }

    /// A key of the outer or of the inner object.
    fn next_key(&mut self, token: &Token<'_>, depth: u64) {
        let outer = depth == 1;
        if !self.decode(token) || self.keys[usize::from(!outer)].len() >= KEYS {
            self.not_compared = true;
        } else if !self.keys[usize::from(!outer)].insert(self.hasher.hash_one(&self.decoded)) {
            let first = (START + token.start, 0);
            self.duplicates.get_or_insert(first).1 += 1;
        }
        let key = String::from_utf8_lossy(&self.decoded).into_owned();
        if outer {
            self.name = key;
            self.tensor = Tensor::default();
            self.key.clear();
        } else {
            self.key = key;
        }
    }

    /// Unescapes a string into `decoded`; `false` where it was too long to hold.
    fn decode(&mut self, token: &Token<'_>) -> bool {
        self.decoded.clear();
        if let Some(raw) = token.raw {
            unescape(raw, &mut self.decoded, &mut Vec::new());
        }
        token.raw.is_some()
    }

    /// A number of `shape` or `data_offsets`.
    fn number(&mut self, token: &Token<'_>) {
        let number = token.raw.and_then(|raw| std::str::from_utf8(raw).ok());
        let number = number.filter(|_| token.kind == TokenKind::Literal);
        let number: Option<u64> = number.and_then(|number| number.parse().ok());
        match (self.key.as_str(), number) {
            ("data_offsets", Some(number)) if self.tensor.offsets.len() < 2 => {
                self.tensor.offsets.push(number);
            }
            ("data_offsets", _) => {
                self.bad_offsets.get_or_insert(START + token.start);
            }
            ("shape", Some(number)) if self.tensor.shape.len() < DIMENSIONS => {
                self.tensor.shape.push(number);
            }
            // Neither a length nor anything that could be one.
            ("shape", _) => self.tensor.shape.push(u64::MAX),
            _ => {}
        }
    }

    fn end_tensor(&mut self, token: &Token<'_>, sink: &mut dyn FnMut(Entry<'_>)) {
        let at = START + token.start;
        let tensor = &self.tensor;
        match tensor.offsets[..] {
            [begin, end] if begin <= end => {
                self.coverage
                    .add(begin..end, &tensor.dtype, &tensor.shape, at);
            }
            _ => drop(self.bad_offsets.get_or_insert(at)),
        }
        sink(Entry::Tensor {
            name: &self.name,
            dtype: &tensor.dtype,
            shape: &tensor.shape,
        });
    }

    /// What is wrong with the header itself.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let late = !self.begun || self.starts_late;
        let duplicates = self.duplicates;
        [
            late.then_some(Problem::NotAnObject),
            (self.begun && !self.complete).then_some(Problem::Unclosed),
            self.text_behind.map(|at| Problem::TextBehindObject { at }),
            duplicates.map(|(first, count)| Problem::DuplicateKeys { first, count }),
            self.not_compared.then_some(Problem::KeysNotCompared),
            self.not_text.map(|at| Problem::MetadataNotText { at }),
            self.bad_offsets.map(|at| Problem::BadOffsets { at }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
