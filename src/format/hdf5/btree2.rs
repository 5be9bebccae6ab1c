//! B-trees of version 2.
//!
//! In: the address of a tree's header. Out: its records, whose meaning is the
//! caller's business.

use super::cursor::Cursor;
use super::file::File;
use crate::format::FormatError;

const WHAT: &str = "an HDF5 B-tree";
/// Levels of a tree.
const DEEPEST: u16 = 16;
/// Signature, version, type and checksum of a node.
const FRAME: u64 = 10;

/// Takes a record: the class of the tree and the record's bytes.
pub(super) type EachRecord<'a> =
    dyn FnMut(&mut File<'_>, u8, &[u8]) -> Result<(), FormatError> + 'a;

struct Tree {
    class: u8,
    node_size: u64,
    record_size: usize,
    /// For each level, from the leaves up: bytes of the counts of a child.
    counts: Vec<(usize, usize)>,
}

/// Visit all records.
pub(super) fn records(
    file: &mut File<'_>,
    address: u64,
    each: &mut EachRecord<'_>,
) -> Result<(), FormatError> {
    let len = 22 + file.offset_size + file.length_size;
    let head = file.bytes(address, len as u64, WHAT)?;
    let mut cursor = Cursor::new(&head, file.base.saturating_add(address), WHAT);
    cursor.expect(b"BTHD\0")?;
    let class = cursor.u8()?;
    let node_size = u64::from(cursor.u32()?);
    let record_size = usize::from(cursor.u16()?);
    let depth = cursor.u16()?;
    cursor.take(2)?;
    let root = file.address(&mut cursor)?;
    let count = u64::from(cursor.u16()?);
    if depth > DEEPEST || record_size == 0 || node_size <= FRAME {
        return Err(cursor.malformed());
    }
    file.note(address, len as u64);
    if file.undefined(root) || count == 0 {
        return Ok(());
    }
    let tree = Tree {
        class,
        node_size,
        record_size,
        counts: counts(file, node_size, record_size as u64, depth),
    };
    node(file, &tree, root, count, depth, each)
}

/// How wide the counts of records below a child are written depends on how
/// many there can be.
fn counts(file: &File<'_>, node_size: u64, record_size: u64, depth: u16) -> Vec<(usize, usize)> {
    let width = |most: u64| (u64::BITS - most.max(1).leading_zeros()).div_ceil(8) as usize;
    let room = node_size - FRAME;
    let mut below = room / record_size;
    // A child's own records are counted as if it were a leaf, at any level.
    let own = width(below);
    let mut widths = vec![(0, 0)];
    for level in 1..=depth {
        let all = if level > 1 { width(below) } else { 0 };
        let pointer = (file.offset_size + own + all) as u64;
        let most = room.saturating_sub(pointer) / (record_size + pointer);
        below = most
            .saturating_add(1)
            .saturating_mul(below)
            .saturating_add(most);
        widths.push((own, all));
    }
    widths
}

fn node(
    file: &mut File<'_>,
    tree: &Tree,
    address: u64,
    count: u64,
    level: u16,
    each: &mut EachRecord<'_>,
) -> Result<(), FormatError> {
    file.visit(address, WHAT)?;
    let bytes = file.bytes(address, tree.node_size, WHAT)?;
    let mut cursor = Cursor::new(&bytes, file.base.saturating_add(address), WHAT);
    cursor.expect(if level == 0 { b"BTLF\0" } else { b"BTIN\0" })?;
    if cursor.u8()? != tree.class {
        return Err(cursor.malformed());
    }
    for _ in 0..count {
        let record = cursor.take(tree.record_size)?;
        each(file, tree.class, record)?;
    }
    let mut result = Ok(());
    if level > 0 {
        let (own, all) = tree
            .counts
            .get(usize::from(level))
            .copied()
            .unwrap_or_default();
        for _ in 0..=count {
            let child = file.address(&mut cursor)?;
            let records = cursor.uint(own)?;
            cursor.uint(all)?;
            result = result.and(node(file, tree, child, records, level - 1, each));
        }
    }
    file.note(address, cursor.passed() as u64);
    result
}
