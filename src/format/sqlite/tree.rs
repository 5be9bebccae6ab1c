//! Trees of pages and the rows in their leaves.
//!
//! The number of a root enters; the values of its rows leave, those that go on
//! over a chain of overflow pages too.
//! Source: <https://www.sqlite.org/fileformat2.html#b_tree_pages>.

use std::io::{Read, Seek};
use std::ops::Range;

use super::create;
use super::pages::Places;
use super::record::{Record, utf16, varint};
use super::{Encoding, Entry, HEADER, Walk};
use crate::format::FormatError;
use crate::format::value::{InMemory, Value};

/// Trees of SQLite are some 20 pages deep at most.
const DEPTH: usize = 64;

/// The header of a page of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Rows of an index, or of a table without rowids.
    pub(super) index: bool,
    pub(super) leaf: bool,
    /// Where the header begins.
    begin: usize,
    cells: usize,
}

/// What is on a page: where its cells are and what is told of each.
pub(super) struct Cells {
    /// Parts of the page in use.
    pub(super) used: Vec<Range<usize>>,
    /// Pages below this one.
    children: Vec<u32>,
    rows: Vec<Row>,
}

/// A row as it stands on its page.
struct Row {
    id: Option<u64>,
    /// Bytes of the whole row.
    len: u64,
    /// The part of them on this page.
    local: Range<usize>,
    /// The page that goes on.
    next: Option<u32>,
}

impl Node {
    /// The header on page `number`.
    pub(super) fn new(page: &[u8], number: u32) -> Option<Self> {
        let begin = if number == 1 { HEADER } else { 0 };
        let (index, leaf) = match page.get(begin)? {
            2 => (true, false),
            5 => (false, false),
            10 => (true, true),
            13 => (false, true),
            _ => return None,
        };
        let cells = usize::from(u16::from_be_bytes(array(page, begin + 3)?));
        Some(Self {
            index,
            leaf,
            begin,
            cells,
        })
    }

    /// Reads the cells; `None` where they cannot be true.
    pub(super) fn cells(&self, page: &[u8], usable: usize) -> Option<Cells> {
        let pointers = self.begin + if self.leaf { 8 } else { 12 };
        let end = pointers + 2 * self.cells;
        let mut starts = Vec::new();
        for pointer in page.get(pointers..end)?.chunks_exact(2) {
            starts.push(usize::from(u16::from_be_bytes(array(pointer, 0)?)));
        }
        let mut found = Cells {
            used: Vec::new(),
            children: Vec::new(),
            rows: Vec::new(),
        };
        found.used.push(0..end);
        // In the order of the tree, not of the page.
        for &start in &starts {
            found.cell(self, page, start, usable)?;
        }
        if !self.leaf {
            let last = u32::from_be_bytes(array(page, self.begin + 8)?);
            found.children.push(last);
        }
        found.used.sort_unstable_by_key(|range| range.start);
        let shared = |two: &[Range<usize>]| match two {
            [a, b] => a.end > b.start,
            _ => false,
        };
        // Rows that share bytes could be very many on one page.
        (!found.used.windows(2).any(shared)).then_some(found)
    }
}

impl Cells {
    fn cell(&mut self, node: &Node, page: &[u8], start: usize, usable: usize) -> Option<()> {
        let mut at = start;
        if !node.leaf {
            self.children.push(u32::from_be_bytes(array(page, at)?));
            at += 4;
        }
        let number = |at: &mut usize| {
            let (value, own) = varint(page.get(*at..)?)?;
            *at += own;
            Some(value)
        };
        if !node.leaf && !node.index {
            number(&mut at)?;
            self.used.push(start..at);
            return Some(());
        }
        let len = number(&mut at)?;
        let id = if node.index {
            None
        } else {
            Some(number(&mut at)?)
        };
        let here = local(len, usable, node.index);
        let local = at..at.checked_add(here)?;
        at = local.end;
        let mut next = None;
        if here as u64 != len {
            next = Some(u32::from_be_bytes(array(page, at)?));
            at += 4;
        }
        page.get(start..at)?;
        // The smallest cell takes 4 bytes, however short its row.
        self.used.push(start..at.max(start + 4).min(page.len()));
        self.rows.push(Row {
            id,
            len,
            local,
            next,
        });
        Some(())
    }

