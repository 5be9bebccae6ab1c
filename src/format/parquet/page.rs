//! Heads of parquet pages.
//!
//! Bytes enter; what the head of a page says, and its own length, leave.

use crate::format::FormatError;
use crate::format::thrift::Thrift;

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Dictionary,
    Deltas,
    DeltaLengths,
    DeltaBytes,
    Split,
    Other,
}

/// A page's head.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Bytes of the head itself.
    pub(super) head: usize,
    /// Bytes that follow it in the file.
    pub(super) compressed: u64,
    /// Bytes that they unpack to.
    pub(super) unpacked: u64,
    /// What is in them.
    pub(super) body: Body,
}

/// What a page holds.
#[derive(Debug, Default)]
pub(super) enum Body {
    Dictionary {
        values: u64,
    },
    Data(Data),
    /// An index, or something newer than this reader.
    #[default]
    Other,
}

/// A page of data.
#[derive(Debug)]
pub(super) struct Data {
    /// Values, nulls included.
    pub(super) values: u64,
    /// Rows, where the page says it.
    pub(super) rows: Option<u64>,
    pub(super) encoding: Encoding,
    /// Are levels packed the old way: of definition, of repetition?
    pub(super) packed: (bool, bool),
    /// Of the second version: bytes of both levels, and is the rest compressed?
    pub(super) second: Option<(u64, u64, bool)>,
}

/// Reads the head at the start of `data`, which stands at `base` in the file.
pub(super) fn read(data: &[u8], base: u64) -> Result<Page, FormatError> {
    let mut thrift = Thrift::new(data, base, "head of a parquet page");
    let mut page = Page::default();
    let mut kind = None;
    let mut sizes = (None, None);
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => kind = Some(thrift.int(field)?),
            2 => sizes.0 = Some(thrift.size(field)?),
            3 => sizes.1 = Some(thrift.size(field)?),
            5 | 7 | 8 => {
                thrift.enter(field)?;
                page.body = match field.id {
                    5 => Body::Data(first(&mut thrift)?),
                    7 => Body::Dictionary {
                        values: dictionary(&mut thrift)?,
                    },
                    _ => Body::Data(second(&mut thrift)?),
                };
            }
            _ => thrift.skip(field)?,
        }
    }
    let (Some(_), Some(unpacked), Some(compressed)) = (kind, sizes.0, sizes.1) else {
        return Err(thrift.malformed());
    };
    page.head = thrift.position();
    (page.unpacked, page.compressed) = (unpacked, compressed);
    Ok(page)
}

fn encoding(number: i64) -> Encoding {
    match number {
        0 => Encoding::Plain,
        2 | 8 => Encoding::Dictionary,
        5 => Encoding::Deltas,
        6 => Encoding::DeltaLengths,
        7 => Encoding::DeltaBytes,
        9 => Encoding::Split,
        _ => Encoding::Other,
    }
}

/// The old packing of levels.
const BIT_PACKED: i64 = 4;

fn first(thrift: &mut Thrift<'_>) -> Result<Data, FormatError> {
    let mut data = Data {
        values: 0,
        rows: None,
        encoding: Encoding::Other,
        packed: (false, false),
        second: None,
    };
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => data.values = thrift.size(field)?,
            2 => data.encoding = encoding(thrift.int(field)?),
            3 => data.packed.0 = thrift.int(field)? == BIT_PACKED,
            4 => data.packed.1 = thrift.int(field)? == BIT_PACKED,
            _ => thrift.skip(field)?,
        }
    }
    Ok(data)
}

fn second(thrift: &mut Thrift<'_>) -> Result<Data, FormatError> {
    let mut data = Data {
        values: 0,
        rows: None,
        encoding: Encoding::Other,
        packed: (false, false),
        second: None,
    };
    let (mut definitions, mut repetitions, mut compressed) = (0, 0, true);
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => data.values = thrift.size(field)?,
            3 => data.rows = Some(thrift.size(field)?),
            4 => data.encoding = encoding(thrift.int(field)?),
            5 => definitions = thrift.size(field)?,
            6 => repetitions = thrift.size(field)?,
            7 => compressed = thrift.bool(field)?,
            _ => thrift.skip(field)?,
        }
    }
    data.second = Some((definitions, repetitions, compressed));
    Ok(data)
}

fn dictionary(thrift: &mut Thrift<'_>) -> Result<u64, FormatError> {
    let mut values = 0;
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => values = thrift.size(field)?,
            _ => thrift.skip(field)?,
        }
    }
    Ok(values)
}
