//! Builds GGUF files, sound and lying ones.
//!
//! In: keys, values, tensors, as plain values. Out: the bytes of a file.

#![allow(dead_code, unreachable_pub)] // each user needs a part

/// How numbers are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// 1, 2 or 3.
    pub(crate) version: u32,
    /// Big endian?
    pub(crate) big: bool,
}

/// What every writer of today writes.
pub(crate) const V3: Form = Form {
    version: 3,
    big: false,
};

/// A value of a key.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Vec<u8>),
    U32(u32),
    Texts(Vec<Vec<u8>>),
    I32s(Vec<i32>),
    Bytes(Vec<u8>),
    Nested(Vec<Self>),
    /// A type and its bytes, as they are.
    Raw(u32, Vec<u8>),
}

/// A tensor: name, dimensions, type, offset.
pub(crate) type Tensor = (&'static str, Vec<u64>, u32, u64);

impl Form {
    pub(crate) fn u32(self, value: u32) -> Vec<u8> {
        if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
        .to_vec()
    }

    pub(crate) fn u64(self, value: u64) -> Vec<u8> {
        if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
        .to_vec()
    }

    /// A count or length: 32 bits in version 1.
    pub(crate) fn count(self, value: u64) -> Vec<u8> {
        if self.version == 1 {
            self.u32(value as u32)
        } else {
            self.u64(value)
        }
    }

    pub(crate) fn text(self, text: &[u8]) -> Vec<u8> {
        [self.count(text.len() as u64), text.to_vec()].concat()
    }

    fn kind(value: &Value) -> u32 {
        match value {
            Value::Text(_) => 8,
            Value::U32(_) => 4,
            Value::Texts(_) | Value::I32s(_) | Value::Bytes(_) | Value::Nested(_) => 9,
            Value::Raw(kind, _) => *kind,
        }
    }

    /// A value without its type in front.
    fn value(self, value: &Value) -> Vec<u8> {
        let array = |kind, elements: Vec<Vec<u8>>| {
            [
                self.u32(kind),
                self.count(elements.len() as u64),
                elements.concat(),
            ]
            .concat()
        };
        match value {
            Value::Text(text) => self.text(text),
            Value::U32(number) => self.u32(*number),
            Value::Texts(texts) => array(8, texts.iter().map(|text| self.text(text)).collect()),
            Value::I32s(all) => array(5, all.iter().map(|n| self.u32(*n as u32)).collect()),
            Value::Bytes(all) => array(0, all.iter().map(|byte| vec![*byte]).collect()),
            Value::Nested(all) => array(9, all.iter().map(|inner| self.value(inner)).collect()),
            Value::Raw(_, bytes) => bytes.clone(),
        }
    }

    /// A file with these keys and tensors, and `data` bytes behind its header.
    pub(crate) fn file(self, pairs: &[(&str, Value)], tensors: &[Tensor], data: usize) -> Vec<u8> {
        let counts = (tensors.len() as u64, pairs.len() as u64);
        self.claiming(counts, pairs, tensors, data)
    }

    /// The same, with counts of tensors and of keys that may lie.
    pub(crate) fn claiming(
        self,
        (tensor_count, key_count): (u64, u64),
        pairs: &[(&str, Value)],
        tensors: &[Tensor],
        data: usize,
    ) -> Vec<u8> {
        let mut file = b"GGUF".to_vec();
        file.extend(self.u32(self.version));
        file.extend(self.count(tensor_count));
        file.extend(self.count(key_count));
        for (key, value) in pairs {
            file.extend(self.text(key.as_bytes()));
            file.extend(self.u32(Self::kind(value)));
            file.extend(self.value(value));
        }
        for (name, shape, kind, offset) in tensors {
            file.extend(self.text(name.as_bytes()));
            file.extend(self.u32(shape.len() as u32));
            file.extend(shape.iter().flat_map(|&n| self.count(n)));
            file.extend(self.u32(*kind));
            file.extend(self.u64(*offset));
        }
        file.resize(file.len().next_multiple_of(32) + data, 0x7e);
        file
    }
}

/// A small model with one of everything, and `secret` in a plain string.
pub(crate) fn sample(form: Form, secret: &str) -> Vec<u8> {
    let text = |text: &str| Value::Text(text.as_bytes().to_vec());
    let texts = |all: &[&str]| Value::Texts(all.iter().map(|t| t.as_bytes().to_vec()).collect());
    let pairs = [
        ("general.architecture", text("llama")),
        ("general.alignment", Value::U32(32)),
        ("quantize.imatrix.file", text("/home/jane/imatrix.dat")),
        ("training.hub_token", text(secret)),
        ("general.tags", texts(&["text-generation", "en"])),
        ("tokenizer.ggml.tokens", texts(&["<s>", "</s>", "hi"])),
        ("tokenizer.ggml.token_type", Value::I32s(vec![3, 3, 1])),
        (
            "tokenizer.ggml.precompiled_charsmap",
            Value::Bytes(b"charsmap".to_vec()),
        ),
        (
            "nested",
            Value::Nested(vec![texts(&["a", "b"]), texts(&["c"])]),
        ),
        (
            "tokenizer.chat_template",
            text("{{ messages[0]['content'] }}"),
        ),
    ];
    let tensors = [
        ("token_embd.weight", vec![4, 3], 0, 0),
        ("output.weight", vec![32, 2], 8, 64),
    ];
    form.file(&pairs, &tensors, 64 + 68 + 28)
}
