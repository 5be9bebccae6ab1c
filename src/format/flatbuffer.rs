//! A bounded accessor for flatbuffers, the encoding of Arrow and TFLite headers.
//!
//! The bytes of one buffer enter; tables, strings, vectors and scalars leave.
//! Nothing is trusted: every position is checked when it is followed, and a
//! field that cannot be read is an error, never a panic. Tables may be shared
//! or point back, so whoever descends must count its steps and its depth.
//! Source: <https://flatbuffers.dev/internals/>.

use super::FormatError;

/// A table: fields by number, in the order of the schema's declaration (a union
/// takes two: its type and its value).
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    fields: &'a [u8],
}

/// A vector of scalars, structs, strings or tables.
#[derive(Clone, Copy, Debug)]
pub struct Vector<'a> {
    bytes: &'a [u8],
    at: usize,
    len: usize,
}

impl<'a> Table<'a> {
    /// The root table of a buffer.
    pub fn root(bytes: &'a [u8]) -> Result<Self, FormatError> {
        Self::new(bytes, follow(bytes, 0)?)
    }

    fn new(bytes: &'a [u8], at: usize) -> Result<Self, FormatError> {
        let back = i32::from_le_bytes(array(bytes, at)?);
        let ahead = isize::try_from(back).ok().and_then(isize::checked_neg);
        let vtable = ahead.and_then(|ahead| at.checked_add_signed(ahead));
        let vtable = vtable.ok_or_else(|| malformed(at))?;
        let size = usize::from(u16::from_le_bytes(array(bytes, vtable)?));
        let fields = bytes.get(vtable.saturating_add(4)..vtable.saturating_add(size));
        // The smallest vtable holds its own size and that of the table.
        let fields = fields.ok_or_else(|| malformed(vtable))?;
        Ok(Self { bytes, at, fields })
    }

    /// Where the table begins in the buffer: two tables at one place are one.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Where the value of a field stands; `None` for a field left out.
    pub fn place(&self, field: usize) -> Option<usize> {
        let entry = self.fields.get(field.checked_mul(2)?..)?;
        let offset = u16::from_le_bytes(*entry.first_chunk()?);
        (offset != 0).then(|| self.at.saturating_add(offset.into()))
    }

    /// A scalar of `N` bytes; `None` for a field left out.
    pub fn scalar<const N: usize>(&self, field: usize) -> Result<Option<[u8; N]>, FormatError> {
        let place = self.place(field);
        place.map(|at| array(self.bytes, at)).transpose()
    }

    /// A byte or boolean.
    pub fn u8(&self, field: usize, default: u8) -> Result<u8, FormatError> {
        Ok(self.scalar(field)?.map_or(default, u8::from_le_bytes))
    }

    /// A 16-bit number.
    pub fn i16(&self, field: usize, default: i16) -> Result<i16, FormatError> {
        Ok(self.scalar(field)?.map_or(default, i16::from_le_bytes))
    }

    /// A 32-bit number.
    pub fn i32(&self, field: usize, default: i32) -> Result<i32, FormatError> {
        Ok(self.scalar(field)?.map_or(default, i32::from_le_bytes))
    }

    /// A 64-bit number.
    pub fn i64(&self, field: usize, default: i64) -> Result<i64, FormatError> {
        Ok(self.scalar(field)?.map_or(default, i64::from_le_bytes))
    }

    /// A nested table.
    pub fn table(&self, field: usize) -> Result<Option<Self>, FormatError> {
        let place = self.place(field);
        let table = |at| Self::new(self.bytes, follow(self.bytes, at)?);
        place.map(table).transpose()
    }

    /// A string, or the value of a vector of bytes; not checked to be UTF-8.
    pub fn string(&self, field: usize) -> Result<Option<&'a [u8]>, FormatError> {
        let vector = self.vector(field, 1)?;
        Ok(vector.map(|vector| vector.bytes()))
    }

    /// A vector whose elements take `width` bytes (4 for strings and tables).
    pub fn vector(&self, field: usize, width: usize) -> Result<Option<Vector<'a>>, FormatError> {
        let place = self.place(field);
        let vector = |at| Vector::new(self.bytes, follow(self.bytes, at)?, width);
        place.map(vector).transpose()
    }
}

