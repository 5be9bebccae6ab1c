//! Reads SQLite databases and their write-ahead logs, page by page.
//!
//! A seekable reader enters; the tables, every text and blob with its row, and
//! the bytes in no table's use leave, to a [`Visit`]: rows that were deleted are
//! mostly still there, and are published with the file. No SQL runs, and
//! nothing a page says is believed: trees and chains that come back are cut.
//! Source: <https://www.sqlite.org/fileformat2.html>.

mod create;
mod free;
mod pages;
mod record;
#[cfg(test)]
mod tests;
mod tree;
mod wal;

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::FormatError;
use super::value::Value;
use pages::Pages;

/// Begins a database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Bytes of the header of the database, at the front of the first page.
const HEADER: usize = 100;

/// Most bytes of names and statements held of the schema.
const SCHEMA: usize = 64 << 20;

/// How text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encoding {
    #[default]
    Utf8,
    Utf16(Endian),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endian {
    Little,
    Big,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its name. Pages that belong to no table are told as `page-N`.
    pub name: String,
    /// Names of the columns, in the order of the values, and their types as
    /// declared. A value beyond them has a column without a name.
    pub columns: Vec<(String, String)>,
}

/// Receives what is found.
pub trait Visit {
    /// A table begins; the values that follow are its own.
    fn table(&mut self, table: &Table) -> io::Result<()>;
    /// A text (in UTF-8, whatever the database uses) or a blob, with the number
    /// of its column and its rowid, or its place where rows have none.
    fn value(
        &mut self,
        column: usize,
        row: u64,
        text: bool,
        value: &mut Value<'_>,
    ) -> io::Result<()>;
    /// An integer of a row of a table, likewise.
    fn number(&mut self, _column: usize, _row: u64, _value: i64) -> io::Result<()> {
        Ok(())
    }
    /// The table is over; it had so many rows, unless some were left out.
    fn end(&mut self, rows: Option<u64>) -> io::Result<()>;
    /// Bytes of a page that nothing uses, and their place in the file.
    fn free(&mut self, bytes: &[u8], place: u64) -> io::Result<()>;
    /// Something was not read whole.
    fn problem(&mut self, error: &FormatError);
}

/// How far a walk goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest row that is read whole.
    pub value: u64,
    /// Most tables and indexes.
    pub tables: usize,
    /// Most rows of a table; those behind are not read.
    pub sample: Option<u64>,
}

/// How a walk ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Parts of the file to be read as bytes: no table uses them, or their pages
    /// are not understood.
    pub unread: Vec<Range<u64>>,
    /// Rows were left out, being beyond the sample. Their pages cannot be told
    /// from unused ones, which are left out too.
    pub sampled: bool,
    /// There were indexes, which repeat what is in the tables.
    pub indexes: bool,
}

/// Is it a database or a write-ahead log? `head` are the first bytes.
pub fn looks_like(head: &[u8]) -> bool {
    database(head).is_some() || wal::looks_like(head)
}

/// Page size and reserved bytes of a database.
fn database(head: &[u8]) -> Option<(usize, u8)> {
    if !head.starts_with(MAGIC) {
        return None;
    }
    let size = match u16::from_be_bytes(*head.get(16..)?.first_chunk()?) {
        1 => 65_536,
        size => usize::from(size),
    };
    let reserved = *head.get(20)?;
    let sound = size >= 512 && size.is_power_of_two() && size - usize::from(reserved) >= 480;
    sound.then_some((size, reserved))
}

/// The encoding the header of a database names.
fn encoding(head: &[u8]) -> Encoding {
    match head.get(56..60) {
        Some([0, 0, 0, 2]) => Encoding::Utf16(Endian::Little),
        Some([0, 0, 0, 3]) => Encoding::Utf16(Endian::Big),
        _ => Encoding::Utf8,
    }
}

