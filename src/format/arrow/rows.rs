//! Which row of the table an element of a nested column belongs to.
//!
//! The offsets of the lists, unions and runs around a column enter; for each
//! index, asked in rising order, the row leaves. Offsets are read along with the
//! values, so that memory stays flat.

use std::io::{Read, Seek};

use super::buffers::{Body, Buffer, Slot, malformed};
use crate::format::FormatError;

/// Most list views whose places are held.
const VIEWS: u64 = 4_000_000;

/// Something between the rows and a column: where its buffers are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    /// Element `offsets[i]..offsets[i + 1]` belong to `i`.
    List { offsets: Slot, wide: bool },
    /// Elements `offsets[i]..offsets[i] + sizes[i]` belong to `i`.
    ListView {
        offsets: Slot,
        sizes: Slot,
        wide: bool,
    },
    /// So many elements belong to each.
    FixedList(u64),
    /// Element `offsets[i]` belongs to `i` where `types[i]` is the code.
    Union {
        types: Slot,
        offsets: Slot,
        code: i64,
        /// Number of parents; the buffers may be longer.
        len: u64,
    },
    /// Element `i` begins where the run before it ends.
    Runs { ends: Slot, bits: u32 },
}

/// The way from an element to its row.
pub(super) struct Rows<'r, R: ?Sized + Read + Seek> {
    /// The outermost first.
    levels: Vec<Cursor<'r, R>>,
    first: u64,
}

impl<'r, R: ?Sized + Read + Seek> Rows<'r, R> {
    /// The way through `levels` in a batch whose first row is `first`.
    pub(super) fn new(
        levels: &[Level],
        body: &Body<'r, R>,
        first: u64,
    ) -> Result<Self, FormatError> {
        let levels = levels.iter().map(|level| Cursor::new(*level, body));
        let levels = levels.collect::<Result<_, _>>()?;
        Ok(Self { levels, first })
    }

    /// The row of an element; indexes do not fall from call to call. `None` for
    /// an element that no row has.
    pub(super) fn of(&mut self, index: u64) -> Result<Option<u64>, FormatError> {
        let mut index = index;
        for level in self.levels.iter_mut().rev() {
            match level.up(index)? {
                Some(parent) => index = parent,
                None => return Ok(None),
            }
        }
        Ok(Some(self.first.saturating_add(index)))
    }
}

enum Cursor<'r, R: ?Sized + Read + Seek> {
    List {
        offsets: Buffer<'r, R>,
        wide: bool,
        /// The parent at hand, and its elements.
        parent: u64,
        begin: u64,
        end: u64,
    },
    /// Start, end and parent, by start.
    Views(Vec<(u64, u64, u64)>),
    FixedList(u64),
    Union {
        types: Buffer<'r, R>,
        offsets: Buffer<'r, R>,
        code: i64,
        len: u64,
        /// The next parent, and the element of the one before it.
        next: u64,
        element: Option<u64>,
    },
    Runs {
        ends: Buffer<'r, R>,
        bits: u32,
        run: u64,
        start: u64,
        end: u64,
    },
}

impl<'r, R: ?Sized + Read + Seek> Cursor<'r, R> {
    fn new(level: Level, body: &Body<'r, R>) -> Result<Self, FormatError> {
        Ok(match level {
            Level::List { offsets, wide } => {
                let mut offsets = body.open(offsets)?;
                let begin = offsets.number(wide)?;
                let end = offsets.number(wide)?;
                let parent = 0;
                Self::List {
                    offsets,
                    wide,
                    parent,
                    begin,
                    end,
                }
            }
            Level::ListView {
                offsets,
                sizes,
                wide,
            } => Self::Views(views(body.open(offsets)?, body.open(sizes)?, wide)?),
            Level::FixedList(size) => Self::FixedList(size.max(1)),
            Level::Union {
                types,
                offsets,
                code,
                len,
            } => Self::Union {
                types: body.open(types)?,
                offsets: body.open(offsets)?,
                code,
                len,
                next: 0,
                element: None,
            },
            Level::Runs { ends, bits } => {
                let mut ends = body.open(ends)?;
                Self::Runs {
                    end: run_end(&mut ends, bits)?,
                    ends,
                    bits,
                    run: 0,
                    start: 0,
                }
            }
        })
    }

    /// The parent of an element.
    fn up(&mut self, index: u64) -> Result<Option<u64>, FormatError> {
        match self {
            Self::List {
                offsets,
                wide,
                parent,
                begin,
                end,
            } => {
                while index >= *end && !offsets.ended()? {
                    *begin = *end;
                    *end = offsets.number(*wide)?;
                    *parent += 1;
                }
                Ok((*begin..*end).contains(&index).then_some(*parent))
            }
            Self::Views(views) => {
                let behind = views.partition_point(|(start, ..)| *start <= index);
                // Views may share elements; a long one may begin further ahead.
                let near = views.get(behind.saturating_sub(8)..behind);
                let mut near = near.unwrap_or_default().iter().rev();
                let view = near.find(|(_, end, _)| index < *end);
                Ok(view.map(|(.., parent)| *parent))
            }
            Self::FixedList(size) => Ok(Some(index / *size)),
            Self::Union {
                types,
                offsets,
                code,
                len,
                next,
                element,
            } => {
                while element.is_none_or(|element| element < index) && *next < *len {
                    let at = offsets.number(false)?;
                    if types.signed(8)? == *code {
                        *element = Some(at);
                    }
                    *next += 1;
                }
                let found = *element == Some(index);
                Ok(found.then(|| next.saturating_sub(1)))
            }
            Self::Runs {
                ends,
                bits,
                run,
                start,
                end,
            } => {
                while index > *run && !ends.ended()? {
                    *start = *end;
                    *end = run_end(ends, *bits)?;
                    *run += 1;
                }
                Ok((index == *run).then_some(*start))
            }
        }
    }
}

fn run_end<R: ?Sized + Read + Seek>(
    ends: &mut Buffer<'_, R>,
    bits: u32,
) -> Result<u64, FormatError> {
    let end = ends.signed(bits)?;
    let what = "run ends of an Arrow column";
    u64::try_from(end).map_err(|_| malformed(what, 0))
}

/// The places of list views that are not empty, in order: they may stand in any.
fn views<R: ?Sized + Read + Seek>(
    mut offsets: Buffer<'_, R>,
    mut sizes: Buffer<'_, R>,
    wide: bool,
) -> Result<Vec<(u64, u64, u64)>, FormatError> {
    let mut views = Vec::new();
    let mut parent = 0;
    while !offsets.ended()? && !sizes.ended()? {
        let (start, size) = (offsets.number(wide)?, sizes.number(wide)?);
        if size > 0 {
            views.push((start, start.saturating_add(size), parent));
        }
        parent += 1;
        if parent > VIEWS {
            let what = "number of list views in one Arrow batch";
            return Err(FormatError::Limit { what });
        }
    }
    views.sort_unstable();
    Ok(views)
}