impl<'a> Vector<'a> {
    fn new(bytes: &'a [u8], at: usize, width: usize) -> Result<Self, FormatError> {
        let len = u32::from_le_bytes(array(bytes, at)?) as usize;
        let begin = at + 4;
        let fits = len
            .checked_mul(width)
            .is_some_and(|size| size <= bytes.len() - begin);
        if !fits {
            return Err(malformed(at));
        }
        let at = begin;
        Ok(Self { bytes, at, len })
    }

    /// Number of elements; all of them are inside the buffer.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Has it no element?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where the first element stands in the buffer.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The elements of a vector of bytes, or as many bytes as there are elements.
    pub fn bytes(&self) -> &'a [u8] {
        let tail = self.bytes.get(self.at..).unwrap_or_default();
        tail.get(..self.len).unwrap_or_default()
    }

    /// An element of `N` bytes: a struct or a scalar.
    pub fn element<const N: usize>(&self, index: usize) -> Result<[u8; N], FormatError> {
        array(self.bytes, self.place(index, N)?)
    }

    /// An element that is a table.
    pub fn table(&self, index: usize) -> Result<Table<'a>, FormatError> {
        let at = follow(self.bytes, self.place(index, 4)?)?;
        Table::new(self.bytes, at)
    }

    /// An element that is a string.
    pub fn string(&self, index: usize) -> Result<&'a [u8], FormatError> {
        let at = follow(self.bytes, self.place(index, 4)?)?;
        Ok(Self::new(self.bytes, at, 1)?.bytes())
    }

    fn place(&self, index: usize, width: usize) -> Result<usize, FormatError> {
        let inside = (index < self.len).then(|| index.checked_mul(width));
        let place = inside.flatten().and_then(|skip| self.at.checked_add(skip));
        place.ok_or_else(|| malformed(self.at))
    }
}

/// Where the offset at `at` points: always forward.
fn follow(bytes: &[u8], at: usize) -> Result<usize, FormatError> {
    let offset = u32::from_le_bytes(array(bytes, at)?) as usize;
    at.checked_add(offset).ok_or_else(|| malformed(at))
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], FormatError> {
    let found = bytes.get(at..).and_then(|tail| tail.first_chunk());
    found.copied().ok_or_else(|| malformed(at))
}

fn malformed(at: usize) -> FormatError {
    FormatError::Malformed {
        what: "flatbuffer",
        offset: at as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root table with one string, one number and one field left out.
    fn small() -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(16_u32.to_le_bytes());
        bytes.extend([10_u16, 12, 4, 0, 8].map(u16::to_le_bytes).concat());
        bytes.extend([0, 0]);
        bytes.extend(12_i32.to_le_bytes());
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend(77_i32.to_le_bytes());
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(b"abc\0");
        bytes
    }

    #[test]
    fn fields_are_read_and_defaults_given() {
        let bytes = small();
        let root = Table::root(&bytes).unwrap();
        assert_eq!(root.string(0).unwrap(), Some(&b"abc"[..]));
        assert_eq!(root.i32(1, 5).unwrap(), 5);
        assert_eq!(root.i32(2, 5).unwrap(), 77);
        assert_eq!(root.i32(9, 5).unwrap(), 5);
        assert!(root.table(7).unwrap().is_none());
    }

    #[test]
    fn no_mutation_panics() {
        let good = small();
        for at in 0..good.len() {
            for value in [0, 1, 4, 0x7f, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] = value;
                for end in 0..=bytes.len() {
                    let Ok(root) = Table::root(&bytes[..end]) else {
                        continue;
                    };
                    for field in 0..5 {
                        let _ = (root.string(field), root.i64(field, 0));
                        if let Ok(Some(vector)) = root.vector(field, 4) {
                            let _ = (vector.table(0), vector.string(1));
                            let _ = vector.element::<16>(vector.len());
                        }
                        let _ = root.table(field).map(|table| table.map(|t| t.string(0)));
                    }
                }
            }
        }
    }
}
