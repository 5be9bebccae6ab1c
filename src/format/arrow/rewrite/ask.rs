//! Shows the values of a column and checks the new ones.
//!
//! The values of one column of a batch enter, by their index; new values leave,
//! in order, each of which the column can hold.

use super::{Replace, Replacement, Value};
use crate::format::FormatError;
use crate::format::arrow::buffers::malformed;

/// Values shown at once.
const MANY: u64 = 64 * 1024;

/// What a column can hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// UTF-8.
    Text,
    /// Any bytes.
    Bytes,
    /// Bytes of this length.
    Fixed(u64),
    /// Integers of so many bits.
    Int { bits: u32, signed: bool },
}

/// A column of a batch, and who looks at it.
pub(super) struct Ask<'a> {
    pub(super) replace: &'a mut dyn Replace,
    pub(super) column: usize,
    /// Number of values of the column before this batch.
    pub(super) first: u64,
    pub(super) kind: Kind,
    pub(super) nulls: Nulls,
}

/// Which values are null.
#[derive(Default)]
pub(super) struct Nulls {
    bitmap: Vec<u8>,
}

/// New values by their index in the batch, in order.
pub(super) type News = Vec<(u64, Replacement)>;

impl Nulls {
    /// From the bits of validity, none if there are no nulls.
    pub(super) fn new(bitmap: Vec<u8>, len: u64) -> Result<Self, FormatError> {
        if !bitmap.is_empty() && (bitmap.len() as u64) < len.div_ceil(8) {
            return Err(malformed("validity of an Arrow column", 0));
        }
        Ok(Self { bitmap })
    }

    /// Is no value null?
    pub(super) fn none(&self) -> bool {
        self.bitmap.is_empty()
    }

    pub(super) fn is_null(&self, index: u64) -> bool {
        let byte = usize::try_from(index / 8).ok();
        let byte = byte.and_then(|at| self.bitmap.get(at));
        byte.is_some_and(|byte| byte >> (index % 8) & 1 == 0)
    }
}

impl Ask<'_> {
    /// Shows `len` values, which `value` finds unless they are null.
    pub(super) fn all<'v>(
        &mut self,
        len: u64,
        mut value: impl FnMut(u64) -> Result<Option<Value<'v>>, FormatError>,
    ) -> Result<News, FormatError> {
        let mut news = Vec::new();
        let mut values = Vec::new();
        let mut from = 0;
        while from < len {
            let to = len.min(from + MANY);
            values.clear();
            for index in from..to {
                let null = self.nulls.is_null(index);
                values.push(if null { None } else { value(index)? });
            }
            let first = self.first.saturating_add(from);
            let mut found = self.replace.batch(self.column, first, &values);
            found.sort_by_key(|(index, _)| *index);
            let twice = found.windows(2).any(|two| match two {
                [(one, _), (two, _)] => one == two,
                _ => false,
            });
            for (index, new) in found {
                let there = values.get(index).is_some_and(Option::is_some);
                if twice || !there || !self.kind.holds(&new) {
                    return Err(FormatError::Unsupported {
                        what: "new value for a place or of a kind its Arrow column does not have",
                    });
                }
                news.push((from + index as u64, new));
            }
            from = to;
        }
        Ok(news)
    }

    /// Shows bytes of no value; shall they be dropped?
    pub(super) fn unused(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().any(|&byte| byte != 0) && self.replace.unused(self.column, bytes)
    }
}

impl Kind {
    fn holds(self, new: &Replacement) -> bool {
        match (self, new) {
            (Self::Text, Replacement::Bytes(bytes)) => std::str::from_utf8(bytes).is_ok(),
            (Self::Bytes, Replacement::Bytes(_)) => true,
            (Self::Fixed(width), Replacement::Bytes(bytes)) => bytes.len() as u64 == width,
            (Self::Int { bits, signed }, Replacement::Int(number)) => {
                let signed_bits = if signed { bits.saturating_sub(1) } else { bits };
                let most = 1_i128.checked_shl(signed_bits).unwrap_or(0);
                let least = if signed { -most } else { 0 };
                (least..most).contains(&i128::from(*number))
            }
            _ => false,
        }
    }
}
