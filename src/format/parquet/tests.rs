//! Files from the builder, honest and hostile ones.

use std::io::Cursor;
use std::ops::ControlFlow;

use super::builder::{self, Chunk, Element};
use super::{Chunks, Event, Limits, Value, looks_like, read_footer};

pub(super) type Cells = Vec<(String, Option<u64>, String)>;

/// All cells and problems of a file.
pub(super) fn read(file: &[u8]) -> (Cells, Vec<String>) {
    read_until(file, u64::MAX, Limits::default())
}

fn read_until(file: &[u8], until: u64, limits: Limits) -> (Cells, Vec<String>) {
    let (mut cells, mut problems) = (Vec::new(), Vec::new());
    let size = file.len() as u64;
    let mut reader = Cursor::new(file);
    let footer = match read_footer(&mut reader, size, 100_000_000, 100_000) {
        Ok(footer) => footer,
        Err(error) => return (cells, vec![error.to_string()]),
    };
    problems.extend(footer.incomplete.iter().map(ToString::to_string));
    let mut chunks = Chunks::new(size, footer.start, limits);
    let mut row = 0u64;
    for group in footer.row_groups() {
        let group = match group {
            Ok(group) => group,
            Err(error) => {
                problems.push(error.to_string());
                break;
            }
        };
        for (column, chunk) in footer.columns.iter().zip(&group.chunks) {
            let rows = (row, until);
            chunks.read(&mut reader, column, chunk, rows, &mut |event| {
                match event {
                    Event::Cell { row, value } => {
                        let value = match value {
                            Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                            Value::Int(number) => number.to_string(),
                        };
                        cells.push((column.path.clone(), row, value));
                    }
                    Event::Problem(error) => problems.push(error.to_string()),
                }
                ControlFlow::Continue(())
            });
        }
        row = row.saturating_add(group.rows);
    }
    (cells, problems)
}

pub(super) fn cell(path: &str, row: u64, value: &str) -> (String, Option<u64>, String) {
    (path.to_owned(), Some(row), value.to_owned())
}

pub(super) fn chunk(values: i64, pages: &[Vec<u8>]) -> Chunk {
    Chunk {
        pages: pages.concat(),
        values,
        ..Chunk::default()
    }
}

/// Two row groups: optional strings with a dictionary and plain pages behind it,
/// and lists of strings in pages of both versions.
pub(super) fn sample() -> Vec<u8> {
    let schema = [
        Element::string("name", 1),
        Element::group("tags", 1, 1, Some(3)),
        Element::group("list", 2, 1, None),
        Element::string("element", 1),
    ];
    // Three values, one null, all of two dictionary entries of three.
    let mut indices = builder::levels(&[1, 1, 0, 1], 1);
    indices.push(2);
    indices.extend(builder::runs(&[1, 0, 1], 2));
    let mut fallback = builder::levels(&[1, 1], 1);
    fallback.extend(builder::plain(&[b"eve", b"ann"]));
    let names = chunk(
        6,
        &[
            builder::dictionary_page(&[b"ann", b"bob", b"carl"]),
            builder::data_page(4, builder::DICTIONARY, &indices),
            builder::data_page(2, builder::PLAIN, &fallback),
        ],
    );
    // Rows: [a, null, b], null, [], [c], then [d, e], [f].
    let repetitions = [0, 1, 1, 0, 0, 0];
    let definitions = [3, 2, 3, 0, 1, 3];
    let mut body = builder::levels(&repetitions, 1);
    body.extend(builder::levels(&definitions, 2));
    body.extend(builder::plain(&[b"a", b"b", b"c"]));
    let second = builder::second_page(
        3,
        2,
        (&builder::runs(&[0, 1, 0], 1), &builder::runs(&[3, 3, 3], 2)),
        &builder::plain(&[b"d", b"e", b"f"]),
    );
    let tags = chunk(9, &[builder::data_page(6, builder::PLAIN, &body), second]);
    let groups = [
        (6, vec![names.clone(), tags.clone()]),
        (6, vec![names, tags]),
    ];
    builder::file(&schema, &groups, &[("key", "value")])
}

