//! Where in a JSON document something stands.
//!
//! Tokens enter; paths such as `/cells/3/outputs/0` leave. For JSON Lines and
//! concatenated documents the number of the record comes first: `[12]/text`.

use std::fmt::{self, Write as _};
use std::io::Read;

use super::escape::unescape;
use super::json::{Token, TokenKind, Tokens};

/// Containers deeper than this are walked without being part of the path.
pub(super) const DEPTH: usize = 512;

/// Longest path, in bytes.
pub(super) const LONGEST: usize = 200;

/// How far behind the last offset a second record is looked for. Without an
/// end, one hit at the top of a huge file would cost a pass over all of it.
const LOOK_ON: u64 = 4 * 1024 * 1024;

/// The path of a value or key, at most 200 bytes long; `/` and `~` in keys are
/// written `~1` and `~0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JsonPath(String);

impl JsonPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Follows the tokens of a reader and knows the path of the last one.
#[derive(Debug, Default)]
pub struct PathTracker {
    frames: Vec<Frame>,
    depth: usize,
    beyond: u64,
    records: u64,
}

/// An open container. Frames are reused, so walking allocates nothing.
#[derive(Debug, Default)]
struct Frame {
    array: bool,
    values: u64,
    key: Option<Vec<u8>>,
}

impl PathTracker {
    /// A tracker before the first token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a token.
    pub fn observe(&mut self, token: &Token<'_>) {
        match token.kind {
            TokenKind::ObjectStart => self.open(false),
            TokenKind::ArrayStart => self.open(true),
            TokenKind::ObjectEnd => self.close(false),
            TokenKind::ArrayEnd => self.close(true),
            TokenKind::Key => self.key(token.raw),
            TokenKind::Str | TokenKind::Literal => self.value(),
        }
    }

    /// Number of top-level values begun so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How many containers are open.
    pub fn depth(&self) -> u64 {
        self.depth as u64 + self.beyond
    }

    /// The path of the last token; `numbered` puts the record's number in front.
    pub fn path(&self, numbered: bool) -> JsonPath {
        let mut path = String::new();
        if numbered {
            path = record_prefix(self.records);
        }
        for frame in &self.frames[..self.depth] {
            match &frame.key {
                _ if frame.array && frame.values > 0 => {
                    let _ = write!(path, "/{}", frame.values - 1);
                }
                Some(key) if !frame.array => push_key(&mut path, key),
                _ => {}
            }
            if path.len() > LONGEST {
                break;
            }
        }
        JsonPath(shortened(path))
    }

    fn open(&mut self, array: bool) {
        self.value();
        if self.depth == DEPTH {
            self.beyond += 1;
            return;
        }
        if self.depth == self.frames.len() {
            self.frames.push(Frame::default());
        }
        let frame = &mut self.frames[self.depth];
        frame.array = array;
        frame.values = 0;
        frame.key = None;
        self.depth += 1;
    }

    /// Closes the innermost container of that kind; a closer that fits none is
    /// ignored.
    fn close(&mut self, array: bool) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let open = &self.frames[..self.depth];
        if let Some(at) = open.iter().rposition(|frame| frame.array == array) {
            self.depth = at;
        }
    }

    fn key(&mut self, raw: Option<&[u8]>) {
        if self.beyond > 0 {
            return;
        }
        if let Some(frame) = self.frames[..self.depth].last_mut() {
            let key = frame.key.get_or_insert_default();
            key.clear();
            let raw = raw.unwrap_or("…".as_bytes());
            key.extend_from_slice(&raw[..raw.len().min(LONGEST)]);
        }
    }

    fn value(&mut self) {
        if self.beyond > 0 {
            return;
        }
        match self.frames[..self.depth].last_mut() {
            Some(frame) => frame.values += 1,
            None => self.records += 1,
        }
    }
}

