//! Values of parquet pages, each with its row.
//!
//! The unpacked bytes of a page enter, as levels and values; cells leave.

use std::ops::ControlFlow;

use super::delta::Deltas;
use super::hybrid::Levels;
use super::schema::Physical;
use super::{Event, Value, Work};
use crate::format::FormatError;

const WRONG: FormatError = FormatError::Malformed {
    what: "values of a parquet page",
    offset: 0,
};

/// Tells from the levels which values are there, and in which rows.
pub(super) struct Places<'a> {
    repetitions: (Levels<'a>, (u32, u64)),
    definitions: (Levels<'a>, (u32, u64)),
    deepest: u32,
    left: u64,
    /// The row that the next value without repetition begins.
    pub(super) row: u64,
}

/// Values that are there, one behind the other.
pub(super) struct Stretch {
    /// How many.
    pub(super) count: u64,
    /// The row of the first.
    pub(super) row: u64,
    /// 1 if each is in a row of its own, 0 if all are in the same.
    pub(super) step: u64,
}

impl<'a> Places<'a> {
    /// The places of `values` values, from `row` on; those of definition
    /// `deepest` are there.
    pub(super) fn new(
        repetitions: Levels<'a>,
        definitions: Levels<'a>,
        deepest: u32,
        values: u64,
        row: u64,
    ) -> Self {
        Self {
            repetitions: (repetitions, (0, 0)),
            definitions: (definitions, (0, 0)),
            deepest,
            left: values,
            row,
        }
    }

    /// The next stretch; `None` behind the last value.
    pub(super) fn next(&mut self) -> Result<Option<Stretch>, FormatError> {
        while self.left > 0 {
            for (levels, run) in [&mut self.repetitions, &mut self.definitions] {
                if run.1 == 0 {
                    *run = levels.take(self.left).ok_or(FormatError::Truncated {
                        what: "levels of a parquet page",
                        offset: 0,
                    })?;
                }
            }
            let (repetition, definition) = (&mut self.repetitions.1, &mut self.definitions.1);
            let count = repetition.1.min(definition.1);
            repetition.1 -= count;
            definition.1 -= count;
            self.left -= count;
            let (row, step) = match repetition.0 {
                0 => (self.row, 1),
                _ => (self.row.saturating_sub(1), 0),
            };
            self.row = self.row.saturating_add(step * count);
            if definition.0 == self.deepest {
                return Ok(Some(Stretch { count, row, step }));
            }
        }
        Ok(None)
    }
}

/// What a value costs that may take no byte of a page.
const EACH: u64 = 16;

/// Yields the values of a page that are there.
trait Decode {
    fn next(&mut self) -> Result<Value<'_>, FormatError>;

    /// What a value costs beyond the bytes that were counted when the page was
    /// unpacked: plain values are those bytes.
    fn cost(_: Value<'_>) -> u64 {
        0
    }
}

/// One length and one value after the other.
struct Plain<'a>(&'a [u8]);

impl Decode for Plain<'_> {
    #[inline]
    fn next(&mut self) -> Result<Value<'_>, FormatError> {
        let (value, rest) = split_plain(self.0).ok_or(WRONG)?;
        self.0 = rest;
        Ok(Value::Bytes(value))
    }
}

/// The first of plain values, and the others.
#[inline]
pub(super) fn split_plain(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = data.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Values of one length, numbers among them.
struct Fixed<'a> {
    data: &'a [u8],
    physical: Physical,
    length: usize,
}

impl Decode for Fixed<'_> {
    #[inline]
    fn next(&mut self) -> Result<Value<'_>, FormatError> {
        let (value, rest) = self.data.split_at_checked(self.length).ok_or(WRONG)?;
        self.data = rest;
        Ok(Value::of(self.physical, value))
    }
}

/// First bytes of all values, then second bytes, and so on.
struct Split<'a> {
    data: &'a [u8],
    physical: Physical,
    length: usize,
    at: usize,
    value: Vec<u8>,
}

impl Decode for Split<'_> {
    fn next(&mut self) -> Result<Value<'_>, FormatError> {
        let stride = self.data.len() / self.length;
        if self.at >= stride {
            return Err(WRONG);
        }
        let bytes = self.data.iter().skip(self.at).step_by(stride);
        self.value.clear();
        self.value.extend(bytes.take(self.length));
        self.at += 1;
        Ok(Value::of(self.physical, &self.value))
    }
}

/// Differences of 32-bit integers wrap at 32 bits.
struct Integers<'a> {
    deltas: Deltas<'a>,
    short: bool,
}

impl Decode for Integers<'_> {
    #[inline]
    fn next(&mut self) -> Result<Value<'_>, FormatError> {
        let value = self.deltas.next()?;
        Ok(Value::Int(if self.short {
            i64::from(value as i32)
        } else {
            value
        }))
    }

    fn cost(_: Value<'_>) -> u64 {
        1
    }
}

struct DeltaLengths<'a> {
    lengths: Deltas<'a>,
    data: &'a [u8],
}

impl<'a> DeltaLengths<'a> {
    fn new(data: &'a [u8]) -> Result<Self, FormatError> {
        let lengths = Deltas::new(data)?;
        let data = lengths.rest()?;
        Ok(Self { lengths, data })
    }

