//! The streams of a PDF, and the text they show.
//!
//! A seekable reader enters; each stream leaves with where it stands and how
//! it is packed. Objects are not followed: a scan for `stream` finds those that
//! no table lists, too, such as earlier versions of a page.

pub mod text;

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;

/// How a stream is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed {
    /// As it is.
    Plain,
    /// zlib.
    Flate,
    /// A JPEG.
    Jpeg,
    /// ASCII base 85, then zlib.
    Ascii85Flate,
    /// Something else: other pictures, or packed in a way that is not undone.
    Other,
}

/// What a walk meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A stream: where its bytes begin, and how many the PDF says there are.
    Stream {
        /// First byte.
        at: u64,
        /// `/Length`, where it is written there and not elsewhere.
        length: Option<u64>,
        /// How it is packed.
        packed: Packed,
    },
    /// The document is encrypted: strings and streams are not what they seem.
    Encrypted,
}

/// Bytes looked at together, and how far back an object's dictionary may begin.
const WINDOW: usize = 1 << 20;
const DICTIONARY: usize = 4096;
const KEYWORD: &[u8] = b"stream";

/// Walks the streams in the order of the file.
pub fn walk<R: Read + Seek>(
    reader: &mut R,
    sink: &mut dyn FnMut(Found),
) -> Result<(), FormatError> {
    reader.seek(SeekFrom::Start(0))?;
    let mut buffer: Vec<u8> = Vec::new();
    let mut base = 0u64;
    // Places up to here were looked at already.
    let mut done = 0usize;
    let mut previous = 0u64;
    let mut encrypted = false;
    loop {
        let before = buffer.len();
        (&mut *reader)
            .take(WINDOW as u64)
            .read_to_end(&mut buffer)?;
        let last = buffer.len() - before < WINDOW;
        // A keyword at the very end may lack what must follow it.
        let end = if last {
            buffer.len()
        } else {
            buffer.len() - KEYWORD.len() - 2
        };
        if !encrypted && memchr::memmem::find(&buffer[done..], b"/Encrypt").is_some() {
            encrypted = true;
            sink(Found::Encrypted);
        }
        for found in memchr::memmem::find_iter(&buffer[done..], KEYWORD) {
            let place = done + found;
            if place < end && opens(&buffer, place) {
                // A dictionary does not begin before the stream before it: each
                // byte is looked at for one stream only.
                let from = previous.saturating_sub(base) as usize;
                let from = from.max(place.saturating_sub(DICTIONARY));
                if let Some(stream) = stream(&buffer, from..place, base) {
                    sink(stream);
                }
                previous = base + (place + KEYWORD.len()) as u64;
            }
        }
        if last {
            return Ok(());
        }
        let keep = end.saturating_sub(DICTIONARY);
        buffer.drain(..keep);
        base += keep as u64;
        done = end - keep;
    }
}

/// Does the keyword at `place` end its line, and no stream?
fn opens(buffer: &[u8], place: usize) -> bool {
    let behind = buffer.get(place + KEYWORD.len());
    matches!(behind, Some(b'\r' | b'\n')) && !buffer[..place].ends_with(b"end")
}

/// The stream whose dictionary is in a range, with the keyword behind it.
fn stream(buffer: &[u8], dictionary: Range<usize>, base: u64) -> Option<Found> {
    let place = dictionary.end;
    let behind = &buffer[place + KEYWORD.len()..];
    let line = match behind {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => return None,
    };
    let before = &buffer[dictionary];
    let start = memchr::memmem::rfind(before, b"obj").map_or(0, |at| at + 3);
    let dictionary = &before[start..];
    // `stream` in a text, not behind a dictionary.
    memchr::memmem::find(dictionary, b">>")?;
    let has = |name: &[u8]| memchr::memmem::find(dictionary, name).is_some();
    let packed = match (has(b"/FlateDecode") || has(b"/Fl "), has(b"/ASCII85Decode")) {
        _ if has(b"/DCTDecode") => Packed::Jpeg,
        (true, true) => Packed::Ascii85Flate,
        (true, false) => Packed::Flate,
        (false, false) if !has(b"/Filter") => Packed::Plain,
        _ => Packed::Other,
    };
    Some(Found::Stream {
        at: base + (place + KEYWORD.len() + line) as u64,
        length: length(dictionary),
        packed,
    })
}

/// `/Length 123`, not `/Length 12 0 R` and not `/Length1 123`.
fn length(dictionary: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find_iter(dictionary, b"/Length")
        .map(|at| at + b"/Length".len())
        .find(|&at| !dictionary.get(at).is_some_and(u8::is_ascii_digit))?;
    let text = String::from_utf8_lossy(&dictionary[at..dictionary.len().min(at + 40)]);
    let mut words = text.split_ascii_whitespace();
    let digits = words.next()?;
    let ends = digits.find(|c: char| !c.is_ascii_digit());
    let reference = ends.is_none() && words.nth(1).is_some_and(|word| word.starts_with('R'));
    if reference {
        return None;
    }
    digits[..ends.unwrap_or(digits.len())].parse().ok()
}

/// Undoes ASCII base 85, up to its end mark or the first byte that is none.
pub fn ascii85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group = [84u32; 5];
    let mut held = 0;
    for &byte in text {
        match byte {
            b'z' if held == 0 => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group[held] = u32::from(byte - b'!');
                held += 1;
                if held == 5 {
                    bytes.extend_from_slice(&value(group));
                    held = 0;
                }
            }
            b' ' | b'\t' | b'\r' | b'\n' | 0 => {}
            _ => break,
        }
    }
    if held > 1 {
        group[held..].fill(84);
        bytes.extend_from_slice(&value(group)[..held - 1]);
    }
    bytes
}

fn value(group: [u32; 5]) -> [u8; 4] {
    let value = group.iter().fold(0u32, |value, &digit| {
        value.wrapping_mul(85).wrapping_add(digit)
    });
    value.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn streams_and_what_looks_like_them() {
        let pdf = b"%PDF-1.4\n1 0 obj\n<< /Length 5 >>\nstream\nhello\nendstream\nendobj\n\
            (a stream\nof text)\n2 0 obj <</Filter/FlateDecode/Length 9 0 R/Length1 7>> stream\r\nxx\
            endstream 3 0 obj<</Filter [/ASCII85Decode /FlateDecode]>>stream\nyendstream";
        let mut found = Vec::new();
        walk(&mut Cursor::new(pdf), &mut |stream| found.push(stream)).unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|found| match *found {
                Found::Stream { at, length, packed } => (pdf[at as usize], length, packed),
                Found::Encrypted => panic!("not encrypted"),
            })
            .collect();
        let expected = [
            (b'h', Some(5), Packed::Plain),
            (b'x', None, Packed::Flate),
            (b'y', None, Packed::Ascii85Flate),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn streams_across_windows() {
        let gap = WINDOW - 40;
        let pdf = [
            &vec![b' '; gap][..],
            b"1 0 obj <<>>",
            &[b' '; 20],
            b"stream\nabc",
        ]
        .concat();
        for cut in 0..20 {
            let mut found = 0;
            walk(&mut Cursor::new(&pdf[cut..]), &mut |_| found += 1).unwrap();
            assert_eq!(found, 1, "{cut}");
        }
    }

    #[test]
    fn base_85() {
        assert_eq!(ascii85(b"87cURD]i,\"Ebo7~>junk"), *b"Hello World");
        assert_eq!(ascii85(b"z!!"), [0, 0, 0, 0, 0]);
        assert_eq!(ascii85(b"uuuuu"), value([84; 5]));
    }
}
