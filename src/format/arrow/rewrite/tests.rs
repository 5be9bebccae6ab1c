//! Streams and files built by hand, written again.

#![allow(clippy::cast_possible_wrap)] // lengths of short inputs

mod hostile;
mod layouts;
mod metadata;

use std::cell::Cell;
use std::io::Cursor;

use super::strings::Strings;
use super::{Limits, Replace, Replacement, Summary, Value, rewrite};
use crate::format::FormatError;
use crate::format::arrow::Column;
use crate::format::arrow::tests::{builder, read, texts};
use builder::Value as Flat;

/// Replaces a text in all values by another, and a number by another.
struct Swap {
    text: (&'static str, &'static str),
    number: (i64, i64),
    /// The columns looked at; all if there are none.
    columns: Vec<&'static str>,
    /// Drops bytes of no value.
    drop: bool,
    offered: Vec<String>,
    /// Column, first value and number of values of each call.
    shown: Vec<(usize, u64, usize)>,
    /// Bytes shown.
    bytes: u64,
}

impl Swap {
    fn new(from: &'static str, to: &'static str) -> Self {
        Self {
            text: (from, to),
            number: (77, 7),
            columns: Vec::new(),
            drop: false,
            offered: Vec::new(),
            shown: Vec::new(),
            bytes: 0,
        }
    }

    fn new_value(&self, value: Value<'_>) -> Option<Replacement> {
        match value {
            Value::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let new = text.replace(self.text.0, self.text.1);
                (new != text).then(|| Replacement::Bytes(new.into_bytes()))
            }
            Value::Int(number) => {
                (number == self.number.0).then_some(Replacement::Int(self.number.1))
            }
        }
    }
}

impl Replace for Swap {
    fn wants(&mut self, _: usize, column: &Column) -> bool {
        self.offered.push(column.name.clone());
        self.columns.is_empty() || self.columns.contains(&column.name.as_str())
    }

    fn batch(
        &mut self,
        column: usize,
        first: u64,
        values: &[Option<Value<'_>>],
    ) -> Vec<(usize, Replacement)> {
        self.shown.push((column, first, values.len()));
        let mut news = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if let Some(Value::Bytes(bytes)) = value {
                self.bytes += bytes.len() as u64;
            }
            let new = value.and_then(|value| self.new_value(value));
            news.extend(new.map(|new| (index, new)));
        }
        // Any order will do.
        news.reverse();
        news
    }

    fn unused(&mut self, _: usize, bytes: &[u8]) -> bool {
        self.bytes += bytes.len() as u64;
        self.drop
    }

    fn metadata(&mut self, _: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        match self.new_value(Value::Bytes(value)) {
            Some(Replacement::Bytes(new)) => Some(new),
            _ => None,
        }
    }
}

fn run(bytes: &[u8], replace: &mut dyn Replace) -> Result<(Vec<u8>, Summary), FormatError> {
    let limits = Limits {
        header: 1 << 20,
        ratio: 200,
        unpacked: &Cell::new(1 << 30),
        held: 1 << 20,
    };
    let mut output = Vec::new();
    let mut input = Cursor::new(bytes);
    let summary = rewrite(
        &mut input,
        bytes.len() as u64,
        &mut output,
        &limits,
        replace,
    )?;
    Ok((output, summary))
}

/// A file around messages, whose footer lists those behind the first.
fn file(messages: &[Vec<u8>], fields: Vec<Vec<Flat>>) -> Vec<u8> {
    let mut out = b"ARROW1\0\0".to_vec();
    let mut blocks = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        if index > 0 {
            let header = i32::from_le_bytes(message[4..8].try_into().unwrap()) + 8;
            let body = message.len() as i64 - i64::from(header);
            blocks.extend((out.len() as i64).to_le_bytes());
            blocks.extend(i64::from(header).to_le_bytes());
            blocks.extend(body.to_le_bytes());
        }
        out.extend(message);
    }
    out.extend(builder::END);
    let footer = builder::flatbuffer(&[
        Flat::I16(4),
        Flat::Table(builder::schema(fields, &[])),
        Flat::Structs(0, vec![]),
        Flat::Structs(messages.len() - 1, blocks),
        builder::pairs(&[("footer-key", "footer value")]),
    ]);
    out.extend(&footer);
    out.extend((footer.len() as i32).to_le_bytes());
    out.extend(b"ARROW1");
    out
}

