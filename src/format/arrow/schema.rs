//! The schema of an Arrow stream.
//!
//! A flatbuffer enters; the fields as a tree, the columns that hold values (its
//! leaves) and the metadata leave. Depth, count and total size are bounded, for
//! a flatbuffer may hold one table in many places.
//! Source: <https://github.com/apache/arrow/blob/main/format/Schema.fbs>.

use crate::format::FormatError;
use crate::format::flatbuffer::{Table, Vector};

/// Deepest nesting of types.
const DEPTH: usize = 64;
/// Most fields, nested ones included.
const FIELDS: usize = 100_000;

/// What a stream says of its table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The fields of the table.
    pub(super) fields: Vec<Field>,
    /// The leaves of all fields, in order.
    pub columns: Vec<Column>,
    /// Key-value pairs of the schema and of its fields.
    pub metadata: Vec<Metadata>,
    /// Numbers are written big-endian.
    pub(super) big_endian: bool,
}

/// A leaf: what stands in one place of every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Names from the table down, joined by dots.
    pub name: String,
    /// The same, each behind a `/`.
    pub route: String,
    /// Type in Arrow's words: `utf8`, `list<int32>`.
    pub of: String,
    /// Are the values text or bytes, so that they are delivered?
    pub read: bool,
    /// Is it declared as text?
    pub text: bool,
    /// Row numbers are those of the dictionary's entries.
    pub dictionary: bool,
}

impl Column {
    /// Is it one integer a row?
    pub fn is_plain_integer(&self) -> bool {
        self.of.trim_start_matches('u').starts_with("int") && self.of != "interval"
    }
}

/// A pair of the schema's or of a field's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Route of the field; empty for the schema.
    pub route: String,
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// Place of the value in the flatbuffer.
    pub at: u64,
    /// Place of the offset that leads to it.
    pub(super) link: usize,
}

/// A field of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) kind: Type,
    /// Number of the dictionary that holds the values.
    pub(super) dictionary: Option<i64>,
    pub(super) children: Vec<Self>,
    /// Its column, if it has no children.
    pub(super) column: usize,
}

/// How the values of a field are laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// No buffers.
    Null,
    /// Validity and one buffer of integers of so many bits; 0 for other numbers.
    Number { bits: u32, signed: bool },
    /// Offsets of 4 or 8 bytes, and the bytes.
    Bytes { wide: bool },
    /// Views of 16 bytes, and any number of buffers.
    View,
    /// Bytes of one length.
    FixedBytes(u64),
    /// Offsets of 4 or 8 bytes into the child.
    List { wide: bool },
    /// Offsets and sizes of 4 or 8 bytes.
    ListView { wide: bool },
    /// A list of one length.
    FixedList(u64),
    /// The children's rows are its own.
    Struct,
    /// Type codes of the children, and whether offsets are stored.
    Union { dense: bool, codes: Vec<i32> },
    /// Ends of runs, and values.
    Runs,
}

/// Parses a `Schema` table of a flatbuffer of `size` bytes.
pub(super) fn parse(table: &Table<'_>, size: usize) -> Result<Schema, FormatError> {
    let mut parser = Parser::new(size);
    parser.schema.big_endian = table.i16(0, 0)? == 1;
    parser.metadata("", table.vector(2, 4)?)?;
    if let Some(fields) = table.vector(1, 4)? {
        for index in 0..fields.len() {
            let field = parser.field(&fields.table(index)?, &Path::default(), 0)?;
            parser.schema.fields.push(field);
        }
    }
    Ok(parser.schema)
}

/// Key-value pairs that stand in a flatbuffer of `size` bytes beside its schema.
pub(super) fn pairs(list: Option<Vector<'_>>, size: usize) -> Result<Vec<Metadata>, FormatError> {
    let mut parser = Parser::new(size);
    parser.metadata("", list)?;
    Ok(parser.schema.metadata)
}

struct Parser {
    room: usize,
    fields: usize,
    schema: Schema,
}

/// Names and type words from the table down to a field.
#[derive(Clone, Default)]
struct Path {
    name: String,
    route: String,
    around: String,
    closing: usize,
    dictionary: bool,
    /// The field is what the one above holds many of: its name says nothing.
    element: bool,
}

impl Parser {
    fn new(size: usize) -> Self {
        Self {
            // A flatbuffer that holds no string twice stays below its own size.
            room: size.saturating_mul(8).saturating_add(64 * 1024),
            fields: 0,
            schema: Schema::default(),
        }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), FormatError> {
        let what = "size of an Arrow schema once unfolded";
        let left = self.room.checked_sub(bytes);
        self.room = left.ok_or(FormatError::Limit { what })?;
        Ok(())
    }

    fn metadata(&mut self, route: &str, pairs: Option<Vector<'_>>) -> Result<(), FormatError> {
        let Some(pairs) = pairs else { return Ok(()) };
        for index in 0..pairs.len() {
            let pair = pairs.table(index)?;
            let key = pair.string(0)?.unwrap_or_default();
            let Some(value) = pair.vector(1, 1)? else {
                continue;
            };
            self.spend(route.len() + key.len() + value.len() + 64)?;
            self.schema.metadata.push(Metadata {
                route: route.to_owned(),
                key: key.to_vec(),
                value: value.bytes().to_vec(),
                at: value.position() as u64,
                link: pair.place(1).unwrap_or(0),
            });
        }
        Ok(())
    }

