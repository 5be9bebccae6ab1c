//! The bytes of an HDF5 file that belong to no object.
//!
//! In: their ranges. Out: long ones as they are, with their place; the many
//! short ones behind each other in one text. HDF5 does not erase what is
//! deleted, so an attribute that was removed is still here.

use std::io::{self, BufReader, Read};

use crate::blob::{Kind, ReadSeek};
use crate::extract::{Inside, Sink, stream};
use crate::finding::SkipClass;
use crate::format::hdf5::Outcome;

/// Longer ranges are swept where they are.
const LONG: u64 = 16 * 1024;
/// Shorter ones hold no text worth finding.
const SHORT: u64 = 6;
/// Text gathered before it is delivered.
const GATHERED: usize = 256 * 1024;
/// Most bytes swept of a file that was read without problems, and of one that
/// was not: there they may be what could not be reached.
const MOST: u64 = 256 << 20;
const MOST_DAMAGED: u64 = 1 << 30;

/// Sweep the ranges.
pub(super) fn sweep(
    reader: &mut dyn ReadSeek,
    outcome: &Outcome,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    if outcome.problems {
        sink.raw();
    }
    let mut left = if outcome.problems { MOST_DAMAGED } else { MOST };
    let mut missed = 0;
    let (mut short, mut gathered) = (Vec::new(), Vec::new());
    let apart = Inside {
        raw: None,
        lines: false,
        ..at.clone()
    };
    reader.rewind()?;
    let mut reader = BufReader::with_capacity(LONG as usize, reader);
    let mut here = 0;
    for range in &outcome.unknown {
        let length = range.end - range.start;
        if length < SHORT {
            continue;
        }
        let take = length.min(left);
        missed += length - take;
        left -= take;
        if take == 0 {
            continue;
        }
        // Ranges come in order, and close to each other: what is buffered
        // stays so.
        let ahead = i64::try_from(range.start - here).map_err(io::Error::other)?;
        reader.seek_relative(ahead)?;
        let mut part = (&mut reader).take(take);
        if length > LONG {
            stream::sweep(&mut part, Kind::Binary, &at.from(range.start), sink)?;
        } else {
            part.read_to_end(&mut short)?;
            let text = without_zeros(&short);
            if text.len() as u64 >= SHORT {
                gathered.extend_from_slice(text);
                gathered.push(b'\n');
            }
            short.clear();
            if gathered.len() > GATHERED {
                stream::text(&gathered, Kind::Binary, &apart, sink)?;
                gathered.clear();
            }
        }
        here = range.start + take;
    }
    if !gathered.is_empty() {
        stream::text(&gathered, Kind::Binary, &apart, sink)?;
    }
    if missed > 0 {
        let why = format!("{missed} bytes that belong to nothing that was read");
        sink.skip(SkipClass::Limited, &at.route, why);
    }
    Ok(())
}

/// Structures are longer than what is in them: the rest is zeros.
fn without_zeros(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] | [rest @ .., 0] = bytes {
        bytes = rest;
    }
    bytes
}
