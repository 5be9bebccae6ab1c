//! Dishonest archives, and honest ones that look odd.

use std::io::Cursor;

use super::*;
use crate::format::zip::read_directory;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../../tests/builders/zip.rs"]
mod builder;

use builder::{Builder, DEFLATE, Options, PLAIN};

fn problems(bytes: &[u8]) -> Vec<Problem> {
    read_directory(&mut Cursor::new(bytes)).unwrap().problems
}

fn of(name: &str, options: Options) -> Vec<Problem> {
    let mut zip = Builder::default();
    zip.add("fine", b"content", DEFLATE);
    problems(&zip.add(name, b"some content", options).finish())
}

#[test]
fn honest_ones_have_none() {
    let follow = Options {
        sizes_follow: true,
        ..DEFLATE
    };
    for options in [
        PLAIN,
        DEFLATE,
        follow,
        Options {
            zip64: true,
            ..PLAIN
        },
    ] {
        assert_eq!(of("a/b", options), []);
    }
    // A zip stored in a zip, even as the last member.
    let inner = Builder::default().add("x", b"y", PLAIN).finish();
    let outer = Builder::default().add("inner.zip", &inner, PLAIN).finish();
    assert_eq!(problems(&outer), []);
    let mut zip = Builder::default();
    zip.comment = b"a comment of the archive".to_vec();
    let bytes = zip.add("x", b"y", PLAIN).finish();
    let directory = read_directory(&mut Cursor::new(&bytes)).unwrap();
    assert_eq!(directory.problems, []);
    assert_eq!(directory.gaps, []);
    let comment = &directory.comments[0];
    assert!(bytes[comment.offset as usize..].starts_with(&comment.bytes));
}

#[test]
fn every_trick() {
    assert!(matches!(
        of("../x", PLAIN)[..],
        [Problem::Escapes { count: 1, .. }]
    ));
    assert!(matches!(
        of("fine", PLAIN)[..],
        [Problem::Duplicates { count: 1, .. }]
    ));
    let unlisted = Options {
        unlisted: true,
        ..PLAIN
    };
    assert!(matches!(
        of("x", unlisted)[..],
        [Problem::Unlisted { count: 1, .. }]
    ));
    let other = Options {
        listed_as: Some("weights"),
        ..PLAIN
    };
    assert!(matches!(
        of("data.pkl", other)[..],
        [Problem::OtherName { count: 1, .. }]
    ));
}

#[test]
fn headers_that_disagree() {
    let mut zip = Builder::default();
    let mut bytes = zip.add("x", b"12345678", PLAIN).finish();
    bytes[8] = 8;
    assert!(matches!(
        problems(&bytes)[..],
        [Problem::OtherHeader { .. }]
    ));
    bytes[8] = 0;
    bytes[22] = 4;
    assert!(matches!(
        problems(&bytes)[..],
        [Problem::OtherHeader { .. }]
    ));
    bytes[0] = 0;
    let found = problems(&bytes);
    assert!(matches!(found[..], [Problem::Missing { .. }]), "{found:?}");
}

#[test]
fn two_directories() {
    let first = Builder::default().add("first", b"1", PLAIN).finish();
    let second = Builder::default().add("second", b"2", PLAIN).finish();
    let found = problems(&[first.clone(), second].concat());
    assert!(
        matches!(
            found[..],
            [Problem::Unlisted { .. }, Problem::TwoDirectories { .. }]
        ),
        "{found:?}"
    );
    // The other archive hides in the comment of the first.
    let mut zip = Builder::default();
    zip.comment = first;
    let found = problems(&zip.add("shown", b"3", PLAIN).finish());
    assert!(
        found
            .iter()
            .any(|problem| matches!(problem, Problem::TwoDirectories { .. }))
    );
}

#[test]
fn what_stands_in_front() {
    let zip = Builder::default().add("__main__.py", b"1", PLAIN).finish();
    for (prefix, expected) in [
        (&b"#!/usr/bin/env python3\n"[..], true),
        (b"nonsense", false),
    ] {
        let found = problems(&[prefix, &zip].concat());
        let length = prefix.len() as u64;
        let runs = expected;
        assert_eq!(found, [Problem::Prefix { length, runs }]);
    }
}

#[test]
fn overlaps_and_gaps() {
    let mut zip = Builder::default();
    zip.add("a", &[b'a'; 100], PLAIN);
    zip.central = zip.central.repeat(1);
    let mut other = zip.central.clone();
    other[46] = b'b';
    zip.central.extend(other);
    let mut bytes = zip.finish();
    // Two entries share one member.
    let end = bytes.len();
    bytes[end - 12..end - 8].copy_from_slice(&(zip.central.len() as u32).to_le_bytes());
    let found = problems(&bytes);
    assert!(
        matches!(
            found[..],
            [Problem::OtherName { .. }, Problem::Overlaps { .. }]
        ),
        "{found:?}"
    );
    let mut zip = Builder::default();
    zip.add("a", b"1", PLAIN);
    zip.bytes.extend([b'?'; 60]);
    let bytes = zip.add("b", b"2", PLAIN).finish();
    let directory = read_directory(&mut Cursor::new(&bytes)).unwrap();
    assert_eq!(directory.gaps.len(), 1);
    assert_eq!(directory.gaps[0], 32..92);
}
