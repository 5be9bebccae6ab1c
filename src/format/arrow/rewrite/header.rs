//! The header of a batch with new places of its buffers.
//!
//! A flatbuffer and the new places enter; the same flatbuffer leaves, patched
//! where it says them, so that whatever else it holds is kept. Only where there
//! are more buffers than before a new list is put to its end.

use crate::format::FormatError;
use crate::format::arrow::buffers::{Codec, Slot, malformed};
use crate::format::arrow::message;
use crate::format::flatbuffer::{Table, Vector};

const WHAT: &str = "header of an Arrow batch";

/// What a header is to say.
pub(super) struct New {
    pub(super) slots: Vec<Slot>,
    /// Length of the body.
    pub(super) body: u64,
    /// Numbers of buffers of views that changed, by which of them.
    pub(super) counts: Vec<(usize, usize)>,
}

/// The header of a message, whose `RecordBatch` is `batch`, with new places.
pub(super) fn patched(header: &[u8], batch: &Table<'_>, new: &New) -> Result<Vec<u8>, FormatError> {
    let wrong = || malformed(WHAT, 0);
    let mut bytes = header.to_vec();
    let place = Table::root(header)?.place(3).ok_or_else(wrong)?;
    put(&mut bytes, place, &new.body.to_le_bytes())?;
    let slots = new.slots.iter().map(entry).collect::<Vec<_>>().concat();
    let list = batch.vector(2, 16)?.ok_or_else(wrong)?;
    if list.len() == new.slots.len() {
        put(&mut bytes, list.position(), &slots)?;
    } else {
        // The elements stand at a multiple of 8, behind their number.
        bytes.resize((bytes.len() + 4).next_multiple_of(8) - 4, 0);
        let field = batch.place(2).ok_or_else(wrong)?;
        let ahead = bytes.len().checked_sub(field).ok_or_else(wrong)?;
        let ahead = u32::try_from(ahead).map_err(|_| wrong())?;
        put(&mut bytes, field, &ahead.to_le_bytes())?;
        let count = u32::try_from(new.slots.len()).map_err(|_| wrong())?;
        bytes.extend(count.to_le_bytes());
        bytes.extend(&slots);
    }
    for (index, count) in &new.counts {
        let list = batch.vector(4, 8)?.ok_or_else(wrong)?;
        list.element::<8>(*index)?;
        let at = list.position() + 8 * index;
        put(&mut bytes, at, &(*count as u64).to_le_bytes())?;
    }
    // In a flatbuffer of a hostile file one place may be several things at once.
    let mut expected = Said::read(header)?;
    expected.slots = slots;
    expected.body = new.body.cast_signed();
    for (index, count) in &new.counts {
        let place = expected.counts.get_mut(8 * index..8 * index + 8);
        let place = place.ok_or_else(wrong)?;
        place.copy_from_slice(&(*count as u64).to_le_bytes());
    }
    let same = Said::read(&bytes)? == expected;
    if same { Ok(bytes) } else { Err(wrong()) }
}

/// All that a reader takes from a header.
#[derive(PartialEq, Eq)]
struct Said {
    version: i16,
    body: i64,
    /// Number of the dictionary, and whether it adds to an earlier one.
    dictionary: Option<(i64, u8)>,
    rows: i64,
    codec: Option<Codec>,
    nodes: Vec<u8>,
    slots: Vec<u8>,
    counts: Vec<u8>,
}

impl Said {
    fn read(header: &[u8]) -> Result<Self, FormatError> {
        let wrong = || malformed(WHAT, 0);
        let root = Table::root(header)?;
        let (read, version) = message::parse(header)?;
        let (batch, dictionary) = match read {
            message::Header::Batch(batch) => (batch, None),
            message::Header::Dictionary(table) => {
                let dictionary = (table.i64(0, 0)?, table.u8(2, 0)?);
                (table.table(1)?.ok_or_else(wrong)?, Some(dictionary))
            }
            _ => return Err(wrong()),
        };
        Ok(Self {
            version,
            body: root.i64(3, 0)?,
            dictionary,
            rows: batch.i64(0, 0)?,
            codec: message::codec(&batch)?,
            nodes: elements::<16>(batch.vector(1, 16)?)?,
            slots: elements::<16>(batch.vector(2, 16)?)?,
            counts: elements::<8>(batch.vector(4, 8)?)?,
        })
    }
}

/// The bytes of all elements.
pub(super) fn elements<const N: usize>(list: Option<Vector<'_>>) -> Result<Vec<u8>, FormatError> {
    let mut bytes = Vec::new();
    let Some(list) = list else { return Ok(bytes) };
    for index in 0..list.len() {
        bytes.extend(list.element::<N>(index)?);
    }
    Ok(bytes)
}

/// A `Buffer` of the list.
fn entry(slot: &Slot) -> [u8; 16] {
    let mut bytes = [0; 16];
    let (start, len) = bytes.split_at_mut(8);
    start.copy_from_slice(&slot.start.to_le_bytes());
    len.copy_from_slice(&slot.len.to_le_bytes());
    bytes
}

/// Overwrites bytes in the middle.
pub(super) fn put(bytes: &mut [u8], at: usize, new: &[u8]) -> Result<(), FormatError> {
    let place = bytes.get_mut(at..at.saturating_add(new.len()));
    let place = place.ok_or_else(|| malformed(WHAT, at as u64))?;
    place.copy_from_slice(new);
    Ok(())
}
