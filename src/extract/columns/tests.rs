//! Tables built by hand, from bytes to routes and rows.

use std::io::Cursor;

use crate::blob::{Fact, Fragment, Kind, Limits, Route};
use crate::extract::{Sink, extract};
use crate::finding::SkipClass;

#[allow(clippy::duplicate_mod)] // the readers below test themselves with it too
#[path = "../../../tests/builders/arrow.rs"]
mod arrow;
#[allow(clippy::duplicate_mod)] // the readers below test themselves with it too
#[path = "../../../tests/builders/sqlite.rs"]
mod sqlite;

/// Route and row of each text that holds the word, and all skips.
#[derive(Default)]
struct Seen {
    hits: Vec<String>,
    skips: Vec<(SkipClass, String)>,
}

impl Sink for Seen {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        for at in memchr::memmem::find_iter(fragment.text, b"WORD") {
            let row = fragment.rows.iter().rfind(|row| row.at <= at);
            let row = row.map_or(String::new(), |row| format!("/row-{}", row.number));
            self.hits.push(format!("{}{row}", fragment.route));
        }
    }
    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        self.skips.push((class, format!("{route}: {why}")));
    }
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, _: &Route, _: &Fact<'_>) {}
}

fn seen(bytes: Vec<u8>, sample: Option<u64>) -> Seen {
    let mut seen = Seen::default();
    let size = bytes.len() as u64;
    let kind = Kind::sniff("file", &bytes[..bytes.len().min(8192)], size);
    assert!(matches!(kind, Kind::Arrow | Kind::Sqlite));
    let limits = Limits {
        sample,
        ..Limits::default()
    };
    extract(&mut Cursor::new(bytes), size, kind, &limits, &mut seen).unwrap();
    seen
}

#[test]
fn arrow_tells_column_and_row() {
    let stream = arrow::stream(&["a", "WORD"], &["WORD"]);
    let whole = seen(stream.clone(), None);
    let hits = ["/text/row-1", "/text/row-2", "/tags/row-1", "/tags/row-2"];
    assert_eq!(whole.hits, hits);
    assert!(whole.skips.is_empty());
    let some = seen(stream, Some(2));
    assert_eq!(some.hits, ["/text/row-1", "/tags/row-1"]);
    assert_eq!(some.skips.len(), 1);
}

#[test]
fn sqlite_tells_table_column_and_rowid() {
    let mut database = sqlite::Database::new(512, 1);
    let pickle = b"\x80\x04\x95\x0d\0\0\0\0\0\0\0}\x8c\x01k\x8c\x04WORDs.".to_vec();
    let rows = [
        (4, vec![sqlite::text("WORD"), sqlite::Cell::Null]),
        (5, vec![sqlite::Cell::Null, sqlite::Cell::Blob(pickle)]),
        (6, vec![sqlite::Cell::Null, sqlite::Cell::Blob(vec![0; 40])]),
    ];
    let sql = sqlite::text("create table t (a, b)");
    database.table(sqlite::text("t"), sql, &rows);
    database.pages[0][40..44].copy_from_slice(b"WORD");
    database.pages[0][60..64].copy_from_slice(b"gone");
    let seen = seen(database.build(), None);
    assert_eq!(seen.hits, ["@unused", "/t/b/row-5@k", "/t/a/row-4"]);
    let [(class, why)] = seen.skips.as_slice() else {
        panic!("{:?}", seen.skips);
    };
    assert_eq!(*class, SkipClass::ByDesign);
    assert!(why.contains("binary"));
}
