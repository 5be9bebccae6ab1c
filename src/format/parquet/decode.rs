//! Decodes the bytes of one parquet page.
//!
//! A page as it stands in the file enters; it is unpacked, its levels are told
//! apart from its values, and its cells leave.

use std::ops::ControlFlow;

use super::codec::Unpacker;
use super::dictionary::Dictionary;
use super::hybrid::{Hybrid, Levels, width_of};
use super::page::{Data, Encoding, Page};
use super::schema::Column;
use super::values::{Places, deliver};
use super::{Event, Work};
use crate::format::FormatError;

/// What decoding keeps from page to page.
pub(super) struct Decoder {
    unpacker: Unpacker,
    pub(super) dictionary: Dictionary,
    pub(super) work: Work,
}

/// Where a page stands and what it belongs to.
pub(super) struct Here<'a> {
    pub(super) column: &'a Column,
    pub(super) codec: i64,
    pub(super) until: u64,
    pub(super) row: u64,
}

/// What was claimed and what was unpacked differ, or unpacking broke off.
pub(super) const NOT_WHOLE: FormatError = FormatError::Malformed {
    what: "compression of a parquet page",
    offset: 0,
};

impl Decoder {
    pub(super) fn new(work: Work) -> Self {
        Self {
            unpacker: Unpacker::default(),
            dictionary: Dictionary::default(),
            work,
        }
    }

    /// Takes a dictionary page in.
    pub(super) fn dictionary(
        &mut self,
        page: &Page,
        values: u64,
        bytes: &[u8],
        here: &Here<'_>,
    ) -> Result<(), FormatError> {
        let claimed = page.unpacked as usize;
        let (bytes, whole) = self.unpacker.unpack(here.codec, bytes, claimed)?;
        self.dictionary.read(bytes, values, here.column.physical)?;
        if whole { Ok(()) } else { Err(NOT_WHOLE) }
    }

    /// Delivers the cells of a page.
    pub(super) fn data(
        &mut self,
        page: &Page,
        data: &Data,
        bytes: &[u8],
        here: &mut Here<'_>,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        let open = here.open(&mut self.unpacker, page, data, bytes)?;
        let (mut places, bytes) = (open.places, open.values);
        let (until, places) = (here.until, &mut places);
        let done = if data.encoding != Encoding::Dictionary {
            let (encoding, physical) = (data.encoding, here.column.physical);
            let work = &mut self.work;
            deliver(bytes, encoding, physical, places, until, work, each)
        } else if self.dictionary.is_there() {
            let work = &mut self.work;
            self.dictionary.deliver(bytes, places, until, work, each)
        } else {
            let (what, offset) = ("dictionary of a parquet column", 0);
            Err(FormatError::Malformed { what, offset })
        };
        here.row = places.row;
        if open.whole { done } else { Err(NOT_WHOLE) }
    }
}

/// A page of data, unpacked.
pub(super) struct Open<'a> {
    /// Levels that stand in front of the compressed bytes.
    pub(super) front: &'a [u8],
    /// Levels that were compressed with the values.
    pub(super) levels: &'a [u8],
    /// What the levels say.
    pub(super) places: Places<'a>,
    /// The values.
    pub(super) values: &'a [u8],
    /// Was everything unpacked, and is it as long as claimed?
    pub(super) whole: bool,
}

/// Levels that stand in front of the compressed bytes.
#[derive(Default)]
struct Front<'a> {
    length: usize,
    levels: Option<(Levels<'a>, Levels<'a>)>,
}

