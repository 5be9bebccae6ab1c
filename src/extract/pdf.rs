//! PDF: the bytes as they are, and what its streams hold.
//!
//! In: a PDF. Out: the document as text, each unpacked stream and the text it
//! shows under `/stream-N`, pictures as the files they are.

use std::cell::Cell;
use std::io::{self, Cursor, Read, SeekFrom};

use super::section::{Section, charge};
use super::{Inside, Sink, nested, skip_class, stream};
use crate::blob::{Kind, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::pdf::{Found, Packed, ascii85, text, walk};

/// Most streams read.
const STREAMS: usize = 100_000;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    stream::sweep(reader, Kind::Binary, at, sink)?;
    let mut found = Vec::new();
    let mut encrypted = false;
    walk(&mut reader, &mut |met| match met {
        Found::Stream { at, length, packed } => {
            if found.len() <= STREAMS {
                found.push((at, length, packed));
            }
        }
        Found::Encrypted => encrypted = true,
    })?;
    if encrypted {
        sink.skip(SkipClass::Failed, &at.route, "encrypted PDF".to_owned());
        return Ok(());
    }
    properties(reader, at, sink)?;
    // Streams may claim each other's bytes: beyond the length of the file what
    // is read counts as unpacked.
    let spare = Cell::new(reader.seek(SeekFrom::End(0))?);
    let mut pictures = false;
    for (number, &(from, length, packed)) in found.iter().enumerate() {
        if number == STREAMS {
            let why = format!("more than {STREAMS} streams in a PDF");
            sink.skip(SkipClass::Limited, &at.route, why);
            break;
        }
        let inner = Inside {
            lines: false,
            ..at.child(&format!("/stream-{number}"))
        };
        match packed {
            // Swept with the document.
            Packed::Plain => {}
            Packed::Other => pictures = true,
            Packed::Jpeg => {
                // Many writers keep the length elsewhere.
                let next = found.get(number + 1).map_or(u64::MAX, |next| next.0);
                let length = length.unwrap_or(next.saturating_sub(from));
                picture(reader, (from, length), &spare, &inner, sink)?;
            }
            Packed::Flate | Packed::Ascii85Flate => {
                match unpack(reader, (from, length, packed), &spare, &inner) {
                    Ok(content) => deliver(&content, &inner, sink)?,
                    Err(error) => sink.skip(skip_class(&error), &inner.route, error.to_string()),
                }
            }
        }
    }
    if pictures {
        let why = "streams of a PDF packed as pictures, or in rare ways".to_owned();
        sink.skip(SkipClass::ByDesign, &at.route, why);
    }
    Ok(())
}

/// A picture that stands as it is.
fn picture(
    reader: &mut dyn ReadSeek,
    (from, length): (u64, u64),
    spare: &Cell<u64>,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut section = Section::new(reader, from, length)?;
    match charge(section.len(), spare, &at.left) {
        Ok(()) => nested(&mut section, "", at, sink),
        Err(error) => {
            sink.skip(skip_class(&error), &at.route, error.to_string());
            Ok(())
        }
    }
}

/// Strings outside of streams, unescaped: titles and authors are often in
/// UTF-16, and some writers escape every sign.
fn properties(reader: &mut dyn ReadSeek, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    /// Most bytes looked at from each end of the file.
    const ENDS: u64 = 8 << 20;
    let len = reader.seek(SeekFrom::End(0))?;
    let parts = if len <= 2 * ENDS {
        vec![(0, len)]
    } else {
        vec![(0, ENDS), (len - ENDS, ENDS)]
    };
    for (from, length) in parts {
        reader.seek(SeekFrom::Start(from))?;
        let mut part = Vec::new();
        (&mut *reader).take(length).read_to_end(&mut part)?;
        let inner = Inside {
            raw: None,
            ..at.part("/properties")
        };
        let shown = text::shown(&without_streams(&part));
        stream::text(&shown, Kind::Text(Text::Plain), &inner, sink)?;
    }
    Ok(())
}

/// Everything but the content of streams.
fn without_streams(part: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut rest = part;
    let mut closed = true;
    while let Some(begin) = memchr::memmem::find(rest, b"stream") {
        let behind = begin + b"stream".len();
        kept.extend_from_slice(&rest[..begin]);
        let opens = matches!(rest.get(behind), Some(b'\r' | b'\n'));
        let mut end = None;
        if opens && closed {
            end = memchr::memmem::find(&rest[behind..], b"endstream");
            // Where none follows, none follows what comes next either.
            closed = end.is_some();
        }
        rest = &rest[end.map_or(behind, |end| behind + end + b"endstream".len())..];
    }
    kept.extend_from_slice(rest);
    kept
}

/// The content of a packed stream.
fn unpack(
    reader: &mut dyn ReadSeek,
    (from, length, packed): (u64, Option<u64>, Packed),
    spare: &Cell<u64>,
    at: &Inside,
) -> Result<Vec<u8>, FormatError> {
    let most = at.limits.member_bytes.min(at.left.get());
    reader.seek(SeekFrom::Start(from))?;
    let input = (&mut *reader).take(length.unwrap_or(u64::MAX));
    let mut content = Vec::new();
    let read = if packed == Packed::Flate {
        let decoder = flate2::read::ZlibDecoder::new(input);
        decoder.take(most).read_to_end(&mut content)
    } else {
        let mut armored = Vec::new();
        input.take(most).read_to_end(&mut armored)?;
        charge(armored.len() as u64, spare, &at.left)?;
        let bytes = Cursor::new(ascii85(&armored));
        let decoder = flate2::read::ZlibDecoder::new(bytes);
        decoder.take(most).read_to_end(&mut content)
    };
    at.left
        .set(at.left.get().saturating_sub(content.len() as u64));
    if content.len() as u64 == most {
        let what = "unpacked bytes of a PDF";
        return Err(FormatError::Limit { what });
    }
    // Of a damaged stream what came before the damage counts.
    match read {
        Err(_) if content.is_empty() => {
            let what = "packed stream of a PDF";
            Err(FormatError::Malformed { what, offset: from })
        }
        _ => Ok(content),
    }
}

fn deliver(content: &[u8], at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    let kind = Kind::Text(Text::Plain);
    if text::draws(content) {
        return stream::text(&text::shown(content), kind, at, sink);
    }
    stream::sweep(&mut &content[..], Kind::Binary, at, sink)
}
