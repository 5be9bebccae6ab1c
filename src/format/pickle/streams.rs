//! From one stream to the next: behind STOP, behind padding, inside strings.
//!
//! The input as it stands after a stream, or the payload of a string, enters;
//! the events of every further pickle leave.

use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};

use super::disguise;
use super::event::{PickleEvent, PickleSink};
use super::machine::Machine;
use super::sniff::{find_pickle, looks_like_pickle};
use super::value::Value;
use super::{PickleEnd, SNIFFED, Stop, Walk};
use crate::format::FormatError;
use crate::format::bytes::{Bytes, read_past, seek_past};

/// Streams of a legacy torch file before its raw storage.
const TORCH_STREAMS: u64 = 5;

/// How far behind the last stream another one is looked for, in which steps,
/// and how many.
const SEARCHED: usize = 1024 * 1024;
const STEP: usize = 32 * 1024;
const FOUND: usize = 64;

/// Window of a second walk, and most bytes all of them read.
const AGAIN: usize = 4096;
const AGAIN_TOTAL: u64 = 64 << 20;

/// How deep pickles in strings may nest, and how many of them are walked.
const DEEPEST: u8 = 4;
pub(super) const INNER: u32 = 1 << 16;

impl<R: Read> Walk<'_, '_, R> {
    /// Walks all streams that follow each other, then looks for a hidden one.
    pub(super) fn run(&mut self) -> Result<PickleEnd, FormatError> {
        let mut end = PickleEnd {
            end_offset: self.input.offset(),
            streams: 0,
            storage: false,
        };
        match self.sequence() {
            Ok(whole) => end = whole,
            Err(Stop::Broken(error)) => return Err(error),
            Err(Stop::Asked) => end.end_offset = self.input.offset(),
        }
        if end.streams > 0 && !end.storage {
            if let Err(Stop::Broken(error)) = self.behind() {
                return Err(error);
            }
        }
        if self.limited {
            let what = "pickles inside strings";
            return Err(FormatError::Limit { what });
        }
        Ok(end)
    }

    /// Walks streams as long as one follows the other. That the first is broken
    /// is an error; a later one ends the sequence.
    fn sequence(&mut self) -> Result<PickleEnd, Stop> {
        let mut end = PickleEnd {
            end_offset: self.input.offset(),
            streams: 0,
            storage: false,
        };
        let mut torch = false;
        loop {
            match self.stream() {
                Ok(()) => {}
                Err(Stop::Broken(_)) if end.streams > 0 => return Ok(end),
                Err(stop) => return Err(stop),
            }
            torch |= end.streams == 0 && matches!(self.machine.top(), Some(Value::TorchMagic));
            end.streams += 1;
            end.end_offset = self.input.offset();
            end.storage = torch && end.streams == TORCH_STREAMS;
            self.machine = Machine::default();
            if end.storage || !looks_like_pickle(self.input.lookahead(SNIFFED)?) {
                return Ok(end);
            }
        }
    }

    /// Looks for a pickle behind bytes that are none.
    fn behind(&mut self) -> Result<(), Stop> {
        self.strings = false;
        let (mut searched, mut found) = (0, 0);
        while searched < SEARCHED && found < FOUND {
            let window = self.input.lookahead(STEP)?;
            let (passed, hit) = match find_pickle(window) {
                Some(at) => (at, true),
                None if window.len() < STEP => return Ok(()),
                None => (STEP - SNIFFED, false),
            };
            self.input.consume(passed);
            searched += passed;
            if hit {
                found += 1;
                searched += 1;
                self.machine = Machine::default();
                if let Err(Stop::Asked) = self.stream() {
                    return Err(Stop::Asked);
                }
            }
        }
        Ok(())
    }

    /// Walks the pickle that a string is, if it is one: the last one read.
    /// Answers whether it is.
    pub(super) fn inside_string(&mut self, offset: u64, decoded: bool) -> Result<bool, Stop> {
        let bytes = if decoded { &self.decoded } else { &self.raw };
        if !disguise::possible(bytes) {
            return Ok(false);
        }
        let Some((pickle, encoding)) = disguise::uncover(bytes) else {
            return Ok(false);
        };
        let start = match pickle {
            Cow::Borrowed(_) if !decoded => offset,
            _ => 0,
        };
        let mut pickle = &pickle.into_owned()[..];
        if !self.may_enter() {
            return Ok(false);
        }
        let window = pickle.len().clamp(SNIFFED, STEP);
        self.send(PickleEvent::Entered { offset, encoding })?;
        self.inner -= 1;
        let input = Bytes::sized(&mut pickle as &mut dyn Read, read_past, window, start);
        let mut walk = Walk::over(input, &mut *self.sink);
        walk.nesting = self.nesting + 1;
        walk.inner = self.inner;
        walk.strings = false;
        let walked = walk.sequence();
        self.inner = walk.inner;
        self.limited |= walk.limited;
        self.leave(&walked).map(|()| true)
    }

