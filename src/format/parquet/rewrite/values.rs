//! The values of a page, offered for replacement.
//!
//! The values of a page or dictionary enter one after another; they are shown in
//! batches, and leave in the plain encoding with what was replaced.

use std::ops::Range;

use super::super::schema::Physical;
use super::super::{Limits, Value};
use super::{Batch, Cell, Replace, Replacement};
use crate::format::FormatError;

/// Most values and bytes of a batch, but for a single value that is longer.
const VALUES: usize = 1 << 14;
const BYTES: usize = 1 << 20;

/// Values of a page in the plain encoding.
pub(super) struct Plain<'a> {
    column: usize,
    physical: Physical,
    /// Most bytes.
    longest: u64,
    replace: &'a mut dyn Replace,
    memory: &'a mut Memory,
    /// Values replaced.
    pub(super) replaced: u64,
}

/// Memory used again from page to page.
#[derive(Default)]
pub(super) struct Memory {
    /// What stands in front of the values, and the values so far.
    pub(super) bytes: Vec<u8>,
    /// Values not shown yet: their row, and their place without their length.
    batch: Vec<(Option<u64>, Range<usize>)>,
    /// Where the first of them begins, with its length.
    from: usize,
}

impl<'a> Plain<'a> {
    /// For values of a column, behind the bytes `front` of their page.
    pub(super) fn new(
        (column, physical): (usize, Physical),
        front: &[u8],
        limits: &Limits,
        memory: &'a mut Memory,
        replace: &'a mut dyn Replace,
    ) -> Self {
        memory.bytes.clear();
        memory.batch.clear();
        memory.bytes.extend_from_slice(front);
        memory.from = front.len();
        Self {
            column,
            physical,
            longest: limits.page,
            replace,
            memory,
            replaced: 0,
        }
    }

    /// Takes a value, in the order of the page.
    pub(super) fn push(&mut self, row: Option<u64>, value: Value<'_>) -> Result<(), FormatError> {
        let place = write(&mut self.memory.bytes, self.physical, value)?;
        self.memory.batch.push((row, place));
        let bytes = self.memory.bytes.len() - self.memory.from;
        if self.memory.batch.len() >= VALUES || bytes >= BYTES {
            self.show()?;
        }
        Ok(())
    }

    /// Shows the values left. Are any replaced?
    pub(super) fn finish(&mut self) -> Result<bool, FormatError> {
        if !self.memory.batch.is_empty() {
            self.show()?;
        }
        Ok(self.replaced > 0)
    }

    fn show(&mut self) -> Result<(), FormatError> {
        let Memory { bytes, batch, from } = &mut *self.memory;
        let cells: Vec<Cell<'_>> = batch
            .iter()
            .map(|(row, place)| {
                let value = bytes.get(place.clone()).unwrap_or_default();
                Cell {
                    row: *row,
                    value: Value::of(self.physical, value),
                }
            })
            .collect();
        let shown = Batch {
            column: self.column,
            cells: &cells,
        };
        let mut replaced = self.replace.batch(&shown);
        if !replaced.is_empty() {
            replaced.sort_by_key(|(number, _)| *number);
            self.replaced += replaced.len() as u64;
            let old = bytes.split_off(*from);
            let mut replaced = replaced.into_iter().peekable();
            for (number, (_, place)) in batch.iter().enumerate() {
                let new = replaced.next_if(|(at, _)| *at == number);
                let value = match &new {
                    Some((_, replacement)) => replacement.value(self.physical)?,
                    None => {
                        let place = place.start - *from..place.end - *from;
                        Value::of(self.physical, old.get(place).unwrap_or_default())
                    }
                };
                write(bytes, self.physical, value)?;
            }
            if replaced.next().is_some() {
                return Err(FormatError::Unsupported {
                    what: "replacement that names no value of its batch, or one twice",
                });
            }
        }
        batch.clear();
        *from = bytes.len();
        if bytes.len() as u64 > self.longest {
            let what = "size of a parquet page";
            return Err(FormatError::Limit { what });
        }
        Ok(())
    }
}

impl Replacement {
    /// The replacement as a value of a column.
    fn value(&self, physical: Physical) -> Result<Value<'_>, FormatError> {
        let what = match (self, physical) {
            (Self::Bytes(bytes), Physical::Bytes) => return Ok(Value::Bytes(bytes)),
            (Self::Bytes(bytes), Physical::Fixed(length)) if bytes.len() == length => {
                return Ok(Value::Bytes(bytes));
            }
            (Self::Bytes(_), Physical::Fixed(_)) => {
                "replacement of another length than the values of a parquet column"
            }
            (Self::Int(number), Physical::Int64) => return Ok(Value::Int(*number)),
            (Self::Int(number), Physical::Int32) if i32::try_from(*number).is_ok() => {
                return Ok(Value::Int(*number));
            }
            (Self::Int(_), Physical::Int32) => {
                "replacement by a number that a parquet column cannot hold"
            }
            _ => "replacement of another type than that of a parquet column",
        };
        Err(FormatError::Unsupported { what })
    }
}

/// Appends a value in the plain encoding; answers its place, without its length.
fn write(
    out: &mut Vec<u8>,
    physical: Physical,
    value: Value<'_>,
) -> Result<Range<usize>, FormatError> {
    let what = "length of a value of a parquet column";
    match (value, physical) {
        (Value::Bytes(bytes), Physical::Bytes) => {
            let length = u32::try_from(bytes.len()).map_err(|_| FormatError::Limit { what })?;
            out.extend(length.to_le_bytes());
            out.extend_from_slice(bytes);
            Ok(out.len() - bytes.len()..out.len())
        }
        (Value::Bytes(bytes), _) => {
            out.extend_from_slice(bytes);
            Ok(out.len() - bytes.len()..out.len())
        }
        (Value::Int(number), Physical::Int32) => {
            out.extend((number as i32).to_le_bytes());
            Ok(out.len() - 4..out.len())
        }
        (Value::Int(number), _) => {
            out.extend(number.to_le_bytes());
            Ok(out.len() - 8..out.len())
        }
    }
}
