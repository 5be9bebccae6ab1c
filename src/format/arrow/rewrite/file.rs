//! Files: messages between two magics, and a footer that lists where they are.
//!
//! All messages are written in the order they stand in, listed or not, as a
//! hostile file may hide a batch from either kind of reader; then the footer,
//! patched where it says the place and length of a batch.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::header::put;
use super::metadata::Holder;
use super::{Moved, Rewriter};
use crate::format::FormatError;
use crate::format::arrow::buffers::malformed;
use crate::format::arrow::footer::{self, BLOCK};
use crate::format::arrow::message::{self, Next};
use crate::format::arrow::{START, schema};
use crate::format::flatbuffer::Table;

const WHAT: &str = "footer of an Arrow file";

impl<R: ?Sized + Read + Seek> Rewriter<'_, '_, R> {
    /// Writes a file.
    pub(super) fn file(&mut self) -> Result<(), FormatError> {
        let footer = footer::read(
            &mut **self.input.borrow_mut(),
            self.size,
            self.limits.header,
        );
        let (footer, place) = footer?;
        let root = Table::root(&footer)?;
        let schema = root.table(1)?.ok_or_else(|| malformed(WHAT, place))?;
        self.one_schema = true;
        self.take_schema(&schema, footer.len())?;
        let mut listed = Vec::new();
        for block in [blocks(&root, 2)?, blocks(&root, 3)?].concat() {
            listed.push(offset(&block).ok_or_else(|| malformed(WHAT, place))?);
        }
        listed.sort_unstable();
        listed.dedup();
        self.moved = listed.iter().map(|at| (*at, None)).collect();
        self.copy(0..START)?;
        self.listed(listed, START..place)?;
        let mut new = self.patched(&footer)?;
        if let Some(newer) = self.metadata(&new, Holder::Footer)? {
            new = newer;
        }
        self.write(&new)?;
        let over = |_| FormatError::Limit { what: WHAT };
        self.write(&i32::try_from(new.len()).map_err(over)?.to_le_bytes())?;
        // The magic stands behind the length.
        self.copy(place + footer.len() as u64 + 4..self.size)
    }

    /// Writes a schema that stands without its length: nobody reads it.
    fn bare(&mut self, place: Range<u64>) -> Result<(), FormatError> {
        let most = self.limits.header.min(place.end - place.start);
        let mut flat = Vec::new();
        let mut input = self.input.borrow_mut();
        input.seek(SeekFrom::Start(place.start))?;
        (&mut **input).take(most).read_to_end(&mut flat)?;
        drop(input);
        if let Some(new) = self.metadata(&flat, Holder::Message)? {
            self.write(&new)?;
            return self.copy(place.start + most..place.end);
        }
        self.copy(place)
    }

    /// Writes the messages of a part of the file. Between those the footer lists
    /// anything may stand: other messages, marks of the end, bytes.
    fn listed(&mut self, listed: Vec<u64>, part: Range<u64>) -> Result<(), FormatError> {
        let mut listed = listed.into_iter().peekable();
        let mut at = part.start;
        while at < part.end {
            while listed.next_if(|next| *next < at).is_some() {}
            let known = listed.next_if_eq(&at).is_some();
            let until = listed.peek().map_or(part.end, |next| part.end.min(*next));
            if at == part.start && !known && message::is_schema(&self.peek(at)?) {
                // Polars writes the schema at the front without its length.
                self.bare(at..until)?;
                at = until;
                continue;
            }
            at = match self.next(at, until) {
                Ok(Next::Message(message)) if known || ends_by(&message, until) => {
                    self.message(at, &message, until)?
                }
                Ok(Next::End(behind)) if !known => {
                    self.copy(at..behind)?;
                    behind
                }
                Err(error) if known || matches!(error, FormatError::Io(_)) => return Err(error),
                _ => {
                    self.leave(at..until)?;
                    until
                }
            };
        }
        Ok(())
    }

    /// The footer with the new places of the batches.
    fn patched(&self, footer: &[u8]) -> Result<Vec<u8>, FormatError> {
        let wrong = || malformed(WHAT, 0);
        let root = Table::root(footer)?;
        let mut new = footer.to_vec();
        let mut expected = Vec::new();
        for field in [2, 3] {
            let Some(list) = root.vector(field, BLOCK)? else {
                continue;
            };
            for index in 0..list.len() {
                let mut block = list.element::<BLOCK>(index)?;
                let moved = offset(&block).and_then(|at| self.moved.get(&at).copied().flatten());
                moved.ok_or_else(wrong)?.tell(&mut block)?;
                put(&mut new, list.position() + index * BLOCK, &block)?;
                expected.push(block);
            }
        }
        // In a flatbuffer of a hostile file one place may be several things.
        let told = Table::root(&new)?;
        let fields = |root: &Table<'_>| match root.table(1)? {
            Some(table) => schema::parse(&table, footer.len()),
            None => Err(wrong()),
        };
        let lists = [blocks(&told, 2)?, blocks(&told, 3)?].concat();
        let same = lists == expected && fields(&told)? == fields(&root)?;
        if same { Ok(new) } else { Err(wrong()) }
    }
}

impl Moved {
    /// Puts the new place and lengths to an entry of the footer.
    fn tell(self, block: &mut [u8; BLOCK]) -> Result<(), FormatError> {
        let wrong = || malformed(WHAT, 0);
        put(block, 0, &self.at.to_le_bytes())?;
        if self.grown > 0 {
            let header = block.get(8..).and_then(|tail| tail.first_chunk());
            let header = u32::from_le_bytes(*header.ok_or_else(wrong)?);
            let grown = u64::from(header) + self.grown;
            let grown = i32::try_from(grown).map_err(|_| wrong())?;
            put(block, 8, &grown.to_le_bytes())?;
        }
        let (before, now) = self.body;
        if before != now {
            if block.get(16..) != Some(&before.to_le_bytes()) {
                return Err(wrong());
            }
            put(block, 16, &now.to_le_bytes())?;
        }
        Ok(())
    }
}

fn ends_by(message: &message::Message, until: u64) -> bool {
    message.body.saturating_add(message.body_len) <= until
}

/// The entries of one of the footer's lists.
fn blocks(footer: &Table<'_>, field: usize) -> Result<Vec<[u8; BLOCK]>, FormatError> {
    let Some(list) = footer.vector(field, BLOCK)? else {
        return Ok(Vec::new());
    };
    (0..list.len()).map(|index| list.element(index)).collect()
}

/// Where a batch begins.
fn offset(block: &[u8; BLOCK]) -> Option<u64> {
    u64::try_from(i64::from_le_bytes(*block.first_chunk()?)).ok()
}
