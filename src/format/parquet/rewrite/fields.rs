//! A thrift struct whose fields can be changed.
//!
//! The bytes of a struct enter; what was not changed leaves as it came, fields
//! that this program does not know included.

use std::borrow::Cow;

use crate::format::FormatError;
use crate::format::thrift::{BINARY, Field, I32, I64, LIST, STRUCT, Thrift};

/// The fields of a struct, their values as bytes.
pub(super) struct Fields<'a>(Vec<Entry<'a>>);

struct Entry<'a> {
    id: i16,
    kind: u8,
    value: Cow<'a, [u8]>,
}

const WHAT: &str = "metadata of a parquet file";

const MALFORMED: FormatError = FormatError::Malformed {
    what: WHAT,
    offset: 0,
};

impl<'a> Fields<'a> {
    /// Reads the struct at the start of `data`. A field that comes twice is
    /// malformed: readers differ in which of the two they take.
    pub(super) fn read(data: &'a [u8]) -> Result<Self, FormatError> {
        let mut thrift = Thrift::new(data, 0, WHAT);
        let (mut fields, mut last) = (Vec::new(), 0);
        while let Some(field) = thrift.field(&mut last)? {
            let start = thrift.position();
            thrift.skip(field)?;
            let value = data.get(start..thrift.position()).unwrap_or_default();
            fields.push(Entry {
                id: field.id,
                kind: field.kind,
                value: Cow::Borrowed(value),
            });
        }
        let mut ids: Vec<i16> = fields.iter().map(|entry: &Entry<'_>| entry.id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(MALFORMED);
        }
        Ok(Self(fields))
    }

