//! JSON, JSON Lines, notebooks and tables of delimited text.
//!
//! In: a reader. Out: the same bytes with values replaced: keys, headers,
//! quotes and white space stay, and what was valid stays valid.

use std::io::{Read, Write};
use std::ops::Range;

use super::cells::Cells;
use super::find::Finder;
use super::stand_ins::StandIns;
use super::{RedactError, Replaced};
use crate::format::rows::{Form, RowValue, Rows, encode};

/// Bytes read at a time, and text gathered before it is searched.
const CHUNK: usize = 256 * 1024;
const GATHERED: usize = 4 << 20;

/// Copy rows, their targets replaced.
pub(super) fn rewrite(
    reader: &mut dyn Read,
    mut rows: Rows,
    finder: Finder<'_>,
    stand_ins: &mut StandIns,
    output: &mut dyn Write,
) -> Result<Replaced, RedactError> {
    let mut values = Values::default();
    let mut replaced = Replaced::default();
    // Bytes not written yet, and the place of the first.
    let (mut input, mut base) = (Vec::new(), 0);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        input.extend_from_slice(&chunk[..read]);
        rows.push(&chunk[..read], &mut |value| values.push(&value));
        if values.cells.len() > GATHERED {
            let end = values.end();
            let edits = values.edits(rows.delimiter(), finder, stand_ins, &mut replaced)?;
            let written = splice(&input, base, end, &edits, output)?;
            input.drain(..written);
            base = end;
        }
    }
    rows.finish(&mut |value| values.push(&value));
    let edits = values.edits(rows.delimiter(), finder, stand_ins, &mut replaced)?;
    let end = base + input.len() as u64;
    splice(&input, base, end, &edits, output)?;
    Ok(replaced)
}

/// New bytes for a range of the input.
pub(super) type Splice = (Range<u64>, Vec<u8>);

/// Write the input from `base` to `end` with these edits; how many bytes of it
/// that were.
pub(super) fn splice(
    input: &[u8],
    base: u64,
    end: u64,
    edits: &[Splice],
    output: &mut dyn Write,
) -> Result<usize, RedactError> {
    let place = |at: u64| usize::try_from(at.saturating_sub(base)).unwrap_or(usize::MAX);
    let mut done = 0;
    for (range, new) in edits {
        let (start, stop) = (place(range.start), place(range.end));
        let kept = input.get(done..start).ok_or(RedactError::OutOfStep)?;
        output.write_all(kept)?;
        output.write_all(new)?;
        done = stop;
    }
    let kept = input.get(done..place(end)).ok_or(RedactError::OutOfStep)?;
    output.write_all(kept)?;
    Ok(place(end))
}

/// Values that are not searched yet.
#[derive(Debug, Default)]
pub(super) struct Values {
    cells: Cells,
    tokens: Vec<(Range<u64>, Form)>,
    /// One is longer than is held.
    cut: bool,
}

impl Values {
    pub(super) fn push(&mut self, value: &RowValue<'_>) {
        self.cut |= value.cut;
        self.cells.push(value.name, value.text);
        self.tokens.push((value.raw.clone(), value.form));
    }

    /// Where the last one ends.
    fn end(&self) -> u64 {
        self.tokens.last().map_or(0, |(raw, _)| raw.end)
    }

    pub(super) fn edits(
        &mut self,
        delimiter: u8,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        replaced: &mut Replaced,
    ) -> Result<Vec<Splice>, RedactError> {
        if self.cut {
            return Err(RedactError::TooLong);
        }
        let tokens = std::mem::take(&mut self.tokens);
        let edits = self.cells.edits(finder, stand_ins, replaced).into_iter();
        let splice = |edit: super::cells::Edit| {
            let (raw, form) = tokens.get(edit.value)?.clone();
            // A line without a byte would be no row any more.
            let form = match form {
                Form::Field if edit.text.is_empty() => Form::QuotedField,
                form => form,
            };
            // A file of lone carriage returns is one row, whose fields hold ends
            // of lines without quotes.
            let special = |byte: &u8| matches!(byte, b'"' | b'\n') || *byte == delimiter;
            let plain = form == Form::Field && !edit.text.iter().any(special);
            let new = if plain {
                edit.text
            } else {
                encode(form, &edit.text, delimiter)
            };
            Some((raw, new))
        };
        Ok(edits.filter_map(splice).collect())
    }
}
