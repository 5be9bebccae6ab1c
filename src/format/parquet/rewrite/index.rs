//! Filters and page indexes of chunks that were not changed.
//!
//! Where they stand enters; they are copied, with their offsets moved, and the
//! metadata tells their new place.

use std::io::{Read, Seek};
use std::ops::Range;

use super::fields::Fields;
use super::passage::{Output, Source};
use crate::format::FormatError;

/// Copies the filter of a chunk.
pub(super) fn move_filter<R: Read + Seek>(
    chunk: &mut Fields<'_>,
    source: &mut Source<'_, R>,
    output: &mut Output<'_>,
) -> Result<(), FormatError> {
    chunk.edit(3, |meta| {
        let Some(start) = meta.size(14)?.filter(|&start| start > 0) else {
            return Ok(true);
        };
        let length = match meta.size(15)? {
            Some(length) => length,
            None => filter_length(start, source)?,
        };
        meta.set_int(14, output.at)?;
        source.work.read(length)?;
        source.copy(&place(start, length), output)?;
        Ok(true)
    })
}

/// Bytes read for the head of a filter, which is four small numbers.
const HEAD: u64 = 64;

/// How long a filter is: old writers do not say it, but the filter itself does.
fn filter_length<R: Read + Seek>(
    start: u64,
    source: &mut Source<'_, R>,
) -> Result<u64, FormatError> {
    let head = start..start.saturating_add(HEAD).min(source.end);
    let bytes = source.bytes(&head)?;
    let fields = Fields::read(bytes)?;
    let mut again = Vec::new();
    fields.write(&mut again);
    let bits = fields.size(1)?.unwrap_or(0);
    Ok(bits.saturating_add(again.len() as u64))
}

/// Copies the index of values of a chunk.
pub(super) fn move_values<R: Read + Seek>(
    chunk: &mut Fields<'_>,
    source: &mut Source<'_, R>,
    output: &mut Output<'_>,
) -> Result<(), FormatError> {
    let (Some(start), Some(length)) = (chunk.size(6)?, chunk.size(7)?) else {
        return Ok(());
    };
    chunk.set_int(6, output.at)?;
    source.work.read(length)?;
    source.copy(&place(start, length), output)
}

/// Writes the index of offsets of a chunk that went from one place to another.
pub(super) fn move_offsets<R: Read + Seek>(
    chunk: &mut Fields<'_>,
    (from, to): (u64, u64),
    source: &mut Source<'_, R>,
    output: &mut Output<'_>,
) -> Result<(), FormatError> {
    let (Some(start), Some(length)) = (chunk.size(4)?, chunk.size(5)?) else {
        return Ok(());
    };
    source.work.read(length)?;
    let mut index = Fields::read(source.bytes(&place(start, length))?)?;
    index.edit_each(1, |_, page| {
        let offset = page.size(1)?.unwrap_or(0);
        page.set_int(1, offset.saturating_sub(from).saturating_add(to))
    })?;
    let mut bytes = Vec::new();
    index.write(&mut bytes);
    chunk.set_int(4, output.at)?;
    chunk.set_int(5, bytes.len() as u64)?;
    output.write(&bytes)
}

fn place(start: u64, length: u64) -> Range<u64> {
    start..start.saturating_add(length)
}
