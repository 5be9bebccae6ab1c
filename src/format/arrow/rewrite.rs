//! Writes an Arrow IPC stream or file (Feather version 2) again, with some of
//! its values replaced.
//!
//! A seekable reader and somebody who knows new values enter; the same stream
//! or file leaves. Whatever holds no replaced value is copied byte for byte: the
//! schema, metadata, batches, and the buffers of other columns in a batch that
//! has one. Lengths, nulls and the shape of nested columns never change. Damage
//! is an error, since what was written so far is then of no use.
//! Source: <https://arrow.apache.org/docs/format/Columnar.html>.

mod ask;
mod batch;
mod file;
mod fixed;
mod header;
mod layout;
mod metadata;
mod pack;
mod strings;
#[cfg(test)]
mod tests;
mod views;
mod wanted;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::rc::Rc;

use super::message::{self, Header, Message, Next};
use super::schema::{self, Column};
use super::{MAGIC, START, buffers, is_feather};
use crate::format::FormatError;
use crate::format::flatbuffer::Table;
use layout::Rows;
use metadata::Holder;
use wanted::Known;

/// Bytes copied at once.
const PIECE: usize = 256 * 1024;

/// Knows which values are to be replaced, and by what.
pub trait Replace {
    /// Shall the values of this column be looked at? Asked once for each column
    /// that can be rewritten: text, bytes and integers. In a stream whose schema
    /// changes, columns are numbered, and asked for, anew.
    fn wants(&mut self, index: usize, column: &Column) -> bool;

    /// Looks at some values that follow each other in a column, of one batch;
    /// answers those that change, by their index in `values`, each once.
    ///
    /// `None` is a null, or a number beyond 64 signed bits. `first` is the
    /// number of values of the column before these ones: the row of the first
    /// one, unless the column is inside a list or its values are those of a
    /// dictionary. A dictionary shared by several columns is shown once, as the
    /// values of one of them. Entries that become equal are still two, which
    /// pandas refuses to read: better give different ones different new values.
    fn batch(
        &mut self,
        column: usize,
        first: u64,
        values: &[Option<Value<'_>>],
    ) -> Vec<(usize, Replacement)>;

    /// Looks at bytes in a column's buffers that belong to no value: before,
    /// between or behind the values, or below a null. Shall they be dropped? They
    /// are dropped in any case where a value of the column is replaced in the
    /// same batch.
    fn unused(&mut self, column: usize, bytes: &[u8]) -> bool {
        let _ = (column, bytes);
        false
    }

    /// Looks at a key-value pair of the schema, of one of its fields or of the
    /// file; answers its new value, if any. A file says the pairs of its schema
    /// twice, and both times they are asked for.
    fn metadata(&mut self, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        let _ = (key, value);
        None
    }
}

/// A value as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'v> {
    /// Of a column of text or bytes.
    Bytes(&'v [u8]),
    /// Of a column of integers.
    Int(i64),
}

/// What stands in place of a value, of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// UTF-8 for a column of text; of the same length for one of fixed length.
    Bytes(Vec<u8>),
    /// Within the range of the column's type.
    Int(i64),
}

/// How far rewriting goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'l> {
    /// Longest flatbuffer.
    pub header: u64,
    /// Most that a compressed buffer yields per byte.
    pub ratio: u64,
    /// What all compressed buffers may yield: less once they have.
    pub unpacked: &'l Cell<u64>,
    /// Most bytes that one column of a batch takes, unpacked; and as many for
    /// all new buffers of a batch.
    pub held: u64,
}

/// What was done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Values replaced; those of a dictionary count once.
    pub replaced: u64,
    /// Batches written with new buffers, those of dictionaries included.
    pub batches: u64,
    /// Values of key-value pairs replaced, in each place they stand in.
    pub metadata: u64,
    /// Parts of the input that belong to no message; copied as they are.
    pub unread: Vec<Range<u64>>,
}

