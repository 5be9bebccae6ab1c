//! How many different values there are.
//!
//! In: values. Out: their number, exact while it is small and close from then
//! on, in memory that does not grow with it. The same values always give the
//! same number. They are not kept: only hashes of some, which never leave.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};

/// Smallest hashes kept. The error of the estimate is about one in the square
/// root of it: 2 % (Bar-Yossef and others, 2002, k minimum values).
const KEPT: usize = 2048;

/// Counts different values.
#[derive(Clone, Debug)]
pub(crate) struct Distinct {
    smallest: BTreeSet<u64>,
    kept: usize,
    full: bool,
}

impl Default for Distinct {
    fn default() -> Self {
        Self::keeping(KEPT)
    }
}

impl Distinct {
    /// One that keeps at most so many hashes, of eight bytes and as many again.
    pub(crate) fn keeping(kept: usize) -> Self {
        Self {
            smallest: BTreeSet::new(),
            kept,
            full: false,
        }
    }

    /// Take note of a value; was it new, as far as can be told?
    pub(crate) fn add(&mut self, value: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        hasher.write(value);
        let hash = hasher.finish();
        if self.full && self.smallest.last().is_some_and(|largest| hash >= *largest) {
            return false;
        }
        let new = self.smallest.insert(hash);
        if self.smallest.len() > self.kept {
            self.smallest.pop_last();
            self.full = true;
        }
        new
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        match self.smallest.last() {
            Some(largest) if self.full => {
                let share = *largest as f64 / u64::MAX as f64;
                ((self.kept as f64 - 1.0) / share) as u64
            }
            _ => self.smallest.len() as u64,
        }
    }

    /// Is the count exact?
    pub(crate) fn is_exact(&self) -> bool {
        !self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_counted_and_many_are_estimated() {
        let mut distinct = Distinct::default();
        for number in 0..4000_u32 {
            distinct.add(&(number % 1000).to_le_bytes());
        }
        assert_eq!((distinct.count(), distinct.is_exact()), (1000, true));
        for number in 0..200_000_u32 {
            distinct.add(&number.to_le_bytes());
        }
        assert!(!distinct.is_exact());
        assert!(
            (170_000..230_000).contains(&distinct.count()),
            "{}",
            distinct.count()
        );
    }
}
