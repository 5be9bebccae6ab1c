//! Archives built by hand, honest and dishonest ones.

use super::*;
use proptest::prelude::*;
use std::io::Cursor;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/zip.rs"]
mod builder;

use builder::{Builder, DEFLATE, Options, PLAIN};

fn directory(bytes: &[u8]) -> Directory {
    read_directory(&mut Cursor::new(bytes)).unwrap()
}

fn content(bytes: &[u8], member: &Member) -> Result<Vec<u8>, FormatError> {
    let mut cursor = Cursor::new(bytes);
    let mut content = Vec::new();
    open_member(&mut cursor, member, Limits::default())?.read_to_end(&mut content)?;
    Ok(content)
}

/// Name, unlisted or not, content.
fn all(bytes: &[u8]) -> Vec<(String, bool, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let members = directory(bytes).members.into_iter();
    members
        .map(|m| {
            (
                text(&m.name),
                m.unlisted,
                text(&content(bytes, &m).unwrap()),
            )
        })
        .collect()
}

fn listed(name: &str, content: &str) -> (String, bool, String) {
    (name.to_owned(), false, content.to_owned())
}

fn unlisted(name: &str, content: &str) -> (String, bool, String) {
    (name.to_owned(), true, content.to_owned())
}

fn honest() -> Vec<u8> {
    let mut zip = Builder::default();
    zip.add("a/data.pkl", b"first", PLAIN);
    zip.add("b.txt", "second ".repeat(50).as_bytes(), DEFLATE);
    zip.add(
        "c",
        b"third",
        Options {
            sizes_follow: true,
            ..DEFLATE
        },
    );
    zip.add(
        "d",
        b"fourth",
        Options {
            zip64: true,
            ..PLAIN
        },
    );
    zip.finish()
}

fn honest_members() -> [(String, bool, String); 4] {
    let second = "second ".repeat(50);
    [
        listed("a/data.pkl", "first"),
        listed("b.txt", &second),
        listed("c", "third"),
        listed("d", "fourth"),
    ]
}

#[test]
fn honest_archives() {
    let bytes = honest();
    assert_eq!(all(&bytes), honest_members());
    let directory = directory(&bytes);
    assert!(directory.incomplete.is_none());
    let range = directory.members[0].stored_range().unwrap();
    assert_eq!(&bytes[range.start as usize..range.end as usize], b"first");
    assert_eq!(directory.members[1].stored_range(), None);
}

#[test]
fn foreign_bytes_around() {
    let bytes = [
        &b"#!/bin/sh\nPK\x03\x04"[..],
        &honest(),
        b"a comment nobody announced",
    ]
    .concat();
    assert_eq!(all(&bytes), honest_members());
}

#[test]
fn unlisted_members() {
    let hidden = Options {
        unlisted: true,
        ..PLAIN
    };
    let mut zip = Builder::default();
    zip.add("one", b"1", hidden);
    zip.add("two", b"2", PLAIN);
    zip.add(
        "three",
        b"3333",
        Options {
            deflate: true,
            sizes_follow: true,
            ..hidden
        },
    );
    zip.add("four", b"4", hidden);
    let bytes = zip.finish();
    let expected = [
        listed("two", "2"),
        unlisted("one", "1"),
        unlisted("three", "3333"),
        unlisted("four", "4"),
    ];
    assert_eq!(all(&bytes), expected);
    // The directory cut off.
    let names: Vec<_> = all(&zip.bytes).into_iter().map(|m| (m.0, m.1)).collect();
    let expected = ["one", "two", "three", "four"].map(|name| (name.to_owned(), true));
    assert_eq!(names, expected);
}

#[test]
fn two_directories() {
    let mut first = Builder::default();
    let first = first.add("first", b"1", PLAIN).finish();
    let mut second = Builder::default();
    let second = second.add("second", b"2", PLAIN).finish();
    let expected = [listed("second", "2"), unlisted("first", "1")];
    assert_eq!(all(&[first, second].concat()), expected);
}