    /// Appends the struct.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut last = 0i16;
        for entry in &self.0 {
            match entry.id.checked_sub(last) {
                Some(delta @ 1..=15) => out.push((delta as u8) << 4 | entry.kind),
                _ => {
                    out.push(entry.kind);
                    varint(out, zigzag(i64::from(entry.id)));
                }
            }
            out.extend_from_slice(&entry.value);
            last = entry.id;
        }
        out.push(0);
    }

    fn entry(&self, id: i16) -> Option<&Entry<'a>> {
        self.0.iter().find(|entry| entry.id == id)
    }

    /// Is the field there?
    pub(super) fn has(&self, id: i16) -> bool {
        self.entry(id).is_some()
    }

    /// The number in a field.
    pub(super) fn int(&self, id: i16) -> Result<Option<i64>, FormatError> {
        let Some(entry) = self.entry(id) else {
            return Ok(None);
        };
        let kind = entry.kind;
        let value = Thrift::new(&entry.value, 0, WHAT).int(Field { id, kind })?;
        Ok(Some(value))
    }

    /// The size or place in a field.
    pub(super) fn size(&self, id: i16) -> Result<Option<u64>, FormatError> {
        let Some(value) = self.int(id)? else {
            return Ok(None);
        };
        u64::try_from(value).map(Some).map_err(|_| MALFORMED)
    }

    /// The bytes in a field; none where it is not there.
    pub(super) fn binary(&self, id: i16) -> Result<&[u8], FormatError> {
        let Some(entry) = self.entry(id) else {
            return Ok(&[]);
        };
        let kind = entry.kind;
        let range = Thrift::new(&entry.value, 0, WHAT).binary(Field { id, kind })?;
        Ok(entry.value.get(range).unwrap_or_default())
    }

    /// The small numbers in the list of a field.
    pub(super) fn ints(&self, id: i16) -> Result<Vec<i64>, FormatError> {
        let Some(entry) = self.entry(id) else {
            return Ok(Vec::new());
        };
        let mut thrift = Thrift::new(&entry.value, 0, WHAT);
        let kind = entry.kind;
        let (kind, count) = thrift.list(Field { id, kind })?;
        (0..count).map(|_| thrift.int(Field { id, kind })).collect()
    }

    /// The structs in the list of a field, as bytes.
    pub(super) fn structs(&self, id: i16) -> Result<Vec<&[u8]>, FormatError> {
        let Some(entry) = self.entry(id) else {
            return Ok(Vec::new());
        };
        let mut thrift = Thrift::new(&entry.value, 0, WHAT);
        let kind = entry.kind;
        let count = thrift.structs(Field { id, kind })?;
        let mut found = Vec::new();
        for _ in 0..count {
            let start = thrift.position();
            thrift.skip_struct()?;
            let bytes = entry.value.get(start..thrift.position());
            found.push(bytes.unwrap_or_default());
        }
        Ok(found)
    }

    /// Drops a field.
    pub(super) fn remove(&mut self, id: i16) {
        self.0.retain(|entry| entry.id != id);
    }

    /// Keeps only the fields of these numbers; says whether any is left.
    pub(super) fn keep(&mut self, ids: &[i16]) -> bool {
        self.0.retain(|entry| ids.contains(&entry.id));
        !self.0.is_empty()
    }

    fn set(&mut self, id: i16, kinds: &[u8], value: Vec<u8>) -> Result<(), FormatError> {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.id == id) {
            if !kinds.contains(&entry.kind) {
                return Err(MALFORMED);
            }
            entry.value = Cow::Owned(value);
        }
        Ok(())
    }

    /// Changes the number in a field, if the field is there.
    pub(super) fn set_int(&mut self, id: i16, value: u64) -> Result<(), FormatError> {
        let signed = i64::try_from(value).map_err(|_| MALFORMED)?;
        let mut bytes = Vec::new();
        varint(&mut bytes, zigzag(signed));
        self.set(id, &[I32, I64], bytes)
    }

    /// Changes the 32 bits in a field, whatever their sign, if it is there.
    pub(super) fn set_bits(&mut self, id: i16, value: u32) -> Result<(), FormatError> {
        let mut bytes = Vec::new();
        varint(&mut bytes, zigzag(i64::from(value.cast_signed())));
        self.set(id, &[I32], bytes)
    }

    /// Changes the bytes in a field, if the field is there.
    pub(super) fn set_binary(&mut self, id: i16, value: &[u8]) -> Result<(), FormatError> {
        let mut bytes = Vec::new();
        varint(&mut bytes, value.len() as u64);
        bytes.extend_from_slice(value);
        self.set(id, &[BINARY], bytes)
    }

    /// Changes a list of small numbers, if the field is there.
    pub(super) fn set_ints(&mut self, id: i16, values: &[i64]) -> Result<(), FormatError> {
        let mut bytes = Vec::new();
        list_head(&mut bytes, I32, values.len());
        for &value in values {
            varint(&mut bytes, zigzag(value));
        }
        self.set(id, &[LIST], bytes)
    }

    /// Changes a list of structs, if the field is there.
    pub(super) fn set_structs(&mut self, id: i16, values: &[Vec<u8>]) -> Result<(), FormatError> {
        let mut bytes = Vec::new();
        list_head(&mut bytes, STRUCT, values.len());
        for value in values {
            bytes.extend_from_slice(value);
        }
        self.set(id, &[LIST], bytes)
    }

    /// Changes the struct in a field, if the field is there. It goes where `edit`
    /// answers `false`.
    pub(super) fn edit(
        &mut self,
        id: i16,
        edit: impl FnOnce(&mut Fields<'_>) -> Result<bool, FormatError>,
    ) -> Result<(), FormatError> {
        let Some(entry) = self.entry(id) else {
            return Ok(());
        };
        if entry.kind != STRUCT {
            return Err(MALFORMED);
        }
        let mut inner = Fields::read(&entry.value)?;
        if !edit(&mut inner)? {
            self.remove(id);
            return Ok(());
        }
        let mut bytes = Vec::new();
        inner.write(&mut bytes);
        self.set(id, &[STRUCT], bytes)
    }

    /// Changes each struct in the list of a field, if the field is there; `edit`
    /// hears its number.
    pub(super) fn edit_each(
        &mut self,
        id: i16,
        mut edit: impl FnMut(usize, &mut Fields<'_>) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        if !self.has(id) {
            return Ok(());
        }
        let mut edited = Vec::new();
        for (number, bytes) in self.structs(id)?.into_iter().enumerate() {
            let mut inner = Fields::read(bytes)?;
            edit(number, &mut inner)?;
            let mut bytes = Vec::new();
            inner.write(&mut bytes);
            edited.push(bytes);
        }
        self.set_structs(id, &edited)
    }
}

