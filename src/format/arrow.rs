//! Reads Arrow IPC: streams, files (Feather version 2), and Feather version 1.
//!
//! A seekable reader enters; the schema, metadata and every value of a text or
//! binary column with its row leave, to a [`Visit`]. Values are told apart by
//! their offsets, since in the file they stand end to end. Buffers of
//! integers are read where they are wanted, those of other numbers never. Damage to a column or a batch is told, and reading goes on
//! behind it.
//! Source: <https://arrow.apache.org/docs/format/Columnar.html>.

mod batch;
mod buffers;
mod feather;
mod footer;
mod integers;
mod message;
pub mod rewrite;
mod rows;
mod schema;
#[cfg(test)]
mod tests;
mod views;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Seek};
use std::ops::Range;

pub use schema::{Column, Metadata, Schema};

use super::FormatError;
use super::flatbuffer::Table;
use super::value::Value;
use batch::{Batch, Parts};
use buffers::Body;
use message::{Header, Message, Next};
use schema::Field;

/// Begins and ends a file.
const MAGIC: &[u8] = b"ARROW1";
/// Begins and ends a Feather file of version 1.
const FEATHER: &[u8] = b"FEA1";
/// The messages of a file begin here.
const START: u64 = 8;

/// Receives what is found.
pub trait Visit {
    /// The schema, whose flatbuffer stands at a place of the file. A second one
    /// that differs is told too; columns are numbered by the last.
    fn schema(&mut self, schema: &Schema, place: u64) -> io::Result<()>;
    /// A key-value pair of a message or of the file, and the value's place.
    fn metadata(&mut self, key: &[u8], value: &[u8], place: u64) -> io::Result<()>;
    /// Are the integers of this column wanted, as decimal text?
    fn wants_numbers(&self, _column: usize) -> bool {
        false
    }
    /// A value that is not empty, with its column and row.
    fn value(&mut self, column: usize, row: u64, value: &mut Value<'_>) -> io::Result<()>;
    /// Bytes in a column's buffers that belong to no row, and their place.
    fn unused(&mut self, column: usize, bytes: &mut dyn Read, place: Option<u64>)
    -> io::Result<()>;
    /// A column of a batch, a batch, or what follows was not read whole.
    fn problem(&mut self, column: Option<usize>, error: &FormatError);
}

/// How far a walk goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'l> {
    /// Longest flatbuffer.
    pub header: u64,
    /// Longest value that is read whole.
    pub value: u64,
    /// Most that a compressed buffer yields per byte.
    pub ratio: u64,
    /// What all compressed buffers may yield: less once they have.
    pub unpacked: &'l Cell<u64>,
    /// Most rows; those behind are not read.
    pub sample: Option<u64>,
}

/// How a walk ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Parts of the file that belong to no message.
    pub unread: Vec<Range<u64>>,
    /// Rows of all batches, as claimed.
    pub rows: u64,
    /// Rows were left out, being beyond the sample.
    pub sampled: bool,
}

/// Is it Arrow or Feather? `head` are the first bytes.
pub fn looks_like(head: &[u8]) -> bool {
    head.starts_with(b"ARROW1\0\0") || is_feather(head) || message::begins(head)
}

/// Feather pads its magic, so that no text is taken for it.
fn is_feather(head: &[u8]) -> bool {
    head.starts_with(b"FEA1\0\0\0\0")
}

/// Reads all of a file of `size` bytes. An error means that what was not told
/// so far was not read at all.
pub fn walk<R: ?Sized + Read + Seek>(
    reader: &mut R,
    size: u64,
    limits: &Limits<'_>,
    visit: &mut dyn Visit,
) -> Result<End, FormatError> {
    let mut head = Vec::new();
    reader.rewind()?;
    reader.take(START).read_to_end(&mut head)?;
    let reader = RefCell::new(reader);
    let mut walk = Walk {
        reader: &reader,
        size,
        limits,
        visit,
        schema: None,
        dictionaries: HashMap::new(),
        seen: HashSet::new(),
        end: End::default(),
    };
    if is_feather(&head) {
        walk.feather()?;
    } else if head.starts_with(MAGIC) {
        walk.file()?;
    } else {
        walk.stream()?;
    }
    Ok(walk.end)
}

