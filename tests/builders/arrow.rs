//! Builds Arrow streams and files by hand.

#![allow(dead_code, unreachable_pub, clippy::cast_possible_wrap)]

/// A field of a flatbuffer table.
#[derive(Clone)]
pub(crate) enum Value {
    /// Left out.
    None,
    /// Scalars.
    U8(u8),
    I16(i16),
    I32(i32),
    I64(i64),
    /// A string or vector of bytes.
    Bytes(Vec<u8>),
    /// A nested table.
    Table(Vec<Self>),
    /// A vector of tables.
    Tables(Vec<Vec<Self>>),
    /// A vector of so many structs, with their bytes.
    Structs(usize, Vec<u8>),
}

/// A flatbuffer with this root table.
pub(crate) fn flatbuffer(root: &[Value]) -> Vec<u8> {
    let mut out = vec![0; 4];
    let at = table(&mut out, root);
    out[..4].copy_from_slice(&(at as u32).to_le_bytes());
    while !out.len().is_multiple_of(8) {
        out.push(0);
    }
    out
}

fn align(out: &mut Vec<u8>, to: usize, ahead: usize) {
    while !(out.len() + ahead).is_multiple_of(to) {
        out.push(0);
    }
}

fn table(out: &mut Vec<u8>, fields: &[Value]) -> usize {
    align(out, 2, 0);
    let vtable = out.len();
    let size = 4 + 2 * fields.len();
    let padding = (8 - (vtable + size + 4) % 8) % 8;
    let at = vtable + size + padding;
    out.extend((size as u16).to_le_bytes());
    out.extend((4 + 8 * fields.len() as u16).to_le_bytes());
    for (index, field) in fields.iter().enumerate() {
        let place = match field {
            Value::None => 0,
            _ => 4 + 8 * index as u16,
        };
        out.extend(place.to_le_bytes());
    }
    out.resize(at, 0);
    out.extend(((at - vtable) as i32).to_le_bytes());
    out.resize(at + 4 + 8 * fields.len(), 0);
    for (index, field) in fields.iter().enumerate() {
        let slot = at + 4 + 8 * index;
        let inline = match field {
            Value::None => continue,
            Value::U8(value) => vec![*value],
            Value::I16(value) => value.to_le_bytes().to_vec(),
            Value::I32(value) => value.to_le_bytes().to_vec(),
            Value::I64(value) => value.to_le_bytes().to_vec(),
            nested => {
                let target = child(out, nested);
                ((target - slot) as u32).to_le_bytes().to_vec()
            }
        };
        out[slot..slot + inline.len()].copy_from_slice(&inline);
    }
    at
}

fn child(out: &mut Vec<u8>, value: &Value) -> usize {
    match value {
        Value::Table(fields) => table(out, fields),
        Value::Bytes(bytes) => {
            align(out, 4, 0);
            let at = out.len();
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend(bytes);
            out.push(0);
            at
        }
        Value::Structs(count, bytes) => {
            align(out, 8, 4);
            let at = out.len();
            out.extend((*count as u32).to_le_bytes());
            out.extend(bytes);
            at
        }
        Value::Tables(tables) => {
            align(out, 4, 0);
            let at = out.len();
            out.extend((tables.len() as u32).to_le_bytes());
            let first = out.len();
            out.resize(first + 4 * tables.len(), 0);
            for (index, fields) in tables.iter().enumerate() {
                let slot = first + 4 * index;
                let target = table(out, fields);
                out[slot..slot + 4].copy_from_slice(&((target - slot) as u32).to_le_bytes());
            }
            at
        }
        _ => out.len(),
    }
}

/// A string of a flatbuffer.
pub(crate) fn text(text: &str) -> Value {
    Value::Bytes(text.as_bytes().to_vec())
}

/// Key-value pairs.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Value {
    let pair = |(key, value): &(&str, &str)| vec![text(key), text(value)];
    Value::Tables(pairs.iter().map(pair).collect())
}

/// A field of a schema: its name, the number and table of its type, children.
pub(crate) fn field(
    name: &str,
    of: u8,
    details: Vec<Value>,
    children: Vec<Vec<Value>>,
) -> Vec<Value> {
    vec![
        text(name),
        Value::U8(1),
        Value::U8(of),
        Value::Table(details),
        Value::None,
        Value::Tables(children),
    ]
}

