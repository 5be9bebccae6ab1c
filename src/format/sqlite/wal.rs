//! Write-ahead logs: pages as they were after each change.
//!
//! A log enters; the rows of the leaves in it leave, page by page, since which
//! table a page belongs to is only known to the database beside it.
//! Source: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::pages::Places;
use super::{Walk, database, encoding};
use crate::format::FormatError;

/// Bytes of the header of a log and of a frame.
const HEADER: u64 = 32;
const FRAME: u64 = 24;
/// The only version.
const VERSION: u32 = 3_007_000;

/// Is it a log?
pub(super) fn looks_like(head: &[u8]) -> bool {
    page_size(head).is_some()
}

/// The page size of a log.
pub(super) fn page_size(head: &[u8]) -> Option<usize> {
    let field = |at: usize| {
        let bytes = head.get(at..).and_then(|tail| tail.first_chunk());
        bytes.map(|bytes| u32::from_be_bytes(*bytes))
    };
    let magic = matches!(field(0)?, 0x377f_0682 | 0x377f_0683);
    let size = field(8)?;
    let sound = (512..=65_536).contains(&size) && size.is_power_of_two();
    (magic && field(4)? == VERSION && sound).then_some(size as usize)
}

impl<R: ?Sized + Read + Seek> Walk<'_, '_, R> {
    /// Reads all frames, those of transactions that never ended too.
    pub(super) fn log(&mut self) -> Result<(), FormatError> {
        let frames = self.frames()?;
        let newest = frames.iter().copied().collect::<HashMap<_, _>>();
        self.pages.places = Places::Frames(newest);
        let mut end = HEADER;
        for (number, place) in frames {
            self.lost(number, place)?;
            end = place + self.pages.page as u64;
        }
        if end < self.pages.size {
            self.unread(end..self.pages.size);
        }
        Ok(())
    }

    /// Number and place of the page in each frame that is there whole.
    fn frames(&mut self) -> Result<Vec<(u32, u64)>, FormatError> {
        let mut frames = Vec::new();
        let size = self.pages.page as u64;
        let mut at = HEADER;
        while at + FRAME + size <= self.pages.size {
            let head = self.pages.read(at)?;
            let number = head
                .first_chunk()
                .map_or(0, |bytes| u32::from_be_bytes(*bytes));
            if number == 1 {
                let first = self.pages.read(at + FRAME)?;
                let reserved = database(first).map_or(0, |(_, reserved)| reserved);
                self.encoding = encoding(first);
                self.pages.usable = self.pages.page - usize::from(reserved);
            }
            frames.push((number, at + FRAME));
            at += FRAME + size;
        }
        Ok(frames)
    }
}
