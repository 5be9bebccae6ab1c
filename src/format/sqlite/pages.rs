//! The pages of a database or of a write-ahead log.
//!
//! A page's number enters; its bytes and their place leave. Which pages were
//! used is remembered: a tree or chain that comes back to one is cut there, and
//! what nobody used is told at the end.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read, Seek, SeekFrom};

/// Read at once: pages mostly follow each other.
const WINDOW: u64 = 64 * 1024;
/// Pages marked in one piece.
const PIECE: u32 = 4096;

/// Where pages are.
pub(super) enum Places {
    /// One behind the other.
    File,
    /// The newest frame of each in a log.
    Frames(HashMap<u32, u64>),
}

/// The pages.
pub(super) struct Pages<'r, R: ?Sized> {
    reader: &'r mut R,
    /// Bytes of the file.
    pub(super) size: u64,
    /// Bytes of a page.
    pub(super) page: usize,
    /// Bytes of a page that the database uses.
    pub(super) usable: usize,
    pub(super) places: Places,
    window: Vec<u8>,
    begin: u64,
    used: BTreeMap<u32, Box<[u64; PIECE as usize / 64]>>,
}

impl<'r, R: ?Sized + Read + Seek> Pages<'r, R> {
    /// Pages of `page` bytes, of which `reserved` are somebody else's.
    pub(super) fn new(reader: &'r mut R, size: u64, page: usize, reserved: u8) -> Self {
        Self {
            reader,
            size,
            page,
            usable: page - usize::from(reserved),
            places: Places::File,
            window: Vec::new(),
            begin: 0,
            used: BTreeMap::new(),
        }
    }

    /// Number of the last page, which may be cut.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.size.div_ceil(self.page as u64)).unwrap_or(u32::MAX)
    }

    /// Place of a page in the file.
    pub(super) fn place(&self, page: u32) -> Option<u64> {
        match &self.places {
            Places::File => {
                let place = u64::from(page.checked_sub(1)?) * self.page as u64;
                (place < self.size).then_some(place)
            }
            Places::Frames(frames) => frames.get(&page).copied(),
        }
    }

    /// The bytes at `place`: one page, or less at the end of the file.
    pub(super) fn read(&mut self, place: u64) -> io::Result<&[u8]> {
        let end = place + self.page as u64;
        let held_end = self.begin + self.window.len() as u64;
        let inside = place >= self.begin && end.min(self.size) <= held_end;
        if !inside {
            self.window.clear();
            self.begin = place;
            self.reader.seek(SeekFrom::Start(place))?;
            let most = WINDOW.max(self.page as u64);
            (&mut *self.reader)
                .take(most)
                .read_to_end(&mut self.window)?;
        }
        let held = self.window.get((place - self.begin) as usize..);
        let held = held.unwrap_or_default();
        Ok(&held[..held.len().min(self.page)])
    }

    /// Marks a page as used; `false` if it was before.
    pub(super) fn take(&mut self, page: u32) -> bool {
        let bits = self.used.entry(page / PIECE);
        let bits = bits.or_insert_with(|| Box::new([0; PIECE as usize / 64]));
        let at = (page % PIECE) as usize;
        let Some(word) = bits.get_mut(at / 64) else {
            return false;
        };
        let bit = 1 << (at % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Was a page used?
    pub(super) fn is_used(&self, page: u32) -> bool {
        let bits = self.used.get(&(page / PIECE));
        let at = (page % PIECE) as usize;
        let word = bits.and_then(|bits| bits.get(at / 64));
        word.is_some_and(|word| word & (1 << (at % 64)) != 0)
    }
}
