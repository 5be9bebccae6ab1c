//! The dictionary of a column chunk.
//!
//! A dictionary page and then pages of indices enter; each value leaves once,
//! with the first row that uses it, or with every row if that is asked for.

use std::ops::ControlFlow;

use super::hybrid::Hybrid;
use super::schema::Physical;
use super::values::{Places, Stretch, length, split_plain};
use super::{Event, Value, Work};
use crate::format::FormatError;

/// Most values: empty ones take four bytes of a page and nine of memory.
const VALUES: usize = 16 << 20;

/// What a repeated value costs beyond its bytes: a run of billions takes a few
/// bytes of a page.
const AGAIN: u64 = 4;

/// The values, and which of them were delivered.
#[derive(Default)]
pub(super) struct Dictionary {
    /// Is a value delivered with every row that uses it?
    pub(super) repeats: bool,
    bytes: Vec<u8>,
    /// Start and length of each value.
    values: Vec<(u32, u32)>,
    physical: Option<Physical>,
    delivered: Vec<bool>,
    /// Values not delivered yet.
    left: usize,
}

impl Dictionary {
    /// Forgets everything: another chunk begins.
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.delivered.clear();
        self.physical = None;
        self.left = 0;
    }

    /// Takes an unpacked dictionary page in. Values before damage stay.
    pub(super) fn read(
        &mut self,
        page: &[u8],
        claimed: u64,
        physical: Physical,
    ) -> Result<(), FormatError> {
        self.clear();
        let fixed = length(physical)?;
        self.physical = Some(physical);
        self.bytes.clear();
        self.bytes.extend_from_slice(page);
        let (mut rest, mut limited) = (page, false);
        while !rest.is_empty() {
            let found = match fixed {
                None => split_plain(rest),
                Some(length) => rest.split_at_checked(length),
            };
            let Some((value, tail)) = found else { break };
            if self.values.len() == VALUES {
                limited = true;
                break;
            }
            let start = page.len() - tail.len() - value.len();
            self.values.push((start as u32, value.len() as u32));
            rest = tail;
        }
        self.left = self.values.len();
        self.delivered.resize(self.left, false);
        if limited {
            let what = "values of a parquet dictionary";
            return Err(FormatError::Limit { what });
        }
        if claimed > self.left as u64 {
            return Err(FormatError::Truncated {
                what: "parquet dictionary",
                offset: 0,
            });
        }
        Ok(())
    }

    /// Was there a dictionary page?
    pub(super) fn is_there(&self) -> bool {
        self.physical.is_some()
    }

    /// Was every value delivered?
    pub(super) fn is_done(&self) -> bool {
        self.left == 0
    }

    /// Delivers the values that a page of indices uses first. `Break` where
    /// `each` says so or row `until` is reached.
    pub(super) fn deliver(
        &mut self,
        data: &[u8],
        places: &mut Places<'_>,
        until: u64,
        work: &mut Work,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        let wrong = || FormatError::Malformed {
            what: "dictionary indices of a parquet page",
            offset: 0,
        };
        let (&width, data) = match data.split_first() {
            Some((width, data)) if *width <= 32 => (width, data),
            // A page of nulls only needs no index, and some have not even the width.
            None => (&0, data),
            Some(_) => return Err(wrong()),
        };
        let mut indices = Hybrid::new(data, u32::from(width));
        let mut strayed = false;
        while let Some(Stretch { count, row, step }) = places.next()? {
            let mut left = count;
            while left > 0 {
                let row = row.saturating_add(step * (count - left));
                if row >= until {
                    return Ok(ControlFlow::Break(()));
                }
                let (index, same) = indices.take(left).ok_or_else(wrong)?;
                left -= same;
                if self.repeats {
                    strayed |= index as usize >= self.values.len();
                    let rows = (row, step, same, until);
                    if self.again(index as usize, rows, work, each)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                    continue;
                }
                match self.delivered.get_mut(index as usize) {
                    None => strayed = true,
                    Some(true) => {}
                    Some(delivered) => {
                        *delivered = true;
                        self.left -= 1;
                        let value = self.value(index as usize);
                        let row = Some(row);
                        if each(Event::Cell { row, value }).is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                    }
                }
            }
        }
        if strayed {
            return Err(wrong());
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Delivers a value with each of the `same` rows of a run that uses it.
    fn again(
        &mut self,
        index: usize,
        (row, step, same, until): (u64, u64, u64, u64),
        work: &mut Work,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        let Some(delivered) = self.delivered.get_mut(index) else {
            return Ok(ControlFlow::Continue(()));
        };
        self.left -= usize::from(!*delivered);
        *delivered = true;
        let (_, length) = self.values[index];
        for number in 0..same {
            let row = row.saturating_add(step * number);
            if row >= until {
                return Ok(ControlFlow::Break(()));
            }
            work.spend(AGAIN + u64::from(length))?;
            let (row, value) = (Some(row), self.value(index));
            if each(Event::Cell { row, value }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Delivers the values that no row was seen to use.
    pub(super) fn deliver_unused(&mut self, each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>) {
        for index in 0..self.delivered.len() {
            if self.delivered[index] {
                continue;
            }
            let value = self.value(index);
            if each(Event::Cell { row: None, value }).is_break() {
                break;
            }
        }
        self.clear();
    }

    /// All values.
    pub(super) fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.values.len()).map(|index| self.value(index))
    }

    fn value(&self, index: usize) -> Value<'_> {
        let (start, length) = self.values[index];
        let start = start as usize;
        let bytes = &self.bytes[start..start + length as usize];
        Value::of(self.physical.unwrap_or(Physical::Bytes), bytes)
    }
}
