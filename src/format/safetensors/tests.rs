//! Headers built by hand, sound ones and all the ways to spoil them.

use super::*;
use proptest::prelude::*;
use std::io::Cursor;

const SOUND: &str = r#"{"__metadata__":{"format":"pt","note":"data_offsets"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}  "#;

fn file(header: &str, tensors: usize) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), &vec![0xAB; tensors]].concat()
}

fn read(bytes: &[u8]) -> Header {
    read_header(&mut Cursor::new(bytes), bytes.len() as u64, &mut |_| {}).unwrap()
}

/// A tensor of bytes.
fn tensor(begin: u64, end: u64) -> String {
    let shape = end.wrapping_sub(begin);
    format!(r#"{{"dtype":"U8","shape":[{shape}],"data_offsets":[{begin},{end}]}}"#)
}

fn problems(header: &str, tensors: usize) -> Vec<Problem> {
    read(&file(header, tensors)).problems
}

#[test]
fn a_sound_file() {
    let bytes = file(SOUND, 12);
    let header = read(&bytes);
    assert_eq!(header.problems, []);
    assert_eq!(header.range, 8..8 + SOUND.len() as u64);
    assert_eq!(problems("{}", 0), []);
}

#[test]
fn the_file_is_covered_exactly() {
    let at = 8 + SOUND.len() as u64 + 12;
    assert_eq!(
        problems(SOUND, 15),
        [Problem::TrailingBytes { at, count: 3 }]
    );
    assert_eq!(problems(SOUND, 10), [Problem::MissingBytes { count: 2 }]);
    assert_eq!(
        problems("{}", 1),
        [Problem::TrailingBytes { at: 10, count: 1 }]
    );
}

#[test]
fn the_header_is_one_object() {
    assert_eq!(problems(" {}", 0), [Problem::NotAnObject]);
    assert_eq!(problems("", 0), [Problem::NotAnObject]);
    assert_eq!(problems("[1]", 0), [Problem::NotAnObject]);
    assert_eq!(problems("{\"a\":", 0), [Problem::Unclosed]);
    assert_eq!(problems("{} {}", 0), [Problem::TextBehindObject { at: 11 }]);
}

#[test]
fn duplicates_per_object_however_they_are_written() {
    let x = tensor(0, 1);
    let header = format!(r#"{{"__metadata__":{{"k":"2","\u006b":"3"}},"x":{x},"\u0078":{x}}}"#);
    let duplicates = Problem::DuplicateKeys {
        first: 8 + 26,
        count: 2,
    };
    let overlap = Problem::Overlap {
        at: 8 + header.len() as u64,
    };
    assert_eq!(problems(&header, 1)[0], duplicates);
    // Python's `json` keeps the last of them, so both are read.
    assert_eq!(problems(&header, 1)[1], overlap);
}

#[test]
fn bad_offsets() {
    for offsets in [
        "[8,0]",
        "[-1,0]",
        "[\"0\",1]",
        "[0,1e3]",
        "[0,99999999999999999999]",
    ] {
        let header = format!(r#"{{"a":{{"data_offsets":{offsets}}}}}"#);
        let found = problems(&header, 0);
        assert!(
            matches!(found[0], Problem::BadOffsets { .. }),
            "{offsets}: {found:?}"
        );
    }
    let missing = problems(r#"{"a":{"dtype":"U8","shape":[]}}"#, 0);
    assert!(matches!(missing[..], [Problem::BadOffsets { .. }]));
    let huge = format!(r#"{{"a":{}}}"#, tensor(0, 1 << 60));
    assert!(matches!(
        problems(&huge, 0)[..],
        [Problem::MissingBytes { .. }]
    ));
}

#[test]
fn entries_leave_unescaped() {
    let bytes = file(SOUND, 12);
    let mut told = Vec::new();
    let mut sink = |entry: Entry<'_>| told.push(format!("{entry:?}"));
    read_header(&mut Cursor::new(&bytes), bytes.len() as u64, &mut sink).unwrap();
    let expected = [
        r#"Metadata { key: "format", value: Some([112, 116]) }"#,
        r#"Metadata { key: "note", value: Some([100, 97, 116, 97, 95, 111, 102, 102, 115, 101, 116, 115]) }"#,
        r#"Tensor { name: "a", dtype: "F32", shape: [2] }"#,
        r#"Tensor { name: "b", dtype: "U8", shape: [4] }"#,
    ];
    assert_eq!(told, expected);
}

#[test]
fn tensors_cover_the_file_once() {
    let two = |first: String, second: String| format!(r#"{{"a":{first},"b":{second}}}"#);
    let data = |header: &str| 8 + header.len() as u64;
    let overlap = two(tensor(0, 8), tensor(4, 12));
    let at = data(&overlap) + 4;
    assert_eq!(problems(&overlap, 12), [Problem::Overlap { at }]);
    let hole = two(tensor(10, 12), tensor(0, 4));
    let at = data(&hole) + 4;
    assert_eq!(problems(&hole, 12), [Problem::Hole { at, count: 6 }]);
    let late = format!(r#"{{"a":{}}}"#, tensor(2, 4));
    let at = data(&late);
    assert_eq!(problems(&late, 4), [Problem::Hole { at, count: 2 }]);
    // Empty tensors take no bytes, wherever they stand.
    assert_eq!(problems(&two(tensor(0, 4), tensor(4, 4)), 4), []);
}

#[test]
fn shapes_tell_sizes() {
    let sized = |dtype: &str, shape: &str| {
        let header =
            format!(r#"{{"a":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[0,4]}}}}"#);
        problems(&header, 4)
    };
    assert_eq!(sized("F32", "[]"), []);
    assert_eq!(sized("F4", "[2,4]"), []);
    let unknown = sized("F4096", "[7]");
    assert!(matches!(
        unknown[..],
        [Problem::UnknownType { count: 1, .. }]
    ));
    for (dtype, shape) in [
        ("F32", "[2]"),
        ("U8", "[0]"),
        ("F4", "[9]"),
        ("U8", "[-4]"),
        ("BF16", "[4294967296,4294967296]"),
    ] {
        let found = sized(dtype, shape);
        assert!(
            matches!(found[..], [Problem::WrongSize { count: 1, .. }]),
            "{dtype} {shape}: {found:?}"
        );
    }
}

#[test]
fn metadata_is_text() {
    for metadata in [
        r#"{"a":1}"#,
        r#"{"a":{"b":"c"}}"#,
        r#"{"a":["b"]}"#,
        "null",
        r#""a""#,
    ] {
        let found = problems(&format!(r#"{{"__metadata__":{metadata}}}"#), 0);
        assert!(
            matches!(found[..], [Problem::MetadataNotText { .. }]),
            "{metadata}: {found:?}"
        );
    }
}

#[test]
fn lengths_beyond_the_file_and_the_limit() {
    let mut bytes = file(SOUND, 0);
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let header = read(&bytes);
    let claimed = u64::MAX;
    let expected = [
        Problem::TooLong { claimed },
        Problem::BeyondFile { claimed },
    ];
    assert_eq!(header.problems, expected);
    assert_eq!(header.range.end, bytes.len() as u64);
    assert!(read_header(&mut Cursor::new(b"short"), 5, &mut |_| {}).is_err());
}

proptest! {
    #[test]
    fn noise_and_mutations(
        noise in prop::collection::vec(any::<u8>(), 0..100),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let _ = read_header(&mut Cursor::new(&noise), noise.len() as u64, &mut |_| {});
        let mut bytes = file(SOUND, 12);
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let header = read(&bytes);
        prop_assert!(header.range.end <= bytes.len() as u64);
    }
}
