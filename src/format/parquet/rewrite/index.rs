//! Filters and page indexes.
//!
//! Where they stand enters; they are copied, with their offsets moved, and the
//! metadata tells their new place. Those that speak of values are there no more
//! where values were replaced.

use std::io::{Read, Seek};
use std::ops::Range;

use super::chunk::Place;
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

/// Where a chunk began, where it begins now, and its pages if they changed.
pub(super) struct Went {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) pages: Vec<Place>,
}

/// Writes the index of offsets of a chunk, whether it was changed or not: some
/// readers take no file in which only some chunks have one.
pub(super) fn move_offsets<R: Read + Seek>(
    chunk: &mut Fields<'_>,
    went: &Went,
    source: &mut Source<'_, R>,
    output: &mut Output<'_>,
) -> Result<(), FormatError> {
    let (Some(start), Some(length)) = (chunk.size(4)?, chunk.size(5)?) else {
        return Ok(());
    };
    source.work.read(length)?;
    let mut index = Fields::read(source.bytes(&place(start, length))?)?;
    let mut pages = went.pages.iter();
    index.edit_each(1, |_, location| {
        let offset = location.size(1)?.unwrap_or(0);
        if went.pages.is_empty() {
            let offset = offset.saturating_sub(went.from).saturating_add(went.to);
            return location.set_int(1, offset);
        }
        let page = pages.find(|page| page.from == offset);
        let page = page.ok_or(FormatError::Malformed {
            what: "offset index of a parquet column",
            offset: start,
        })?;
        location.set_int(1, page.to)?;
        location.set_int(2, page.length)
    })?;
    if !went.pages.is_empty() {
        // Bytes of the strings of each page.
        index.remove(2);
    }
    let mut bytes = Vec::new();
    index.write(&mut bytes);
    chunk.set_int(4, output.at)?;
    chunk.set_int(5, bytes.len() as u64)?;
    output.write(&bytes)
}

fn place(start: u64, length: u64) -> Range<u64> {
    start..start.saturating_add(length)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::super::Limits;
    use super::super::super::builder::Thrift;
    use super::*;

    fn index(pages: &[(i64, i64)]) -> Vec<u8> {
        let pages = pages.iter().zip(0..).map(|((offset, length), row)| {
            let page = Thrift::default().int(1, *offset).int(2, *length);
            page.int(3, row)
        });
        Thrift::default().list(1, pages).end()
    }

    /// The offsets and lengths of an index that was moved.
    fn moved(bytes: &[u8], went: &Went) -> Result<Vec<(u64, u64)>, FormatError> {
        let size = 4 + bytes.len() as u64;
        let mut reader = Cursor::new([b"PAR1", bytes].concat());
        let mut source = Source::new(&mut reader, size, size, Limits::default());
        let mut written = Vec::new();
        let mut output = Output::new(&mut written);
        let length = i64::try_from(bytes.len()).unwrap();
        let chunk = Thrift::default().int(4, 4).int(5, length).end();
        let mut chunk = Fields::read(&chunk)?;
        move_offsets(&mut chunk, went, &mut source, &mut output)?;
        assert_eq!(chunk.size(4)?, Some(0));
        assert_eq!(chunk.size(5)?, Some(written.len() as u64));
        let index = Fields::read(&written)?;
        let mut found = Vec::new();
        for page in index.structs(1)? {
            let page = Fields::read(page)?;
            assert_eq!(page.size(3)?, Some(found.len() as u64));
            found.push((page.size(1)?.unwrap(), page.size(2)?.unwrap()));
        }
        Ok(found)
    }

    #[test]
    fn offsets_follow_their_pages() {
        let old = index(&[(100, 20), (120, 30)]);
        let went = |pages| Went {
            from: 90,
            to: 1090,
            pages,
        };
        let unchanged = moved(&old, &went(Vec::new())).unwrap();
        assert_eq!(unchanged, [(1100, 20), (1120, 30)]);
        let place = |from, to, length| Place { from, to, length };
        let pages = vec![place(100, 1105, 9), place(120, 1114, 30)];
        let changed = moved(&old, &went(pages.clone())).unwrap();
        assert_eq!(changed, [(1105, 9), (1114, 30)]);
        moved(&index(&[(101, 20)]), &went(pages)).unwrap_err();
        moved(&old[..old.len() - 1], &went(Vec::new())).unwrap_err();
    }
}