struct Walk<'w, 'r, R: ?Sized> {
    reader: &'r RefCell<&'r mut R>,
    size: u64,
    limits: &'r Limits<'r>,
    visit: &'w mut dyn Visit,
    schema: Option<Schema>,
    dictionaries: HashMap<i64, Vec<usize>>,
    /// Bodies read so far, by their place.
    seen: HashSet<u64>,
    end: End,
}

impl<R: ?Sized + Read + Seek> Walk<'_, '_, R> {
    /// One stream, or several behind each other.
    fn stream(&mut self) -> Result<(), FormatError> {
        let mut at = 0;
        loop {
            let from = at;
            at = self.messages(at, self.size)?;
            // Where a stream begins and breaks off at once no other one follows.
            let again = at > from && at < self.size && self.begins(at)?;
            if !again {
                break;
            }
        }
        self.unread(at..self.size);
        Ok(())
    }

    fn begins(&self, at: u64) -> Result<bool, FormatError> {
        let mut head = Vec::new();
        let mut reader = self.reader.borrow_mut();
        reader.seek(io::SeekFrom::Start(at))?;
        (&mut **reader).take(8192).read_to_end(&mut head)?;
        Ok(message::begins(&head))
    }

    /// Reads messages from `at` to the mark of the end, or to `end`; answers how
    /// far they went. Damage to a body is passed over, for its length is known;
    /// damage to a header ends it.
    fn messages(&mut self, at: u64, end: u64) -> Result<u64, FormatError> {
        let mut at = at;
        while at < end {
            let next = message::read(&mut **self.reader.borrow_mut(), at, end, self.limits.header);
            let message = match next {
                Ok(Next::Message(message)) => message,
                Ok(Next::End(behind)) => return Ok(behind),
                Err(error) => {
                    // Without any schema this is no Arrow: let it be swept.
                    if self.schema.is_none() || matches!(error, FormatError::Io(_)) {
                        return Err(error);
                    }
                    self.visit.problem(None, &error);
                    return Ok(at);
                }
            };
            let behind = message.body.saturating_add(message.body_len);
            if let Err(error) = self.message(&message) {
                let fatal = self.schema.is_none() || matches!(error, FormatError::Io(_));
                if fatal {
                    return Err(error);
                }
                self.visit.problem(None, &error);
            }
            if behind > end {
                let what = "body of an Arrow message";
                let offset = message.at;
                let error = FormatError::Truncated { what, offset };
                self.visit.problem(None, &error);
            }
            at = behind.min(end);
        }
        Ok(at)
    }

    fn message(&mut self, message: &Message) -> Result<(), FormatError> {
        self.seen.insert(message.body);
        if let Some(pairs) = message.metadata()? {
            self.pairs(pairs, message.at)?;
        }
        let (header, version) = message.parse()?;
        let old_unions = version < message::V5;
        match header {
            Header::Schema(table) => self.take_schema(&table, message.header.len(), message.at),
            Header::Tensor => Ok(()),
            Header::Batch(batch) => {
                let first = self.end.rows;
                let length = u64::try_from(batch.i64(0, 0)?).unwrap_or(0);
                self.end.rows = first.saturating_add(length);
                if length > 0 && self.limits.sample.is_some_and(|most| first >= most) {
                    self.end.sampled = true;
                    return Ok(());
                }
                self.batch(&batch, message, old_unions, first, None)
            }
            Header::Dictionary(dictionary) => {
                let id = dictionary.i64(0, 0)?;
                let what = "dictionary of an Arrow stream";
                let wrong = || buffers::malformed(what, message.at);
                let batch = dictionary.table(1)?.ok_or_else(wrong)?;
                self.batch(&batch, message, old_unions, 0, Some(id))
            }
        }
    }