#[test]
fn flags_are_reported_and_ignored() {
    let mut zip = Builder::default();
    let bytes = zip
        .add(
            "x",
            b"plain",
            Options {
                flags: 0x61,
                ..DEFLATE
            },
        )
        .finish();
    let member = &directory(&bytes).members[0];
    assert!(member.encrypted);
    assert_eq!(content(&bytes, member).unwrap(), b"plain");
}

#[test]
fn a_large_claim_hides_nothing() {
    let mut zip = Builder::default();
    zip.add("big", b"1", PLAIN);
    zip.add(
        "hidden",
        b"2",
        Options {
            unlisted: true,
            ..PLAIN
        },
    );
    let mut bytes = zip.finish();
    let size = zip.bytes.len() + 20;
    bytes[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let names: Vec<_> = directory(&bytes)
        .members
        .into_iter()
        .map(|m| m.name)
        .collect();
    assert_eq!(names, [b"big".to_vec(), b"hidden".to_vec()]);
}

#[test]
fn bombs_stop_with_a_limit() {
    let mut zip = Builder::default();
    let bytes = zip.add("bomb", &vec![0; 64 << 20], DEFLATE).finish();
    let member = &directory(&bytes).members[0];
    assert!(matches!(
        content(&bytes, member),
        Err(FormatError::Limit { .. })
    ));
    let mut cursor = Cursor::new(&bytes);
    let limits = Limits {
        bytes: 1000,
        ratio: 10_000,
    };
    let mut out = Vec::new();
    let mut reader = open_member(&mut cursor, member, limits).unwrap();
    assert!(reader.read_to_end(&mut out).is_err());
    assert_eq!(out.len(), 1000);
}

#[test]
fn broken_members() {
    let mut zip = Builder::default();
    let text = (0..5000).map(|n: u32| n.to_string()).collect::<Vec<_>>();
    let text = text.join(" ");
    let bytes = zip.add("x", text.as_bytes(), DEFLATE).finish();
    let mut member = directory(&bytes).members[0].clone();
    member.compressed /= 2;
    assert!(matches!(
        content(&bytes, &member),
        Err(FormatError::Truncated { .. })
    ));
    member.method = 9;
    assert!(matches!(
        content(&bytes, &member),
        Err(FormatError::Unsupported { .. })
    ));
    let mut bytes = bytes;
    bytes[0] = 0;
    let member = directory(&bytes).members[0].clone();
    assert_eq!(member.offset, None);
    assert!(matches!(
        content(&bytes, &member),
        Err(FormatError::Malformed { .. })
    ));
    assert!(read_directory(&mut Cursor::new(b"no archive")).is_err());
}

#[test]
fn too_many_members() {
    let mut zip = Builder::default();
    for _ in 0..1000 {
        zip.add("x", b"", PLAIN);
    }
    let bytes = zip.bytes.repeat(101);
    let directory = directory(&bytes);
    assert_eq!(directory.members.len(), MEMBERS);
    let few = read_members(&mut Cursor::new(&bytes), 10).unwrap();
    assert_eq!(few.members.len(), 10);
    assert!(matches!(few.incomplete, Some(FormatError::Limit { .. })));
    assert!(matches!(
        directory.incomplete,
        Some(FormatError::Limit { .. })
    ));
}

#[test]
fn half_headers_everywhere() {
    let bytes = [b"PK\x03\x04\0\0\0\0\xff\xff".repeat(200_000), honest()].concat();
    assert_eq!(all(&bytes), honest_members());
}

proptest! {
    #[test]
    fn noise_and_mutations(
        noise in prop::collection::vec(any::<u8>(), 0..300),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let _ = read_directory(&mut Cursor::new(&noise));
        let mut bytes = honest();
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(directory) = read_directory(&mut Cursor::new(bytes)) {
                for member in directory.members {
                    let _ = content(bytes, &member);
                    if let Some(range) = member.stored_range() {
                        prop_assert!(range.end <= bytes.len() as u64);
                    }
                }
            }
        }
    }
}
