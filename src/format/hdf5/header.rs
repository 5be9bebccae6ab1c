//! Object headers: the messages that say what an object is.
//!
//! In: the address of a header of version 1 or 2. Out: its messages, those of
//! the continuation blocks too, and what stopped the reading.

use std::collections::HashSet;

use super::cursor::Cursor;
use super::file::File;
use crate::format::FormatError;

const WHAT: &str = "an HDF5 object header";
/// Continuation blocks of one header.
const BLOCKS: usize = 4096;

/// Kinds of messages, by their numbers in the format.
pub(super) mod kind {
    pub(in super::super) const NIL: u16 = 0x00;
    pub(in super::super) const DATASPACE: u16 = 0x01;
    pub(in super::super) const LINK_INFO: u16 = 0x02;
    pub(in super::super) const DATATYPE: u16 = 0x03;
    pub(in super::super) const LINK: u16 = 0x06;
    pub(in super::super) const EXTERNAL: u16 = 0x07;
    pub(in super::super) const LAYOUT: u16 = 0x08;
    pub(in super::super) const FILTERS: u16 = 0x0b;
    pub(in super::super) const ATTRIBUTE: u16 = 0x0c;
    pub(in super::super) const COMMENT: u16 = 0x0d;
    pub(in super::super) const CONTINUATION: u16 = 0x10;
    pub(in super::super) const SYMBOL_TABLE: u16 = 0x11;
    pub(in super::super) const ATTRIBUTE_INFO: u16 = 0x15;
    /// Messages with nothing but numbers.
    pub(in super::super) const NUMBERS: &[u16] =
        &[DATASPACE, LINK_INFO, 0x0a, 0x12, 0x13, ATTRIBUTE_INFO, 0x16];
}

/// One message.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) kind: u16,
    /// Does it only refer to a message elsewhere?
    pub(super) shared: bool,
    pub(super) body: Vec<u8>,
    /// Place of the body in the file.
    pub(super) at: u64,
}

impl Message {
    pub(super) fn cursor(&self, what: &'static str) -> Cursor<'_> {
        Cursor::new(&self.body, self.at, what)
    }
}

/// A header as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) messages: Vec<Message>,
    pub(super) damage: Option<FormatError>,
}

impl Header {
    pub(super) fn find(&self, kind: u16) -> Option<&Message> {
        self.messages.iter().find(|message| message.kind == kind)
    }
}

/// How the messages of a header are written.
struct Form {
    new: bool,
    /// Does each message have a creation order?
    ordered: bool,
}

/// A block of messages.
struct Block {
    address: u64,
    len: u64,
}

pub(super) fn read(file: &mut File<'_>, address: u64) -> Result<Header, FormatError> {
    let head = file.prefix(address, 64, WHAT)?;
    let mut cursor = Cursor::new(&head, file.base.saturating_add(address), WHAT);
    let (form, len) = if head.starts_with(b"OHDR") {
        new_prefix(&mut cursor)?
    } else {
        old_prefix(&mut cursor)?
    };
    let passed = cursor.passed() as u64;
    file.note(address, passed);
    let mut blocks = vec![Block {
        address: address.saturating_add(passed),
        len,
    }];
    let mut header = Header::default();
    let mut seen = HashSet::new();
    let mut next = 0;
    while let Some(block) = blocks.get(next) {
        next += 1;
        let (address, len) = (block.address, block.len);
        if !seen.insert(address) {
            continue;
        }
        let continued = next > 1;
        let read = messages(
            file,
            address,
            len,
            &form,
            continued,
            &mut header,
            &mut blocks,
        );
        if let Err(error) = read {
            header.damage.get_or_insert(error);
        }
        if blocks.len() > BLOCKS {
            header.damage.get_or_insert(FormatError::Limit {
                what: "4096 blocks of an HDF5 object header",
            });
            break;
        }
    }
    Ok(header)
}

fn old_prefix(cursor: &mut Cursor<'_>) -> Result<(Form, u64), FormatError> {
    if cursor.u8()? != 1 {
        return Err(cursor.malformed());
    }
    cursor.take(7)?;
    let len = u64::from(cursor.u32()?);
    cursor.take(4)?;
    let form = Form {
        new: false,
        ordered: false,
    };
    Ok((form, len))
}

fn new_prefix(cursor: &mut Cursor<'_>) -> Result<(Form, u64), FormatError> {
    cursor.expect(b"OHDR")?;
    if cursor.u8()? != 2 {
        return Err(FormatError::Unsupported {
            what: "version of an HDF5 object header",
        });
    }
    let flags = cursor.u8()?;
    if flags & 0x20 != 0 {
        cursor.take(16)?;
    }
    if flags & 0x10 != 0 {
        cursor.take(4)?;
    }
    let len = cursor.uint(1 << (flags & 3))?;
    let form = Form {
        new: true,
        ordered: flags & 4 != 0,
    };
    Ok((form, len))
}

/// The messages of one block; continuations are put on the list.
fn messages(
    file: &mut File<'_>,
    address: u64,
    len: u64,
    form: &Form,
    continued: bool,
    header: &mut Header,
    blocks: &mut Vec<Block>,
) -> Result<(), FormatError> {
    let bytes = file.bytes(address, len, WHAT)?;
    let base = file.base.saturating_add(address);
    let mut cursor = Cursor::new(&bytes, base, WHAT);
    // Blocks behind the first one have a frame of their own.
    let mut tail = 0;
    if form.new && continued {
        cursor.expect(b"OCHK")?;
        tail = 4;
    }
    let lead = match (form.new, form.ordered) {
        (false, _) => 8,
        (true, false) => 4,
        (true, true) => 6,
    };
    while cursor.left() >= lead + tail {
        let start = cursor.passed() as u64;
        let (kind, length, flags) = if form.new {
            (u16::from(cursor.u8()?), cursor.u16()?, cursor.u8()?)
        } else {
            (cursor.u16()?, cursor.u16()?, cursor.u8()?)
        };
        cursor.take(lead - if form.new { 4 } else { 5 })?;
        let at = cursor.offset();
        let body = cursor.take(usize::from(length))?;
        let message = Message {
            kind,
            shared: flags & 2 != 0,
            body: body.to_vec(),
            at,
        };
        let spoken_for = match kind {
            kind::CONTINUATION => {
                let mut target = message.cursor(WHAT);
                blocks.push(Block {
                    address: file.address(&mut target)?,
                    len: file.length(&mut target)?,
                });
                true
            }
            _ => message.shared || kind::NUMBERS.contains(&kind) || is_read(kind),
        };
        if spoken_for {
            file.note(address + start, lead as u64 + u64::from(length));
        }
        if kind != kind::NIL && kind != kind::CONTINUATION {
            header.messages.push(message);
        }
    }
    Ok(())
}

/// Messages whose text is delivered by those who read them.
fn is_read(kind: u16) -> bool {
    matches!(
        kind,
        kind::DATATYPE
            | kind::LINK
            | kind::EXTERNAL
            | kind::LAYOUT
            | kind::FILTERS
            | kind::ATTRIBUTE
            | kind::COMMENT
            | kind::SYMBOL_TABLE
    )
}
