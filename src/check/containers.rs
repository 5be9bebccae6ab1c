//! Files made by hand, byte by byte, to be read back.
//!
//! In: a text. Out: the bytes of a pickle, a safetensors file or a notebook that
//! holds it.

use serde_json::json;

/// A pickle of `{"note": text}` as Python's protocol 2 writes it.
pub(super) fn pickle2(text: &str) -> Vec<u8> {
    let mut bytes = b"\x80\x02}q\x00X\x04\x00\x00\x00noteq\x01".to_vec();
    binunicode(text, &mut bytes);
    bytes.extend_from_slice(b"q\x02s.");
    bytes
}

/// The same in protocol 4: framed, short strings, memoized.
pub(super) fn pickle4(text: &str) -> Vec<u8> {
    let mut frame = b"}\x94\x8c\x04note\x94".to_vec();
    match u8::try_from(text.len()) {
        Ok(length) => {
            frame.extend_from_slice(&[0x8c, length]);
            frame.extend_from_slice(text.as_bytes());
        }
        Err(_) => binunicode(text, &mut frame),
    }
    frame.extend_from_slice(b"\x94s.");
    let mut bytes = b"\x80\x04\x95".to_vec();
    bytes.extend_from_slice(&(frame.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&frame);
    bytes
}

fn binunicode(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'X');
    bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// One small tensor and `text` in `__metadata__`.
pub(super) fn safetensors(text: &str) -> Vec<u8> {
    let header = json!({
        "__metadata__": { "format": "pt", "note": text },
        "weight": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },
    });
    let mut header = header.to_string();
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&[0, 0, 128, 63]);
    bytes
}

/// A notebook, indented as Jupyter saves it, with `source` in its code cell and
/// `output` printed by it.
pub(super) fn notebook(source: &str, output: &str) -> Vec<u8> {
    let stream = json!({ "name": "stdout", "output_type": "stream", "text": lines(output) });
    let outputs = if output.is_empty() {
        vec![]
    } else {
        vec![stream]
    };
    let notebook = json!({
        "cells": [
            { "cell_type": "markdown", "metadata": {}, "source": ["# Training\n"] },
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {},
                "outputs": outputs,
                "source": lines(source),
            },
        ],
        "metadata": { "language_info": { "name": "python" } },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    let mut bytes = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, indent);
    // Writing to a vector does not fail.
    let _ = serde::Serialize::serialize(&notebook, &mut writer);
    bytes
}

/// Lines with their ends, as nbformat splits a multi-line string.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
