//! The footer of a parquet file.
//!
//! A seekable reader enters; columns, metadata and the way to the row groups
//! leave. Row groups are decoded one at a time, since a file may have a million.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::schema::{self, Column};
use crate::format::FormatError;
use crate::format::thrift::{STRUCT, Thrift};

/// Length of the footer, and `PAR1`.
const TAIL: u64 = 8;

const WHAT: &str = "parquet footer";

/// What the footer says.
#[derive(Debug)]
pub struct Footer {
    bytes: Vec<u8>,
    /// Its place in the file.
    pub start: u64,
    /// The leaves of the schema.
    pub columns: Vec<Column>,
    /// Rows of the file, as claimed.
    pub rows: u64,
    /// Where in [`bytes`](Self::bytes) the keys and values of the metadata stand.
    pub key_values: Vec<(Range<usize>, Range<usize>)>,
    /// Where the name of the writer stands.
    pub created_by: Range<usize>,
    /// Where the names of the schema stand, groups included.
    pub names: Vec<Range<usize>>,
    /// Why something may be missing, if it may.
    pub incomplete: Option<FormatError>,
    groups: (usize, u64),
}

/// A row group: its rows and its chunks, one a column.
#[derive(Debug, Default)]
pub struct RowGroup {
    /// Rows, as claimed.
    pub rows: u64,
    /// In the order of the columns.
    pub chunks: Vec<Chunk>,
}

/// Where the pages of a column in a row group are.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// How pages are compressed.
    pub(super) codec: i64,
    /// Values, nulls included, as claimed.
    pub(super) values: u64,
    /// Place of the first page.
    pub(super) start: u64,
    /// Bytes of all pages.
    pub(super) size: u64,
    /// Are its pages encrypted?
    pub encrypted: bool,
    /// Is it in another file?
    pub elsewhere: bool,
    /// Where in the footer smallest and largest values stand.
    pub statistics: [Range<usize>; 4],
    /// Where in the footer the keys and values of its own metadata stand.
    pub key_values: Vec<(Range<usize>, Range<usize>)>,
}

/// Reads the footer of a file of `size` bytes. Of a footer that is longer than
/// `longest` or has more than `columns` elements nothing is read.
pub fn read_footer<R: Read + Seek>(
    reader: &mut R,
    size: u64,
    longest: u64,
    columns: u64,
) -> Result<Footer, FormatError> {
    let end = size.checked_sub(TAIL).filter(|&end| end >= 4);
    let end = end.ok_or(FormatError::Truncated {
        what: "parquet file",
        offset: 0,
    })?;
    reader.seek(SeekFrom::Start(end))?;
    let mut tail = Vec::new();
    reader.take(TAIL).read_to_end(&mut tail)?;
    let (length, magic) = match tail.split_first_chunk::<4>() {
        Some((length, magic)) => (u64::from(u32::from_le_bytes(*length)), magic),
        None => (0, &[][..]),
    };
    match magic {
        b"PAR1" => {}
        b"PARE" => {
            let what = "encrypted parquet footer";
            return Err(FormatError::Unsupported { what });
        }
        _ => {
            return Err(FormatError::Malformed {
                what: "end of a parquet file",
                offset: end,
            });
        }
    }
    let start = end.checked_sub(length).filter(|&start| start >= 4);
    let start = start.ok_or(FormatError::Malformed {
        what: "length of a parquet footer",
        offset: end,
    })?;
    if length > longest {
        let what = "length of a parquet footer";
        return Err(FormatError::Limit { what });
    }
    reader.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    let mut footer = Footer::new(bytes, start);
    if let Err(error) = footer.parse(columns) {
        if footer.columns.is_empty() {
            return Err(error);
        }
        footer.incomplete = Some(error);
    }
    Ok(footer)
}

impl Footer {
    fn new(bytes: Vec<u8>, start: u64) -> Self {
        Self {
            bytes,
            start,
            columns: Vec::new(),
            rows: 0,
            key_values: Vec::new(),
            created_by: 0..0,
            names: Vec::new(),
            incomplete: None,
            groups: (0, 0),
        }
    }

    fn parse(&mut self, columns: u64) -> Result<(), FormatError> {
        let bytes = std::mem::take(&mut self.bytes);
        let parsed = self.parse_bytes(&bytes, columns);
        self.bytes = bytes;
        parsed
    }

