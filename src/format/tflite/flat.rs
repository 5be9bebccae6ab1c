//! Tables of a flatbuffer in a file, read where they stand.
//!
//! A seekable reader enters; fields of tables leave, each place checked
//! against the file's end. A few pages are held in memory; the number of
//! fields read, and of pages read for them, is bounded.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::format::FormatError;

/// Bytes read at once.
const PAGE: u64 = 16 * 1024;

/// Pages held. A table's fields are listed elsewhere, so one is too few.
const PAGES: u64 = 32;

/// How often all pages may be read, and how many on top.
const TIMES: u64 = 2;
const MORE: u64 = 4096;

/// Most places read in one file: a model of ten thousand tensors needs a tenth
/// of it.
const PLACES: u64 = 4_000_000;

/// Longest string read.
const STRING: u64 = 64 * 1024;

/// Most dimensions of a tensor told.
const DIMENSIONS: u64 = 16;

const WHAT: &str = "flatbuffer";

/// A table: where it stands and where its fields are listed.
pub(super) struct Table {
    at: u64,
    listed: u64,
    list_bytes: u64,
}

/// A flatbuffer.
pub(super) struct Flat<'a, R> {
    reader: &'a mut R,
    file_len: u64,
    /// Bytes of pages, each where its number falls.
    pages: Vec<(u64, Vec<u8>)>,
    /// Pages and places that may still be read.
    pages_left: u64,
    left: u64,
}

impl<'a, R: Read + Seek> Flat<'a, R> {
    pub(super) fn new(reader: &'a mut R, file_len: u64) -> Self {
        Self {
            reader,
            file_len,
            pages: (0..PAGES).map(|_| (u64::MAX, Vec::new())).collect(),
            pages_left: (file_len / PAGE).saturating_mul(TIMES).saturating_add(MORE),
            left: PLACES,
        }
    }

    pub(super) fn root(&mut self) -> Result<Table, FormatError> {
        let at = self.number::<4>(0)?;
        self.table(at)
    }

    /// The table that stands at `at`.
    pub(super) fn table(&mut self, at: u64) -> Result<Table, FormatError> {
        // How far the list of fields stands in front of the table, signed.
        let back = (self.number::<4>(at)? as u32).cast_signed();
        let listed = at.checked_add_signed(-i64::from(back));
        let listed = listed.ok_or(malformed(at))?;
        let list_bytes = self.number::<2>(listed)?;
        Ok(Table {
            at,
            listed,
            list_bytes,
        })
    }

    /// Where a field stands; `None` where the table does not have it.
    fn field(&mut self, table: &Table, number: u64) -> Result<Option<u64>, FormatError> {
        let entry = 4 + 2 * number;
        if entry + 2 > table.list_bytes {
            return Ok(None);
        }
        let offset = self.number::<2>(table.listed + entry)?;
        Ok((offset > 0).then_some(table.at + offset))
    }

    pub(super) fn byte(&mut self, table: &Table, number: u64) -> Result<u8, FormatError> {
        let field = self.field(table, number)?;
        let value = field.map_or(Ok(0), |at| self.number::<1>(at))?;
        Ok(value as u8)
    }

    pub(super) fn u32(&mut self, table: &Table, number: u64) -> Result<u32, FormatError> {
        let field = self.field(table, number)?;
        let value = field.map_or(Ok(0), |at| self.number::<4>(at))?;
        Ok(value as u32)
    }

    /// Where the elements of a vector begin, and how many there are, all within
    /// the file.
    fn vector(
        &mut self,
        table: &Table,
        number: u64,
        width: u64,
    ) -> Result<Option<(u64, u64)>, FormatError> {
        let Some(field) = self.field(table, number)? else {
            return Ok(None);
        };
        let at = field + self.number::<4>(field)?;
        let count = self.number::<4>(at)?;
        let start = at + 4;
        if count * width > self.file_len.saturating_sub(start) {
            return Err(malformed(at));
        }
        Ok(Some((start, count)))
    }

    /// The places of the tables of a vector.
    pub(super) fn tables(&mut self, table: &Table, number: u64) -> Result<Vec<u64>, FormatError> {
        let Some((start, count)) = self.vector(table, number, 4)? else {
            return Ok(Vec::new());
        };
        let mut places = Vec::new();
        for entry in 0..count {
            let at = start + 4 * entry;
            places.push(at + self.number::<4>(at)?);
        }
        Ok(places)
    }

