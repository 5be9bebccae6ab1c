//! Undoing encodings: what a piece of text holds in another form.
//!
//! In: a piece and its runs of token bytes. Out: decoded texts, each with the
//! way back to the raw bytes. A cheap look at the first bytes decides; most
//! candidates are never decoded.

mod base;
mod escape;
mod percent;
mod utf16;

use std::ops::Range;

use super::{Match, Piece};
use crate::rule::Rule;

/// Something that was decoded.
#[derive(Debug)]
pub(super) struct Encoded {
    /// What it says.
    pub(super) text: Vec<u8>,
    /// Where it stands, encoded, in the piece.
    pub(super) raw: Range<usize>,
    /// The step it adds to a route.
    pub(super) step: &'static str,
    /// The way back.
    pub(super) offsets: Offsets,
}

/// From decoded offsets to raw ones.
#[derive(Debug)]
pub(super) enum Offsets {
    /// `decoded` bytes for every `encoded` ones.
    Ratio { decoded: usize, encoded: usize },
    /// Pairs (decoded, raw) at each divergence, raw relative to the run.
    Pairs(Vec<(u32, u32)>),
}

impl Encoded {
    fn raw_start(&self, decoded: usize) -> usize {
        let relative = match &self.offsets {
            Offsets::Ratio {
                decoded: unit,
                encoded,
            } => decoded / unit * encoded,
            Offsets::Pairs(pairs) => {
                crate::format::escape::raw_offset(pairs, decoded as u32) as usize
            }
        };
        (self.raw.start + relative).min(self.raw.end)
    }

    fn raw_end(&self, decoded: usize) -> usize {
        match &self.offsets {
            Offsets::Ratio {
                decoded: unit,
                encoded,
            } => (self.raw.start + decoded.div_ceil(*unit) * encoded).min(self.raw.end),
            // The byte after the last one: an escape counts whole.
            Offsets::Pairs(_) => self.raw_start(decoded),
        }
    }

    /// A match in the decoded text, placed in the piece it came from.
    pub(super) fn outward<'e>(&self, hit: Match<'e>) -> Match<'e> {
        let span = self.raw_start(hit.span.start)..self.raw_end(hit.span.end);
        let encoding = format!("{}{}", self.step, hit.encoding);
        Match {
            span,
            encoding,
            ..hit
        }
    }
}

/// Decode everything in the owned range that looks worth it.
/// `windows` are places where a rule may only match what a string escapes.
pub(super) fn find(
    piece: &Piece<'_>,
    runs: &[Range<usize>],
    windows: &mut Vec<Range<usize>>,
) -> Vec<Encoded> {
    let mut found = Vec::new();
    base::find(piece, runs, &mut found);
    escape::find(piece, &mut found);
    escape::find_in(piece, windows, &mut found);
    percent::find(piece, &mut found);
    if !matches!(piece.kind, crate::blob::Kind::Text(_)) || piece.depth > 0 {
        utf16::find(piece, &mut found);
    }
    found
}

/// The bytes a match of `rule` may span whose literal stands at `at` inside a
/// string: escapes may double them, and some are the array a text is split in.
pub(super) fn around(rule: &Rule, piece: &Piece<'_>, at: usize) -> Range<usize> {
    let (before, after) = (2 * rule.before + 16, 2 * rule.after + 64);
    at.saturating_sub(before)..(at + after).min(piece.text.len())
}

/// Bytes readable text is made of.
fn is_readable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}
