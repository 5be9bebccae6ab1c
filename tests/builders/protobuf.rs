//! Builds messages of protocol buffers and records of them.
//!
//! In: field numbers and values. Out: the bytes.
#![allow(dead_code, missing_docs, unreachable_pub)] // each test uses some of it

/// A message under construction.
#[derive(Clone, Default)]
pub(crate) struct Message(pub(crate) Vec<u8>);

pub(crate) fn message() -> Message {
    Message::default()
}

impl Message {
    pub(crate) fn number(mut self, field: u32, value: u64) -> Self {
        self.tag(field, 0);
        self.varint(value);
        self
    }

    pub(crate) fn fixed32(mut self, field: u32, value: f32) -> Self {
        self.tag(field, 5);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn fixed64(mut self, field: u32, value: f64) -> Self {
        self.tag(field, 1);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn bytes(mut self, field: u32, value: impl AsRef<[u8]>) -> Self {
        self.tag(field, 2);
        self.varint(value.as_ref().len() as u64);
        self.0.extend(value.as_ref());
        self
    }

    pub(crate) fn message(self, field: u32, value: Self) -> Self {
        self.bytes(field, value.0)
    }

    /// An entry of a map of strings.
    pub(crate) fn entry(self, field: u32, key: &str, value: &str) -> Self {
        self.message(field, message().bytes(1, key).bytes(2, value))
    }

    /// A field in a group, as old writers make them.
    pub(crate) fn group(mut self, field: u32, inside: &Self) -> Self {
        self.tag(field, 3);
        self.0.extend(&inside.0);
        self.tag(field, 4);
        self
    }

    pub(crate) fn tag(&mut self, field: u32, wire_type: u32) {
        self.varint(u64::from(field << 3 | wire_type));
    }

    pub(crate) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// An ONNX file around a graph.
pub(crate) fn onnx(graph: Message) -> Message {
    message()
        .number(1, 10)
        .bytes(2, "pytorch")
        .bytes(3, "2.9")
        .message(7, graph)
        .message(8, message().bytes(1, "").number(2, 20))
}

/// A node of an ONNX graph.
pub(crate) fn onnx_node(domain: &str, op: &str) -> Message {
    message()
        .bytes(1, "x")
        .bytes(2, "y")
        .bytes(4, op)
        .bytes(7, domain)
}

/// A TensorFlow graph of nodes with these operators.
pub(crate) fn tensorflow_graph(operators: &[&str]) -> Message {
    let named = |graph: Message, op: &&str| {
        let name = format!("node of {op}");
        let dtype = message().bytes(1, "T").message(2, message().number(6, 1));
        graph.message(1, message().bytes(1, name).bytes(2, op).message(5, dtype))
    };
    operators.iter().fold(message(), named)
}

/// A `SavedModel` around a graph.
pub(crate) fn saved_model(graph: Message) -> Message {
    let information = message().bytes(4, "serve").bytes(5, "2.21.0");
    let meta_graph = message().message(1, information).message(2, graph);
    message().number(1, 1).message(2, meta_graph)
}

/// A `SentencePiece` tokenizer trained from `input`.
pub(crate) fn sentencepiece(pieces: &[&str], input: &str) -> Message {
    let add = |model: Message, piece: &&str| {
        model.message(1, message().bytes(1, piece).fixed32(2, -1.5).number(3, 1))
    };
    let trainer = message()
        .bytes(1, input)
        .bytes(2, "/home/jane/out/m")
        .number(4, 500);
    let charsmap = [0, 1, 2, 3, 0xff].repeat(50);
    let normalizer = message().bytes(1, "nmt_nfkc").bytes(2, charsmap);
    pieces
        .iter()
        .fold(message(), add)
        .message(2, trainer)
        .message(3, normalizer)
}

/// A Core ML model by `author`, with weights of `weights` bytes.
pub(crate) fn coreml(author: &str, weights: usize) -> Message {
    let typed = message().message(5, message().number(1, 4).number(2, 65568));
    let feature = |name: &str| message().bytes(1, name).message(3, typed.clone());
    let metadata =
        message()
            .bytes(3, author)
            .bytes(4, "MIT")
            .entry(100, "trained in", "/home/jane/x");
    let description = message()
        .message(1, feature("in"))
        .message(10, feature("out"))
        .message(100, metadata);
    let matrix = message().bytes(1, vec![0x3f; weights]);
    let layer = message()
        .bytes(1, "dense")
        .message(140, message().message(20, matrix));
    message()
        .number(1, 4)
        .message(2, description)
        .message(500, message().message(1, layer))
}

/// An example of a data set with one feature of strings.
pub(crate) fn example(feature: &str, values: &[&[u8]]) -> Message {
    let list = values
        .iter()
        .fold(message(), |list, value| list.bytes(1, value));
    let entry = message()
        .bytes(1, feature)
        .message(2, message().message(1, list));
    message().message(1, message().message(1, entry))
}

/// An event with a text under a tag.
pub(crate) fn text_event(tag: &str, text: &str) -> Message {
    let tensor = message().number(1, 7).bytes(8, text);
    let metadata = message().message(1, message().bytes(1, "text"));
    let value = message()
        .bytes(1, tag)
        .message(9, metadata)
        .message(8, tensor);
    message()
        .fixed64(1, 1.7e9)
        .number(2, 3)
        .message(5, message().message(1, value))
}

/// Records one behind the other.
pub(crate) fn records<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut file = Vec::new();
    for content in contents {
        let length = (content.len() as u64).to_le_bytes();
        file.extend(length);
        file.extend(checksum(&length).to_le_bytes());
        file.extend(content);
        file.extend(checksum(content).to_le_bytes());
    }
    file
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 & 0u32.wrapping_sub(crc & 1));
        }
    }
    (!crc).rotate_right(15).wrapping_add(0xa282_ead8)
}
