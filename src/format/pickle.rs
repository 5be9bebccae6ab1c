//! Walks the opcodes of pickles, protocols 0 to 5; runs none of them.
//!
//! A reader enters; every string with its offset and the key it will be stored
//! under, every global, every call with what is known of its arguments, and the
//! ranges passed over leave. What was found before a broken opcode is delivered
//! before the error. Pickles behind the first and pickles inside strings are
//! walked as well.

mod array;
#[cfg(test)]
#[path = "../../tests/builders/pickle.rs"]
pub(crate) mod builder;
mod calls;
mod disguise;
mod event;
mod machine;
mod memo;
mod opcodes;
mod sniff;
mod streams;
#[cfg(test)]
mod tests;
mod value;

use std::io::{Read, Seek};
use std::ops::ControlFlow;

pub use event::{Argument, Call, Callee, Opcode, PickleEvent, PickleSink};
pub use sniff::{leads_to_import, looks_like_pickle, may_go_on_as_pickle};

use super::FormatError;
use super::bytes::{Bytes, seek_past};
use super::escape::{unescape, unescape_raw_unicode};
use machine::Machine;
use value::Value;

/// Longer strings come in pieces of this size; longer bytes are passed over.
pub const PIECE: usize = 1024 * 1024;

/// How much of one piece the next one repeats, so that nothing is cut in two.
pub const OVERLAP: usize = 16 * 1024;

/// How far a continuation is looked at after the end of a stream.
const SNIFFED: usize = 512;

/// Where a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PickleEnd {
    /// Offset behind the last of the streams that follow each other.
    pub end_offset: u64,
    /// Number of those that are complete.
    pub streams: u64,
    /// They are the five of a legacy torch file, so that tensor bytes follow.
    pub storage: bool,
}

/// Walks all concatenated streams from where `reader` stands, seeking past long
/// payloads.
pub fn walk<R: Read + Seek>(
    reader: &mut R,
    sink: &mut PickleSink<'_>,
) -> Result<PickleEnd, FormatError> {
    let start = reader.stream_position()?;
    let input = Bytes::with_skip(&mut *reader, |reader, n| seek_past(*reader, n));
    let mut walk = Walk::over(input, &mut *sink);
    let end = walk.run();
    let doubtful = std::mem::take(&mut walk.doubtful);
    streams::again(reader, start, &doubtful, sink)?;
    end
}

/// Why a walk ends before its input does.
enum Stop {
    Asked,
    Broken(FormatError),
}

impl<E: Into<FormatError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// How the payload of a protocol 0 line is written.
#[derive(Clone, Copy)]
enum Line {
    Quoted,
    RawUnicode,
    Plain,
}

struct Walk<'a, 's, R> {
    input: Bytes<R>,
    machine: Machine,
    sink: &'a mut PickleSink<'s>,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    map: Vec<(u32, u32)>,
    /// Where bytes were passed over that a plain unpickler would take for
    /// opcodes.
    doubtful: Vec<u64>,
    /// Arrays of objects around this stream.
    depth: u8,
    /// Strings around it.
    nesting: u8,
    /// Strings that may still be walked as pickles.
    inner: u32,
    /// Some were not.
    limited: bool,
    /// Deliver strings, and what is broken? Not where it is only guessed that
    /// there is a pickle.
    strings: bool,
}

impl<'a, 's, R: Read> Walk<'a, 's, R> {
    fn over(input: Bytes<R>, sink: &'a mut PickleSink<'s>) -> Self {
        Self {
            input,
            machine: Machine::default(),
            sink,
            raw: Vec::new(),
            decoded: Vec::new(),
            map: Vec::new(),
            doubtful: Vec::new(),
            depth: 0,
            nesting: 0,
            inner: streams::INNER,
            limited: false,
            strings: true,
        }
    }

    /// Walks one stream, up to and with its STOP.
    fn stream(&mut self) -> Result<(), Stop> {
        let outcome = self.opcodes();
        if let Err(Stop::Broken(error)) = &outcome {
            let (what, offset) = match error {
                FormatError::Truncated { offset, .. } => ("the end of the input", *offset),
                FormatError::Malformed { offset, .. } => ("an unknown opcode", *offset),
                _ => ("what cannot be followed", self.input.offset()),
            };
            self.broken(offset, what)?;
        }
        outcome
    }

    fn opcodes(&mut self) -> Result<(), Stop> {
        loop {
            let at = self.input.offset();
            match self.input.next()? {
                Some(b'.') => return Ok(()),
                Some(opcode) => self.step(opcode, at)?,
                None => return Err(truncated(at)),
            }
            if let Some(what) = self.machine.take_fault() {
                self.broken(at, what)?;
            }
        }
    }

    fn broken(&mut self, offset: u64, what: &'static str) -> Result<(), Stop> {
        if self.strings {
            self.send(PickleEvent::Broken { offset, what })?;
        }
        Ok(())
    }

    /// A string of `left` bytes, whole or in pieces.
    fn text(&mut self, at: u64, mut left: u64) -> Result<(), Stop> {
        let hidden = left > PIECE as u64 && {
            let taken = self.inside_bytes(left, true)?;
            left -= taken;
            taken > 0
        };
        self.raw.clear();
        let mut offset = self.input.offset();
        let start = offset;
        loop {
            let room = left.min((PIECE - self.raw.len()) as u64);
            let read = self.input.append(&mut self.raw, room)?;
            left -= read;
            self.deliver(offset, None, left == 0)?;
            if read < room {
                return Err(truncated(at));
            }
            if left == 0 {
                break;
            }
            offset += self.keep_overlap();
        }
        if hidden || offset > start {
            self.machine
                .push(if hidden { Value::Pickle } else { Value::Other });
            return Ok(());
        }
        let hidden = self.inside_string(start, false)?;
        let value = if hidden {
            Value::Pickle
        } else {
            Value::text(&self.raw)
        };
        self.machine.push(value);
        Ok(())
    }

