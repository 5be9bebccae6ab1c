//! One object: its attributes, and its elements if it is a dataset.
//!
//! In: the header of an object. Out: all strings it has, the names in its
//! types, and what it is.

use std::collections::HashMap;

use super::cursor::Cursor;
use super::datatype::{self, Shape, Type};
use super::dense;
use super::file::File;
use super::header::{self, Header, Message, kind};
use super::heap::LocalHeap;
use super::layout::{self, Layout, dataspace, layout_cursor, space_cursor};
use super::storage::{Stored, product};
use super::values::{Element, Owner, Values};
use super::{Form, Item, Limits};
use crate::format::FormatError;

const TYPE: &str = "an HDF5 datatype";
const ATTRIBUTE: &str = "an HDF5 attribute";
const EXTERNAL: &str = "an HDF5 list of external files";
/// Largest dataset of plain bytes that is read: it may be a file of its own,
/// but larger ones are pictures.
const SMALL: u64 = 1 << 20;
/// Most bytes read of such datasets altogether.
const SMALL_ALL: u64 = 64 << 20;

/// Reads objects.
pub(super) struct Objects<'v> {
    pub(super) values: Values<'v>,
    limits: Limits,
    /// Types that many objects share, by the address of their header.
    types: HashMap<u64, Type>,
    /// Bytes that may still be unpacked, and read of plain bytes.
    pub(super) unpacked: u64,
    small: u64,
    /// Bytes of numbers met.
    pub(super) numbers: u64,
    pub(super) problems: bool,
}