#[test]
fn cells_come_with_their_rows() {
    let (cells, problems) = read(&sample());
    assert_eq!(problems, [""; 0]);
    let mut expected = Vec::new();
    for from in [0, 6] {
        expected.extend([cell("name", from, "bob"), cell("name", from + 1, "ann")]);
        expected.extend([cell("name", from + 4, "eve"), cell("name", from + 5, "ann")]);
        // In the dictionary, but in no row.
        expected.push(("name".to_owned(), None, "carl".to_owned()));
        for (row, value) in [(0, "a"), (0, "b"), (3, "c"), (4, "d"), (4, "e"), (5, "f")] {
            expected.push(cell("tags", from + row, value));
        }
    }
    assert_eq!(cells, expected);
}

#[test]
fn columns_and_metadata_are_told() {
    let file = sample();
    let footer = read_footer(&mut Cursor::new(&file), file.len() as u64, 10_000, 10).unwrap();
    let columns: Vec<_> = footer
        .columns
        .iter()
        .map(|column| (column.path.as_str(), column.of.as_str(), column.text))
        .collect();
    assert_eq!(
        columns,
        [("name", "string", true), ("tags", "list<string>", true)]
    );
    assert_eq!((footer.rows, footer.groups()), (12, 2));
    let (key, value) = &footer.key_values[0];
    assert_eq!(
        (footer.bytes(key), footer.bytes(value)),
        (&b"key"[..], &b"value"[..])
    );
    assert_eq!(footer.bytes(&footer.created_by), b"builder");
    assert_eq!(footer.names.len(), 5);
    let error = read_footer(&mut Cursor::new(&file), file.len() as u64, 10_000, 3).unwrap_err();
    assert!(error.to_string().contains("number of columns"));
}

#[test]
fn the_first_rows_alone_are_read_where_that_is_asked() {
    let (cells, problems) = read_until(&sample(), 4, Limits::default());
    assert_eq!(problems, [""; 0]);
    assert!(
        cells
            .iter()
            .all(|(_, row, _)| row.is_some_and(|row| row < 4))
    );
    assert_eq!(cells.len(), 2 + 3);
}

#[test]
fn magic_alone_is_no_parquet() {
    assert!(looks_like(&sample(), 9999));
    assert!(looks_like(b"PAR1\x15\x04\x15", 99));
    assert!(!looks_like(b"PAR1 is how such files begin.", 99));
    assert!(!looks_like(b"PAR1\x15\x04", 6));
    assert!(!looks_like(b"PK\x03\x04", 99));
}

#[test]
fn a_broken_page_does_not_hide_the_next() {
    let pages = vec![
        builder::data_page(1, builder::PLAIN, &builder::plain(&[b"first"])),
        builder::packed_page(2, builder::PLAIN, 99, b"no snappy"),
        builder::data_page(1, 77, b""),
        builder::packed_page(1, builder::PLAIN, 8, &snap(&builder::plain(&[b"last"]))),
    ];
    let mut broken = chunk(5, &pages);
    broken.codec = 1;
    broken.pages = broken.pages.split_off(0);
    let file = builder::file(&[Element::string("x", 0)], &[(5, vec![broken])], &[]);
    let (cells, problems) = read(&file);
    assert_eq!(cells, [cell("x", 4, "last")]);
    assert_eq!(problems.len(), 3, "{problems:?}");
}

fn snap(bytes: &[u8]) -> Vec<u8> {
    // A literal is the simplest snappy there is.
    let mut out = vec![bytes.len() as u8, (bytes.len() as u8 - 1) << 2];
    out.extend_from_slice(bytes);
    out
}

#[test]
fn encryption_is_told() {
    let mut secret = chunk(1, &[b"????".to_vec()]);
    secret.encrypted = true;
    let open = chunk(1, &[builder::data_page(1, 0, &builder::plain(&[b"open"]))]);
    let schema = [Element::string("a", 0), Element::string("b", 0)];
    let mut file = builder::file(&schema, &[(1, vec![secret, open])], &[]);
    let (cells, problems) = read(&file);
    assert_eq!(cells, [cell("b", 0, "open")]);
    assert_eq!(problems, ["unsupported encrypted parquet column"]);
    let end = file.len();
    file[end - 1] = b'E';
    assert_eq!(read(&file).1, ["unsupported encrypted parquet footer"]);
}

