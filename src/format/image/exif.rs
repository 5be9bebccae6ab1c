//! The directories of a TIFF, which Exif blocks are as well.
//!
//! A seekable reader of such a block or file enters; tags with a text, and
//! positions in words, leave. Names of tags are those of the Exif standard.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};

use crate::format::FormatError;

/// A tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Its name, such as `Artist`, or `tag-1234`.
    pub name: &'a str,
    /// Its text; decoded where it is UTF-16.
    pub text: &'a [u8],
}

/// Most directories followed; a camera writes four or five, a scan of many
/// pages one for each.
const DIRECTORIES: usize = 4096;
/// Most entries of all directories together: directories may overlap.
const ENTRIES: u64 = 256 * 1024;
/// Most bytes of one value, and of all.
const VALUE: u64 = 1 << 20;
const VALUES: u64 = 16 << 20;
const WHAT: &str = "a TIFF directory";

/// Walks all directories.
pub fn walk<R: Read + Seek>(
    reader: &mut R,
    sink: &mut dyn FnMut(Tag<'_>),
) -> Result<(), FormatError> {
    let mut walk = Walk {
        big_endian: false,
        wide: false,
        left: VALUES,
        entries: ENTRIES,
        reader,
        sink,
    };
    walk.run()
}

struct Walk<'a, R> {
    reader: &'a mut R,
    sink: &'a mut dyn FnMut(Tag<'_>),
    big_endian: bool,
    /// `BigTIFF`: offsets of eight bytes.
    wide: bool,
    left: u64,
    /// Entries that may still be read.
    entries: u64,
}

