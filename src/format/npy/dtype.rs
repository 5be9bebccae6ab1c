//! Types of the elements of npy arrays.
//!
//! In: the `descr` of a header. Out: how many bytes an element takes, and
//! where in it text stands. Forms: `numpy.lib.format.descr_to_dtype`.

use super::literal::Literal;

/// Most columns of text of one record type.
const COLUMNS: usize = 1000;

/// Longest name of a column, with those of the fields around it.
const LONGEST_NAME: usize = 4096;

/// Shorter opaque bytes are the numbers of other libraries, such as bfloat16.
const SHORTEST_VOID: u64 = 8;

/// What text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes, `S`; what they mean is not told.
    Bytes,
    /// UTF-32, `U`.
    Utf32 {
        /// Most significant byte first?
        big_endian: bool,
    },
    /// Opaque bytes, `V`.
    Void,
}

/// A place of text in each element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Names of the fields around it, with dots; empty for plain arrays.
    pub name: String,
    /// How it is written.
    pub encoding: Encoding,
    /// Offset in the element, of the first one if it is repeated.
    pub offset: u64,
    /// Bytes, padded with zeros.
    pub length: u64,
    /// Number and stride of repetitions, the outer ones first.
    pub repeats: Vec<(u64, u64)>,
}

/// The layout of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of an element.
    pub size: u64,
    /// Where text stands in it.
    pub columns: Vec<Column>,
    /// Does it hold Python objects? Then the data is a pickle.
    pub objects: bool,
    /// Names and types of the fields, of inner ones with dots.
    pub fields: Vec<(String, String)>,
    /// Are there more columns than are listed?
    pub more: bool,
}

impl Layout {
    /// The layout a `descr` describes; `None` where it describes none.
    pub(super) fn of(descr: &Literal) -> Option<Self> {
        let mut layout = Self::default();
        layout.size = layout.add(descr, "", 0, &mut Vec::new())?;
        Some(layout)
    }

    /// Is it one plain column of text, and nothing else?
    pub fn is_plain(&self) -> bool {
        self.fields.is_empty()
    }

    /// Adds what `descr` describes at `offset`; answers its bytes.
    fn add(
        &mut self,
        descr: &Literal,
        name: &str,
        offset: u64,
        repeats: &mut Vec<(u64, u64)>,
    ) -> Option<u64> {
        match descr {
            Literal::Text(code) => self.leaf(code, name, offset, repeats),
            Literal::List(parts) => match parts.as_slice() {
                // A type and the shape of a subarray of it. A list of two
                // fields begins with a list, not with a type.
                [inner, shape] if !matches!(shape, Literal::List(all) if is_field(all)) => {
                    self.repeated(inner, shape, name, offset, repeats)
                }
                fields => self.record(fields, name, offset, repeats),
            },
            _ => None,
        }
    }

    fn record(
        &mut self,
        fields: &[Literal],
        name: &str,
        offset: u64,
        repeats: &mut Vec<(u64, u64)>,
    ) -> Option<u64> {
        let mut size = 0u64;
        for field in fields {
            let Literal::List(parts) = field else {
                return None;
            };
            let (title, descr, shape) = match parts.as_slice() {
                [title, descr] => (title, descr, None),
                [title, descr, shape] => (title, descr, Some(shape)),
                _ => return None,
            };
            let own = match title {
                Literal::Text(name) => name,
                Literal::List(both) => match both.as_slice() {
                    [Literal::Text(_), Literal::Text(name)] => name,
                    _ => return None,
                },
                _ => return None,
            };
            let name = if name.is_empty() {
                own.clone()
            } else if name.len() + own.len() > LONGEST_NAME {
                name.to_owned()
            } else {
                format!("{name}.{own}")
            };
            if self.fields.len() < COLUMNS && name.len() <= LONGEST_NAME {
                self.fields.push((name.clone(), word(descr)));
            }
            let at = offset.checked_add(size)?;
            let taken = match shape {
                Some(shape) => self.repeated(descr, shape, &name, at, repeats),
                None => self.add(descr, &name, at, repeats),
            }?;
            size = size.checked_add(taken)?;
        }
        Some(size)
    }

    fn repeated(
        &mut self,
        inner: &Literal,
        shape: &Literal,
        name: &str,
        offset: u64,
        repeats: &mut Vec<(u64, u64)>,
    ) -> Option<u64> {
        let count = match shape {
            Literal::Number(count) => u64::try_from(*count).ok()?,
            Literal::List(_) => elements(&dimensions(shape)?)?,
            _ => return None,
        };
        let from = self.columns.len();
        let level = repeats.len();
        // The stride is known once the inner type is read.
        repeats.push((count, 0));
        let size = self.add(inner, name, offset, repeats)?;
        repeats.truncate(level);
        for column in self.columns.get_mut(from..).into_iter().flatten() {
            if let Some(repeat) = column.repeats.get_mut(level) {
                repeat.1 = size;
            }
        }
        size.checked_mul(count)
    }

