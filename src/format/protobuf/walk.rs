//! Goes through a message by a table.
//!
//! A [`Wire`] and a [`Message`] enter; messages, strings and what was passed
//! over leave, in the order of the file. Fields that no table declares are told
//! by their bytes: text, a message, or neither.

use std::fmt;
use std::io::{self, Read, Seek};
use std::ops::Range;

use super::schema::{Field, Message, Role, Shape, UNDECLARED, WEIGHTS};
use super::{HELD, Value, Wire, is_text, may_be_text, varint};
use crate::format::FormatError;

/// How deep messages may nest; the reference implementation refuses 100.
const DEPTH: u8 = 64;

/// Longest key of a map entry that names a step.
const KEY: u64 = 256;

/// Data of a tensor up to this size is looked at: numbers that are all letters
/// are text.
const SMALL: u64 = 4096;

/// Longest text that nobody declares and that is still taken for one of many.
const SHORT: u64 = 512;

/// What a walk meets.
#[derive(Debug)]
pub enum Event<'a, R> {
    /// A message begins.
    Enter {
        /// Its field in the message around it.
        name: Name,
        /// How many of this field came before, where there may be many.
        index: Option<u64>,
        /// The key, of an entry of a map; at most 256 bytes of it.
        key: Option<&'a str>,
        /// What is known of it.
        message: &'static Message,
    },
    /// The message entered last ends.
    Leave,
    /// A declared number.
    Number {
        /// Its field.
        name: &'static str,
        /// Its bits.
        value: u64,
    },
    /// A string, or bytes.
    Bytes {
        /// Their field.
        name: Name,
        /// One of many, to be delivered with the others.
        listed: bool,
        /// Offset of the first.
        offset: u64,
        /// The bytes, all of them.
        bytes: &'a [u8],
    },
    /// Bytes too long to be held, or in messages that nest too deep.
    Long {
        /// Their field.
        name: Name,
        /// Where they are.
        range: Range<u64>,
        /// A message, not gone into since others enclose it 64 deep.
        too_deep: bool,
        /// What reads them; may be moved.
        reader: &'a mut R,
    },
    /// Numbers of a tensor, passed over.
    Skipped,
}

/// How a field is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// By its table; empty where a map's key has said it all.
    Declared(&'static str),
    /// No table knows it: its number.
    Number(u32),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(name) => f.write_str(name),
            Self::Number(number) => write!(f, "field-{number}"),
        }
    }
}

/// Receives the events.
pub type Sink<'s, R> = dyn FnMut(Event<'_, R>) -> io::Result<()> + 's;

/// Walks the message that stands at `range` of the file. What was found before
/// an error has been delivered. With `lenient`, declared messages that cannot be
/// any are bytes instead of errors.
pub fn walk<R: Read + Seek>(
    wire: &mut Wire<R>,
    range: Range<u64>,
    message: &'static Message,
    lenient: bool,
    sink: &mut Sink<'_, R>,
) -> Result<(), FormatError> {
    wire.go(range.start);
    let mut walk = Walk {
        wire,
        lenient,
        sink,
    };
    walk.message(message, range.end, 0)
}

/// Could the bytes be a message? Its tags and lengths must fill them exactly.
pub fn is_message<R: Read + Seek>(
    wire: &mut Wire<R>,
    range: &Range<u64>,
) -> Result<bool, FormatError> {
    let mut groups = Groups::default();
    wire.go(range.start);
    loop {
        match wire.field(range.end) {
            Ok(Some(field)) if groups.take(field.number, &field.value) => {}
            Ok(None) => return Ok(range.start < range.end && groups.0.is_empty()),
            Err(FormatError::Io(error)) => return Err(error.into()),
            Ok(Some(_)) | Err(_) => return Ok(false),
        }
    }
}

/// The groups that are open.
#[derive(Default)]
struct Groups(Vec<u32>);

impl Groups {
    /// Takes note of a field; `false` when it ends a group that is not open.
    fn take(&mut self, number: u32, value: &Value) -> bool {
        match value {
            Value::GroupStart => self.0.push(number),
            Value::GroupEnd => return self.0.pop() == Some(number),
            Value::Number(_) | Value::Bytes(_) => {}
        }
        self.0.len() <= usize::from(DEPTH)
    }
}

struct Walk<'w, 's, R> {
    wire: &'w mut Wire<R>,
    lenient: bool,
    sink: &'w mut Sink<'s, R>,
}

/// One length-delimited field.
struct Part {
    name: Name,
    index: Option<u64>,
    range: Range<u64>,
    depth: u8,
}

impl<R: Read + Seek> Walk<'_, '_, R> {
    fn message(
        &mut self,
        message: &'static Message,
        end: u64,
        depth: u8,
    ) -> Result<(), FormatError> {
        let mut groups = Groups::default();
        let mut counts: Vec<u64> = Vec::new();
        loop {
            let offset = self.wire.at();
            let what = "protobuf group";
            let malformed = FormatError::Malformed { what, offset };
            let Some(field) = self.wire.field(end)? else {
                return if groups.0.is_empty() {
                    Ok(())
                } else {
                    Err(malformed)
                };
            };
            if !groups.take(field.number, &field.value) {
                return Err(malformed);
            }
            // What a group holds is numbered anew.
            let declared = message.field(field.number);
            let declared = declared.filter(|_| groups.0.is_empty());
            match (field.value, declared) {
                (Value::Number(value), Some((_, declared))) => self.number(declared, value)?,
                (Value::Bytes(range), declared) => {
                    let (name, index) = match declared {
                        Some((place, declared)) => (
                            Name::Declared(declared.name),
                            index(&mut counts, place, declared),
                        ),
                        None => (Name::Number(field.number), None),
                    };
                    let next = range.end;
                    let part = Part {
                        name,
                        index,
                        range,
                        depth,
                    };
                    match declared {
                        Some((_, declared)) => self.declared(declared, part)?,
                        None => self.undeclared(part, message.role == Role::Weights)?,
                    }
                    self.wire.go(next);
                }
                _ => {}
            }
        }
    }

