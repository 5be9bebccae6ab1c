//! One batch: its columns are looked at one by one, and if any changed it is
//! written with new buffers in their places.
//!
//! A message and its place enter; the length of the body written leaves, or
//! nothing where the message is to be copied.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::ops::Range;

use super::Rewriter;
use super::ask::{Ask, Kind, Nulls};
use super::header::{self, New};
use super::layout::{Layout, Leaf, Rows};
use super::pack::pack;
use super::strings::Strings;
use super::views::Views;
use super::wanted::Known;
use super::{Limits, fixed};
use crate::format::FormatError;
use crate::format::arrow::buffers::{Body, Codec, Slot, malformed};
use crate::format::arrow::message::{self, Message};
use crate::format::arrow::schema::Type;
use crate::format::flatbuffer::{Table, Vector};

/// Buffers stand at multiples of this, or of 8.
const ALIGNED: u64 = 64;

/// New buffers of a batch.
struct Changes {
    /// In place of old ones.
    buffers: BTreeMap<usize, Vec<u8>>,
    /// Behind old ones.
    more: BTreeMap<usize, Vec<Vec<u8>>>,
    /// Numbers of buffers of views that changed, by which of them.
    counts: Vec<(usize, usize)>,
    replaced: u64,
    codec: Option<Codec>,
    /// Bytes the new buffers may still take.
    left: u64,
}

/// Where the bytes of a buffer come from.
enum Bytes {
    Kept(Slot),
    New(Vec<u8>),
}

impl<R: ?Sized + Read + Seek> Rewriter<'_, '_, R> {
    /// Writes a batch in which a value changed. `old` tells of a version in
    /// which unions have a validity buffer.
    pub(super) fn batch(
        &mut self,
        table: &Table<'_>,
        place: Range<u64>,
        message: &Message,
        (rows, old): (Rows, bool),
    ) -> Result<Option<u64>, FormatError> {
        let what = "order of an Arrow stream: a batch before the schema";
        let known = self.known.clone();
        let known = known.ok_or_else(|| malformed(what, place.start))?;
        if known.shown.iter().all(Option::is_none) {
            return Ok(None);
        }
        let fields = match rows {
            Rows::Table => known.schema.fields.as_slice(),
            Rows::Dictionary(id) => {
                let what = "number of an Arrow dictionary";
                let field = known.dictionary(id);
                std::slice::from_ref(field.ok_or_else(|| malformed(what, place.start))?)
            }
        };
        let mut layout = Layout::new(table, message.body_len, old)?;
        let wanted = |column| matches!(known.shown.get(column), Some(Some(_)));
        let leaves = layout.leaves(fields, rows, &wanted)?;
        if leaves.is_empty() {
            return Ok(None);
        }
        let codec = codec(table, message)?;
        let body = Body {
            reader: self.input,
            start: message.body,
            len: message.body_len,
            codec,
            budget: Cell::new(message.body_len.saturating_mul(2)),
            ratio: self.limits.ratio,
            unpacked: self.limits.unpacked,
        };
        let mut changes = Changes {
            buffers: BTreeMap::new(),
            more: BTreeMap::new(),
            counts: Vec::new(),
            replaced: 0,
            codec,
            left: self.limits.held,
        };
        for leaf in &leaves {
            self.leaf(leaf, &known, (&body, &layout.slots), &mut changes)?;
        }
        if changes.buffers.is_empty() {
            return Ok(None);
        }
        self.summary.replaced += changes.replaced;
        self.summary.batches += 1;
        self.emit(table, place, message, (changes, &layout.slots))
            .map(Some)
    }

