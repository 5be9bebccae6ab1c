//! Tells from the first bytes of a file whether it is a message of a kind.
//!
//! The head of a file and a table enter; whether every field of the head is one
//! the table declares, and which fields the message begins with, leave. Nothing
//! else tells these formats: they have no magic.

use super::schema::{Message, Shape, UNDECLARED};
use super::{is_text, may_be_text, varint};

/// How deep strings must be text; deeper ones are attributes, which may be
/// bytes.
const TEXT_DEPTH: u8 = 2;
/// How deep messages are looked into.
const DEPTH: u8 = 6;

/// What the head of a message showed.
#[derive(Debug, Default)]
pub struct Head {
    /// Numbers of its own fields, each once, in order.
    pub numbers: Vec<u32>,
    /// The value of the first field, if it is a number.
    pub first: Option<u64>,
    /// Fields seen at any depth.
    pub fields: usize,
}

/// Reads the head of a file of `size` bytes as a message. `None` unless all of
/// it fits the table.
pub fn read(head: &[u8], size: u64, message: &Message) -> Option<Head> {
    let mut found = Head::default();
    let cut = size > head.len() as u64;
    fits(head, size, cut, message, 0, &mut found).then_some(found)
}

/// Do the bytes at hand, the first of a message of `length` bytes, fit?
fn fits(
    head: &[u8],
    length: u64,
    cut: bool,
    message: &Message,
    depth: u8,
    found: &mut Head,
) -> bool {
    let mut at = 0;
    while let Some(rest) = head.get(at..).filter(|rest| !rest.is_empty()) {
        // A number that the head's end cuts is no contradiction.
        let Some((tag, tag_length)) = varint(rest) else {
            return cut && rest.len() < 10;
        };
        let number = u32::try_from(tag >> 3).unwrap_or(0);
        let shape = match message.field(number) {
            Some((_, field)) => Some(field.shape),
            None if message.is_open() && number > 0 => None,
            None => return false,
        };
        found.fields += 1;
        if depth == 0 && !found.numbers.contains(&number) {
            found.numbers.push(number);
        }
        let Some(value) = rest.get(tag_length..) else {
            return false;
        };
        let is_number = matches!(shape, Some(Shape::Number | Shape::Data) | None);
        let passed = match tag & 7 {
            0 if is_number => varint(value).map(|(number, length)| {
                if depth == 0 && found.fields == 1 {
                    found.first = Some(number);
                }
                length as u64
            }),
            1 if is_number => Some(8),
            5 if is_number => Some(4),
            2 => match delimited(value, length.saturating_sub((at + tag_length) as u64)) {
                Delimited::Whole(body, passed) => {
                    let inner = Part {
                        body,
                        length: passed.1,
                        cut,
                    };
                    if !inner.fits(shape, depth, found) {
                        return false;
                    }
                    Some(passed.0)
                }
                Delimited::Cut => None,
                Delimited::Beyond => return false,
            },
            _ => return false,
        };
        let Some(passed) = passed else {
            return cut && value.len() < 10;
        };
        let next = ((at + tag_length) as u64).saturating_add(passed);
        if next > length {
            return false;
        }
        at = usize::try_from(next).unwrap_or(usize::MAX);
    }
    true
}

/// A length and what follows it.
enum Delimited<'a> {
    /// The bytes at hand; what to pass, and the length.
    Whole(&'a [u8], (u64, u64)),
    /// The head ends in the length.
    Cut,
    /// The length exceeds the message.
    Beyond,
}

fn delimited(value: &[u8], left: u64) -> Delimited<'_> {
    let Some((length, length_length)) = varint(value) else {
        return Delimited::Cut;
    };
    let passed = length.saturating_add(length_length as u64);
    if passed > left {
        return Delimited::Beyond;
    }
    let body = value.get(length_length..).unwrap_or_default();
    let held = body
        .len()
        .min(usize::try_from(length).unwrap_or(usize::MAX));
    Delimited::Whole(&body[..held], (passed, length))
}

/// The bytes at hand of a length-delimited field.
struct Part<'a> {
    body: &'a [u8],
    length: u64,
    cut: bool,
}

impl Part<'_> {
    fn fits(&self, shape: Option<Shape>, depth: u8, found: &mut Head) -> bool {
        let cut = self.cut && (self.body.len() as u64) < self.length;
        match shape {
            Some(Shape::Text | Shape::Texts) if depth <= TEXT_DEPTH => {
                is_text(self.body) || cut && may_be_text(self.body)
            }
            Some(Shape::One(message) | Shape::Each(message)) if depth < DEPTH => {
                fits(self.body, self.length, cut, message, depth + 1, found)
            }
            _ => true,
        }
    }
}

/// Could a file begin like a message, whatever its fields mean? Text cannot.
pub fn may_be_message(head: &[u8], size: u64) -> bool {
    let cut = size > head.len() as u64;
    !may_be_text(head) && fits(head, size, cut, &UNDECLARED, 0, &mut Head::default())
}
