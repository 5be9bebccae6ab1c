//! Files: messages between two magics, and a footer that lists them.
//!
//! The messages are read in the order they stand in, as a stream; then those
//! that only the footer knows. A hostile file may hide a batch from either.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::message::{self, Next};
use super::{MAGIC, START, Walk};
use crate::format::FormatError;
use crate::format::flatbuffer::{Table, Vector};

/// Length and magic at the end.
const TAIL: u64 = 10;
/// Bytes of an entry of the footer: offset, header length, padding, body length.
pub(super) const BLOCK: usize = 24;

impl<R: ?Sized + Read + Seek> Walk<'_, '_, R> {
    /// Reads a file. A footer that is damaged is told; the messages are read all
    /// the same.
    pub(super) fn file(&mut self) -> Result<(), FormatError> {
        let footer = read(
            &mut **self.reader.borrow_mut(),
            self.size,
            self.limits.header,
        );
        let footer = match footer {
            Err(FormatError::Io(error)) => return Err(FormatError::Io(error)),
            Err(error) => {
                self.visit.problem(None, &error);
                None
            }
            Ok((bytes, place)) => Some((bytes, place)),
        };
        let end = footer.as_ref().map_or(self.size, |(_, place)| *place);
        let reached = self.messages(START, end);
        let (Some((bytes, place)), false) = (footer, matches!(reached, Err(FormatError::Io(_))))
        else {
            self.unread(reached?..end);
            return Ok(());
        };
        // A schema that is damaged at the front may stand whole at the end.
        let (at, failed) = match reached {
            Ok(at) => (at, None),
            Err(error) => (START, Some(error)),
        };
        let listed = self.listed(&bytes, place);
        let behind = match listed {
            Err(FormatError::Io(error)) => return Err(FormatError::Io(error)),
            Err(error) => {
                self.visit.problem(None, &error);
                Vec::new()
            }
            Ok(blocks) => blocks,
        };
        if let Some(error) = failed {
            if self.schema.is_none() {
                return Err(error);
            }
            // Polars writes the schema at the front without its length.
            if !self.is_bare()? {
                self.visit.problem(None, &error);
            }
        }
        self.gaps(at..end, behind);
        Ok(())
    }

    /// Does a schema without its length stand where the messages begin?
    fn is_bare(&self) -> Result<bool, FormatError> {
        let mut head = Vec::new();
        let mut reader = self.reader.borrow_mut();
        reader.seek(SeekFrom::Start(START))?;
        (&mut **reader).take(8192).read_to_end(&mut head)?;
        Ok(message::is_schema(&head))
    }

    /// Reads what the footer says and the messages only it knows; answers where
    /// those are.
    fn listed(&mut self, bytes: &[u8], place: u64) -> Result<Vec<Range<u64>>, FormatError> {
        let footer = Table::root(bytes)?;
        if let Some(pairs) = footer.vector(4, 4)? {
            self.pairs(pairs, place)?;
        }
        if let Some(schema) = footer.table(1)? {
            self.take_schema(&schema, bytes.len(), place)?;
        }
        let mut found = Vec::new();
        let mut tried = HashSet::new();
        // As many bytes again as the file has, however the blocks overlap.
        let mut left = self.size;
        for blocks in [footer.vector(2, BLOCK)?, footer.vector(3, BLOCK)?] {
            let blocks = blocks.as_ref();
            for index in 0..blocks.map_or(0, Vector::len) {
                let Some(block) = blocks.map(|blocks| blocks.element::<BLOCK>(index)) else {
                    break;
                };
                let block = block?;
                let offset = block.first_chunk().map(|bytes| i64::from_le_bytes(*bytes));
                let offset = offset.and_then(|offset| u64::try_from(offset).ok());
                let offset = offset.unwrap_or(u64::MAX);
                if tried.insert(offset) {
                    found.extend(self.block(offset, place, &mut left)?);
                }
            }
        }
        Ok(found)
    }

