//! Builds small SQLite databases and write-ahead logs by hand.

#![allow(dead_code, unreachable_pub, clippy::cast_possible_wrap)]

/// A value of a row.
#[derive(Clone)]
pub(crate) enum Cell {
    /// NULL.
    Null,
    /// A small integer.
    Int(i8),
    /// Bytes stored as text, in the encoding of the database.
    Text(Vec<u8>),
    /// Bytes.
    Blob(Vec<u8>),
}

/// A text.
pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.as_bytes().to_vec())
}

/// A number in SQLite's variable-length form.
pub(crate) fn varint(value: u64) -> Vec<u8> {
    let mut groups = vec![(value & 0x7f) as u8];
    let mut rest = value >> 7;
    while rest > 0 {
        groups.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    groups.reverse();
    groups
}

/// A record: the types of its cells, then their bytes.
pub(crate) fn record(cells: &[Cell]) -> Vec<u8> {
    let (mut types, mut body) = (Vec::new(), Vec::new());
    for cell in cells {
        let (serial, bytes) = match cell {
            Cell::Null => (0, vec![]),
            Cell::Int(value) => (1, vec![*value as u8]),
            Cell::Text(bytes) => (13 + 2 * bytes.len() as u64, bytes.clone()),
            Cell::Blob(bytes) => (12 + 2 * bytes.len() as u64, bytes.clone()),
        };
        types.extend(varint(serial));
        body.extend(bytes);
    }
    let mut out = varint(types.len() as u64 + 1);
    out.extend(types);
    out.extend(body);
    out
}

/// A database of pages of one size; page 1 is the schema.
pub(crate) struct Database {
    /// The pages but the first.
    pub(crate) pages: Vec<Vec<u8>>,
    size: usize,
    schema: Vec<(u64, Vec<u8>)>,
    encoding: u8,
}

impl Database {
    /// An empty one; `encoding` is 1 for UTF-8, 2 and 3 for UTF-16.
    pub(crate) fn new(size: usize, encoding: u8) -> Self {
        Self {
            pages: Vec::new(),
            size,
            schema: Vec::new(),
            encoding,
        }
    }

    /// A table on one leaf; returns the number of its page. Rows that do not fit
    /// go on over further pages.
    pub(crate) fn table(&mut self, name: Cell, sql: Cell, rows: &[(u64, Vec<Cell>)]) -> u32 {
        self.pages.push(Vec::new());
        let root = self.pages.len() as u32 + 1;
        let kind = match self.encoding {
            1 => text("table"),
            _ => Cell::Text(Vec::new()),
        };
        let entry = record(&[kind, name.clone(), name, Cell::Int(root as i8), sql]);
        self.schema.push((u64::from(root), entry));
        let rows: Vec<_> = rows
            .iter()
            .map(|(id, cells)| (*id, record(cells)))
            .collect();
        let page = self.leaf(0, &rows);
        self.pages[root as usize - 2] = page;
        root
    }

    fn leaf(&mut self, begin: usize, rows: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let mut page = vec![0; self.size];
        let mut end = self.size;
        let mut pointers = Vec::new();
        for (id, payload) in rows {
            let cell = self.cell(*id, payload);
            end -= cell.len().max(4);
            page[end..end + cell.len()].copy_from_slice(&cell);
            pointers.extend((end as u16).to_be_bytes());
        }
        page[begin] = 13;
        page[begin + 3..begin + 5].copy_from_slice(&(rows.len() as u16).to_be_bytes());
        page[begin + 5..begin + 7].copy_from_slice(&(end as u16).to_be_bytes());
        page[begin + 8..begin + 8 + pointers.len()].copy_from_slice(&pointers);
        page
    }

    fn cell(&mut self, id: u64, payload: &[u8]) -> Vec<u8> {
        let (most, least) = (self.size - 35, (self.size - 12) * 32 / 255 - 23);
        let mut cell = varint(payload.len() as u64);
        cell.extend(varint(id));
        if payload.len() <= most {
            cell.extend(payload);
            return cell;
        }
        let some = least + (payload.len() - least) % (self.size - 4);
        let here = if some <= most { some } else { least };
        cell.extend(&payload[..here]);
        let first = self.pages.len() as u32 + 2;
        cell.extend(first.to_be_bytes());
        let parts: Vec<_> = payload[here..].chunks(self.size - 4).collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let next = if last { 0 } else { first + index as u32 + 1 };
            let mut page = next.to_be_bytes().to_vec();
            page.extend(*part);
            page.resize(self.size, 0);
            self.pages.push(page);
        }
        cell
    }

    /// The bytes of the file.
    pub(crate) fn build(mut self) -> Vec<u8> {
        let schema = std::mem::take(&mut self.schema);
        let mut first = self.leaf(100, &schema);
        first[..16].copy_from_slice(b"SQLite format 3\0");
        let size = if self.size == 65_536 {
            1
        } else {
            self.size as u16
        };
        first[16..18].copy_from_slice(&size.to_be_bytes());
        first[18..24].copy_from_slice(&[1, 1, 0, 64, 32, 32]);
        first[28..32].copy_from_slice(&(self.pages.len() as u32 + 1).to_be_bytes());
        first[47] = 4;
        first[59] = self.encoding;
        for page in &self.pages {
            first.extend(page);
        }
        first
    }
}

/// A log with these pages of a database, each under its number.
pub(crate) fn log(size: usize, pages: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [0x377f_0682, 3_007_000, size as u32, 0, 1, 2, 0, 0] {
        out.extend(word.to_be_bytes());
    }
    for (number, page) in pages {
        for word in [*number, 0, 1, 2, 0, 0] {
            out.extend(word.to_be_bytes());
        }
        out.extend(*page);
    }
    out
}
