//! One object: its attributes, and its elements if it is a dataset.
//!
//! In: the header of an object. Out: all strings it has, the names in its
//! types, and what it is.

use std::collections::HashMap;

use super::cursor::Cursor;
use super::datatype::{self, Type};
use super::dense;
use super::file::File;
use super::header::{self, Header, Message, kind};
use super::layout::{dataspace, space_cursor};
use super::storage::product;
use super::values::{Element, Owner, Values};
use super::{Form, Item, Limits};
use crate::format::FormatError;

const TYPE: &str = "an HDF5 datatype";
const ATTRIBUTE: &str = "an HDF5 attribute";
/// Most bytes read of datasets of plain bytes altogether.
const SMALL_ALL: u64 = 64 << 20;

/// Reads objects.
pub(super) struct Objects<'v> {
    pub(super) values: Values<'v>,
    pub(super) limits: Limits,
    /// Types that many objects share, by the address of their header.
    /// What each further use of it costs goes with it.
    types: HashMap<u64, (Type, u64)>,
    /// Bytes that may still be unpacked, and read of plain bytes.
    pub(super) unpacked: u64,
    pub(super) small: u64,
    /// Bytes of numbers met.
    pub(super) numbers: u64,
    pub(super) problems: bool,
    /// Were rows left out?
    pub(super) sampled: bool,
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
            sampled: false,
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
    pub(super) fn named_type(
        &mut self,
        file: &mut File<'_>,
        message: &Message,
    ) -> Result<Type, FormatError> {
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
        if let Some((of, cost)) = self.types.get(&address) {
            file.pay(*cost)?;
            return Ok(of.clone());
        }
        let header = header::read(file, address)?;
        let message = header.find(kind::DATATYPE).filter(|found| !found.shared);
        let message = message.ok_or(cursor.malformed())?;
        let of = Type::read(&mut message.cursor(TYPE))?;
        // Cloning and telling it again is cheaper than reading.
        let cost = message.body.len() as u64 / 8;
        self.types.insert(address, (of.clone(), cost));
        Ok(of)
    }

    pub(super) fn type_names(&mut self, path: &str, of: &Type) {
        of.each_name(&mut |name| self.values.item(Item::Name { path, name }));
    }
}
