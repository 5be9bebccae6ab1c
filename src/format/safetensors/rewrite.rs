//! A safetensors file with other values in its metadata.
//!
//! A file enters, with a function that replaces values of `__metadata__`; the
//! file leaves with those. The rest of the header stays as it is written, to the
//! letter, and the tensors byte for byte: their offsets count from the end of
//! the header, so they hold for a longer or shorter one too.

#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use serde::de::IgnoredAny;

use super::{LONGEST, START};
use crate::format::FormatError;
use crate::format::escape::unescape;
use crate::format::json::{Token, TokenKind, Tokens};
use crate::format::json_path::PathTracker;

const HEADER: &str = "the header of a safetensors file";

/// Loaders map the tensors into memory, where they shall be aligned.
const ALIGNED: usize = 8;

/// Takes a key of `__metadata__` and its value; answers another value, or `None`
/// where it stays.
pub type Replace<'r> = dyn FnMut(&str, &str) -> Option<String> + 'r;

/// Writes the file `input` of `size` bytes to `output`, with the values that
/// `replace` gives. Answers whether any differs; the output is a copy of the
/// input otherwise. Keys and names of tensors are not replaced.
///
/// The header, at most 100 MB, is held in memory, the tensors are not.
///
/// # Errors
///
/// `Truncated`, `Malformed` and `Limit` before anything was written, for a
/// header that loaders would refuse: too long, no JSON, or metadata that are no
/// texts. What was written before an `Io`, or a `Truncated` of the tensors, is no
/// file.
pub fn rewrite<R: Read + Seek>(
    input: &mut R,
    size: u64,
    output: &mut dyn Write,
    replace: &mut Replace<'_>,
) -> Result<bool, FormatError> {
    let header = read(input, size)?;
    let edits = edits(&header, replace)?;
    if edits.is_empty() {
        input.rewind()?;
        copy(input, size, output)?;
        return Ok(false);
    }
    let edited = edited(&header, &edits);
    let length = edited.len() as u64;
    if length > LONGEST {
        let what = "100 MB of the header of a safetensors file";
        return Err(FormatError::Limit { what });
    }
    let tensors = START + header.len() as u64;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&edited)?;
    input.seek(SeekFrom::Start(tensors))?;
    copy(input, size.saturating_sub(tensors), output)?;
    Ok(true)
}

/// The header, whole and sound.
fn read<R: Read + Seek>(input: &mut R, size: u64) -> Result<Vec<u8>, FormatError> {
    let truncated = || FormatError::Truncated {
        what: HEADER,
        offset: 0,
    };
    input.rewind()?;
    let mut length = [0; START as usize];
    input.read_exact(&mut length).map_err(|_| truncated())?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST {
        let what = "100 MB of the header of a safetensors file";
        return Err(FormatError::Limit { what });
    }
    if START + length > size {
        return Err(truncated());
    }
    let mut header = Vec::new();
    input.take(length).read_to_end(&mut header)?;
    if (header.len() as u64) < length {
        return Err(truncated());
    }
    // The tokens below are lenient. What they make of broken JSON, and what a
    // loader does, need not be the same.
    let json = str::from_utf8(&header).ok();
    let sound = json.is_some_and(|json| {
        json.starts_with('{') && serde_json::from_str::<IgnoredAny>(json).is_ok()
    });
    if !sound {
        let (what, offset) = (HEADER, START);
        return Err(FormatError::Malformed { what, offset });
    }
    Ok(header)
}

/// A new value, and where within the header it shall stand, between its quotes.
struct Edit {
    range: Range<usize>,
    value: String,
}

/// Asks `replace` about every value.
fn edits(header: &[u8], replace: &mut Replace<'_>) -> Result<Vec<Edit>, FormatError> {
    let mut edits = Vec::new();
    let mut tokens = Tokens::holding(header, 0);
    let mut tracker = PathTracker::new();
    let mut decoded = Vec::new();
    let mut is_metadata = false;
    let mut key = String::new();
    while let Some(token) = tokens.next_token()? {
        tracker.observe(&token);
        let range = place(&token);
        let raw = header.get(range.clone()).unwrap_or_default();
        let mut text = || {
            unescape(raw, &mut decoded, &mut Vec::new());
            String::from_utf8_lossy(&decoded).into_owned()
        };
        match (token.kind, tracker.depth()) {
            (TokenKind::Key, 1) => is_metadata = text() == super::header::METADATA,
            (TokenKind::Key, 2) if is_metadata => key = text(),
            (TokenKind::Str, 2) if is_metadata => {
                let old = text();
                if let Some(value) = replace(&key, &old).filter(|value| *value != old) {
                    edits.push(Edit { range, value });
                }
            }
            (TokenKind::ObjectStart, 2) | (TokenKind::ObjectEnd, 1) => {}
            (_, 1..) if is_metadata => {
                let offset = START + token.start;
                let what = "metadata of a safetensors file";
                return Err(FormatError::Malformed { what, offset });
            }
            _ => {}
        }
    }
    Ok(edits)
}

/// Where a token stands in a header, which fits into memory.
fn place(token: &Token<'_>) -> Range<usize> {
    token.start as usize..token.end as usize
}

/// The header with other values, padded as loaders want it.
fn edited(header: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut edited = Vec::with_capacity(header.len());
    let mut at = 0;
    for Edit { range, value } in edits {
        edited.extend_from_slice(header.get(at..range.start).unwrap_or_default());
        let quoted = serde_json::Value::from(value.as_str()).to_string();
        let inner = 1..quoted.len().saturating_sub(1);
        edited.extend_from_slice(quoted.as_bytes().get(inner).unwrap_or_default());
        at = range.end;
    }
    let rest = header.get(at..).unwrap_or_default();
    edited.extend_from_slice(rest.trim_ascii_end());
    edited.resize(edited.len().next_multiple_of(ALIGNED), b' ');
    edited
}

/// Copies that many bytes, or fails where the input got shorter meanwhile.
fn copy<R: Read + Seek>(
    input: &mut R,
    length: u64,
    output: &mut dyn Write,
) -> Result<(), FormatError> {
    let offset = input.stream_position()?;
    if io::copy(&mut input.take(length), output)? < length {
        let what = "a safetensors file that changed while it was read";
        return Err(FormatError::Truncated { what, offset });
    }
    Ok(())
}
