//! A dataset: its strings, or the note that there are numbers.
//!
//! In: the header of an object with elements. Out: its type and shape, all
//! strings of its elements, small stretches of plain bytes, and the names of
//! other files it is kept in.

use super::cursor::Cursor;
use super::datatype::{Holds, Shape, Type};
use super::file::File;
use super::header::{Header, Message, kind};
use super::heap::LocalHeap;
use super::layout::{self, Layout, dataspace, layout_cursor, space_cursor};
use super::object::Objects;
use super::storage::{Stored, product};
use super::values::{Element, Owner};
use super::{Form, Item};
use crate::format::FormatError;

const EXTERNAL: &str = "an HDF5 list of external files";
/// Largest dataset of plain bytes that is read: it may be a file of its own,
/// but larger ones are pictures.
const SMALL: u64 = 1 << 20;

impl Objects<'_> {
    /// Deliver a dataset; `characters` tells that its numbers are MATLAB's.
    pub(super) fn dataset(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        header: &Header,
        characters: bool,
    ) -> Result<(), FormatError> {
        let missing = FormatError::Malformed {
            what: "an HDF5 dataset",
            offset: header.messages.first().map_or(0, |message| message.at),
        };
        let (Some(of), Some(space), Some(layout)) = (
            header.find(kind::DATATYPE),
            header.find(kind::DATASPACE),
            header.find(kind::LAYOUT),
        ) else {
            return Err(missing);
        };
        let of = self.named_type(file, of)?;
        self.type_names(path, &of);
        let shape = dataspace(file, &mut space_cursor(&space.body, space.at))?;
        let word = if characters { "char" } else { &of.word };
        self.values.item(Item::Dataset {
            path,
            dtype: word,
            shape: shape.as_deref().unwrap_or(&[0]),
        });
        if let Some(list) = header.find(kind::EXTERNAL) {
            return self.external(file, path, list);
        }
        let Some(shape) = shape else {
            return Ok(());
        };
        let filters = match header.find(kind::FILTERS) {
            Some(message) => layout::filters(&message.body, message.at)?,
            None => Vec::new(),
        };
        let stored = Stored {
            layout: Layout::read(file, &mut layout_cursor(&layout.body, layout.at))?,
            shape: &shape,
            size: of.size.max(1),
            filters,
            most: self.limits.chunk,
        };
        if let Layout::Virtual(reference) = stored.layout {
            return self.virtual_sources(file, path, reference, layout.at);
        }
        if characters && of.size == 2 {
            self.whole(file, path, &stored, Form::Utf16)
        } else if of.is_bytes() && stored.bytes() <= SMALL.min(self.small) {
            self.small -= stored.bytes();
            self.whole(file, path, &stored, Form::Bytes)
        } else if of.has_text() {
            self.strings(file, path, &of, &stored)
        } else {
            self.numbers = self.numbers.saturating_add(stored.bytes());
            stored.pass(file)
        }
    }

    /// Deliver the strings of a dataset.
    fn strings(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        of: &Type,
        stored: &Stored<'_>,
    ) -> Result<(), FormatError> {
        let mut places = of.places()?;
        if matches!(of.shape, Shape::Compound(_)) {
            // Plain bytes beside strings are pictures, if they are large.
            places.retain(|place| place.holds != Holds::Bytes || (place.size as u64) < SMALL);
        }
        let owner = Owner {
            path,
            attribute: None,
            alone: product(stored.shape) == 1 && places.len() == 1,
        };
        let size = usize::try_from(stored.size).unwrap_or(usize::MAX);
        let (values, sample) = (&mut self.values, self.limits.sample);
        let rows = stored.shape.first().copied().unwrap_or(1);
        self.sampled |= sample.is_some_and(|sample| rows > sample);
        let mut result = Ok(());
        stored.pieces(file, &mut self.unpacked, &mut |file, piece| {
            for (number, bytes) in piece.bytes.chunks_exact(size).enumerate() {
                let row = piece.row.saturating_add(number as u64 / piece.in_row);
                if sample.is_some_and(|sample| row >= sample) {
                    // Chunks are in no order that could be relied on.
                    return Ok(true);
                }
                let raw = piece
                    .raw
                    .map(|raw| raw.saturating_add((number * size) as u64));
                let element = Element { bytes, raw, row };
                let read = values.element(file, &owner, &places, element);
                let fatal = matches!(read, Err(FormatError::Io(_) | FormatError::Limit { .. }));
                if result.is_ok() {
                    result = read;
                }
                if fatal {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        result
    }

    /// Deliver a dataset as one value.
    fn whole(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        stored: &Stored<'_>,
        form: Form,
    ) -> Result<(), FormatError> {
        let owner = Owner {
            path,
            attribute: None,
            alone: true,
        };
        let most = usize::try_from(self.limits.string).unwrap_or(usize::MAX);
        let (mut all, mut raw, mut pieces) = (Vec::new(), None, 0);
        let read = stored.pieces(file, &mut self.unpacked, &mut |_, piece| {
            all.extend_from_slice(piece.bytes);
            raw = piece.raw;
            pieces += 1;
            Ok(all.len() <= most)
        });
        let element = Element {
            bytes: &all,
            raw: raw.filter(|_| pieces == 1),
            row: 0,
        };
        self.values.string(&owner, "", element, form)?;
        read
    }

    /// The files that keep a dataset's elements.
    fn external(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        message: &Message,
    ) -> Result<(), FormatError> {
        let mut cursor = message.cursor(EXTERNAL);
        cursor.take(4)?;
        cursor.take(2)?;
        let slots = cursor.u16()?;
        let heap = file.address(&mut cursor)?;
        let heap = LocalHeap::read(file, heap)?;
        for _ in 0..slots {
            let name_at = file.length(&mut cursor)?;
            cursor.take(2 * file.length_size)?;
            let name = heap.name(file, name_at)?;
            self.values.item(Item::Storage { path, file: name });
        }
        Ok(())
    }

    /// The files whose datasets a virtual one is made of.
    fn virtual_sources(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        reference: &[u8],
        at: u64,
    ) -> Result<(), FormatError> {
        let mut bytes = Vec::new();
        let mut cursor = Cursor::new(reference, at, EXTERNAL);
        let Some(at) = self.values.fetch(file, &mut cursor, &mut bytes)? else {
            return Ok(());
        };
        let mut cursor = Cursor::new(&bytes, at, EXTERNAL);
        cursor.take(1 + file.length_size)?;
        let source = cursor.terminated()?;
        if source != b"." {
            self.values.item(Item::Storage { path, file: source });
        }
        // The selections between the names of further sources are not taken
        // apart: the names are found all the same.
        let owner = Owner {
            path,
            attribute: Some("sources"),
            alone: true,
        };
        let element = Element {
            bytes: &bytes,
            raw: Some(at),
            row: 0,
        };
        self.values.string(&owner, "", element, Form::Bytes)
    }
}
