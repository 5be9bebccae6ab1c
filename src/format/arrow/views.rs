//! Columns of views: short values stand in the view, longer ones anywhere in
//! any of the column's buffers.
//!
//! The places of views and buffers enter; each distinct value leaves once, with
//! the first row that has it, and then what no view points to: the rows a filter
//! has taken out are still there.

use std::collections::HashSet;
use std::io::{self, Read, Seek};

use super::batch::Batch;
use super::buffers::{Body, Buffer, Slot, malformed};
use crate::format::FormatError;
use crate::format::value::{InMemory, Value};

/// Most values remembered, so that none is delivered twice.
const DISTINCT: usize = 2_000_000;
/// Most bytes of unpacked buffers held at once.
const HELD: u64 = 256 << 20;
/// Read ahead of a value that follows the one before it.
const AHEAD: u64 = 64 * 1024;
/// Bytes no view points to come in pieces, each of which repeats the end of the
/// one before it.
const PIECE: u32 = 8 << 20;
const OVERLAP: u32 = 16 * 1024;
/// Longest value that stands in its view.
const INLINE: usize = 12;

/// Where a long value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Range {
    buffer: u32,
    start: u32,
    len: u32,
}

/// The buffers of a column.
struct Heap<'s> {
    slots: &'s [Slot],
    /// Unpacked ones.
    unpacked: Vec<Option<Vec<u8>>>,
    room: u64,
    /// Bytes of the file read ahead, and where they begin.
    window: Vec<u8>,
    begin: u64,
    seen: HashSet<Range>,
    /// Bytes that may still be delivered: views may overlap each other.
    budget: u64,
}

impl<R: ?Sized + Read + Seek> Batch<'_, '_, R> {
    /// Delivers the values of a column of views.
    pub(super) fn views(
        &mut self,
        column: usize,
        len: u64,
        views: Slot,
        slots: &[Slot],
    ) -> Result<(), FormatError> {
        if len == 0 {
            return Ok(());
        }
        let mut heap = Heap {
            slots,
            unpacked: Vec::new(),
            room: HELD,
            window: Vec::new(),
            begin: 0,
            seen: HashSet::new(),
            // Of the body whole, as slots may overlap as well; what is unpacked
            // comes on top.
            budget: self.body.len.saturating_add(1 << 20).saturating_mul(8),
        };
        heap.unpacked.resize_with(slots.len(), || None);
        let mut views = self.body.open(views)?;
        let mut rows = None;
        let mut left_out = false;
        for index in 0..len {
            let place = views.place.map(|place| place + views.bytes.offset());
            let Some(view) = views.bytes.array::<16>()? else {
                return Err(malformed("views of an Arrow column", self.body.start));
            };
            if view.starts_with(&[0; 4]) {
                continue;
            }
            let row = self.rows(&mut rows)?.of(index)?;
            if row.is_some_and(|row| row >= self.sample) {
                left_out = true;
                continue;
            }
            self.view(column, row, &view, place, &mut heap)?;
        }
        self.sampled |= left_out;
        if !left_out && heap.seen.len() < DISTINCT {
            self.between(column, &mut heap)?;
        }
        Ok(())
    }

    fn view(
        &mut self,
        column: usize,
        row: Option<u64>,
        view: &[u8; 16],
        place: Option<u64>,
        heap: &mut Heap<'_>,
    ) -> Result<(), FormatError> {
        let field = |at: usize| {
            let bytes = view.get(at..).and_then(|tail| tail.first_chunk());
            u32::from_le_bytes(bytes.copied().unwrap_or_default())
        };
        let range = Range {
            len: field(0),
            buffer: field(8),
            start: field(12),
        };
        if range.len as usize <= INLINE {
            let inline = &view[4..4 + range.len as usize];
            let place = place.map(|place| place + 4);
            return self.give(column, row, inline, place, range.len.into());
        }
        if heap.seen.contains(&range) {
            return Ok(());
        }
        if heap.seen.len() < DISTINCT {
            heap.seen.insert(range);
        }
        self.fetch(column, row, range, heap)
    }

    /// Finds the bytes of a range and delivers them: as the value of a row, or
    /// as bytes that none has.
    fn fetch(
        &mut self,
        column: usize,
        row: Option<u64>,
        range: Range,
        heap: &mut Heap<'_>,
    ) -> Result<(), FormatError> {
        let what = "bytes of overlapping views in an Arrow column";
        let left = heap.budget.checked_sub(range.len.into());
        heap.budget = left.ok_or(FormatError::Limit { what })?;
        // A huge value is cut, as it would be by whoever takes it.
        let longest = u32::try_from(self.longest).unwrap_or(u32::MAX);
        let len = range.len;
        let range = Range {
            len: len.min(longest),
            ..range
        };
        let start = heap.find(&self.body, range)?;
        let held = match heap.unpacked.get(range.buffer as usize) {
            Some(Some(unpacked)) => unpacked,
            _ => &heap.window,
        };
        let bytes = held.get(start..).unwrap_or_default();
        let Some(bytes) = bytes.get(..range.len as usize) else {
            return Err(malformed("view of an Arrow column", self.body.start));
        };
        let slot = heap.slots.get(range.buffer as usize);
        let slot = slot.filter(|_| self.body.codec.is_none());
        let place = slot.map(|slot| self.body.start + slot.start + u64::from(range.start));
        self.give(column, row, bytes, place, len.into())
    }

