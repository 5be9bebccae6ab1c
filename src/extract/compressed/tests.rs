//! Compressed files from end to end.

use crate::blob::Limits;
use crate::extract::heard::Heard;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod builder;
#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/tar.rs"]
mod tar;

fn heard(path: &str, bytes: &[u8]) -> Heard {
    Heard::of(path, bytes, &Limits::default())
}

#[test]
fn texts_of_every_kind() {
    let text = "{\"key\": \"value\"}\n".repeat(100_000);
    for (name, bytes) in builder::all(text.as_bytes()) {
        let heard = heard(&format!("data.jsonl.{name}"), &bytes);
        assert!(heard.text(&format!("!{name}")) == text, "{name}");
        assert_eq!(heard.why(), [""; 0], "{name}");
    }
}

#[test]
fn the_name_without_its_ending_tells_the_kind_of_text() {
    let told = |path: &str| heard(path, &builder::zstd(b"a,b\n")).facts.join("\n");
    assert!(told("x.csv.zst").contains("Text(Table)"));
    assert!(told("README.md.zst").contains("Text(Markdown)"));
    assert!(told("x.zst").contains("Text(Plain)"));
}

#[test]
fn a_file_is_read_beyond_the_limits_of_members() {
    let limits = Limits {
        member_bytes: 1000,
        total_bytes: 1000,
        ratio: 2,
        ..Limits::default()
    };
    let text = "a line\n".repeat(1_000_000);
    let file = builder::gzip(text.as_bytes(), "");
    let heard = Heard::of("x.txt.gz", &file, &limits);
    assert!(heard.text("!gzip") == text);
    assert_eq!(heard.why(), [""; 0]);
    // Compressed once more it is a member.
    let twice = builder::xz(&file);
    let heard = Heard::of("x.txt.gz.xz", &twice, &limits);
    assert_eq!(heard.why().len(), 1, "{:?}", heard.skips);
    let limits = Limits {
        stream_bytes: 5000,
        ..Limits::default()
    };
    let heard = Heard::of("x.txt.gz", &file, &limits);
    assert_eq!(heard.why(), ["limit reached: decompressed size"]);
}

#[test]
fn tar_inside() {
    let archive = tar::Builder::default()
        .file("a/one.txt", b"first text")
        .file("b.json.gz", &builder::gzip(b"{\"k\": 1}", "orig"))
        .file("c.pkl", b"\x80\x04\x8c\x05hello\x94.behind the end")
        .file("d.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")
        .file("../last", b"last text")
        .finish();
    for (name, bytes) in builder::all(&archive) {
        let heard = heard(&format!("x.tar.{name}"), &bytes);
        let at = |member: &str| heard.text(&format!("!{name}/{member}"));
        assert_eq!(at("a/one.txt"), "first text", "{name}");
        assert_eq!(at("b.json.gz!gzip"), "{\"k\": 1}", "{name}");
        assert!(heard.holds("hello") && heard.holds("behind the end"));
        assert_eq!(at("../last"), "last text", "{name}");
        assert!(heard.told("lead out of the folder"));
        assert!(heard.holds("file name = \"orig\""));
        assert_eq!(heard.why(), [""; 0], "{name}");
    }
}

#[test]
fn broken_streams_are_told_and_what_came_before_is_delivered() {
    let numbers: Vec<String> = (0..200_000).map(|n: u32| n.to_string()).collect();
    let text = numbers.join(" ");
    for (name, bytes) in builder::all(text.as_bytes()) {
        let heard = heard(&format!("x.{name}"), &bytes[..bytes.len() / 2]);
        assert!(
            heard.text(&format!("!{name}")).starts_with("0 1 2 3 "),
            "{name}"
        );
        assert_eq!(heard.why().len(), 1, "{name} {:?}", heard.why());
    }
}

#[test]
fn bytes_behind_are_read_as_what_they_are() {
    let secret = b"PASSWORD = hidden";
    let bytes = [builder::gzip(b"fine", ""), builder::zstd(secret)].concat();
    let heard = heard("x.gz", &bytes);
    assert_eq!(heard.text("!gzip"), "fine");
    assert_eq!(heard.text("/trailing!zstd"), "PASSWORD = hidden");
    assert!(heard.told("bytes follow the gzip data"));
}

#[test]
fn nested_without_end() {
    let mut bytes = b"core".to_vec();
    for _ in 0..20 {
        bytes = builder::gzip(&bytes, "");
    }
    let heard = heard("x.gz", &bytes);
    assert_eq!(heard.why(), ["containers nest deeper than 6"]);
}

#[test]
fn what_must_seek_is_spooled_within_limits() {
    let mut safetensors = 2u64.to_le_bytes().to_vec();
    safetensors.extend(b"{}");
    safetensors.extend([7; 4000]);
    let file = builder::gzip(&safetensors, "");
    let whole = heard("x.safetensors.gz", &file);
    assert_eq!(whole.text("!gzip"), "{}");
    let limits = Limits {
        member_bytes: 1000,
        ..Limits::default()
    };
    let cut = Heard::of("x.safetensors.gz", &file, &limits);
    assert_eq!(cut.text("!gzip"), "{}");
    assert!(cut.why().iter().any(|why| why.contains("limit reached")));
}

#[test]
fn foreign_archives_are_told() {
    let heard = heard("x.bin", b"Rar!\x1a\x07\x01\0 some text inside");
    assert_eq!(heard.why(), ["a RAR archive is not unpacked"]);
    assert!(heard.holds("some text inside"));
}
