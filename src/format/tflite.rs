//! Walks `TFLite` models: which operators and tensors they have, and where their
//! weights lie.
//!
//! A seekable reader enters; names and the ranges of tensor buffers leave.
//! Only tables of the flatbuffer are read, by the depth the schema has, so no
//! offset can lead in circles; a budget bounds how many. The schema:
//! `tensorflow/compiler/mlir/lite/schema/schema.fbs`.

#[cfg(test)]
#[path = "../../tests/builders/tflite.rs"]
pub(crate) mod builder;
mod flat;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::ops::Range;

use super::FormatError;
use flat::{Flat, Table};

/// Shorter buffers are not worth a gap in what is swept.
const SHORTEST: u64 = 256;

/// What a walk meets.
#[derive(Debug)]
pub enum TfliteEvent<'a> {
    /// The model's description.
    Description(&'a str),
    /// A custom operator, each once, which code outside of `TFLite` runs.
    Custom(&'a str),
    /// A named block of metadata.
    Metadata(&'a str),
    /// A tensor.
    Tensor {
        /// Its name.
        name: &'a str,
        /// Its type: `FLOAT32` ….
        dtype: &'static str,
        /// Its dimensions; negative ones, which say unknown, as 0.
        shape: &'a [u64],
    },
}

/// Whether `head` (8 bytes are enough) starts a `TFLite` model.
pub fn looks_like_tflite(head: &[u8]) -> bool {
    // The root table stands early in the file.
    matches!(head, [_, _, _, 0, b'T', b'F', b'L', b'3', ..])
}

/// Walks a model of `file_len` bytes; answers the ranges of the buffers that
/// hold numbers of tensors, sorted, not touching each other.
pub fn walk<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
    sink: &mut dyn FnMut(TfliteEvent<'_>),
) -> Result<Vec<Range<u64>>, FormatError> {
    let mut flat = Flat::new(reader, file_len);
    let model = flat.root()?;
    if let Some(description) = flat.string(&model, 3)? {
        sink(TfliteEvent::Description(&description));
    }
    let mut custom = BTreeSet::new();
    for operator in flat.tables(&model, 1)? {
        let operator = flat.table(operator)?;
        custom.extend(flat.string(&operator, 1)?);
    }
    for name in &custom {
        sink(TfliteEvent::Custom(name));
    }
    for metadata in flat.tables(&model, 6)? {
        let metadata = flat.table(metadata)?;
        if let Some(name) = flat.string(&metadata, 0)? {
            sink(TfliteEvent::Metadata(&name));
        }
    }
    let mut numbers = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for graph in flat.tables(&model, 2)? {
        let graph = flat.table(graph)?;
        for tensor in flat.tables(&graph, 0)? {
            let tensor = flat.table(tensor)?;
            let kind = flat.byte(&tensor, 1)?;
            let buffer = flat.u32(&tensor, 2)?;
            if KINDS
                .get(usize::from(kind))
                .is_some_and(|(_, holds)| *holds)
            {
                numbers.insert(buffer);
            } else {
                texts.insert(buffer);
            }
            describe(&mut flat, &tensor, kind, sink)?;
        }
    }
    numbers.retain(|buffer| !texts.contains(buffer));
    buffers(&mut flat, &model, &numbers)
}

/// Tells of a tensor.
fn describe<R: Read + Seek>(
    flat: &mut Flat<'_, R>,
    tensor: &Table,
    kind: u8,
    sink: &mut dyn FnMut(TfliteEvent<'_>),
) -> Result<(), FormatError> {
    let name = flat.string(tensor, 3)?.unwrap_or_default();
    let shape = flat.dimensions(tensor, 0)?;
    let dtype = KINDS
        .get(usize::from(kind))
        .map_or("unknown", |kind| kind.0);
    sink(TfliteEvent::Tensor {
        name: &name,
        dtype,
        shape: &shape,
    });
    Ok(())
}

/// The places of the buffers with these numbers.
fn buffers<R: Read + Seek>(
    flat: &mut Flat<'_, R>,
    model: &Table,
    wanted: &BTreeSet<u32>,
) -> Result<Vec<Range<u64>>, FormatError> {
    let mut ranges = Vec::new();
    for (number, buffer) in (0..).zip(flat.tables(model, 4)?) {
        if !wanted.contains(&number) {
            continue;
        }
        let buffer = flat.table(buffer)?;
        let inside = flat.bytes(&buffer, 0)?;
        // Of models beyond 2 GB the buffers stand behind the flatbuffer.
        let outside = flat.outside(&buffer, 1, 2)?;
        let long = |range: &Range<u64>| range.end - range.start >= SHORTEST;
        ranges.extend(inside.into_iter().chain(outside).filter(long));
    }
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    Ok(joined)
}

/// The types of tensors by their number, and whether a buffer of theirs holds
/// numbers only.
const KINDS: [(&str, bool); 20] = [
    ("FLOAT32", true),
    ("FLOAT16", true),
    ("INT32", true),
    ("UINT8", true),
    ("INT64", true),
    ("STRING", false),
    ("BOOL", true),
    ("INT16", true),
    ("COMPLEX64", true),
    ("INT8", true),
    ("FLOAT64", true),
    ("COMPLEX128", true),
    ("UINT64", true),
    ("RESOURCE", false),
    ("VARIANT", false),
    ("UINT32", true),
    ("UINT16", true),
    ("INT4", true),
    ("BFLOAT16", true),
    ("INT2", true),
];