    /// Shows the values of a column and takes its new buffers.
    fn leaf(
        &mut self,
        leaf: &Leaf<'_>,
        known: &Known,
        (body, slots): (&Body<'_, R>, &[Slot]),
        changes: &mut Changes,
    ) -> Result<(), FormatError> {
        let index = leaf.field.column;
        let (Some(column), Some(Some(shown))) =
            (known.schema.columns.get(index), known.shown.get(index))
        else {
            return Ok(());
        };
        let mut open = Open {
            body,
            slots,
            left: self.limits.held,
        };
        let bitmap = match leaf.nulls {
            0 => Vec::new(),
            _ => open.content(leaf.buffer)?,
        };
        let kind = match &leaf.field.kind {
            Type::FixedBytes(width) => Kind::Fixed(*width),
            Type::Number { bits, .. } => Kind::Int {
                bits: *bits,
                signed: !column.of.contains("uint"),
            },
            _ if column.text => Kind::Text,
            _ => Kind::Bytes,
        };
        let mut ask = Ask {
            replace: &mut *self.replace,
            column: *shown,
            first: known.count(*shown, leaf.len),
            kind,
            nulls: Nulls::new(bitmap, leaf.len)?,
        };
        changes.take(leaf, &mut ask, &mut open, self.limits)
    }

    /// Writes the message with new buffers; answers the length of the body.
    fn emit(
        &mut self,
        table: &Table<'_>,
        place: Range<u64>,
        message: &Message,
        (mut changes, slots): (Changes, &[Slot]),
    ) -> Result<u64, FormatError> {
        let aligned = slots.iter().all(|slot| slot.start.is_multiple_of(ALIGNED));
        let aligned = aligned && message.body_len.is_multiple_of(ALIGNED);
        let unit = if aligned { ALIGNED } else { 8 };
        let mut buffers = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            let new = changes.buffers.remove(&index).map(Bytes::New);
            buffers.push(new.unwrap_or(Bytes::Kept(*slot)));
            let more = changes.more.remove(&index).unwrap_or_default();
            buffers.extend(more.into_iter().map(Bytes::New));
        }
        let mut new = New {
            slots: Vec::new(),
            body: 0,
            counts: changes.counts,
        };
        for buffer in &buffers {
            let (start, len) = (new.body, buffer.len());
            new.slots.push(Slot { start, len });
            new.body = start.saturating_add(len).next_multiple_of(unit);
        }
        let header = header::patched(&message.header, table, &new)?;
        self.header(place.start, message, &header)?;
        for buffer in buffers {
            match &buffer {
                Bytes::New(bytes) => self.write(bytes)?,
                Bytes::Kept(slot) => {
                    let start = message.body + slot.start;
                    self.copy(start..start + slot.len)?;
                }
            }
            let padding = buffer.len().next_multiple_of(unit) - buffer.len();
            let zeros = [0; ALIGNED as usize];
            self.write(zeros.get(..padding as usize).unwrap_or_default())?;
        }
        Ok(new.body)
    }
}

impl Changes {
    fn take<R: ?Sized + Read + Seek>(
        &mut self,
        leaf: &Leaf<'_>,
        ask: &mut Ask<'_>,
        open: &mut Open<'_, '_, R>,
        limits: &Limits<'_>,
    ) -> Result<(), FormatError> {
        let (len, buffer) = (leaf.len, leaf.buffer);
        match &leaf.field.kind {
            Type::Bytes { wide } => {
                let strings = Strings {
                    offsets: &open.content(buffer + 1)?,
                    wide: *wide,
                    bytes: &open.content(buffer + 2)?,
                    len,
                };
                if let Some(([offsets, bytes], replaced)) = strings.replaced(ask)? {
                    self.replaced += replaced;
                    self.put(buffer + 1, offsets)?;
                    self.put(buffer + 2, bytes)?;
                }
            }
            Type::View => {
                let heaps = (0..leaf.heaps).map(|heap| open.content(buffer + 2 + heap));
                let heaps = heaps.collect::<Result<Vec<_>, _>>()?;
                let views = Views {
                    entries: &open.content(buffer + 1)?,
                    heaps: &heaps,
                    len,
                    held: limits.held,
                };
                if let Some(made) = views.replaced(ask)? {
                    self.replaced += made.replaced;
                    self.put(buffer + 1, made.views)?;
                    self.heaps(leaf, made.heaps)?;
                }
            }
            kind => {
                let width = match kind {
                    Type::FixedBytes(width) => *width,
                    Type::Number { bits, .. } => u64::from(bits / 8),
                    _ => return Ok(()),
                };
                let made = fixed::replaced(ask, len, width, &open.content(buffer + 1)?)?;
                if let Some((bytes, replaced)) = made {
                    self.replaced += replaced;
                    self.put(buffer + 1, bytes)?;
                }
            }
        }
        Ok(())
    }

