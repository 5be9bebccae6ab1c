//! The chunks of a dataset.
//!
//! In: a chunked layout, the dataset's shape. Out: where each chunk is and
//! which rows it holds, by any of the six kinds of index.

use super::btree2;
use super::cursor::Cursor;
use super::extensible;
use super::file::File;
use super::layout::{Chunked, Index};
use crate::format::FormatError;

pub(super) const WHAT: &str = "an HDF5 chunk index";
/// Levels of a B-tree.
const DEEPEST: u8 = 32;

/// A chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) address: u64,
    /// Bytes as stored.
    pub(super) stored: u64,
    /// Filters that were left out, one bit each.
    pub(super) mask: u32,
    /// Its first element's place in the first dimension.
    pub(super) row: u64,
}

/// Takes the chunks.
pub(super) type EachChunk<'a> = dyn FnMut(&mut File<'_>, &Chunk) -> Result<(), FormatError> + 'a;

/// What is known of a dataset's chunks beforehand.
pub(super) struct Grid<'a> {
    pub(super) layout: &'a Chunked,
    pub(super) shape: &'a [u64],
    /// Bytes of a chunk's elements.
    pub(super) bytes: u64,
    /// Are there filters?
    pub(super) packed: bool,
}

impl Grid<'_> {
    /// Chunks along a dimension.
    fn along(&self, dimension: usize) -> u64 {
        let length = self.shape.get(dimension).copied().unwrap_or(1);
        let chunk = self.layout.dims.get(dimension).copied().unwrap_or(1);
        length.div_ceil(chunk.max(1)).max(1)
    }

    /// All chunks.
    fn count(&self) -> u64 {
        (0..self.layout.dims.len()).fold(1, |all, at| all.saturating_mul(self.along(at)))
    }

    /// The first row of the chunk with this number.
    fn row(&self, number: u64) -> u64 {
        let across =
            (1..self.layout.dims.len()).fold(1u64, |all, at| all.saturating_mul(self.along(at)));
        let height = self.layout.dims.first().copied().unwrap_or(1);
        (number / across.max(1)).saturating_mul(height)
    }

    /// An element of an array of chunks: an address and, where there are
    /// filters, size and mask. `None` where nothing was written.
    pub(super) fn entry(
        &self,
        file: &File<'_>,
        cursor: &mut Cursor<'_>,
        size: usize,
        number: u64,
    ) -> Result<Option<Chunk>, FormatError> {
        let address = file.address(cursor)?;
        let (mut stored, mut mask) = (self.bytes, 0);
        if self.packed {
            let width = size.checked_sub(file.offset_size + 4);
            let width = width.filter(|width| *width <= 8);
            stored = cursor.uint(width.ok_or(cursor.malformed())?)?;
            mask = cursor.u32()?;
        }
        Ok((!file.undefined(address)).then_some(Chunk {
            address,
            stored,
            mask,
            row: self.row(number),
        }))
    }
}

/// Visit all chunks that were written.
pub(super) fn chunks(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    let address = grid.layout.address;
    if file.undefined(address) {
        return Ok(());
    }
    match grid.layout.index {
        Index::Tree => tree(file, grid, address, None, each),
        Index::Single(packed) => {
            let (stored, mask) = packed.unwrap_or((grid.bytes, 0));
            let chunk = Chunk {
                address,
                stored,
                mask,
                row: 0,
            };
            each(file, &chunk)
        }
        Index::Implicit => implicit(file, grid, each),
        Index::Fixed => fixed(file, grid, each),
        Index::Extensible => extensible::chunks(file, grid, each),
        Index::Tree2 => tree2(file, grid, each),
    }
}

fn implicit(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    let mut address = grid.layout.address;
    for number in 0..grid.count() {
        file.pay(64)?;
        let chunk = Chunk {
            address,
            stored: grid.bytes,
            mask: 0,
            row: grid.row(number),
        };
        each(file, &chunk)?;
        address = address.saturating_add(grid.bytes);
    }
    Ok(())
}

