//! Values, searched many at once.
//!
//! In: values, each with the name of its column. Out: for those that hold
//! something to replace, their new text. Values become lines `name = "value"`,
//! as they do in a sweep, so that both find the same.

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::Replaced;
use super::find::{Finder, Target};
use super::stand_ins::StandIns;
use crate::blob::{Fragment, Kind, Route, Row, Sought, Text};

/// Bytes searched as one piece.
const PIECE: usize = 256 * 1024;
/// Longest name, and longest value, that stand in one line together.
const LONGEST_NAME: usize = 64;
const NAMED: usize = 512;

/// Values of many columns.
#[derive(Debug, Default)]
pub(super) struct Cells {
    pieces: Vec<Piece>,
    count: usize,
}

#[derive(Debug, Default)]
struct Piece {
    text: Vec<u8>,
    rows: Vec<Row>,
    /// Of each row the column's name, by its place in `names`.
    columns: Vec<usize>,
    names: Vec<String>,
    /// Number of the first value.
    first: usize,
}

/// A new text of a value.
#[derive(Debug)]
pub(super) struct Edit {
    /// Number of the value, as it was added.
    pub(super) value: usize,
    pub(super) text: Vec<u8>,
    /// Kind and bytes of the target, where it was the whole value.
    pub(super) whole: Option<(String, Vec<u8>)>,
}

impl Cells {
    /// Bytes gathered.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.text.len()).sum()
    }

    /// The next value.
    pub(super) fn push(&mut self, column: &str, value: &[u8]) {
        if self
            .pieces
            .last()
            .is_none_or(|piece| piece.text.len() > PIECE)
        {
            self.pieces.push(Piece {
                first: self.count,
                ..Piece::default()
            });
        }
        self.count += 1;
        let Some(piece) = self.pieces.last_mut() else {
            return;
        };
        let at = piece.text.len();
        let named = value.len() <= NAMED && !column.is_empty() && column.len() <= LONGEST_NAME;
        if named {
            piece.text.extend_from_slice(column.as_bytes());
            piece.text.extend_from_slice(b" = \"");
        }
        let lead = piece.text.len() - at;
        piece.text.extend_from_slice(value);
        piece
            .text
            .extend_from_slice(if named { b"\"\n" } else { b"\n" });
        piece.rows.push(Row {
            at,
            number: 0,
            lead,
            len: value.len(),
            raw: None,
        });
        let known = piece.names.last().is_some_and(|last| last == column);
        let known = known.then(|| piece.names.len() - 1);
        let known = known.or_else(|| piece.names.iter().position(|name| name == column));
        let name = known.unwrap_or_else(|| {
            piece.names.push(column.to_owned());
            piece.names.len() - 1
        });
        piece.columns.push(name);
    }

    /// Search all values, and forget them. Edits come in the order of values.
    pub(super) fn edits(
        &mut self,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        replaced: &mut Replaced,
    ) -> Vec<Edit> {
        let pieces = std::mem::take(&mut self.pieces);
        self.count = 0;
        let found: Vec<Vec<(usize, Vec<Target>)>> = pieces
            .par_iter()
            .map(|piece| piece.search(finder))
            .collect();
        let mut edits = Vec::new();
        for (piece, found) in pieces.iter().zip(found) {
            for (row, targets) in found {
                edits.extend(piece.edit(row, targets, stand_ins, replaced));
            }
        }
        edits
    }
}

impl Piece {
    /// The targets of each row that has any; they never leave their value.
    fn search(&self, finder: Finder<'_>) -> Vec<(usize, Vec<Target>)> {
        let fragment = Fragment {
            route: &Route::default(),
            text: &self.text,
            owned: 0..self.text.len(),
            base: 0,
            raw: None,
            line: None,
            kind: Kind::Text(Text::Table),
            rows: &self.rows,
            sought: Sought::Everything,
        };
        let row_of = |at: usize| self.rows.partition_point(|row| row.at <= at).checked_sub(1);
        let column = |at: usize| {
            let name = self.names.get(*self.columns.get(row_of(at)?)?)?;
            Some(format!("/{name}"))
        };
        let mut found: Vec<(usize, Vec<Target>)> = Vec::new();
        for mut target in finder.find(&fragment, &column) {
            let Some((number, row)) =
                row_of(target.span.start).and_then(|at| Some((at, self.rows.get(at)?)))
            else {
                continue;
            };
            let start = row.at + row.lead;
            target.span.end = target.span.end.min(start + row.len);
            target.span.start = target.span.start.max(start);
            if target.span.start >= target.span.end {
                continue;
            }
            match found.last_mut() {
                Some((last, targets)) if *last == number => targets.push(target),
                _ => found.push((number, vec![target])),
            }
        }
        found
    }

    fn edit(
        &self,
        number: usize,
        targets: Vec<Target>,
        stand_ins: &mut StandIns,
        replaced: &mut Replaced,
    ) -> Option<Edit> {
        let row = self.rows.get(number)?;
        let (start, end) = (row.at + row.lead, row.at + row.lead + row.len);
        let mut text = Vec::with_capacity(row.len);
        let mut done = start;
        let mut whole = None;
        for target in targets {
            let value = &self.text[target.span.clone()];
            text.extend_from_slice(&self.text[done..target.span.start]);
            text.extend(stand_ins.of(&target.kind, value, target.personal));
            replaced.add(&target.kind);
            done = target.span.end;
            if target.span == (start..end) {
                whole = Some((target.kind, value.to_vec()));
            }
        }
        text.extend_from_slice(&self.text[done..end]);
        Some(Edit {
            value: self.first + number,
            text,
            whole,
        })
    }
}