    /// Bytes: like a string while short, passed over when long.
    fn bytes(&mut self, at: u64, length: u64) -> Result<(), Stop> {
        if length <= PIECE as u64 {
            return self.text(at, length);
        }
        let taken = self.inside_bytes(length, false)?;
        let offset = self.input.offset();
        let len = self.input.skip(length - taken)?;
        self.send(PickleEvent::Skipped { offset, len })?;
        let hidden = taken > 0;
        self.machine
            .push(if hidden { Value::Pickle } else { Value::Other });
        if len < length - taken {
            return Err(truncated(at));
        }
        Ok(())
    }

    /// A string that a line break ends, whole or in pieces.
    fn line_text(&mut self, at: u64, line: Line) -> Result<(), Stop> {
        self.raw.clear();
        let mut offset = self.input.offset();
        let mut pieces = 0;
        loop {
            let ends = self.append_line(PIECE)?;
            if pieces == 0 && matches!(line, Line::Quoted) {
                if let Some(b'\'' | b'"') = self.raw.first() {
                    self.raw.remove(0);
                    offset += 1;
                }
            }
            let quote = matches!(line, Line::Quoted) && ends;
            if quote && matches!(self.raw.last(), Some(b'\'' | b'"')) {
                self.raw.pop();
            }
            self.deliver(offset, Some(line), ends)?;
            if ends {
                break;
            }
            if self.input.peek()?.is_none() {
                return Err(truncated(at));
            }
            offset += self.keep_overlap();
            pieces += 1;
        }
        if pieces > 0 {
            self.machine.push(Value::Other);
            return Ok(());
        }
        let hidden = self.inside_string(offset, true)?;
        let value = if hidden {
            Value::Pickle
        } else {
            Value::text(&self.decoded)
        };
        self.machine.push(value);
        Ok(())
    }

    /// Appends the rest of the line to `raw` while that is shorter than `limit`;
    /// `true` when the line ended.
    fn append_line(&mut self, limit: usize) -> Result<bool, Stop> {
        loop {
            let chunk = self.input.chunk()?;
            let room = chunk.len().min(limit.saturating_sub(self.raw.len()));
            if room == 0 {
                return Ok(false);
            }
            let end = memchr::memchr(b'\n', &chunk[..room]);
            let length = end.unwrap_or(room);
            self.raw.extend_from_slice(&chunk[..length]);
            self.input.consume(length + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// A line of which only a short text matters; `None` when it is longer.
    fn line(&mut self, at: u64, limit: usize) -> Result<Option<String>, Stop> {
        self.raw.clear();
        if self.append_line(limit)? {
            return Ok(Some(String::from_utf8_lossy(&self.raw).into_owned()));
        }
        loop {
            self.raw.clear();
            if self.append_line(PIECE)? {
                return Ok(None);
            }
            if self.input.peek()?.is_none() {
                return Err(truncated(at));
            }
        }
    }

    /// Sends `raw` as a string, decoded if it is a line.
    fn deliver(&mut self, offset: u64, line: Option<Line>, ends: bool) -> Result<(), Stop> {
        self.map.clear();
        match line {
            Some(Line::Quoted) => unescape(&self.raw, &mut self.decoded, &mut self.map),
            Some(Line::RawUnicode) => {
                unescape_raw_unicode(&self.raw, &mut self.decoded, &mut self.map);
            }
            Some(Line::Plain) => self.decoded.clone_from(&self.raw),
            None => {}
        }
        if !self.strings {
            return Ok(());
        }
        let argument = self.machine.top_is_global() && self.one_tuple_follows()?;
        let key = self.machine.key(argument);
        let bytes = match line {
            Some(_) => &self.decoded,
            None => &self.raw,
        };
        let flow = (self.sink)(PickleEvent::Str {
            offset,
            bytes,
            map: &self.map,
            key: key.as_deref(),
            ends,
        });
        asked(flow)
    }

    /// Whether the value just read becomes a tuple of its own: `f("value")`.
    fn one_tuple_follows(&mut self) -> Result<bool, Stop> {
        let next = self.input.lookahead(32)?;
        let memo = match next.first() {
            Some(0x94) => 1,
            Some(b'q') => 2,
            Some(b'r') => 5,
            Some(b'p') => memchr::memchr(b'\n', next).map_or(0, |end| end + 1),
            _ => 0,
        };
        Ok(next.get(memo) == Some(&0x85))
    }

    /// Drops all of `raw` but its overlap with the next piece; answers how much.
    fn keep_overlap(&mut self) -> u64 {
        let dropped = self.raw.len().saturating_sub(OVERLAP);
        self.raw.drain(..dropped);
        dropped as u64
    }

    fn send(&mut self, event: PickleEvent<'_>) -> Result<(), Stop> {
        asked((self.sink)(event))
    }
}

fn asked(flow: ControlFlow<()>) -> Result<(), Stop> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Stop::Asked),
    }
}

fn truncated(offset: u64) -> Stop {
    let what = "a pickle opcode";
    Stop::Broken(FormatError::Truncated { what, offset })
}
