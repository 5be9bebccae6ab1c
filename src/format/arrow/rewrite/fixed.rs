//! Columns whose values all take the same room: integers, bytes of one length.
//!
//! A buffer and whoever looks at the values enter; the buffer with new values in
//! their places leaves, if any changed.

use super::ask::{Ask, Kind};
use super::{Replacement, Value};
use crate::format::FormatError;
use crate::format::arrow::buffers::malformed;

/// Shows `len` values of so many bytes; answers what the buffer is to hold if
/// that differs, and how many values changed.
pub(super) fn replaced(
    ask: &mut Ask<'_>,
    len: u64,
    width: u64,
    bytes: &[u8],
) -> Result<Option<(Vec<u8>, u64)>, FormatError> {
    let wrong = || malformed("values of an Arrow column", 0);
    let range = |index: u64| {
        let begin = usize::try_from(index.checked_mul(width)?).ok()?;
        Some(begin..begin.checked_add(usize::try_from(width).ok()?)?)
    };
    let end = range(len).ok_or_else(wrong)?.start;
    let behind = bytes.get(end..).ok_or_else(wrong)?;
    let at = |index| range(index).and_then(|range| bytes.get(range));
    let kind = ask.kind;
    let news = ask.all(len, |index| Ok(value(kind, at(index).ok_or_else(wrong)?)))?;
    let mut drop = ask.unused(behind);
    for index in 0..len {
        if ask.nulls.is_null(index) {
            drop |= ask.unused(at(index).unwrap_or_default());
        }
    }
    if news.is_empty() && !drop {
        return Ok(None);
    }
    let mut made = bytes.get(..end).ok_or_else(wrong)?.to_vec();
    for index in 0..len {
        if ask.nulls.is_null(index) {
            let place = range(index).and_then(|range| made.get_mut(range));
            place.ok_or_else(wrong)?.fill(0);
        }
    }
    let count = news.len() as u64;
    for (index, new) in news {
        let place = range(index).and_then(|range| made.get_mut(range));
        let place = place.ok_or_else(wrong)?;
        match new {
            Replacement::Bytes(new) if new.len() == place.len() => place.copy_from_slice(&new),
            Replacement::Int(new) => {
                let new = new.to_le_bytes();
                place.copy_from_slice(new.get(..place.len()).ok_or_else(wrong)?);
            }
            Replacement::Bytes(_) => return Err(wrong()),
        }
    }
    Ok(Some((made, count)))
}

/// A value from its bytes; `None` for a number that needs 65 bits with its sign.
fn value(kind: Kind, bytes: &[u8]) -> Option<Value<'_>> {
    let Kind::Int { signed, .. } = kind else {
        return Some(Value::Bytes(bytes));
    };
    let negative = signed && bytes.last().is_some_and(|&byte| byte >= 0x80);
    let mut whole = [if negative { 0xff } else { 0 }; 8];
    whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
    let number = i64::from_le_bytes(whole);
    (signed || number >= 0).then_some(Value::Int(number))
}
