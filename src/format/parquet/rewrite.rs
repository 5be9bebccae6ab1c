//! Writes a parquet file again, with some of its values replaced.
//!
//! A seekable reader and its footer enter, and an answer to "what shall stand
//! here instead?"; the bytes of the new file leave. What is not replaced stays:
//! the schema, levels and rows, unknown fields of the metadata, and every page
//! without a replaced value byte for byte. Bytes that belong to nothing are left
//! out. One page at a time is held, and the metadata.

mod chunk;
mod dictionary;
mod fields;
mod index;
mod metadata;
mod pack;
mod page;
mod passage;
#[cfg(test)]
mod tests;
mod values;

use std::io::{Read, Seek, Write};

use super::footer::{Chunk, Footer, RowGroup};
use super::schema::{Column, Physical};
use super::{Limits, Value};
use crate::format::FormatError;
use chunk::Target;
use fields::Fields;
use index::Went;
use metadata::Metadata;
use page::Pages;
use passage::{Output, Source};

/// Says what shall be replaced.
pub trait Replace {
    /// Shall the values of a column be offered? Every column is asked for once,
    /// in the order of [`Footer::columns`]; of one that holds neither bytes nor
    /// integers nothing is offered, whatever the answer.
    fn wants(&mut self, column: &Column) -> bool;

    /// The new values of a batch, each with its number in the batch; those not
    /// named stay. Batches come in the order of the file: row groups, in them
    /// columns, in them pages.
    fn batch(&mut self, batch: &Batch<'_>) -> Vec<(usize, Replacement)>;

    /// A new value for a key of the metadata, of the file or of a chunk.
    fn metadata(&mut self, _key: &[u8], _value: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Values of one column that are looked at together: up to 16,384, or what is
/// just above a mebibyte.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The number of the column among [`Footer::columns`].
    pub column: usize,
    /// Values that are not null, in the order of their rows.
    pub cells: &'a [Cell<'a>],
}

/// A value that may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Its row in the file, from 0; `None` for a value of a dictionary, which is
    /// offered once for all rows of the row group that use it.
    pub row: Option<u64>,
    /// The value.
    pub value: Value<'a>,
}

/// What stands in the place of a value. One that its column cannot hold is an
/// error of the whole rewriting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// For columns of bytes; of the same length where that is fixed.
    Bytes(Vec<u8>),
    /// For columns of integers; of 32 bits where the column is.
    Int(i64),
}

/// What a rewriting did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Values replaced in each column; those of a dictionary count once.
    pub replaced: Vec<u64>,
    /// Values of the metadata replaced.
    pub metadata: u64,
    /// Bytes of the new file.
    pub written: u64,
}

const ENCRYPTED: FormatError = FormatError::Unsupported {
    what: "encrypted parquet file that is to be changed",
};

/// Writes the file of `size` bytes whose footer was read again. After an error
/// what was written is no parquet file, and is to be thrown away: damage is not
/// passed by here. Writes are many and may be small.
pub fn rewrite<R: Read + Seek>(
    reader: &mut R,
    footer: &Footer,
    size: u64,
    output: &mut dyn Write,
    limits: &Limits,
    replace: &mut dyn Replace,
) -> Result<Summary, FormatError> {
    if footer.incomplete.is_some() {
        let (what, offset) = ("parquet footer", footer.start);
        return Err(FormatError::Malformed { what, offset });
    }
    let mut fields = Fields::read(footer.all())?;
    if fields.has(ENCRYPTION) || fields.has(SIGNATURE) {
        return Err(ENCRYPTED);
    }
    let wanted = footer.columns.iter().map(|column| wants(replace, column));
    let mut table = Table {
        footer,
        wanted: wanted.collect(),
        source: Source::new(reader, size, footer.start, *limits),
        output: Output::new(output),
        pages: Pages::default(),
        metadata: Metadata {
            replace,
            replaced: 0,
        },
        replaced: vec![0; footer.columns.len()],
        places: Vec::new(),
    };
    table.write(&mut fields)?;
    Ok(Summary {
        replaced: table.replaced,
        metadata: table.metadata.replaced,
        written: table.output.at,
    })
}

/// Fields of the footer.
const GROUPS: i16 = 4;
const KEY_VALUES: i16 = 5;
const ENCRYPTION: i16 = 8;
const SIGNATURE: i16 = 9;

/// The chunks of a row group.
const CHUNKS: i16 = 1;

fn wants(replace: &mut dyn Replace, column: &Column) -> bool {
    let wanted = replace.wants(column);
    let offered = matches!(
        column.physical,
        Physical::Bytes | Physical::Fixed(_) | Physical::Int32 | Physical::Int64
    );
    wanted && offered
}

