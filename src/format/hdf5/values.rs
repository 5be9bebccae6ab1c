//! The strings in the elements of a dataset or attribute.
//!
//! In: elements as stored, and the places in them worth reading. Out: each
//! string as an [`Item::Value`], those of variable length fetched from their
//! heap.

use super::cursor::Cursor;
use super::datatype::{Holds, LEAST_BYTES, Place};
use super::file::File;
use super::heap::GlobalHeap;
use super::{Form, Item, Limits, Value};
use crate::format::FormatError;

const REFERENCE: &str = "an HDF5 string";
/// Sequences inside sequences.
const DEEPEST: u32 = 4;

/// Whose elements they are.
pub(super) struct Owner<'a> {
    pub(super) path: &'a str,
    pub(super) attribute: Option<&'a str>,
    /// Is there only one string?
    pub(super) alone: bool,
}

/// What is shared by all values of a file.
pub(super) struct Values<'v> {
    heap: GlobalHeap,
    limits: Limits,
    buffer: Vec<u8>,
    visit: &'v mut dyn FnMut(Item<'_>),
}

/// An element: its bytes, where they are in the file, its row.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) raw: Option<u64>,
    pub(super) row: u64,
}

impl<'v> Values<'v> {
    pub(super) fn new(limits: &Limits, visit: &'v mut dyn FnMut(Item<'_>)) -> Self {
        Self {
            heap: GlobalHeap::default(),
            limits: limits.clone(),
            buffer: Vec::new(),
            visit,
        }
    }

    /// Deliver an item.
    pub(super) fn item(&mut self, item: Item<'_>) {
        (self.visit)(item);
    }

    /// Read an object of a global heap; answers its place.
    pub(super) fn fetch(
        &mut self,
        file: &mut File<'_>,
        reference: &mut Cursor<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Option<u64>, FormatError> {
        self.heap.object(file, reference, out)
    }

    /// Deliver one string, without what fills it up.
    pub(super) fn string(
        &mut self,
        owner: &Owner<'_>,
        member: &str,
        element: Element<'_>,
        form: Form,
    ) -> Result<(), FormatError> {
        let mut bytes = element.bytes;
        if form == Form::Text {
            while let [rest @ .., 0 | b' '] = bytes {
                bytes = rest;
            }
        }
        let least = if form == Form::Bytes { LEAST_BYTES } else { 1 };
        if (bytes.len() as u64) < least {
            return Ok(());
        }
        let most = usize::try_from(self.limits.string).unwrap_or(usize::MAX);
        let cut = bytes.get(..most);
        (self.visit)(Item::Value(Value {
            path: owner.path,
            attribute: owner.attribute,
            member,
            row: element.row,
            alone: owner.alone,
            bytes: cut.unwrap_or(bytes),
            raw: element.raw,
            form,
        }));
        if cut.is_some_and(|cut| cut.len() < bytes.len()) {
            return Err(FormatError::Limit {
                what: "length of a string in an HDF5 file",
            });
        }
        Ok(())
    }

    /// Deliver the strings of one element. The first error is the answer, but
    /// ends nothing.
    pub(super) fn element(
        &mut self,
        file: &mut File<'_>,
        owner: &Owner<'_>,
        places: &[Place],
        element: Element<'_>,
    ) -> Result<(), FormatError> {
        self.nested(file, owner, "", places, element, 0)
    }

    fn nested(
        &mut self,
        file: &mut File<'_>,
        owner: &Owner<'_>,
        outer: &str,
        places: &[Place],
        element: Element<'_>,
        depth: u32,
    ) -> Result<(), FormatError> {
        // Places that overlap make more of an element than it is.
        let read = places.iter().fold(places.len(), |all, place| {
            all.saturating_add(place.size.min(element.bytes.len()))
        });
        let more = read.saturating_sub(element.bytes.len().saturating_mul(2));
        file.pay(more as u64)?;
        let mut result = Ok(());
        for place in places {
            let end = place.offset.saturating_add(place.size);
            let Some(bytes) = element.bytes.get(place.offset..end) else {
                continue;
            };
            let inner = Element {
                bytes,
                raw: element
                    .raw
                    .map(|raw| raw.saturating_add(place.offset as u64)),
                row: element.row,
            };
            let member = if place.member.is_empty() {
                outer
            } else {
                &place.member
            };
            let read = match &place.holds {
                Holds::Text => self.string(owner, member, inner, Form::Text),
                Holds::Bytes => self.string(owner, member, inner, Form::Bytes),
                _ => self.referred(file, owner, member, place, inner, depth),
            };
            result = result.and(read);
        }
        result
    }

    /// A string or sequence in a global heap: a length in elements, then the
    /// reference.
    fn referred(
        &mut self,
        file: &mut File<'_>,
        owner: &Owner<'_>,
        member: &str,
        place: &Place,
        element: Element<'_>,
        depth: u32,
    ) -> Result<(), FormatError> {
        let mut cursor = Cursor::new(element.bytes, element.raw.unwrap_or(0), REFERENCE);
        let length = u64::from(cursor.u32()?);
        if length == 0 {
            return Ok(());
        }
        // One buffer serves all strings: there may be millions.
        let mut bytes = std::mem::take(&mut self.buffer);
        let fetched = self.heap.object(file, &mut cursor, &mut bytes);
        let read = match fetched {
            Ok(Some(at)) => {
                let whole = Element {
                    bytes: &bytes,
                    raw: Some(at),
                    row: element.row,
                };
                self.fetched(file, owner, member, place, whole, depth)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        self.buffer = bytes;
        read
    }

    /// What was fetched from a heap.
    fn fetched(
        &mut self,
        file: &mut File<'_>,
        owner: &Owner<'_>,
        member: &str,
        place: &Place,
        whole: Element<'_>,
        depth: u32,
    ) -> Result<(), FormatError> {
        let Holds::Sequence(of) = &place.holds else {
            return self.string(owner, member, whole, Form::Text);
        };
        if of.is_bytes() {
            return self.string(owner, member, whole, Form::Bytes);
        }
        if depth >= DEEPEST {
            return Err(FormatError::Limit {
                what: "4 HDF5 sequences inside each other",
            });
        }
        let places = of.places()?;
        let size = usize::try_from(of.size).unwrap_or(usize::MAX).max(1);
        let mut result = Ok(());
        for (index, bytes) in whole.bytes.chunks_exact(size).enumerate() {
            file.pay(8)?;
            let inner = Element {
                bytes,
                raw: whole
                    .raw
                    .map(|raw| raw.saturating_add((index * size) as u64)),
                row: whole.row,
            };
            let read = self.nested(file, owner, member, &places, inner, depth + 1);
            result = result.and(read);
        }
        result
    }
}
