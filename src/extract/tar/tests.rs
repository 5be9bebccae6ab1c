//! Tar archives from end to end.

use crate::blob::Limits;
use crate::extract::heard::Heard;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/tar.rs"]
mod builder;
#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod compressed;

use builder::{Builder, FILE, Fields};

fn heard(bytes: &[u8]) -> Heard {
    Heard::of("x.tar", bytes, &Limits::default())
}

/// The same archive as a file and as a stream.
fn both(bytes: &[u8]) -> [(Heard, &'static str); 2] {
    let packed = compressed::gzip(bytes, "");
    let limits = Limits::default();
    [
        (heard(bytes), ""),
        (Heard::of("x.tar.gz", &packed, &limits), "!gzip"),
    ]
}

#[test]
fn members_owners_and_links() {
    let bytes = Builder::default()
        .member(
            "a.txt",
            b"one",
            Fields {
                user: "jane",
                ..FILE
            },
        )
        .member(
            "b.txt",
            b"two",
            Fields {
                user: "jane",
                ..FILE
            },
        )
        .symlink("c", "/home/jane/secret-name")
        .finish();
    for (heard, step) in both(&bytes) {
        let uname = heard.text(&format!("{step}/a.txt@uname"));
        assert_eq!(uname, "uname = \"jane\"");
        assert_eq!(heard.text(&format!("{step}/b.txt@uname")), "");
        assert_eq!(heard.text(&format!("{step}/b.txt")), "two");
        assert!(
            heard
                .names
                .iter()
                .any(|name| name == "/home/jane/secret-name")
        );
        assert!(heard.told("links lead out"));
        assert_eq!(heard.why(), [""; 0]);
    }
}

#[test]
fn foreign_bytes_are_swept() {
    let archive = Builder::default().file("a", b"one").finish();
    let padding = vec![b'.'; 512];
    let bytes = [&archive[..], &padding, b"TAIL of the file"].concat();
    for (heard, step) in both(&bytes) {
        assert_eq!(heard.text(&format!("{step}/a")), "one");
        assert_eq!(heard.why().len(), 1, "{:?}", heard.why());
        assert!(heard.holds("....TAIL of the file"));
    }
}

#[test]
fn members_that_claim_more_than_there_is() {
    let lying = Fields {
        size: Some(1 << 50),
        ..FILE
    };
    let bytes = Builder::default().member("a", b"all there is", lying).bytes;
    for (heard, step) in both(&bytes) {
        assert!(heard.text(&format!("{step}/a")).starts_with("all there is"));
        assert_eq!(heard.why().len(), 1, "{:?}", heard.why());
    }
}

#[test]
fn too_many_members() {
    let mut builder = Builder::default();
    for _ in 0..20 {
        builder = builder.file("a", b"x");
    }
    let limits = Limits {
        members: 10,
        ..Limits::default()
    };
    let heard = Heard::of("x.tar", &builder.finish(), &limits);
    assert_eq!(heard.why(), ["limit reached: number of members of a tar"]);
}

#[test]
fn streams_cut_anywhere() {
    let bytes = Builder::default()
        .file("a", &[b'a'; 700])
        .file("b.pkl", b"\x80\x04\x8c\x05hello\x94.")
        .finish();
    let packed = compressed::gzip(&bytes, "");
    for end in 10..packed.len() {
        let heard = Heard::of("x.tar.gz", &packed[..end], &Limits::default());
        assert!(!heard.why().is_empty(), "{end}");
    }
}
