//! Pictures built by hand, honest and damaged ones.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

#[path = "../../../tests/builders/image.rs"]
mod builder;

/// Everything told, as `key=text`, and where the picture ends.
fn told(bytes: &[u8]) -> (Vec<String>, Result<Option<u64>, FormatError>) {
    let mut told = Vec::new();
    let picture = picture(bytes).expect("a picture");
    let end = read(&mut Cursor::new(bytes), picture, &mut |carried| {
        told.push(match carried {
            Carried::Text { key, text, at } => {
                if let Some(at) = at {
                    assert_eq!(&bytes[at as usize..][..text.len()], text);
                }
                format!("{key}={}", String::from_utf8_lossy(text))
            }
            Carried::Exif(tag) => {
                format!("{}={}", tag.name, String::from_utf8_lossy(tag.text))
            }
            Carried::Unread(error) => format!("unread: {error}"),
        });
    });
    (told, end)
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = flate2::read::ZlibEncoder::new(text, flate2::Compression::best());
    encoder.read_to_end(&mut packed).unwrap();
    packed
}

#[test]
fn texts_of_png() {
    let zipped = [b"prompt\0\0", &packed(b"{\"1\": 2}")[..]].concat();
    let international = [b"workflow\0\x01\0de\0Arbeit\0", &packed(b"long")[..]].concat();
    let exif = builder::tiff(true, &[(0x013b, b"Jane Doe\0")]);
    let bytes = builder::png(&[
        (b"tEXt", b"parameters\0a cat"),
        (b"zTXt", &zipped),
        (b"iTXt", &international),
        (b"iTXt", b"plain\0\0\0\0\0text"),
        (b"eXIf", &exif),
    ]);
    let (texts, end) = told(&bytes);
    let expected = [
        "parameters=a cat",
        "prompt={\"1\": 2}",
        "workflow=long",
        "plain=text",
        "GPSPosition=12.50000° N, 45.25500° W",
        "Artist=Jane Doe",
    ];
    let mut texts = texts;
    texts[4..].sort();
    let mut sorted = expected;
    sorted[4..].sort_unstable();
    assert_eq!(texts, sorted);
    assert_eq!(end.unwrap(), Some(bytes.len() as u64));
    let polyglot = [&bytes[..], b"PK\x03\x04"].concat();
    assert_eq!(told(&polyglot).1.unwrap(), Some(bytes.len() as u64));
}

#[test]
fn a_bomb_in_a_text_is_told() {
    let bomb = [b"x\0\0", &packed(&vec![b'a'; 20 << 20])[..]].concat();
    let (texts, end) = told(&builder::png(&[(b"zTXt", &bomb)]));
    assert!(texts[0].starts_with("unread: limit"), "{texts:?}");
    assert!(end.is_ok());
}

#[test]
fn segments_of_jpeg() {
    let comment = [
        &b"UNICODE\0"[..],
        &"grün"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>(),
    ]
    .concat();
    let tiff = builder::tiff(false, &[(0x9286, &comment), (0xa431, b"123456\0")]);
    let exif = [b"Exif\0\0", &tiff[..]].concat();
    let bytes = builder::jpeg(&[
        (0xe0, b"JFIF\0"),
        (0xe1, &exif),
        (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        (0xfe, b"made by me"),
    ]);
    let (mut texts, end) = told(&bytes);
    texts.sort();
    let expected = [
        "BodySerialNumber=123456",
        "GPSPosition=12.50000° N, 45.25500° W",
        "UserComment=grün",
        "comment=made by me",
        "xmp=<x:xmpmeta/>",
    ];
    assert_eq!(texts, expected);
    assert_eq!(end.unwrap(), Some(bytes.len() as u64));
}

#[test]
fn chunks_of_webp_and_texts_of_tiff() {
    let exif = builder::tiff(true, &[(0x013b, b"Jane\0")]);
    let bytes = builder::webp(&[(b"VP8 ", &[0; 7]), (b"EXIF", &exif), (b"XMP ", b"<x/>")]);
    let (texts, end) = told(&bytes);
    assert_eq!(texts.len(), 3);
    assert_eq!(end.unwrap(), Some(bytes.len() as u64));
    let windows: Vec<u8> = "Ann".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (texts, end) = told(&builder::tiff(
        false,
        &[(0x9c9d, &windows), (0x0131, b"abc\0")],
    ));
    assert_eq!(end.unwrap(), None);
    assert!(texts.contains(&"XPAuthor=Ann".to_owned()), "{texts:?}");
    assert!(texts.contains(&"Software=abc".to_owned()), "{texts:?}");
}

#[test]
fn comments_of_gif() {
    let mut bytes = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    bytes.extend_from_slice(b"\x21\xfe\x03abc\x02de\0");
    bytes.extend_from_slice(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");
    let (texts, end) = told(&bytes);
    assert_eq!(texts, ["comment=abcde"]);
    assert_eq!(end.unwrap(), Some(bytes.len() as u64));
}

#[test]
fn directories_that_lead_back_end() {
    let mut tiff = builder::tiff(false, &[]);
    // The chain of the first directory leads to itself.
    let next = 8 + 2 + 12;
    tiff[next..next + 4].copy_from_slice(&8u32.to_le_bytes());
    assert!(told(&tiff).1.is_ok());
}

proptest! {
    #[test]
    fn cut_and_mutated(
        which in 0..4usize,
        cut in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let exif = builder::tiff(true, &[(0x013b, b"Jane Doe\0"), (0x0131, b"x\0")]);
        let mut bytes = match which {
            0 => builder::png(&[(b"eXIf", &exif), (b"tEXt", b"a\0b")]),
            1 => builder::jpeg(&[(0xe1, &[b"Exif\0\0", &exif[..]].concat())]),
            2 => builder::webp(&[(b"EXIF", &exif)]),
            _ => exif,
        };
        bytes.truncate(cut.index(bytes.len()) + 1);
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(picture) = picture(&bytes) {
            let mut texts = 0u64;
            let _ = read(&mut Cursor::new(&bytes), picture, &mut |_| texts += 1);
            prop_assert!(texts <= bytes.len() as u64);
        }
    }
}
