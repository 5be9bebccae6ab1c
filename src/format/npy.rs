//! Reads the headers of npy files: what the elements of an array are.
//!
//! A reader enters; the layout of an element, the shape, and where the data
//! begins leave. Elements are not read here. The format:
//! `numpy.lib.format`, versions 1 to 3.

#[cfg(test)]
#[path = "../../tests/builders/npy.rs"]
pub(crate) mod builder;
mod dtype;
mod literal;
#[cfg(test)]
mod tests;

use std::io::Read;

use super::FormatError;
pub use dtype::{Column, Encoding, Layout};
use literal::Literal;

const MAGIC: &[u8] = b"\x93NUMPY";

/// Longest header read. `NumPy` itself refuses more than 10,000 bytes unless it
/// is told to trust the file.
const LONGEST: u32 = 1 << 20;

/// A header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The header's text, as written.
    pub text: Vec<u8>,
    /// The type in words; of records `record`.
    pub dtype: String,
    /// What an element is.
    pub layout: Layout,
    /// Length of each dimension.
    pub shape: Vec<u64>,
    /// Where the data begins, counted from where the header does.
    pub start: u64,
    /// Does the header hold other keys than the three it must have?
    pub other_keys: bool,
}

impl Header {
    /// Elements of the array; `None` where they are too many to count.
    pub fn elements(&self) -> Option<u64> {
        dtype::elements(&self.shape)
    }

    /// Bytes of the array's data; `None` where they are too many to count, and
    /// of objects, whose pickle can have any length.
    pub fn data_bytes(&self) -> Option<u64> {
        if self.layout.objects {
            return None;
        }
        self.elements()?.checked_mul(self.layout.size)
    }
}

/// Whether `head` (8 bytes are enough) starts an npy file.
pub fn looks_like_npy(head: &[u8]) -> bool {
    head.strip_prefix(MAGIC)
        .is_some_and(|rest| matches!(rest, [1..=15, 0..=15, ..]))
}

/// Reads a header from where `reader` stands, and nothing behind it.
pub fn read_header<R: Read>(reader: &mut R) -> Result<Header, FormatError> {
    let fixed: [u8; 8] = exactly(reader, "npy magic")?;
    if !fixed.starts_with(MAGIC) {
        let what = "npy magic";
        return Err(FormatError::Malformed { what, offset: 0 });
    }
    let what = "npy header length";
    let (length, fixed) = match fixed[6] {
        1 => (u32::from(u16::from_le_bytes(exactly(reader, what)?)), 10),
        2 | 3 => (u32::from_le_bytes(exactly(reader, what)?), 12),
        _ => {
            let what = "npy version";
            return Err(FormatError::Unsupported { what });
        }
    };
    if length > LONGEST {
        let what = "bytes of an npy header";
        return Err(FormatError::Limit { what });
    }
    let mut text = Vec::new();
    let read = reader.take(u64::from(length)).read_to_end(&mut text)?;
    if read < length as usize {
        let what = "npy header";
        return Err(FormatError::Truncated {
            what,
            offset: fixed,
        });
    }
    let malformed = |what| FormatError::Malformed {
        what,
        offset: fixed,
    };
    let (pairs, other_keys) = pairs(&text).ok_or(malformed("npy header"))?;
    let [descr, shape] = pairs;
    let layout = Layout::of(&descr).ok_or(malformed("npy descr"))?;
    let shape = dtype::dimensions(&shape).ok_or(malformed("npy shape"))?;
    let dtype = match descr {
        Literal::Text(code) => code,
        _ => "record".to_owned(),
    };
    Ok(Header {
        text,
        dtype,
        layout,
        shape,
        start: fixed + u64::from(length),
        other_keys,
    })
}

/// `descr` and `shape` of a header, and whether there are keys that do not
/// belong there. Of a key that stands twice Python takes the last one.
fn pairs(text: &[u8]) -> Option<([Literal; 2], bool)> {
    // Versions 1 and 2 are Latin-1, 3 is UTF-8; names outside of ASCII only
    // occur in the latter.
    let Literal::Dict(pairs) = literal::parse(&String::from_utf8_lossy(text))? else {
        return None;
    };
    let (mut descr, mut shape, mut others) = (None, None, pairs.len() != 3);
    for (key, value) in pairs {
        match key {
            Literal::Text(key) if key == "descr" => descr = Some(value),
            Literal::Text(key) if key == "shape" => shape = Some(value),
            Literal::Text(key) if key == "fortran_order" => {}
            _ => others = true,
        }
    }
    Some(([descr?, shape?], others))
}

fn exactly<const N: usize>(
    reader: &mut impl Read,
    what: &'static str,
) -> Result<[u8; N], FormatError> {
    let mut bytes = Vec::new();
    reader.take(N as u64).read_to_end(&mut bytes)?;
    bytes
        .try_into()
        .map_err(|_| FormatError::Truncated { what, offset: 0 })
}