/// Writes what `input`, of `size` bytes, holds to `output`, with new values.
/// After an error `output` holds a part that is to be thrown away.
pub fn rewrite<R: ?Sized + Read + Seek>(
    input: &mut R,
    size: u64,
    output: &mut dyn Write,
    limits: &Limits<'_>,
    replace: &mut dyn Replace,
) -> Result<Summary, FormatError> {
    let mut head = Vec::new();
    input.rewind()?;
    input.take(START).read_to_end(&mut head)?;
    if is_feather(&head) {
        let what = "rewriting of Feather version 1";
        return Err(FormatError::Unsupported { what });
    }
    let input = RefCell::new(input);
    let mut rewriter = Rewriter {
        input: &input,
        size,
        output,
        written: 0,
        limits,
        replace,
        known: None,
        one_schema: false,
        moved: HashMap::new(),
        summary: Summary::default(),
    };
    if head.starts_with(MAGIC) {
        rewriter.file()?;
    } else {
        rewriter.stream()?;
    }
    Ok(rewriter.summary)
}

struct Rewriter<'w, 'r, R: ?Sized> {
    input: &'r RefCell<&'r mut R>,
    size: u64,
    output: &'w mut dyn Write,
    /// Bytes written so far.
    written: u64,
    limits: &'r Limits<'r>,
    replace: &'w mut dyn Replace,
    /// The schema, and which columns are looked at.
    known: Option<Rc<Known>>,
    /// A file, in which all schemas have to be the same.
    one_schema: bool,
    /// Where the batches are now that a footer lists, by their old places.
    moved: HashMap<u64, Option<Moved>>,
    summary: Summary,
}

/// The new place of a message.
#[derive(Clone, Copy)]
struct Moved {
    at: u64,
    /// Bytes that its header grew by.
    grown: u64,
    /// Length of the body, before and now.
    body: (u64, u64),
}

impl<R: ?Sized + Read + Seek> Rewriter<'_, '_, R> {
    /// One stream, or several behind each other.
    fn stream(&mut self) -> Result<(), FormatError> {
        let mut at = 0;
        loop {
            at = self.messages(at)?;
            if at >= self.size || !self.begins(at)? {
                break;
            }
        }
        if self.known.is_none() {
            let what = "schema of an Arrow stream";
            return Err(FormatError::Truncated { what, offset: at });
        }
        self.leave(at..self.size)
    }

    fn begins(&self, at: u64) -> Result<bool, FormatError> {
        Ok(message::begins(&self.peek(at)?))
    }

