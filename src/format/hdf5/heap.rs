//! Local and global heaps: where old groups keep names, and all files their
//! strings of variable length.
//!
//! In: addresses of heaps, and references into them. Out: the bytes referred
//! to, with their place in the file.

use std::collections::HashMap;

use super::cursor::Cursor;
use super::file::File;
use crate::format::FormatError;

const LOCAL: &str = "an HDF5 local heap";
const GLOBAL: &str = "an HDF5 global heap";
/// Objects remembered over all collections.
const REMEMBERED: usize = 500_000;

/// The names of one group.
pub(super) struct LocalHeap {
    data: Vec<u8>,
    address: u64,
}

impl LocalHeap {
    pub(super) fn read(file: &mut File<'_>, address: u64) -> Result<Self, FormatError> {
        let width = file.offset_size + 2 * file.length_size;
        let head = file.bytes(address, 8 + width as u64, LOCAL)?;
        let mut cursor = Cursor::new(&head, file.base.saturating_add(address), LOCAL);
        cursor.expect(b"HEAP\0")?;
        cursor.take(3)?;
        let len = file.length(&mut cursor)?;
        file.length(&mut cursor)?;
        let data_at = file.address(&mut cursor)?;
        file.note(address, head.len() as u64);
        let data = file.bytes(data_at, len, LOCAL)?;
        Ok(Self {
            data,
            address: data_at,
        })
    }

    /// The name at an offset of the heap.
    pub(super) fn name(&self, file: &mut File<'_>, offset: u64) -> Result<&[u8], FormatError> {
        let from = usize::try_from(offset).ok();
        let rest = from.and_then(|from| self.data.get(from..));
        let place = file.base.saturating_add(self.address);
        let mut cursor = Cursor::new(rest.unwrap_or_default(), place, LOCAL);
        let name = cursor.terminated()?;
        file.pay(name.len() as u64)?;
        file.note(self.address.saturating_add(offset), name.len() as u64 + 1);
        Ok(name)
    }
}

/// Where an object of a global heap is.
struct Place {
    index: u16,
    at: u64,
    len: u64,
}

/// The collections of global heaps met so far.
#[derive(Default)]
pub(super) struct GlobalHeap {
    /// Objects by the address of their collection, in order of their indices.
    collections: HashMap<u64, Vec<Place>>,
    objects: usize,
}

impl GlobalHeap {
    /// Read the object a reference (an address and an index) means, into
    /// `out`; answers its place in the file. Empty references mean nothing.
    pub(super) fn object(
        &mut self,
        file: &mut File<'_>,
        reference: &mut Cursor<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Option<u64>, FormatError> {
        out.clear();
        let address = file.address(reference)?;
        let index = reference.u32()? as u16;
        if address == 0 || file.undefined(address) || index == 0 {
            return Ok(None);
        }
        if !self.collections.contains_key(&address) {
            if self.objects > REMEMBERED {
                self.collections.clear();
                self.objects = 0;
            }
            let objects = collection(file, address)?;
            self.objects += objects.len() + 1;
            self.collections.insert(address, objects);
        }
        let objects = self.collections.get(&address).map(Vec::as_slice);
        let objects = objects.unwrap_or_default();
        let found = objects.binary_search_by_key(&index, |place| place.index);
        let Some(place) = found.ok().and_then(|found| objects.get(found)) else {
            return Err(FormatError::Malformed {
                what: "reference into an HDF5 global heap",
                offset: reference.offset(),
            });
        };
        file.append(place.at, place.len, GLOBAL, out)?;
        let lead = 8 + file.length_size as u64;
        file.note(
            place.at.saturating_sub(lead),
            lead.saturating_add(padded(place.len)),
        );
        Ok(Some(file.base.saturating_add(place.at)))
    }
}

/// Objects begin at multiples of eight bytes.
fn padded(len: u64) -> u64 {
    len.div_ceil(8).saturating_mul(8)
}

/// Where the objects of one collection are.
fn collection(file: &mut File<'_>, address: u64) -> Result<Vec<Place>, FormatError> {
    let lead = 8 + file.length_size as u64;
    let head = file.bytes(address, lead, GLOBAL)?;
    let mut cursor = Cursor::new(&head, file.base.saturating_add(address), GLOBAL);
    cursor.expect(b"GCOL\x01")?;
    cursor.take(3)?;
    let size = file.length(&mut cursor)?;
    let end = address.saturating_add(size);
    file.note(address, lead);
    let mut at = address + lead;
    let (mut objects, mut head) = (Vec::new(), Vec::new());
    while at.saturating_add(lead) <= end {
        file.append(at, lead, GLOBAL, &mut head)?;
        let mut cursor = Cursor::new(&head, file.base.saturating_add(at), GLOBAL);
        let index = cursor.u16()?;
        cursor.take(6)?;
        let len = file.length(&mut cursor)?;
        // Index zero is the free space, the last of them all.
        if index == 0 {
            break;
        }
        let start = at + lead;
        if len > end.saturating_sub(start) {
            return Err(cursor.malformed());
        }
        objects.push(Place {
            index,
            at: start,
            len,
        });
        at = start.saturating_add(padded(len));
    }
    objects.sort_by_key(|place| place.index);
    Ok(objects)
}