    /// The same of bytes too long to keep, from where the input stands. Answers
    /// how many of them it read. `text`: they are UTF-8 of Latin-1 characters,
    /// which older protocols write for bytes.
    pub(super) fn inside_bytes(&mut self, length: u64, text: bool) -> Result<u64, Stop> {
        let head = self.input.lookahead(SNIFFED)?;
        let pickle = if text {
            disguise::latin1(head).is_some_and(|head| looks_like_pickle(&head))
        } else {
            looks_like_pickle(head)
        };
        if !pickle || !self.may_enter() {
            return Ok(0);
        }
        let (offset, encoding) = (self.input.offset(), "bytes");
        self.send(PickleEvent::Entered { offset, encoding })?;
        self.inner -= 1;
        let mut payload = Payload {
            input: &mut self.input,
            left: length,
            text,
        };
        let input = Bytes::sized(&mut payload as &mut dyn Read, read_past, STEP, offset);
        let mut walk = Walk::over(input, &mut *self.sink);
        walk.nesting = self.nesting + 1;
        walk.inner = self.inner;
        walk.strings = self.strings;
        let walked = walk.sequence();
        self.inner = walk.inner;
        self.limited |= walk.limited;
        let taken = length - payload.left;
        self.leave(&walked).map(|()| taken)
    }

    fn may_enter(&mut self) -> bool {
        let may = self.nesting < DEEPEST && self.inner > 0;
        self.limited |= !may;
        may
    }

    /// Only a consumer's wish ends the outer walk with the inner one.
    fn leave(&mut self, walked: &Result<PickleEnd, Stop>) -> Result<(), Stop> {
        match walked {
            Err(Stop::Asked) => Err(Stop::Asked),
            _ => self.send(PickleEvent::Left),
        }
    }
}

/// The payload of a string as an input of its own.
struct Payload<'b, R> {
    input: &'b mut Bytes<R>,
    left: u64,
    text: bool,
}

impl<R: Read> Read for Payload<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let chunk = if self.text {
            // Room for a character that the chunk would cut.
            self.input.lookahead(STEP)?
        } else {
            self.input.chunk()?
        };
        let chunk = &chunk[..chunk.len().min(left)];
        let (taken, made) = if self.text {
            disguise::latin1_into(chunk, buffer)
        } else {
            let most = chunk.len().min(buffer.len());
            buffer[..most].copy_from_slice(&chunk[..most]);
            (most, most)
        };
        self.input.consume(taken);
        self.left -= taken as u64;
        Ok(made)
    }
}

/// Walks from every place where bytes were passed over as an array's, which
/// an unpickler that knows no arrays would take for opcodes. Real numbers end
/// such a walk at once.
pub(super) fn again<R: Read + Seek>(
    reader: &mut R,
    start: u64,
    doubtful: &[u64],
    sink: &mut PickleSink<'_>,
) -> Result<(), FormatError> {
    let mut left = AGAIN_TOTAL;
    for &at in doubtful {
        reader.seek(SeekFrom::Start(start.saturating_add(at)))?;
        let counted = Counted {
            inner: &mut *reader,
            left: &mut left,
        };
        let input = Bytes::sized(counted, |counted, n| seek_past(counted.inner, n), AGAIN, at);
        let mut walk = Walk::over(input, &mut *sink);
        walk.strings = false;
        if let Err(Stop::Asked) = walk.stream() {
            return Ok(());
        }
        if left == 0 {
            let what = "a second look at arrays";
            return Err(FormatError::Limit { what });
        }
    }
    Ok(())
}

/// A reader whose reads are counted; seeks are free.
struct Counted<'r, 'l, R> {
    inner: &'r mut R,
    left: &'l mut u64,
}

impl<R: Read> Read for Counted<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer
            .len()
            .min(usize::try_from(*self.left).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut buffer[..most])?;
        *self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}
