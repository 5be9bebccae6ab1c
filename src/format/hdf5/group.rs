//! Groups: the names of the objects below an object.
//!
//! In: the header of an object. Out: its links, whether in the header itself,
//! in a symbol table (old files) or in a fractal heap (many links in new ones).

use super::cursor::Cursor;
use super::dense;
use super::file::File;
use super::header::{Header, kind};
use super::heap::LocalHeap;
use crate::format::FormatError;

const TREE: &str = "an HDF5 B-tree of a group";
const NODE: &str = "an HDF5 symbol table";
const LINK: &str = "an HDF5 link";
/// Levels of a B-tree.
const DEEPEST: u32 = 32;

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// An object of this file.
    Object(u64),
    /// A path in this file.
    Soft(&'a [u8]),
    /// A path in another file.
    External {
        /// Name of the file.
        file: &'a [u8],
        /// Path in it.
        path: &'a [u8],
    },
}

/// Takes the links: name and target.
pub(super) type EachLink<'a> =
    dyn FnMut(&mut File<'_>, &[u8], &Target<'_>) -> Result<(), FormatError> + 'a;

/// Visit all links of an object. Whatever damage there is, the links that can
/// be read are delivered; the first error is the answer.
pub(super) fn links(
    file: &mut File<'_>,
    header: &Header,
    each: &mut EachLink<'_>,
) -> Result<(), FormatError> {
    let mut result = Ok(());
    for message in &header.messages {
        let read = match message.kind {
            kind::LINK => link(file, &mut message.cursor(LINK), each),
            kind::SYMBOL_TABLE => {
                let mut cursor = message.cursor(TREE);
                symbol_table(file, &mut cursor, each)
            }
            kind::LINK_INFO => {
                let mut cursor = message.cursor(LINK);
                dense_links(file, &mut cursor, each)
            }
            _ => Ok(()),
        };
        result = result.and(read);
    }
    result
}

/// A link message.
fn link(
    file: &mut File<'_>,
    cursor: &mut Cursor<'_>,
    each: &mut EachLink<'_>,
) -> Result<(), FormatError> {
    if cursor.u8()? != 1 {
        return Err(FormatError::Unsupported {
            what: "version of an HDF5 link",
        });
    }
    let flags = cursor.u8()?;
    let class = if flags & 8 != 0 { cursor.u8()? } else { 0 };
    if flags & 4 != 0 {
        cursor.take(8)?;
    }
    if flags & 0x10 != 0 {
        cursor.take(1)?;
    }
    let length = cursor.uint(1 << (flags & 3))?;
    let name = cursor.take(usize::try_from(length).unwrap_or(usize::MAX))?;
    match class {
        0 => {
            let address = file.address(cursor)?;
            each(file, name, &Target::Object(address))
        }
        1 => {
            let length = usize::from(cursor.u16()?);
            let path = cursor.take(length)?;
            each(file, name, &Target::Soft(path))
        }
        64 => {
            cursor.take(3)?;
            let target = cursor.terminated()?;
            let path = cursor.terminated()?;
            each(file, name, &Target::External { file: target, path })
        }
        // A link whose meaning only its own program knows.
        _ => {
            let target = cursor.rest();
            each(file, name, &Target::Soft(target))
        }
    }
}

fn dense_links(
    file: &mut File<'_>,
    cursor: &mut Cursor<'_>,
    each: &mut EachLink<'_>,
) -> Result<(), FormatError> {
    cursor.take(1)?;
    if cursor.u8()? & 1 != 0 {
        cursor.take(8)?;
    }
    let heap = file.address(cursor)?;
    let tree = file.address(cursor)?;
    if file.undefined(heap) || file.undefined(tree) {
        return Ok(());
    }
    dense::objects(file, heap, tree, &mut |file, bytes, at| {
        link(file, &mut Cursor::new(bytes, at, LINK), each)
    })
}

fn symbol_table(
    file: &mut File<'_>,
    cursor: &mut Cursor<'_>,
    each: &mut EachLink<'_>,
) -> Result<(), FormatError> {
    let tree = file.address(cursor)?;
    let heap = file.address(cursor)?;
    if file.undefined(tree) {
        return Ok(());
    }
    let heap = LocalHeap::read(file, heap)?;
    let mut result = Ok(());
    children(file, tree, None, &mut |file, node| {
        let read = symbols(file, node, &heap, each);
        if read.is_err() && result.is_ok() {
            result = read;
        }
    })?;
    result
}

/// The leaves of a B-tree of version 1 that holds a group.
fn children(
    file: &mut File<'_>,
    address: u64,
    level: Option<u8>,
    each: &mut dyn FnMut(&mut File<'_>, u64),
) -> Result<(), FormatError> {
    file.visit(address, TREE)?;
    let lead = 8 + 2 * file.offset_size;
    let head = file.bytes(address, lead as u64, TREE)?;
    let base = file.base.saturating_add(address);
    let mut cursor = Cursor::new(&head, base, TREE);
    cursor.expect(b"TREE\0")?;
    let found = cursor.u8()?;
    if level.is_some_and(|level| level != found) || u32::from(found) > DEEPEST {
        return Err(cursor.malformed());
    }
    let count = usize::from(cursor.u16()?);
    let len = count * (file.length_size + file.offset_size);
    let entries_at = address.saturating_add(lead as u64);
    let entries = file.bytes(entries_at, len as u64, TREE)?;
    file.note(address, (lead + len + file.length_size) as u64);
    let mut cursor = Cursor::new(&entries, base, TREE);
    let mut result = Ok(());
    for _ in 0..count {
        file.length(&mut cursor)?;
        let child = file.address(&mut cursor)?;
        match found.checked_sub(1) {
            None => each(file, child),
            Some(below) => result = result.and(children(file, child, Some(below), each)),
        }
    }
    result
}

/// The entries of one symbol table node.
fn symbols(
    file: &mut File<'_>,
    address: u64,
    heap: &LocalHeap,
    each: &mut EachLink<'_>,
) -> Result<(), FormatError> {
    file.visit(address, NODE)?;
    let head = file.bytes(address, 8, NODE)?;
    let base = file.base.saturating_add(address);
    let mut cursor = Cursor::new(&head, base, NODE);
    cursor.expect(b"SNOD\x01\0")?;
    let count = usize::from(cursor.u16()?);
    let len = count * (2 * file.offset_size + 24);
    let entries = file.bytes(address.saturating_add(8), len as u64, NODE)?;
    file.note(address, 8 + len as u64);
    let mut cursor = Cursor::new(&entries, base, NODE);
    for _ in 0..count {
        let name_at = file.address(&mut cursor)?;
        let object = file.address(&mut cursor)?;
        let cached = cursor.u32()?;
        cursor.take(4)?;
        let mut scratch = Cursor::new(cursor.take(16)?, base, NODE);
        let name = heap.name(file, name_at)?;
        if cached == 2 {
            let path = heap.name(file, u64::from(scratch.u32()?))?;
            each(file, name, &Target::Soft(path))?;
        } else {
            each(file, name, &Target::Object(object))?;
        }
    }
    Ok(())
}
