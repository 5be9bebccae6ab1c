//! What is found in small files, and what hostile ones do.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::builder as b;
use super::*;

const LIMITS: Limits = Limits {
    objects: 10_000,
    string: 1 << 20,
    chunk: 1 << 20,
    unpacked: 4 << 20,
    sample: None,
};

#[derive(Debug, Default)]
struct Found {
    /// `path@attribute[row]=value`
    values: Vec<String>,
    /// Places of values, and the values.
    raw: Vec<(u64, Vec<u8>)>,
    others: Vec<String>,
    problems: Vec<String>,
    bytes: usize,
}

fn collect(found: &mut Found, item: Item<'_>) {
    match item {
        Item::Value(value) => {
            let attribute = value.attribute.map(|name| format!("@{name}"));
            let bytes = String::from_utf8_lossy(value.bytes);
            found.bytes += bytes.len();
            let attribute = attribute.unwrap_or_default();
            found
                .values
                .push(format!("{}{attribute}[{}]={bytes}", value.path, value.row));
            if let Some(raw) = value.raw {
                found.raw.push((raw, value.bytes.to_vec()));
            }
        }
        Item::Name { .. } | Item::End => {}
        Item::Problem { path, error } => found.problems.push(format!("{path}: {error}")),
        other => found.others.push(format!("{other:?}")),
    }
}

fn try_read(bytes: &[u8], limits: &Limits) -> (Found, Result<Outcome, FormatError>) {
    let mut found = Found::default();
    let size = bytes.len() as u64;
    let mut reader = Cursor::new(bytes);
    let read = read(&mut reader, size, limits, &mut |item| {
        collect(&mut found, item);
    });
    (found, read)
}

fn read_all(bytes: &[u8]) -> Found {
    let (found, outcome) = try_read(bytes, &LIMITS);
    outcome.unwrap();
    for (at, value) in &found.raw {
        assert!(bytes[*at as usize..].starts_with(value));
    }
    found
}

/// A file with a bit of everything.
fn sample() -> Vec<u8> {
    let packed = {
        use std::io::Write as _;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(b"first second").unwrap();
        encoder.finish().unwrap()
    };
    let root = |at: u64| {
        vec![
            b::text_attribute("fixed", b"in the header"),
            b::attribute(
                "variable",
                &b::variable_type(),
                &b::space(&[2]),
                &[b::reference(3, at, 1), b::reference(5, at, 2)].concat(),
            ),
            b::soft_link("soft", "/some/where"),
            b::external_link("else", "other.h5", "/there"),
            b::link("packed", at + 64),
            b::link("again", b::ROOT),
        ]
    };
    b::file_of(root, |at| {
        let mut rest = b::collection(&[b"one", b"three"]);
        rest.resize(64, 0);
        let dataset = b::object(&b::deflated(6, 2, at + 256, packed.len() as u64));
        rest.extend(dataset);
        rest.resize(256, 0);
        rest.extend(&packed);
        rest
    })
}

#[test]
fn new_files() {
    let found = read_all(&sample());
    assert_eq!(
        found.values,
        [
            "/@fixed[0]=in the header",
            "/@variable[0]=one",
            "/@variable[1]=three",
            "/packed[0]=first",
            "/packed[1]=second",
        ]
    );
    assert_eq!(found.others.len(), 3);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

#[test]
fn old_files() {
    let file = b::old_file(&[b"row zero", b"row one\0"], b"an old attribute");
    let found = read_all(&file);
    assert_eq!(
        found.values,
        [
            "/@old[0]=an old attribute",
            "/rows[0]=row zero",
            "/rows[1]=row one"
        ]
    );
    assert_eq!(found.others.len(), 2);
    assert!(found.problems.is_empty());
}

#[test]
fn a_block_of_the_users_own_comes_first() {
    for size in [512, 1024, 8192] {
        let mut file = vec![b'#'; size];
        file.extend(sample());
        assert_eq!(looks_like(&file), size < 8192);
        assert_eq!(read_all(&file).values.len(), 5);
    }
    assert!(looks_like(&sample()));
    assert!(!looks_like(b"\x89PNG\r\n\x1a\n"));
}

#[test]
fn what_belongs_to_nothing_is_known() {
    let mut file = sample();
    let end = file.len() as u64;
    file.extend(b"deleted long ago");
    let (_, outcome) = try_read(&file, &LIMITS);
    let unknown = outcome.unwrap().unknown;
    assert_eq!(unknown.last().unwrap(), &(end..end + 16));
    assert!(
        unknown
            .iter()
            .map(|range| range.end - range.start)
            .sum::<u64>()
            < 300
    );
}

/// Counts the bytes read.
struct Counting<'a>(Cursor<&'a [u8]>, u64);

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1 += count as u64;
        Ok(count)
    }
}

