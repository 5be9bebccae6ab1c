//! Columns of views: short values stand in the view, longer ones anywhere in
//! any of the column's other buffers, here called heaps.
//!
//! Views, heaps and whoever looks at the values enter; new views and heaps
//! leave, if any value changed. A value that several views share stays shared;
//! then nothing is left of bytes that no view points to.

use std::collections::HashMap;

use super::ask::{Ask, News};
use super::{Replacement, Value};
use crate::format::FormatError;
use crate::format::arrow::buffers::malformed;

/// Longest value that stands in its view.
const INLINE: usize = 12;
/// Bytes of a view.
const VIEW: usize = 16;

/// A column as it stands.
pub(super) struct Views<'b> {
    pub(super) entries: &'b [u8],
    pub(super) heaps: &'b [Vec<u8>],
    /// Number of values.
    pub(super) len: u64,
    /// Most bytes of the new heaps.
    pub(super) held: u64,
}

/// What the buffers are to hold, and how many values changed.
pub(super) struct Made {
    pub(super) views: Vec<u8>,
    /// As many as there were, or more.
    pub(super) heaps: Vec<Vec<u8>>,
    pub(super) replaced: u64,
}

/// Where a long value is: heap, first byte, length.
type Place = (u32, u32, u32);

impl<'b> Views<'b> {
    /// Shows all values; answers what the buffers are to hold if that differs.
    pub(super) fn replaced(&self, ask: &mut Ask<'_>) -> Result<Option<Made>, FormatError> {
        if let Some(last) = self.len.checked_sub(1) {
            self.view(last)?;
        }
        // A value may be shared by all views of a batch, and be as long as it.
        let heaps = self.heaps.iter().map(|heap| heap.len() as u64);
        let whole = heaps.fold(self.entries.len() as u64, u64::saturating_add);
        let mut left = whole.saturating_add(1 << 20).saturating_mul(64);
        let news = ask.all(self.len, |index| {
            let value = self.value(index)?;
            let what = "bytes of overlapping views in an Arrow column";
            let rest = left.checked_sub(value.len() as u64);
            left = rest.ok_or(FormatError::Limit { what })?;
            Ok(Some(Value::Bytes(value)))
        })?;
        let drop = self.unused(ask)?;
        if news.is_empty() && !drop {
            return Ok(None);
        }
        self.build(ask, news).map(Some)
    }

    fn build(&self, ask: &Ask<'_>, news: News) -> Result<Made, FormatError> {
        let replaced = news.len() as u64;
        let mut news = news.into_iter().peekable();
        let mut views = Vec::with_capacity(self.entries.len());
        let mut heaps = Heaps {
            done: Vec::new(),
            left: self.held,
        };
        let mut moved: HashMap<Place, [u8; VIEW]> = HashMap::new();
        for index in 0..self.len {
            let view = match news.next_if(|(at, _)| *at == index) {
                Some((_, Replacement::Bytes(new))) => heaps.view(&new)?,
                _ if ask.nulls.is_null(index) => [0; VIEW],
                _ => match self.place(index)? {
                    None => heaps.view(self.value(index)?)?,
                    Some(place) => match moved.get(&place) {
                        Some(view) => *view,
                        None => {
                            let view = heaps.view(self.value(index)?)?;
                            moved.insert(place, view);
                            view
                        }
                    },
                },
            };
            views.extend(view);
        }
        let mut heaps = heaps.done;
        heaps.resize(heaps.len().max(self.heaps.len()), Vec::new());
        Ok(Made {
            views,
            heaps,
            replaced,
        })
    }

