//! Pictures built by hand, stripped; honest and damaged ones.

use std::io::Cursor;

use super::*;
use crate::format::image::picture;
use crate::format::xorshift::Random;

#[allow(clippy::duplicate_mod)] // each test has a copy of its own
#[path = "../../../../tests/builders/image.rs"]
mod builder;

/// What must not be found again.
const NAME: &[u8] = b"Jane Roe";

fn stripped(bytes: &[u8]) -> Result<(Vec<u8>, Stripped), FormatError> {
    let mut output = Vec::new();
    let picture = picture(bytes).expect("a picture");
    let told = strip(picture, &mut Cursor::new(bytes), &mut output)?;
    Ok((output, told))
}

/// Strips, checks what holds of every picture, and answers the new picture and
/// what was dropped.
fn checked(bytes: &[u8]) -> (Vec<u8>, Vec<String>) {
    let (output, told) = stripped(bytes).unwrap();
    assert_eq!(told.changed, output != bytes);
    assert_eq!(memchr::memmem::find(&output, NAME), None);
    let again = stripped(&output).unwrap();
    assert_eq!(again, (output.clone(), Stripped::default()));
    (output, told.dropped)
}

/// An Exif block with a name and perhaps an orientation.
fn exif(big_endian: bool, turned: Option<u16>) -> Vec<u8> {
    let number = |value: u16| {
        if big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let mut block = builder::tiff(big_endian, &[(0x013b, b"Jane Roe\0")]);
    if let Some(turned) = turned {
        // The first entry becomes a short number.
        let value = [number(0x0112), number(3)].concat();
        block[10..14].copy_from_slice(&value);
        block[18..20].copy_from_slice(&number(turned));
    }
    block
}

fn jpeg_exif(block: &[u8]) -> Vec<u8> {
    [b"Exif\0\0", block].concat()
}

/// Without fill bytes, which stand before markers only in part.
fn unfilled(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.dedup_by(|a, b| (*a, *b) == (0xff, 0xff));
    bytes
}

const JFIF: &[u8] = b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0";

#[test]
fn segments_of_jpeg() {
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x>Jane Roe</x>";
    let bytes = builder::jpeg(&[
        (0xe0, JFIF),
        (0xe1, &jpeg_exif(&exif(true, None))),
        (0xe1, xmp),
        (0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        (0xe2, b"MPF\0Jane Roe"),
        (0xeb, b"JP\0\x01Jane Roe"),
        (0xed, b"Photoshop 3.0\08BIM Jane Roe"),
        (0xee, b"Adobe\0\x64\0\0\0\0\0"),
        (0xe5, b"Jane Roe"),
        (0xfe, b"Jane Roe"),
        (0xdb, &[0; 65]),
    ]);
    let bytes = [&bytes[..], b"Jane Roe"].concat();
    let (output, dropped) = checked(&bytes);
    let expected = builder::jpeg(&[
        (0xe0, JFIF),
        (0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        (0xee, b"Adobe\0\x64\0\0\0\0\0"),
        (0xdb, &[0; 65]),
    ]);
    assert_eq!(unfilled(&output), unfilled(&expected));
    let names = [
        "EXIF",
        "XMP",
        "list of further pictures",
        "C2PA/JUMBF",
        "IPTC",
        "application segment APP5",
        "comment",
        "data behind the end",
    ];
    assert_eq!(dropped, names);
}

#[test]
fn thumbnails_and_tails_of_kept_segments_go() {
    let jfif = [&JFIF[..12], &[1, 1, 9, 9, 9], NAME].concat();
    let adobe = [b"Adobe\0\x64\0\0\0\0\x02", NAME].concat();
    let (output, _) = checked(&builder::jpeg(&[(0xe0, &jfif), (0xee, &adobe)]));
    let expected = builder::jpeg(&[(0xe0, JFIF), (0xee, b"Adobe\0\x64\0\0\0\0\x02")]);
    assert_eq!(unfilled(&output), unfilled(&expected));
}

/// The orientation that a viewer finds.
fn turned(bytes: &[u8]) -> Option<u16> {
    let at = memchr::memmem::find(bytes, b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0")?;
    Some(u16::from(bytes[at + 18]))
}

#[test]
fn how_the_picture_is_turned_survives() {
    for big_endian in [false, true] {
        for (told, kept) in [(6, Some(6)), (8, Some(8)), (1, None), (0, None), (9, None)] {
            let block = exif(big_endian, Some(told));
            let segments: &[(u8, &[u8])] = &[(0xe0, JFIF), (0xe1, &jpeg_exif(&block))];
            let pictures = [
                builder::jpeg(segments),
                builder::png(&[(b"eXIf", &block)]),
                builder::webp(&[
                    (b"VP8X", &[8, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
                    (b"VP8 ", &[0; 7]),
                    (b"EXIF", &block),
                ]),
            ];
            for picture in pictures {
                let (output, dropped) = checked(&picture);
                assert_eq!(turned(&output), kept);
                assert_eq!(dropped, ["EXIF"]);
            }
        }
    }
}

#[test]
fn exif_counts_before_xmp_and_only_once() {
    let xmp = |turned: u16| {
        format!("http://ns.adobe.com/xap/1.0/\0<a tiff:Orientation=\"{turned}\"/>").into_bytes()
    };
    let only = builder::jpeg(&[(0xe1, &xmp(3))]);
    assert_eq!(turned(&checked(&only).0), Some(3));
    let (first, second) = (exif(false, Some(6)), exif(false, Some(8)));
    let both = builder::jpeg(&[
        (0xe1, &xmp(3)),
        (0xe1, &jpeg_exif(&first)),
        (0xe1, &jpeg_exif(&second)),
    ]);
    let (output, _) = checked(&both);
    assert_eq!(turned(&output), Some(6));
    assert_eq!(memchr::memmem::find_iter(&output, b"Exif\0\0").count(), 1);
    // Of the width 1, in an element, and by the older text chunk of a PNG.
    let digits: Vec<String> = first.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = digits.concat();
    let profile = format!("Raw profile type exif\0\nexif\n    130\n{digits}\n");
    let (output, dropped) = checked(&builder::png(&[(b"tEXt", profile.as_bytes())]));
    assert_eq!(turned(&output), Some(6));
    assert_eq!(dropped, ["text chunk `Raw profile type exif`"]);
    let text = b"XML:com.adobe.xmp\0\0\0\0\0<tiff:Orientation>7</tiff:Orientation>";
    assert_eq!(
        turned(&checked(&builder::png(&[(b"iTXt", text)])).0),
        Some(7)
    );
}

#[test]
fn chunks_of_png() {
    let kept: [(&[u8; 4], &[u8]); 4] = [
        (b"gAMA", &[0; 4]),
        (b"iCCP", b"colours\0\0x"),
        (b"tRNS", &[0; 2]),
        (b"acTL", &[0; 8]),
    ];
    let mut chunks = kept.to_vec();
    chunks.insert(1, (b"tEXt", b"parameters\0Jane Roe"));
    chunks.insert(2, (b"zTXt", b"jane@Jane Roe\0\0x"));
    chunks.extend([
        (b"tIME", &[0; 7][..]),
        (b"caBX", b"Jane Roe"),
        (b"prVt", b"Jane Roe"),
    ]);
    let (output, dropped) = checked(&builder::png(&chunks));
    assert_eq!(output, builder::png(&kept));
    let names = [
        "text chunk `parameters`",
        "text chunk",
        "time",
        "C2PA/JUMBF",
        "chunk `prVt`",
    ];
    assert_eq!(dropped, names);
    let many: Vec<Vec<u8>> = (0..100).map(|n| format!("k{n}\0v").into_bytes()).collect();
    let many: Vec<(&[u8; 4], &[u8])> = many.iter().map(|text| (b"tEXt", &text[..])).collect();
    let (_, dropped) = checked(&builder::png(&many));
    assert_eq!((dropped.len(), dropped[64].as_str()), (65, "more"));
}

#[test]
fn chunks_of_webp() {
    let head = |flags: u8| [flags, 0, 0, 0, 1, 0, 0, 1, 0, 0];
    let with = builder::webp(&[
        (b"VP8X", &head(0x2c)),
        (b"ICCP", b"colours"),
        (b"VP8L", &[0; 5]),
        (b"EXIF", &exif(true, None)),
        (b"XMP ", b"Jane Roe"),
        (b"abcd", b"Jane Roe"),
    ]);
    let without = builder::webp(&[
        (b"VP8X", &head(0x20)),
        (b"ICCP", b"colours"),
        (b"VP8L", &[0; 5]),
    ]);
    let (output, dropped) = checked(&[&with[..], NAME].concat());
    assert_eq!(output, without);
    assert_eq!(
        dropped,
        ["EXIF", "XMP", "chunk `abcd`", "data behind the end"]
    );
    let stale = builder::webp(&[(b"VP8X", &head(0x0c)), (b"VP8 ", &[0; 8])]);
    assert_eq!(checked(&stale).1, ["announcement of metadata"]);
    // What a simple file carries beside its picture is not looked at by viewers.
    let simple = builder::webp(&[(b"VP8 ", &[0; 8]), (b"EXIF", &exif(true, Some(6)))]);
    assert_eq!(checked(&simple).0, builder::webp(&[(b"VP8 ", &[0; 8])]));
}

fn gif(extensions: &[&[u8]]) -> Vec<u8> {
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    let pixels = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";
    [head, &extensions.concat()[..], pixels].concat()
}

#[test]
fn blocks_of_gif() {
    let looped = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let delay = b"\x21\xf9\x04\0\x05\0\0\0";
    let bytes = gif(&[
        looped,
        b"\x21\xfe\x08Jane Roe\0",
        b"\x21\xff\x0bXMP DataXMP\x08Jane Roe\0",
        b"\x21\xff\x0bABCDEFGHIJK\x08Jane Roe\0",
        delay,
        b"\x21\x01\x0c............\x08Jane Roe\0",
    ]);
    let (output, dropped) = checked(&[&bytes, NAME].concat());
    assert_eq!(output, gif(&[looped, delay]));
    let names = [
        "comment",
        "XMP",
        "application extension",
        "plain text",
        "data behind the end",
    ];
    assert_eq!(dropped, names);
}

#[test]
fn tiff_is_not_rewritten() {
    let told = stripped(&exif(true, None));
    assert!(matches!(told, Err(FormatError::Unsupported { .. })));
}

fn samples() -> Vec<Vec<u8>> {
    let block = exif(true, Some(6));
    vec![
        builder::jpeg(&[(0xe0, JFIF), (0xe1, &jpeg_exif(&block)), (0xfe, NAME)]),
        builder::png(&[(b"eXIf", &block), (b"tEXt", b"a\0Jane Roe")]),
        builder::webp(&[
            (b"VP8X", &[12, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            (b"VP8 ", &[0; 7]),
            (b"EXIF", &block),
            (b"XMP ", b"tiff:Orientation=\"6"),
        ]),
        gif(&[
            b"\x21\xfe\x08Jane Roe\0",
            b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0",
        ]),
    ]
}

/// Cut anywhere, a picture is no picture, and nothing is written of it.
#[test]
fn cut_anywhere() {
    for sample in samples() {
        for cut in 0..sample.len() {
            let Some(picture) = picture(&sample[..cut]) else {
                continue;
            };
            let mut output = Vec::new();
            let told = strip(picture, &mut Cursor::new(&sample[..cut]), &mut output);
            assert!(
                told.is_err() && output.is_empty(),
                "{picture:?} cut at {cut}"
            );
        }
    }
}

#[test]
fn damaged_anywhere() {
    let mut random = Random::new(7);
    for round in 0..8000 {
        let mut bytes = samples().swap_remove(round % 4);
        random.damage(&mut bytes);
        if picture(&bytes).is_none_or(|picture| picture == Picture::Tiff) {
            continue;
        }
        if let Ok((output, _)) = stripped(&bytes) {
            assert!(output.len() <= bytes.len() + 64);
            let again = stripped(&output).unwrap();
            assert_eq!((again.0, again.1.changed), (output, false), "round {round}");
        }
    }
}
