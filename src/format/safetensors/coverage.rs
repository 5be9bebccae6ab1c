//! Do the tensors cover the file exactly?
//!
//! The range and the size of each tensor enter; holes, overlaps and whatever is
//! behind the last one leave.

use std::ops::Range;

use super::{KEYS, Problem};

/// The bytes the tensors take, counted from the end of the header.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    ranges: Vec<Range<u64>>,
    /// There were more than could be kept.
    partial: bool,
    end: u64,
    wrong: Option<(u64, u64)>,
    unknown: Option<(u64, u64)>,
}

impl Coverage {
    /// Takes a tensor in, whose entry ends at `at` of the file.
    pub(super) fn add(&mut self, range: Range<u64>, dtype: &str, shape: &[u64], at: u64) {
        self.end = self.end.max(range.end);
        let length = range.end - range.start;
        match bits(dtype) {
            Some(bits) if bytes(bits, shape) == Some(length) => {}
            Some(_) => self.wrong.get_or_insert((at, 0)).1 += 1,
            None => self.unknown.get_or_insert((at, 0)).1 += 1,
        }
        if self.ranges.len() == KEYS {
            self.partial = true;
        } else if range.start < range.end {
            self.ranges.push(range);
        }
    }

    /// What is wrong, for data that begins at byte `data` of a file.
    pub(super) fn problems(mut self, data: u64, file_len: u64) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some((first, count)) = self.wrong {
            problems.push(Problem::WrongSize { first, count });
        }
        if let Some((first, count)) = self.unknown {
            problems.push(Problem::UnknownType { first, count });
        }
        if !self.partial {
            problems.extend(self.gaps(data));
        }
        let end = data.saturating_add(self.end);
        if end < file_len {
            let count = file_len - end;
            problems.push(Problem::TrailingBytes { at: end, count });
        } else if end > file_len {
            let count = end - file_len;
            problems.push(Problem::MissingBytes { count });
        }
        problems
    }

    /// The first overlap and the first hole.
    fn gaps(&mut self, data: u64) -> impl Iterator<Item = Problem> {
        self.ranges.sort_unstable_by_key(|range| range.start);
        let (mut overlap, mut hole) = (None, None);
        let mut covered = 0;
        for range in &self.ranges {
            if range.start < covered {
                let at = data.saturating_add(range.start);
                overlap.get_or_insert(Problem::Overlap { at });
            } else if range.start > covered {
                let at = data.saturating_add(covered);
                let count = range.start - covered;
                hole.get_or_insert(Problem::Hole { at, count });
            }
            covered = covered.max(range.end);
        }
        overlap.into_iter().chain(hole)
    }
}

/// Bits of an element, where the type is known here; those of the library's
/// `Dtype`.
fn bits(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "F4" => 4,
        "F6_E2M3" | "F6_E3M2" => 6,
        "BOOL" | "U8" | "I8" | "F8_E4M3" | "F8_E5M2" | "F8_E8M0" | "F8_E4M3FNUZ"
        | "F8_E5M2FNUZ" => 8,
        "I16" | "U16" | "F16" | "BF16" => 16,
        "I32" | "U32" | "F32" => 32,
        "I64" | "U64" | "F64" | "C64" => 64,
        _ => return None,
    })
}

/// Bytes a tensor takes; `None` where no file could hold it.
fn bytes(bits: u64, shape: &[u64]) -> Option<u64> {
    let bits = shape
        .iter()
        .try_fold(bits, |bits, &length| bits.checked_mul(length))?;
    (bits % 8 == 0).then_some(bits / 8)
}