#[test]
fn lying_lengths_end_in_errors() {
    let file = sample();
    let end = file.len();
    for length in [u32::MAX, end as u32, end as u32 - 11, 0, 3] {
        let mut lying = file.clone();
        lying[end - 8..end - 4].copy_from_slice(&length.to_le_bytes());
        assert!(!read(&lying).1.is_empty(), "{length}");
    }
    // A page that claims far more than it has, and a billion nulls in a few bytes.
    let huge = builder::packed_page(1, builder::PLAIN, 1 << 40, b"1234");
    let mut nulls = vec![6, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0];
    nulls.extend(builder::plain(&[]));
    let nulls = builder::data_page(i64::from(i32::MAX), builder::PLAIN, &nulls);
    for page in [huge, nulls] {
        let mut lying = chunk(1, &[page]);
        lying.codec = 6;
        let file = builder::file(&[Element::string("x", 1)], &[(1, vec![lying])], &[]);
        assert_eq!(read(&file).0, []);
    }
}

#[test]
fn a_chunk_that_claims_the_footer_is_read_all_the_same() {
    let mut lying = chunk(1, &[builder::data_page(1, 0, &builder::plain(&[b"here"]))]);
    lying.more = 50;
    let file = builder::file(&[Element::string("x", 0)], &[(1, vec![lying])], &[]);
    let (cells, problems) = read(&file);
    assert_eq!(cells, [cell("x", 0, "here")]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn values_of_no_bytes_are_counted() {
    // Two billion empty strings: a sequence of lengths that are all 0.
    let mut body = vec![128, 1, 4];
    builder::varint(&mut body, 1 << 31);
    body.push(0);
    let blocks = 100_000;
    for _ in 0..blocks {
        body.extend([0, 0, 0, 0, 0]);
    }
    let count = 128 * blocks;
    let page = builder::data_page(count, 6, &body);
    let file = builder::file(
        &[Element::string("x", 0)],
        &[(count, vec![chunk(count, &[page])])],
        &[],
    );
    let limits = Limits {
        total: 1_000_000,
        ratio: 0,
        ..Limits::default()
    };
    let (cells, problems) = read_until(&file, u64::MAX, limits);
    assert!(cells.len() <= 1_000_000);
    assert!(!problems.is_empty());
}

#[test]
fn chunks_that_share_pages_are_read_once_at_most() {
    let values: Vec<&[u8]> = vec![b"0123456789"; 5000];
    let one = chunk(
        5000,
        &[builder::data_page(5000, 0, &builder::plain(&values))],
    );
    let names: Vec<String> = (0..300).map(|number| format!("c{number}")).collect();
    let schema: Vec<_> = names.iter().map(|name| Element::string(name, 0)).collect();
    let empty = Chunk::default();
    let mut chunks = vec![empty; 300];
    chunks[0] = one.clone();
    let file = builder::file(&schema, &[(5000, chunks)], &[]);
    let (cells, _) = read(&file);
    assert_eq!(cells.len(), 5000);
    // The same footer, but every chunk says that it is the first one.
    let lying = builder::sharing(&schema, &one, 300);
    let (cells, problems) = read(&lying);
    assert!(cells.len() <= 10_000);
    assert!(problems.iter().any(|problem| problem.contains("share")));
}

#[test]
fn no_cut_and_no_change_makes_it_panic() {
    let file = sample();
    for end in 0..file.len() {
        read(&file[..end]);
    }
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..20_000 {
        let mut broken = file.clone();
        for _ in 0..=random() % 4 {
            let at = random() as usize % broken.len();
            broken[at] = random() as u8;
        }
        read(&broken);
    }
}

#[test]
fn deep_schemas_end_at_the_limit() {
    let mut schema: Vec<_> = (0..200).map(|_| Element::group("g", 0, 1, None)).collect();
    schema.push(Element::string("x", 0));
    let file = builder::file(&schema, &[], &[]);
    assert_eq!(read(&file).1, ["limit reached: nesting of parquet columns"]);
}
