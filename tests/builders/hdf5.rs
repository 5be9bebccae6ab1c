//! Small HDF5 files: old ones with symbol tables, new ones with messages.
//! Checksums are zero: nobody reads them here.

#![allow(dead_code, unreachable_pub)] // each test uses some of them

/// Means "nothing is here".
pub(crate) const UNDEFINED: u64 = u64::MAX;

/// A message of an object header: its kind and body.
pub(crate) type Message = (u8, Vec<u8>);

/// Bytes put behind each other.
pub(crate) fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn u16(value: usize) -> [u8; 2] {
    (value as u16).to_le_bytes()
}

fn u32(value: usize) -> [u8; 4] {
    (value as u32).to_le_bytes()
}

/// A string of `size` bytes.
pub(crate) fn fixed_type(size: usize) -> Vec<u8> {
    join(&[&[0x13, 0, 0, 0], &u32(size)])
}

/// A string in a global heap.
pub(crate) fn variable_type() -> Vec<u8> {
    join(&[&[0x19, 1, 1, 0], &u32(16), &fixed_type(1)])
}

/// A float of four bytes.
pub(crate) fn float_type() -> Vec<u8> {
    join(&[&[0x11, 0x20, 0x1f, 0], &u32(4), &[0; 12]])
}

/// Opaque bytes.
pub(crate) fn opaque_type(size: usize) -> Vec<u8> {
    join(&[&[0x15, 0, 0, 0], &u32(size)])
}

/// A dataspace of these dimensions.
pub(crate) fn space(dims: &[u64]) -> Vec<u8> {
    let class = u8::from(!dims.is_empty());
    let mut space = vec![2, dims.len() as u8, 0, class];
    for length in dims {
        space.extend(length.to_le_bytes());
    }
    space
}

/// An attribute.
pub(crate) fn attribute(name: &str, of: &[u8], space: &[u8], value: &[u8]) -> Message {
    let lengths = [u16(name.len() + 1), u16(of.len()), u16(space.len())].concat();
    let head = join(&[&[3, 0], &lengths, &[0], name.as_bytes(), &[0]]);
    (0x0c, join(&[&head, of, space, value]))
}

/// An attribute that is one string, in the header itself.
pub(crate) fn text_attribute(name: &str, value: &[u8]) -> Message {
    attribute(name, &fixed_type(value.len()), &space(&[]), value)
}

/// A link to an object of the file.
pub(crate) fn link(name: &str, address: u64) -> Message {
    let head = join(&[&[1, 0, name.len() as u8], name.as_bytes()]);
    (0x06, join(&[&head, &address.to_le_bytes()]))
}

/// A link to a path.
pub(crate) fn soft_link(name: &str, target: &str) -> Message {
    let head = join(&[&[1, 8, 1, name.len() as u8], name.as_bytes()]);
    (0x06, join(&[&head, &u16(target.len()), target.as_bytes()]))
}

/// A link to a path in another file.
pub(crate) fn external_link(name: &str, file: &str, target: &str) -> Message {
    let head = join(&[&[1, 8, 64, name.len() as u8], name.as_bytes()]);
    let value = join(&[&[0], file.as_bytes(), &[0], target.as_bytes(), &[0]]);
    (0x06, join(&[&head, &u16(value.len()), &value]))
}

/// More messages at an address.
pub(crate) fn continuation(address: u64, length: u64) -> Message {
    (0x10, join(&[&address.to_le_bytes(), &length.to_le_bytes()]))
}

/// The messages of a dataset in one piece.
pub(crate) fn contiguous(of: &[u8], dims: &[u64], address: u64, length: u64) -> Vec<Message> {
    let layout = join(&[&[3, 1], &address.to_le_bytes(), &length.to_le_bytes()]);
    vec![(0x01, space(dims)), (0x03, of.to_vec()), (0x08, layout)]
}

/// The messages of a dataset of deflated strings in one chunk, whose packed
/// bytes are `stored` long.
pub(crate) fn deflated(size: usize, rows: u64, address: u64, stored: u64) -> Vec<Message> {
    let dims = join(&[&u32(rows as usize), &u32(size)]);
    let head = join(&[&[4, 2, 2, 2, 4], &dims, &[1], &stored.to_le_bytes()]);
    let layout = join(&[&head, &u32(0), &address.to_le_bytes()]);
    let filters = join(&[&[2, 1], &u16(1), &u16(0), &u16(1), &u32(6)]);
    vec![
        (0x01, space(&[rows])),
        (0x03, fixed_type(size)),
        (0x0b, filters),
        (0x08, layout),
    ]
}

/// An object header of the new kind.
pub(crate) fn object(messages: &[Message]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, value) in messages {
        body.extend(join(&[&[*kind], &u16(value.len()), &[0], value]));
    }
    join(&[b"OHDR\x02\x02", &u32(body.len()), &body, &[0; 4]])
}

/// A collection of a global heap; strings are numbered from one.
pub(crate) fn collection(strings: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for (number, string) in strings.iter().enumerate() {
        let length = (string.len() as u64).to_le_bytes();
        body.extend(join(&[&u16(number + 1), &[0; 6], &length, string]));
        body.resize(body.len().next_multiple_of(8), 0);
    }
    let size = (body.len() as u64 + 16).to_le_bytes();
    join(&[b"GCOL\x01\0\0\0", &size, &body])
}