impl<'v> Objects<'v> {
    pub(super) fn new(limits: &Limits, visit: &'v mut dyn FnMut(Item<'_>)) -> Self {
        Self {
            values: Values::new(limits, visit),
            limits: limits.clone(),
            types: HashMap::new(),
            unpacked: limits.unpacked,
            small: SMALL_ALL,
            numbers: 0,
            problems: false,
        }
    }

    /// Deliver what could not be read.
    pub(super) fn problem(&mut self, path: &str, error: FormatError) {
        self.problems = true;
        self.values.item(Item::Problem { path, error });
    }

    /// Deliver a result's error, if it is one.
    pub(super) fn check(&mut self, path: &str, result: Result<(), FormatError>) {
        if let Err(error) = result {
            self.problem(path, error);
        }
    }

    /// Deliver everything of an object but its links.
    pub(super) fn read(&mut self, file: &mut File<'_>, path: &str, header: &Header) {
        let mut characters = false;
        for message in &header.messages {
            let read = match message.kind {
                kind::ATTRIBUTE => {
                    let mut cursor = message.cursor(ATTRIBUTE);
                    self.attribute(file, path, &mut cursor)
                        .map(|is| characters |= is)
                }
                kind::ATTRIBUTE_INFO => self.dense(file, path, message).map(|is| characters |= is),
                kind::COMMENT => self.comment(path, message),
                _ => Ok(()),
            };
            self.check(path, read);
        }
        if header.find(kind::LAYOUT).is_some() {
            let read = self.dataset(file, path, header, characters);
            self.check(path, read);
            self.values.item(Item::End);
        } else if let Some(message) = header.find(kind::DATATYPE) {
            let read = self
                .named_type(file, message)
                .map(|of| self.type_names(path, &of));
            self.check(path, read);
        }
    }

    fn comment(&mut self, path: &str, message: &Message) -> Result<(), FormatError> {
        let owner = Owner {
            path,
            attribute: Some("comment"),
            alone: true,
        };
        let element = Element {
            bytes: &message.body,
            raw: Some(message.at),
            row: 0,
        };
        let read = self.values.string(&owner, "", element, Form::Text);
        self.values.item(Item::End);
        read
    }

    fn dense(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        message: &Message,
    ) -> Result<bool, FormatError> {
        let mut cursor = message.cursor(ATTRIBUTE);
        cursor.take(1)?;
        if cursor.u8()? & 1 != 0 {
            cursor.take(2)?;
        }
        let heap = file.address(&mut cursor)?;
        let tree = file.address(&mut cursor)?;
        let mut characters = false;
        if !file.undefined(heap) && !file.undefined(tree) {
            dense::objects(file, heap, tree, &mut |file, bytes, at| {
                let mut cursor = Cursor::new(bytes, at, ATTRIBUTE);
                characters |= self.attribute(file, path, &mut cursor)?;
                Ok(())
            })?;
        }
        Ok(characters)
    }

    /// Deliver an attribute; answers whether it says that the dataset's
    /// numbers are MATLAB's characters.
    fn attribute(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        cursor: &mut Cursor<'_>,
    ) -> Result<bool, FormatError> {
        let version = cursor.u8()?;
        let flags = cursor.u8()?;
        let name = usize::from(cursor.u16()?);
        let of = usize::from(cursor.u16()?);
        let space = usize::from(cursor.u16()?);
        match version {
            1 | 2 => {}
            3 => drop(cursor.u8()?),
            _ => {
                return Err(FormatError::Unsupported {
                    what: "version of an HDF5 attribute",
                });
            }
        }
        let padded = |length: usize| {
            if version == 1 {
                length.div_ceil(8) * 8
            } else {
                length
            }
        };
        let name = datatype::text(cursor.take(padded(name))?);
        self.values.item(Item::Name { path, name: &name });
        let type_at = cursor.offset();
        let mut of = Cursor::new(cursor.take(padded(of))?, type_at, TYPE);
        let of = if version > 1 && flags & 1 != 0 {
            self.committed(file, &mut of)?
        } else {
            Type::read(&mut of)?
        };
        let space_at = cursor.offset();
        let space = cursor.take(padded(space))?;
        if version > 1 && flags & 2 != 0 {
            return Err(FormatError::Unsupported {
                what: "shared HDF5 dataspace",
            });
        }
        let Some(shape) = dataspace(file, &mut space_cursor(space, space_at))? else {
            return Ok(false);
        };
        self.type_names(path, &of);
        let at = cursor.offset();
        let bytes = cursor.rest();
        // An attribute that is only in an id has no place of its own.
        let raw = (type_at > name.len() as u64 + 8).then_some(at);
        let read = self.elements(file, path, &name, &of, &shape, bytes, raw);
        self.values.item(Item::End);
        read?;
        Ok(name == "MATLAB_class" && bytes.starts_with(b"char"))
    }

    /// Deliver the elements of an attribute.
    #[allow(clippy::too_many_arguments)] // what an attribute consists of
    fn elements(
        &mut self,
        file: &mut File<'_>,
        path: &str,
        name: &str,
        of: &Type,
        shape: &[u64],
        bytes: &[u8],
        raw: Option<u64>,
    ) -> Result<(), FormatError> {
        let count = product(shape);
        let places = of.places()?;
        let owner = Owner {
            path,
            attribute: Some(name),
            alone: count == 1 && places.len() == 1,
        };
        if of.is_bytes() {
            let length = usize::try_from(count.saturating_mul(of.size)).unwrap_or(usize::MAX);
            let bytes = bytes.get(..length).unwrap_or(bytes);
            let element = Element { bytes, raw, row: 0 };
            let owner = Owner {
                alone: true,
                ..owner
            };
            return self.values.string(&owner, "", element, Form::Bytes);
        }
        let in_row = product(shape.get(1..).unwrap_or_default()).max(1);
        let size = usize::try_from(of.size).unwrap_or(usize::MAX).max(1);
        let mut result = Ok(());
        if places.is_empty() {
            return result;
        }
        for (number, bytes) in bytes.chunks_exact(size).enumerate() {
            if number as u64 >= count {
                break;
            }
            let element = Element {
                bytes,
                raw: raw.map(|raw| raw.saturating_add((number * size) as u64)),
                row: number as u64 / in_row,
            };
            let read = self.values.element(file, &owner, &places, element);
            result = result.and(read);
        }
        result
    }

    /// A datatype message, or the type it refers to.
    fn named_type(&mut self, file: &mut File<'_>, message: &Message) -> Result<Type, FormatError> {
        let mut cursor = message.cursor(TYPE);
        if message.shared {
            self.committed(file, &mut cursor)
        } else {
            Type::read(&mut cursor)
        }
    }

    /// The type a shared message refers to.
    fn committed(
        &mut self,
        file: &mut File<'_>,
        cursor: &mut Cursor<'_>,
    ) -> Result<Type, FormatError> {
        let version = cursor.u8()?;
        let class = cursor.u8()?;
        match (version, class) {
            (1, _) => drop(cursor.take(6 + file.length_size)?),
            (2, _) | (3, 2) => {}
            _ => {
                return Err(FormatError::Unsupported {
                    what: "HDF5 message in a shared heap",
                });
            }
        }
        let address = file.address(cursor)?;
        if let Some(of) = self.types.get(&address) {
            return Ok(of.clone());
        }
        let header = header::read(file, address)?;
        let message = header.find(kind::DATATYPE).filter(|found| !found.shared);
        let message = message.ok_or(cursor.malformed())?;
        let of = Type::read(&mut message.cursor(TYPE))?;
        self.types.insert(address, of.clone());
        Ok(of)
    }

    fn type_names(&mut self, path: &str, of: &Type) {
        of.each_name(&mut |name| self.values.item(Item::Name { path, name }));
    }

    fn dataset(
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
            places.retain(|place| {
                place.holds != datatype::Holds::Bytes || (place.size as u64) < SMALL
            });
        }
        let owner = Owner {
            path,
            attribute: None,
            alone: product(stored.shape) == 1 && places.len() == 1,
        };
        let size = usize::try_from(stored.size).unwrap_or(usize::MAX);
        let (values, sample) = (&mut self.values, self.limits.sample);
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