impl Here<'_> {
    /// Unpacks a page of data and tells its levels from its values.
    pub(super) fn open<'a>(
        &self,
        unpacker: &'a mut Unpacker,
        page: &Page,
        data: &Data,
        bytes: &'a [u8],
    ) -> Result<Open<'a>, FormatError> {
        let front = self.front(data, bytes)?;
        let codec = match data.second {
            Some((_, _, false)) => 0,
            _ => self.codec,
        };
        let claimed = (page.unpacked as usize).saturating_sub(front.length);
        let (levels, packed) = bytes.split_at(front.length);
        let (bytes, whole) = match packed {
            // A page of nulls has nothing to unpack.
            [] => (&[][..], true),
            packed => unpacker.unpack(codec, packed, claimed)?,
        };
        let (places, values) = self.places(data, front, bytes)?;
        Ok(Open {
            front: levels,
            levels: &bytes[..bytes.len() - values.len()],
            places,
            values,
            whole,
        })
    }

    /// The row behind a page that began at `row`, whatever became of the page.
    pub(super) fn settle(&mut self, row: u64, data: &Data) {
        let flat = self.column.levels.1 == 0;
        let rows = data.rows.or(flat.then_some(data.values));
        if let Some(rows) = rows {
            self.row = row.saturating_add(rows);
        }
    }

    /// The levels of a page of the second version, which are not compressed.
    fn front<'a>(&self, data: &Data, bytes: &'a [u8]) -> Result<Front<'a>, FormatError> {
        let Some((definitions, repetitions, _)) = data.second else {
            return Ok(Front::default());
        };
        let (definition, repetition) = self.column.levels;
        let split = |bytes: &'a [u8], length: u64, most: u32| {
            let length = usize::try_from(length).map_err(|_| WRONG_LEVELS)?;
            let (levels, rest) = bytes.split_at_checked(length).ok_or(WRONG_LEVELS)?;
            let levels = match most {
                0 => Levels::Constant(0),
                _ => Levels::Hybrid(Hybrid::new(levels, width_of(most))),
            };
            Ok::<_, FormatError>((levels, rest))
        };
        let (repetitions, rest) = split(bytes, repetitions, repetition)?;
        let (definitions, rest) = split(rest, definitions, definition)?;
        Ok(Front {
            length: bytes.len() - rest.len(),
            levels: Some((repetitions, definitions)),
        })
    }

    /// The places of a page's values, and the bytes of the values.
    fn places<'a>(
        &self,
        data: &Data,
        front: Front<'a>,
        bytes: &'a [u8],
    ) -> Result<(Places<'a>, &'a [u8]), FormatError> {
        let (definition, repetition) = self.column.levels;
        let (repetitions, definitions, bytes) = match front.levels {
            Some((repetitions, definitions)) => (repetitions, definitions, bytes),
            None => {
                let values = data.values;
                let (repetitions, rest) = levels(bytes, repetition, data.packed.1, values)?;
                let (definitions, rest) = levels(rest, definition, data.packed.0, values)?;
                (repetitions, definitions, rest)
            }
        };
        let places = Places::new(repetitions, definitions, definition, data.values, self.row);
        Ok((places, bytes))
    }
}

const WRONG_LEVELS: FormatError = FormatError::Malformed {
    what: "levels of a parquet page",
    offset: 0,
};

/// The levels at the start of a page of the first version, and what follows.
fn levels(
    bytes: &[u8],
    most: u32,
    packed: bool,
    values: u64,
) -> Result<(Levels<'_>, &[u8]), FormatError> {
    if most == 0 {
        return Ok((Levels::Constant(0), bytes));
    }
    let width = width_of(most);
    if packed {
        let length = values.saturating_mul(u64::from(width)).div_ceil(8);
        let length = usize::try_from(length).map_err(|_| WRONG_LEVELS)?;
        let (bits, rest) = bytes.split_at_checked(length).ok_or(WRONG_LEVELS)?;
        let at = 0;
        return Ok((Levels::Packed { bits, width, at }, rest));
    }
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(WRONG_LEVELS)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (levels, rest) = rest.split_at_checked(length).ok_or(WRONG_LEVELS)?;
    Ok((Levels::Hybrid(Hybrid::new(levels, width)), rest))
}
