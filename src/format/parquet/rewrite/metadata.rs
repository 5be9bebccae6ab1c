//! What the metadata of a parquet file says, brought in line with its new pages.
//!
//! Structs of the metadata enter with what became of the pages that they speak
//! of; they are changed in place. What could tell or misjudge a replaced value
//! goes: smallest and largest values, counts, filters, orders.

use super::Replace;
use super::chunk::Moved;
use super::fields::Fields;
use crate::format::FormatError;

/// Of statistics, the one thing that a replacement does not change: the number
/// of nulls.
const NULLS: i16 = 3;

/// The encoding of changed pages.
const PLAIN: i64 = 0;

/// Takes the smallest and largest value out of the head of a page.
pub(super) fn strip_page(head: &mut Fields<'_>) -> Result<(), FormatError> {
    head.edit(5, |first| strip(first, 5))?;
    head.edit(8, |second| strip(second, 8))
}

fn strip(fields: &mut Fields<'_>, statistics: i16) -> Result<bool, FormatError> {
    fields.edit(statistics, |statistics| Ok(statistics.keep(&[NULLS])))?;
    Ok(true)
}

/// What stands in a page that was changed.
pub(super) enum Written {
    /// Values in the plain encoding.
    Plain,
    /// Indices with other numbers.
    Indices,
    /// A dictionary of so many values.
    Dictionary { values: u64 },
}

/// Fits the head of a page that was changed to `body`, which unpacks to
/// `unpacked` bytes.
pub(super) fn change_page(
    head: &mut Fields<'_>,
    written: &Written,
    unpacked: usize,
    body: &[u8],
) -> Result<(), FormatError> {
    strip_page(head)?;
    head.set_int(2, unpacked as u64)?;
    head.set_int(3, body.len() as u64)?;
    head.set_bits(4, crc32fast::hash(body))?;
    match written {
        Written::Plain => {
            for (page, encoding) in [(5, 2), (8, 4)] {
                head.edit(page, |data| {
                    data.set_int(encoding, PLAIN.unsigned_abs())?;
                    Ok(true)
                })?;
            }
            Ok(())
        }
        Written::Indices => Ok(()),
        Written::Dictionary { values } => head.edit(7, |dictionary| {
            dictionary.set_int(1, *values)?;
            // Is it sorted?
            dictionary.remove(3);
            Ok(true)
        }),
    }
}

/// Brings what a row group says of a chunk in line.
pub(super) fn change_chunk(
    chunk: &mut Fields<'_>,
    moved: &Moved,
    metadata: &mut Metadata<'_>,
) -> Result<(), FormatError> {
    let offset = chunk.size(2)?.unwrap_or(0);
    let mut here = 0;
    chunk.edit(3, |meta| {
        let data = meta.size(9)?.unwrap_or(0);
        let dictionary = meta.size(11)?.unwrap_or(0);
        let first = if dictionary >= 4 && (dictionary < data || data == 0) {
            meta.set_int(11, moved.start)?;
            meta.set_int(9, moved.data)?;
            dictionary
        } else {
            meta.remove(11);
            meta.set_int(9, moved.start)?;
            data
        };
        here = match offset {
            0 => 0,
            offset if offset == first => moved.start,
            offset if offset == data => moved.data,
            // Where a copy of the metadata stood, which is not written again.
            _ => 0,
        };
        // Nobody writes pages of indexes.
        meta.remove(10);
        meta.set_int(7, moved.size)?;
        if moved.replaced > 0 {
            meta.set_int(6, moved.unpacked)?;
            forget(meta, moved)?;
        }
        metadata.change(meta, 8)?;
        Ok(true)
    })?;
    chunk.set_int(2, here)?;
    if moved.replaced > 0 {
        // The index of values, and its length.
        chunk.remove(6);
        chunk.remove(7);
    }
    Ok(())
}

/// Takes out what the metadata of a changed chunk says of values.
fn forget(meta: &mut Fields<'_>, moved: &Moved) -> Result<(), FormatError> {
    strip(meta, 12)?;
    // The filter, its length, shapes on a map.
    for told in [14, 15, 17] {
        meta.remove(told);
    }
    // Bytes of all strings together.
    meta.edit(16, |sizes| {
        sizes.remove(1);
        Ok(true)
    })?;
    if moved.plain {
        // Pages of each encoding.
        meta.remove(13);
        let mut encodings = meta.ints(2)?;
        if !encodings.contains(&PLAIN) {
            encodings.push(PLAIN);
            meta.set_ints(2, &encodings)?;
        }
    }
    Ok(())
}

/// Brings what a row group says of itself in line. Its chunks are in line
/// already; `grown` is what they unpack to, before and now.
pub(super) fn change_group(
    group: &mut Fields<'_>,
    moved: &[Moved],
    grown: (u64, u64),
) -> Result<(), FormatError> {
    if let Some(bytes) = group.size(2)? {
        let bytes = bytes.saturating_sub(grown.0).saturating_add(grown.1);
        group.set_int(2, bytes)?;
    }
    group.set_int(6, moved.iter().map(|chunk| chunk.size).sum())?;
    if group.size(5)?.unwrap_or(0) > 0 {
        let start = moved.iter().map(|chunk| chunk.start).min();
        group.set_int(5, start.unwrap_or(0))?;
    }
    // Columns that rows are sorted by, up to the first that was changed.
    let mut sorted = Vec::new();
    for bytes in group.structs(4)? {
        let column = Fields::read(bytes)?.size(1)?.unwrap_or(0);
        let chunk = usize::try_from(column).ok().and_then(|at| moved.get(at));
        if chunk.is_none_or(|chunk| chunk.replaced > 0) {
            break;
        }
        sorted.push(bytes.to_vec());
    }
    match sorted.len() {
        0 => group.remove(4),
        _ => group.set_structs(4, &sorted)?,
    }
    Ok(())
}

/// Keys and values, which may be replaced too.
pub(super) struct Metadata<'a> {
    pub(super) replace: &'a mut dyn Replace,
    /// Values replaced.
    pub(super) replaced: u64,
}

impl Metadata<'_> {
    /// Offers the keys and values in a field.
    pub(super) fn change(&mut self, fields: &mut Fields<'_>, id: i16) -> Result<(), FormatError> {
        fields.edit_each(id, |_, pair| {
            let new = self.replace.metadata(pair.binary(1)?, pair.binary(2)?);
            if let Some(new) = new.filter(|_| pair.has(2)) {
                self.replaced += 1;
                pair.set_binary(2, &new)?;
            }
            Ok(())
        })
    }
}
