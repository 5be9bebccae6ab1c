//! Tables and JSON by hand, from bytes to cells of columns.

use std::fmt::Write as _;
use std::io::Cursor;

use crate::blob::{Fact, Fragment, Kind, Limits, Route, Sought};
use crate::extract::{Sink, extract};
use crate::finding::SkipClass;

/// All cells as `route/row text`, and the text that stands for itself.
#[derive(Default)]
struct Seen {
    file: Vec<u8>,
    cells: Vec<String>,
    text: Vec<u8>,
    sought: Vec<Sought>,
    placed: usize,
    skips: Vec<String>,
    unwanted: bool,
}

impl Sink for Seen {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        if fragment.sought != Sought::PersonalData {
            let owned = &fragment.text[fragment.owned.clone()];
            self.text.extend_from_slice(owned);
            self.sought.push(fragment.sought);
        }
        for row in fragment.rows {
            let from = row.at + row.lead;
            let value = &fragment.text[from..from + row.len];
            if let Some(raw) = row.raw {
                let raw = raw as usize;
                assert_eq!(&self.file[raw..raw + row.len], value);
                self.placed += 1;
            }
            let value = String::from_utf8_lossy(value);
            let cell = format!("{}/{} {value}", fragment.route, row.number);
            self.cells.push(cell);
        }
    }
    fn skip(&mut self, _: SkipClass, route: &Route, why: String) {
        self.skips.push(format!("{route}: {why}"));
    }
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, _: &Route, _: &Fact<'_>) {}
    fn wants_columns(&self) -> bool {
        !self.unwanted
    }
}

fn seen_by(mut seen: Seen, path: &str, bytes: &[u8]) -> Seen {
    seen.file = bytes.to_vec();
    let size = bytes.len() as u64;
    let kind = Kind::sniff(path, &bytes[..bytes.len().min(8192)], size);
    let mut reader = Cursor::new(bytes.to_vec());
    extract(&mut reader, size, kind, &Limits::default(), &mut seen).unwrap();
    assert!(seen.text == bytes);
    seen
}

fn seen(path: &str, text: &str) -> Seen {
    seen_by(Seen::default(), path, text.as_bytes())
}

#[test]
fn lines_tables_and_documents() {
    let lines = "{\"a\": \"x\", \"b\": {\"c\": [\"y\\n\", null]}}\n{\"a\": 12, \"b\": true}\n";
    let seen_lines = seen("d.jsonl", lines);
    assert_eq!(seen_lines.cells, ["/a/0 x", "/a/1 12", "/b.c[]/0 y\n"]);
    assert_eq!(
        (seen_lines.placed, seen_lines.sought),
        (2, vec![Sought::Secrets])
    );
    let table = seen("d.csv", "id,mail\n1,a\n2,\"b, \"\"c\"\"\"\n3,\n4,\"d\"\n");
    let cells = [
        "/id/0 1",
        "/id/1 2",
        "/id/2 3",
        "/id/3 4",
        "/mail/0 a",
        "/mail/1 b, \"c\"",
        "/mail/3 d",
    ];
    assert_eq!(
        (table.cells, table.placed),
        (cells.map(String::from).to_vec(), 6)
    );
    assert_eq!(seen("d.tsv", "\u{feff}[\"x\"]").cells, ["/[]/0 x"]);
    assert_eq!(seen("config.json", "{\"a\": \"x\"}").cells, ["/a/0 x"]);
    assert_eq!(seen("empty.csv", "").cells, [""; 0]);
}

#[test]
fn what_is_no_json_is_no_less_text() {
    let cells = seen("d.jsonl", "{\"a\": \"x\"}\n{'a': 'y'}\n").cells;
    assert_eq!(cells, ["/a/0 x", "/…/1 'a': 'y'}"]);
}

#[test]
fn only_what_has_columns_is_fed() {
    for path in ["card.md", "tokenizer.json", "code.py"] {
        let seen = seen(path, "{\"a\": \"x\"}");
        assert_eq!(
            (seen.cells.len(), seen.sought),
            (0, vec![Sought::Everything])
        );
    }
    let unwanted = Seen {
        unwanted: true,
        ..Seen::default()
    };
    let seen = seen_by(unwanted, "d.jsonl", b"{\"a\": \"x\"}");
    assert_eq!(
        (seen.cells.len(), seen.sought),
        (0, vec![Sought::Everything])
    );
}

#[test]
fn every_window_is_fed_once() {
    let mut text = String::new();
    for number in 0..60_000 {
        let _ = writeln!(text, "{{\"id\": {number}, \"t\": \"text {number}\"}}");
    }
    let seen = seen("d.jsonl", &text);
    assert!(seen.sought.len() > 2);
    assert_eq!((seen.cells.len(), seen.placed), (120_000, 120_000));
    let last = "/t/59999 text 59999".to_owned();
    assert!(seen.cells.contains(&last));
}

#[test]
fn a_long_cell_is_delivered_alone() {
    let text = format!(
        "{{\"a\": \"{}\"}}\n{{\"a\": \"y\"}}\n",
        "x ".repeat(600_000)
    );
    let seen = seen("d.jsonl", &text);
    assert_eq!(
        (seen.cells, seen.skips),
        (vec!["/a/1 y".to_owned()], vec![])
    );
}
