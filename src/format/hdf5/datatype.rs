//! Datatypes: what the elements of a dataset or attribute are made of.
//!
//! In: a datatype message. Out: the type as a tree, a word for it, and where
//! in an element the texts are.

use super::cursor::Cursor;
use crate::format::FormatError;

/// Types inside types.
const DEEPEST: usize = 16;
/// Most places of text in one element.
const PLACES: usize = 16 * 1024;
/// Fewer bytes hold nothing worth reading.
pub(super) const LEAST_BYTES: u64 = 6;
/// Longest name of a member that places are told by.
const LONGEST_NAME: usize = 256;

/// The shape of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Numbers, references and the like: never read.
    Number,
    /// Integers of one byte, or opaque bytes: may hold anything.
    Bytes,
    /// A string of the element's size.
    Text,
    /// A string elsewhere, in a global heap.
    VariableText,
    /// Elements elsewhere, in a global heap.
    Sequence(Box<Type>),
    /// Named members.
    Compound(Vec<Member>),
    /// The same many times.
    Array(u64, Box<Type>),
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) shape: Shape,
    /// Bytes of an element.
    pub(super) size: u64,
    /// Its name, as numpy would say it.
    pub(super) word: String,
    /// Names inside the type that are free text: enumerations, opaque tags.
    pub(super) names: Vec<String>,
}

/// A member of a compound type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) offset: u64,
    pub(super) of: Type,
}

/// Something readable in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Names of the members around it, with dots.
    pub(super) member: String,
    pub(super) offset: usize,
    pub(super) size: usize,
    pub(super) holds: Holds,
}

/// What a place holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Bytes,
    VariableText,
    Sequence(Type),
}

