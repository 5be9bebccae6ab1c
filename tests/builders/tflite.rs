//! Builds `TFLite` models: flatbuffers, written by hand.
//!
//! In: names, buffers. Out: the bytes of a model.

#![allow(dead_code, unreachable_pub)] // each user needs a part

/// A field of a table.
#[derive(Clone, Debug)]
pub(crate) enum Field {
    Absent,
    Byte(u8),
    U32(u32),
    Text(Vec<u8>),
    Bytes(Vec<u8>),
    U32s(Vec<u32>),
    Tables(Vec<Vec<Self>>),
}

/// Writes tables front to back: each table's list of fields right before it,
/// what its fields point to behind it.
#[derive(Default)]
struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn align(&mut self) {
        self.out.resize(self.out.len().next_multiple_of(4), 0);
    }

    /// Makes the offset at `from` point to the end of what is written.
    fn point(&mut self, from: usize) {
        self.align();
        let by = (self.out.len() - from) as u32;
        self.out[from..from + 4].copy_from_slice(&by.to_le_bytes());
    }

    /// Answers where the table stands.
    fn table(&mut self, fields: &[Field]) -> usize {
        self.align();
        let list = self.out.len();
        let list_bytes = 4 + 2 * fields.len();
        self.out.extend((list_bytes as u16).to_le_bytes());
        self.out.extend((4 + 4 * fields.len() as u16).to_le_bytes());
        for (number, field) in (0u16..).zip(fields) {
            let offset = if matches!(field, Field::Absent) {
                0
            } else {
                4 + 4 * number
            };
            self.out.extend(offset.to_le_bytes());
        }
        self.align();
        let table = self.out.len();
        self.out.extend(((table - list) as u32).to_le_bytes());
        for field in fields {
            let value = match field {
                Field::Byte(byte) => u32::from(*byte),
                Field::U32(number) => *number,
                _ => 0,
            };
            self.out.extend(value.to_le_bytes());
        }
        for (number, field) in fields.iter().enumerate() {
            let from = table + 4 + 4 * number;
            match field {
                Field::Text(bytes) | Field::Bytes(bytes) => {
                    self.point(from);
                    self.out.extend((bytes.len() as u32).to_le_bytes());
                    self.out.extend(bytes);
                    self.out.push(0);
                }
                Field::U32s(all) => {
                    self.point(from);
                    self.out.extend((all.len() as u32).to_le_bytes());
                    self.out
                        .extend(all.iter().flat_map(|number| number.to_le_bytes()));
                }
                Field::Tables(all) => {
                    self.point(from);
                    self.out.extend((all.len() as u32).to_le_bytes());
                    let entries = self.out.len();
                    self.out.resize(entries + 4 * all.len(), 0);
                    for (number, table) in all.iter().enumerate() {
                        let at = entries + 4 * number;
                        let to = self.table(table);
                        self.out[at..at + 4].copy_from_slice(&((to - at) as u32).to_le_bytes());
                    }
                }
                _ => {}
            }
        }
        table
    }
}

/// A model of these fields.
pub(crate) fn model(fields: &[Field]) -> Vec<u8> {
    let mut writer = Writer {
        out: b"\0\0\0\0TFL3".to_vec(),
    };
    let root = writer.table(fields) as u32;
    writer.out[..4].copy_from_slice(&root.to_le_bytes());
    writer.out
}

/// A model with a custom operator, a tensor of numbers, one of texts, and
/// `description`.
pub(crate) fn sample(description: &str) -> Vec<u8> {
    use Field::{Absent, Byte, Bytes, Tables, Text, U32, U32s};
    let text = |text: &str| Text(text.as_bytes().to_vec());
    let tensor = |name, kind, buffer| vec![U32s(vec![1, 8]), Byte(kind), U32(buffer), text(name)];
    let graph = vec![
        Tables(vec![tensor("weights", 0, 1), tensor("labels", 5, 2)]),
        Absent,
        Absent,
        Absent,
        text("main"),
    ];
    model(&[
        U32(3),
        Tables(vec![vec![Byte(3)], vec![Byte(32), text("FlexPyFunc")]]),
        Tables(vec![graph]),
        text(description),
        Tables(vec![
            vec![],
            vec![Bytes(vec![b'w'; 1000])],
            vec![Bytes(b"label one, label two".repeat(20))],
            vec![Bytes(b"1.5.0".to_vec())],
        ]),
        Absent,
        Tables(vec![vec![text("min_runtime_version"), U32(3)]]),
    ])
}
