//! HDF5 files: names, attributes, datasets of strings, and what belongs to
//! nothing.
//!
//! In: an HDF5 file, of Keras, h5py, `PyTables`, netCDF or MATLAB. Out: each
//! attribute as `name = "value"` under `/group/dataset@name`, JSON attributes
//! as JSON, datasets of strings as columns, embedded files by their kind. Free
//! space and gaps, where HDF5 leaves what was deleted, are swept raw. Numbers
//! are not read.

mod leftovers;
mod texts;

use std::io;

use self::texts::Texts;
use super::{Inside, Sink, fall_back};
use crate::blob::ReadSeek;
use crate::finding::SkipClass;
use crate::format::hdf5::{self, Limits};

/// Most objects of a file.
const OBJECTS: usize = 1_000_000;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let limits = Limits {
        objects: OBJECTS,
        string: at.limits.string_bytes,
        chunk: at.limits.member_bytes,
        unpacked: at.left.get(),
        sample: at.limits.sample,
    };
    let mut texts = Texts::new(at, sink);
    let read = hdf5::read(&mut reader, size, &limits, &mut |item| texts.take(&item));
    texts.finish()?;
    let outcome = match read {
        Ok(outcome) => outcome,
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    let left = at.left.get().saturating_sub(outcome.unpacked);
    at.left.set(left);
    if let (true, Some(most)) = (outcome.sampled, at.limits.sample) {
        // Strings that were left out look like what was deleted.
        let why = format!("rows of datasets beyond the first {most}, and free space");
        sink.skip(SkipClass::Excluded, &at.route, why);
    } else {
        leftovers::sweep(reader, &outcome, at, sink)?;
    }
    if outcome.numbers > 0 {
        sink.skip(SkipClass::ByDesign, &at.route, "tensor bytes".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