impl Type {
    /// Read a type from a datatype message.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, FormatError> {
        Self::at_depth(cursor, 0)
    }

    fn at_depth(cursor: &mut Cursor<'_>, depth: usize) -> Result<Self, FormatError> {
        if depth > DEEPEST {
            return Err(FormatError::Limit {
                what: "16 HDF5 types inside each other",
            });
        }
        let lead = cursor.u8()?;
        let (class, version) = (lead & 15, lead >> 4);
        let bits = cursor.uint(3)?;
        let size = u64::from(cursor.u32()?);
        let mut found = Self {
            shape: Shape::Number,
            size,
            word: String::new(),
            names: Vec::new(),
        };
        match class {
            0 | 4 => {
                cursor.take(4)?;
                if size == 1 {
                    found.shape = Shape::Bytes;
                }
                let sign = if class == 0 && bits & 8 != 0 { "" } else { "u" };
                found.word = format!("{sign}int{}", size.saturating_mul(8));
            }
            1 => {
                cursor.take(12)?;
                found.word = format!("float{}", size.saturating_mul(8));
            }
            2 => {
                cursor.take(2)?;
                "time".clone_into(&mut found.word);
            }
            3 => {
                found.shape = Shape::Text;
                "string".clone_into(&mut found.word);
            }
            5 => {
                let tag = cursor.take((bits & 0xff) as usize)?;
                found.names = vec![text(tag)];
                found.shape = Shape::Bytes;
                "opaque".clone_into(&mut found.word);
            }
            6 => found.compound(cursor, version, bits & 0xffff, depth)?,
            7 => "reference".clone_into(&mut found.word),
            8 => found.enumeration(cursor, version, bits & 0xffff, depth)?,
            9 => found.variable(cursor, bits & 15 == 1, depth)?,
            10 => found.array(cursor, version, depth)?,
            11 => {
                Self::at_depth(cursor, depth + 1)?;
                found.word = format!("complex{}", size.saturating_mul(8));
            }
            _ => return Err(cursor.malformed()),
        }
        Ok(found)
    }

    fn compound(
        &mut self,
        cursor: &mut Cursor<'_>,
        version: u8,
        count: u64,
        depth: usize,
    ) -> Result<(), FormatError> {
        let mut members = Vec::new();
        // Offsets are as wide as the size needs; the first versions had four.
        let width = match self.size {
            _ if version < 3 => 4,
            0..=0xff => 1,
            0x100..=0xffff => 2,
            0x1_0000..=0xff_ffff => 3,
            _ => 4,
        };
        for _ in 0..count {
            let from = cursor.passed();
            let name = text(cursor.terminated()?);
            if version < 3 {
                cursor.align(from);
            }
            let offset = cursor.uint(width)?;
            let mut repeat = None;
            if version == 1 {
                repeat = old_array(cursor)?;
            }
            let mut of = Self::at_depth(cursor, depth + 1)?;
            if let Some(count) = repeat {
                of = of.repeated(count);
            }
            members.push(Member { name, offset, of });
        }
        "compound".clone_into(&mut self.word);
        self.shape = Shape::Compound(members);
        Ok(())
    }

    fn variable(
        &mut self,
        cursor: &mut Cursor<'_>,
        string: bool,
        depth: usize,
    ) -> Result<(), FormatError> {
        let of = Self::at_depth(cursor, depth + 1)?;
        if string {
            self.shape = Shape::VariableText;
            "string".clone_into(&mut self.word);
        } else {
            self.word = format!("sequence of {}", of.word);
            self.shape = Shape::Sequence(Box::new(of));
        }
        Ok(())
    }

    fn enumeration(
        &mut self,
        cursor: &mut Cursor<'_>,
        version: u8,
        count: u64,
        depth: usize,
    ) -> Result<(), FormatError> {
        let of = Self::at_depth(cursor, depth + 1)?;
        for _ in 0..count {
            let from = cursor.passed();
            self.names.push(text(cursor.terminated()?));
            if version < 3 {
                cursor.align(from);
            }
        }
        let values = count.saturating_mul(of.size);
        cursor.take(usize::try_from(values).unwrap_or(usize::MAX))?;
        self.word = format!("enum of {}", of.word);
        Ok(())
    }

    fn array(
        &mut self,
        cursor: &mut Cursor<'_>,
        version: u8,
        depth: usize,
    ) -> Result<(), FormatError> {
        let rank = usize::from(cursor.u8()?);
        if version < 3 {
            cursor.take(3)?;
        }
        let mut count = 1u64;
        for _ in 0..rank {
            count = count.saturating_mul(u64::from(cursor.u32()?));
        }
        if version < 3 {
            cursor.take(4 * rank)?;
        }
        let of = Self::at_depth(cursor, depth + 1)?;
        self.word = format!("array of {}", of.word);
        self.shape = Shape::Array(count, Box::new(of));
        Ok(())
    }

    fn repeated(self, count: u64) -> Self {
        Self {
            size: self.size.saturating_mul(count),
            word: format!("array of {}", self.word),
            names: Vec::new(),
            shape: Shape::Array(count, Box::new(self)),
        }
    }

    /// All names inside the type.
    pub(super) fn each_name(&self, name: &mut dyn FnMut(&str)) {
        for own in self.names.iter().filter(|own| !own.is_empty()) {
            name(own);
        }
        match &self.shape {
            Shape::Compound(members) => {
                for member in members {
                    name(&member.name);
                    member.of.each_name(name);
                }
            }
            Shape::Sequence(of) | Shape::Array(_, of) => of.each_name(name),
            _ => {}
        }
    }

    /// Does an element hold, or lead to, strings? Plain bytes do not count.
    pub(super) fn has_text(&self) -> bool {
        match &self.shape {
            Shape::Text | Shape::VariableText => true,
            Shape::Sequence(of) => of.has_text() || of.shape == Shape::Bytes,
            Shape::Array(_, of) => of.has_text(),
            Shape::Compound(members) => members.iter().any(|member| member.of.has_text()),
            Shape::Number | Shape::Bytes => false,
        }
    }

    /// Is an element nothing but bytes?
    pub(super) fn is_bytes(&self) -> bool {
        match &self.shape {
            Shape::Bytes => true,
            Shape::Array(_, of) => of.is_bytes(),
            _ => false,
        }
    }

    /// The places in an element worth reading.
    pub(super) fn places(&self) -> Result<Vec<Place>, FormatError> {
        let mut places = Vec::new();
        self.add_places("", 0, &mut places)?;
        Ok(places)
    }

    fn add_places(
        &self,
        member: &str,
        offset: u64,
        places: &mut Vec<Place>,
    ) -> Result<(), FormatError> {
        if places.len() >= PLACES {
            return Err(FormatError::Limit {
                what: "16384 strings in one element of an HDF5 dataset",
            });
        }
        let holds = match &self.shape {
            Shape::Number => return Ok(()),
            Shape::Text => Holds::Text,
            // A flag, or a number of one byte.
            Shape::Bytes if self.size < LEAST_BYTES => return Ok(()),
            Shape::Bytes => Holds::Bytes,
            Shape::VariableText => Holds::VariableText,
            Shape::Sequence(of) if of.has_text() || of.is_bytes() => {
                Holds::Sequence((**of).clone())
            }
            Shape::Sequence(_) => return Ok(()),
            Shape::Compound(members) => {
                for inner in members {
                    let name = joined(member, &inner.name);
                    let offset = offset.saturating_add(inner.offset);
                    inner.of.add_places(&name, offset, places)?;
                }
                return Ok(());
            }
            Shape::Array(_, of) if of.is_bytes() => Holds::Bytes,
            Shape::Array(_, of) if !of.has_text() => return Ok(()),
            Shape::Array(count, of) => {
                let before = places.len();
                for index in 0..*count {
                    let inner = offset.saturating_add(index.saturating_mul(of.size));
                    of.add_places(member, inner, places)?;
                    if places.len() == before {
                        break;
                    }
                }
                return Ok(());
            }
        };
        let number = |value| usize::try_from(value).unwrap_or(usize::MAX);
        places.push(Place {
            member: member.to_owned(),
            offset: number(offset),
            size: number(self.size),
            holds,
        });
        Ok(())
    }
}

/// A member's name behind those around it, unless that gets long.
fn joined(member: &str, name: &str) -> String {
    if member.len() + name.len() > LONGEST_NAME {
        member.to_owned()
    } else if member.is_empty() {
        name.to_owned()
    } else {
        format!("{member}.{name}")
    }
}

/// The dimensions a member had before there was an array type.
fn old_array(cursor: &mut Cursor<'_>) -> Result<Option<u64>, FormatError> {
    let rank = cursor.u8()?;
    cursor.take(3 + 4 + 4)?;
    let mut count = 1u64;
    for index in 0..4 {
        let length = u64::from(cursor.u32()?);
        if index < rank {
            count = count.saturating_mul(length);
        }
    }
    Ok((rank > 0).then_some(count))
}

/// A name without the zeros that fill it up.
pub(super) fn text(bytes: &[u8]) -> String {
    let length = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned()
}
