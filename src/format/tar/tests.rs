//! Archives built by hand, honest and dishonest ones.

use std::io::{Cursor, Seek, SeekFrom};

use super::*;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/tar.rs"]
mod builder;

use builder::{Builder, FILE, Fields};

/// All members, and the error that ended the walk.
fn walk(bytes: &[u8]) -> (Vec<Member>, Option<FormatError>, Walk) {
    let mut reader = Cursor::new(bytes);
    let mut walk = Walk::new();
    let mut members = Vec::new();
    loop {
        let at = walk.offset().min(bytes.len() as u64);
        reader.seek(SeekFrom::Start(at)).unwrap();
        match walk.next(&mut reader) {
            Ok(Some(member)) => members.push(member),
            Ok(None) => return (members, None, walk),
            Err(error) => return (members, Some(error), walk),
        }
    }
}

fn names(bytes: &[u8]) -> Vec<String> {
    let members = walk(bytes).0.into_iter();
    members
        .map(|member| String::from_utf8(member.name).unwrap())
        .collect()
}

#[test]
fn all_formats() {
    let old = Fields {
        flag: 0,
        magic: [0; 8],
        ..FILE
    };
    let long = "n/".repeat(150) + "end";
    let bytes = Builder::default()
        .member("v7", b"1", old)
        .member("v7-folder/", b"", old)
        .file("ustar", b"22")
        .gnu(b'L', &long)
        .gnu(b'K', "long/target")
        .symlink("cut", "cut")
        .pax(b'x', &[("path", b"by pax"), ("comment", b"a note")])
        .file("cut", b"333")
        .finish();
    assert!(looks_like(&bytes));
    let (members, error, walk) = walk(&bytes);
    assert!(error.is_none());
    assert_eq!(members.len(), 5);
    assert_eq!(members[1].kind, MemberKind::Folder);
    assert_eq!(members[3].name, long.as_bytes());
    assert_eq!(members[3].link, b"long/target");
    assert_eq!(members[4].name, b"by pax");
    assert_eq!(members[4].texts[0].key, "comment");
    let text = &members[4].texts[0];
    let at = text.offset as usize;
    assert_eq!(&bytes[at..at + 6], b"a note");
    let at = members[4].offset as usize;
    assert_eq!(&bytes[at..at + 3], b"333");
    assert_eq!(walk.problems(), []);
}

#[test]
fn owners_and_global_records() {
    let user = Fields {
        user: "jane",
        ..FILE
    };
    let bytes = Builder::default()
        .pax(b'g', &[("comment", b"for all")])
        .member("a", b"1", user)
        .member("b", b"1", user)
        .finish();
    let texts = |member: &Member| {
        let texts = member.texts.iter();
        let texts = texts.map(|text| String::from_utf8_lossy(&text.value).into_owned());
        texts.collect::<Vec<_>>()
    };
    let members = walk(&bytes).0;
    assert_eq!(texts(&members[0]), ["for all", "jane"]);
    assert_eq!(texts(&members[1]), ["jane"]);
}

#[test]
fn large_sizes_are_binary() {
    let block = builder::header(b"big", 1 << 40, FILE);
    let (members, error, walk) = walk(&block);
    assert_eq!(members[0].size, 1 << 40);
    assert!(error.is_none());
    assert_eq!(walk.offset(), (1 << 40) + 512);
    let block = builder::header(b"big", u64::MAX - 5, FILE);
    assert!(self::walk(&block).1.is_some());
}

#[test]
fn names_and_links_that_leave() {
    let hard = Fields {
        flag: b'1',
        link: "../../x",
        ..FILE
    };
    let bytes = Builder::default()
        .file("../evil", b"")
        .file("/etc/cron.d/x", b"")
        .symlink("lib/link", "../../..")
        .symlink("fine", "lib/link")
        .member("hard", b"", hard)
        .member("null", b"", Fields { flag: b'3', ..FILE })
        .file("./twice", b"1")
        .file("twice", b"2")
        .finish();
    let problems = walk(&bytes).2.problems();
    assert_eq!(
        problems,
        [
            Problem::Escapes { first: 0, count: 2 },
            Problem::LinkEscapes {
                first: 1024,
                count: 2
            },
            Problem::Devices {
                first: 2560,
                count: 1
            },
            Problem::Duplicates {
                first: 3584 + 512,
                count: 1
            },
        ]
    );
}

#[test]
fn behind_the_end() {
    let first = Builder::default().file("a", b"1").finish();
    let second = Builder::default().file("b", b"2").finish();
    let bytes = [first.clone(), second].concat();
    assert_eq!(names(&bytes), ["a", "b"]);
    let problems = walk(&bytes).2.problems();
    assert!(matches!(
        problems[..],
        [Problem::BehindEnd { count: 1, .. }]
    ));
    let bytes = [&first[..], b"something else entirely, of no block's length"].concat();
    let (members, error, walk) = walk(&bytes);
    assert_eq!(members.len(), 1);
    assert!(matches!(error, Some(FormatError::Truncated { .. })));
    assert_eq!(walk.offset(), first.len() as u64);
}

#[test]
fn links_that_claim_data() {
    let fields = Fields {
        flag: b'2',
        link: "x",
        size: Some(600),
        ..FILE
    };
    let bytes = Builder::default()
        .member("link", b"", fields)
        .file("next", b"1")
        .finish();
    assert_eq!(names(&bytes), ["link", "next"]);
    let problems = walk(&bytes).2.problems();
    assert!(matches!(problems[..], [Problem::DataOfNothing { .. }]));
}

#[test]
fn extended_headers_without_end() {
    let mut builder = Builder::default();
    for _ in 0..100 {
        builder = builder.gnu(b'L', "x");
    }
    let error = walk(&builder.finish()).1;
    assert!(matches!(error, Some(FormatError::Limit { .. })));
    let fields = Fields {
        flag: b'x',
        size: Some(1 << 40),
        ..FILE
    };
    let bytes = Builder::default().member("p", b"", fields).finish();
    assert!(matches!(walk(&bytes).1, Some(FormatError::Limit { .. })));
}

#[test]
fn torn_pax_records_are_texts() {
    let fields = Fields { flag: b'x', ..FILE };
    let bytes = Builder::default()
        .member("p", b"99 path=torn", fields)
        .file("a", b"")
        .finish();
    let members = walk(&bytes).0;
    assert_eq!(members[0].texts[0].value, b"99 path=torn");
}

#[test]
fn heads_of_other_files() {
    assert!(!looks_like(&[0; 1024]));
    assert!(!looks_like(&[b'a'; 1024]));
    assert!(!looks_like(b"short"));
    let mut bytes = Builder::default().file("a", b"1").finish();
    bytes[0] ^= 1;
    assert!(looks_like(&bytes), "a broken ustar is a broken tar");
}

#[test]
fn cuts_and_mutations_end() {
    let bytes = Builder::default()
        .pax(b'x', &[("path", b"name")])
        .file("a", b"1")
        .gnu(b'L', "name")
        .member("s", b"1", Fields { flag: b'S', ..FILE })
        .finish();
    for end in 0..bytes.len() {
        walk(&bytes[..end]);
    }
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..4000 {
        let mut mutated = bytes.clone();
        for _ in 0..3 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = (state >> 8) as usize % mutated.len();
            mutated[at] = state as u8;
            // A right checksum leads further in.
            let block = at / 512 * 512;
            if state & 0x100 == 0 && block + 512 <= mutated.len() {
                let header = &mut mutated[block..block + 512];
                header[148..156].fill(b' ');
                let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
                header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
        }
        walk(&mutated);
        looks_like(&mutated);
    }
}
