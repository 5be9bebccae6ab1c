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
    read_header(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
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
    let header = r#"{"x":{"k":"1"},"y":{"k":"2","\u006b":"3"},"x":{}}"#;
    let duplicates = Problem::DuplicateKeys {
        first: 37,
        count: 2,
    };
    assert_eq!(problems(header, 0), [duplicates]);
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
    let huge = format!(r#"{{"a":{{"data_offsets":[0,{}]}}}}"#, u64::MAX);
    assert!(matches!(
        problems(&huge, 0)[..],
        [Problem::MissingBytes { .. }]
    ));
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
    assert!(read_header(&mut Cursor::new(b"short"), 5).is_err());
}

proptest! {
    #[test]
    fn noise_and_mutations(
        noise in prop::collection::vec(any::<u8>(), 0..100),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let _ = read_header(&mut Cursor::new(&noise), noise.len() as u64);
        let mut bytes = file(SOUND, 12);
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let header = read(&bytes);
        prop_assert!(header.range.end <= bytes.len() as u64);
    }
}
