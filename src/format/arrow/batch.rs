//! One batch: which buffers are whose, and the values of the text columns.
//!
//! A batch header, its body and the fields enter; values with their rows leave.
//! Buffers of integers are read where the visitor wants them.

use std::io::{Read, Seek};

use super::Visit;
use super::buffers::{Body, Buffer, Slot, malformed};
use super::rows::{Level, Rows};
use super::schema::{Field, Type};
use crate::format::FormatError;
use crate::format::flatbuffer::{Table, Vector};
use crate::format::value::Value;

/// Buffers are padded to multiples of this.
const PADDING: u64 = 64;

/// The batch at hand.
pub(super) struct Batch<'b, 'r, R: ?Sized> {
    pub(super) body: Body<'r, R>,
    pub(super) visit: &'b mut dyn Visit,
    /// Number of the first row.
    pub(super) first: u64,
    /// Rows from this one on are not read.
    pub(super) sample: u64,
    /// Longest value that is read whole.
    pub(super) longest: u64,
    /// Whether rows were left out for it.
    pub(super) sampled: bool,
    /// Do unions have a validity buffer?
    pub(super) old_unions: bool,
    /// The header.
    pub(super) parts: Parts<'b>,
    /// What is around the field at hand.
    pub(super) levels: Vec<Level>,
    /// Bytes of a value that did not fit a window.
    pub(super) held: Vec<u8>,
}

/// The lists in a batch header, and how far they were used.
#[derive(Default)]
pub(super) struct Parts<'b> {
    nodes: Option<Vector<'b>>,
    buffers: Option<Vector<'b>>,
    variadic: Option<Vector<'b>>,
    node: usize,
    buffer: usize,
    view: usize,
}

impl<'b> Parts<'b> {
    /// The lists of a `RecordBatch` table.
    pub(super) fn new(batch: &Table<'b>) -> Result<Self, FormatError> {
        Ok(Self {
            nodes: batch.vector(1, 16)?,
            buffers: batch.vector(2, 16)?,
            variadic: batch.vector(4, 8)?,
            node: 0,
            buffer: 0,
            view: 0,
        })
    }

    /// The length of the next field.
    fn node(&mut self) -> Result<u64, FormatError> {
        let node: [u8; 16] = element(self.nodes, self.node)?;
        self.node += 1;
        number(&node)
    }

    /// The place of the next buffer, not yet known to be in the body.
    fn slot(&mut self) -> Result<Slot, FormatError> {
        let buffer: [u8; 16] = element(self.buffers, self.buffer)?;
        self.buffer += 1;
        let start = number(&buffer)?;
        let len = number(&buffer[8..])?;
        Ok(Slot { start, len })
    }

    /// The buffers of the next column of views.
    fn views(&mut self) -> Result<Vec<Slot>, FormatError> {
        let count = number(&element::<8>(self.variadic, self.view)?)?;
        self.view += 1;
        // A false count ends where the list of buffers does.
        (0..count).map(|_| self.slot()).collect()
    }
}

fn element<const N: usize>(list: Option<Vector<'_>>, at: usize) -> Result<[u8; N], FormatError> {
    let what = "field or buffer missing in an Arrow batch";
    list.ok_or_else(|| malformed(what, 0))?.element(at)
}

fn number(bytes: &[u8]) -> Result<u64, FormatError> {
    let number = bytes.first_chunk().map(|bytes| i64::from_le_bytes(*bytes));
    let number = number.and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| malformed("negative length in an Arrow batch", 0))
}