    /// Shows what no view points to, and what stands in those of nulls.
    fn unused(&self, ask: &mut Ask<'_>) -> Result<bool, FormatError> {
        let mut places = Vec::new();
        let mut drop = false;
        for index in 0..self.len {
            if ask.nulls.is_null(index) {
                // Whatever it points to, it does not count.
                drop |= ask.unused(self.view(index)?.get(4..).unwrap_or_default());
            } else {
                places.extend(self.place(index)?);
            }
        }
        places.sort_unstable();
        let mut places = places.into_iter().peekable();
        for (heap, bytes) in (0_u32..).zip(self.heaps) {
            let mut at = 0;
            while let Some((_, start, len)) = places.next_if(|place| place.0 == heap) {
                drop |= ask.unused(bytes.get(at..start as usize).unwrap_or_default());
                at = at.max(start as usize + len as usize);
            }
            drop |= ask.unused(bytes.get(at..).unwrap_or_default());
        }
        Ok(drop)
    }

    fn view(&self, index: u64) -> Result<&'b [u8; VIEW], FormatError> {
        let at = index.checked_mul(VIEW as u64);
        let at = at.and_then(|at| usize::try_from(at).ok());
        let view = at.and_then(|at| self.entries.get(at..)?.first_chunk());
        view.ok_or_else(|| malformed("views of an Arrow column", index))
    }

    /// Where the value is, if not in its view.
    fn place(&self, index: u64) -> Result<Option<Place>, FormatError> {
        let view = self.view(index)?;
        let number = |at: usize| {
            let bytes = view.get(at..).and_then(|tail| tail.first_chunk());
            let number = u32::from_le_bytes(bytes.copied().unwrap_or_default());
            let wrong = || malformed("view of an Arrow column", index);
            i32::try_from(number).map(|_| number).map_err(|_| wrong())
        };
        let len = number(0)?;
        if len as usize <= INLINE {
            return Ok(None);
        }
        Ok(Some((number(8)?, number(12)?, len)))
    }

    fn value(&self, index: u64) -> Result<&'b [u8], FormatError> {
        let wrong = || malformed("view of an Arrow column", index);
        let Some((heap, start, len)) = self.place(index)? else {
            let (len, inline) = self
                .view(index)?
                .split_first_chunk::<4>()
                .ok_or_else(wrong)?;
            return inline
                .get(..u32::from_le_bytes(*len) as usize)
                .ok_or_else(wrong);
        };
        let (start, len) = (start as usize, len as usize);
        let heap = self.heaps.get(heap as usize).ok_or_else(wrong)?;
        heap.get(start..start.saturating_add(len)).ok_or_else(wrong)
    }
}

/// Heaps that are being filled.
struct Heaps {
    done: Vec<Vec<u8>>,
    /// Bytes they may still take.
    left: u64,
}

impl Heaps {
    /// The view of a value, which is put to a heap if it is long.
    fn view(&mut self, value: &[u8]) -> Result<[u8; VIEW], FormatError> {
        let what = "2 GiB of one value in an Arrow column of views";
        let len = i32::try_from(value.len()).map_err(|_| FormatError::Limit { what })?;
        let mut view = [0; VIEW];
        let (head, tail) = view.split_at_mut(4);
        head.copy_from_slice(&len.to_le_bytes());
        if value.len() <= INLINE {
            tail.get_mut(..value.len())
                .unwrap_or_default()
                .copy_from_slice(value);
            return Ok(view);
        }
        let what = "bytes of new buffers of one Arrow batch";
        let left = self.left.checked_sub(value.len() as u64);
        self.left = left.ok_or(FormatError::Limit { what })?;
        let full = |heap: &Vec<u8>| heap.len() + value.len() > i32::MAX as usize;
        if self.done.last().is_none_or(full) {
            self.done.push(Vec::new());
        }
        let heap = self.done.len() - 1;
        let bytes = self.done.last_mut().ok_or(FormatError::Limit { what })?;
        let start = bytes.len();
        bytes.extend_from_slice(value);
        let (prefix, place) = tail.split_at_mut(4);
        prefix.copy_from_slice(value.get(..4).unwrap_or_default());
        let (at, offset) = place.split_at_mut(4);
        at.copy_from_slice(&(heap as u32).to_le_bytes());
        offset.copy_from_slice(&(start as u32).to_le_bytes());
        Ok(view)
    }
}
