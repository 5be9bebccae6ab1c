//! 7z archives from end to end.

use crate::blob::Limits;
use crate::extract::heard::Heard;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/seven_zip.rs"]
mod builder;
#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod compressed;

use builder::Folder;

/// A pickle that breaks off behind its call, and a text.
fn solid() -> Folder<'static> {
    let pickle = b"\x80\x04cposix\nsystem\n\x8c\x05hello\x85R\xff\xff broken";
    let text = b"some text";
    let data = [&pickle[..], text].concat();
    Folder {
        coders: vec![(&[4, 1, 8], &[])],
        data: compressed::deflate(&data),
        members: vec![("model.pt", pickle.len() as u64), ("../note.txt", 9)],
    }
}

#[test]
fn members_of_a_solid_stream() {
    let bytes = builder::archive(&[solid()], &["empty"]);
    let heard = Heard::of("x.pt", &bytes, &Limits::default());
    assert_eq!(heard.text("/../note.txt"), "some text");
    assert!(heard.text("/model.pt").contains("hello"));
    assert!(heard.holds("broken"));
    assert!(heard.told("lead out of the folder"));
    assert_eq!(heard.why().len(), 1, "{:?}", heard.why());
}

#[test]
fn bombs_stop() {
    let folder = Folder {
        coders: vec![(&[4, 1, 8], &[])],
        data: compressed::deflate(&vec![0; 12 << 20]),
        members: vec![("zeros", 12 << 20), ("next", 0)],
    };
    let bytes = builder::archive(&[folder, solid()], &[]);
    let heard = Heard::of("x.7z", &bytes, &Limits::default());
    assert!(
        heard.why()[0].contains("compression ratio"),
        "{:?}",
        heard.why()
    );
    assert_eq!(heard.text("/../note.txt"), "some text", "others are read");
    let limits = Limits {
        member_bytes: 5,
        ..Limits::default()
    };
    let heard = Heard::of("x.7z", &builder::archive(&[solid()], &[]), &limits);
    assert_eq!(heard.text("/../note.txt"), "some ");
    assert!(
        heard
            .why()
            .iter()
            .any(|why| why.contains("limit reached: size"))
    );
}