impl<'r, R: ?Sized + Read + Seek> Batch<'_, 'r, R> {
    /// Delivers the values of all fields. What is wrong with one column is told
    /// to the visitor; an error means that the rest of the batch is lost.
    pub(super) fn fields(&mut self, fields: &[Field]) -> Result<(), FormatError> {
        for field in fields {
            let len = self.parts.node()?;
            if field.dictionary.is_some() {
                // Validity and the numbers of entries.
                self.parts.slot()?;
                self.parts.slot()?;
            } else {
                self.values(field, len)?;
            }
        }
        Ok(())
    }

    /// Delivers the entries of a dictionary, which has one column.
    pub(super) fn dictionary(&mut self, field: &Field) -> Result<(), FormatError> {
        let len = self.parts.node()?;
        self.values(field, len)
    }

    fn values(&mut self, field: &Field, len: u64) -> Result<(), FormatError> {
        match &field.kind {
            Type::Null => Ok(()),
            Type::Number { bits, signed } => {
                let slots = (self.parts.slot()?, self.parts.slot()?);
                let read = self.integers(field.column, len, (*bits, *signed), slots);
                self.judge(field.column, read)
            }
            Type::Bytes { wide } => {
                self.parts.slot()?;
                let (offsets, data) = (self.parts.slot()?, self.parts.slot()?);
                let read = self.strings(field.column, len, (offsets, *wide), data);
                self.judge(field.column, read)
            }
            Type::FixedBytes(width) => {
                self.parts.slot()?;
                let data = self.parts.slot()?;
                let read = self.fixed(field.column, len, *width, data);
                self.judge(field.column, read)
            }
            Type::View => {
                self.parts.slot()?;
                let views = self.parts.slot()?;
                let buffers = self.parts.views()?;
                let read = self.views(field.column, len, views, &buffers);
                self.judge(field.column, read)
            }
            nested => self.nested(nested, len, &field.children),
        }
    }

    fn nested(&mut self, kind: &Type, len: u64, children: &[Field]) -> Result<(), FormatError> {
        match kind {
            Type::List { wide } => {
                self.parts.slot()?;
                let offsets = self.parts.slot()?;
                self.below(
                    Level::List {
                        offsets,
                        wide: *wide,
                    },
                    children,
                )
            }
            Type::ListView { wide } => {
                self.parts.slot()?;
                let (offsets, sizes) = (self.parts.slot()?, self.parts.slot()?);
                let level = Level::ListView {
                    offsets,
                    sizes,
                    wide: *wide,
                };
                self.below(level, children)
            }
            Type::FixedList(size) => {
                self.parts.slot()?;
                self.below(Level::FixedList(*size), children)
            }
            Type::Union { dense, codes } => self.union((*dense, codes, len), children),
            Type::Runs => {
                let [ends, values, ..] = children else {
                    return Err(malformed("run-end encoded column", self.body.start));
                };
                let Type::Number { bits, .. } = ends.kind else {
                    return Err(malformed("run ends of an Arrow column", self.body.start));
                };
                self.parts.node()?;
                self.parts.slot()?;
                let level = Level::Runs {
                    ends: self.parts.slot()?,
                    bits,
                };
                self.below(level, std::slice::from_ref(values))
            }
            _ => {
                self.parts.slot()?;
                self.fields(children)
            }
        }
    }

    fn union(
        &mut self,
        (dense, codes, len): (bool, &[i32], u64),
        children: &[Field],
    ) -> Result<(), FormatError> {
        if self.old_unions {
            self.parts.slot()?;
        }
        let types = self.parts.slot()?;
        if !dense {
            return self.fields(children);
        }
        let offsets = self.parts.slot()?;
        for (index, child) in children.iter().enumerate() {
            let code = codes.get(index).copied();
            let code = code.or(i32::try_from(index).ok()).unwrap_or(-1).into();
            let level = Level::Union {
                types,
                offsets,
                code,
                len,
            };
            self.below(level, std::slice::from_ref(child))?;
        }
        Ok(())
    }

    fn below(&mut self, level: Level, children: &[Field]) -> Result<(), FormatError> {
        self.levels.push(level);
        let done = self.fields(children);
        self.levels.pop();
        done
    }

    /// Damage to one column is told; a failing disk or sink ends it all.
    pub(super) fn judge(
        &mut self,
        column: usize,
        read: Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        match read {
            Ok(()) => Ok(()),
            Err(FormatError::Io(error)) => Err(FormatError::Io(error)),
            Err(error) => {
                self.visit.problem(Some(column), &error);
                Ok(())
            }
        }
    }

    pub(super) fn strings(
        &mut self,
        column: usize,
        len: u64,
        offsets: (Slot, bool),
        data: Slot,
    ) -> Result<(), FormatError> {
        if len == 0 || data.len == 0 {
            return Ok(());
        }
        let mut data = self.body.open(data)?;
        let sampled = std::mem::take(&mut self.sampled);
        let walked = self.by_offsets(column, len, offsets, &mut data);
        self.judge(column, walked)?;
        // What no offset points to: left over from a longer table, hidden, or
        // behind damaged offsets.
        if !self.sampled {
            self.unused(column, &mut data)?;
        }
        self.sampled |= sampled;
        Ok(())
    }

    fn by_offsets(
        &mut self,
        column: usize,
        len: u64,
        (offsets, wide): (Slot, bool),
        data: &mut Buffer<'r, R>,
    ) -> Result<(), FormatError> {
        let mut offsets = self.body.open(offsets)?;
        let mut rows = None;
        let mut begin = offsets.number(wide)?;
        if begin > data.len {
            return Err(malformed("offsets of an Arrow column", self.body.start));
        }
        if begin > 0 {
            let place = data.place;
            self.visit.unused(column, &mut data.rest(begin), place)?;
        }
        data.bytes.skip(begin.saturating_sub(data.bytes.offset()))?;
        for index in 0..len {
            let end = offsets.number(wide)?;
            if end < begin || end > data.len {
                return Err(malformed("offsets of an Arrow column", self.body.start));
            }
            if end > begin {
                let rows = self.rows(&mut rows)?;
                let row = rows.of(index)?;
                if !self.value(column, row, data, end - begin)? {
                    break;
                }
            }
            begin = end;
        }
        Ok(())
    }

    fn fixed(
        &mut self,
        column: usize,
        len: u64,
        width: u64,
        data: Slot,
    ) -> Result<(), FormatError> {
        if width == 0 || data.len == 0 {
            return Ok(());
        }
        let mut data = self.body.open(data)?;
        let mut rows = None;
        for index in 0..len.min(data.len / width) {
            let row = self.rows(&mut rows)?.of(index)?;
            if !self.value(column, row, &mut data, width)? {
                break;
            }
        }
        Ok(())
    }

    /// The way to the rows, made when the first value is there.
    pub(super) fn rows<'a>(
        &self,
        rows: &'a mut Option<Rows<'r, R>>,
    ) -> Result<&'a mut Rows<'r, R>, FormatError> {
        let made = match rows.take() {
            Some(made) => made,
            None => Rows::new(&self.levels, &self.body, self.first)?,
        };
        Ok(rows.insert(made))
    }

    /// Delivers the next `len` bytes of a buffer as a value; `false` where its
    /// row is beyond the sample.
    fn value(
        &mut self,
        column: usize,
        row: Option<u64>,
        data: &mut Buffer<'r, R>,
        len: u64,
    ) -> Result<bool, FormatError> {
        let begin = data.bytes.offset();
        let place = data.place.map(|place| place + begin);
        let Some(row) = row else {
            self.visit.unused(column, &mut data.rest(len), place)?;
            return self.behind(begin + len, data);
        };
        if row >= self.sample {
            self.sampled = true;
            return Ok(false);
        }
        self.held.clear();
        let mut value = Value {
            place,
            input: &mut data.bytes,
            len,
            read: 0,
            held: &mut self.held,
        };
        self.visit.value(column, row, &mut value)?;
        self.behind(begin + len, data)
    }

    /// Passes what is left of a value that ends at `end`.
    fn behind(&mut self, end: u64, data: &mut Buffer<'r, R>) -> Result<bool, FormatError> {
        let left = end.saturating_sub(data.bytes.offset());
        if data.bytes.skip(left)? < left {
            let offset = self.body.start;
            let what = "values of an Arrow column";
            return Err(FormatError::Truncated { what, offset });
        }
        Ok(true)
    }

    /// Delivers what is left of a buffer, unless it is padding: writers leave
    /// there what comes next in memory, which is a neighbour's value cut off.
    fn unused(&mut self, column: usize, data: &mut Buffer<'r, R>) -> Result<(), FormatError> {
        let left = data.len.saturating_sub(data.bytes.offset());
        if left >= PADDING {
            let place = data.place.map(|place| place + data.bytes.offset());
            self.visit.unused(column, &mut data.rest(left), place)?;
        }
        Ok(())
    }
}
