//! Which buffers of a batch are whose.
//!
//! A batch header and the fields enter; the leaves that are looked at leave,
//! with the numbers of their buffers. Nothing of the body is read.

use crate::format::FormatError;
use crate::format::arrow::buffers::{Slot, malformed};
use crate::format::arrow::schema::{Field, Type};
use crate::format::flatbuffer::{Table, Vector};

/// What the rows of a batch are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Rows of the table.
    Table,
    /// Entries of the dictionary with this number.
    Dictionary(i64),
}

/// A column in a batch.
pub(super) struct Leaf<'f> {
    pub(super) field: &'f Field,
    /// Number of values.
    pub(super) len: u64,
    /// Number of nulls.
    pub(super) nulls: u64,
    /// The buffer of validity; its other ones follow.
    pub(super) buffer: usize,
    /// For views: which count of buffers is its own.
    pub(super) view: usize,
    /// For views: number of buffers behind the views.
    pub(super) heaps: usize,
}

/// The lists of a batch header.
pub(super) struct Layout<'b> {
    nodes: Option<Vector<'b>>,
    pub(super) slots: Vec<Slot>,
    counts: Option<Vector<'b>>,
    node: usize,
    buffer: usize,
    view: usize,
    /// Do unions have a validity buffer?
    old_unions: bool,
}

impl<'b> Layout<'b> {
    /// The lists of a `RecordBatch` table whose body takes `body` bytes.
    pub(super) fn new(batch: &Table<'b>, body: u64, old_unions: bool) -> Result<Self, FormatError> {
        let mut slots = Vec::new();
        let what = "buffer of an Arrow batch";
        let mut left = body;
        let buffers = batch.vector(2, 16)?;
        for index in 0..buffers.as_ref().map_or(0, Vector::len) {
            let (start, len) = pair(buffers, index)?;
            if len > 0 && start.saturating_add(len) > body {
                return Err(malformed(what, start));
            }
            // Buffers that overlap would be written as often as they do.
            let rest = left.checked_sub(len);
            left = rest.ok_or(FormatError::Unsupported {
                what: "overlapping buffers of an Arrow batch",
            })?;
            slots.push(Slot { start, len });
        }
        Ok(Self {
            nodes: batch.vector(1, 16)?,
            slots,
            counts: batch.vector(4, 8)?,
            node: 0,
            buffer: 0,
            view: 0,
            old_unions,
        })
    }

    /// The leaves that `wanted` answers for by their column. A header that has
    /// more than the fields take was meant for others.
    pub(super) fn leaves<'f>(
        &mut self,
        fields: &'f [Field],
        rows: Rows,
        wanted: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<Leaf<'f>>, FormatError> {
        let mut found = Vec::new();
        match (rows, fields) {
            (Rows::Dictionary(_), [field]) => self.values(field, wanted, &mut found)?,
            _ => self.fields(fields, wanted, &mut found)?,
        }
        let nodes = self.nodes.as_ref().map_or(0, Vector::len);
        let counts = self.counts.as_ref().map_or(0, Vector::len);
        let whole = (self.node, self.buffer, self.view) == (nodes, self.slots.len(), counts);
        let what = "fields of an Arrow batch: other than its schema's";
        if whole {
            Ok(found)
        } else {
            Err(malformed(what, 0))
        }
    }

    fn fields<'f>(
        &mut self,
        fields: &'f [Field],
        wanted: &dyn Fn(usize) -> bool,
        found: &mut Vec<Leaf<'f>>,
    ) -> Result<(), FormatError> {
        for field in fields {
            if field.dictionary.is_some() {
                self.node()?;
                // Validity and the numbers of entries.
                self.take(2)?;
            } else {
                self.values(field, wanted, found)?;
            }
        }
        Ok(())
    }

    fn values<'f>(
        &mut self,
        field: &'f Field,
        wanted: &dyn Fn(usize) -> bool,
        found: &mut Vec<Leaf<'f>>,
    ) -> Result<(), FormatError> {
        let (len, nulls) = self.node()?;
        let (buffer, view) = (self.buffer, self.view);
        let mut heaps = 0;
        match &field.kind {
            Type::Null | Type::Runs => {}
            Type::Number { .. } | Type::FixedBytes(_) | Type::List { .. } => self.take(2)?,
            Type::Bytes { .. } | Type::ListView { .. } => self.take(3)?,
            Type::View => {
                self.take(2)?;
                heaps = self.heaps()?;
                self.take(heaps)?;
            }
            Type::FixedList(_) | Type::Struct => self.take(1)?,
            Type::Union { dense, .. } => {
                self.take(1 + usize::from(self.old_unions) + usize::from(*dense))?;
            }
        }
        let leaf = matches!(
            field.kind,
            Type::Number { .. } | Type::FixedBytes(_) | Type::Bytes { .. } | Type::View
        );
        if leaf && wanted(field.column) {
            found.push(Leaf {
                field,
                len,
                nulls,
                buffer,
                view,
                heaps,
            });
        }
        self.fields(&field.children, wanted, found)
    }

    /// Length and number of nulls of the next field.
    fn node(&mut self) -> Result<(u64, u64), FormatError> {
        self.node += 1;
        pair(self.nodes, self.node - 1)
    }

    fn heaps(&mut self) -> Result<usize, FormatError> {
        let what = "buffers of views in an Arrow batch";
        let wrong = || malformed(what, 0);
        let count = self.counts.ok_or_else(wrong)?.element(self.view)?;
        self.view += 1;
        usize::try_from(i64::from_le_bytes(count)).map_err(|_| wrong())
    }

    /// Passes so many buffers.
    fn take(&mut self, count: usize) -> Result<(), FormatError> {
        let behind = self.buffer.saturating_add(count);
        if behind > self.slots.len() {
            return Err(malformed("buffer missing in an Arrow batch", 0));
        }
        self.buffer = behind;
        Ok(())
    }
}

/// Two lengths side by side.
fn pair(list: Option<Vector<'_>>, at: usize) -> Result<(u64, u64), FormatError> {
    let wrong = || malformed("field or buffer of an Arrow batch", 0);
    let element: [u8; 16] = list.ok_or_else(wrong)?.element(at)?;
    let [one, two] = element.as_chunks().0 else {
        return Err(wrong());
    };
    let number = |bytes: &[u8; 8]| u64::try_from(i64::from_le_bytes(*bytes)).map_err(|_| wrong());
    Ok((number(one)?, number(two)?))
}
