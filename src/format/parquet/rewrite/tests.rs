//! Files from the builder, and what becomes of them.

use std::io::Cursor;

use super::super::builder::{self, Chunk, Element, Thrift};
use super::super::tests::{cell, chunk, read, sample};
use super::super::{Column, Limits, Value, read_footer};
use super::{Batch, Replace, Replacement, Summary, rewrite};
use crate::format::FormatError;
use crate::format::xorshift::Random;

/// Replaces what it finds; metadata "value" too.
struct Map<'a> {
    pairs: &'a [(&'a [u8], &'a [u8])],
    unwanted: &'a str,
    rows: Vec<Option<u64>>,
}

impl Replace for Map<'_> {
    fn wants(&mut self, column: &Column) -> bool {
        column.path != self.unwanted
    }

    fn batch(&mut self, batch: &Batch<'_>) -> Vec<(usize, Replacement)> {
        let mut found = Vec::new();
        for (number, cell) in batch.cells.iter().enumerate() {
            self.rows.push(cell.row);
            match cell.value {
                Value::Int(78) => found.push((number, Replacement::Int(0))),
                Value::Int(_) => {}
                Value::Bytes(bytes) => {
                    if let Some((_, new)) = self.pairs.iter().find(|(old, _)| *old == bytes) {
                        found.push((number, Replacement::Bytes(new.to_vec())));
                    }
                }
            }
        }
        found
    }

    fn metadata(&mut self, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        (key == b"key" && value == b"value").then(|| b"other".to_vec())
    }
}

fn apply_with(file: &[u8], replace: &mut dyn Replace) -> Result<(Vec<u8>, Summary), FormatError> {
    let size = file.len() as u64;
    let mut reader = Cursor::new(file);
    let footer = read_footer(&mut reader, size, 100_000_000, 100_000)?;
    let mut out = Vec::new();
    let limits = Limits {
        page: 1 << 20,
        total: 16 << 20,
        ..Limits::default()
    };
    let summary = rewrite(&mut reader, &footer, size, &mut out, &limits, replace)?;
    assert_eq!(summary.written, out.len() as u64);
    Ok((out, summary))
}

type Pairs<'a> = &'a [(&'a [u8], &'a [u8])];

fn apply(file: &[u8], pairs: Pairs<'_>) -> Result<(Vec<u8>, Summary), FormatError> {
    let (unwanted, rows) = ("no column", Vec::new());
    let mut map = Map {
        pairs,
        unwanted,
        rows,
    };
    apply_with(file, &mut map)
}

fn holds(file: &[u8], bytes: &[u8]) -> bool {
    file.windows(bytes.len()).any(|window| window == bytes)
}

#[test]
fn what_is_not_replaced_stays() {
    let (out, summary) = apply(&sample(), &[]).unwrap();
    assert_eq!(summary.replaced, [0, 0]);
    assert_eq!(summary.metadata, 1);
    let footer = read_footer(&mut Cursor::new(&out), out.len() as u64, 10_000, 10).unwrap();
    let (_, value) = &footer.key_values[0];
    assert_eq!(footer.bytes(value), b"other");
    assert_eq!(read(&out), read(&sample()));
    // Pages byte for byte: all that stands in front of the footer.
    assert_eq!(
        out[..footer.start as usize],
        sample()[..footer.start as usize]
    );
}

#[test]
fn values_are_replaced_in_all_kinds_of_pages() {
    let pairs: Pairs<'_> = &[
        (b"bob", b"somebody"),
        (b"eve", b""),
        (b"carl", b"nobody"),
        (b"b", b"BB"),
        (b"e", b"EEE"),
    ];
    let (out, summary) = apply(&sample(), pairs).unwrap();
    assert_eq!(summary.replaced, [6, 4]);
    let (mut expected, problems) = read(&sample());
    assert_eq!(problems, [""; 0]);
    for (_, _, value) in &mut expected {
        if let Some((_, new)) = pairs.iter().find(|(old, _)| *old == value.as_bytes()) {
            *value = String::from_utf8_lossy(new).into_owned();
        }
    }
    assert_eq!(read(&out), (expected, vec![]));
    assert!(!holds(&out, b"bob") && !holds(&out, b"carl"));
    // Again, and nothing is left to do.
    let (again, summary) = apply(&out, pairs).unwrap();
    assert_eq!((summary.replaced, again), (vec![0, 0], out));
}

