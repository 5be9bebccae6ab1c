//! Tests of the walk with messages built by hand, broken ones included.

use std::io::Cursor;

use super::builder::{self, Message, message};
use super::schema::{self, Message as Table, Role, TEXT_ENTRY};
use super::walk::{Event, walk};
use super::{Wire, varint};
use crate::format::{FormatError, coreml, onnx, sentencepiece, tensorflow, tfrecord};

static TABLE: Table = Table {
    role: Role::Plain,
    fields: &[
        schema::text(1, "text"),
        schema::number(2, "number"),
        schema::data(3, "data"),
        schema::each(4, "part", &TABLE),
        schema::each(5, "props", &TEXT_ENTRY),
    ],
};

/// What a walk tells, in words.
fn told(bytes: &[u8]) -> (Vec<String>, Result<(), FormatError>) {
    let mut told = Vec::new();
    let mut wire = Wire::new(Cursor::new(bytes)).unwrap();
    let range = 0..bytes.len() as u64;
    let end = walk(&mut wire, range, &TABLE, false, &mut |event| {
        told.push(match event {
            Event::Enter {
                name, index, key, ..
            } => format!("{name} {} {}", index.unwrap_or(99), key.unwrap_or("")),
            Event::Leave => "end".to_owned(),
            Event::Number { name, value } => format!("{name} {value}"),
            Event::Bytes {
                name,
                offset,
                bytes: value,
                ..
            } => {
                let offset = offset as usize;
                assert_eq!(&bytes[offset..offset + value.len()], value);
                format!("{name}={}", String::from_utf8_lossy(value))
            }
            Event::Long {
                name,
                range,
                too_deep,
                ..
            } => format!("{name} {} {too_deep}", range.end - range.start),
            Event::Skipped => "skipped".to_owned(),
        });
        Ok(())
    });
    (told, end)
}

#[test]
fn fields_are_told_by_their_table_and_others_by_their_bytes() {
    let file = message()
        .bytes(1, "a")
        .message(4, message().number(2, 7))
        .message(4, message().bytes(2, [1, 2, 0x80, 1]))
        .message(5, message().bytes(2, "value").bytes(1, "key"))
        .bytes(3, [0u8; 100])
        .bytes(3, "letters in the place of numbers")
        .bytes(77, "nobody declared this")
        .message(78, message().number(1, 2).bytes(9, "nor this"))
        .bytes(79, [0xff, 0, 0xff])
        .group(80, &message().bytes(1, "in a group"));
    let (told, end) = told(&file.0);
    end.unwrap();
    assert_eq!(
        told,
        [
            "text=a",
            "part 0 ",
            "number 7",
            "end",
            "part 1 ",
            "number 1",
            "number 2",
            "number 128",
            "end",
            "props 0 key",
            "=value",
            "key=key",
            "end",
            "skipped",
            "data=letters in the place of numbers",
            "field-77=nobody declared this",
            "field-78 99 ",
            "field-9=nor this",
            "end",
            "field-79=\u{fffd}\0\u{fffd}",
            "field-1=in a group",
        ]
    );
}

#[test]
fn lying_lengths_are_errors_and_what_came_before_is_told() {
    let mut lying = message().bytes(1, "before");
    lying.tag(4, 2);
    lying.varint(u64::MAX);
    let mut inner = message();
    inner.tag(1, 2);
    inner.varint(1000);
    let beyond_its_message = message()
        .bytes(1, "before")
        .message(4, inner)
        .bytes(1, "x".repeat(2000));
    let mut open = message().bytes(1, "before");
    open.tag(9, 3);
    let mut unopened = message().bytes(1, "before");
    unopened.tag(9, 4);
    let zero = Message([&lying.0[..8], &[0, 0]].concat());
    for file in [lying, beyond_its_message, open, unopened, zero] {
        let (told, end) = told(&file.0);
        assert!(
            matches!(end, Err(FormatError::Malformed { .. })),
            "{told:?}"
        );
        assert_eq!(told[0], "text=before");
    }
}

#[test]
fn numbers_end_after_ten_bytes() {
    assert_eq!(varint(&[0x80, 1, 9]), Some((128, 2)));
    let negative = [[0xff; 9].as_slice(), &[1]].concat();
    assert_eq!(varint(&negative), Some((u64::MAX, 10)));
    assert_eq!(varint(&[0xff; 20]), None);
    assert_eq!(varint(&[0x80]), None);
}

#[test]
fn deep_messages_are_told_and_not_entered() {
    let deep = |field| {
        (0..100).fold(message().bytes(1, "deep"), |inner, _| {
            message().message(field, inner)
        })
    };
    for field in [4, 44] {
        let (told, end) = told(&deep(field).0);
        end.unwrap();
        assert!(told.iter().any(|what| what.ends_with(" true")), "{told:?}");
        assert_eq!(told.iter().filter(|what| *what == "end").count(), 64);
    }
}

