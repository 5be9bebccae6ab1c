//! Pages in which values may be replaced.
//!
//! A page enters; it is written as it came where nothing in it is replaced, and
//! otherwise with its levels, its values in the plain encoding, and a head that
//! fits them. A dictionary is changed where it stands, so that most pages of
//! indices behind it stay as they are.

use std::io::{Read, Seek};
use std::ops::ControlFlow;

use super::super::codec::Unpacker;
use super::super::decode::{Here, NOT_WHOLE, Open};
use super::super::dictionary::Dictionary;
use super::super::page::{Body, Data, Encoding};
use super::super::values::deliver;
use super::super::{Event, Work};
use super::Replace;
use super::chunk::{Moved, Step};
use super::dictionary::{merge, renumber};
use super::fields::Fields;
use super::metadata::{self, Written};
use super::pack::pack;
use super::passage::{Output, Source};
use super::values::{Memory, Plain};
use crate::format::FormatError;

/// What is kept from page to page.
#[derive(Default)]
pub(super) struct Pages {
    unpacker: Unpacker,
    dictionary: Dictionary,
    memory: Memory,
    /// The new numbers of the values in the dictionary, if they have new ones.
    numbers: Vec<u32>,
}

/// Copies a page as it is.
pub(super) fn copy<R: Read + Seek>(
    source: &mut Source<'_, R>,
    step: &Step<'_>,
    moved: &mut Moved,
    output: &mut Output<'_>,
) -> Result<(), FormatError> {
    moved.unpack(step.page.head, step.page.unpacked);
    source.copy(&(step.at..step.end()), output)
}

impl Pages {
    /// Another chunk begins.
    pub(super) fn begin(&mut self) {
        self.dictionary.clear();
        self.numbers.clear();
    }