    /// Do all rows look like rows? Told of a page that no tree leads to.
    pub(super) fn are_rows(&self, page: &[u8]) -> bool {
        let is_row = |row: &Row| {
            let record = page.get(row.local.clone()).and_then(Record::new);
            record.and_then(Record::claims) == Some(row.len)
        };
        !self.rows.is_empty() && self.rows.iter().all(is_row)
    }
}

/// Bytes of a row of `len` that stand on the page itself.
fn local(len: u64, usable: usize, index: bool) -> usize {
    let most = if index {
        (usable - 12) * 64 / 255 - 23
    } else {
        usable - 35
    };
    if len <= most as u64 {
        return len as usize;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let some = least + ((len - least as u64) % (usable as u64 - 4)) as usize;
    if some <= most { some } else { least }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

impl<R: ?Sized + Read + Seek> Walk<'_, '_, R> {
    /// Walks a tree; `values` asks for the values of its rows.
    pub(super) fn tree(&mut self, root: u32, values: bool) -> Result<(), FormatError> {
        self.below(root, values, 0)
    }

    fn below(&mut self, number: u32, values: bool, depth: usize) -> Result<(), FormatError> {
        let what = "tree of SQLite pages";
        let Some(place) = self.pages.place(number).filter(|_| number > 0) else {
            let offset = self.pages.size;
            return self.damaged(FormatError::Truncated { what, offset });
        };
        if depth > DEPTH || !self.pages.take(number) {
            let offset = place;
            return self.damaged(FormatError::Malformed { what, offset });
        }
        let page = self.pages.read(place)?.to_vec();
        let usable = self.pages.usable;
        let node = Node::new(&page, number);
        let Some((node, cells)) = node.and_then(|node| Some((node, node.cells(&page, usable)?)))
        else {
            self.unread(place..place + page.len() as u64);
            let offset = place;
            return self.damaged(FormatError::Malformed { what, offset });
        };
        self.gaps(&page, place, &cells.used)?;
        if node.leaf {
            return self.rows(&page, place, &cells, values, None);
        }
        for (at, &child) in cells.children.iter().enumerate() {
            self.below(child, values, depth + 1)?;
            // Inner pages of a table without rowids hold a row between children.
            let between = at..(at + 1).min(cells.rows.len());
            if node.index && !between.is_empty() {
                self.rows(&page, place, &cells, values, Some(between))?;
            }
        }
        Ok(())
    }

    /// Delivers the rows of a page, or some of them.
    pub(super) fn rows(
        &mut self,
        page: &[u8],
        place: u64,
        cells: &Cells,
        values: bool,
        some: Option<Range<usize>>,
    ) -> Result<(), FormatError> {
        let rows = cells.rows.get(some.unwrap_or(0..cells.rows.len()));
        for row in rows.unwrap_or_default() {
            let number = self.rows;
            self.rows += 1;
            let sample = self
                .limits
                .sample
                .filter(|_| values && self.schema.is_none());
            if sample.is_some_and(|most| number >= most) {
                self.end.sampled = true;
                return Ok(());
            }
            let local = page.get(row.local.clone()).unwrap_or_default();
            let mut whole = std::mem::take(&mut self.payload);
            whole.clear();
            let payload = match row.next {
                None => local,
                Some(next) => {
                    whole.extend_from_slice(local);
                    self.chain(next, row.len, &mut whole)?;
                    &whole
                }
            };
            if values {
                let row_place = row.next.is_none().then(|| place + row.local.start as u64);
                let id = row.id.map_or(number, |id| id.cast_signed().unsigned_abs());
                self.record(payload, row_place, id)?;
            }
            self.payload = whole;
        }
        Ok(())
    }

    /// Appends the overflow pages of a row.
    fn chain(&mut self, first: u32, len: u64, whole: &mut Vec<u8>) -> Result<(), FormatError> {
        let what = "overflow pages of an SQLite row";
        let mut next = first;
        while (whole.len() as u64) < len {
            if whole.len() as u64 >= self.limits.value {
                let what = "length of an SQLite row";
                return self.damaged(FormatError::Limit { what });
            }
            let Some(place) = self.pages.place(next).filter(|_| next > 0) else {
                // The rest of a row in a log may be in the database itself.
                return match self.pages.places {
                    Places::File => {
                        let offset = self.pages.size;
                        self.damaged(FormatError::Truncated { what, offset })
                    }
                    Places::Frames(_) => Ok(()),
                };
            };
            let shared = matches!(self.pages.places, Places::Frames(_));
            let new = self.pages.take(next) || shared;
            self.overflow = self.overflow.saturating_sub(1);
            if !new || self.overflow == 0 {
                let offset = place;
                return self.damaged(FormatError::Malformed { what, offset });
            }
            let usable = self.pages.usable;
            let page = self.pages.read(place)?;
            let page = page.get(..usable).unwrap_or(page);
            let Some((pointer, content)) = page.split_first_chunk::<4>() else {
                let offset = place;
                return self.damaged(FormatError::Truncated { what, offset });
            };
            let left = usize::try_from(len - whole.len() as u64).unwrap_or(usize::MAX);
            whole.extend_from_slice(&content[..content.len().min(left)]);
            next = u32::from_be_bytes(*pointer);
        }
        Ok(())
    }

    /// Delivers the values of a row.
    fn record(&mut self, payload: &[u8], place: Option<u64>, id: u64) -> Result<(), FormatError> {
        let (what, offset) = ("row of an SQLite table", place.unwrap_or(0));
        let wrong = FormatError::Malformed { what, offset };
        let Some(record) = Record::new(payload) else {
            return self.damaged(wrong);
        };
        for cell in record {
            let start = usize::try_from(cell.range.start).unwrap_or(usize::MAX);
            let end = usize::try_from(cell.range.end).unwrap_or(usize::MAX);
            let Some(bytes) = payload.get(start..end.min(payload.len())) else {
                break;
            };
            let mut bytes = bytes;
            let mut place = place.map(|place| place + cell.range.start);
            let decoded = std::mem::take(&mut self.decoded);
            if let (true, Encoding::Utf16(endian)) = (cell.text, self.encoding) {
                self.decoded = utf16(bytes, endian, decoded);
                bytes = &self.decoded;
                place = None;
            } else {
                self.decoded = decoded;
            }
            self.held.clear();
            let mut value = Value {
                input: &mut InMemory(bytes),
                len: bytes.len() as u64,
                place,
                read: 0,
                held: &mut self.held,
            };
            self.visit.value(cell.column, id, cell.text, &mut value)?;
        }
        if let Some(record) = Record::new(payload).filter(|_| self.schema.is_none()) {
            for (column, number) in record.integers(payload) {
                self.visit.number(column, id, number)?;
            }
        }
        self.note(payload);
        Ok(())
    }

    /// Takes note of a row of the schema.
    fn note(&mut self, payload: &[u8]) {
        let Some(mut entries) = self.schema.take() else {
            return;
        };
        if entries.len() < self.limits.tables {
            if let Some(mut entry) = self.entry(payload) {
                let held = entry.name.len() + entry.sql.len();
                match self.room.checked_sub(held) {
                    Some(room) => self.room = room,
                    None => entry.sql = String::new(),
                }
                entries.push(entry);
            }
        } else {
            let what = "number of tables in an SQLite file";
            let _ = self.damaged(FormatError::Limit { what });
        }
        self.schema = Some(entries);
    }

    fn entry(&self, payload: &[u8]) -> Option<Entry> {
        let text = |column: usize| {
            let cell = Record::new(payload)?.find(|cell| cell.column == column)?;
            let range = cell.range.start as usize..cell.range.end as usize;
            let bytes = payload.get(range)?;
            let text = match self.encoding {
                Encoding::Utf8 => bytes.to_vec(),
                Encoding::Utf16(endian) => utf16(bytes, endian, Vec::new()),
            };
            Some(String::from_utf8_lossy(&text).into_owned())
        };
        let root = Record::new(payload)?.integer(3, payload)?;
        let root = u32::try_from(root).ok().filter(|&root| root > 0)?;
        let index = text(0).is_some_and(|of| of == "index");
        let mut sql = text(4).unwrap_or_default();
        let mut name = text(1).unwrap_or_default();
        // Its names are lost, its rows are not.
        if index || sql.len() > create::LONGEST {
            sql.clear();
        }
        if name.len() > create::NAME {
            name = format!("table-{root}");
        }
        Some(Entry {
            name,
            sql,
            root,
            index,
        })
    }
}
