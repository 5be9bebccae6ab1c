//! Streams built by hand, whole and damaged.

use std::cell::Cell;
use std::io::{self, Cursor, Read};

use super::{End, Limits, Schema, Value, Visit, looks_like, walk};
use crate::format::FormatError;
use crate::format::xorshift::Random;

#[path = "../../../tests/builders/arrow.rs"]
pub(super) mod builder;

#[derive(Default)]
pub(super) struct Seen {
    columns: Vec<String>,
    pub(super) values: Vec<(String, u64, String)>,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) unused: Vec<String>,
    pub(super) problems: Vec<String>,
    bytes: u64,
}

impl Seen {
    fn column(&self, column: usize) -> String {
        self.columns.get(column).cloned().unwrap_or_default()
    }
}

impl Visit for Seen {
    fn schema(&mut self, schema: &Schema, _: u64) -> io::Result<()> {
        self.columns = schema.columns.iter().map(|c| c.route.clone()).collect();
        for pair in &schema.metadata {
            self.metadata(&pair.key, &pair.value, pair.at)?;
        }
        Ok(())
    }

    fn metadata(&mut self, key: &[u8], value: &[u8], _: u64) -> io::Result<()> {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        self.metadata.push((text(key), text(value)));
        Ok(())
    }

    fn value(&mut self, column: usize, row: u64, value: &mut Value<'_>) -> io::Result<()> {
        let text = String::from_utf8_lossy(value.bytes(1 << 20)?).into_owned();
        self.bytes += text.len() as u64;
        self.values.push((self.column(column), row, text));
        Ok(())
    }

    fn unused(&mut self, _: usize, bytes: &mut dyn Read, _: Option<u64>) -> io::Result<()> {
        let mut all = Vec::new();
        bytes.read_to_end(&mut all)?;
        self.bytes += all.len() as u64;
        self.unused.push(String::from_utf8_lossy(&all).into_owned());
        Ok(())
    }

    fn problem(&mut self, _: Option<usize>, error: &FormatError) {
        self.problems.push(error.to_string());
    }
}

pub(super) fn read(bytes: &[u8], sample: Option<u64>) -> (Seen, Result<End, FormatError>) {
    let mut seen = Seen::default();
    let limits = Limits {
        header: 1 << 20,
        value: 1 << 20,
        ratio: 200,
        unpacked: &Cell::new(1 << 30),
        sample,
    };
    let end = walk(
        &mut Cursor::new(bytes),
        bytes.len() as u64,
        &limits,
        &mut seen,
    );
    (seen, end)
}

pub(super) fn texts<'s>(seen: &'s Seen, column: &str) -> Vec<(u64, &'s str)> {
    let values = seen.values.iter().filter(|(at, ..)| at == column);
    values.map(|(_, row, text)| (*row, text.as_str())).collect()
}

#[test]
fn values_rows_and_metadata_of_a_stream() {
    let bytes = builder::stream(&["one", "", "three"], &["four"]);
    assert!(looks_like(&bytes) && looks_like(&bytes[..200]));
    let (seen, end) = read(&bytes, None);
    assert_eq!(
        texts(&seen, "/text"),
        [(0, "one"), (2, "three"), (3, "four")]
    );
    let tags = [
        (0, "one"),
        (0, "t"),
        (1, "t"),
        (2, "three"),
        (2, "t"),
        (3, "four"),
        (3, "t"),
    ];
    assert_eq!(texts(&seen, "/tags"), tags);
    assert_eq!(seen.metadata, [("origin".into(), "by hand".into())]);
    let end = end.unwrap();
    assert_eq!((end.rows, end.unread, end.sampled), (4, vec![], false));
    assert!(seen.problems.is_empty() && seen.unused.is_empty());
}

#[test]
fn a_sample_stops_at_its_row_and_says_so() {
    let bytes = builder::stream(&["one", "two"], &["three"]);
    let (seen, end) = read(&bytes, Some(1));
    assert_eq!(texts(&seen, "/text"), [(0, "one")]);
    assert_eq!(texts(&seen, "/tags"), [(0, "one"), (0, "t")]);
    assert!(end.unwrap().sampled);
}

#[test]
fn a_batch_only_the_footer_knows_is_read() {
    let mut stream = builder::stream(&["seen"], &["too"]);
    let hidden = i64::try_from(8 + stream.len()).unwrap();
    let [offsets, bytes] = builder::strings(&["hidden"]);
    let (header, body) = builder::batch(1, &[1], &[vec![], offsets, bytes], None);
    stream.extend(builder::message(3, header, &body));
    let behind = stream.len() as u64 + 8;
    stream.extend(b"bytes behind it");
    let bytes = builder::file(&stream, &[hidden, hidden]);
    let (seen, end) = read(&bytes, None);
    assert!(
        texts(&seen, "/text").contains(&(2, "hidden")),
        "{:?}",
        seen.values
    );
    assert!(
        seen.metadata
            .contains(&("footer-key".into(), "footer value".into()))
    );
    let [unread] = end.unwrap().unread.try_into().unwrap();
    assert_eq!(unread, behind..behind + 15);
}