#[test]
fn long_strings_are_handed_on() {
    let file = message()
        .bytes(1, "x".repeat(3 << 20))
        .bytes(50, vec![0; 2 << 20]);
    let (told, end) = told(&file.0);
    end.unwrap();
    assert_eq!(told, ["text 3145728 false", "field-50 2097152 false"]);
}

/// A file, and what tells its format.
type Sample = (Vec<u8>, fn(&[u8], u64) -> bool);

fn samples() -> Vec<Sample> {
    let graph = message()
        .message(1, builder::onnx_node("", "Relu"))
        .bytes(2, "main");
    let pieces: Vec<&str> = "<unk> <s> </s> a b c d e".split(' ').collect();
    let operators = ["Placeholder", "MatMul", "PyFunc"];
    vec![
        (builder::onnx(graph).0, onnx::looks_like),
        (
            builder::sentencepiece(&pieces, "/home/jane/corpus.txt").0,
            sentencepiece::looks_like,
        ),
        (builder::coreml("Jane", 20_000).0, coreml::looks_like),
        (
            builder::tensorflow_graph(&operators).0,
            tensorflow::is_graph,
        ),
        (
            builder::saved_model(builder::tensorflow_graph(&operators)).0,
            tensorflow::is_saved_model,
        ),
        (
            builder::records([&b"one"[..], b"two"]),
            tfrecord::looks_like,
        ),
    ]
}

#[test]
fn each_format_is_told_from_the_others_by_its_head() {
    let samples = samples();
    for (made, (bytes, _)) in samples.iter().enumerate() {
        let head = &bytes[..bytes.len().min(8192)];
        for (asked, (_, looks_like)) in samples.iter().enumerate() {
            let answer = looks_like(head, bytes.len() as u64);
            assert_eq!(answer, made == asked, "sample {made}, test {asked}");
        }
    }
}

#[test]
fn text_is_no_message() {
    let texts: [&[u8]; 6] = [
        b"\n\n\n\n",
        b"\n\x20 a line of thirty-two characters, or more, which goes on and on",
        b"{\"a\": 1}",
        b"version https://git-lfs.github.com/spec/v1\n",
        b"",
        &[0; 100],
    ];
    for text in texts {
        for (_, looks_like) in samples() {
            assert!(!looks_like(text, text.len() as u64));
        }
    }
}

/// xorshift; the seed is fixed so that a failure comes again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn broken_files_end_in_bounded_work() {
    let tables = [
        &onnx::MODEL,
        &sentencepiece::MODEL,
        &coreml::MODEL,
        &tensorflow::GRAPH,
        &tensorflow::SAVED_MODEL,
        &TABLE,
    ];
    let events = |bytes: &[u8], table: &'static Table, lenient: bool| {
        let mut count = 0;
        let mut wire = Wire::new(Cursor::new(bytes)).unwrap();
        let range = 0..bytes.len() as u64;
        let _ = walk(&mut wire, range, table, lenient, &mut |_| {
            count += 1;
            Ok(())
        });
        assert!(count <= 3 * bytes.len() + 3, "{count} of {}", bytes.len());
    };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (place, (whole, looks_like)) in samples().into_iter().enumerate() {
        let table = tables[place];
        let whole = &whole[..whole.len().min(2000)];
        for cut in 0..whole.len() {
            looks_like(&whole[..cut], cut as u64);
            looks_like(&whole[..cut], 1 << 40);
            events(&whole[..cut], table, cut % 2 == 0);
        }
        for round in 0..2000 {
            let mut broken = whole.to_vec();
            for _ in 0..=random.below(4) {
                let at = random.below(broken.len());
                broken[at] = random.below(256) as u8;
            }
            looks_like(&broken, broken.len() as u64);
            events(&broken, table, round % 2 == 0);
        }
    }
}

#[test]
fn records_are_framed() {
    let file = builder::records([&b"one"[..], b"", b"three"]);
    let mut wire = Wire::new(Cursor::new(&file)).unwrap();
    let first = tfrecord::record(&mut wire, 0).unwrap().unwrap();
    assert_eq!(&file[first.start as usize..first.end as usize], b"one");
    let second = tfrecord::record(&mut wire, tfrecord::behind(&first))
        .unwrap()
        .unwrap();
    assert!(second.is_empty());
    assert!(
        tfrecord::record(&mut wire, file.len() as u64)
            .unwrap()
            .is_none()
    );
    let cut = file.len() - 8;
    let mut wire = Wire::new(Cursor::new(&file[..cut])).unwrap();
    let third = tfrecord::record(&mut wire, tfrecord::behind(&second));
    assert!(matches!(third, Err(FormatError::Truncated { .. })));
    assert!(tfrecord::record(&mut wire, 1).is_err());
}
