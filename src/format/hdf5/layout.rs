//! Where the elements of a dataset are, and how they are packed.
//!
//! In: the layout, dataspace and filter messages of a dataset. Out: their
//! meaning. Chunks are listed in [`chunks`](super::chunks).

use super::cursor::Cursor;
use super::file::File;
use crate::format::FormatError;

const LAYOUT: &str = "an HDF5 data layout";
const SPACE: &str = "an HDF5 dataspace";
const FILTERS: &str = "an HDF5 filter pipeline";
/// Most dimensions, the library's own limit.
const RANK: usize = 32;

/// Where the elements are.
#[derive(Debug)]
pub(super) enum Layout<'a> {
    /// In the header; the place in the file goes with them.
    Compact(&'a [u8], u64),
    /// In one piece: address and bytes.
    Contiguous(u64, u64),
    /// In many pieces.
    Chunked(Chunked),
    /// In other datasets, named by an object of a global heap.
    Virtual(&'a [u8]),
}

/// The pieces of a chunked dataset.
#[derive(Debug)]
pub(super) struct Chunked {
    /// Elements of a chunk in each dimension.
    pub(super) dims: Vec<u64>,
    /// Where their index is.
    pub(super) address: u64,
    pub(super) index: Index,
    /// Are the chunks at the edge left unpacked?
    pub(super) plain_edges: bool,
}

/// How the chunks are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    /// A B-tree of version 1.
    Tree,
    /// There is only one chunk; if packed, its bytes and filter mask.
    Single(Option<(u64, u32)>),
    /// They stand one behind the other.
    Implicit,
    /// A fixed array.
    Fixed,
    /// An extensible array.
    Extensible,
    /// A B-tree of version 2.
    Tree2,
}

impl<'a> Layout<'a> {
    pub(super) fn read(file: &File<'_>, cursor: &mut Cursor<'a>) -> Result<Self, FormatError> {
        let version = cursor.u8()?;
        match version {
            1 | 2 => Self::old(file, cursor),
            3..=5 => Self::new(file, cursor, version),
            _ => Err(FormatError::Unsupported {
                what: "version of an HDF5 data layout",
            }),
        }
    }

    fn old(file: &File<'_>, cursor: &mut Cursor<'a>) -> Result<Self, FormatError> {
        let rank = usize::from(cursor.u8()?);
        let class = cursor.u8()?;
        cursor.take(5)?;
        let address = if class == 0 { 0 } else { file.address(cursor)? };
        let mut dims = dims(cursor, rank, 4)?;
        match class {
            0 => {
                let len = cursor.u32()? as usize;
                let at = cursor.offset();
                Ok(Self::Compact(cursor.take(len)?, at))
            }
            // Their length follows from the dataspace.
            1 => Ok(Self::Contiguous(address, u64::MAX)),
            2 => {
                dims.pop();
                Ok(Self::Chunked(Chunked {
                    dims,
                    address,
                    index: Index::Tree,
                    plain_edges: false,
                }))
            }
            _ => Err(cursor.malformed()),
        }
    }

    fn new(file: &File<'_>, cursor: &mut Cursor<'a>, version: u8) -> Result<Self, FormatError> {
        match cursor.u8()? {
            0 => {
                let len = usize::from(cursor.u16()?);
                let at = cursor.offset();
                Ok(Self::Compact(cursor.take(len)?, at))
            }
            1 => Ok(Self::Contiguous(
                file.address(cursor)?,
                file.length(cursor)?,
            )),
            2 if version == 3 => {
                let rank = usize::from(cursor.u8()?);
                let address = file.address(cursor)?;
                let mut dims = dims(cursor, rank, 4)?;
                dims.pop();
                Ok(Self::Chunked(Chunked {
                    dims,
                    address,
                    index: Index::Tree,
                    plain_edges: false,
                }))
            }
            2 => Self::indexed(file, cursor),
            3 => Ok(Self::Virtual(cursor.take(file.offset_size + 4)?)),
            _ => Err(cursor.malformed()),
        }
    }

