//! Fractal heaps: a space of their own, laid out in blocks of growing size.
//!
//! In: the address of a heap, and ids of objects in it. Out: the objects'
//! bytes and their place in the file.

use std::collections::HashMap;

use super::btree2;
use super::cursor::Cursor;
use super::file::File;
use crate::format::FormatError;

const WHAT: &str = "an HDF5 fractal heap";
const ID: &str = "an HDF5 heap id";
/// Indirect blocks inside each other.
const DEEPEST: u32 = 16;
/// Most blocks of one heap.
const BLOCKS: usize = 1_000_000;

/// A direct block.
struct Block {
    /// Where it begins in the heap's space.
    start: u64,
    len: u64,
    address: u64,
}

/// See the module.
pub(super) struct FractalHeap {
    id_len: usize,
    /// Bytes of offsets and lengths in ids.
    offset_width: usize,
    length_width: usize,
    width: u64,
    first_size: u64,
    largest_direct: u64,
    huge_tree: u64,
    /// Places of the huge objects by their keys, once read.
    huge: Option<HashMap<u64, (u64, u64)>>,
    /// In order of their starts.
    blocks: Vec<Block>,
    /// What kept blocks from being found.
    damage: Option<&'static str>,
}

impl FractalHeap {
    pub(super) fn read(file: &mut File<'_>, address: u64) -> Result<Self, FormatError> {
        let len = (22 + 12 * file.length_size + 3 * file.offset_size) as u64;
        let head = file.bytes(address, len, WHAT)?;
        let mut cursor = Cursor::new(&head, file.base.saturating_add(address), WHAT);
        cursor.expect(b"FRHP\0")?;
        let id_len = usize::from(cursor.u16()?);
        if cursor.u16()? != 0 {
            return Err(FormatError::Unsupported {
                what: "filters of an HDF5 fractal heap",
            });
        }
        cursor.take(1)?;
        let largest_object = u64::from(cursor.u32()?);
        file.length(&mut cursor)?;
        let huge_tree = file.address(&mut cursor)?;
        file.length(&mut cursor)?;
        file.address(&mut cursor)?;
        cursor.take(8 * file.length_size)?;
        let width = u64::from(cursor.u16()?);
        let first_size = file.length(&mut cursor)?;
        let largest_direct = file.length(&mut cursor)?;
        let bits = usize::from(cursor.u16()?);
        cursor.take(2)?;
        let root = file.address(&mut cursor)?;
        let rows = u64::from(cursor.u16()?);
        let sound = width > 0
            && first_size.is_power_of_two()
            && largest_direct.is_power_of_two()
            && largest_direct >= first_size
            && bits <= 64;
        if !sound {
            return Err(cursor.malformed());
        }
        file.note(address, len + 4);
        let bytes_for = |most: u64| (u64::BITS - most.leading_zeros()).div_ceil(8) as usize;
        let length_width = bytes_for(largest_object).min(bytes_for(largest_direct - 1));
        let mut heap = Self {
            id_len,
            offset_width: bits.div_ceil(8),
            length_width,
            width,
            first_size,
            largest_direct,
            huge_tree,
            huge: None,
            blocks: Vec::new(),
            damage: None,
        };
        if !file.undefined(root) {
            if rows == 0 {
                heap.direct(file, root, 0, first_size);
            } else {
                heap.indirect(file, root, 0, rows, 0)?;
            }
        }
        Ok(heap)
    }

    fn direct(&mut self, file: &mut File<'_>, address: u64, start: u64, len: u64) {
        let lead = 5 + file.offset_size + self.offset_width;
        file.note(address, lead as u64);
        self.blocks.push(Block {
            start,
            len,
            address,
        });
    }