/// Latitude and longitude, and on which side of the equator and of Greenwich.
#[derive(Default)]
struct Position([Option<String>; 2], [&'static str; 2]);

/// One entry of a directory.
struct Entry {
    tag: u16,
    form: u16,
    count: u64,
    /// Where its value stands.
    at: u64,
}

impl<R: Read + Seek> Walk<'_, R> {
    fn run(&mut self) -> Result<(), FormatError> {
        let mut order = [0; 2];
        self.bytes(0, &mut order)?;
        self.big_endian = match &order {
            b"II" => false,
            b"MM" => true,
            _ => {
                let (what, offset) = ("the head of a TIFF", 0);
                return Err(FormatError::Malformed { what, offset });
            }
        };
        self.wide = self.number(2, 2)? == 43;
        let first = if self.wide {
            self.number(8, 8)?
        } else {
            self.number(4, 4)?
        };
        let mut seen = BTreeSet::new();
        // Only those of the outer chain lead on: some writers leave the place
        // for it out behind inner ones.
        let mut ahead = vec![(first, true)];
        while let Some((at, chained)) = ahead.pop() {
            // A directory that leads back to one seen before ends its chain.
            if at == 0 || !seen.insert(at) {
                continue;
            }
            if seen.len() > DIRECTORIES {
                let what = "number of TIFF directories";
                return Err(FormatError::Limit { what });
            }
            let next = self.directory(at, &mut ahead)?;
            if chained {
                ahead.push((self.next(next)?, true));
            }
        }
        Ok(())
    }

    /// Walks a directory; answers where the place of the next one stands.
    fn directory(&mut self, at: u64, ahead: &mut Vec<(u64, bool)>) -> Result<u64, FormatError> {
        let (head, size, word) = if self.wide { (8, 20, 8) } else { (2, 12, 4) };
        let entries = self.number(at, head)?.min(u64::from(u16::MAX));
        let what = "number of entries of TIFF directories";
        let left = self.entries.checked_sub(entries);
        self.entries = left.ok_or(FormatError::Limit { what })?;
        let mut position = Position::default();
        for index in 0..entries {
            let place = at.saturating_add(head + index * size);
            let tag = self.number(place, 2)? as u16;
            let form = self.number(place + 2, 2)? as u16;
            let count = self.number(place + 4, word)?;
            let Some(length) = count.checked_mul(width(form)) else {
                continue;
            };
            let inline = place + 4 + word;
            let value = if length <= word {
                inline
            } else {
                self.number(inline, word)?
            };
            let entry = Entry {
                tag,
                form,
                count,
                at: value,
            };
            match tag {
                // Exif, GPS and interoperability, and pages inside pages.
                0x8769 | 0x8825 | 0xa005 | 0x014a => {
                    // More than are followed need not be remembered.
                    let room = DIRECTORIES.saturating_sub(ahead.len()) as u64;
                    for index in 0..count.min(16).min(room) {
                        let inner = self.number(value.saturating_add(index * word), word)?;
                        ahead.push((inner, false));
                    }
                }
                1..=4 => self.coordinate(&entry, &mut position)?,
                _ => self.text(&entry)?,
            }
        }
        if let Position([Some(latitude), Some(longitude)], [north, east]) = &position {
            let text = format!("{latitude}{north}, {longitude}{east}");
            (self.sink)(Tag {
                name: "GPSPosition",
                text: text.as_bytes(),
            });
        }
        Ok(at.saturating_add(head + entries * size))
    }

    /// The tags 1 to 4 of a GPS directory; elsewhere they have other forms.
    fn coordinate(&mut self, entry: &Entry, position: &mut Position) -> Result<(), FormatError> {
        let Position(degrees, signs) = position;
        let place = usize::from(entry.tag > 2);
        if entry.tag.is_multiple_of(2) && entry.form == 5 && entry.count == 3 {
            degrees[place] = self.degrees(entry.at)?;
        } else if entry.tag % 2 == 1 && entry.form == 2 && entry.count <= 2 {
            let mut sign = [0];
            self.bytes(entry.at, &mut sign)?;
            signs[place] = match sign[0] {
                b'N' => " N",
                b'S' => " S",
                b'W' => " W",
                b'E' => " E",
                _ => "",
            };
        }
        Ok(())
    }

    fn next(&mut self, at: u64) -> Result<u64, FormatError> {
        self.number(at, if self.wide { 8 } else { 4 })
    }

    /// A value that is a text, as far as the tag says so.
    fn text(&mut self, entry: &Entry) -> Result<(), FormatError> {
        let name = name(entry.tag);
        // Windows stores its own tags as bytes of UTF-16.
        let windows = (0x9c9b..=0x9c9f).contains(&entry.tag);
        let bytes = matches!(entry.form, 1 | 7) && name.is_some();
        if !(entry.form == 2 || bytes || windows) || entry.count == 0 {
            return Ok(());
        }
        if entry.count > VALUE.min(self.left) {
            let what = "length of the texts of a TIFF";
            return Err(FormatError::Limit { what });
        }
        self.left -= entry.count;
        let mut text = Vec::new();
        self.reader.seek(SeekFrom::Start(entry.at))?;
        (&mut *self.reader)
            .take(entry.count)
            .read_to_end(&mut text)?;
        if (text.len() as u64) < entry.count {
            let (what, offset) = ("a text of a TIFF", entry.at);
            return Err(FormatError::Truncated { what, offset });
        }
        let text = if windows {
            utf16(&text, false)
        } else if entry.tag == 0x9286 {
            user_comment(text, self.big_endian)
        } else {
            text
        };
        let end = text
            .iter()
            .rposition(|&byte| byte != 0)
            .map_or(0, |at| at + 1);
        if end > 0 {
            let unnamed = format!("tag-{}", entry.tag);
            (self.sink)(Tag {
                name: name.unwrap_or(&unnamed),
                text: &text[..end],
            });
        }
        Ok(())
    }

    /// Three fractions: degrees, minutes, seconds.
    fn degrees(&mut self, at: u64) -> Result<Option<String>, FormatError> {
        let mut total = 0.0;
        for (place, part) in [1.0, 60.0, 3600.0].into_iter().enumerate() {
            let from = at.saturating_add(8 * place as u64);
            let above = self.number(from, 4)? as f64;
            let below = self.number(from.saturating_add(4), 4)? as f64;
            if below > 0.0 {
                total += above / below / part;
            }
        }
        // Cameras without reception write zeros.
        Ok((total > 0.0 && total <= 180.0).then(|| format!("{total:.5}°")))
    }

    fn number(&mut self, at: u64, bytes: u64) -> Result<u64, FormatError> {
        let mut held = [0; 8];
        let held = &mut held[..bytes as usize];
        self.bytes(at, held)?;
        if !self.big_endian {
            held.reverse();
        }
        Ok(held
            .iter()
            .fold(0, |value, &byte| (value << 8) | u64::from(byte)))
    }

    fn bytes(&mut self, at: u64, held: &mut [u8]) -> Result<(), FormatError> {
        self.reader.seek(SeekFrom::Start(at.min(i64::MAX as u64)))?;
        self.reader
            .read_exact(held)
            .map_err(|_| FormatError::Truncated {
                what: WHAT,
                offset: at,
            })
    }
}

/// Bytes of one element of a form.
fn width(form: u16) -> u64 {
    match form {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    }
}

/// What the standard calls a tag that tells of people, places or tools.
fn name(tag: u16) -> Option<&'static str> {
    Some(match tag {
        0x010d => "DocumentName",
        0x010e => "ImageDescription",
        0x010f => "Make",
        0x0110 => "Model",
        0x0131 => "Software",
        0x013b => "Artist",
        0x013c => "HostComputer",
        0x02bc => "XMP",
        0x8298 => "Copyright",
        0x83bb => "IPTC",
        0x8649 => "Photoshop",
        0x927c => "MakerNote",
        0x9286 => "UserComment",
        0x9c9b => "XPTitle",
        0x9c9c => "XPComment",
        0x9c9d => "XPAuthor",
        0x9c9e => "XPKeywords",
        0x9c9f => "XPSubject",
        0xa430 => "CameraOwnerName",
        0xa431 => "BodySerialNumber",
        0xa435 => "LensSerialNumber",
        0xc62f => "CameraSerialNumber",
        _ => return None,
    })
}

/// A comment of the user's: eight bytes tell how it is written.
fn user_comment(text: Vec<u8>, big_endian: bool) -> Vec<u8> {
    match text.split_at_checked(8) {
        Some((b"UNICODE\0", body)) => {
            // A1111 writes big-endian whatever the block is; zeros tell.
            let zeros = |from: usize| {
                body.iter()
                    .skip(from)
                    .step_by(2)
                    .filter(|&&b| b == 0)
                    .count()
            };
            let (even, odd) = (zeros(0), zeros(1));
            utf16(body, if even == odd { big_endian } else { even > odd })
        }
        Some((b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0", body)) => body.to_vec(),
        _ => text,
    }
}

fn utf16(bytes: &[u8], big_endian: bool) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if big_endian {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.into_bytes()
}
