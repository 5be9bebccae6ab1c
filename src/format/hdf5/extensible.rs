//! Extensible arrays: the index of chunks of datasets that can grow.
//!
//! In: a dataset whose index is one. Out: its chunks. Entries stand in the
//! index block first, then in data blocks that grow as the array does, each
//! listed in the index block or in secondary blocks.

use super::chunks::{EachChunk, Grid, WHAT, bit, entries_of};
use super::cursor::Cursor;
use super::file::File;
use crate::format::FormatError;

/// The parameters of an array.
struct Array {
    /// Bytes of an entry.
    size: usize,
    /// Bytes of a block's place in the array.
    place: usize,
    /// Entries of the smallest data block.
    least: u64,
    /// Entries of a page; larger data blocks are cut into pages.
    page: u64,
    /// Number of the first entry not visited yet.
    number: u64,
    /// Entries ever set.
    used: u64,
}

pub(super) fn chunks(
    file: &mut File<'_>,
    grid: &Grid<'_>,
    each: &mut EachChunk<'_>,
) -> Result<(), FormatError> {
    let address = grid.layout.address;
    let len = (12 + 6 * file.length_size + file.offset_size) as u64;
    let head = file.bytes(address, len, WHAT)?;
    let mut cursor = Cursor::new(&head, file.base.saturating_add(address), WHAT);
    cursor.expect(b"EAHD\0")?;
    cursor.take(1)?;
    let size = usize::from(cursor.u8()?);
    let bits = u32::from(cursor.u8()?);
    let in_index = u64::from(cursor.u8()?);
    let least = u64::from(cursor.u8()?);
    let pointers = u64::from(cursor.u8()?);
    let page_bits = u32::from(cursor.u8()?);
    cursor.take(4 * file.length_size)?;
    let used = file.length(&mut cursor)?;
    file.length(&mut cursor)?;
    let index = file.address(&mut cursor)?;
    file.note(address, len + 4);
    let sound = size > 0
        && bits <= 64
        && page_bits < 32
        && least.is_power_of_two()
        && pointers.is_power_of_two()
        && least.ilog2() <= bits;
    if !sound {
        return Err(cursor.malformed());
    }
    if file.undefined(index) {
        return Ok(());
    }
    let mut array = Array {
        size,
        place: bits.div_ceil(8) as usize,
        least,
        page: 1 << page_bits,
        number: 0,
        used,
    };
    // Levels of blocks: those whose data blocks the index block lists itself,
    // then those with a secondary block each.
    let levels = 1 + bits - least.ilog2();
    let direct = (2 * pointers.ilog2()).min(levels);
    array.index_block(file, grid, index, in_index, direct, levels, each)
}

/// Data blocks of a level.
fn blocks(level: u32) -> u64 {
    1u64.checked_shl(level / 2).unwrap_or(u64::MAX)
}

impl Array {
    /// Entries of a data block of a level.
    fn entries(&self, level: u32) -> u64 {
        let factor = 1u64.checked_shl(level.div_ceil(2)).unwrap_or(u64::MAX);
        self.least.saturating_mul(factor)
    }

    /// Has everything that was ever set been visited?
    fn done(&self) -> bool {
        self.number >= self.used
    }

    #[allow(clippy::too_many_arguments)] // each says something else of one block
    fn index_block(
        &mut self,
        file: &mut File<'_>,
        grid: &Grid<'_>,
        address: u64,
        in_index: u64,
        direct: u32,
        levels: u32,
        each: &mut EachChunk<'_>,
    ) -> Result<(), FormatError> {
        file.visit(address, WHAT)?;
        let offset = file.offset_size as u64;
        let listed: u64 = (0..direct).map(blocks).sum();
        let secondary = u64::from(levels - direct);
        let lead = 6 + offset;
        let own = in_index * self.size as u64;
        let len = listed
            .saturating_add(secondary)
            .saturating_mul(offset)
            .saturating_add(lead + own);
        let bytes = file.bytes(address, len, WHAT)?;
        file.note(address, len + 4);
        let mut cursor = Cursor::new(&bytes, file.base.saturating_add(address), WHAT);
        cursor.expect(b"EAIB\0")?;
        cursor.take(lead as usize - 5)?;
        let entries = cursor.take(own as usize)?;
        entries_of(file, grid, entries, self.size, 0, each)?;
        self.number = in_index;
        for level in 0..direct {
            for _ in 0..blocks(level) {
                let block = file.address(&mut cursor)?;
                self.data_block(file, grid, block, level, None, each)?;
            }
        }
        for level in direct..levels {
            let block = file.address(&mut cursor)?;
            if self.done() {
                break;
            }
            self.secondary_block(file, grid, block, level, each)?;
        }
        Ok(())
    }

    fn secondary_block(
        &mut self,
        file: &mut File<'_>,
        grid: &Grid<'_>,
        address: u64,
        level: u32,
        each: &mut EachChunk<'_>,
    ) -> Result<(), FormatError> {
        let (count, entries) = (blocks(level), self.entries(level));
        if file.undefined(address) {
            self.number = self.number.saturating_add(count.saturating_mul(entries));
            return Ok(());
        }
        file.visit(address, WHAT)?;
        let lead = (6 + file.offset_size + self.place) as u64;
        let mut map = 0;
        if entries > self.page {
            map = (entries / self.page).div_ceil(8);
        }
        let len = count
            .saturating_mul(map.saturating_add(file.offset_size as u64))
            .saturating_add(lead);
        let bytes = file.bytes(address, len, WHAT)?;
        file.note(address, len + 4);
        let mut cursor = Cursor::new(&bytes, file.base.saturating_add(address), WHAT);
        cursor.expect(b"EASB\0")?;
        cursor.take(lead as usize - 5)?;
        let maps = cursor.take(usize::try_from(count.saturating_mul(map)).unwrap_or(usize::MAX))?;
        let mut maps = maps.chunks(usize::try_from(map).unwrap_or(1).max(1));
        for _ in 0..count {
            let block = file.address(&mut cursor)?;
            let pages = maps.next().filter(|_| map > 0);
            self.data_block(file, grid, block, level, pages, each)?;
            if self.done() {
                break;
            }
        }
        Ok(())
    }

    /// A data block; `pages` tells which of its pages were written, if it has
    /// any.
    fn data_block(
        &mut self,
        file: &mut File<'_>,
        grid: &Grid<'_>,
        address: u64,
        level: u32,
        pages: Option<&[u8]>,
        each: &mut EachChunk<'_>,
    ) -> Result<(), FormatError> {
        let entries = self.entries(level);
        let first = self.number;
        self.number = first.saturating_add(entries);
        if file.undefined(address) {
            return Ok(());
        }
        file.visit(address, WHAT)?;
        let lead = (6 + file.offset_size + self.place) as u64;
        let size = self.size as u64;
        let mut at = address.saturating_add(lead);
        let Some(pages) = pages else {
            let bytes = file.bytes(at, entries.saturating_mul(size), WHAT)?;
            file.note(address, lead + bytes.len() as u64 + 4);
            return entries_of(file, grid, &bytes, self.size, first, each);
        };
        file.note(address, lead + 4);
        at = at.saturating_add(4);
        let len = self.page.saturating_mul(size);
        for page in 0..entries / self.page {
            if bit(pages, page) {
                let bytes = file.bytes(at, len, WHAT)?;
                file.note(at, len + 4);
                let number = first.saturating_add(page.saturating_mul(self.page));
                entries_of(file, grid, &bytes, self.size, number, each)?;
            }
            file.pay(64)?;
            at = at.saturating_add(len).saturating_add(4);
        }
        Ok(())
    }
}