/// A reference to a string of a collection.
pub(crate) fn reference(length: usize, address: u64, number: usize) -> Vec<u8> {
    join(&[&u32(length), &address.to_le_bytes(), &u32(number)])
}

/// Bytes of a superblock of version 2: the root stands behind it.
pub(crate) const ROOT: u64 = 48;

/// A new file: the root's messages, then `rest` at [`rest_at`] of them.
pub(crate) fn file(root: &[Message], rest: &[u8]) -> Vec<u8> {
    let head = join(&[b"\x89HDF\r\n\x1a\n\x02\x08\x08\0", &0u64.to_le_bytes()]);
    let tail = join(&[
        &UNDEFINED.to_le_bytes(),
        &[0; 8],
        &ROOT.to_le_bytes(),
        &[0; 4],
    ]);
    join(&[&head, &tail, &object(root), rest])
}

/// Where the rest of a file with such a root begins.
pub(crate) fn rest_at(root: &[Message]) -> u64 {
    file(root, &[]).len() as u64
}

/// A new file whose root's messages need to know where the rest is.
pub(crate) fn file_of(
    root: impl Fn(u64) -> Vec<Message>,
    rest: impl Fn(u64) -> Vec<u8>,
) -> Vec<u8> {
    let at = rest_at(&root(0));
    file(&root(at), &rest(at))
}

/// Places in [`old_file`]: its root, its B-tree, the names, the symbol table, the
/// dataset.
const OLD: [u64; 5] = [96, 512, 640, 800, 1200];

/// A message of an old header.
fn old_message(kind: usize, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(8);
    let mut body = body.to_vec();
    body.resize(padded, 0);
    join(&[&u16(kind), &u16(padded), &[0; 4], &body])
}

fn old_header(messages: &[Vec<u8>]) -> Vec<u8> {
    let body = messages.concat();
    let count = u16(messages.len());
    join(&[&[1, 0], &count, &u32(1), &u32(body.len()), &[0; 4], &body])
}

/// The root of [`old_file`].
fn old_root(value: &[u8]) -> Vec<u8> {
    let [_, tree, heap, ..] = OLD;
    let table = join(&[&tree.to_le_bytes(), &heap.to_le_bytes()]);
    let scalar = [1, 0, 0, 0, 0, 0, 0, 0];
    let lengths = [u16(4), u16(8), u16(8)].concat();
    let of = fixed_type(value.len());
    let attribute = join(&[&[1, 0], &lengths, b"old\0\0\0\0\0", &of, &scalar, value]);
    old_header(&[old_message(0x11, &table), old_message(0x0c, &attribute)])
}

/// An entry of a symbol table.
fn old_entry(name: u64, object: u64, cached: usize, scratch: usize) -> Vec<u8> {
    let places = [name.to_le_bytes(), object.to_le_bytes()].concat();
    join(&[&places, &u32(cached), &[0; 4], &u32(scratch), &[0; 12]])
}

/// The header of the dataset of [`old_file`], whose elements are at `data`.
fn old_dataset(rows: u64, data: u64) -> Vec<u8> {
    let space = join(&[&[1, 1, 0, 0, 0, 0, 0, 0], &rows.to_le_bytes()]);
    let layout = join(&[&[3, 1], &data.to_le_bytes(), &(8 * rows).to_le_bytes()]);
    old_header(&[
        old_message(0x01, &space),
        old_message(0x03, &fixed_type(8)),
        old_message(0x08, &layout),
    ])
}

/// An old file: superblock 0, a symbol table with a dataset `rows` of strings
/// of eight bytes, a soft link `soft` to `/rows`, and an attribute `old` of the
/// root whose value is `value`.
pub(crate) fn old_file(rows: &[&[u8; 8]], value: &[u8]) -> Vec<u8> {
    let [root, tree, heap, node, dataset] = OLD;
    let data = dataset + 256;
    let mut file = join(&[
        b"\x89HDF\r\n\x1a\n",
        &[0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0],
    ]);
    for address in [0, UNDEFINED, 4096, UNDEFINED, 0, root] {
        file.extend(address.to_le_bytes());
    }
    let none = UNDEFINED.to_le_bytes();
    let child = node.to_le_bytes();
    let leaf = join(&[b"TREE\0\0", &u16(1), &none, &none, &[0; 8], &child, &[0; 8]]);
    let names = b"\0\0\0\0\0\0\0\0rows\0\0\0\0soft\0\0\0\0/rows\0\0\0";
    let length = (names.len() as u64).to_le_bytes();
    let names_at = (heap + 32).to_le_bytes();
    let entries = [old_entry(8, dataset, 0, 0), old_entry(16, UNDEFINED, 2, 24)];
    for (at, part) in [
        (root, old_root(value)),
        (tree, leaf),
        (
            heap,
            join(&[b"HEAP\0\0\0\0", &length, &none, &names_at, names]),
        ),
        (node, join(&[b"SNOD\x01\0", &u16(2), &entries.concat()])),
        (dataset, old_dataset(rows.len() as u64, data)),
    ] {
        file.resize(at as usize, 0);
        file.extend(part);
    }
    file.resize(data as usize, 0);
    for row in rows {
        file.extend_from_slice(*row);
    }
    file
}