/// Reads all of a file of `size` bytes. An error means that it was not read.
pub fn walk<R: ?Sized + Read + Seek>(
    reader: &mut R,
    size: u64,
    limits: &Limits,
    visit: &mut dyn Visit,
) -> Result<End, FormatError> {
    let mut head = Vec::new();
    reader.rewind()?;
    reader.take(HEADER as u64).read_to_end(&mut head)?;
    if let Some((page, reserved)) = database(&head) {
        let pages = Pages::new(reader, size, page, reserved);
        let mut walk = Walk::new(pages, limits, visit);
        walk.encoding = encoding(&head);
        walk.database()?;
        return Ok(walk.finish());
    }
    let page = wal::page_size(&head).ok_or(FormatError::Malformed {
        what: "header of an SQLite file",
        offset: 0,
    })?;
    let pages = Pages::new(reader, size, page, 0);
    let mut walk = Walk::new(pages, limits, visit);
    walk.log()?;
    Ok(walk.finish())
}

struct Walk<'w, 'r, R: ?Sized> {
    pages: Pages<'r, R>,
    limits: &'w Limits,
    visit: &'w mut dyn Visit,
    encoding: Encoding,
    end: End,
    /// What is read of the schema while its rows go by.
    schema: Option<Vec<Entry>>,
    /// Bytes of names and statements that may still be held.
    room: usize,
    /// Row of a table without rowids, or number of rows so far.
    rows: u64,
    /// Pages of overflow that may still be read: those of a log are shared by
    /// the many versions of a row.
    overflow: u64,
    /// Each kind of damage, told once: it is mostly on many pages.
    damage: Vec<FormatError>,
    /// The rows at hand are those of a page no tree led to.
    lost: bool,
    /// A payload that is not on one page, and a text in UTF-8.
    payload: Vec<u8>,
    decoded: Vec<u8>,
    held: Vec<u8>,
}

/// A row of the schema that names a tree.
struct Entry {
    name: String,
    /// The statement that made it, unless it is an index.
    sql: String,
    root: u32,
    index: bool,
}

impl<'w, 'r, R: ?Sized + Read + Seek> Walk<'w, 'r, R> {
    fn new(pages: Pages<'r, R>, limits: &'w Limits, visit: &'w mut dyn Visit) -> Self {
        let overflow = u64::from(pages.count()).saturating_mul(4);
        Self {
            pages,
            limits,
            visit,
            encoding: Encoding::default(),
            end: End::default(),
            schema: None,
            room: SCHEMA,
            rows: 0,
            overflow,
            damage: Vec::new(),
            lost: false,
            payload: Vec::new(),
            decoded: Vec::new(),
            held: Vec::new(),
        }
    }

    fn database(&mut self) -> Result<(), FormatError> {
        self.schema = Some(Vec::new());
        let columns = [("type", "text"), ("name", "text"), ("tbl_name", "text")];
        let columns = columns
            .into_iter()
            .chain([("rootpage", "int"), ("sql", "text")]);
        let table = Table {
            name: "sqlite_schema".to_owned(),
            columns: columns
                .map(|(name, of)| (name.to_owned(), of.to_owned()))
                .collect(),
        };
        self.table(&table, 1, true)?;
        for entry in self.schema.take().unwrap_or_default() {
            if entry.index {
                self.end.indexes = true;
                self.tree(entry.root, false)?;
            } else {
                let columns = create::parse(&entry.sql).columns;
                let name = entry.name;
                self.table(&Table { name, columns }, entry.root, true)?;
            }
        }
        self.unused()
    }

    fn table(&mut self, table: &Table, root: u32, values: bool) -> Result<(), FormatError> {
        self.visit.table(table)?;
        self.rows = 0;
        self.tree(root, values)?;
        let rows = (!self.end.sampled).then_some(self.rows);
        Ok(self.visit.end(rows)?)
    }

    /// Takes note of damage, which ends a tree or a row but not the walk.
    fn damaged(&mut self, error: FormatError) -> Result<(), FormatError> {
        if matches!(error, FormatError::Io(_)) {
            return Err(error);
        }
        let kind = |error: &FormatError| match error {
            FormatError::Truncated { what, .. } | FormatError::Malformed { what, .. } => *what,
            FormatError::Limit { what } | FormatError::Unsupported { what } => what,
            FormatError::Io(_) => "",
        };
        if !self.lost && !self.damage.iter().any(|known| kind(known) == kind(&error)) {
            self.damage.push(error);
        }
        Ok(())
    }

    /// Damage and what else is to be told at the end.
    fn finish(self) -> End {
        for error in &self.damage {
            self.visit.problem(error);
        }
        self.end
    }
}
