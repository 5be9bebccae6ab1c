//! Databases and logs built by hand, whole and damaged.

use std::io::{self, Cursor};

use super::{End, Limits, Table, Value, Visit, looks_like, walk};
use crate::format::FormatError;
use crate::format::xorshift::Random;
use builder::{Cell, Database, text};

#[path = "../../../tests/builders/sqlite.rs"]
mod builder;

#[derive(Default)]
struct Seen {
    table: Table,
    values: Vec<(String, u64, String)>,
    free: Vec<(String, u64)>,
    problems: Vec<String>,
    bytes: u64,
}

impl Visit for Seen {
    fn table(&mut self, table: &Table) -> io::Result<()> {
        self.table = table.clone();
        Ok(())
    }

    fn value(&mut self, column: usize, row: u64, _: bool, value: &mut Value<'_>) -> io::Result<()> {
        let name = self.table.columns.get(column).map(|(name, _)| name.clone());
        let name = name.unwrap_or_else(|| column.to_string());
        let text = String::from_utf8_lossy(value.bytes(1 << 20)?).into_owned();
        self.bytes += text.len() as u64;
        let place = format!("{}.{name}", self.table.name);
        self.values.push((place, row, text));
        Ok(())
    }

    fn end(&mut self, _: Option<u64>) -> io::Result<()> {
        self.table = Table::default();
        Ok(())
    }

    fn free(&mut self, bytes: &[u8], place: u64) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.free.push((text, place));
        Ok(())
    }

    fn problem(&mut self, error: &FormatError) {
        self.problems.push(error.to_string());
    }
}

const LIMITS: Limits = Limits {
    value: 1 << 20,
    tables: 1000,
    sample: None,
};

fn read(bytes: &[u8], limits: &Limits) -> (Seen, Result<End, FormatError>) {
    let mut seen = Seen::default();
    let end = walk(
        &mut Cursor::new(bytes),
        bytes.len() as u64,
        limits,
        &mut seen,
    );
    (seen, end)
}

fn texts<'s>(seen: &'s Seen, column: &str) -> Vec<(u64, &'s str)> {
    let values = seen.values.iter().filter(|(at, ..)| at == column);
    values.map(|(_, row, text)| (*row, text.as_str())).collect()
}

/// A table with a short row, one that goes on over pages, and a blob.
fn sample() -> Database {
    let mut database = Database::new(512, 1);
    let rows = [
        (7, vec![Cell::Null, text("short")]),
        (9, vec![Cell::Int(3), text(&"long text ".repeat(300))]),
        (300, vec![Cell::Blob(b"in a blob".to_vec()), Cell::Null]),
    ];
    let sql = text("CREATE TABLE people (id, note TEXT)");
    database.table(text("people"), sql, &rows);
    database
}

#[test]
fn rows_with_their_table_column_and_rowid() {
    let bytes = sample().build();
    assert!(looks_like(&bytes));
    let (seen, end) = read(&bytes, &LIMITS);
    let long = "long text ".repeat(300);
    assert_eq!(texts(&seen, "people.note"), [(7, "short"), (9, &long)]);
    assert_eq!(texts(&seen, "people.id"), [(300, "in a blob")]);
    let sql = "CREATE TABLE people (id, note TEXT)";
    assert_eq!(texts(&seen, "sqlite_schema.sql"), [(2, sql)]);
    assert!(end.unwrap().unread.is_empty());
    assert!(seen.problems.is_empty() && seen.free.is_empty());
}

