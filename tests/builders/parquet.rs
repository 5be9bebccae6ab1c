//! Writes small parquet files, honest ones and others.
//!
//! Pages, chunks and schemas enter as plain values; the bytes of a file leave.

#![allow(dead_code)] // each user takes what it needs

/// A writer of thrift's compact protocol.
#[derive(Default)]
pub(crate) struct Thrift {
    /// What was written.
    pub(crate) bytes: Vec<u8>,
    last: i16,
}

impl Thrift {
    fn head(&mut self, id: i16, kind: u8) {
        match u8::try_from(id - self.last) {
            Ok(delta @ 1..=15) => self.bytes.push(delta << 4 | kind),
            _ => {
                self.bytes.push(kind);
                varint(&mut self.bytes, zigzag(i64::from(id)));
            }
        }
        self.last = id;
    }

    /// An integer.
    pub(crate) fn int(mut self, id: i16, value: i64) -> Self {
        self.head(id, 6);
        varint(&mut self.bytes, zigzag(value));
        self
    }

    /// A truth value.
    pub(crate) fn bool(mut self, id: i16, value: bool) -> Self {
        self.head(id, if value { 1 } else { 2 });
        self
    }

    /// A string.
    pub(crate) fn binary(mut self, id: i16, value: &[u8]) -> Self {
        self.head(id, 8);
        varint(&mut self.bytes, value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    /// A struct.
    pub(crate) fn inner(mut self, id: i16, value: Self) -> Self {
        self.head(id, 12);
        self.bytes.extend(value.end());
        self
    }

    /// A list of structs.
    pub(crate) fn list(mut self, id: i16, values: impl IntoIterator<Item = Self>) -> Self {
        self.head(id, 9);
        let values: Vec<_> = values.into_iter().collect();
        self.bytes.push(0xf0 | 0x0c);
        varint(&mut self.bytes, values.len() as u64);
        for value in values {
            self.bytes.extend(value.end());
        }
        self
    }

    /// The bytes of the whole struct.
    pub(crate) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// A length as thrift counts.
fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Appends a LEB128 number.
pub(crate) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The codec and the encodings that tests use.
pub(crate) const UNCOMPRESSED: i64 = 0;
pub(crate) const PLAIN: i64 = 0;
pub(crate) const DICTIONARY: i64 = 8;

/// Strings, each behind its length.
pub(crate) fn plain(values: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        out.extend((value.len() as u32).to_le_bytes());
        out.extend_from_slice(value);
    }
    out
}

/// Levels of one bit or two, as a page of the first version holds them.
pub(crate) fn levels(values: &[u8], width: u32) -> Vec<u8> {
    let runs = runs(values, width);
    [&(runs.len() as u32).to_le_bytes()[..], &runs].concat()
}

/// Small numbers as packed groups.
pub(crate) fn runs(values: &[u8], width: u32) -> Vec<u8> {
    let groups = values.len().div_ceil(8);
    let mut out = Vec::new();
    varint(&mut out, (groups << 1 | 1) as u64);
    let mut bits = vec![0u8; groups * width as usize];
    for (at, value) in values.iter().enumerate() {
        for bit in 0..width as usize {
            let place = at * width as usize + bit;
            bits[place / 8] |= (value >> bit & 1) << (place % 8);
        }
    }
    out.extend(bits);
    out
}

/// A page whose head may claim anything.
pub(crate) fn page(unpacked: i64, body: &[u8], id: i16, head: Thrift) -> Vec<u8> {
    let kind = match id {
        5 => 0,
        7 => 2,
        _ => 3,
    };
    let head = Thrift::default()
        .int(1, kind)
        .int(2, unpacked)
        .int(3, length(body.len()))
        .inner(id, head);
    [head.end(), body.to_vec()].concat()
}

/// A page of data, first version: levels and values stand in `body`.
pub(crate) fn data_page(values: i64, encoding: i64, body: &[u8]) -> Vec<u8> {
    packed_page(values, encoding, length(body.len()), body)
}

/// The same with a body that is compressed.
pub(crate) fn packed_page(values: i64, encoding: i64, unpacked: i64, body: &[u8]) -> Vec<u8> {
    let head = Thrift::default()
        .int(1, values)
        .int(2, encoding)
        .int(3, 3)
        .int(4, 3);
    page(unpacked, body, 5, head)
}

/// A page of data, second version, not compressed.
pub(crate) fn second_page(values: i64, rows: i64, levels: (&[u8], &[u8]), body: &[u8]) -> Vec<u8> {
    let (repetitions, definitions) = levels;
    let head = Thrift::default()
        .int(1, values)
        .int(2, 0)
        .int(3, rows)
        .int(4, PLAIN)
        .int(5, length(definitions.len()))
        .int(6, length(repetitions.len()))
        .bool(7, false);
    let body = [repetitions, definitions, body].concat();
    page(length(body.len()), &body, 8, head)
}

/// A dictionary.
pub(crate) fn dictionary_page(values: &[&[u8]]) -> Vec<u8> {
    let body = plain(values);
    let head = Thrift::default().int(1, length(values.len())).int(2, PLAIN);
    page(length(body.len()), &body, 7, head)
}

/// The pages of a column in a row group.
#[derive(Clone, Default)]
pub(crate) struct Chunk {
    pub(crate) pages: Vec<u8>,
    pub(crate) values: i64,
    pub(crate) codec: i64,
    pub(crate) encrypted: bool,
    /// Bytes that the chunk claims beyond its pages.
    pub(crate) more: i64,
    /// Smallest and largest value, as the footer repeats them.
    pub(crate) statistics: Option<(Vec<u8>, Vec<u8>)>,
}

/// An element of the schema: name, type, repetition, children, converted type.
#[derive(Clone)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) physical: Option<i64>,
    pub(crate) repetition: i64,
    pub(crate) children: i64,
    pub(crate) converted: Option<i64>,
}

impl Element {
    /// A group.
    pub(crate) fn group(
        name: &str,
        repetition: i64,
        children: i64,
        converted: Option<i64>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            physical: None,
            repetition,
            children,
            converted,
        }
    }