fn list_head(out: &mut Vec<u8>, kind: u8, count: usize) {
    match u8::try_from(count) {
        Ok(count @ 0..=14) => out.push(count << 4 | kind),
        _ => {
            out.push(0xf0 | kind);
            varint(out, count as u64);
        }
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::super::super::builder::Thrift as Writer;
    use super::*;

    fn written(fields: &Fields<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        fields.write(&mut out);
        out
    }

    #[test]
    fn what_is_not_changed_stays() {
        let unknown = || Writer::default().binary(900, b"new").bool(901, true);
        let pairs = |value| Writer::default().binary(1, b"key").binary(2, value);
        let all = |number, value| {
            Writer::default()
                .int(1, number)
                .list(2, [pairs(b"one"), pairs(value)])
                .bool(3, false)
                .inner(70, unknown())
                .int(71, -5)
                .end()
        };
        let (old, new) = (all(7, b"two"), all(300, b"other"));
        let mut fields = Fields::read(&old).unwrap();
        fields.set_int(1, 300).unwrap();
        fields.set_int(9, 1).unwrap();
        fields
            .edit_each(2, |number, pair| match number {
                1 => pair.set_binary(2, b"other"),
                _ => Ok(()),
            })
            .unwrap();
        let fields = written(&fields);
        // The builder writes the length of every list in its long form.
        assert_eq!(fields.len() + 1, new.len());
        let fields = Fields::read(&fields).unwrap();
        assert_eq!(fields.int(1).unwrap(), Some(300));
        assert_eq!(fields.int(71).unwrap(), Some(-5));
        fields.size(71).map(drop).unwrap_err();
        let pairs = fields.structs(2).unwrap();
        let last = Fields::read(pairs.last().unwrap()).unwrap();
        assert_eq!(last.binary(2).unwrap(), b"other");
        assert!(fields.has(3) && fields.has(70));
    }

    #[test]
    fn fields_go_where_nothing_is_left() {
        let inner = Writer::default().int(1, 1).int(3, 2);
        let old = Writer::default().inner(5, inner).int(6, 1).end();
        let mut fields = Fields::read(&old).unwrap();
        fields.edit(5, |inner| Ok(inner.keep(&[3]))).unwrap();
        let kept = Writer::default().inner(5, Writer::default().int(3, 2));
        assert_eq!(written(&fields), kept.int(6, 1).end());
        fields.edit(5, |inner| Ok(inner.keep(&[4]))).unwrap();
        assert_eq!(written(&fields), Writer::default().int(6, 1).end());
        fields.edit(6, |_| Ok(true)).unwrap_err();
        fields.set_binary(6, b"").unwrap_err();
    }

    #[test]
    fn numbers_keep_their_lists() {
        // 2: a list of i32: 0, -3, 8.
        let old = [0x29, 0x35, 0, 5, 16, 0];
        let mut fields = Fields::read(&old).unwrap();
        assert_eq!(fields.ints(2).unwrap(), [0, -3, 8]);
        fields.set_ints(2, &[0, -3, 8]).unwrap();
        assert_eq!(written(&fields), old);
        let many: Vec<i64> = (0..20).collect();
        fields.set_ints(2, &many).unwrap();
        let out = written(&fields);
        assert_eq!(Fields::read(&out).unwrap().ints(2).unwrap(), many);
    }

    #[test]
    fn a_field_that_comes_twice_is_malformed() {
        let twice = Writer::default().int(1, 1).int(2, 1).int(1, 2).end();
        assert!(Fields::read(&twice).is_err());
        let lie = [0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0];
        assert!(Fields::read(&lie).is_err());
    }
}