/// A node of a B-tree of version 1.
fn tree(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    address: u64,
    level: Option<u8>,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    file.visit(address, WHAT)?;
    let lead = 8 + 2 * file.offset_size;
    let head = file.bytes(address, lead as u64, WHAT)?;
    let base = file.base.saturating_add(address);
    let mut cursor = Cursor::new(&head, base, WHAT);
    cursor.expect(b"TREE\x01")?;
    let found = cursor.u8()?;
    if level.is_some_and(|level| level != found) || found > DEEPEST {
        return Err(cursor.malformed());
    }
    let count = usize::from(cursor.u16()?);
    // Size, mask, an offset for each dimension and one within the element.
    let key = 8 + 8 * (grid.layout.dims.len() + 1);
    let len = count * (key + file.offset_size);
    let entries_at = address.saturating_add(lead as u64);
    let entries = file.bytes(entries_at, len as u64, WHAT)?;
    file.note(address, (lead + len + key) as u64);
    let mut cursor = Cursor::new(&entries, base, WHAT);
    let mut result = Ok(());
    for _ in 0..count {
        let stored = u64::from(cursor.u32()?);
        let mask = cursor.u32()?;
        let row = cursor.uint(8)?;
        cursor.take(key - 16)?;
        let child = file.address(&mut cursor)?;
        let done = match found.checked_sub(1) {
            Some(below) => tree(file, grid, child, Some(below), each),
            None => each(
                file,
                &Chunk {
                    address: child,
                    stored,
                    mask,
                    row,
                },
            ),
        };
        if ends(&done) {
            return done;
        }
        result = result.and(done);
    }
    result
}

/// Is it an error after which nothing can follow?
fn ends(result: &Result<(), FormatError>) -> bool {
    matches!(
        result,
        Err(FormatError::Limit { .. } | FormatError::Io(_) | FormatError::Unsupported { .. })
    )
}

fn tree2(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    let rank = grid.layout.dims.len();
    let height = grid.layout.dims.first().copied().unwrap_or(1);
    btree2::records(file, grid.layout.address, &mut |file, class, record| {
        let mut cursor = Cursor::new(record, 0, WHAT);
        let address = file.address(&mut cursor)?;
        let (mut stored, mut mask) = (grid.bytes, 0);
        match class {
            10 => {}
            11 => {
                let width = record.len().checked_sub(file.offset_size + 4 + 8 * rank);
                let width = width.filter(|width| *width <= 8);
                stored = cursor.uint(width.ok_or(cursor.malformed())?)?;
                mask = cursor.u32()?;
            }
            _ => return Err(cursor.malformed()),
        }
        let row = if rank > 0 { cursor.uint(8)? } else { 0 };
        let chunk = Chunk {
            address,
            stored,
            mask,
            row: row.saturating_mul(height),
        };
        each(file, &chunk)
    })
}

fn fixed(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    let address = grid.layout.address;
    let len = (12 + file.length_size + file.offset_size) as u64;
    let head = file.bytes(address, len, WHAT)?;
    let mut cursor = Cursor::new(&head, file.base.saturating_add(address), WHAT);
    cursor.expect(b"FAHD\0")?;
    cursor.take(1)?;
    let size = usize::from(cursor.u8()?);
    let page_bits = u32::from(cursor.u8()?);
    let count = file.length(&mut cursor)?;
    let block = file.address(&mut cursor)?;
    file.note(address, len);
    if file.undefined(block) {
        return Ok(());
    }
    let page = 1u64
        .checked_shl(page_bits)
        .filter(|_| size > 0)
        .ok_or(cursor.malformed())?;
    let pages = if count > page {
        count.div_ceil(page)
    } else {
        0
    };
    file.visit(block, WHAT)?;
    let lead = 6 + file.offset_size as u64;
    let mut at = block.saturating_add(lead);
    file.bytes(block, lead, WHAT)?;
    let mut written = Vec::new();
    if pages > 0 {
        let len = pages.div_ceil(8);
        written = file.bytes(at, len, WHAT)?;
        at = at.saturating_add(len + 4);
    }
    file.note(block, at.saturating_sub(block));
    let mut number = 0;
    while number < count {
        let entries = page.min(count - number);
        let len = entries.saturating_mul(size as u64);
        if pages == 0 || bit(&written, number / page) {
            let bytes = file.bytes(at, len, WHAT)?;
            file.note(at, len + 4);
            entries_of(file, grid, &bytes, size, number, each)?;
        } else {
            file.pay(64)?;
        }
        at = at.saturating_add(len).saturating_add(4);
        number += entries;
    }
    Ok(())
}

/// Bits of a page map are counted from the highest one of each byte.
pub(super) fn bit(map: &[u8], number: u64) -> bool {
    let byte = usize::try_from(number / 8).ok().and_then(|at| map.get(at));
    byte.is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0)
}

/// The chunks of an array of entries.
pub(super) fn entries_of(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    bytes: &[u8],
    size: usize,
    first: u64,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    for (number, entry) in (first..).zip(bytes.chunks_exact(size)) {
        let mut cursor = Cursor::new(entry, 0, WHAT);
        if let Some(chunk) = grid.entry(file, &mut cursor, size, number)? {
            each(file, &chunk)?;
        }
    }
    Ok(())
}