    /// Takes note of a schema; one that says the same again is not told again.
    fn take_schema(
        &mut self,
        table: &Table<'_>,
        size: usize,
        place: u64,
    ) -> Result<(), FormatError> {
        let schema = schema::parse(table, size)?;
        if schema.big_endian {
            let what = "big-endian Arrow data";
            return Err(FormatError::Unsupported { what });
        }
        let known = self.schema.as_ref();
        let same = known.is_some_and(|known| known.fields == schema.fields && known.says(&schema));
        if !same {
            self.visit.schema(&schema, place)?;
            self.dictionaries = dictionaries(&schema.fields);
            self.schema = Some(schema);
        }
        Ok(())
    }

    fn batch(
        &mut self,
        table: &Table<'_>,
        message: &Message,
        old_unions: bool,
        first: u64,
        dictionary: Option<i64>,
    ) -> Result<(), FormatError> {
        let what = "order of an Arrow stream: a batch before the schema";
        let schema = self.schema.take();
        let schema = schema.ok_or_else(|| buffers::malformed(what, message.at))?;
        let codec = message::codec(table);
        let parts = Parts::new(table);
        let len = message.body_len.min(self.size.saturating_sub(message.body));
        let read = codec.and_then(|codec| {
            let mut batch = Batch {
                body: Body {
                    reader: self.reader,
                    start: message.body,
                    len,
                    codec,
                    // Offsets of lists are read for each column below them.
                    budget: Cell::new(len.saturating_mul(8).saturating_add(1 << 20)),
                    ratio: self.limits.ratio,
                    unpacked: self.limits.unpacked,
                },
                visit: &mut *self.visit,
                first,
                sample: self.limits.sample.unwrap_or(u64::MAX),
                longest: self.limits.value,
                sampled: false,
                old_unions,
                parts: parts?,
                levels: Vec::new(),
                held: Vec::new(),
            };
            let read = match dictionary {
                None => batch.fields(&schema.fields),
                Some(id) => match self.dictionaries.get(&id) {
                    Some(way) => {
                        find(&schema.fields, way).map_or(Ok(()), |field| batch.dictionary(field))
                    }
                    None => Err(buffers::malformed(
                        "number of an Arrow dictionary",
                        message.at,
                    )),
                },
            };
            self.end.sampled |= batch.sampled;
            read
        });
        self.schema = Some(schema);
        read
    }

    fn unread(&mut self, range: Range<u64>) {
        if range.start < range.end {
            self.end.unread.push(range);
        }
    }
}

/// Where the fields are whose values are in dictionaries, by the dictionary's
/// number: there may be as many of both as a hostile file has room for.
fn dictionaries(fields: &[Field]) -> HashMap<i64, Vec<usize>> {
    fn note(fields: &[Field], way: &mut Vec<usize>, found: &mut HashMap<i64, Vec<usize>>) {
        for (index, field) in fields.iter().enumerate() {
            way.push(index);
            if let Some(id) = field.dictionary {
                found.entry(id).or_insert_with(|| way.clone());
            }
            note(&field.children, way, found);
            way.pop();
        }
    }
    let mut found = HashMap::new();
    note(fields, &mut Vec::new(), &mut found);
    found
}

/// The field at the end of a way through the children.
fn find<'f>(fields: &'f [Field], way: &[usize]) -> Option<&'f Field> {
    let (&first, rest) = way.split_first()?;
    let field = fields.get(first)?;
    if rest.is_empty() {
        return Some(field);
    }
    find(&field.children, rest)
}

impl Schema {
    /// Does the other one name and tell the same things?
    fn says(&self, other: &Self) -> bool {
        let pairs = |schema: &Self| {
            let pairs = schema.metadata.iter();
            let pairs =
                pairs.map(|pair| (pair.route.clone(), pair.key.clone(), pair.value.clone()));
            pairs.collect::<Vec<_>>()
        };
        self.columns == other.columns && pairs(self) == pairs(other)
    }
}