    fn field(
        &mut self,
        table: &Table<'_>,
        above: &Path,
        depth: usize,
    ) -> Result<Field, FormatError> {
        self.fields += 1;
        if depth > DEPTH || self.fields > FIELDS {
            let what = "depth or number of the fields of an Arrow schema";
            return Err(FormatError::Limit { what });
        }
        let mut path = above.clone();
        if !above.element {
            let name = String::from_utf8_lossy(table.string(0)?.unwrap_or_default());
            if !path.name.is_empty() {
                path.name.push('.');
            }
            path.name.push_str(&name);
            path.route.push('/');
            path.route.push_str(&name);
        }
        self.spend(2 * (path.name.len() + path.around.len()) + 64)?;
        self.metadata(&path.route, table.vector(6, 4)?)?;
        let dictionary = match table.table(4)? {
            Some(encoding) => Some(encoding.i64(0, 0)?),
            None => None,
        };
        if dictionary.is_some() {
            path.dictionary = true;
            path.open("dictionary");
        }
        let (kind, word) = kind(table)?;
        path.element = false;
        let many = matches!(
            kind,
            Type::List { .. } | Type::ListView { .. } | Type::FixedList(_)
        );
        if many {
            path.open(word);
            path.element = true;
        }
        let children = self.children(table, &kind, word, &path, depth)?;
        let column = self.schema.columns.len();
        if children.is_empty() {
            self.column(path, &kind, word);
        }
        Ok(Field {
            kind,
            dictionary,
            children,
            column,
        })
    }

    fn children(
        &mut self,
        table: &Table<'_>,
        kind: &Type,
        word: &str,
        path: &Path,
        depth: usize,
    ) -> Result<Vec<Field>, FormatError> {
        let mut fields = Vec::new();
        let nested = !matches!(
            kind,
            Type::Null
                | Type::Number { .. }
                | Type::Bytes { .. }
                | Type::View
                | Type::FixedBytes(_)
        );
        let Some(children) = table.vector(5, 4)?.filter(|_| nested) else {
            return Ok(fields);
        };
        // `entries` of a map and `values` of runs are no names of anybody's.
        let mut path = path.clone();
        path.element |= word == "map" || *kind == Type::Runs;
        for index in 0..children.len() {
            fields.push(self.field(&children.table(index)?, &path, depth + 1)?);
        }
        Ok(fields)
    }

    fn column(&mut self, path: Path, kind: &Type, word: &str) {
        let text = matches!(word, "utf8" | "large_utf8" | "utf8_view");
        let read = matches!(kind, Type::Bytes { .. } | Type::View | Type::FixedBytes(_));
        self.schema.columns.push(Column {
            name: path.name,
            route: path.route,
            of: format!("{}{word}{}", path.around, ">".repeat(path.closing)),
            read,
            text,
            dictionary: path.dictionary,
        });
    }
}

impl Path {
    fn open(&mut self, word: &str) {
        self.around.push_str(word);
        self.around.push('<');
        self.closing += 1;
    }
}

/// The type of a field, and Arrow's word for it.
fn kind(field: &Table<'_>) -> Result<(Type, &'static str), FormatError> {
    let of = field.u8(2, 0)?;
    let details = field.table(3)?;
    let number = |at: usize| match &details {
        Some(details) => details.i32(at, 0),
        None => Ok(0),
    };
    let width = |value: i32| u64::try_from(value).unwrap_or(0);
    let plain = |bits, word| {
        let signed = true;
        Ok((Type::Number { bits, signed }, word))
    };
    Ok(match of {
        1 => (Type::Null, "null"),
        2 => {
            let signed = details.map_or(Ok(0), |details| details.u8(1, 0))? != 0;
            let bits = number(0)?;
            let bits = u32::try_from(bits).unwrap_or(0);
            (Type::Number { bits, signed }, integer(bits, signed))
        }
        3 => return plain(0, "float"),
        4 => (Type::Bytes { wide: false }, "binary"),
        5 => (Type::Bytes { wide: false }, "utf8"),
        6 => return plain(1, "bool"),
        7 => return plain(0, "decimal"),
        8 => return plain(0, "date"),
        9 => return plain(0, "time"),
        10 => return plain(0, "timestamp"),
        11 => return plain(0, "interval"),
        12 => (Type::List { wide: false }, "list"),
        13 => (Type::Struct, "struct"),
        14 => (union(details)?, "union"),
        15 => (Type::FixedBytes(width(number(0)?)), "fixed_size_binary"),
        16 => (Type::FixedList(width(number(0)?)), "fixed_size_list"),
        17 => (Type::List { wide: false }, "map"),
        18 => return plain(0, "duration"),
        19 => (Type::Bytes { wide: true }, "large_binary"),
        20 => (Type::Bytes { wide: true }, "large_utf8"),
        21 => (Type::List { wide: true }, "large_list"),
        22 => (Type::Runs, "run_end_encoded"),
        23 => (Type::View, "binary_view"),
        24 => (Type::View, "utf8_view"),
        25 => (Type::ListView { wide: false }, "list_view"),
        26 => (Type::ListView { wide: true }, "large_list_view"),
        _ => {
            let what = "type of an Arrow column";
            return Err(FormatError::Unsupported { what });
        }
    })
}

fn integer(bits: u32, signed: bool) -> &'static str {
    match (bits, signed) {
        (8, true) => "int8",
        (8, false) => "uint8",
        (16, true) => "int16",
        (16, false) => "uint16",
        (32, true) => "int32",
        (32, false) => "uint32",
        (64, true) => "int64",
        (64, false) => "uint64",
        _ => "int",
    }
}

fn union(details: Option<Table<'_>>) -> Result<Type, FormatError> {
    let mut codes = Vec::new();
    let mut dense = false;
    if let Some(details) = details {
        dense = details.i16(0, 0)? == 1;
        if let Some(ids) = details.vector(1, 4)? {
            // A code is one signed byte.
            for index in 0..ids.len().min(128) {
                codes.push(i32::from_le_bytes(ids.element(index)?));
            }
        }
    }
    Ok(Type::Union { dense, codes })
}
