//! Pickles: every string, with the key it is stored under, and every call.
//!
//! In: a pickle. Out: one fragment a string, `key = "value"` where the key is
//! known, so that rules that need a name beside a value find it here too; and
//! the fact of what loading it would import and call, also of a broken one.
//! Nothing is ever unpickled; long byte payloads and arrays are not read.

mod uses;

use std::io::{self, SeekFrom};
use std::ops::ControlFlow;

use super::named::Named;
use super::{Inside, Sink, fall_back, stream};
use crate::blob::{Fact, Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::pickle::{PickleEnd, PickleEvent, walk};
use uses::Uses;

/// The whole of a pickle, or several one after the other.
pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut strings = Strings::new(at);
    let mut uses = Uses::default();
    let mut seekable = reader;
    let walked = walk(&mut seekable, &mut |event| {
        uses.take(&event);
        strings.take(&event, sink)
    });
    strings.finish(sink)?;
    sink.fact(&at.route, &Fact::Unpickling(&uses.finish()));
    match walked {
        Ok(PickleEnd { storage: true, .. }) => {
            let why = "tensor bytes".to_owned();
            sink.skip(SkipClass::ByDesign, &at.route, why);
            Ok(())
        }
        Ok(PickleEnd { end_offset, .. }) => rest(seekable, end_offset, at, sink),
        Err(error) => fall_back(seekable, &error, at, sink),
    }
}

/// Bytes behind the last stream: something hidden, or the storage of a format
/// that is not known.
fn rest(reader: &mut dyn ReadSeek, from: u64, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    let end = reader.seek(SeekFrom::End(0))?;
    if from >= end {
        return Ok(());
    }
    reader.seek(SeekFrom::Start(from))?;
    sink.raw();
    stream::sweep(reader, Kind::Binary, &at.from(from), sink)
}

struct Strings<'a> {
    at: &'a Inside,
    skipped: u64,
    failed: io::Result<()>,
    named: Named,
}

impl<'a> Strings<'a> {
    fn new(at: &'a Inside) -> Self {
        Self {
            at,
            skipped: 0,
            failed: Ok(()),
            named: Named::default(),
        }
    }

    fn take(&mut self, event: &PickleEvent<'_>, sink: &mut dyn Sink) -> ControlFlow<()> {
        match event {
            PickleEvent::Str {
                offset,
                bytes,
                map,
                key,
                ..
            } => {
                self.failed = self.string(*offset, bytes, map.is_empty(), *key, sink);
            }
            PickleEvent::Skipped { len, .. } => self.skipped += len,
            _ => {}
        }
        if self.failed.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    fn string(
        &mut self,
        offset: u64,
        bytes: &[u8],
        verbatim: bool,
        key: Option<&str>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let raw = verbatim.then_some(offset);
        self.named.deliver(key, bytes, raw, self.at, sink)?;
        match utf32(bytes) {
            Some(text) => self.named.deliver(key, &text, None, self.at, sink),
            None => Ok(()),
        }
    }

    fn finish(self, sink: &mut dyn Sink) -> io::Result<()> {
        if self.skipped > 0 {
            sink.skip(
                SkipClass::ByDesign,
                &self.at.route,
                "byte payloads of a pickle".to_owned(),
            );
        }
        self.failed
    }
}

/// The text of bytes that are UTF-32, as arrays of texts are: names of classes
/// and columns. Padding ends a line.
fn utf32(bytes: &[u8]) -> Option<Vec<u8>> {
    let (units, []) = bytes.as_chunks::<4>() else {
        return None;
    };
    // Numbers have other high bytes, or few that are letters.
    let is_unit = |unit: &[u8; 4]| unit[2] <= 0x10 && unit[3] == 0;
    if units.len() < 4 || !units.iter().all(is_unit) {
        return None;
    }
    let mut text = String::new();
    let mut letters = 0;
    for unit in units {
        let character = char::from_u32(u32::from_le_bytes(*unit))?;
        letters += usize::from(character.is_alphanumeric());
        if character != '\0' {
            text.push(character);
        } else if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    (2 * letters >= text.chars().count() && letters >= 4).then(|| text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_texts_are_texts() {
        let wide = |text: &str, length: usize| -> Vec<u8> {
            let mut units: Vec<u32> = text.chars().map(u32::from).collect();
            units.resize(length, 0);
            units.into_iter().flat_map(u32::to_le_bytes).collect()
        };
        let names = [wide("jane", 8), wide("müller", 8)].concat();
        assert_eq!(utf32(&names).unwrap(), "jane\nmüller\n".as_bytes());
        let numbers: Vec<u8> = (0..64u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(utf32(&numbers), None);
        let floats: Vec<u8> = [0.5f32; 8].into_iter().flat_map(f32::to_le_bytes).collect();
        assert_eq!(utf32(&floats), None);
        assert_eq!(utf32(b"plain text, of which four bytes are no unit"), None);
    }
}