    /// Offers what is in a page, and writes the page.
    pub(super) fn page<R: Read + Seek>(
        &mut self,
        source: &mut Source<'_, R>,
        step: &Step<'_>,
        (number, here): (usize, &mut Here<'_>),
        moved: &mut Moved,
        output: &mut Output<'_>,
        replace: &mut dyn Replace,
    ) -> Result<(), FormatError> {
        let changed = match &step.page.body {
            Body::Dictionary { values } => {
                let values = (number, *values);
                self.dictionary(source, step, values, here, moved, replace)?
            }
            Body::Data(data) => {
                let row = here.row;
                let changed = if data.encoding == Encoding::Dictionary {
                    self.indices(source, step, data, here)?
                } else {
                    let data = (number, data);
                    self.data(source, step, data, here, moved, replace)?
                };
                here.settle(row, data);
                changed
            }
            Body::Other => {
                let what = "kind of parquet page";
                return Err(FormatError::Unsupported { what });
            }
        };
        let Some(changed) = changed else {
            if moved.replaced == 0 {
                return copy(source, step, moved, output);
            }
            let head = head(source, step, metadata::strip_page)?;
            moved.unpack(head.len(), step.page.unpacked);
            output.write(&head)?;
            return source.copy(&(step.start..step.end()), output);
        };
        let Changed {
            body,
            unpacked,
            written,
        } = changed;
        let head = head(source, step, |head| {
            metadata::change_page(head, &written, unpacked, &body)
        })?;
        moved.unpack(head.len(), unpacked as u64);
        output.write(&head)?;
        output.write(&body)
    }

    /// Indices follow their values to new numbers. Otherwise they are looked at
    /// only where the rows of a page are told by its levels alone.
    fn indices<R: Read + Seek>(
        &mut self,
        source: &mut Source<'_, R>,
        step: &Step<'_>,
        data: &Data,
        here: &mut Here<'_>,
    ) -> Result<Option<Changed>, FormatError> {
        let counted = here.column.levels.1 == 0 || data.rows.is_some();
        if counted && self.numbers.is_empty() {
            return Ok(None);
        }
        let (bytes, _) = body(source, step)?;
        let mut open = here.open(&mut self.unpacker, step.page, data, bytes)?;
        if !counted {
            while open.places.next()?.is_some() {}
            here.row = open.places.row;
        }
        if !open.whole {
            return Err(NOT_WHOLE);
        }
        if self.numbers.is_empty() {
            return Ok(None);
        }
        let mut indices = open.values.to_vec();
        renumber(&mut indices, &self.numbers)?;
        let bytes = [open.levels, &indices].concat();
        let codec = codec_of(data, here);
        Changed::new(open.front, codec, &bytes, Written::Indices).map(Some)
    }

    fn dictionary<R: Read + Seek>(
        &mut self,
        source: &mut Source<'_, R>,
        step: &Step<'_>,
        (number, claimed): (usize, u64),
        here: &Here<'_>,
        moved: &mut Moved,
        replace: &mut dyn Replace,
    ) -> Result<Option<Changed>, FormatError> {
        let limits = source.limits;
        let (bytes, _) = body(source, step)?;
        let unpacked = step.page.unpacked as usize;
        let (bytes, whole) = self.unpacker.unpack(here.codec, bytes, unpacked)?;
        let physical = here.column.physical;
        self.numbers.clear();
        self.dictionary.read(bytes, claimed, physical)?;
        if !whole {
            return Err(NOT_WHOLE);
        }
        let column = (number, physical);
        let mut plain = Plain::new(column, &[], &limits, &mut self.memory, replace);
        for value in self.dictionary.values() {
            plain.push(None, value)?;
        }
        if !plain.finish()? {
            return Ok(None);
        }
        moved.replaced += plain.replaced;
        let merged = merge(&self.memory.bytes, physical)?;
        self.numbers = merged.numbers;
        let written = Written::Dictionary {
            values: merged.count,
        };
        Changed::new(&[], here.codec, &merged.bytes, written).map(Some)
    }

    fn data<R: Read + Seek>(
        &mut self,
        source: &mut Source<'_, R>,
        step: &Step<'_>,
        (number, data): (usize, &Data),
        here: &mut Here<'_>,
        moved: &mut Moved,
        replace: &mut dyn Replace,
    ) -> Result<Option<Changed>, FormatError> {
        let limits = source.limits;
        let (bytes, work) = body(source, step)?;
        let mut open = here.open(&mut self.unpacker, step.page, data, bytes)?;
        let column = (number, here.column.physical);
        let mut plain = Plain::new(column, open.levels, &limits, &mut self.memory, replace);
        offer(&mut open, data.encoding, here, work, &mut plain)?;
        here.row = open.places.row;
        if !open.whole {
            return Err(NOT_WHOLE);
        }
        if !plain.finish()? {
            return Ok(None);
        }
        moved.replaced += plain.replaced;
        moved.plain |= data.encoding != Encoding::Plain;
        let codec = codec_of(data, here);
        let bytes = &self.memory.bytes;
        Changed::new(open.front, codec, bytes, Written::Plain).map(Some)
    }
}

/// How the values of a page are compressed.
fn codec_of(data: &Data, here: &Here<'_>) -> i64 {
    match data.second {
        Some((_, _, false)) => 0,
        _ => here.codec,
    }
}

/// Offers the values of a page.
fn offer(
    open: &mut Open<'_>,
    encoding: Encoding,
    here: &Here<'_>,
    work: &mut Work,
    plain: &mut Plain<'_>,
) -> Result<(), FormatError> {
    let mut failed = Ok(());
    let mut each = |event: Event<'_>| {
        failed = match event {
            Event::Cell { row, value } => plain.push(row, value),
            Event::Problem(error) => Err(error),
        };
        match failed {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    };
    let (physical, places) = (here.column.physical, &mut open.places);
    let _ = deliver(
        open.values,
        encoding,
        physical,
        places,
        u64::MAX,
        work,
        &mut each,
    )?;
    failed
}

/// What follows the head of a page that is to be unpacked; its unpacking is paid
/// for.
fn body<'s, R: Read + Seek>(
    source: &'s mut Source<'_, R>,
    step: &Step<'_>,
) -> Result<(&'s [u8], &'s mut Work), FormatError> {
    if step.page.unpacked > source.limits.page {
        let what = "size of a parquet page";
        return Err(FormatError::Limit { what });
    }
    source.work.spend(step.page.unpacked)?;
    // With the head, which is needed again where something is replaced.
    let (bytes, work) = source.bytes_and_work(&(step.at..step.end()))?;
    Ok((bytes.get(step.page.head..).unwrap_or_default(), work))
}

/// What follows the head of a page in which values were replaced.
struct Changed {
    body: Vec<u8>,
    unpacked: usize,
    written: Written,
}

impl Changed {
    fn new(front: &[u8], codec: i64, bytes: &[u8], written: Written) -> Result<Self, FormatError> {
        let packed = pack(codec, bytes)?;
        let body = match front {
            [] => packed,
            front => [front, &packed].concat(),
        };
        let unpacked = front.len() + bytes.len();
        if i32::try_from(unpacked.max(body.len())).is_err() {
            let what = "size of a parquet page";
            return Err(FormatError::Limit { what });
        }
        Ok(Self {
            body,
            unpacked,
            written,
        })
    }
}

/// The head of a page, changed.
fn head<R: Read + Seek>(
    source: &mut Source<'_, R>,
    step: &Step<'_>,
    change: impl FnOnce(&mut Fields<'_>) -> Result<(), FormatError>,
) -> Result<Vec<u8>, FormatError> {
    let mut fields = Fields::read(source.bytes(&(step.at..step.start))?)?;
    change(&mut fields)?;
    let mut head = Vec::new();
    fields.write(&mut head);
    Ok(head)
}