    /// A column of strings.
    pub(crate) fn string(name: &str, repetition: i64) -> Self {
        Self {
            physical: Some(6),
            ..Self::group(name, repetition, 0, Some(0))
        }
    }

    /// A column of bytes.
    pub(crate) fn bytes(name: &str) -> Self {
        Self {
            converted: None,
            ..Self::string(name, 0)
        }
    }

    fn thrift(&self) -> Thrift {
        let mut thrift = Thrift::default();
        if let Some(physical) = self.physical {
            thrift = thrift.int(1, physical);
        }
        thrift = thrift
            .int(3, self.repetition)
            .binary(4, self.name.as_bytes());
        if self.children > 0 {
            thrift = thrift.int(5, self.children);
        }
        match self.converted {
            Some(converted) => thrift.int(6, converted),
            None => thrift,
        }
    }
}

/// A file: the children of the root, row groups with their rows, metadata.
pub(crate) fn file(
    schema: &[Element],
    groups: &[(i64, Vec<Chunk>)],
    key_values: &[(&str, &str)],
) -> Vec<u8> {
    let mut out = b"PAR1".to_vec();
    let mut groups_out = Vec::new();
    for (rows, chunks) in groups {
        let mut columns = Vec::new();
        for chunk in chunks {
            columns.push(column(chunk, length(out.len())));
            out.extend_from_slice(&chunk.pages);
        }
        groups_out.push(Thrift::default().list(1, columns).int(2, 0).int(3, *rows));
    }
    let rows = groups.iter().map(|(rows, _)| rows).sum();
    finish(out, schema, rows, groups_out, key_values)
}

fn finish(
    mut out: Vec<u8>,
    schema: &[Element],
    rows: i64,
    groups: Vec<Thrift>,
    key_values: &[(&str, &str)],
) -> Vec<u8> {
    let root = Element::group("schema", 0, length(schema.len()), None);
    // Only the root's own children count: those of groups follow their group.
    let root = Element {
        children: roots(schema),
        ..root
    };
    let elements = std::iter::once(&root).chain(schema).map(Element::thrift);
    let pairs = key_values.iter().map(|(key, value)| {
        Thrift::default()
            .binary(1, key.as_bytes())
            .binary(2, value.as_bytes())
    });
    let footer = Thrift::default()
        .int(1, 2)
        .list(2, elements)
        .int(3, rows)
        .list(4, groups)
        .list(5, pairs)
        .binary(6, b"builder");
    let footer = footer.end();
    out.extend_from_slice(&footer);
    out.extend((footer.len() as u32).to_le_bytes());
    out.extend(b"PAR1");
    out
}

fn roots(schema: &[Element]) -> i64 {
    let (mut count, mut inside) = (0, 0);
    for element in schema {
        if inside == 0 {
            count += 1;
        } else {
            inside -= 1;
        }
        inside += element.children;
    }
    count
}

fn column(chunk: &Chunk, start: i64) -> Thrift {
    let mut metadata = Thrift::default()
        .int(1, 6)
        .int(4, chunk.codec)
        .int(5, chunk.values)
        .int(6, length(chunk.pages.len()))
        .int(7, length(chunk.pages.len()) + chunk.more)
        .int(9, start);
    if let Some((least, most)) = &chunk.statistics {
        let statistics = Thrift::default().binary(5, most).binary(6, least);
        metadata = metadata.inner(12, statistics);
    }
    let column = Thrift::default().int(2, start).inner(3, metadata);
    if chunk.encrypted {
        column.inner(8, Thrift::default())
    } else {
        column
    }
}

/// A file whose columns all say that the one chunk there is is theirs.
pub(crate) fn sharing(schema: &[Element], chunk: &Chunk, columns: usize) -> Vec<u8> {
    let start = 4;
    let mut out = b"PAR1".to_vec();
    out.extend_from_slice(&chunk.pages);
    let shared = (0..columns).map(|_| column(chunk, start));
    let group = Thrift::default().list(1, shared).int(3, chunk.values);
    finish(out, schema, chunk.values, vec![group], &[])
}

/// A file of one column of strings in one page.
pub(crate) fn strings(column: &str, values: &[&str]) -> Vec<u8> {
    let bytes: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
    let count = length(values.len());
    let chunk = Chunk {
        pages: data_page(count, PLAIN, &plain(&bytes)),
        values: count,
        ..Chunk::default()
    };
    file(
        &[Element::string(column, 0)],
        &[(count, vec![chunk])],
        &[("pandas", "{\"columns\": []}")],
    )
}
