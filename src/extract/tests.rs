//! Sinks that want every value of a column, and integers.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::{Sink, extract};
use crate::blob::{Fact, Fragment, HEAD, Kind, Limits, Route};
use crate::finding::SkipClass;

#[allow(clippy::duplicate_mod)]
#[path = "../../tests/builders/arrow.rs"]
mod arrow;
#[allow(clippy::duplicate_mod)]
#[path = "../../tests/builders/parquet.rs"]
mod parquet;
#[allow(clippy::duplicate_mod)]
#[path = "../../tests/builders/sqlite.rs"]
mod sqlite;

/// Rows and values, by route.
#[derive(Default)]
struct Wanting {
    cells: BTreeMap<String, Vec<(u64, String)>>,
    count: usize,
    why: Vec<String>,
}

impl Sink for Wanting {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        self.count += fragment.rows.len();
        // A bomb's cells are only counted.
        for row in fragment.rows.iter().take(1000) {
            let start = row.at + row.lead;
            let value = &fragment.text[start..start + row.len];
            let value = String::from_utf8_lossy(value).into_owned();
            let cells = self.cells.entry(fragment.route.as_str().to_owned());
            cells.or_default().push((row.number, value));
        }
    }

    fn skip(&mut self, class: SkipClass, _: &Route, why: String) {
        if class != SkipClass::ByDesign {
            self.why.push(why);
        }
    }

    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, _: &Route, _: &Fact<'_>) {}

    fn wants_every_value(&self) -> bool {
        true
    }

    fn wants_numbers(&self, _: &str) -> bool {
        true
    }
}

fn all(path: &str, bytes: &[u8], limits: &Limits) -> Wanting {
    let mut sink = Wanting::default();
    let size = bytes.len() as u64;
    let kind = Kind::sniff(path, &bytes[..bytes.len().min(HEAD)], size);
    extract(
        &mut Cursor::new(bytes.to_vec()),
        size,
        kind,
        limits,
        &mut sink,
    )
    .unwrap();
    sink
}

fn cells(values: &[(u64, &str)]) -> Vec<(u64, String)> {
    let own = |(row, value): &(u64, &str)| (*row, (*value).to_owned());
    values.iter().map(own).collect()
}

/// A column with a dictionary, and one of integers.
fn table(runs: &[u8], values: i64) -> Vec<u8> {
    let words: [&[u8]; 2] = [b"a", b"bc"];
    let dictionary = parquet::dictionary_page(&words);
    let page = parquet::data_page(values, parquet::DICTIONARY, &[&[1], runs].concat());
    let words = parquet::Chunk {
        pages: [dictionary, page].concat(),
        values,
        ..parquet::Chunk::default()
    };
    let numbers: Vec<u8> = [7_i64, -1, i64::MAX].map(i64::to_le_bytes).concat();
    let numbers = parquet::Chunk {
        pages: parquet::data_page(3, parquet::PLAIN, &numbers),
        values: 3,
        ..parquet::Chunk::default()
    };
    let number = parquet::Element {
        physical: Some(2),
        converted: None,
        ..parquet::Element::string("n", 0)
    };
    let schema = [parquet::Element::string("word", 0), number];
    parquet::file(&schema, &[(values, vec![words, numbers])], &[])
}

/// Numbers of 16 bits without a sign, the second of them missing.
fn stream() -> Vec<u8> {
    let details = vec![arrow::Value::I32(16), arrow::Value::U8(0)];
    let fields = vec![arrow::field("n", 2, details, vec![])];
    let mut out = arrow::message(1, arrow::schema(fields, &[]), &[]);
    let numbers = [1_u16, 2, 65_000].map(u16::to_le_bytes).concat();
    let (header, body) = arrow::batch(3, &[3], &[vec![0b101], numbers], None);
    out.extend(arrow::message(3, header, &body));
    out
}

fn database() -> Vec<u8> {
    let mut database = sqlite::Database::new(512, 1);
    let rows: Vec<_> = (1..4)
        .map(|row| {
            (
                row,
                vec![sqlite::text("word"), sqlite::Cell::Int(row as i8)],
            )
        })
        .collect();
    let sql = sqlite::text("CREATE TABLE t (word text, n int)");
    database.table(sqlite::text("t"), sql, &rows);
    database.build()
}

#[test]
fn every_row_of_a_dictionary_and_integers_are_delivered() {
    let runs = parquet::runs(&[0, 1, 1], 1);
    let sink = all("t.parquet", &table(&runs, 3), &Limits::default());
    assert_eq!(
        sink.cells["/word"],
        cells(&[(0, "a"), (1, "bc"), (2, "bc")])
    );
    let most = i64::MAX.to_string();
    assert_eq!(sink.cells["/n"], cells(&[(0, "7"), (1, "-1"), (2, &most)]));
    let sink = all("t.arrow", &stream(), &Limits::default());
    assert_eq!(
        sink.cells["/n"],
        cells(&[(0, "1"), (2, "65000")]),
        "{:?}",
        sink.why
    );
    let sink = all("t.db", &database(), &Limits::default());
    assert_eq!(sink.cells["/t/n"], cells(&[(1, "1"), (2, "2"), (3, "3")]));
}

#[test]
fn empty_values_and_words_of_text_are_delivered() {
    let text = b"{\"a\": null, \"b\": true}\n{\"a\": \"x\", \"b\": \"\"}\n";
    let sink = all("t.jsonl", text, &Limits::default());
    assert_eq!(sink.cells["/a"], cells(&[(0, ""), (1, "x")]));
    assert_eq!(sink.cells["/b"], cells(&[(0, "true"), (1, "")]));
    let limits = Limits {
        sample: Some(1),
        ..Limits::default()
    };
    let sink = all("t.csv", b"a,b\n1,\n2,3\n", &limits);
    assert_eq!(sink.cells["/b"], cells(&[(0, "")]));
    assert_eq!(sink.why, ["only the first 1 rows were asked for"]);
}

#[test]
fn a_run_of_billions_ends_at_the_limit() {
    // One run of the second value.
    let mut runs = Vec::new();
    parquet::varint(&mut runs, 2_000_000_000 << 1);
    runs.push(1);
    let limits = Limits {
        total_bytes: 1 << 20,
        ..Limits::default()
    };
    let sink = all("t.parquet", &table(&runs, 2_000_000_000), &limits);
    assert!(sink.count < 1_000_000, "{}", sink.count);
    assert!(
        sink.why.iter().any(|why| why.contains("unpacked")),
        "{:?}",
        sink.why
    );
}

#[test]
fn damage_anywhere_is_no_panic() {
    let limits = Limits {
        total_bytes: 1 << 16,
        ..Limits::default()
    };
    let runs = parquet::runs(&[0, 1, 1], 1);
    let files = [
        ("t.parquet", table(&runs, 3)),
        ("t.arrow", stream()),
        ("t.db", database()),
        (
            "t.jsonl",
            b"{\"a\": [1, null, \"\\u00e9\"]}\n{\"a\": {\"b\": true}}\n".to_vec(),
        ),
        ("t.csv", b"a,b\n\"1\n\",\"x\"\"y\"\n,\n".to_vec()),
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for (path, bytes) in files {
        for length in 0..bytes.len() {
            all(path, &bytes[..length], &limits);
        }
        for _ in 0..2000 {
            let mut spoilt = bytes.clone();
            for _ in 0..3 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let at = state as usize % spoilt.len();
                spoilt[at] = (state >> 32) as u8;
            }
            let sink = all(path, &spoilt, &limits);
            assert!(sink.count < 1_000_000, "{path}");
        }
    }
}