    fn parse_bytes(&mut self, bytes: &[u8], columns: u64) -> Result<(), FormatError> {
        let mut thrift = Thrift::new(bytes, self.start, WHAT);
        let mut last = 0;
        while let Some(field) = thrift.field(&mut last)? {
            match field.id {
                2 => {
                    let count = thrift.structs(field)?;
                    self.columns =
                        schema::read(&mut thrift, bytes, count, columns, &mut self.names)?;
                }
                3 => self.rows = thrift.size(field)?,
                4 => {
                    let count = thrift.structs(field)?;
                    self.groups = (thrift.position(), count);
                    for _ in 0..count {
                        thrift.skip_struct()?;
                    }
                }
                5 => {
                    for _ in 0..thrift.structs(field)? {
                        let pair = pair(&mut thrift)?;
                        self.key_values.push(pair);
                    }
                }
                6 => self.created_by = thrift.binary(field)?,
                _ => thrift.skip(field)?,
            }
        }
        Ok(())
    }

    /// Bytes of the footer.
    pub fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// All its bytes.
    pub(super) fn all(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of the row groups.
    pub fn groups(&self) -> u64 {
        self.groups.1
    }

    /// The row groups one after another; behind an error there are no more.
    pub fn row_groups(&self) -> impl Iterator<Item = Result<RowGroup, FormatError>> {
        let mut thrift = Thrift::new(&self.bytes, self.start, WHAT);
        thrift.resume(self.groups.0);
        let mut left = self.groups.1;
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let group = row_group(&mut thrift, self.columns.len() as u64);
            if group.is_err() {
                left = 0;
            }
            Some(group)
        })
    }
}

fn pair(thrift: &mut Thrift<'_>) -> Result<(Range<usize>, Range<usize>), FormatError> {
    let (mut key, mut value) = (0..0, 0..0);
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => key = thrift.binary(field)?,
            2 => value = thrift.binary(field)?,
            _ => thrift.skip(field)?,
        }
    }
    Ok((key, value))
}

fn row_group(thrift: &mut Thrift<'_>, columns: u64) -> Result<RowGroup, FormatError> {
    let mut group = RowGroup::default();
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => {
                let (kind, count) = thrift.list(field)?;
                if kind != STRUCT || count != columns {
                    return Err(thrift.malformed());
                }
                for _ in 0..count {
                    let chunk = chunk(thrift)?;
                    group.chunks.push(chunk);
                }
            }
            3 => group.rows = thrift.size(field)?,
            _ => thrift.skip(field)?,
        }
    }
    Ok(group)
}

fn chunk(thrift: &mut Thrift<'_>) -> Result<Chunk, FormatError> {
    let mut chunk = Chunk::default();
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => chunk.elsewhere = !thrift.binary(field)?.is_empty(),
            3 => {
                thrift.enter(field)?;
                metadata(thrift, &mut chunk)?;
            }
            8 => {
                chunk.encrypted = true;
                thrift.skip(field)?;
            }
            _ => thrift.skip(field)?,
        }
    }
    Ok(chunk)
}

fn metadata(thrift: &mut Thrift<'_>, chunk: &mut Chunk) -> Result<(), FormatError> {
    let (mut data, mut dictionary) = (0, None);
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            4 => chunk.codec = thrift.int(field)?,
            5 => chunk.values = thrift.size(field)?,
            7 => chunk.size = thrift.size(field)?,
            8 => {
                for _ in 0..thrift.structs(field)? {
                    let pair = pair(thrift)?;
                    chunk.key_values.push(pair);
                }
            }
            9 => data = thrift.size(field)?,
            11 => dictionary = Some(thrift.size(field)?),
            12 => {
                thrift.enter(field)?;
                chunk.statistics = statistics(thrift)?;
            }
            _ => thrift.skip(field)?,
        }
    }
    // Some writers put a 0 where there is no dictionary.
    let dictionary = dictionary.filter(|&place| place >= 4 && (place < data || data == 0));
    chunk.start = dictionary.unwrap_or(data);
    Ok(())
}

/// Largest and smallest value, in the old and the new fields.
fn statistics(thrift: &mut Thrift<'_>) -> Result<[Range<usize>; 4], FormatError> {
    let mut found = [const { 0..0 }; 4];
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => found[0] = thrift.binary(field)?,
            2 => found[1] = thrift.binary(field)?,
            5 => found[2] = thrift.binary(field)?,
            6 => found[3] = thrift.binary(field)?,
            _ => thrift.skip(field)?,
        }
    }
    Ok(found)
}
