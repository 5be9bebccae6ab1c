//! Dense storage: links and attributes that are too many for a header.
//!
//! In: the addresses of a fractal heap and of the B-tree (version 2) that
//! lists its objects. Out: each object's bytes and place.

use super::btree2;
use super::cursor::Cursor;
use super::file::File;
use super::fractal::FractalHeap;
use crate::format::FormatError;

const RECORD: &str = "an HDF5 B-tree record";

/// Takes an object: its bytes, and their place in the file.
pub(super) type EachObject<'a> =
    dyn FnMut(&mut File<'_>, &[u8], u64) -> Result<(), FormatError> + 'a;

/// Visit all objects. The first error is the answer, but ends nothing.
pub(super) fn objects(
    file: &mut File<'_>,
    heap: u64,
    tree: u64,
    each: &mut EachObject<'_>,
) -> Result<(), FormatError> {
    let mut heap = FractalHeap::read(file, heap)?;
    let mut result = Ok(());
    let mut bytes = Vec::new();
    btree2::records(file, tree, &mut |file, class, record| {
        let mut cursor = Cursor::new(record, 0, RECORD);
        // What comes before the heap's id: a hash of the name, or an order.
        cursor.take(match class {
            5 => 4,
            6 => 8,
            8 | 9 => 0,
            _ => {
                return Err(FormatError::Unsupported {
                    what: "HDF5 B-tree of dense storage",
                });
            }
        })?;
        let read = match heap.object(file, &mut cursor, &mut bytes) {
            Ok(at) => each(file, &bytes, at),
            Err(error) => Err(error),
        };
        if read.is_err() && result.is_ok() {
            result = read;
        }
        Ok(())
    })?;
    result
}
