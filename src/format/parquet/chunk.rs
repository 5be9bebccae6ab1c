//! The pages of one column chunk.
//!
//! A seekable reader and the place of a chunk enter; its cells leave. A page that
//! cannot be read is told and passed by: the next one begins where it ends.

use std::io::{Read, Seek};
use std::ops::ControlFlow;

use super::decode::{Decoder, Here};
use super::footer::Chunk;
use super::page::{Body, Data, Encoding, Page};
use super::schema::Column;
use super::window::Window;
use super::{Event, Limits, Work};
use crate::format::FormatError;

/// Old writers forget the head of the dictionary when they count the bytes of a
/// chunk.
pub(super) const FORGOTTEN: u64 = 100;

/// Reads chunks, one after another, with the same memory.
pub struct Chunks {
    window: Window,
    decoder: Decoder,
    limits: Limits,
    /// Pages must end before the footer.
    end: u64,
}

impl Chunks {
    /// For the chunks of a file of `size` bytes whose footer begins at `end`.
    pub fn new(size: u64, end: u64, limits: Limits) -> Self {
        Self {
            window: Window::new(size),
            decoder: Decoder::new(Work::new(size, &limits)),
            limits,
            end,
        }
    }

    /// Deliver values of a dictionary with every row that uses them?
    pub fn repeating(mut self, repeats: bool) -> Self {
        self.decoder.dictionary.repeats = repeats;
        self
    }

    /// Delivers the cells of a chunk: those of a dictionary once, with the first
    /// row that uses it, unless it is [`repeating`](Self::repeating). Rows count from `row`, those from `until` on are left
    /// out. Everything that goes wrong is an event too.
    pub fn read<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        column: &Column,
        chunk: &Chunk,
        (row, until): (u64, u64),
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) {
        let mut here = Here {
            column,
            codec: chunk.codec,
            until,
            row,
        };
        self.decoder.dictionary.clear();
        let mut broken = false;
        let mut told = |event: Event<'_>| {
            let answer = each(event);
            broken |= answer.is_break();
            answer
        };
        if let Err(error) = self.pages(reader, chunk, &mut here, &mut told) {
            let _ = told(Event::Problem(error));
        }
        if !broken && here.row < until {
            self.decoder.dictionary.deliver_unused(each);
        }
    }

    /// Was all the work done that one file may cost? Then nothing more is read.
    pub fn is_spent(&self) -> bool {
        self.decoder.work.is_spent()
    }

    /// Bytes that pages unpacked to so far.
    pub fn unpacked(&self) -> u64 {
        self.decoder.work.spent
    }

    fn pages<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        chunk: &Chunk,
        here: &mut Here<'_>,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        if chunk.encrypted {
            let what = "encrypted parquet column";
            return Err(FormatError::Unsupported { what });
        }
        if chunk.size == 0 && chunk.values == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let claimed = chunk.start.saturating_add(chunk.size);
        let end = claimed.min(self.end);
        if chunk.start < 4 || chunk.start >= end {
            let (what, offset) = ("parquet column chunk", chunk.start);
            return Err(FormatError::Malformed { what, offset });
        }
        let slack = end.saturating_add(FORGOTTEN).min(self.end);
        // Loaders stop where they have all values, so a chunk that claims to go
        // on into the footer can be loaded.
        let lies = claimed > end;
        let (mut at, mut values) = (chunk.start, 0u64);
        while (at < end && !lies) || (values < chunk.values && at < slack) {
            let page = self.window.head(reader, at, slack)?;
            let start = at + page.head as u64;
            at = start.saturating_add(page.compressed);
            if at > slack {
                let (what, offset) = ("parquet page", start);
                return Err(FormatError::Truncated { what, offset });
            }
            self.decoder.work.read(page.head as u64 + page.compressed)?;
            let row = here.row;
            match self.page(reader, &page, (start, slack), here, each) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(FormatError::Io(error)) => return Err(FormatError::Io(error)),
                Err(error) => {
                    let error = placed(error, start);
                    if each(Event::Problem(error)).is_break() || self.is_spent() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            if let Body::Data(data) = &page.body {
                values = values.saturating_add(data.values);
                here.settle(row, data);
            }
            if here.row >= here.until {
                return Ok(ControlFlow::Break(()));
            }
        }
        if values < chunk.values || lies {
            let (what, offset) = ("parquet column chunk", chunk.start);
            return Err(FormatError::Truncated { what, offset });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn page<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        page: &Page,
        (start, end): (u64, u64),
        here: &mut Here<'_>,
        each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FormatError> {
        let needed = match &page.body {
            Body::Dictionary { .. } => true,
            Body::Data(data) => !self.is_known(data, here),
            Body::Other => false,
        };
        if !needed {
            return Ok(ControlFlow::Continue(()));
        }
        if page.compressed.max(page.unpacked) > self.limits.page {
            let what = "size of a parquet page";
            return Err(FormatError::Limit { what });
        }
        self.decoder.work.spend(page.unpacked)?;
        let bytes = self.window.bytes(reader, start, page.compressed, end)?;
        if (bytes.len() as u64) < page.compressed {
            let (what, offset) = ("parquet page", start);
            return Err(FormatError::Truncated { what, offset });
        }
        match &page.body {
            Body::Dictionary { values } => {
                // No honest chunk has a second one: what the first holds shall
                // not be lost to it.
                self.decoder.dictionary.deliver_unused(each);
                let read = self.decoder.dictionary(page, *values, bytes, here);
                read.map(ControlFlow::Continue)
            }
            Body::Data(data) => self.decoder.data(page, data, bytes, here, each),
            Body::Other => Ok(ControlFlow::Continue(())),
        }
    }

    /// Are all values of the page delivered already, and its rows known?
    fn is_known(&self, data: &Data, here: &Here<'_>) -> bool {
        data.encoding == Encoding::Dictionary
            && self.decoder.dictionary.is_there()
            && self.decoder.dictionary.is_done()
            && !self.decoder.dictionary.repeats
            && (data.rows.is_some() || here.column.levels.1 == 0)
    }
}

/// Errors inside a page know no place: the page's is told instead.
pub(super) fn placed(error: FormatError, start: u64) -> FormatError {
    match error {
        FormatError::Malformed { what, .. } => FormatError::Malformed {
            what,
            offset: start,
        },
        FormatError::Truncated { what, .. } => FormatError::Truncated {
            what,
            offset: start,
        },
        other => other,
    }
}
