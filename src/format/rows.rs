//! The values of structured text: JSON, JSON Lines and tables of delimited text.
//!
//! Chunks of bytes enter in order, cut anywhere; values leave in order, each
//! with its column, its row, the place of its bytes and its decoded text. What
//! the format does not allow leaves too, as stray text. Memory holds one value,
//! however long the input is; nothing is allocated for a value that stands in
//! one chunk.

mod delimited;
mod encode;
mod json;
mod names;
mod shape;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use self::encode::encode;

use self::delimited::Delimited;
use self::json::Json;
use self::shape::Shape;
use super::delimited::FRONT;
use super::json::BYTE_ORDER_MARK;

/// Longest value delivered whole; of longer ones the front is.
const LONGEST: usize = 64 << 20;
/// Columns with a name of their own; later ones share the name `…`.
const COLUMNS: usize = 10_000;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A string of JSON, in quotes.
    JsonString,
    /// A number of JSON, `true`, `false`, `null`, or `NaN` and `Infinity` as
    /// Python writes them.
    JsonLiteral,
    /// A field of a table without quotes.
    Field,
    /// A field of a table in quotes.
    QuotedField,
    /// Text that is no JSON: a broken line from the fault on, a comment. A very
    /// long one comes in pieces.
    Stray,
}

/// A value.
#[derive(Debug)]
pub struct RowValue<'a> {
    /// Number of its column, by first appearance.
    pub column: usize,
    /// Name of its column.
    pub name: &'a str,
    /// 0-based number of its row.
    pub row: u64,
    /// Its bytes in the input, with the quotes.
    pub raw: Range<u64>,
    /// Its text, escapes undone.
    pub text: &'a [u8],
    /// How it is written.
    pub form: Form,
    /// It is longer than 64 MiB, and `text` only its front.
    pub cut: bool,
}

impl RowValue<'_> {
    /// Where its text begins in the input, if it stands there as it is.
    pub fn place(&self) -> Option<u64> {
        let quotes = match self.form {
            Form::JsonString | Form::QuotedField => 2,
            Form::JsonLiteral | Form::Field | Form::Stray => 0,
        };
        // Every escape is longer than what it stands for.
        let whole = self.raw.end.checked_sub(self.raw.start)? == self.text.len() as u64 + quotes;
        whole.then_some(self.raw.start + quotes / 2)
    }
}

/// What is wrong with an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed {what} at byte {offset}")]
pub struct Damage {
    /// What is not as it should be.
    pub what: &'static str,
    /// Where.
    pub offset: u64,
}

/// What takes the values.
pub type Take<'t> = &'t mut dyn FnMut(RowValue<'_>);

/// Reads values from chunks of bytes.
#[derive(Debug)]
pub struct Rows {
    reader: Reader,
    /// The first bytes, until they tell what the rest needs.
    front: Option<Vec<u8>>,
    /// Bytes that were read.
    read: u64,
}

#[derive(Debug)]
enum Reader {
    Json(Box<Json>, Shape),
    Delimited(Box<Delimited>),
}

impl Rows {
    /// The values of a JSON document, of JSON Lines or of documents in a row.
    ///
    /// A column is a path of keys, `user.email`, with `[]` for a step into an
    /// array, `messages[].content`; where the whole document is an array, its
    /// step is left out. Of an object with very many keys, which are data rather
    /// than names, the later ones are all called `*`. A row is a document or, if
    /// there is only one, an element of the first array on the way to the value.
    pub fn json() -> Self {
        Self::new(Reader::Json(Box::default(), Shape::default()))
    }

    /// The fields of comma-, tab-, semicolon- or bar-separated lines. The
    /// delimiter, and whether the first line names the columns, are told from
    /// the front; columns without a name are called `column-N`, from 0.
    pub fn delimited() -> Self {
        Self::new(Reader::Delimited(Box::default()))
    }

    fn new(reader: Reader) -> Self {
        Self {
            reader,
            front: Some(Vec::new()),
            read: 0,
        }
    }

    /// The next bytes.
    pub fn push(&mut self, chunk: &[u8], take: Take<'_>) {
        let mut chunk = chunk;
        if let Some(front) = &mut self.front {
            let most = match &self.reader {
                Reader::Json(..) => shape::FRONT,
                Reader::Delimited(_) => FRONT,
            };
            let (now, rest) = chunk.split_at(chunk.len().min(most - front.len()));
            front.extend_from_slice(now);
            chunk = rest;
            let told = match &mut self.reader {
                Reader::Json(_, shape) => shape.tells(now),
                Reader::Delimited(_) => false,
            };
            if !told && front.len() < most {
                return;
            }
            self.begin(take);
        }
        self.run(chunk, take);
    }

    /// The end of the input: the last value leaves.
    pub fn finish(&mut self, take: Take<'_>) {
        self.begin(take);
        match &mut self.reader {
            Reader::Json(json, _) => json.finish(self.read, take),
            Reader::Delimited(table) => table.finish(self.read, take),
        }
    }

    /// The name of the column with this number.
    pub fn column(&self, column: usize) -> &str {
        match &self.reader {
            Reader::Json(json, _) => json.column(column),
            Reader::Delimited(table) => table.column(column),
        }
    }

    /// Rows begun so far.
    pub fn rows(&self) -> u64 {
        match &self.reader {
            Reader::Json(json, _) => json.rows(),
            Reader::Delimited(table) => table.rows(),
        }
    }

    /// What stands between the fields of a table; a comma before that is known.
    pub fn delimiter(&self) -> u8 {
        match &self.reader {
            Reader::Json(..) => b',',
            Reader::Delimited(table) => table.delimiter(),
        }
    }

    /// The first place where the input is not as it should be. All values
    /// before it have left as such.
    pub fn damage(&self) -> Option<Damage> {
        match &self.reader {
            Reader::Json(json, _) => json.damage(),
            Reader::Delimited(table) => table.damage(),
        }
    }

    /// The front has told what there is to tell: read it.
    fn begin(&mut self, take: Take<'_>) {
        let Some(front) = self.front.take() else {
            return;
        };
        match &mut self.reader {
            Reader::Json(json, shape) => json.begin(shape.lines()),
            Reader::Delimited(table) => table.begin(&front),
        }
        let text = front.strip_prefix(&BYTE_ORDER_MARK).unwrap_or(&front);
        self.read = (front.len() - text.len()) as u64;
        self.run(text, take);
    }

    fn run(&mut self, chunk: &[u8], take: Take<'_>) {
        match &mut self.reader {
            Reader::Json(json, _) => json.run(chunk, self.read, take),
            Reader::Delimited(table) => table.run(chunk, self.read, take),
        }
        self.read += chunk.len() as u64;
    }
}

/// The bytes of a value that began in an earlier chunk.
#[derive(Debug, Default)]
struct Carried {
    /// The first [`LONGEST`] of them.
    bytes: Vec<u8>,
    /// How many there were.
    length: u64,
    last: Option<u8>,
}

impl Carried {
    fn hold(&mut self, part: &[u8]) {
        let room = LONGEST.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
        self.length += part.len() as u64;
        self.last = part.last().copied().or(self.last);
    }

    /// The value that ends with `part`, and whether it was cut.
    fn whole<'a>(&'a mut self, part: &'a [u8]) -> (&'a [u8], bool) {
        if self.length == 0 {
            let front = part.get(..LONGEST);
            return (front.unwrap_or(part), part.len() > LONGEST);
        }
        self.hold(part);
        (&self.bytes, self.length > self.bytes.len() as u64)
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.length = 0;
        self.last = None;
    }
}