    fn declared(&mut self, field: &'static Field, part: Part) -> Result<(), FormatError> {
        match field.shape {
            Shape::One(message) | Shape::Each(message) => {
                let empty = part.range.is_empty();
                if self.lenient && !empty && !is_message(self.wire, &part.range)? {
                    return self.bytes(part, false);
                }
                self.nested(message, part)
            }
            Shape::Text => self.bytes(part, false),
            Shape::Texts => self.bytes(part, true),
            Shape::Number => self.packed(field, part),
            Shape::Data => {
                let length = part.range.end - part.range.start;
                if (8..=SMALL).contains(&length) && is_text(self.wire.hold(part.range.clone())?) {
                    return self.bytes(part, false);
                }
                self.send(Event::Skipped)
            }
        }
    }

    fn undeclared(&mut self, part: Part, weights: bool) -> Result<(), FormatError> {
        let length = part.range.end - part.range.start;
        if length == 0 {
            return Ok(());
        }
        if length <= HELD && self.is_text(&part.range)? {
            // Nobody knows whether there are many.
            return self.bytes(part, length <= SHORT);
        }
        if is_message(self.wire, &part.range)? {
            let message = if weights { &WEIGHTS } else { &UNDECLARED };
            return self.nested(message, part);
        }
        if weights && length > SMALL {
            return self.send(Event::Skipped);
        }
        self.bytes(part, false)
    }

    /// Is a field all text? Told by its first bytes where those are none, so
    /// that weights are not read.
    fn is_text(&mut self, range: &Range<u64>) -> Result<bool, FormatError> {
        let first = range.start..range.end.min(range.start + SMALL);
        Ok(may_be_text(self.wire.hold(first)?) && is_text(self.wire.hold(range.clone())?))
    }

    fn nested(&mut self, message: &'static Message, part: Part) -> Result<(), FormatError> {
        if part.depth >= DEPTH {
            return self.long(part, true);
        }
        let key = match message.role {
            Role::Entry => self.key(&part.range)?,
            _ => None,
        };
        self.send(Event::Enter {
            name: part.name,
            index: part.index,
            key: key.as_deref(),
            message,
        })?;
        self.wire.go(part.range.start);
        self.message(message, part.range.end, part.depth + 1)?;
        self.send(Event::Leave)
    }

    /// The key of a map entry, wherever in it the key stands.
    fn key(&mut self, range: &Range<u64>) -> Result<Option<String>, FormatError> {
        self.wire.go(range.start);
        // What is wrong with the entry shows when it is walked.
        while let Ok(Some(field)) = self.wire.field(range.end) {
            match field.value {
                Value::Bytes(key) if field.number == 1 => {
                    let key = key.start..key.end.min(key.start + KEY);
                    let key = self.wire.hold(key)?;
                    return Ok(Some(String::from_utf8_lossy(key).into_owned()));
                }
                Value::Number(key) if field.number == 1 => return Ok(Some(key.to_string())),
                _ => {}
            }
        }
        Ok(None)
    }

    fn bytes(&mut self, part: Part, listed: bool) -> Result<(), FormatError> {
        if part.range.end - part.range.start > HELD {
            return self.long(part, false);
        }
        let offset = part.range.start;
        let bytes = self.wire.hold(part.range)?;
        Ok((self.sink)(Event::Bytes {
            name: part.name,
            listed,
            offset,
            bytes,
        })?)
    }

    fn long(&mut self, part: Part, too_deep: bool) -> Result<(), FormatError> {
        Ok((self.sink)(Event::Long {
            name: part.name,
            range: part.range,
            too_deep,
            reader: self.wire.reader(),
        })?)
    }

    /// Packed numbers, such as the sizes of a tensor.
    fn packed(&mut self, field: &'static Field, part: Part) -> Result<(), FormatError> {
        if part.range.end - part.range.start > SMALL {
            return Ok(());
        }
        let mut bytes = self.wire.hold(part.range)?;
        while let Some((value, length)) = varint(bytes) {
            bytes = &bytes[length..];
            let name = field.name;
            (self.sink)(Event::Number { name, value })?;
        }
        Ok(())
    }

    fn number(&mut self, field: &'static Field, value: u64) -> Result<(), FormatError> {
        match field.shape {
            Shape::Number => self.send(Event::Number {
                name: field.name,
                value,
            }),
            _ => Ok(()),
        }
    }

    fn send(&mut self, event: Event<'_, R>) -> Result<(), FormatError> {
        Ok((self.sink)(event)?)
    }
}

/// The place of one among the messages of its field.
fn index(counts: &mut Vec<u64>, place: usize, field: &Field) -> Option<u64> {
    if !matches!(field.shape, Shape::Each(_)) {
        return None;
    }
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    let count = counts.get_mut(place)?;
    *count += 1;
    Some(*count - 1)
}
