//! The columns of a parquet file, from the tree of its schema.
//!
//! The list of schema elements enters; the leaves leave, each with its path, its
//! type in words and the levels that place its values.

use std::ops::Range;

use crate::format::FormatError;
use crate::format::thrift::Thrift;

/// How deep groups may nest.
const DEPTH: usize = 64;

/// Most bytes of a column's path: names that are longer are cut.
const PATH: usize = 1024;

/// How the values of a column are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Physical {
    /// Single bits.
    Boolean,
    /// 32-bit integers.
    Int32,
    /// 64-bit integers.
    Int64,
    /// Old timestamps.
    Int96,
    /// 32-bit floats.
    Float,
    /// 64-bit floats.
    Double,
    /// Strings of bytes, each with its length.
    Bytes,
    /// Strings of so many bytes each.
    Fixed(usize),
    /// A number that this reader does not know.
    Unknown,
}

/// A leaf of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Names from the root, joined by dots, without the groups that lists and
    /// maps add.
    pub path: String,
    /// The type in words: `string`, `list<int64>`.
    pub of: String,
    /// How values are stored.
    pub physical: Physical,
    /// Is it declared to be text (also JSON, and names of an enumeration)?
    pub text: bool,
    /// Are its bytes a number, a float, a time or an identifier?
    pub number: bool,
    /// Levels: the deepest definition, the deepest repetition.
    pub(super) levels: (u32, u32),
}

/// An element as it stands in the footer.
#[derive(Default)]
struct Element {
    physical: Option<i64>,
    length: i64,
    repetition: i64,
    name: Range<usize>,
    children: u64,
    converted: Option<i64>,
    logical: i16,
}

/// A group whose children are read.
struct Group {
    left: u64,
    path: usize,
    lists: usize,
    levels: (u32, u32),
    /// Is it a list or map, or the repeated group in one?
    wrap: Wrap,
}

#[derive(Clone, Copy, PartialEq)]
enum Wrap {
    Plain,
    List,
    ListInner,
    Map,
    MapInner,
}

/// Reads `count` elements and answers the columns; `name` hears the place of
/// every name. More than `most` elements are an error.
pub(super) fn read(
    thrift: &mut Thrift<'_>,
    footer: &[u8],
    count: u64,
    most: u64,
    names: &mut Vec<Range<usize>>,
) -> Result<Vec<Column>, FormatError> {
    if count > most {
        let what = "number of columns of a parquet file";
        return Err(FormatError::Limit { what });
    }
    let mut columns = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut path = String::new();
    for number in 0..count {
        let element = element(thrift)?;
        if number == 0 {
            // The root: its name and repetition mean nothing.
            names.push(element.name);
            groups.push(Group::new(element.children, &path, 0, (0, 0), Wrap::Plain));
            continue;
        }
        while groups.pop_if(|group| group.left == 0).is_some() {}
        let Some(parent) = groups.last_mut() else {
            return Err(thrift.malformed());
        };
        parent.left -= 1;
        path.truncate(parent.path);
        let mut levels = parent.levels;
        levels.0 += u32::from(element.repetition != 0);
        levels.1 += u32::from(element.repetition == 2);
        let lists = parent.lists + usize::from(element.repetition == 2);
        let wrap = element.wrap(parent.wrap);
        let name = footer.get(element.name.clone()).unwrap_or_default();
        if !is_scaffold(parent.wrap, wrap, &element) {
            push_name(&mut path, name);
        }
        names.push(element.name.clone());
        if element.children > 0 {
            if groups.len() > DEPTH {
                let what = "nesting of parquet columns";
                return Err(FormatError::Limit { what });
            }
            groups.push(Group::new(element.children, &path, lists, levels, wrap));
        } else if element.physical.is_some() {
            columns.push(element.column(&path, lists, levels));
        }
    }
    Ok(columns)
}

impl Group {
    fn new(left: u64, path: &str, lists: usize, levels: (u32, u32), wrap: Wrap) -> Self {
        let path = path.len();
        Self {
            left,
            path,
            lists,
            levels,
            wrap,
        }
    }
}