    fn heaps(&mut self, leaf: &Leaf<'_>, heaps: Vec<Vec<u8>>) -> Result<(), FormatError> {
        let first = leaf.buffer + 2;
        let count = heaps.len();
        let mut heaps = heaps.into_iter();
        for (index, heap) in heaps.by_ref().take(leaf.heaps).enumerate() {
            self.put(first + index, heap)?;
        }
        let more = heaps
            .map(|heap| self.pack(heap))
            .collect::<Result<Vec<_>, _>>()?;
        if !more.is_empty() {
            self.counts.push((leaf.view, count));
            self.more.insert(first + leaf.heaps - 1, more);
        }
        Ok(())
    }

    fn put(&mut self, buffer: usize, content: Vec<u8>) -> Result<(), FormatError> {
        let packed = self.pack(content)?;
        self.buffers.insert(buffer, packed);
        Ok(())
    }

    fn pack(&mut self, content: Vec<u8>) -> Result<Vec<u8>, FormatError> {
        let packed = pack(self.codec, content)?;
        let what = "bytes of new buffers of one Arrow batch";
        let left = self.left.checked_sub(packed.len() as u64);
        self.left = left.ok_or(FormatError::Limit { what })?;
        Ok(packed)
    }
}

/// The buffers of a column.
struct Open<'b, 'r, R: ?Sized> {
    body: &'b Body<'r, R>,
    slots: &'b [Slot],
    /// Bytes that may still be held.
    left: u64,
}

impl<R: ?Sized + Read + Seek> Open<'_, '_, R> {
    /// All of a buffer, unpacked.
    fn content(&mut self, buffer: usize) -> Result<Vec<u8>, FormatError> {
        let slot = self.slots.get(buffer).copied();
        let slot = slot.ok_or_else(|| malformed("buffer missing in an Arrow batch", 0))?;
        if slot.len == 0 {
            return Ok(Vec::new());
        }
        let mut content = self.body.open(slot)?;
        let what = "bytes of one column of an Arrow batch";
        let left = self.left.checked_sub(content.len);
        self.left = left.ok_or(FormatError::Limit { what })?;
        let mut bytes = Vec::with_capacity(content.len.min(slot.len) as usize);
        if content.bytes.append(&mut bytes, content.len)? < content.len {
            let what = "buffer of an Arrow batch";
            let offset = self.body.start + slot.start;
            return Err(FormatError::Truncated { what, offset });
        }
        Ok(bytes)
    }
}

impl Bytes {
    fn len(&self) -> u64 {
        match self {
            Self::Kept(slot) => slot.len,
            Self::New(bytes) => bytes.len() as u64,
        }
    }
}

/// How the buffers of a batch are compressed. Arrow 0.17 told it in a message's
/// metadata.
fn codec(batch: &Table<'_>, message: &Message) -> Result<Option<Codec>, FormatError> {
    let pairs = message.metadata()?;
    for index in 0..pairs.as_ref().map_or(0, Vector::len) {
        let Some(pairs) = pairs else { break };
        if pairs.table(index)?.string(0)? == Some(b"ARROW:experimental_compression") {
            let what = "compression of an Arrow batch";
            return Err(FormatError::Unsupported { what });
        }
    }
    message::codec(batch)
}