    /// `<U12`, `|S8`, `<f4`, `|O`, `<M8[ns]` ….
    fn leaf(&mut self, code: &str, name: &str, offset: u64, repeats: &[(u64, u64)]) -> Option<u64> {
        let big_endian = code.starts_with('>');
        let code = code.trim_start_matches(['<', '>', '|', '=']);
        let kind = code.chars().next()?;
        let digits = code.get(kind.len_utf8()..)?;
        let end = digits.find(|digit: char| !digit.is_ascii_digit());
        let digits = &digits[..end.unwrap_or(digits.len())];
        let number = match digits {
            "" if "SaUV".contains(kind) => 0,
            "" => 1,
            digits => digits.parse::<u64>().ok()?,
        };
        let (encoding, length) = match kind {
            'S' | 'a' => (Encoding::Bytes, number),
            'U' => (Encoding::Utf32 { big_endian }, number.checked_mul(4)?),
            'V' if number >= SHORTEST_VOID => (Encoding::Void, number),
            'O' => {
                self.objects = true;
                return Some(8);
            }
            'V' | 'b' | 'B' | 'i' | 'u' | 'f' | 'c' | 'M' | 'm' | '?' | 't' => {
                return Some(number);
            }
            _ => return None,
        };
        // What is repeated no times is not there, however often that is repeated.
        if length == 0 || repeats.iter().any(|&(count, _)| count == 0) {
            return Some(length);
        }
        if self.columns.len() < COLUMNS && name.len() <= LONGEST_NAME {
            self.columns.push(Column {
                name: name.to_owned(),
                encoding,
                offset,
                length,
                repeats: repeats.to_vec(),
            });
        } else {
            self.more = true;
        }
        Some(length)
    }
}

/// Does a list look like a field, `(name, type…)`, rather than a shape?
fn is_field(parts: &[Literal]) -> bool {
    matches!(
        parts,
        [Literal::Text(_) | Literal::List(_), ..] if parts.len() >= 2
    )
}

/// A type in a word.
fn word(descr: &Literal) -> String {
    match descr {
        Literal::Text(code) => code.chars().take(32).collect(),
        _ => "record".to_owned(),
    }
}

/// The lengths of a shape.
pub(super) fn dimensions(shape: &Literal) -> Option<Vec<u64>> {
    let Literal::List(all) = shape else {
        return None;
    };
    let length = |length: &Literal| match length {
        Literal::Number(number) => u64::try_from(*number).ok(),
        _ => None,
    };
    all.iter().map(length).collect()
}

/// Elements of a shape; `None` where they are too many to count.
pub(super) fn elements(shape: &[u64]) -> Option<u64> {
    shape.iter().try_fold(1u64, |n, &next| n.checked_mul(next))
}

impl Column {
    /// Calls `take` with the text of each repetition in an element, decoded to
    /// UTF-8 and without its padding; empty ones are left out.
    pub fn texts(&self, element: &[u8], scratch: &mut Vec<u8>, take: &mut dyn FnMut(&[u8])) {
        self.repetition(&self.repeats, self.offset, element, scratch, take);
    }

    fn repetition(
        &self,
        repeats: &[(u64, u64)],
        offset: u64,
        element: &[u8],
        scratch: &mut Vec<u8>,
        take: &mut dyn FnMut(&[u8]),
    ) {
        if let Some((&(count, stride), inner)) = repeats.split_first() {
            // All repetitions take bytes of the element, so it bounds them.
            for number in 0..count.min(element.len() as u64) {
                let Some(at) = number
                    .checked_mul(stride)
                    .and_then(|by| by.checked_add(offset))
                else {
                    return;
                };
                self.repetition(inner, at, element, scratch, take);
            }
            return;
        }
        let place = usize::try_from(offset)
            .ok()
            .zip(usize::try_from(self.length).ok());
        let bytes = place.and_then(|(at, length)| element.get(at..)?.get(..length));
        let Some(bytes) = bytes else {
            return;
        };
        let text = if let Encoding::Utf32 { big_endian } = self.encoding {
            scratch.clear();
            utf8(bytes, big_endian, scratch);
            scratch
        } else {
            bytes
        };
        let end = text.iter().rposition(|&byte| byte != 0);
        if let Some(end) = end {
            take(&text[..=end]);
        }
    }
}

/// UTF-32 as UTF-8.
fn utf8(bytes: &[u8], big_endian: bool, out: &mut Vec<u8>) {
    for code in bytes.chunks_exact(4) {
        let code = code.try_into().unwrap_or([0; 4]);
        let code = if big_endian {
            u32::from_be_bytes(code)
        } else {
            u32::from_le_bytes(code)
        };
        let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
}
