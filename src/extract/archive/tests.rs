//! Zip archives from end to end.

use crate::blob::Limits;
use crate::extract::heard::Heard;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/zip.rs"]
mod builder;
#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod compressed;

use builder::{Builder, DEFLATE, Options, PLAIN};

fn heard(bytes: &[u8]) -> Heard {
    Heard::of("x.zip", bytes, &Limits::default())
}

/// A member whose data is compressed already.
fn packed(method: u16, data: &[u8], flags: u16) -> Heard {
    let options = Options {
        method: Some(method),
        flags,
        ..PLAIN
    };
    heard(&Builder::default().add("a.txt", data, options).finish())
}

#[test]
fn every_method() {
    let text = "text of a member\n".repeat(1000);
    let content = text.as_bytes();
    let lzma = compressed::lzma(content);
    let lzma = [&[9, 4, 5, 0], &lzma[..5], &lzma[13..]].concat();
    for (method, data, flags) in [
        (0, content.to_vec(), 0),
        (8, compressed::deflate(content), 0),
        (12, compressed::bzip2(content), 0),
        (14, lzma, 2),
        (93, compressed::zstd(content), 0),
        (95, compressed::xz(content), 0),
    ] {
        let heard = packed(method, &data, flags);
        assert!(heard.text("/a.txt") == text, "{method}");
        assert_eq!(heard.why(), [""; 0], "{method}");
    }
    let heard = packed(9, b"whatever", 0);
    assert_eq!(heard.why(), ["unsupported zip compression method"]);
}

#[test]
fn comments_and_gaps_are_read() {
    let mut zip = Builder::default();
    zip.comment = b"made by jane".to_vec();
    zip.add("a", b"1", PLAIN);
    zip.bytes
        .extend(b"something between two members, of no use");
    let heard = heard(&zip.add("b", b"2", PLAIN).finish());
    assert_eq!(heard.text("@comment"), "comment = \"made by jane\"");
    assert!(heard.holds("something between two members"));
}

#[test]
fn links_and_false_encryption() {
    let link = Options {
        symlink: true,
        ..PLAIN
    };
    let heard = heard(
        &Builder::default()
            .add("lib/link", b"../../../home/jane", link)
            .add(
                "flagged",
                b"plain",
                Options {
                    flags: 1,
                    ..DEFLATE
                },
            )
            .finish(),
    );
    assert!(heard.told("a link leads out"));
    assert!(heard.names.iter().any(|name| name == "../../../home/jane"));
    assert!(heard.told("flagged as encrypted and is not"));
    assert_eq!(heard.text("/flagged"), "plain");
}

#[test]
fn members_that_share_bytes_count_as_unpacked() {
    let mut zip = Builder::default();
    zip.add("a", &[b'a'; 5000], PLAIN);
    let entry = zip.central.clone();
    for _ in 0..50 {
        zip.central.extend(&entry);
    }
    let mut bytes = zip.finish();
    let end = bytes.len();
    for at in [end - 14, end - 12] {
        bytes[at] = 51;
    }
    bytes[end - 12..end - 8].copy_from_slice(&51u32.to_le_bytes());
    let length = (zip.central.len() as u32).to_le_bytes();
    bytes[end - 10..end - 6].copy_from_slice(&length);
    let limits = Limits {
        total_bytes: 20_000,
        ..Limits::default()
    };
    let heard = Heard::of("x.zip", &bytes, &limits);
    assert!(
        heard.text("/a").len() <= 35_000,
        "{}",
        heard.text("/a").len()
    );
    assert!(!heard.why().is_empty());
}

#[test]
fn archives_of_archives_share_one_allowance() {
    let mut bytes = Builder::default()
        .add("zeros", &vec![0; 1 << 20], DEFLATE)
        .finish();
    for _ in 0..4 {
        let mut zip = Builder::default();
        for name in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
            zip.add(name, &bytes, DEFLATE);
        }
        bytes = zip.finish();
    }
    // Unpacked it would be 10 GiB.
    let limits = Limits {
        total_bytes: 4 << 20,
        ratio: 5000,
        ..Limits::default()
    };
    let heard = Heard::of("x.zip", &bytes, &limits);
    let held: usize = heard.texts.values().map(Vec::len).sum();
    assert!(held <= 4 << 20, "{held}");
    assert!(!heard.why().is_empty() && heard.why().len() < 200);
}
