//! The pages of one column chunk.
//!
//! A seekable reader and the place of a chunk enter; its cells leave. A page that
//! cannot be read is told and passed by: the next one begins where it ends.

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::codec::Unpacker;
use super::dictionary::Dictionary;
use super::footer::Chunk;
use super::hybrid::{Hybrid, Levels, width_of};
use super::page::{self, Body, Data, Encoding, Page};
use super::schema::Column;
use super::values::{Places, deliver};
use super::{Event, Limits, Work};
use crate::format::FormatError;

/// Bytes read at once.
const WINDOW: u64 = 1 << 20;

/// The first try to read the head of a page, and the last: statistics in it may
/// hold long values.
const HEAD: u64 = 4 << 10;
const LONGEST_HEAD: u64 = 16 << 20;

/// Old writers forget the head of the dictionary when they count the bytes of a
/// chunk.
const FORGOTTEN: u64 = 100;

/// Reads chunks, one after another, with the same memory.
pub struct Chunks {
    window: Window,
    unpacker: Unpacker,
    dictionary: Dictionary,
    limits: Limits,
    work: Work,
    /// Pages must end before the footer.
    end: u64,
}

/// A stretch of the file in memory.
#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
    start: u64,
}

impl Window {
    /// `length` bytes at `at`, which end before `end`; fewer only at the end of
    /// the file.
    fn bytes<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        at: u64,
        length: u64,
        end: u64,
    ) -> Result<&[u8], FormatError> {
        let held = self.start + self.bytes.len() as u64;
        if at < self.start || at > held {
            self.bytes.clear();
            self.start = at;
        }
        if at + length > self.start + self.bytes.len() as u64 {
            self.bytes.drain(..(at - self.start) as usize);
            self.start = at;
            let from = at + self.bytes.len() as u64;
            let more = length.max(WINDOW).min(end.saturating_sub(at));
            let more = more.saturating_sub(self.bytes.len() as u64);
            reader.seek(SeekFrom::Start(from))?;
            reader.take(more).read_to_end(&mut self.bytes)?;
        }
        let start = (at - self.start) as usize;
        let stop = start.saturating_add(length as usize).min(self.bytes.len());
        Ok(&self.bytes[start..stop])
    }
}

/// Where a page stands and what it belongs to.
struct Here<'a> {
    column: &'a Column,
    codec: i64,
    until: u64,
    row: u64,
}

impl Chunks {
    /// For the chunks of a file of `size` bytes whose footer begins at `end`.
    pub fn new(size: u64, end: u64, limits: Limits) -> Self {
        Self {
            window: Window::default(),
            unpacker: Unpacker::default(),
            dictionary: Dictionary::default(),
            limits,
            work: Work::new(size, &limits),
            end,
        }
    }