    /// Collect the direct blocks below an indirect one of so many rows.
    fn indirect(
        &mut self,
        file: &mut File<'_>,
        address: u64,
        start: u64,
        rows: u64,
        depth: u32,
    ) -> Result<(), FormatError> {
        if depth > DEEPEST || self.blocks.len() > BLOCKS {
            return Err(FormatError::Limit {
                what: "the blocks of an HDF5 fractal heap",
            });
        }
        file.visit(address, WHAT)?;
        let lead = (5 + file.offset_size + self.offset_width) as u64;
        let children = rows.saturating_mul(self.width);
        let len = children.saturating_mul(file.offset_size as u64);
        let bytes = file.bytes(address, lead.saturating_add(len), WHAT)?;
        file.note(address, bytes.len() as u64 + 4);
        let mut cursor = Cursor::new(&bytes, file.base.saturating_add(address), WHAT);
        cursor.expect(b"FHIB\0")?;
        cursor.take(lead as usize - 5)?;
        let mut at = start;
        for row in 0..rows {
            // The first two rows have blocks of the first size, each further
            // row twice the size.
            let doublings = u32::try_from(row.saturating_sub(1)).unwrap_or(u32::MAX);
            let size = self.first_size.checked_shl(doublings).unwrap_or(0);
            if size == 0 {
                return Err(cursor.malformed());
            }
            for _ in 0..self.width {
                let child = file.address(&mut cursor)?;
                if file.undefined(child) {
                } else if size <= self.largest_direct {
                    self.direct(file, child, at, size);
                } else {
                    let rows = self.rows_of(size);
                    if let Err(error) = self.indirect(file, child, at, rows, depth + 1) {
                        if matches!(error, FormatError::Limit { .. }) {
                            return Err(error);
                        }
                        self.damage = Some("block of an HDF5 fractal heap");
                    }
                }
                at = at.saturating_add(size);
            }
        }
        Ok(())
    }

    /// Rows of an indirect block that spans `size` bytes: the first row is as
    /// wide as the table, each further one doubles the whole.
    fn rows_of(&self, size: u64) -> u64 {
        let first_row = self.first_size.saturating_mul(self.width).max(1);
        u64::from((size / first_row).max(1).ilog2()) + 1
    }

    /// Read the object of the id at the cursor into `out`; answers its place.
    pub(super) fn object(
        &mut self,
        file: &mut File<'_>,
        cursor: &mut Cursor<'_>,
        out: &mut Vec<u8>,
    ) -> Result<u64, FormatError> {
        let id = cursor.take(self.id_len)?;
        let mut id = Cursor::new(id, cursor.offset(), ID);
        let flags = id.u8()?;
        match flags >> 4 {
            0 => {
                let offset = id.uint(self.offset_width)?;
                let len = id.uint(self.length_width.min(8))?;
                let address = self.managed(offset, len)?;
                file.append(address, len, WHAT, out)?;
                file.note(address, len);
                Ok(file.base.saturating_add(address))
            }
            1 => self.huge(file, &mut id, out),
            2 => {
                // Ids longer than eighteen bytes have four bits more for it.
                if self.id_len > 18 {
                    id.take(1)?;
                }
                out.clear();
                out.extend_from_slice(id.rest());
                Ok(0)
            }
            _ => Err(id.malformed()),
        }
    }

    fn managed(&self, offset: u64, len: u64) -> Result<u64, FormatError> {
        let behind = self.blocks.partition_point(|block| block.start <= offset);
        let block = behind.checked_sub(1).and_then(|at| self.blocks.get(at));
        let found = block.and_then(|block| {
            let inside = offset - block.start;
            let end = inside.checked_add(len)?;
            (end <= block.len).then(|| block.address.saturating_add(inside))
        });
        found.ok_or(FormatError::Malformed {
            what: self.damage.unwrap_or(ID),
            offset,
        })
    }

    /// An object too large for the heap's blocks stands alone.
    fn huge(
        &mut self,
        file: &mut File<'_>,
        id: &mut Cursor<'_>,
        out: &mut Vec<u8>,
    ) -> Result<u64, FormatError> {
        let place = if self.id_len > file.offset_size + file.length_size {
            Some((file.address(id)?, file.length(id)?))
        } else {
            let key = id.uint((self.id_len - 1).min(8))?;
            self.huge_objects(file)?.get(&key).copied()
        };
        let (address, len) = place.ok_or(FormatError::Malformed {
            what: ID,
            offset: id.offset(),
        })?;
        file.append(address, len, WHAT, out)?;
        file.note(address, len);
        Ok(file.base.saturating_add(address))
    }

    fn huge_objects(
        &mut self,
        file: &mut File<'_>,
    ) -> Result<&HashMap<u64, (u64, u64)>, FormatError> {
        if self.huge.is_none() {
            let mut places = HashMap::new();
            btree2::records(file, self.huge_tree, &mut |file, _, record| {
                let mut cursor = Cursor::new(record, 0, ID);
                let place = (file.address(&mut cursor)?, file.length(&mut cursor)?);
                places.insert(file.length(&mut cursor)?, place);
                Ok(())
            })?;
            self.huge = Some(places);
        }
        Ok(self.huge.get_or_insert_default())
    }
}
