//! One column chunk on its way from one file to the other.
//!
//! The place of a chunk enters; its pages are written, and where they went and
//! what became of them leaves.

use std::io::{Read, Seek};

use super::super::chunk::{FORGOTTEN, placed};
use super::super::decode::Here;
use super::super::footer::Chunk;
use super::super::page::{Body, Page};
use super::super::schema::Column;
use super::Replace;
use super::page::Pages;
use super::passage::{Output, Source};
use crate::format::FormatError;

/// Where a chunk went, and what became of it.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Its first byte.
    pub(super) start: u64,
    /// Its first page of data.
    pub(super) data: u64,
    /// All its bytes.
    pub(super) size: u64,
    /// The same with every page unpacked.
    pub(super) unpacked: u64,
    /// Values replaced; those of a dictionary count once.
    pub(super) replaced: u64,
    /// Is a page plain now that was not?
    pub(super) plain: bool,
    /// Its pages of data, where something was replaced.
    pub(super) pages: Vec<Place>,
}

/// Where a page went, its head included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Where it stood.
    pub(super) from: u64,
    /// Where it stands.
    pub(super) to: u64,
    /// How long it is now.
    pub(super) length: u64,
}

impl Moved {
    /// Counts a page of so many bytes of head and unpacked bytes.
    pub(super) fn unpack(&mut self, head: usize, unpacked: u64) {
        let page = unpacked.saturating_add(head as u64);
        self.unpacked = self.unpacked.saturating_add(page);
    }
}

/// A page on its way.
pub(super) struct Step<'s> {
    pub(super) page: &'s Page,
    /// Where its head stands, and what follows the head.
    pub(super) at: u64,
    pub(super) start: u64,
}

impl Step<'_> {
    /// Where what follows it stands.
    pub(super) fn end(&self) -> u64 {
        self.start + self.page.compressed
    }
}

/// A column whose values are offered for replacement: its number, and the row
/// that the chunk begins with.
pub(super) struct Target<'a> {
    pub(super) number: usize,
    pub(super) column: &'a Column,
    pub(super) row: u64,
}

impl<'a> Target<'a> {
    fn here(&self, chunk: &Chunk) -> Here<'a> {
        Here {
            column: self.column,
            codec: chunk.codec,
            until: u64::MAX,
            row: self.row,
        }
    }
}

/// Where a chunk claims to end: behind its start, and not behind `most`.
fn end_of(chunk: &Chunk, most: u64) -> Result<u64, FormatError> {
    let end = chunk.start.saturating_add(chunk.size);
    if chunk.start < 4 || chunk.start >= end || end > most {
        let (what, offset) = ("parquet column chunk", chunk.start);
        return Err(FormatError::Malformed { what, offset });
    }
    Ok(end)
}

/// Moves a chunk. What is in a target's pages is offered for replacement; other
/// pages are copied, whatever is in them.
pub(super) fn transfer<R: Read + Seek>(
    source: &mut Source<'_, R>,
    pages: &mut Pages,
    chunk: &Chunk,
    target: Option<&Target<'_>>,
    output: &mut Output<'_>,
    replace: &mut dyn Replace,
) -> Result<Moved, FormatError> {
    let mut moved = Moved {
        start: output.at,
        data: output.at,
        ..Moved::default()
    };
    if chunk.size == 0 && chunk.values == 0 {
        return Ok(moved);
    }
    let end = end_of(chunk, source.end)?;
    pages.begin();
    let mut here = target.map(|target| (target.number, target.here(chunk)));
    let slack = end.saturating_add(FORGOTTEN).min(source.end);
    let (mut at, mut values, mut begun) = (chunk.start, 0u64, false);
    while at < end || (values < chunk.values && at < slack) {
        let page = source.head(at, slack)?;
        let start = at + page.head as u64;
        let (from, to) = (at, output.at);
        let step = Step {
            page: &page,
            at,
            start,
        };
        at = start.saturating_add(page.compressed);
        if at > slack {
            let (what, offset) = ("parquet page", start);
            return Err(FormatError::Truncated { what, offset });
        }
        source.work.read(page.head as u64 + page.compressed)?;
        if let Body::Data(data) = &page.body {
            values = values.saturating_add(data.values);
            if !begun {
                (moved.data, begun) = (output.at, true);
            }
        }
        let done = match &mut here {
            Some((number, here)) => {
                pages.page(source, &step, (*number, here), &mut moved, output, replace)
            }
            None => super::page::copy(source, &step, &mut moved, output),
        };
        done.map_err(|error| placed(error, start))?;
        if here.is_some() && matches!(page.body, Body::Data(_)) {
            moved.pages.push(Place {
                from,
                to,
                length: output.at - to,
            });
        }
    }
    if values < chunk.values {
        let (what, offset) = ("parquet column chunk", chunk.start);
        return Err(FormatError::Truncated { what, offset });
    }
    moved.size = output.at - moved.start;
    if moved.replaced == 0 {
        moved.pages = Vec::new();
    }
    Ok(moved)
}