    #[inline]
    fn slice(&mut self) -> Result<&'a [u8], FormatError> {
        let length = usize::try_from(self.lengths.next()?).map_err(|_| WRONG)?;
        let (value, rest) = self.data.split_at_checked(length).ok_or(WRONG)?;
        self.data = rest;
        Ok(value)
    }
}

impl Decode for DeltaLengths<'_> {
    #[inline]
    fn next(&mut self) -> Result<Value<'_>, FormatError> {
        Ok(Value::Bytes(self.slice()?))
    }

    fn cost(_: Value<'_>) -> u64 {
        EACH
    }
}

/// Each value as the length it shares with the one before, and the others bytes.
struct DeltaBytes<'a> {
    prefixes: Deltas<'a>,
    suffixes: DeltaLengths<'a>,
    value: Vec<u8>,
}

impl<'a> DeltaBytes<'a> {
    fn new(data: &'a [u8]) -> Result<Self, FormatError> {
        let prefixes = Deltas::new(data)?;
        let suffixes = DeltaLengths::new(prefixes.rest()?)?;
        Ok(Self {
            prefixes,
            suffixes,
            value: Vec::new(),
        })
    }
}

impl Decode for DeltaBytes<'_> {
    #[inline]
    fn next(&mut self) -> Result<Value<'_>, FormatError> {
        let prefix = usize::try_from(self.prefixes.next()?).map_err(|_| WRONG)?;
        if prefix > self.value.len() {
            return Err(WRONG);
        }
        self.value.truncate(prefix);
        self.value.extend_from_slice(self.suffixes.slice()?);
        Ok(Value::Bytes(&self.value))
    }

    fn cost(value: Value<'_>) -> u64 {
        match value {
            Value::Bytes(bytes) => bytes.len() as u64 + EACH,
            Value::Int(_) => 1,
        }
    }
}

/// How long a value of a fixed length is; `None` for strings.
pub(super) fn length(physical: Physical) -> Result<Option<usize>, FormatError> {
    match physical {
        Physical::Bytes => Ok(None),
        Physical::Fixed(length) if length > 0 => Ok(Some(length)),
        Physical::Int32 => Ok(Some(4)),
        Physical::Int64 => Ok(Some(8)),
        _ => Err(FormatError::Unsupported {
            what: "type of a parquet column",
        }),
    }
}

/// Delivers the values of a page that has no dictionary; `Break` where `each`
/// says so or row `until` is reached.
pub(super) fn deliver(
    data: &[u8],
    encoding: super::page::Encoding,
    physical: Physical,
    places: &mut Places<'_>,
    until: u64,
    work: &mut Work,
    each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, FormatError> {
    use super::page::Encoding;
    let fixed = length(physical)?;
    let integer = matches!(physical, Physical::Int32 | Physical::Int64);
    let mut goal = Goal { until, work, each };
    match (encoding, fixed) {
        (Encoding::Plain, None) => goal.drive(Plain(data), places),
        (Encoding::Plain, Some(length)) => goal.drive(
            Fixed {
                data,
                physical,
                length,
            },
            places,
        ),
        (Encoding::Split, Some(length)) => goal.drive(
            Split {
                data,
                physical,
                length,
                at: 0,
                value: Vec::new(),
            },
            places,
        ),
        (Encoding::Deltas, Some(_)) if integer => {
            let short = physical == Physical::Int32;
            let deltas = Deltas::new(data);
            goal.drive_if(deltas.map(|deltas| Integers { deltas, short }), places)
        }
        (Encoding::DeltaLengths, None) => goal.drive_if(DeltaLengths::new(data), places),
        (Encoding::DeltaBytes, _) if !integer => goal.drive_if(DeltaBytes::new(data), places),
        _ => Err(FormatError::Unsupported {
            what: "encoding of a parquet page",
        }),
    }
}

/// Where values go, and until when.
struct Goal<'a> {
    until: u64,
    work: &'a mut Work,
    each: &'a mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
}

impl Goal<'_> {
    /// A page of nulls needs no values: `DuckDB` writes sequences without blocks
    /// there.
    fn drive_if<D: Decode>(
        &mut self,
        decode: Result<D, FormatError>,
        places: &mut Places<'_>,
    ) -> Result<ControlFlow<()>, FormatError> {
        match decode {
            Ok(decode) => self.drive(decode, places),
            Err(error) => match places.next()? {
                Some(_) => Err(error),
                None => Ok(ControlFlow::Continue(())),
            },
        }
    }

    fn drive<D: Decode>(
        &mut self,
        mut decode: D,
        places: &mut Places<'_>,
    ) -> Result<ControlFlow<()>, FormatError> {
        while let Some(Stretch { count, row, step }) = places.next()? {
            let mut row = Some(row);
            for _ in 0..count {
                let here = row.filter(|&row| row < self.until);
                let Some(here) = here else {
                    return Ok(ControlFlow::Break(()));
                };
                let value = decode.next()?;
                self.work.spend(D::cost(value))?;
                let event = Event::Cell {
                    row: Some(here),
                    value,
                };
                if (self.each)(event).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                row = here.checked_add(step);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
