//! A window of text, and where its bytes stand.
//!
//! In: what an extractor cut. Out: lines, columns and rows of the places the
//! engine found something at.

use std::ops::Range;

use super::Kind;
use crate::finding::Route;

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
    /// Where the cells of a table's column begin, in order; empty where the
    /// text is no column.
    pub rows: &'a [Row],
    /// What it is searched for.
    pub sought: Sought,
}

/// What a fragment is searched for. The text of a table is delivered twice: as
/// it stands, where a secret's surroundings tell, and column by column, where
/// the name of the column does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sought {
    /// All there is.
    #[default]
    Everything,
    /// All but personal data, which another fragment with the same bytes is
    /// searched for.
    Secrets,
    /// Personal data alone.
    PersonalData,
}

/// Where the text of a row's cell begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Place in the text.
    pub at: usize,
    /// 0-based number of the row, or the row id of a database.
    pub number: u64,
    /// Bytes of the name before the value, and of the value.
    pub lead: usize,
    /// Bytes of the value.
    pub len: usize,
    /// Place of the value in the file, where its bytes stand there as they are.
    pub raw: Option<u64>,
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
    /// The row whose cell holds a place in the text.
    pub fn row(&self, at: usize) -> Option<&Row> {
        let behind = self.rows.partition_point(|row| row.at <= at);
        self.rows.get(behind.checked_sub(1)?)
    }

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