#[test]
fn text_in_utf16_is_decoded() {
    let wide = |text: &str| Cell::Text(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    let mut database = Database::new(1024, 3);
    let sql = wide("create table t(ä)");
    database.table(wide("t"), sql, &[(1, vec![wide("größe 𝄞")])]);
    let (seen, _) = read(&database.build(), &LIMITS);
    assert_eq!(texts(&seen, "t.ä"), [(1, "größe 𝄞")]);
}

#[test]
fn what_was_deleted_is_told() {
    let mut database = Database::new(512, 1);
    database.table(text("t"), text(""), &[(1, vec![text("kept")])]);
    // Left between the pointers and the cells of a leaf.
    database.pages[0][40..54].copy_from_slice(b"row once here ");
    // A leaf that no tree leads to, and a page of no tree.
    let mut other = Database::new(512, 1);
    other.table(
        text("x"),
        text(""),
        &[(5, vec![text("dropped"), text("row")])],
    );
    let leaf = other.build()[512..].to_vec();
    database.pages.push(leaf);
    let mut free = vec![0; 512];
    free[100..110].copy_from_slice(b"free bytes");
    database.pages.push(free);
    let bytes = database.build();
    let (seen, end) = read(&bytes, &LIMITS);
    assert_eq!(seen.free, [("row once here ".to_owned(), 512 + 40)]);
    let number = bytes.len() / 512 - 1;
    let column = format!("page-{number}.0");
    assert_eq!(texts(&seen, &column), [(5, "dropped")]);
    let size = bytes.len() as u64;
    let [unread] = end.unwrap().unread.try_into().unwrap();
    assert_eq!(unread, size - 512..size);
}

#[test]
fn a_log_gives_its_rows() {
    let database = sample();
    let pages = database.pages.clone();
    let first = database.build()[..512].to_vec();
    let mut frames = vec![(1, &first[..])];
    for (at, page) in pages.iter().enumerate() {
        frames.push((at as u32 + 2, page));
    }
    let mut bytes = builder::log(512, &frames);
    bytes.extend(b"half a frame");
    assert!(looks_like(&bytes));
    let (seen, end) = read(&bytes, &LIMITS);
    assert_eq!(texts(&seen, "page-2.1")[0], (7, "short"));
    assert_eq!(texts(&seen, "page-2.1")[1].1, "long text ".repeat(300));
    let last = end.unwrap().unread.last().cloned().unwrap();
    assert_eq!(last.end, bytes.len() as u64);
}

#[test]
fn chains_and_trees_that_come_back_end() {
    let mut database = sample();
    // The first overflow page names itself as the next.
    database.pages[1][..4].copy_from_slice(&3_u32.to_be_bytes());
    let (seen, end) = read(&database.build(), &LIMITS);
    assert!(end.is_ok());
    assert_eq!(seen.problems.len(), 1);
    assert_eq!(texts(&seen, "people.note")[0], (7, "short"));
    assert!(texts(&seen, "people.note")[1].1.starts_with("long text"));
    // An inner page below itself.
    let mut database = sample();
    let inner = &mut database.pages[0];
    inner[..12].copy_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    let (seen, end) = read(&database.build(), &LIMITS);
    assert!(end.is_ok() && seen.problems.len() == 1);
}

#[test]
fn a_sample_stops_at_its_row_and_says_so() {
    let sample = Some(1);
    let limits = Limits { sample, ..LIMITS };
    let (seen, end) = read(&self::sample().build(), &limits);
    assert_eq!(texts(&seen, "people.note"), [(7, "short")]);
    let end = end.unwrap();
    assert!(end.sampled && end.unread.is_empty());
}

#[test]
fn hostile_bytes_end_in_bounded_work() {
    let database = sample();
    let leaf = database.pages[0].clone();
    let log = builder::log(512, &[(2, &leaf), (3, &leaf)]);
    let database = database.build();
    for good in [&database, &log] {
        for end in (0..good.len()).step_by(3) {
            check(&good[..end]);
        }
        let mut random = Random::new(11);
        for _ in 0..4000 {
            let mut bytes = good.clone();
            random.damage(&mut bytes[..1100]);
            check(&bytes);
        }
    }
}

fn check(bytes: &[u8]) {
    let _ = looks_like(bytes);
    let (seen, _) = read(bytes, &LIMITS);
    assert!(seen.bytes <= 16 * bytes.len() as u64 + 4096);
}