/// A table that is written again.
struct Table<'a, R> {
    footer: &'a Footer,
    /// Which columns are offered.
    wanted: Vec<bool>,
    source: Source<'a, R>,
    output: Output<'a>,
    pages: Pages,
    metadata: Metadata<'a>,
    replaced: Vec<u64>,
    /// Where each chunk went.
    places: Vec<Went>,
}

impl<R: Read + Seek> Table<'_, R> {
    fn write(&mut self, fields: &mut Fields<'_>) -> Result<(), FormatError> {
        self.output.write(b"PAR1")?;
        let mut groups = self.footer.row_groups();
        let mut row = 0u64;
        fields.edit_each(GROUPS, |_, group| {
            let known = groups.next().unwrap_or_else(|| Ok(RowGroup::default()))?;
            self.group(group, &known, row)?;
            row = row.saturating_add(known.rows);
            Ok(())
        })?;
        // Page indexes stand together, where readers look for them at once.
        let columns = self.footer.columns.len();
        let places = std::mem::take(&mut self.places);
        fields.edit_each(GROUPS, |number, group| {
            let places = places.get(number * columns..).unwrap_or_default();
            self.indexes(group, places)
        })?;
        self.metadata.change(fields, KEY_VALUES)?;
        let mut bytes = Vec::new();
        fields.write(&mut bytes);
        let length = u32::try_from(bytes.len()).map_err(|_| FormatError::Limit {
            what: "length of a parquet footer",
        })?;
        bytes.extend(length.to_le_bytes());
        bytes.extend(b"PAR1");
        self.output.write(&bytes)
    }

    /// Writes the chunks of a row group, and the filters of those that stay.
    fn group(
        &mut self,
        group: &mut Fields<'_>,
        known: &RowGroup,
        row: u64,
    ) -> Result<(), FormatError> {
        let mut moved = Vec::new();
        let columns = self.footer.columns.iter().zip(&known.chunks);
        for (number, (column, chunk)) in columns.enumerate() {
            readable(chunk)?;
            let target = Target {
                number,
                column,
                row,
            };
            let wanted = self.wanted.get(number) == Some(&true);
            let chunk = chunk::transfer(
                &mut self.source,
                &mut self.pages,
                chunk,
                wanted.then_some(&target),
                &mut self.output,
                self.metadata.replace,
            )?;
            if let Some(replaced) = self.replaced.get_mut(number) {
                *replaced += chunk.replaced;
            }
            moved.push(chunk);
        }
        for (chunk, moved) in known.chunks.iter().zip(&mut moved) {
            self.places.push(Went {
                from: chunk.start,
                to: moved.start,
                pages: std::mem::take(&mut moved.pages),
            });
        }
        let mut grown = (0u64, 0u64);
        group.edit_each(CHUNKS, |number, chunk| {
            let moved = moved.get(number).ok_or(NO_CHUNK)?;
            let before = unpacked(chunk)?;
            metadata::change_chunk(chunk, moved, &mut self.metadata)?;
            grown.0 = grown.0.saturating_add(before);
            grown.1 = grown.1.saturating_add(unpacked(chunk)?);
            Ok(())
        })?;
        metadata::change_group(group, &moved, grown)?;
        group.edit_each(CHUNKS, |_, chunk| {
            index::move_filter(chunk, &mut self.source, &mut self.output)
        })
    }

    fn indexes(&mut self, group: &mut Fields<'_>, places: &[Went]) -> Result<(), FormatError> {
        let (source, output) = (&mut self.source, &mut self.output);
        group.edit_each(CHUNKS, |_, chunk| index::move_values(chunk, source, output))?;
        group.edit_each(CHUNKS, |number, chunk| {
            let went = places.get(number).ok_or(NO_CHUNK)?;
            index::move_offsets(chunk, went, source, output)
        })
    }
}

const NO_CHUNK: FormatError = FormatError::Malformed {
    what: "row group of a parquet file",
    offset: 0,
};

/// Are the pages of a chunk there, and readable?
fn readable(chunk: &Chunk) -> Result<(), FormatError> {
    if chunk.encrypted {
        return Err(ENCRYPTED);
    }
    if chunk.elsewhere {
        return Err(FormatError::Unsupported {
            what: "parquet column in another file that is to be changed",
        });
    }
    Ok(())
}

/// What a chunk unpacks to, as its metadata claims.
fn unpacked(chunk: &mut Fields<'_>) -> Result<u64, FormatError> {
    let mut bytes = 0;
    chunk.edit(3, |meta| {
        bytes = meta.size(6)?.unwrap_or(0);
        Ok(true)
    })?;
    Ok(bytes)
}