    /// Reads the message at a place the footer names, unless it was read before.
    fn block(
        &mut self,
        at: u64,
        end: u64,
        left: &mut u64,
    ) -> Result<Option<Range<u64>>, FormatError> {
        let what = "overlapping batches of an Arrow file";
        let longest = self.limits.header.min(*left);
        let next = message::read(&mut **self.reader.borrow_mut(), at, end, longest);
        // Headers may overlap too, and cost what they are long even if damaged.
        let read_to = self.reader.borrow_mut().stream_position()?;
        let rest = left.checked_sub(read_to.saturating_sub(at));
        *left = rest.ok_or(FormatError::Limit { what })?;
        let read = match next {
            Ok(Next::Message(message)) if self.seen.contains(&message.body) => return Ok(None),
            Ok(Next::Message(message)) => {
                let behind = message.body.saturating_add(message.body_len).min(end);
                let rest = left.checked_sub(behind.saturating_sub(message.body));
                *left = rest.ok_or(FormatError::Limit { what })?;
                self.message(&message).map(|()| Some(at..behind))
            }
            Ok(Next::End(_)) => Ok(None),
            Err(error) => Err(error),
        };
        match read {
            Err(FormatError::Io(error)) => Err(FormatError::Io(error)),
            Err(error) => {
                self.visit.problem(None, &error);
                Ok(None)
            }
            found => found,
        }
    }

    /// Key-value pairs of a flatbuffer that stands at `place`.
    pub(super) fn pairs(&mut self, pairs: Vector<'_>, place: u64) -> Result<(), FormatError> {
        // All pairs may be one and the same.
        let mut left = self.limits.header;
        for index in 0..pairs.len() {
            let pair = pairs.table(index)?;
            let key = pair.string(0)?.unwrap_or_default();
            let Some(value) = pair.vector(1, 1)? else {
                continue;
            };
            let what = "metadata of an Arrow message";
            let rest = left.checked_sub((key.len() + value.len()) as u64);
            left = rest.ok_or(FormatError::Limit { what })?;
            let at = place + value.position() as u64;
            self.visit.metadata(key, value.bytes(), at)?;
        }
        Ok(())
    }

    /// The parts of a range that none of the blocks covers.
    fn gaps(&mut self, range: Range<u64>, mut blocks: Vec<Range<u64>>) {
        blocks.sort_unstable_by_key(|block| block.start);
        let mut at = range.start;
        for block in blocks {
            if block.start > at {
                self.unread(at..block.start);
            }
            at = at.max(block.end);
        }
        self.unread(at..range.end);
    }
}

/// The footer of a file of `size` bytes, and its place.
pub(super) fn read<R: ?Sized + Read + Seek>(
    reader: &mut R,
    size: u64,
    longest: u64,
) -> Result<(Vec<u8>, u64), FormatError> {
    let what = "footer of an Arrow file";
    let offset = size.saturating_sub(TAIL);
    let truncated = FormatError::Truncated { what, offset };
    if size < START + TAIL {
        return Err(truncated);
    }
    let mut tail = [0; TAIL as usize];
    reader.seek(SeekFrom::Start(offset))?;
    reader.read_exact(&mut tail)?;
    let Some((length, MAGIC)) = tail.split_first_chunk::<4>() else {
        return Err(truncated);
    };
    let length = u64::try_from(i32::from_le_bytes(*length)).unwrap_or(u64::MAX);
    if length > longest {
        let what = "length of the footer of an Arrow file";
        return Err(FormatError::Limit { what });
    }
    if length > offset - START {
        return Err(FormatError::Malformed { what, offset });
    }
    let mut bytes = Vec::new();
    let place = offset - length;
    reader.seek(SeekFrom::Start(place))?;
    reader.take(length).read_to_end(&mut bytes)?;
    Ok((bytes, place))
}