    fn peek(&self, at: u64) -> Result<Vec<u8>, FormatError> {
        let mut head = Vec::new();
        let mut input = self.input.borrow_mut();
        input.seek(SeekFrom::Start(at))?;
        (&mut **input).take(8192).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Messages from `at` to the mark of the end or of the input; answers how
    /// far they went.
    fn messages(&mut self, at: u64) -> Result<u64, FormatError> {
        let mut at = at;
        while at < self.size {
            match self.next(at, self.size)? {
                Next::Message(message) => at = self.message(at, &message, self.size)?,
                Next::End(behind) => {
                    self.copy(at..behind)?;
                    return Ok(behind);
                }
            }
        }
        Ok(at)
    }

    fn next(&self, at: u64, end: u64) -> Result<Next, FormatError> {
        message::read(&mut **self.input.borrow_mut(), at, end, self.limits.header)
    }

    /// Writes the message at `at`, which ends before `end`; answers where the
    /// next one begins.
    fn message(&mut self, at: u64, message: &Message, end: u64) -> Result<u64, FormatError> {
        let behind = message.body.saturating_add(message.body_len);
        if behind > end {
            let what = "body of an Arrow message";
            return Err(FormatError::Truncated { what, offset: at });
        }
        let (header, version) = message.parse()?;
        let old = version < message::V5;
        let written = self.written;
        let new_body = match header {
            Header::Schema(table) => {
                self.take_schema(&table, message.header.len())?;
                let new = self.metadata(&message.header, Holder::Message)?;
                match new {
                    None => None,
                    Some(header) => {
                        self.header(at, message, &header)?;
                        self.copy(message.body..behind)?;
                        Some(message.body_len)
                    }
                }
            }
            Header::Tensor => None,
            Header::Batch(batch) => self.batch(&batch, at..behind, message, (Rows::Table, old))?,
            Header::Dictionary(dictionary) => {
                let id = dictionary.i64(0, 0)?;
                let what = "dictionary of an Arrow stream";
                let wrong = || buffers::malformed(what, at);
                let batch = dictionary.table(1)?.ok_or_else(wrong)?;
                self.batch(&batch, at..behind, message, (Rows::Dictionary(id), old))?
            }
        };
        let body = (message.body_len, new_body.unwrap_or(message.body_len));
        if new_body.is_none() {
            self.copy(at..behind)?;
        }
        if let Some(moved) = self.moved.get_mut(&at) {
            let header = (message.body - at, self.written - written - body.1);
            let grown = header.1.saturating_sub(header.0);
            *moved = Some(Moved {
                at: written,
                grown,
                body,
            });
        }
        Ok(behind)
    }

    /// Writes a new header of the message at `at`, its length in front.
    fn header(&mut self, at: u64, message: &Message, header: &[u8]) -> Result<(), FormatError> {
        let what = "length of an Arrow message header";
        let length = i32::try_from(header.len()).map_err(|_| FormatError::Limit { what })?;
        // The length stands last before the header, behind the mark if any.
        self.copy(at..message.at.saturating_sub(4))?;
        self.write(&length.to_le_bytes())?;
        self.write(header)
    }

    /// Takes note of a schema and asks which columns to look at.
    fn take_schema(&mut self, table: &Table<'_>, size: usize) -> Result<(), FormatError> {
        let schema = schema::parse(table, size)?;
        if schema.big_endian {
            let what = "big-endian Arrow data";
            return Err(FormatError::Unsupported { what });
        }
        let old = self.known.as_ref().map(|known| &known.schema);
        let fields = old.is_some_and(|old| old.fields == schema.fields);
        if fields && old.is_some_and(|old| self.one_schema || old.columns == schema.columns) {
            return Ok(());
        }
        if self.one_schema && old.is_some() {
            let what = "rewriting of an Arrow file with two schemas";
            return Err(FormatError::Unsupported { what });
        }
        self.known = Some(Rc::new(Known::new(schema, self.replace)));
        Ok(())
    }

    /// Copies a part that belongs to no message, and tells it.
    fn leave(&mut self, range: Range<u64>) -> Result<(), FormatError> {
        if range.start < range.end {
            self.copy(range.clone())?;
            self.summary.unread.push(range);
        }
        Ok(())
    }

    /// Copies a part of the input.
    fn copy(&mut self, range: Range<u64>) -> Result<(), FormatError> {
        let what = "part of an Arrow file";
        let offset = range.start;
        let mut left = range.end.saturating_sub(range.start);
        if left == 0 {
            return Ok(());
        }
        let mut piece = vec![0; usize::try_from(left).map_or(PIECE, |left| left.min(PIECE))];
        let mut input = self.input.borrow_mut();
        input.seek(SeekFrom::Start(range.start))?;
        while left > 0 {
            let most = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
            let piece = piece.get_mut(..most).unwrap_or_default();
            let read = input.read(piece)?;
            if read == 0 {
                return Err(FormatError::Truncated { what, offset });
            }
            self.output
                .write_all(piece.get(..read).unwrap_or_default())?;
            left -= read as u64;
            self.written += read as u64;
        }
        Ok(())
    }

    /// Writes bytes that are new.
    fn write(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.output.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}
