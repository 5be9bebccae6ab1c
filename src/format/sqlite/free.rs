//! What no table uses: rows that were deleted, pages that were given back.
//!
//! The parts of a page in use, or the pages that were used, enter; the rest
//! leaves. A page given back whole often still holds its rows as they were.

use std::io::{Read, Seek};
use std::ops::Range;

use super::tree::Node;
use super::{Table, Walk};
use crate::format::FormatError;

/// Shorter gaps hold nothing.
const SHORTEST: usize = 8;

impl<R: ?Sized + Read + Seek> Walk<'_, '_, R> {
    /// Delivers the parts of a page that are not in use and not zero.
    pub(super) fn gaps(
        &mut self,
        page: &[u8],
        place: u64,
        used: &[Range<usize>],
    ) -> Result<(), FormatError> {
        let mut at = 0;
        let end = std::iter::once(page.len()..page.len());
        for range in used.iter().cloned().chain(end) {
            let gap = page.get(at..range.start).unwrap_or_default();
            let first = gap.iter().position(|&byte| byte != 0);
            let last = gap.iter().rposition(|&byte| byte != 0);
            if let (Some(first), Some(last)) = (first, last) {
                if last - first >= SHORTEST {
                    let place = place + (at + first) as u64;
                    self.visit.free(&gap[first..=last], place)?;
                }
            }
            at = at.max(range.end);
        }
        Ok(())
    }

    /// Delivers the pages no tree led to.
    pub(super) fn unused(&mut self) -> Result<(), FormatError> {
        if self.end.sampled {
            return Ok(());
        }
        for number in 1..=self.pages.count() {
            if !self.pages.is_used(number) {
                if let Some(place) = self.pages.place(number) {
                    self.lost(number, place)?;
                }
            }
        }
        Ok(())
    }

    /// Delivers a page by itself: its rows, if it looks like it holds some,
    /// else its bytes.
    pub(super) fn lost(&mut self, number: u32, place: u64) -> Result<(), FormatError> {
        let page = self.pages.read(place)?.to_vec();
        let usable = self.pages.usable;
        let node = Node::new(&page, number).filter(|node| node.leaf || node.index);
        let cells = node.and_then(|node| node.cells(&page, usable));
        let Some(cells) = cells.filter(|cells| cells.are_rows(&page)) else {
            self.unread(place..place + page.len() as u64);
            return Ok(());
        };
        self.gaps(&page, place, &cells.used)?;
        let table = Table {
            name: format!("page-{number}"),
            columns: Vec::new(),
        };
        self.visit.table(&table)?;
        self.rows = 0;
        // Whose rows go on over pages that are used anew is no damage.
        self.lost = true;
        let read = self.rows(&page, place, &cells, true, None);
        self.lost = false;
        read?;
        Ok(self.visit.end(None)?)
    }

    /// Leaves a part of the file to be read as bytes.
    pub(super) fn unread(&mut self, range: Range<u64>) {
        match self.end.unread.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.end.unread.push(range),
        }
    }
}