/// Groups that a list or map adds, and the one element of a list, have names
/// that nobody chose.
fn is_scaffold(parent: Wrap, wrap: Wrap, element: &Element) -> bool {
    matches!(wrap, Wrap::ListInner | Wrap::MapInner)
        || parent == Wrap::ListInner
        || (parent == Wrap::List && element.repetition == 2)
}

fn push_name(path: &mut String, name: &[u8]) {
    if path.len() >= PATH {
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    for chunk in name[..name.len().min(PATH)].utf8_chunks() {
        path.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            path.push('\u{fffd}');
        }
    }
}

fn element(thrift: &mut Thrift<'_>) -> Result<Element, FormatError> {
    let mut element = Element::default();
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match field.id {
            1 => element.physical = Some(thrift.int(field)?),
            2 => element.length = thrift.int(field)?,
            3 => element.repetition = thrift.int(field)?,
            4 => element.name = thrift.binary(field)?,
            5 => element.children = thrift.size(field)?,
            6 => element.converted = Some(thrift.int(field)?),
            10 => {
                thrift.enter(field)?;
                let mut last = 0;
                while let Some(field) = thrift.field(&mut last)? {
                    element.logical = field.id;
                    thrift.skip(field)?;
                }
            }
            _ => thrift.skip(field)?,
        }
    }
    Ok(element)
}

impl Element {
    fn wrap(&self, parent: Wrap) -> Wrap {
        if self.children == 0 {
            return Wrap::Plain;
        }
        match parent {
            // A repeated group of one child is the scaffold of a list; one of
            // several is the element itself.
            Wrap::List if self.repetition == 2 && self.children == 1 => return Wrap::ListInner,
            Wrap::Map if self.repetition == 2 => return Wrap::MapInner,
            _ => {}
        }
        match (self.logical, self.converted) {
            (3, _) | (_, Some(3)) => Wrap::List,
            (2, _) | (_, Some(1 | 2)) => Wrap::Map,
            _ => Wrap::Plain,
        }
    }

    fn column(&self, path: &str, lists: usize, levels: (u32, u32)) -> Column {
        let physical = match self.physical {
            Some(0) => Physical::Boolean,
            Some(1) => Physical::Int32,
            Some(2) => Physical::Int64,
            Some(3) => Physical::Int96,
            Some(4) => Physical::Float,
            Some(5) => Physical::Double,
            Some(6) => Physical::Bytes,
            Some(7) => Physical::Fixed(usize::try_from(self.length).unwrap_or(0)),
            _ => Physical::Unknown,
        };
        let (word, text, number) = self.meaning(physical);
        let of = format!("{}{word}{}", "list<".repeat(lists), ">".repeat(lists));
        Column {
            path: path.to_owned(),
            of,
            physical,
            text,
            number,
            levels,
        }
    }

    /// The type in a word; is it text, is it a number?
    fn meaning(&self, physical: Physical) -> (&'static str, bool, bool) {
        match (self.logical, self.converted) {
            (1, _) | (0, Some(0)) => return ("string", true, false),
            (4, _) | (0, Some(4)) => return ("enum", true, false),
            (12, _) | (0, Some(19)) => return ("json", true, false),
            (13, _) | (0, Some(20)) => return ("bson", false, false),
            (5, _) | (0, Some(5)) => return ("decimal", false, true),
            (6, _) | (0, Some(6)) => return ("date", false, true),
            (7, _) | (0, Some(7 | 8)) => return ("time", false, true),
            (8, _) | (0, Some(9 | 10)) => return ("timestamp", false, true),
            (14, _) => return ("uuid", false, true),
            (15, _) => return ("float16", false, true),
            (0, Some(21)) => return ("interval", false, true),
            _ => {}
        }
        match physical {
            Physical::Boolean => ("bool", false, true),
            Physical::Int32 => ("int32", false, true),
            Physical::Int64 => ("int64", false, true),
            Physical::Int96 => ("int96", false, true),
            Physical::Float => ("float", false, true),
            Physical::Double => ("double", false, true),
            Physical::Bytes => ("binary", false, false),
            Physical::Fixed(_) => ("fixed", false, false),
            Physical::Unknown => ("unknown", false, false),
        }
    }
}