fn column(name: &str) -> Vec<Flat> {
    builder::field(name, 5, vec![], vec![])
}

/// A batch with one column of texts.
fn strings(texts: &[&str], codec: Option<u8>) -> Vec<u8> {
    let [offsets, bytes] = builder::strings(texts);
    let pack = |buffer: Vec<u8>| match codec {
        Some(_) => [(-1_i64).to_le_bytes().to_vec(), buffer].concat(),
        None => buffer,
    };
    let rows = texts.len() as i64;
    let buffers = [vec![], pack(offsets), pack(bytes)];
    let (header, body) = builder::batch(rows, &[rows], &buffers, codec);
    builder::message(3, header, &body)
}

fn schema(fields: Vec<Vec<Flat>>) -> Vec<u8> {
    builder::message(1, builder::schema(fields, &[("origin", "by hand")]), &[])
}

#[test]
fn values_are_replaced_and_the_rest_is_copied() {
    let bytes = builder::stream(&["one", "two"], &["three"]);
    let mut swap = Swap::new("two", "something longer");
    let (new, summary) = run(&bytes, &mut swap).unwrap();
    let (seen, end) = read(&new, None);
    assert!(seen.problems.is_empty() && seen.unused.is_empty());
    assert_eq!(end.unwrap().rows, 3);
    let expected = [(0, "one"), (1, "something longer"), (2, "three")];
    assert_eq!(texts(&seen, "/text"), expected);
    let tags: Vec<&str> = texts(&seen, "/tags").iter().map(|tag| tag.1).collect();
    assert_eq!(tags, ["one", "t", "something longer", "t", "three", "t"]);
    assert_eq!((summary.replaced, summary.batches), (2, 1));
    // Values are counted through the batches, for each column.
    assert_eq!(swap.shown, [(0, 0, 2), (1, 0, 4), (0, 2, 1), (1, 4, 2)]);
    // The schema and the second batch.
    assert_eq!(new[..300], bytes[..300]);
    assert_eq!(new[new.len() - 300..], bytes[bytes.len() - 300..]);
}

#[test]
fn without_new_values_nothing_differs() {
    let stream = builder::stream(&["one", "", "two"], &["three"]);
    let twice = [&stream[..], &stream, b"behind it"].concat();
    let messages = [schema(vec![column("c")]), strings(&["one"], None)];
    let file = file(&messages, vec![column("c")]);
    for bytes in [&stream, &twice, &file] {
        let (new, summary) = run(bytes, &mut Swap::new("absent", "")).unwrap();
        assert!(new == *bytes);
        assert_eq!((summary.replaced, summary.batches), (0, 0));
    }
    let (_, summary) = run(&twice, &mut Swap::new("absent", "")).unwrap();
    let begin = 2 * stream.len() as u64;
    assert_eq!(summary.unread, vec![begin..begin + 9]);
}

#[test]
fn columns_that_nobody_wants_are_not_shown() {
    let bytes = builder::stream(&["secret"], &["secret"]);
    let mut swap = Swap::new("secret", "open");
    swap.columns = vec!["tags"];
    let (new, _) = run(&bytes, &mut swap).unwrap();
    assert_eq!(swap.offered, ["text", "tags"]);
    let (seen, _) = read(&new, None);
    assert_eq!(texts(&seen, "/text"), [(0, "secret"), (1, "secret")]);
    assert!(texts(&seen, "/tags").contains(&(1, "open")));
}