    /// Delivers the cells of a chunk: those of a dictionary once, with the first
    /// row that uses it. Rows count from `row`, those from `until` on are left
    /// out. Everything that goes wrong is an event too.
    pub fn read<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        column: &Column,
        chunk: &Chunk,
        (row, until): (u64, u64),
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) {
        let mut here = Here {
            column,
            codec: chunk.codec,
            until,
            row,
        };
        self.dictionary.clear();
        let mut broken = false;
        let mut told = |event: Event<'_>| {
            let answer = each(event);
            broken |= answer.is_break();
            answer
        };
        match self.pages(reader, chunk, &mut here, &mut told) {
            Ok(ControlFlow::Break(())) => {}
            Ok(ControlFlow::Continue(())) => {}
            Err(error) => drop(told(Event::Problem(error))),
        }
        if !broken && here.row < until {
            self.dictionary.deliver_unused(each);
        }
    }

    fn pages<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        chunk: &Chunk,
        here: &mut Here<'_>,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        if chunk.encrypted {
            let what = "encrypted parquet column";
            return Err(FormatError::Unsupported { what });
        }
        let end = chunk.start.saturating_add(chunk.size);
        if chunk.start < 4 || end > self.end {
            let (what, offset) = ("parquet column chunk", chunk.start);
            return Err(FormatError::Malformed { what, offset });
        }
        let slack = end.saturating_add(FORGOTTEN).min(self.end);
        let (mut at, mut values) = (chunk.start, 0u64);
        while at < end || (values < chunk.values && at < slack) {
            let page = self.head(reader, at, slack)?;
            let start = at + page.head as u64;
            at = start.saturating_add(page.compressed);
            if at > slack {
                let (what, offset) = ("parquet page", start);
                return Err(FormatError::Truncated { what, offset });
            }
            self.work.read(page.head as u64 + page.compressed)?;
            let row = here.row;
            match self.page(reader, &page, start, here, each) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(FormatError::Io(error)) => return Err(FormatError::Io(error)),
                Err(error) => {
                    let error = placed(error, start);
                    if each(Event::Problem(error)).is_break() || self.work.is_spent() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            if let Body::Data(data) = &page.body {
                values = values.saturating_add(data.values);
                here.settle(row, data);
            }
            if here.row >= here.until {
                return Ok(ControlFlow::Break(()));
            }
        }
        if values < chunk.values {
            let (what, offset) = ("parquet column chunk", chunk.start);
            return Err(FormatError::Truncated { what, offset });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn head<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        at: u64,
        end: u64,
    ) -> Result<Page, FormatError> {
        let mut wanted = HEAD;
        loop {
            let held = wanted.min(end - at);
            let bytes = self.window.bytes(reader, at, held, end)?;
            match page::read(bytes, at) {
                Err(FormatError::Truncated { .. }) if held == wanted && wanted < LONGEST_HEAD => {
                    wanted *= 4;
                }
                read => return read,
            }
        }
    }

    fn page<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        page: &Page,
        start: u64,
        here: &mut Here<'_>,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        let needed = match &page.body {
            Body::Dictionary { .. } => true,
            Body::Data(data) => !self.is_known(data, here),
            Body::Other => false,
        };
        if !needed {
            return Ok(ControlFlow::Continue(()));
        }
        if page.compressed.max(page.unpacked) > self.limits.page {
            let what = "size of a parquet page";
            return Err(FormatError::Limit { what });
        }
        self.work.spend(page.unpacked)?;
        let end = start + page.compressed;
        let bytes = self.window.bytes(reader, start, page.compressed, end)?;
        if (bytes.len() as u64) < page.compressed {
            let (what, offset) = ("parquet page", start);
            return Err(FormatError::Truncated { what, offset });
        }
        let unpacked = page.unpacked as usize;
        let unpacker = &mut self.unpacker;
        let mut unpack = |bytes, unpacked, codec| match codec {
            0 => Ok((bytes, true)),
            _ => unpacker.unpack(codec, bytes, unpacked),
        };
        let (done, whole) = match &page.body {
            Body::Dictionary { values } => {
                let (bytes, whole) = unpack(bytes, unpacked, here.codec)?;
                let physical = here.column.physical;
                self.dictionary.read(bytes, *values, physical)?;
                (ControlFlow::Continue(()), whole)
            }
            Body::Data(data) => {
                let levels = here.levels(data, bytes)?;
                let codec = match data.second {
                    Some((_, _, false)) => 0,
                    _ => here.codec,
                };
                let unpacked = unpacked.saturating_sub(levels.length);
                let (bytes, whole) = match bytes.get(levels.length..) {
                    // A page of nulls has nothing to unpack.
                    Some([]) | None => (&[][..], true),
                    Some(bytes) => unpack(bytes, unpacked, codec)?,
                };
                let (mut places, bytes) = here.places(data, levels, bytes)?;
                let sink = (&mut self.dictionary, &mut self.work);
                let done = here.cells(data.encoding, bytes, &mut places, sink, each);
                here.row = places.row;
                (done?, whole)
            }
            Body::Other => (ControlFlow::Continue(()), true),
        };
        if !whole {
            return Err(FormatError::Malformed {
                what: "compression of a parquet page",
                offset: start,
            });
        }
        Ok(done)
    }

    /// Are all values of the page delivered already, and its rows known?
    fn is_known(&self, data: &Data, here: &Here<'_>) -> bool {
        data.encoding == Encoding::Dictionary
            && self.dictionary.is_there()
            && self.dictionary.is_done()
            && (data.rows.is_some() || here.column.levels.1 == 0)
    }
}

/// Levels that stand in front of the compressed bytes.
#[derive(Default)]
struct Front<'a> {
    length: usize,
    levels: Option<(Levels<'a>, Levels<'a>)>,
}

impl Here<'_> {
    /// The row behind a page that began at `row`, whatever became of the page.
    fn settle(&mut self, row: u64, data: &Data) {
        let flat = self.column.levels.1 == 0;
        let rows = data.rows.or(flat.then_some(data.values));
        if let Some(rows) = rows {
            self.row = row.saturating_add(rows);
        }
    }

    /// The levels of a page of the second version, which are not compressed.
    fn levels<'a>(&self, data: &Data, bytes: &'a [u8]) -> Result<Front<'a>, FormatError> {
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

    fn cells(
        &self,
        encoding: Encoding,
        bytes: &[u8],
        places: &mut Places<'_>,
        (dictionary, work): (&mut Dictionary, &mut Work),
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        if encoding == Encoding::Dictionary {
            if !dictionary.is_there() {
                let (what, offset) = ("dictionary of a parquet column", 0);
                return Err(FormatError::Malformed { what, offset });
            }
            return dictionary.deliver(bytes, places, self.until, each);
        }
        let physical = self.column.physical;
        deliver(bytes, encoding, physical, places, self.until, work, each)
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

/// Errors inside a page know no place: the page's is told instead.
fn placed(error: FormatError, start: u64) -> FormatError {
    match error {
        FormatError::Malformed { what, .. } => FormatError::Malformed {
            what,
            offset: start,
        },
        FormatError::Truncated { what, .. } => FormatError::Truncated {
            what,
            offset: start,
        },
        other => other,
    }
}
