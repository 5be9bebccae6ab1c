//! Feather version 1, which came before the Arrow file format.
//!
//! The metadata at the end of the file names the columns and where each one's
//! buffers are; the values of text and binary columns leave.
//! Source: <https://github.com/apache/arrow/blob/main/cpp/src/arrow/ipc/feather.fbs>.

use std::cell::Cell;
use std::io::{Read, Seek, SeekFrom};

use super::batch::{Batch, Parts};
use super::buffers::{Body, Slot, malformed};
use super::schema::{Column, Schema};
use super::{FEATHER, Walk};
use crate::format::FormatError;
use crate::format::flatbuffer::{Table, Vector};

/// Length and magic at the end.
const TAIL: u64 = 8;
/// Bits of validity and buffers begin at multiples of this.
const ALIGNED: u64 = 8;

impl<R: ?Sized + Read + Seek> Walk<'_, '_, R> {
    /// Reads a Feather file of version 1.
    pub(super) fn feather(&mut self) -> Result<(), FormatError> {
        let what = "metadata of a Feather file";
        let offset = self.size.saturating_sub(TAIL);
        let wrong = || FormatError::Truncated { what, offset };
        let mut tail = [0; TAIL as usize];
        let mut bytes = Vec::new();
        {
            let mut reader = self.reader.borrow_mut();
            reader.seek(SeekFrom::Start(offset))?;
            reader.read_exact(&mut tail)?;
            let (length, FEATHER) = tail.split_at(4) else {
                return Err(wrong());
            };
            let length = length
                .first_chunk()
                .map_or(0, |bytes| u32::from_le_bytes(*bytes));
            let length = u64::from(length);
            if length > self.limits.header.min(offset) {
                return Err(wrong());
            }
            reader.seek(SeekFrom::Start(offset - length))?;
            (&mut **reader).take(length).read_to_end(&mut bytes)?;
        }
        let table = Table::root(&bytes)?;
        self.end.rows = u64::try_from(table.i64(1, 0)?).unwrap_or(0);
        let columns = table.vector(2, 4)?.ok_or_else(wrong)?;
        let place = offset - bytes.len() as u64;
        self.visit.schema(&names(&columns)?, place)?;
        for (field, key) in [(0, "description"), (4, "metadata")] {
            if let Some(text) = table.vector(field, 1)? {
                let at = place + text.position() as u64;
                self.visit.metadata(key.as_bytes(), text.bytes(), at)?;
            }
        }
        for index in 0..columns.len() {
            let column = columns.table(index)?;
            if let Some(text) = column.vector(4, 1)?.filter(|text| !text.is_empty()) {
                let at = place + text.position() as u64;
                self.visit.metadata(b"user_metadata", text.bytes(), at)?;
            }
            // The levels of a category, if it is one, are its values.
            let category = column.u8(2, 0)? == 1;
            let levels = column.table(3)?.filter(|_| category);
            let levels = levels.map_or(Ok(None), |levels| levels.table(0))?;
            if let Some(values) = levels.or(column.table(1)?) {
                self.array(index, &values, place)?;
            }
        }
        Ok(())
    }

    /// The values of one `PrimitiveArray`.
    fn array(&mut self, column: usize, array: &Table<'_>, end: u64) -> Result<(), FormatError> {
        let Some((_, wide)) = text(array)? else {
            return Ok(());
        };
        let number = |field| array.i64(field, 0).map(|n| u64::try_from(n).unwrap_or(0));
        let (start, len) = (number(2)?, number(3)?);
        let (nulls, total) = (number(4)?, number(5)?);
        let validity = if nulls > 0 {
            aligned(len.div_ceil(8))
        } else {
            0
        };
        let width = if wide { 8 } else { 4 };
        let offsets = Slot {
            start: validity,
            len: len.saturating_add(1).saturating_mul(width),
        };
        let begin = validity.saturating_add(aligned(offsets.len));
        if begin > total || start.saturating_add(total) > end {
            let error = malformed("column of a Feather file", start);
            self.visit.problem(Some(column), &error);
            return Ok(());
        }
        let data = Slot {
            start: begin,
            len: total - begin,
        };
        let mut batch = Batch {
            body: Body {
                reader: self.reader,
                start,
                len: total,
                codec: None,
                budget: Cell::new(total.saturating_mul(2)),
                ratio: self.limits.ratio,
                unpacked: self.limits.unpacked,
            },
            visit: &mut *self.visit,
            first: 0,
            sample: self.limits.sample.unwrap_or(u64::MAX),
            longest: self.limits.value,
            sampled: false,
            old_unions: false,
            parts: Parts::default(),
            levels: Vec::new(),
            held: Vec::new(),
        };
        let read = batch.strings(column, len, (offsets, wide), data);
        let read = batch.judge(column, read);
        self.end.sampled |= batch.sampled;
        read
    }
}

fn aligned(len: u64) -> u64 {
    len.checked_next_multiple_of(ALIGNED).unwrap_or(u64::MAX)
}

/// Arrow's word for a type of text or bytes, and whether its offsets are wide.
fn text(array: &Table<'_>) -> Result<Option<(&'static str, bool)>, FormatError> {
    Ok(match array.u8(0, 0)? {
        11 => Some(("utf8", false)),
        12 => Some(("binary", false)),
        17 => Some(("large_utf8", true)),
        18 => Some(("large_binary", true)),
        _ => None,
    })
}

/// The columns, without what Arrow says more of them.
fn names(columns: &Vector<'_>) -> Result<Schema, FormatError> {
    let mut schema = Schema::default();
    for index in 0..columns.len() {
        let column = columns.table(index)?;
        let name = String::from_utf8_lossy(column.string(0)?.unwrap_or_default()).into_owned();
        let category = column.u8(2, 0)? == 1;
        let text = match column.table(1)? {
            Some(values) if !category => text(&values)?,
            _ => None,
        };
        let of = text.map_or(if category { "category" } else { "numbers" }, |(of, _)| of);
        schema.columns.push(Column {
            route: format!("/{name}"),
            name,
            of: of.to_owned(),
            read: text.is_some() || category,
            text: of.ends_with("utf8") || category,
            dictionary: category,
        });
    }
    Ok(schema)
}