    fn indexed(file: &File<'_>, cursor: &mut Cursor<'a>) -> Result<Self, FormatError> {
        let flags = cursor.u8()?;
        let rank = usize::from(cursor.u8()?);
        let width = usize::from(cursor.u8()?);
        if width > 8 {
            return Err(cursor.malformed());
        }
        let mut dims = dims(cursor, rank, width)?;
        dims.pop();
        let index = match cursor.u8()? {
            1 if flags & 2 != 0 => Index::Single(Some((file.length(cursor)?, cursor.u32()?))),
            1 => Index::Single(None),
            2 => Index::Implicit,
            3 => {
                cursor.take(1)?;
                Index::Fixed
            }
            4 => {
                cursor.take(5)?;
                Index::Extensible
            }
            5 => {
                cursor.take(6)?;
                Index::Tree2
            }
            _ => return Err(cursor.malformed()),
        };
        Ok(Self::Chunked(Chunked {
            dims,
            address: file.address(cursor)?,
            index,
            plain_edges: flags & 1 != 0,
        }))
    }
}

/// The lengths of the dimensions of a dataspace; `None` where there are no
/// elements at all. A single element has no dimensions.
pub(super) fn dataspace(
    file: &File<'_>,
    cursor: &mut Cursor<'_>,
) -> Result<Option<Vec<u64>>, FormatError> {
    debug_assert_eq!(cursor.passed(), 0);
    let version = cursor.u8()?;
    let rank = usize::from(cursor.u8()?);
    cursor.take(1)?;
    match version {
        1 => {
            cursor.take(5)?;
        }
        2 => {
            if cursor.u8()? == 2 {
                return Ok(None);
            }
        }
        _ => {
            return Err(FormatError::Unsupported {
                what: "version of an HDF5 dataspace",
            });
        }
    }
    dims(cursor, rank, file.length_size).map(Some)
}

fn dims(cursor: &mut Cursor<'_>, rank: usize, width: usize) -> Result<Vec<u64>, FormatError> {
    if rank > RANK + 1 {
        return Err(cursor.malformed());
    }
    (0..rank).map(|_| cursor.uint(width)).collect()
}

/// A cursor over a dataspace message.
pub(super) fn space_cursor(bytes: &[u8], at: u64) -> Cursor<'_> {
    Cursor::new(bytes, at, SPACE)
}

/// A cursor over a layout message.
pub(super) fn layout_cursor(bytes: &[u8], at: u64) -> Cursor<'_> {
    Cursor::new(bytes, at, LAYOUT)
}

/// A filter: its number, and the first of its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) id: u16,
    pub(super) parameter: u32,
}

/// The filters of a pipeline, in the order of writing.
pub(super) fn filters(bytes: &[u8], at: u64) -> Result<Vec<Filter>, FormatError> {
    let mut cursor = Cursor::new(bytes, at, FILTERS);
    let version = cursor.u8()?;
    let count = cursor.u8()?;
    if version == 1 {
        cursor.take(6)?;
    }
    let mut filters = Vec::new();
    for _ in 0..count {
        let id = cursor.u16()?;
        let named = version == 1 || id >= 256;
        let name = if named { usize::from(cursor.u16()?) } else { 0 };
        cursor.take(2)?;
        let parameters = usize::from(cursor.u16()?);
        cursor.take(if version == 1 {
            name.div_ceil(8) * 8
        } else {
            name
        })?;
        let values = cursor.take(4 * parameters)?;
        let first = values.first_chunk::<4>().copied().unwrap_or_default();
        if version == 1 && parameters % 2 == 1 {
            cursor.take(4)?;
        }
        filters.push(Filter {
            id,
            parameter: u32::from_le_bytes(first),
        });
    }
    Ok(filters)
}
