//! Archives built by hand, honest and dishonest ones.

use std::io::Cursor;

use super::*;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/seven_zip.rs"]
mod builder;
#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod compressed;

use builder::Folder as Packed;

const MOST: usize = 1000;
const BUDGET: Budget = Budget {
    bytes: 1 << 20,
    ratio: u64::MAX,
    ratio_from: 0,
};

fn archive(bytes: &[u8]) -> Result<Archive, FormatError> {
    read(&mut Cursor::new(bytes), bytes.len() as u64, MOST)
}

fn content(bytes: &[u8], folder: &Folder) -> Result<Vec<u8>, FormatError> {
    let mut content = Vec::new();
    let mut cursor = Cursor::new(bytes);
    open_folder(&mut cursor, folder, BUDGET)?
        .take(folder.size)
        .read_to_end(&mut content)?;
    Ok(content)
}

/// Every method, of a text that no filter changes.
fn honest() -> (Vec<u8>, Vec<u8>) {
    let text = b"some text, some more text. ".repeat(40);
    let lzma = compressed::lzma(&text);
    let (props, raw) = (lzma[..5].to_vec(), lzma[13..].to_vec());
    let half = text.len() as u64 / 2;
    let rest = text.len() as u64 - half;
    let packed = |coders, data| Packed {
        coders,
        data,
        members: vec![("a/first", half), ("second", rest)],
    };
    let folders = [
        packed(vec![(&[0][..], &[][..])], text.clone()),
        packed(vec![(&[3, 1, 1], &props)], raw.clone()),
        packed(vec![(&[4, 1, 8], &[])], compressed::deflate(&text)),
        packed(vec![(&[4, 2, 2], &[])], compressed::bzip2(&text)),
        packed(vec![(&[4, 0xf7, 0x11, 1], &[])], compressed::zstd(&text)),
        packed(vec![(&[3, 3, 1, 3], &[]), (&[3, 1, 1], &props)], raw),
    ];
    (builder::archive(&folders, &["empty", "folder"]), text)
}

#[test]
fn every_method() {
    let (bytes, text) = honest();
    assert!(looks_like(&bytes));
    let archive = archive(&bytes).unwrap();
    assert_eq!(archive.members.len(), 14);
    assert_eq!(archive.folders.len(), 6);
    for (at, folder) in archive.folders.iter().enumerate() {
        assert!(content(&bytes, folder).unwrap() == text, "{at}");
        assert_eq!(archive.members[2 * at].folder, Some(at));
        assert_eq!(archive.members[2 * at].name, "a/first");
        assert_eq!(archive.members[2 * at].size, text.len() as u64 / 2);
    }
    assert_eq!(archive.members[12].folder, None);
    assert_eq!(archive.members[12].name, "empty");
}

#[test]
fn packed_headers() {
    let folder = || Packed {
        coders: vec![(&[0], &[])],
        data: b"content".to_vec(),
        members: vec![("name", 7)],
    };
    let header = builder::header(&[folder()], &[]);
    let bytes = builder::packed_header(b"content", &header);
    let archive = archive(&bytes).unwrap();
    assert_eq!(archive.members[0].name, "name");
    assert_eq!(content(&bytes, &archive.folders[0]).unwrap(), b"content");
}

#[test]
fn what_cannot_be_read_is_said() {
    let one = |coders| Packed {
        coders,
        data: vec![7; 64],
        members: vec![("a", 64)],
    };
    let aes = one(vec![
        (&[3, 1, 1], &[93, 0, 0, 1, 0]),
        (&[6, 0xf1, 7, 1], &[1]),
    ]);
    let ppmd = one(vec![(&[3, 4, 1], &[6, 0, 0, 0, 1])]);
    let bytes = builder::archive(&[aes, ppmd], &[]);
    let archive = archive(&bytes).unwrap();
    assert!(archive.folders[0].encrypted());
    for folder in &archive.folders {
        let error = content(&bytes, folder).unwrap_err();
        assert!(matches!(error, FormatError::Unsupported { .. }));
    }
}

#[test]
fn counts_that_lie() {
    for header in [
        &b"\x01\x05\xff\xff\xff\xff\xff\xff\xff\xff\x7f"[..],
        b"\x01\x04\x06\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x09",
        b"\x01\x04\x06\x00\x01\x09\x01\x00\x07\x0b\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00",
        b"\x01\x04\x07\x0b\x01\x00\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x01",
        b"\x17",
        b"\x01",
        b"\x02",
        b"\x01\x05",
    ] {
        assert!(archive(&builder::wrap(b"", header)).is_err(), "{header:?}");
    }
    let many: Vec<String> = (0..=MOST).map(|at| at.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let bytes = builder::archive(&[], &many);
    assert!(matches!(archive(&bytes), Err(FormatError::Limit { .. })));
    let mut bytes = builder::wrap(b"", b"");
    assert!(archive(&bytes).unwrap().members.is_empty());
    bytes[12..20].copy_from_slice(&u64::MAX.to_le_bytes());
    bytes[20] = 1;
    assert!(archive(&bytes).is_err());
}

#[test]
fn cuts_and_mutations_end() {
    let (bytes, _) = honest();
    for end in 0..bytes.len() {
        assert!(archive(&bytes[..end]).is_err());
    }
    let (start, end) = (bytes.len() - 250, bytes.len());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..5000 {
        let mut mutated = bytes.clone();
        for _ in 0..3 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Mostly in the header, sometimes in the data.
            let at = if state & 0x300 == 0 {
                (state >> 10) as usize % end
            } else {
                start + (state >> 10) as usize % (end - start)
            };
            mutated[at] = state as u8;
        }
        if let Ok(archive) = archive(&mutated) {
            for folder in archive.folders.iter().take(20) {
                let _ = content(&mutated, folder);
            }
        }
    }
}
