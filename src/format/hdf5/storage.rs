//! The elements of a dataset, wherever they are stored.
//!
//! In: a dataset's layout, shape and filters. Out: its elements in pieces of
//! whole elements, each with its place and first row; or, for numbers, only
//! the note that they are there.

use super::chunks::{self, Chunk, Grid};
use super::file::File;
use super::filter;
use super::layout::{Chunked, Filter, Layout};
use crate::format::FormatError;

const WHAT: &str = "the elements of an HDF5 dataset";
/// Bytes of elements read at once.
const WINDOW: u64 = 1 << 20;

/// What is known of a dataset.
pub(super) struct Stored<'a> {
    pub(super) layout: Layout<'a>,
    pub(super) shape: &'a [u64],
    /// Bytes of an element, at least one.
    pub(super) size: u64,
    pub(super) filters: Vec<Filter>,
    /// Most bytes of an unpacked chunk.
    pub(super) most: u64,
}

/// Elements that stand together.
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    /// Place in the file.
    pub(super) raw: Option<u64>,
    /// Row of the first element.
    pub(super) row: u64,
    /// Elements in a row.
    pub(super) in_row: u64,
}

/// Takes the pieces; `false` for no more.
pub(super) type EachPiece<'a> =
    dyn FnMut(&mut File<'_>, &Piece<'_>) -> Result<bool, FormatError> + 'a;

impl Stored<'_> {
    /// Bytes of all elements.
    pub(super) fn bytes(&self) -> u64 {
        product(self.shape).saturating_mul(self.size)
    }

    /// Note where the elements are without reading them.
    pub(super) fn pass(&self, file: &mut File<'_>) -> Result<(), FormatError> {
        match &self.layout {
            Layout::Contiguous(address, length) if !file.undefined(*address) => {
                file.note(*address, (*length).min(self.bytes()));
                Ok(())
            }
            Layout::Chunked(chunked) => {
                let grid = self.grid(chunked);
                chunks::chunks(file, &grid, &mut |file, chunk| {
                    file.note(chunk.address, chunk.stored);
                    Ok(())
                })
            }
            _ => Ok(()),
        }
    }

    /// Deliver all elements.
    pub(super) fn pieces(
        &self,
        file: &mut File<'_>,
        unpacked: &mut u64,
        each: &mut EachPiece<'_>,
    ) -> Result<(), FormatError> {
        let in_row = product(self.shape.get(1..).unwrap_or_default()).max(1);
        match &self.layout {
            Layout::Compact(bytes, at) => {
                let piece = Piece {
                    bytes,
                    raw: Some(*at),
                    row: 0,
                    in_row,
                };
                each(file, &piece).map(drop)
            }
            Layout::Contiguous(address, length) => {
                if file.undefined(*address) {
                    return Ok(());
                }
                let length = (*length).min(self.bytes());
                self.windows(file, *address, length, 0, in_row, each)
                    .map(drop)
            }
            Layout::Chunked(chunked) => self.chunks(file, chunked, unpacked, each),
            Layout::Virtual(_) => Ok(()),
        }
    }

    fn grid<'g>(&'g self, layout: &'g Chunked) -> Grid<'g> {
        Grid {
            layout,
            shape: self.shape,
            bytes: product(&layout.dims).saturating_mul(self.size),
            packed: !self.filters.is_empty(),
        }
    }

    fn chunks(
        &self,
        file: &mut File<'_>,
        chunked: &Chunked,
        unpacked: &mut u64,
        each: &mut EachPiece<'_>,
    ) -> Result<(), FormatError> {
        let grid = self.grid(chunked);
        let in_row = product(chunked.dims.get(1..).unwrap_or_default()).max(1);
        let mut more = true;
        let mut result = Ok(());
        chunks::chunks(file, &grid, &mut |file, chunk| {
            file.note(chunk.address, chunk.stored);
            if !more {
                return Ok(());
            }
            let plain =
                self.filters.is_empty() || (chunked.plain_edges && chunk.stored == grid.bytes);
            let read = if plain {
                let len = chunk.stored.min(grid.bytes);
                self.windows(file, chunk.address, len, chunk.row, in_row, each)
            } else {
                self.packed(file, chunk, grid.bytes, in_row, unpacked, each)
            };
            match read {
                Ok(goes_on) => more = goes_on,
                Err(error) => {
                    // One damaged chunk; but what is unknown or too much
                    // stays so.
                    let last = !matches!(
                        error,
                        FormatError::Malformed { .. } | FormatError::Truncated { .. }
                    );
                    more = more && !last;
                    if result.is_ok() {
                        result = Err(error);
                    }
                }
            }
            Ok(())
        })?;
        result
    }

    /// Unpack a chunk and deliver its elements.
    fn packed(
        &self,
        file: &mut File<'_>,
        chunk: &Chunk,
        bytes: u64,
        in_row: u64,
        unpacked: &mut u64,
        each: &mut EachPiece<'_>,
    ) -> Result<bool, FormatError> {
        if bytes > self.most {
            return Err(FormatError::Limit {
                what: "size of an HDF5 chunk",
            });
        }
        let packed = file.bytes(chunk.address, chunk.stored, WHAT)?;
        let at = file.base.saturating_add(chunk.address);
        let found = filter::unpack(packed, &self.filters, chunk.mask, bytes, unpacked, at)?;
        let piece = Piece {
            bytes: &found.bytes,
            raw: None,
            row: chunk.row,
            in_row,
        };
        let more = each(file, &piece)?;
        found.damage.map_or(Ok(more), Err)
    }

    /// Deliver elements that stand as they are.
    fn windows(
        &self,
        file: &mut File<'_>,
        address: u64,
        length: u64,
        row: u64,
        in_row: u64,
        each: &mut EachPiece<'_>,
    ) -> Result<bool, FormatError> {
        file.note(address, length);
        let step = (WINDOW / self.size).max(1).saturating_mul(self.size);
        let mut passed = 0;
        while passed < length {
            let at = address.saturating_add(passed);
            let bytes = file.bytes(at, step.min(length - passed), WHAT)?;
            // Rows that windows cut are counted right as long as a window
            // begins with an element.
            let before = passed / self.size;
            let piece = Piece {
                bytes: &bytes,
                raw: Some(file.base.saturating_add(at)),
                row: row.saturating_add(before / in_row),
                in_row,
            };
            if !each(file, &piece)? {
                return Ok(false);
            }
            passed = passed.saturating_add(step);
        }
        Ok(true)
    }
}

pub(super) fn product(lengths: &[u64]) -> u64 {
    lengths
        .iter()
        .fold(1, |all, length| all.saturating_mul(*length))
}