#[test]
fn a_schema_without_its_length_is_no_damage() {
    let utf8 = builder::field("text", 5, vec![], vec![]);
    let mut stream = builder::message(1, builder::schema(vec![utf8], &[]), &[]);
    stream.drain(..8);
    let at = 8 + i64::try_from(stream.len()).unwrap();
    let [offsets, bytes] = builder::strings(&["one"]);
    let (header, body) = builder::batch(1, &[1], &[vec![], offsets, bytes], None);
    stream.extend(builder::message(3, header, &body));
    let (seen, end) = read(&builder::file(&stream, &[at]), None);
    assert_eq!(texts(&seen, "/text"), [(0, "one")]);
    assert!(end.is_ok() && seen.problems.is_empty());
}

#[test]
fn damaged_offsets_cost_one_column() {
    let bytes = builder::stream(&["one", "two"], &["three"]);
    let at = bytes.windows(6).position(|six| six == b"onetwo").unwrap();
    let mut broken = bytes.clone();
    // The end of the first value, far behind the buffer.
    broken[at - 16 + 4..at - 16 + 8].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
    let (seen, end) = read(&broken, None);
    assert!(end.is_ok());
    assert_eq!(texts(&seen, "/text"), [(2, "three")]);
    assert_eq!(texts(&seen, "/tags").len(), 6);
    assert_eq!(seen.problems.len(), 1);
}

#[test]
fn bytes_before_the_first_offset_are_told() {
    let field = builder::field("t", 5, vec![], vec![]);
    let mut stream = builder::message(1, builder::schema(vec![field], &[]), &[]);
    let offsets = [6_i32, 9].iter().flat_map(|n| n.to_le_bytes()).collect();
    let mut bytes = b"beforenow".to_vec();
    bytes.extend([b'x'; 64]);
    let (header, body) = builder::batch(1, &[1], &[vec![], offsets, bytes], None);
    stream.extend(builder::message(3, header, &body));
    let (seen, _) = read(&stream, None);
    assert_eq!(texts(&seen, "/t"), [(0, "now")]);
    assert_eq!(seen.unused, ["before".to_owned(), "x".repeat(64)]);
}

#[test]
fn compressed_buffers() {
    let field = builder::field("t", 5, vec![], vec![]);
    let [offsets, bytes] = builder::strings(&["packed text", "more"]);
    let pack = |bytes: &[u8], codec: u8| {
        let mut out = (bytes.len() as u64).to_le_bytes().to_vec();
        if codec == 1 {
            out.extend(zstd::bulk::compress(bytes, 1).unwrap());
        } else {
            let mut packer = lz4_flex::frame::FrameEncoder::new(&mut out);
            io::Write::write_all(&mut packer, bytes).unwrap();
            packer.finish().unwrap();
        }
        out
    };
    for codec in [0, 1] {
        let mut plain = (-1_i64).to_le_bytes().to_vec();
        plain.extend(&offsets);
        let buffers = [vec![], plain, pack(&bytes, codec)];
        let (header, body) = builder::batch(2, &[2], &buffers, Some(codec));
        let fields = vec![field.clone()];
        let mut stream = builder::message(1, builder::schema(fields, &[]), &[]);
        stream.extend(builder::message(3, header, &body));
        let (seen, _) = read(&stream, None);
        assert_eq!(texts(&seen, "/t"), [(0, "packed text"), (1, "more")]);
        // A length that lies is a limit or damage, never an allocation.
        let at = stream.len() - body.len() + 24;
        stream[at..at + 8].copy_from_slice(&(1_i64 << 50).to_le_bytes());
        let (seen, _) = read(&stream, None);
        assert!(seen.values.is_empty() && seen.problems.len() == 1);
    }
}

#[test]
fn deep_types_are_a_limit() {
    let mut field = builder::field("leaf", 5, vec![], vec![]);
    for _ in 0..100 {
        field = builder::field("l", 12, vec![], vec![field]);
    }
    let stream = builder::message(1, builder::schema(vec![field], &[]), &[]);
    assert!(matches!(
        read(&stream, None).1,
        Err(FormatError::Limit { .. })
    ));
}

#[test]
fn other_content_is_not_claimed() {
    let many = [0xff_u8; 64];
    for head in [
        &b"ARROW1 is a magic"[..],
        b"FEA1 text",
        &many,
        &[0; 64],
        b"",
        b"\xff\xff\xff\xff",
    ] {
        assert!(!looks_like(head));
    }
}

#[test]
fn hostile_bytes_end_in_bounded_work() {
    let stream = builder::stream(&["one", "two"], &["three"]);
    let file = builder::file(&stream, &[8, 300]);
    for good in [&stream, &file] {
        for end in 0..good.len() {
            check(&good[..end]);
        }
        let mut random = Random::new(7);
        for _ in 0..4000 {
            let mut bytes = good.clone();
            random.damage(&mut bytes);
            check(&bytes);
        }
    }
}

fn check(bytes: &[u8]) {
    let _ = looks_like(bytes);
    let (seen, _) = read(bytes, None);
    assert!(seen.bytes <= 64 * bytes.len() as u64 + 4096);
}

#[test]
fn a_second_stream_that_breaks_off_at_once() {
    let stream = builder::stream(&["a"], &["b"]);
    let two = [&stream[..], &stream[..]].concat();
    let whole = stream.len();
    for cut in whole..whole + 200 {
        let (seen, end) = read(&two[..cut], None);
        let held: u64 = end
            .unwrap()
            .unread
            .iter()
            .map(|part| part.end - part.start)
            .sum();
        assert_eq!(held, (cut - whole) as u64);
        assert!(seen.values.iter().any(|(_, _, text)| text == "b"));
    }
}