#[test]
fn the_footer_of_a_file_says_the_new_places() {
    let messages = [
        schema(vec![column("c")]),
        strings(&["a", "swap"], None),
        strings(&["untouched"], None),
        strings(&["swap", "swap", ""], None),
    ];
    let bytes = file(&messages, vec![column("c")]);
    let (new, summary) = run(&bytes, &mut Swap::new("swap", "a value of more bytes")).unwrap();
    assert_eq!((summary.replaced, summary.batches), (3, 2));
    let swapped = [
        messages[0].clone(),
        strings(&["a", "a value of more bytes"], None),
        messages[2].clone(),
        strings(
            &["a value of more bytes", "a value of more bytes", ""],
            None,
        ),
    ];
    assert!(new == file(&swapped, vec![column("c")]));
}

#[test]
fn a_file_whose_front_has_a_bare_schema_or_hidden_batches() {
    let mut bare = schema(vec![column("c")]);
    bare.drain(..8);
    let batch = strings(&["swap"], None);
    let messages = [bare, batch];
    let (new, summary) = run(
        &file(&messages, vec![column("c")]),
        &mut Swap::new("swap", "changed"),
    )
    .unwrap();
    assert_eq!((summary.replaced, summary.unread), (1, vec![]));
    assert_eq!(texts(&read(&new, None).0, "/c"), [(0, "changed")]);
    // Two messages as one entry of the footer: the second one is not listed.
    let hidden = [strings(&["swap"], None), strings(&["swap"], None)];
    let mut bytes = b"ARROW1\0\0".to_vec();
    bytes.extend(schema(vec![column("c")]));
    bytes.extend(hidden.concat());
    bytes.extend(&file(&[vec![]], vec![column("c")])[8..]);
    let (new, summary) = run(&bytes, &mut Swap::new("swap", "changed")).unwrap();
    assert_eq!(summary.replaced, 2);
    assert!(!new.windows(4).any(|four| four == b"swap"));
}

#[test]
fn schemas_that_differ_in_one_file() {
    let messages = [schema(vec![column("c")]), strings(&["one"], None)];
    let other = builder::field("c", 20, vec![], vec![]);
    let failed = run(&file(&messages, vec![other]), &mut Swap::new("one", ""));
    assert!(matches!(failed, Err(FormatError::Unsupported { .. })));
}

#[test]
fn new_values_that_do_not_fit() {
    struct Wrong(Vec<(usize, Replacement)>);
    impl Replace for Wrong {
        fn wants(&mut self, _: usize, _: &Column) -> bool {
            true
        }
        fn batch(
            &mut self,
            _: usize,
            _: u64,
            _: &[Option<Value<'_>>],
        ) -> Vec<(usize, Replacement)> {
            self.0.clone()
        }
    }
    let bytes = [schema(vec![column("c")]), strings(&["a", "b"], None)].concat();
    let text = |text: &[u8]| Replacement::Bytes(text.to_vec());
    for news in [
        vec![(2, text(b"index"))],
        vec![(0, text(b"twice")), (1, text(b"")), (0, text(b"twice"))],
        vec![(0, Replacement::Int(1))],
        vec![(0, text(b"not UTF-8: \xff"))],
    ] {
        let failed = run(&bytes, &mut Wrong(news));
        assert!(matches!(failed, Err(FormatError::Unsupported { .. })));
    }
    assert!(run(&bytes, &mut Wrong(vec![(1, text(b"fits"))])).is_ok());
}

#[test]
fn offsets_beyond_32_bits_are_a_limit() {
    let mut strings = Strings {
        offsets: &[],
        wide: false,
        bytes: &[],
        len: 0,
    };
    let mut offsets = Vec::new();
    assert!(strings.push(&mut offsets, i32::MAX as usize).is_ok());
    let over = strings.push(&mut offsets, i32::MAX as usize + 1);
    assert!(matches!(over, Err(FormatError::Limit { .. })));
    strings.wide = true;
    assert!(strings.push(&mut offsets, i32::MAX as usize + 1).is_ok());
    assert_eq!(offsets.len(), 4 + 8);
}