impl Seek for Counting<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn numbers_are_not_read() {
    let root = |at: u64| vec![b::link("weights", at), b::text_attribute("a", b"value")];
    let file = b::file_of(root, |at| {
        let mut rest = b::object(&b::contiguous(
            &b::float_type(),
            &[1000, 1000],
            at + 512,
            4_000_000,
        ));
        rest.resize(4_000_512, 7);
        rest
    });
    let mut reader = Counting(Cursor::new(&file), 0);
    let outcome = read(&mut reader, file.len() as u64, &LIMITS, &mut |_| {}).unwrap();
    assert_eq!(outcome.numbers, 4_000_000);
    assert!(reader.1 < 100_000, "{}", reader.1);
    let unknown: u64 = outcome
        .unknown
        .iter()
        .map(|range| range.end - range.start)
        .sum();
    assert!(unknown < 1000, "{unknown}");
}

#[test]
fn lying_lengths_are_problems() {
    for (dims, length) in [(u64::MAX, u64::MAX), (1 << 40, 1 << 43), (1 << 61, 8)] {
        let root = |at: u64| vec![b::link("d", at)];
        let file = b::file_of(root, |at| {
            b::object(&b::contiguous(&b::fixed_type(8), &[dims], at, length))
        });
        let found = read_all(&file);
        assert_eq!(
            found.problems.len(),
            usize::from(length > 8),
            "{dims} {length}"
        );
    }
    let root = |at: u64| {
        vec![
            b::text_attribute("before", b"found"),
            b::continuation(at, 1 << 50),
        ]
    };
    let found = read_all(&b::file_of(root, |_| vec![0; 64]));
    assert_eq!(found.values, ["/@before[0]=found"]);
    assert_eq!(found.problems.len(), 1);
}

#[test]
fn cycles_end() {
    // A header that continues in itself, and children that are their parents.
    let root = |at: u64| vec![b::continuation(at, 64), b::link("self", b::ROOT)];
    let block = |at: u64| {
        let (kind, body) = b::continuation(at, 64);
        let mut block = b::join(&[b"OCHK", &[kind, 16, 0, 0], &body]);
        block.resize(64, 0);
        block
    };
    let found = read_all(&b::file_of(root, block));
    assert!(found.problems.is_empty());
    let mut file = b::old_file(&[b"row zero"], b"x");
    file[512 + 5] = 1;
    file[512 + 32..512 + 40].copy_from_slice(&512u64.to_le_bytes());
    assert_eq!(read_all(&file).problems.len(), 1);
}

#[test]
fn one_string_referred_to_a_million_times_is_paid_for() {
    let long = vec![b'x'; 100_000];
    let root = |at: u64| vec![b::link("d", at)];
    let file = b::file_of(root, |at| {
        let count = 10_000;
        let data = at + 256;
        let heap = data + 16 * count;
        let of = b::variable_type();
        let mut rest = b::object(&b::contiguous(&of, &[count], data, 16 * count));
        rest.resize(256, 0);
        rest.extend(b::reference(100_000, heap, 1).repeat(count as usize));
        rest.extend(b::collection(&[&long]));
        rest
    });
    let found = read_all(&file);
    assert!(found.bytes > 1_000_000 && found.bytes < 100_000_000);
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
}

#[test]
fn truncated_files_end() {
    let mut whole = 0;
    for file in [sample(), b::old_file(&[b"row zero"], b"value")] {
        for length in 0..file.len() {
            let (found, _) = try_read(&file[..length], &LIMITS);
            whole += usize::from(found.problems.is_empty() && found.values.len() == 5);
        }
    }
    assert_eq!(whole, 0);
}

#[test]
fn mutated_files_end() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for file in [sample(), b::old_file(&[b"row zero", b"row one "], b"value")] {
        for _ in 0..4000 {
            let mut file = file.clone();
            for _ in 0..=next() % 6 {
                let at = next() as usize % file.len();
                let value = [0, 0xff, 1 << (next() % 8), next() as u8][next() as usize % 4];
                file[at] = value;
            }
            let (found, _) = try_read(&file, &LIMITS);
            assert!(found.bytes < 1 << 20);
        }
    }
}
