//! Where the tensors of a GGUF file lie, and what of the file is left over.
//!
//! In: the entries of the list of tensors. Out: their types' names, problems,
//! gaps.

use std::ops::Range;

use super::Problem;

/// Padding up to this is never a gap, whatever alignment the file claims.
const PADDING: u64 = 4096;

/// Most gaps told.
const GAPS: usize = 1000;

struct Tensor {
    /// From the start of the tensors.
    offset: u64,
    /// `None` where the type is not known or the shape impossible.
    size: Option<u64>,
    /// Where its entry begins in the file.
    entry: u64,
}

/// The tensors met so far.
pub(super) struct Tensors {
    alignment: u64,
    list: Vec<Tensor>,
}

/// What they cover.
#[derive(Default)]
pub(super) struct Covered {
    pub(super) problems: Vec<Problem>,
    pub(super) gaps: Vec<Range<u64>>,
    pub(super) tensor_bytes: u64,
}

impl Tensors {
    pub(super) fn new(alignment: u64) -> Self {
        let list = Vec::new();
        Self { alignment, list }
    }

    /// Takes in a tensor whose entry begins at `entry`; answers the name of its
    /// type and what is wrong with it.
    pub(super) fn add(
        &mut self,
        entry: u64,
        shape: &[u64],
        kind: u32,
        offset: u64,
    ) -> (&'static str, Option<Problem>) {
        let known = TYPES.get(kind as usize).filter(|known| known.1 > 0);
        let size = known.and_then(|&(_, block, bytes)| size_of(shape, block, bytes));
        self.list.push(Tensor {
            offset,
            size,
            entry,
        });
        // New types appear every few months: unknown is not wrong.
        let problem = if known.is_some() && size.is_none() {
            Some(Problem::BadShape { at: entry })
        } else if !offset.is_multiple_of(self.alignment) {
            Some(Problem::Misaligned { at: entry })
        } else {
            None
        };
        (known.map_or("unknown", |known| known.0), problem)
    }

    /// Compares what the tensors cover with the file; their list ends at `end`.
    pub(super) fn cover(mut self, end: u64, file_len: u64) -> Covered {
        let mut covered = Covered::default();
        // A padding of more than a page hides things, so an enormous alignment
        // does not move the start of the tensors without a gap being told.
        let start = end.checked_next_multiple_of(self.alignment);
        let start = start.unwrap_or(u64::MAX);
        self.list.sort_by_key(|tensor| tensor.offset);
        let (mut missing, mut beyond) = (0, 0);
        // Everything up to here is header, tensor, padding or told as a gap.
        let mut reached = end;
        let mut overlap = None;
        let mut ends = self.list.iter().map(|tensor| tensor.offset).skip(1);
        for tensor in &self.list {
            let next = ends.next().unwrap_or(u64::MAX);
            let from = start.saturating_add(tensor.offset);
            // One of unknown size reaches as far as it can.
            let unknown = next.saturating_sub(tensor.offset);
            let unknown = unknown.min(file_len.saturating_sub(from));
            let size = tensor.size.unwrap_or(unknown);
            let to = from.saturating_add(size);
            if to > file_len {
                missing += 1;
                beyond = beyond.max(to - file_len);
            }
            if size > 0 && from < reached {
                overlap.get_or_insert(tensor.entry);
            }
            covered.gap(reached, from.min(file_len), self.alignment, false);
            let inside = to.min(file_len).saturating_sub(from.max(reached));
            covered.tensor_bytes += inside;
            reached = reached.max(to);
        }
        if missing > 0 {
            covered.problems.push(Problem::MissingBytes {
                tensors: missing,
                missing: beyond,
            });
        }
        let overlap = overlap.map(|at| Problem::Overlap { at });
        covered.problems.extend(overlap);
        covered.gap(reached, file_len, self.alignment, true);
        covered
    }
}

impl Covered {
    /// Bytes that belong to nothing, unless they are padding.
    fn gap(&mut self, from: u64, to: u64, alignment: u64, last: bool) {
        let count = to.saturating_sub(from);
        if count == 0 || (count < alignment && count <= PADDING) {
            return;
        }
        if self.gaps.len() < GAPS {
            self.gaps.push(from..to);
        } else if let Some(gap) = self.gaps.last_mut() {
            // The rest in one piece: rather too much read than too little.
            gap.end = to;
            return;
        }
        let at = from;
        self.problems.push(if last {
            Problem::TrailingBytes { at, count }
        } else {
            Problem::Gap { at, count }
        });
    }
}

/// Bytes of a tensor; `None` where they cannot be.
fn size_of(shape: &[u64], block: u64, bytes: u64) -> Option<u64> {
    let row = shape.first().copied().unwrap_or(1);
    let elements = shape
        .iter()
        .try_fold(1u64, |n, &next| n.checked_mul(next))?;
    if row % block != 0 {
        return None;
    }
    (elements / block).checked_mul(bytes)
}

/// Types of tensors by their number: a name, elements of a block, bytes of a
/// block. Blocks of 0 elements: types withdrawn. From `GGML_QUANT_SIZES` of
/// gguf-py.
#[rustfmt::skip]
const TYPES: [(&str, u64, u64); 42] = [
    ("F32", 1, 4),
    ("F16", 1, 2),
    ("Q4_0", 32, 18),
    ("Q4_1", 32, 20),
    ("", 0, 0),
    ("", 0, 0),
    ("Q5_0", 32, 22),
    ("Q5_1", 32, 24),
    ("Q8_0", 32, 34),
    ("Q8_1", 32, 40),
    ("Q2_K", 256, 84),
    ("Q3_K", 256, 110),
    ("Q4_K", 256, 144),
    ("Q5_K", 256, 176),
    ("Q6_K", 256, 210),
    ("Q8_K", 256, 292),
    ("IQ2_XXS", 256, 66),
    ("IQ2_XS", 256, 74),
    ("IQ3_XXS", 256, 98),
    ("IQ1_S", 256, 50),
    ("IQ4_NL", 32, 18),
    ("IQ3_S", 256, 110),
    ("IQ2_S", 256, 82),
    ("IQ4_XS", 256, 136),
    ("I8", 1, 1),
    ("I16", 1, 2),
    ("I32", 1, 4),
    ("I64", 1, 8),
    ("F64", 1, 8),
    ("IQ1_M", 256, 56),
    ("BF16", 1, 2),
    ("", 0, 0),
    ("", 0, 0),
    ("", 0, 0),
    ("TQ1_0", 256, 54),
    ("TQ2_0", 256, 66),
    ("", 0, 0),
    ("", 0, 0),
    ("", 0, 0),
    ("MXFP4", 32, 17),
    ("NVFP4", 64, 36),
    ("Q1_0", 128, 18),
];