    fn give(
        &mut self,
        column: usize,
        row: Option<u64>,
        bytes: &[u8],
        place: Option<u64>,
        len: u64,
    ) -> Result<(), FormatError> {
        let Some(row) = row else {
            if bytes.iter().any(|&byte| byte != 0) {
                self.visit.unused(column, &mut { bytes }, place)?;
            }
            return Ok(());
        };
        self.held.clear();
        let mut value = Value {
            input: &mut InMemory(bytes),
            len,
            place,
            read: 0,
            held: &mut self.held,
        };
        Ok(self.visit.value(column, row, &mut value)?)
    }

    /// What lies between the values.
    fn between(&mut self, column: usize, heap: &mut Heap<'_>) -> Result<(), FormatError> {
        let mut ranges: Vec<Range> = heap.seen.iter().copied().collect();
        ranges.sort_unstable();
        let mut ranges = ranges.into_iter().peekable();
        for buffer in 0..heap.slots.len() as u32 {
            let mut at = 0;
            while let Some(range) = ranges.next_if(|range| range.buffer == buffer) {
                self.gap(column, buffer, at, range.start, heap)?;
                at = at.max(range.start.saturating_add(range.len));
            }
            let end = heap.len(&self.body, buffer)?;
            self.gap(column, buffer, at, end, heap)?;
        }
        Ok(())
    }

    fn gap(
        &mut self,
        column: usize,
        buffer: u32,
        start: u32,
        end: u32,
        heap: &mut Heap<'_>,
    ) -> Result<(), FormatError> {
        let mut start = start;
        while start < end {
            let len = (end - start).min(PIECE);
            self.fetch(column, None, Range { buffer, start, len }, heap)?;
            if len < PIECE {
                break;
            }
            start += PIECE - OVERLAP;
        }
        Ok(())
    }
}

impl Heap<'_> {
    /// Makes the bytes of a range available; answers where in what is held they
    /// begin.
    fn find<R: ?Sized + Read + Seek>(
        &mut self,
        body: &Body<'_, R>,
        range: Range,
    ) -> Result<usize, FormatError> {
        let wrong = || malformed("view of an Arrow column", body.start);
        let slot = *self.slots.get(range.buffer as usize).ok_or_else(wrong)?;
        if body.codec.is_some() {
            self.unpack(body, range.buffer, slot)?;
            return Ok(range.start as usize);
        }
        let end = u64::from(range.start) + u64::from(range.len);
        if end > slot.len || slot.start.saturating_add(slot.len) > body.len {
            return Err(wrong());
        }
        let start = slot.start + u64::from(range.start);
        let wanted_end = slot.start + end;
        let held_end = self.begin + self.window.len() as u64;
        if start < self.begin || wanted_end > held_end {
            // Values mostly follow each other.
            let follows = start >= self.begin && start <= held_end.saturating_add(4096);
            let ahead = if follows { AHEAD } else { 0 };
            let most = (slot.start + slot.len - start).min(u64::from(range.len).max(ahead));
            self.window.clear();
            self.begin = start;
            let mut reader = body.reader.borrow_mut();
            reader.seek(io::SeekFrom::Start(body.start + start))?;
            (&mut **reader).take(most).read_to_end(&mut self.window)?;
        }
        Ok((start - self.begin) as usize)
    }

    fn unpack<R: ?Sized + Read + Seek>(
        &mut self,
        body: &Body<'_, R>,
        buffer: u32,
        slot: Slot,
    ) -> Result<usize, FormatError> {
        let Some(held) = self.unpacked.get_mut(buffer as usize) else {
            return Ok(0);
        };
        if let Some(held) = held {
            return Ok(held.len());
        }
        let mut content: Buffer<'_, R> = body.open(slot)?;
        let what = "bytes of compressed views in one Arrow column";
        let left = self.room.checked_sub(content.len);
        self.room = left.ok_or(FormatError::Limit { what })?;
        let twice = content.len.saturating_mul(2);
        self.budget = self.budget.saturating_add(twice);
        let mut bytes = Vec::new();
        content.bytes.append(&mut bytes, content.len)?;
        Ok(held.insert(bytes).len())
    }

    /// The length of a buffer's content.
    fn len<R: ?Sized + Read + Seek>(
        &mut self,
        body: &Body<'_, R>,
        buffer: u32,
    ) -> Result<u32, FormatError> {
        let slot = self.slots.get(buffer as usize).copied();
        let slot = slot.unwrap_or(Slot { start: 0, len: 0 });
        let len = match body.codec {
            Some(_) => self.unpack(body, buffer, slot)? as u64,
            None => slot.len,
        };
        Ok(u32::try_from(len).unwrap_or(u32::MAX))
    }
}