    /// A string, with what is no UTF-8 replaced, cut to 64 KiB.
    pub(super) fn string(
        &mut self,
        table: &Table,
        number: u64,
    ) -> Result<Option<String>, FormatError> {
        let Some((start, count)) = self.vector(table, number, 1)? else {
            return Ok(None);
        };
        let most = count.min(STRING);
        let mut text = Vec::new();
        while (text.len() as u64) < most {
            let rest = self.page(start + text.len() as u64)?;
            let missing = (most - text.len() as u64) as usize;
            let part = &rest[..missing.min(rest.len())];
            text.extend_from_slice(part);
            self.spend(1 + most / 64)?;
        }
        Ok(Some(String::from_utf8_lossy(&text).into_owned()))
    }

    /// The range of a vector of bytes.
    pub(super) fn bytes(
        &mut self,
        table: &Table,
        number: u64,
    ) -> Result<Option<Range<u64>>, FormatError> {
        let vector = self.vector(table, number, 1)?;
        Ok(vector.map(|(start, count)| start..start + count))
    }

    /// The range of the file that two fields give as offset and length.
    pub(super) fn outside(
        &mut self,
        table: &Table,
        offset: u64,
        length: u64,
    ) -> Result<Option<Range<u64>>, FormatError> {
        let (Some(offset), Some(length)) = (self.field(table, offset)?, self.field(table, length)?)
        else {
            return Ok(None);
        };
        let (start, length) = (self.number::<8>(offset)?, self.number::<8>(length)?);
        let end = start.saturating_add(length).min(self.file_len);
        // 0 and 1 stand for a place that was never filled in.
        Ok((start > 1 && start < end).then_some(start..end))
    }

    /// The first dimensions of a shape.
    pub(super) fn dimensions(
        &mut self,
        table: &Table,
        number: u64,
    ) -> Result<Vec<u64>, FormatError> {
        let Some((start, count)) = self.vector(table, number, 4)? else {
            return Ok(Vec::new());
        };
        (0..count.min(DIMENSIONS))
            .map(|entry| {
                let length = (self.number::<4>(start + 4 * entry)? as u32).cast_signed();
                Ok(u64::try_from(length).unwrap_or(0))
            })
            .collect()
    }

    /// A little-endian number of `N` bytes.
    fn number<const N: usize>(&mut self, at: u64) -> Result<u64, FormatError> {
        self.spend(1)?;
        let mut bytes = [0; 8];
        for (number, byte) in bytes.iter_mut().take(N).enumerate() {
            let rest = self.page(at.saturating_add(number as u64))?;
            *byte = rest.first().copied().unwrap_or(0);
        }
        Ok(u64::from_le_bytes(bytes))
    }

    /// The bytes from `at` on that are at hand, at least one.
    fn page(&mut self, at: u64) -> Result<&[u8], FormatError> {
        if at >= self.file_len {
            return Err(FormatError::Truncated {
                what: WHAT,
                offset: at,
            });
        }
        let number = at / PAGE;
        let truncated = FormatError::Truncated {
            what: WHAT,
            offset: at,
        };
        let Some((held, page)) = self.pages.get_mut((number % PAGES) as usize) else {
            return Err(truncated);
        };
        if *held != number {
            let what = "pages of a flatbuffer";
            let left = self.pages_left.checked_sub(1);
            self.pages_left = left.ok_or(FormatError::Limit { what })?;
            *held = u64::MAX;
            page.clear();
            self.reader.seek(SeekFrom::Start(number * PAGE))?;
            (&mut *self.reader).take(PAGE).read_to_end(page)?;
            *held = number;
        }
        let rest = page.get((at % PAGE) as usize..);
        rest.filter(|rest| !rest.is_empty()).ok_or(truncated)
    }

    fn spend(&mut self, places: u64) -> Result<(), FormatError> {
        let what = "places of a flatbuffer";
        self.left = self
            .left
            .checked_sub(places)
            .ok_or(FormatError::Limit { what })?;
        Ok(())
    }
}

fn malformed(offset: u64) -> FormatError {
    FormatError::Malformed { what: WHAT, offset }
}