/// For each offset (sorted, counted from where `reader` stands) the path of the
/// value or key that holds it; `None` outside of any document. One pass, memory
/// proportional to the depth. Offsets behind a read error have no path.
pub fn locate<R: Read>(reader: R, offsets: &[u64]) -> Vec<Option<JsonPath>> {
    let mut tokens = Tokens::holding(reader, LONGEST);
    let mut tracker = PathTracker::new();
    let mut found: Vec<Option<(u64, JsonPath)>> = Vec::with_capacity(offsets.len());
    let last = offsets.last().copied().unwrap_or(0);
    while let Ok(Some(token)) = tokens.next_token() {
        let span = token.span();
        let done = found.len() == offsets.len();
        if done && (tracker.records() > 1 || span.start > last.saturating_add(LOOK_ON)) {
            break;
        }
        let mut take = |tracker: &PathTracker, below: u64, inside: bool| {
            while offsets
                .get(found.len())
                .is_some_and(|&offset| offset < below)
            {
                let path = inside.then(|| (tracker.records(), tracker.path(false)));
                found.push(path);
            }
        };
        take(&tracker, span.start, tracker.depth() > 0);
        tracker.observe(&token);
        take(&tracker, span.end, true);
    }
    found.resize(offsets.len(), None);
    let numbered = tracker.records() > 1;
    let name = |(record, path): (u64, JsonPath)| {
        if numbered {
            JsonPath(shortened(record_prefix(record) + path.as_str()))
        } else {
            path
        }
    };
    found.into_iter().map(|path| path.map(name)).collect()
}

fn record_prefix(records: u64) -> String {
    format!("[{}]", records.saturating_sub(1))
}

fn push_key(path: &mut String, key: &[u8]) {
    let (mut decoded, mut map) = (Vec::new(), Vec::new());
    unescape(key, &mut decoded, &mut map);
    path.push('/');
    for c in String::from_utf8_lossy(&decoded).chars() {
        match c {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            c => path.push(c),
        }
    }
}

/// The path, cut to [`LONGEST`] bytes.
pub(super) fn shortened(mut path: String) -> String {
    if path.len() > LONGEST {
        let mut room = LONGEST - '…'.len_utf8();
        while !path.is_char_boundary(room) {
            room -= 1;
        }
        path.truncate(room);
        path.push('…');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paths(text: &str, needles: &[&str]) -> Vec<String> {
        let offsets: Vec<u64> = needles
            .iter()
            .map(|n| text.find(n).unwrap() as u64)
            .collect();
        let found = locate(text.as_bytes(), &offsets);
        let text = |path: Option<JsonPath>| path.map_or("-".into(), |path| path.to_string());
        found.into_iter().map(text).collect()
    }

    #[test]
    fn a_notebook() {
        let text = r#" {"cells": [{"a": 1}, {"outputs": [{"te/xt": ["x", "HIT"], "~k": true}]}], "last": "END"}"#;
        assert_eq!(
            paths(text, &[" ", "cells", "HIT", "~k", "true", "END"]),
            [
                "-",
                "/cells",
                "/cells/1/outputs/0/te~1xt/1",
                "/cells/1/outputs/0/~0k",
                "/cells/1/outputs/0/~0k",
                "/last"
            ]
        );
    }

    #[test]
    fn records_are_numbered() {
        let text = "{\"t\": \"one\"}\n{\"t\": \"two\"}\n\"three\"\n";
        assert_eq!(
            paths(text, &["one", "two", "three"]),
            ["[0]/t", "[1]/t", "[2]"]
        );
        // Also when nothing was sought behind the first.
        assert_eq!(paths(text, &["one"]), ["[0]/t"]);
    }

    #[test]
    fn broken_nesting_and_long_keys() {
        assert_eq!(paths(r#"{"a": [1, {"b": 2}, }, "HIT"]"#, &["HIT"]), ["[1]"]);
        let text = format!(r#"{{"{}": "HIT"}}"#, "é".repeat(150));
        let path = &paths(&text, &["HIT"])[0];
        assert!(path.len() <= 200 && path.ends_with('…'), "{path}");
        let deep = "[".repeat(100_000) + "\"HIT\"" + &"]".repeat(99_999) + ",\"END\"";
        let found = paths(&deep, &["HIT", "END"]);
        assert!(found[0].starts_with("/0/0/0"));
        assert_eq!(found[1], "/1");
    }

    proptest! {
        #[test]
        fn any_bytes(text in prop::collection::vec(prop::sample::select(b"[]{}:,\"\\/a1 \n\xff".to_vec()), 0..200)) {
            let offsets: Vec<u64> = (0..text.len() as u64 + 2).collect();
            prop_assert_eq!(locate(&text[..], &offsets).len(), offsets.len());
        }
    }
}
