//! Text, code and whatever has no structure to keep.
//!
//! In: a reader. Out: the same text with its targets replaced. Windows are
//! searched side by side and written in order; memory holds a few of them.

use std::io::{self, Read, Write};
use std::ops::Range;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::Replaced;
use super::find::{Finder, Target};
use super::quote::quoted;
use super::stand_ins::StandIns;
use crate::blob::{CONTEXT, Fragment, Kind, OVERLAP, Route, Sought};

/// Bytes searched as one piece, and pieces searched side by side.
const PIECE: usize = 256 * 1024;
const PIECES: usize = 16;

/// Copy a text, its targets replaced.
pub(super) fn rewrite(
    reader: &mut dyn Read,
    kind: Kind,
    finder: Finder<'_>,
    stand_ins: &mut StandIns,
    output: &mut dyn Write,
) -> io::Result<Replaced> {
    let mut copy = Copy::new(kind, finder, stand_ins, 0);
    let mut buffer = Vec::new();
    let (mut base, mut context) = (0_u64, 0);
    loop {
        let wanted = context + PIECES * PIECE + OVERLAP;
        let missing = wanted - buffer.len();
        (&mut *reader)
            .take(missing as u64)
            .read_to_end(&mut buffer)?;
        let last = buffer.len() < wanted;
        let end = if last {
            buffer.len()
        } else {
            context + PIECES * PIECE
        };
        copy.write(&buffer, context..end, base, output)?;
        if last {
            return Ok(copy.replaced);
        }
        let cut = end - CONTEXT;
        buffer.drain(..cut);
        base += cut as u64;
        context = CONTEXT;
        copy.done -= cut;
    }
}

/// The same of lines that are in memory, behind others that are written.
pub(super) fn rewrite_behind(
    context: &[u8],
    lines: &[u8],
    kind: Kind,
    finder: Finder<'_>,
    stand_ins: &mut StandIns,
    output: &mut dyn Write,
) -> io::Result<Replaced> {
    let mut copy = Copy::new(kind, finder, stand_ins, context.len());
    let buffer = [context, lines].concat();
    copy.write(&buffer, context.len()..buffer.len(), 0, output)?;
    Ok(copy.replaced)
}

/// A text on its way.
struct Copy<'c> {
    kind: Kind,
    finder: Finder<'c>,
    stand_ins: &'c mut StandIns,
    replaced: Replaced,
    /// Up to here the buffer is written; a target may reach beyond its piece.
    done: usize,
}

impl<'c> Copy<'c> {
    fn new(kind: Kind, finder: Finder<'c>, stand_ins: &'c mut StandIns, done: usize) -> Self {
        Self {
            kind,
            finder,
            stand_ins,
            replaced: Replaced::default(),
            done,
        }
    }

    /// Write `buffer[owned]`, redacted, and what of a target stands behind it.
    fn write(
        &mut self,
        buffer: &[u8],
        owned: Range<usize>,
        base: u64,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        let end = owned.end;
        for target in search(buffer, owned, base, self.kind, self.finder) {
            if target.span.start < self.done {
                continue;
            }
            output.write_all(&buffer[self.done..target.span.start])?;
            let value = &buffer[target.span.clone()];
            let new = self.stand_ins.of(&target.kind, value, target.personal);
            let new = quoted(new, self.finder.path(), self.kind, buffer, &target.span);
            output.write_all(&new)?;
            self.replaced.add(&target.kind);
            self.done = target.span.end;
        }
        if self.done < end {
            output.write_all(&buffer[self.done..end])?;
            self.done = end;
        }
        Ok(())
    }
}

/// What to replace in `buffer[owned]`, in order.
fn search(
    buffer: &[u8],
    owned: Range<usize>,
    base: u64,
    kind: Kind,
    finder: Finder<'_>,
) -> Vec<Target> {
    let starts: Vec<usize> = owned.clone().step_by(PIECE).collect();
    let pieces: Vec<Vec<Target>> = starts
        .into_par_iter()
        .map(|start| {
            let from = start.saturating_sub(CONTEXT);
            let end = (start + PIECE).min(owned.end);
            let fragment = Fragment {
                route: &Route::default(),
                text: &buffer[from..(end + OVERLAP).min(buffer.len())],
                owned: start - from..end - from,
                base: base + from as u64,
                raw: Some(0),
                line: None,
                kind,
                rows: &[],
                sought: Sought::Everything,
            };
            let mut targets = finder.find(&fragment, &|_| None);
            for target in &mut targets {
                target.span = target.span.start + from..target.span.end + from;
            }
            targets
        })
        .collect();
    pieces.into_iter().flatten().collect()
}
