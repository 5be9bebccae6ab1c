//! Compressed files, whole and broken.

use std::io::Read;

use super::*;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod builder;

const WIDE: Budget = Budget {
    bytes: 1 << 30,
    ratio: u64::MAX,
    ratio_from: 0,
};

fn text() -> Vec<u8> {
    let line = |n: u32| format!("line {n} of {}", n.wrapping_mul(2_654_435_761));
    let lines: Vec<String> = (0..4000).map(line).collect();
    lines.join("\n").into_bytes()
}

fn unpacked(bytes: &[u8]) -> (Vec<u8>, Result<(), FormatError>, Vec<Aside>, Option<u64>) {
    let format = looks_like(&bytes[..bytes.len().min(8192)]).expect("a compressed stream");
    let mut streams = Streams::new(bytes, format, WIDE);
    let mut content = Vec::new();
    let read = streams.read_to_end(&mut content);
    let read = read.map(drop).map_err(FormatError::from);
    (content, read, streams.take_asides(), streams.tail())
}

#[test]
fn every_kind_is_known_and_read() {
    for content in [text(), b"short".to_vec(), Vec::new()] {
        for (name, bytes) in builder::all(&content) {
            // Framed snappy of nothing is nothing.
            if bytes.is_empty() {
                continue;
            }
            assert_eq!(looks_like(&bytes).map(Compressed::as_str), Some(name));
            let (got, read, _, tail) = unpacked(&bytes);
            assert!(read.is_ok(), "{name}: {read:?}");
            assert!(got == content, "{name}");
            assert_eq!(tail, None, "{name}");
        }
    }
    let legacy = builder::lz4_legacy(&text());
    assert!(unpacked(&legacy).0 == text());
}

#[test]
fn streams_behind_each_other_and_padding() {
    let (a, b) = (text(), b"second".to_vec());
    let both = [&a[..], &b].concat();
    for (name, first) in builder::all(&a) {
        let second = builder::all(&b);
        let second = &second.iter().find(|(other, _)| *other == name).unwrap().1;
        let bytes = [&first[..], second].concat();
        let (got, _, _, tail) = unpacked(&bytes);
        if matches!(name, "zlib" | "lzma") {
            assert!(got == a, "{name}");
            assert_eq!(tail, Some(first.len() as u64), "{name}");
        } else {
            assert!(got == both, "{name}");
        }
        if !matches!(name, "lzma" | "snappy") {
            let padded = [&first[..], &[0; 512]].concat();
            let (got, read, _, tail) = unpacked(&padded);
            assert!(got == a && read.is_ok() && tail.is_none(), "{name}");
        }
    }
}

#[test]
fn foreign_bytes_behind() {
    for (name, mut bytes) in builder::all(&text()) {
        let end = bytes.len() as u64;
        bytes.extend(b"PK and more, from elsewhere");
        let (got, read, _, tail) = unpacked(&bytes);
        assert!(got == text(), "{name}");
        // Framed snappy has no end but that of the file.
        if name != "snappy" {
            assert!(read.is_ok(), "{name}: {read:?}");
            assert_eq!(tail, Some(end), "{name}");
        }
    }
}

#[test]
fn texts_beside_the_content() {
    let bytes = builder::gzip(b"x", "/home/someone/data.jsonl");
    let (_, _, asides, _) = unpacked(&bytes);
    assert_eq!(asides[0].what, "file name");
    assert_eq!(asides[0].bytes, b"/home/someone/data.jsonl");
    let at = asides[0].offset as usize;
    assert!(bytes[at..].starts_with(b"/home"));
    let frame = builder::skippable(b"made on host-17");
    for body in [builder::zstd(b"x"), builder::lz4(b"x")] {
        let bytes = [&frame[..], &body, &frame, &frame].concat();
        let (got, read, asides, _) = unpacked(&bytes);
        assert!(read.is_ok());
        assert_eq!(got, b"x");
        assert_eq!(asides.len(), 1, "the same text is kept once");
        assert_eq!(asides[0].bytes, b"made on host-17");
        assert_eq!(asides[0].offset, 8);
    }
    let alone = [&frame[..], &frame].concat();
    assert_eq!(looks_like(&alone), Some(Compressed::Zstd));
}

#[test]
fn texts_are_no_streams() {
    for text in [
        "x^2 + y^2 = z^2 is a theorem",
        "x\u{1}",
        "]\0\0",
        "BZh9 is how bzip2 files begin",
        "",
        "x",
    ] {
        assert_eq!(looks_like(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn names_of_contents() {
    for (format, name, content) in [
        (Compressed::Zstd, "a/b.jsonl.zst", "a/b.jsonl"),
        (Compressed::Gzip, "README.md.GZ", "README.md"),
        (Compressed::Gzip, "model.bin", "model.bin"),
        (Compressed::Gzip, ".gz", ".gz"),
    ] {
        assert_eq!(format.content_name(name), content);
    }
}

#[test]
fn cut_anywhere_the_rest_is_delivered() {
    let content = text();
    for (name, bytes) in builder::all(&content[..3000]) {
        for end in 12..bytes.len() {
            let cut = &bytes[..end];
            let Some(format) = looks_like(cut) else {
                continue;
            };
            let mut got = Vec::new();
            let read = Streams::new(cut, format, WIDE).read_to_end(&mut got);
            assert!(content.starts_with(&got), "{name} {end}");
            // Snappy ends where its chunks end.
            assert!(read.is_err() || name == "snappy", "{name} {end}");
        }
    }
}

#[test]
fn mutations_end() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let mut files = builder::all(&text()[..20_000]);
    files.push(("lz4", builder::lz4_legacy(&text()[..20_000])));
    for (_, bytes) in files {
        let format = looks_like(&bytes).unwrap();
        for _ in 0..600 {
            let mut mutated = bytes.clone();
            for _ in 0..=random() % 4 {
                let at = random() % mutated.len();
                mutated[at] = random() as u8;
            }
            let budget = Budget {
                bytes: 4 << 20,
                ..WIDE
            };
            let mut streams = Streams::new(&mutated[..], format, budget);
            let _ = std::io::copy(&mut streams, &mut std::io::sink());
            assert!(streams.made() <= (4 << 20) + 1);
            let _ = looks_like(&mutated);
        }
    }
}

#[test]
fn bombs_stop() {
    let zeros = vec![0; 12 << 20];
    for (name, bytes) in builder::all(&zeros) {
        let format = looks_like(&bytes[..bytes.len().min(8192)]).unwrap();
        for budget in [
            Budget {
                bytes: 1 << 20,
                ..WIDE
            },
            Budget {
                ratio: 5,
                ratio_from: 1 << 20,
                ..WIDE
            },
        ] {
            let mut streams = Streams::new(&bytes[..], format, budget);
            let error = std::io::copy(&mut streams, &mut std::io::sink()).unwrap_err();
            let error = FormatError::from(error);
            assert!(matches!(error, FormatError::Limit { .. }), "{name}");
            assert!(streams.made() < 8 << 20, "{name} {}", streams.made());
        }
    }
}