#[test]
fn rows_are_told_where_they_are_known() {
    let mut map = Map {
        pairs: &[],
        unwanted: "name",
        rows: Vec::new(),
    };
    apply_with(&sample(), &mut map).unwrap();
    let rows = [0, 0, 3, 4, 4, 5, 6, 6, 9, 10, 10, 11];
    assert_eq!(map.rows, rows.map(Some));
    let (unwanted, pairs): (_, Pairs<'_>) = ("tags", &[(b"a", b"A")]);
    let rows = Vec::new();
    let mut map = Map {
        pairs,
        unwanted,
        rows,
    };
    let (_, summary) = apply_with(&sample(), &mut map).unwrap();
    assert_eq!(summary.replaced, [0, 0]);
    let rows = [None, None, None, Some(4), Some(5)];
    assert_eq!(map.rows[..5], rows);
}

#[test]
fn values_that_become_equal_are_one_in_a_dictionary() {
    let (out, _) = apply(&sample(), &[(b"ann", b"x"), (b"bob", b"x")]).unwrap();
    assert!(holds(&out, &builder::dictionary_page(&[b"x", b"carl"])));
    let mut indices = builder::levels(&[1, 1, 0, 1], 1);
    indices.push(2);
    indices.extend(builder::runs(&[0, 0, 0], 2));
    assert!(holds(
        &out,
        &builder::data_page(4, builder::DICTIONARY, &indices)
    ));
}

fn element(physical: i64) -> Element {
    Element {
        physical: Some(physical),
        ..Element::bytes("x")
    }
}

#[test]
fn numbers_are_replaced() {
    let mut body = Vec::new();
    for value in [7i64, 78, -1] {
        body.extend(value.to_le_bytes());
    }
    let page = builder::data_page(3, builder::PLAIN, &body);
    let file = builder::file(&[element(2)], &[(3, vec![chunk(3, &[page])])], &[]);
    let (out, _) = apply(&file, &[]).unwrap();
    let values: Vec<_> = read(&out).0.into_iter().map(|cell| cell.2).collect();
    assert_eq!(values, ["7", "0", "-1"]);
}

#[test]
fn every_column_is_asked_for_but_floats_are_not_offered() {
    struct Asked(Vec<String>, Vec<usize>);
    impl Replace for Asked {
        fn wants(&mut self, column: &Column) -> bool {
            self.0.push(column.path.clone());
            true
        }
        fn batch(&mut self, batch: &Batch<'_>) -> Vec<(usize, Replacement)> {
            self.1.push(batch.column);
            Vec::new()
        }
    }
    let float = Element {
        name: "f".to_owned(),
        ..element(4)
    };
    let page = |body: &[u8]| builder::data_page(1, builder::PLAIN, body);
    let chunks = vec![
        chunk(1, &[page(&[0; 4])]),
        chunk(1, &[page(&builder::plain(&[b"text"]))]),
    ];
    let file = builder::file(&[float, Element::string("x", 0)], &[(1, chunks)], &[]);
    let mut asked = Asked(Vec::new(), Vec::new());
    let (out, _) = apply_with(&file, &mut asked).unwrap();
    assert_eq!((asked.0, asked.1), (vec!["f".into(), "x".into()], vec![1]));
    assert_eq!(read(&out), read(&file));
}

#[test]
fn what_a_column_cannot_hold_is_an_error() {
    struct Misfit(Vec<(usize, Replacement)>);
    impl Replace for Misfit {
        fn wants(&mut self, _: &Column) -> bool {
            true
        }
        fn batch(&mut self, _: &Batch<'_>) -> Vec<(usize, Replacement)> {
            self.0.clone()
        }
    }
    let page = builder::data_page(2, builder::PLAIN, &[0; 8]);
    let ints = builder::file(&[element(1)], &[(2, vec![chunk(2, &[page])])], &[]);
    let strings = builder::strings("x", &["one", "two"]);
    let bytes = || Replacement::Bytes(Vec::new());
    let int = || Replacement::Int(1);
    for (file, replacements) in [
        (&ints, vec![(0, bytes())]),
        (&ints, vec![(1, Replacement::Int(1 << 31))]),
        (&ints, vec![(2, int())]),
        (&ints, vec![(0, int()), (0, int())]),
        (&strings, vec![(0, int())]),
    ] {
        let done = apply_with(file, &mut Misfit(replacements));
        assert!(matches!(done, Err(FormatError::Unsupported { .. })));
    }
    apply_with(&strings, &mut Misfit(vec![(1, bytes()), (0, bytes())])).unwrap();
}

/// A chunk of plain strings as its codec packs them.
fn packed(codec: i64, values: &[&[u8]]) -> Chunk {
    let plain = builder::plain(values);
    let body = super::pack::pack(codec, &plain).unwrap();
    let count = i64::try_from(values.len()).unwrap();
    let unpacked = i64::try_from(plain.len()).unwrap();
    let page = builder::packed_page(count, builder::PLAIN, unpacked, &body);
    Chunk {
        codec,
        ..chunk(count, &[page])
    }
}

#[test]
fn pages_are_packed_as_before() {
    for codec in [0, 1, 2, 4, 5, 6, 7] {
        let chunk = packed(codec, &[b"one", b"two", b"two"]);
        let file = builder::file(&[Element::string("x", 0)], &[(3, vec![chunk])], &[]);
        let (out, summary) = apply(&file, &[(b"two", &[b'2'; 5000])]).unwrap();
        assert_eq!(summary.replaced, [2]);
        let two = "2".repeat(5000);
        let cells = [cell("x", 0, "one"), cell("x", 1, &two), cell("x", 2, &two)];
        assert_eq!(read(&out), (cells.to_vec(), vec![]), "codec {codec}");
    }
    // LZO cannot even be read; a column that nobody wants is copied.
    let chunk = Chunk {
        codec: 3,
        ..packed(0, &[b"two"])
    };
    let file = builder::file(&[Element::string("x", 0)], &[(1, vec![chunk])], &[]);
    let done = apply(&file, &[]);
    assert!(matches!(done, Err(FormatError::Unsupported { .. })));
    let (unwanted, pairs, rows) = ("x", &[][..], Vec::new());
    let mut map = Map {
        pairs,
        unwanted,
        rows,
    };
    apply_with(&file, &mut map).unwrap();
}

#[test]
fn nothing_tells_a_replaced_value() {
    let statistics = Thrift::default()
        .binary(1, b"secret")
        .binary(2, b"secret")
        .int(3, 0)
        .binary(5, b"secret")
        .binary(6, b"a");
    let head = Thrift::default()
        .int(1, 2)
        .int(2, 0)
        .int(3, 3)
        .int(4, 3)
        .inner(5, statistics);
    let body = builder::plain(&[b"a", b"secret"]);
    let unpacked = i64::try_from(body.len()).unwrap();
    let page = builder::page(unpacked, &body, 5, head);
    let told = Chunk {
        statistics: Some((b"a".to_vec(), b"secret".to_vec())),
        ..chunk(2, &[page])
    };
    let schema = [Element::string("x", 0)];
    let file = builder::file(&schema, &[(2, vec![told])], &[]);
    assert_eq!(read(&file).1, [""; 0]);
    let (out, summary) = apply(&file, &[(b"secret", b"-")]).unwrap();
    assert_eq!(summary.replaced, [1]);
    assert!(holds(&file, b"secret") && !holds(&out, b"secret"));
    let values: Vec<_> = read(&out).0.into_iter().map(|cell| cell.2).collect();
    assert_eq!(values, ["a", "-"]);
}

#[test]
fn a_forgotten_dictionary_head_is_not_cut_off() {
    let indices = [&[1][..], &builder::runs(&[1, 0, 1], 1)].concat();
    let pages = [
        builder::dictionary_page(&[b"ann", b"bob"]),
        builder::data_page(3, builder::DICTIONARY, &indices),
    ];
    let old = Chunk {
        more: -14,
        ..chunk(3, &pages)
    };
    let file = builder::file(&[Element::string("x", 0)], &[(3, vec![old])], &[]);
    let (out, _) = apply(&file, &[(b"ann", b"eve")]).unwrap();
    let (cells, problems) = read(&out);
    assert_eq!(problems, [""; 0]);
    assert_eq!(cells, [cell("x", 0, "bob"), cell("x", 1, "eve")]);
}

#[test]
fn encrypted_and_shared_pages_are_refused() {
    let page = builder::data_page(1, 0, &builder::plain(&[b"here"]));
    let mut secret = chunk(1, &[page]);
    secret.encrypted = true;
    let schema = [Element::string("x", 0)];
    let file = builder::file(&schema, &[(1, vec![secret])], &[]);
    assert_eq!(
        apply(&file, &[]).unwrap_err().to_string(),
        "unsupported encrypted parquet file that is to be changed"
    );
    let values: Vec<&[u8]> = vec![b"0123456789"; 5000];
    let page = builder::data_page(5000, 0, &builder::plain(&values));
    let names: Vec<String> = (0..300).map(|number| format!("c{number}")).collect();
    let schema: Vec<_> = names.iter().map(|name| Element::string(name, 0)).collect();
    let file = builder::sharing(&schema, &chunk(5000, &[page]), 300);
    let error = apply(&file, &[]).unwrap_err();
    assert!(error.to_string().contains("share"));
}

#[test]
fn damage_is_an_error() {
    let file = sample();
    for end in 0..file.len() {
        apply(&file[..end], &[]).unwrap_err();
    }
    let mut lying = chunk(1, &[builder::data_page(1, 0, &builder::plain(&[b"x"]))]);
    for (values, more) in [(1, 50), (2, 0), (1, -1)] {
        (lying.values, lying.more) = (values, more);
        let schema = [Element::string("x", 0)];
        let file = builder::file(&schema, &[(1, vec![lying.clone()])], &[]);
        let done = apply(&file, &[]);
        // Bytes that a chunk forgets are looked for behind it.
        assert_eq!(done.is_ok(), more < 0, "{values} values, {more} bytes");
    }
    let huge = builder::packed_page(1, builder::PLAIN, 1 << 40, b"1234");
    let file = builder::file(
        &[Element::string("x", 0)],
        &[(1, vec![chunk(1, &[huge])])],
        &[],
    );
    assert!(matches!(apply(&file, &[]), Err(FormatError::Limit { .. })));
}

#[test]
fn no_change_makes_it_panic_and_no_replaced_value_comes_through() {
    let file = sample();
    let pairs: Pairs<'_> = &[(b"ann", b"x"), (b"bob", b"x"), (b"b", b"long value")];
    let mut random = Random::new(4);
    let mut done = 0;
    for _ in 0..20_000 {
        let mut broken = file.clone();
        random.damage(&mut broken);
        let Ok((out, _)) = apply(&broken, pairs) else {
            continue;
        };
        done += 1;
        for (_, _, value) in read(&out).0 {
            assert!(pairs.iter().all(|(old, _)| *old != value.as_bytes()));
        }
    }
    assert!(done > 1000, "{done}");
}
