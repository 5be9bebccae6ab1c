//! Lines and columns of places that are known by their offset only.
//!
//! In: a blob's reader and findings in its own bytes. Out: the same with the
//! line and the column of each place that had none.

use std::io;

use crate::blob::ReadSeek;
use crate::finding::{Finding, Location};

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// Number the places of `findings` that have a span and no line.
pub(super) fn number(reader: &mut dyn ReadSeek, findings: &mut [Finding]) -> io::Result<()> {
    let mut places: Vec<(u64, &mut Location)> = findings
        .iter_mut()
        .flat_map(|finding| std::iter::once(&mut finding.location).chain(&mut finding.also))
        .filter(|place| place.line.is_none())
        .filter_map(|place| place.span.map(|span| (span.start, place)))
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    places.sort_by_key(|(start, _)| *start);
    reader.rewind()?;
    let mut buffer = vec![0; CHUNK];
    let (mut offset, mut line, mut column) = (0_u64, 1_u64, 1_u64);
    let mut places = places.into_iter().peekable();
    while places.peek().is_some() {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        let mut rest = &buffer[..read];
        let end = offset + read as u64;
        while let Some((start, place)) = places.next_if(|(start, _)| *start < end) {
            let (passed, behind) = rest.split_at((start - offset) as usize);
            (line, column) = counted(passed, line, column);
            (offset, rest) = (start, behind);
            (place.line, place.column) = (Some(line), Some(column));
        }
        (line, column) = counted(rest, line, column);
        offset = end;
    }
    Ok(())
}

/// Line and column behind some bytes.
fn counted(bytes: &[u8], line: u64, column: u64) -> (u64, u64) {
    let characters =
        |bytes: &[u8]| bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64;
    match memchr::memrchr(b'\n', bytes) {
        Some(last) => (
            line + memchr::memchr_iter(b'\n', bytes).count() as u64,
            1 + characters(&bytes[last + 1..]),
        ),
        None => (line, column + characters(bytes)),
    }
}