/// A schema table.
pub(crate) fn schema(fields: Vec<Vec<Value>>, metadata: &[(&str, &str)]) -> Vec<Value> {
    vec![Value::I16(0), Value::Tables(fields), pairs(metadata)]
}

/// A message: the number of its header's type, the header, and a body.
pub(crate) fn message(of: u8, header: Vec<Value>, body: &[u8]) -> Vec<u8> {
    let root = [
        Value::I16(4),
        Value::U8(of),
        Value::Table(header),
        Value::I64(body.len() as i64),
    ];
    let header = flatbuffer(&root);
    let mut out = vec![0xff; 4];
    out.extend((header.len() as i32).to_le_bytes());
    out.extend(header);
    out.extend(body);
    out
}

/// A batch header and its body, from the lengths of the fields and the buffers.
pub(crate) fn batch(
    rows: i64,
    nodes: &[i64],
    buffers: &[Vec<u8>],
    codec: Option<u8>,
) -> (Vec<Value>, Vec<u8>) {
    let mut body = Vec::new();
    let mut places = Vec::new();
    for buffer in buffers {
        places.extend((body.len() as i64).to_le_bytes());
        places.extend((buffer.len() as i64).to_le_bytes());
        body.extend(buffer);
        align(&mut body, 8, 0);
    }
    let mut lengths = Vec::new();
    for node in nodes {
        lengths.extend(node.to_le_bytes());
        lengths.extend(0_i64.to_le_bytes());
    }
    let header = vec![
        Value::I64(rows),
        Value::Structs(nodes.len(), lengths),
        Value::Structs(buffers.len(), places),
        codec.map_or(Value::None, |codec| {
            Value::Table(vec![Value::U8(codec), Value::U8(0)])
        }),
    ];
    (header, body)
}

/// Offsets of 4 bytes and the bytes of texts end to end.
pub(crate) fn strings(texts: &[&str]) -> [Vec<u8>; 2] {
    let mut offsets = 0_i32.to_le_bytes().to_vec();
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend(text.as_bytes());
        offsets.extend((bytes.len() as i32).to_le_bytes());
    }
    [offsets, bytes]
}

/// The mark of the end of a stream.
pub(crate) const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// A stream with a text column `text` and a list of texts `tags`, two batches.
pub(crate) fn stream(first: &[&str], second: &[&str]) -> Vec<u8> {
    let utf8 = |name| field(name, 5, vec![], vec![]);
    let fields = vec![utf8("text"), field("tags", 12, vec![], vec![utf8("item")])];
    let mut out = message(1, schema(fields, &[("origin", "by hand")]), &[]);
    for texts in [first, second] {
        let rows = texts.len() as i64;
        let [offsets, bytes] = strings(texts);
        // Each row has two tags: its text and `t`.
        let tags: Vec<&str> = texts.iter().flat_map(|text| [*text, "t"]).collect();
        let [tag_offsets, tag_bytes] = strings(&tags);
        let lists = (0..=rows as i32)
            .flat_map(|row| (2 * row).to_le_bytes())
            .collect();
        let buffers = [
            vec![],
            offsets,
            bytes,
            vec![],
            lists,
            vec![],
            tag_offsets,
            tag_bytes,
        ];
        let (header, body) = batch(rows, &[rows, rows, 2 * rows], &buffers, None);
        out.extend(message(3, header, &body));
    }
    out.extend(END);
    out
}

/// A file around a stream, whose footer lists the batches at these places.
pub(crate) fn file(stream: &[u8], batches: &[i64]) -> Vec<u8> {
    let mut out = b"ARROW1\0\0".to_vec();
    out.extend(stream);
    let mut blocks = Vec::new();
    for at in batches {
        blocks.extend(at.to_le_bytes());
        blocks.extend([0; 16]);
    }
    let fields = vec![field("text", 5, vec![], vec![])];
    let footer = flatbuffer(&[
        Value::I16(4),
        Value::Table(schema(fields, &[])),
        Value::Structs(0, vec![]),
        Value::Structs(batches.len(), blocks),
        pairs(&[("footer-key", "footer value")]),
    ]);
    out.extend(&footer);
    out.extend((footer.len() as i32).to_le_bytes());
    out.extend(b"ARROW1");
    out
}
