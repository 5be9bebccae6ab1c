//! Parses the header of a 7z archive.
//!
//! The bytes of a header enter; folders and members leave. No count is believed
//! further than the header is long.

use super::folder::Coder;
use super::{Archive, Folder, Member, START};
use crate::format::FormatError;

/// Most coders of a folder, as 7-Zip itself has it.
const CODERS: u64 = 32;

/// The tags of the format that are looked at.
mod tag {
    pub(super) const END: u8 = 0;
    pub(super) const HEADER: u8 = 1;
    pub(super) const PROPERTIES: u8 = 2;
    pub(super) const MORE_STREAMS: u8 = 3;
    pub(super) const STREAMS: u8 = 4;
    pub(super) const FILES: u8 = 5;
    pub(super) const PACKS: u8 = 6;
    pub(super) const FOLDERS: u8 = 7;
    pub(super) const PARTS: u8 = 8;
    pub(super) const SIZES: u8 = 9;
    pub(super) const SUMS: u8 = 10;
    pub(super) const FOLDER: u8 = 11;
    pub(super) const UNPACKED_SIZES: u8 = 12;
    pub(super) const PART_COUNTS: u8 = 13;
    pub(super) const EMPTY: u8 = 14;
    pub(super) const NAMES: u8 = 17;
    pub(super) const ATTRIBUTES: u8 = 21;
    pub(super) const PACKED: u8 = 23;
}

type Parsed<T> = Result<T, FormatError>;

/// The folder that holds the header, if it is packed.
pub(super) fn packed(bytes: &[u8], file_len: u64) -> Parsed<Option<Folder>> {
    let mut input = Input { bytes, at: 0 };
    if input.byte()? != tag::PACKED {
        return Ok(None);
    }
    let (mut folders, _) = input.streams(file_len)?;
    match folders.pop() {
        Some(folder) => Ok(Some(folder)),
        None => Err(input.malformed()),
    }
}

/// The header itself.
pub(super) fn read(bytes: &[u8], file_len: u64, most: usize) -> Parsed<Archive> {
    let mut input = Input { bytes, at: 0 };
    if input.byte()? != tag::HEADER {
        return Err(input.malformed());
    }
    let mut archive = Archive::default();
    let mut parts = Vec::new();
    loop {
        match input.byte()? {
            tag::END => return Ok(archive),
            tag::PROPERTIES => while input.property()?.is_some() {},
            tag::MORE_STREAMS => drop(input.streams(file_len)?),
            tag::STREAMS => (archive.folders, parts) = input.streams(file_len)?,
            tag::FILES => archive.members = input.files(&parts, most)?,
            _ => return Err(input.malformed()),
        }
    }
}

/// The bytes, and how far they are read.
struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn malformed(&self) -> FormatError {
        let (what, offset) = ("7z header", self.at as u64);
        FormatError::Malformed { what, offset }
    }

    fn take(&mut self, count: u64) -> Parsed<&'a [u8]> {
        let end = usize::try_from(count).ok();
        let end = end.and_then(|count| self.at.checked_add(count));
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => Err(self.malformed()),
        }
    }

    fn byte(&mut self) -> Parsed<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    /// A number: the ones that lead its first byte tell how many bytes follow.
    fn number(&mut self) -> Parsed<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut bytes = [0; 8];
        let low = self.take(u64::from(more))?;
        for (to, from) in bytes.iter_mut().zip(low) {
            *to = *from;
        }
        // What is left of the first byte is the highest part.
        let high = u64::from(first) & (0x7f_u64 >> more);
        Ok(u64::from_le_bytes(bytes) | high.checked_shl(8 * more).unwrap_or(0))
    }

    /// A count of things that take at least a byte each from here on.
    fn count(&mut self) -> Parsed<u64> {
        let count = self.number()?;
        if count > self.bytes.len() as u64 {
            return Err(self.malformed());
        }
        Ok(count)
    }

    /// Tag and content of a property; `None` at the end of the list.
    fn property(&mut self) -> Parsed<Option<(u8, &'a [u8])>> {
        let tag = self.byte()?;
        if tag == tag::END {
            return Ok(None);
        }
        let size = self.number()?;
        Ok(Some((tag, self.take(size)?)))
    }

    fn bits(&mut self, count: u64) -> Parsed<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter();
        let bits = bits.flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0));
        Ok(bits.take(count as usize).collect())
    }

    /// Bits, or one byte that says that all are set.
    fn optional_bits(&mut self, count: u64) -> Parsed<Vec<bool>> {
        if count.div_ceil(8) > self.bytes.len() as u64 {
            return Err(self.malformed());
        }
        match self.byte()? {
            0 => self.bits(count),
            _ => Ok(vec![true; count as usize]),
        }
    }

    /// Passes checksums; answers which of them are known.
    fn sums(&mut self, count: u64) -> Parsed<Vec<bool>> {
        let known = self.optional_bits(count)?;
        let held = known.iter().filter(|&&known| known).count() as u64;
        self.take(4 * held)?;
        Ok(known)
    }

    /// Folders, and the sizes of the members in each.
    fn streams(&mut self, file_len: u64) -> Parsed<(Vec<Folder>, Vec<Vec<u64>>)> {
        let (mut packs, mut folders, mut parts) = (Vec::new(), Vec::new(), None);
        loop {
            match self.byte()? {
                tag::END => break,
                tag::PACKS => packs = self.packs(file_len)?,
                tag::FOLDERS => folders = self.folders(&packs)?,
                tag::PARTS => parts = Some(self.parts(&folders)?),
                _ => return Err(self.malformed()),
            }
        }
        let whole = || folders.iter().map(|folder| vec![folder.size]).collect();
        let parts = parts.unwrap_or_else(whole);
        Ok((folders, parts))
    }

    /// Begin and end of each packed stream.
    fn packs(&mut self, file_len: u64) -> Parsed<Vec<(u64, u64)>> {
        let mut begin = START.saturating_add(self.number()?);
        let count = self.count()?;
        let mut packs = Vec::new();
        loop {
            match self.byte()? {
                tag::END => return Ok(packs),
                tag::SIZES => {
                    for _ in 0..count {
                        let end = begin.saturating_add(self.number()?);
                        packs.push((begin.min(file_len), end.min(file_len)));
                        begin = end;
                    }
                }
                tag::SUMS => drop(self.sums(count)?),
                _ => return Err(self.malformed()),
            }
        }
    }

    fn folders(&mut self, packs: &[(u64, u64)]) -> Parsed<Vec<Folder>> {
        if self.byte()? != tag::FOLDER {
            return Err(self.malformed());
        }
        let count = self.count()?;
        if self.byte()? != 0 {
            let what = "7z header in pieces";
            return Err(FormatError::Unsupported { what });
        }
        let mut woven = Vec::new();
        let mut packs = packs.iter();
        for _ in 0..count {
            let folder = self.folder()?;
            let mut own = packs.by_ref().take(folder.inputs as usize);
            let range = own.next().copied();
            own.for_each(drop);
            woven.push((folder, range.unwrap_or_default()));
        }
        if self.byte()? != tag::UNPACKED_SIZES {
            return Err(self.malformed());
        }
        let mut folders = Vec::new();
        for (folder, (begin, end)) in woven {
            let mut sizes = Vec::new();
            for _ in 0..folder.outputs {
                sizes.push(self.number()?);
            }
            folders.push(folder.unwoven(begin..end, &sizes));
        }
        loop {
            match self.byte()? {
                tag::END => return Ok(folders),
                tag::SUMS => {
                    for (folder, known) in folders.iter_mut().zip(self.sums(count)?) {
                        folder.summed = known;
                    }
                }
                _ => return Err(self.malformed()),
            }
        }
    }

    fn folder(&mut self) -> Parsed<Woven> {
        let count = self.count()?;
        if count == 0 || count > CODERS {
            return Err(self.malformed());
        }
        let mut folder = Woven::default();
        let mut all_in = 0u64;
        for _ in 0..count {
            let flags = self.byte()?;
            let id = self.take(u64::from(flags & 0xf))?.to_vec();
            let (mut inputs, mut outputs) = (1, 1);
            if flags & 0x10 != 0 {
                (inputs, outputs) = (self.number()?, self.number()?);
            }
            folder.linear &= inputs == 1 && outputs == 1;
            let mut props = Vec::new();
            if flags & 0x20 != 0 {
                let length = self.number()?;
                props = self.take(length)?.to_vec();
            }
            all_in = all_in.saturating_add(inputs);
            folder.outputs = folder.outputs.saturating_add(outputs);
            folder.coders.push(Coder { id, props, size: 0 });
        }
        if all_in > CODERS || folder.outputs == 0 || folder.outputs > CODERS {
            return Err(self.malformed());
        }
        for _ in 1..folder.outputs {
            folder.bound.push((self.number()?, self.number()?));
        }
        folder.inputs = all_in.saturating_sub(folder.outputs - 1);
        if folder.inputs > 1 {
            for _ in 0..folder.inputs {
                self.number()?;
            }
        }
        Ok(folder)
    }

    /// Sizes of the members in each folder.
    fn parts(&mut self, folders: &[Folder]) -> Parsed<Vec<Vec<u64>>> {
        let mut counts = vec![1; folders.len()];
        let mut tag = self.byte()?;
        if tag == tag::PART_COUNTS {
            for count in &mut counts {
                *count = self.count()?;
            }
            tag = self.byte()?;
        }
        let mut parts = Vec::new();
        for (folder, &count) in folders.iter().zip(&counts) {
            // The last size is what the others leave.
            let mut left = folder.size;
            let mut sizes = Vec::new();
            for _ in 1..count {
                if tag != tag::SIZES {
                    return Err(self.malformed());
                }
                let size = self.number()?;
                left = left.saturating_sub(size);
                sizes.push(size);
            }
            if count > 0 {
                sizes.push(left);
            }
            parts.push(sizes);
        }
        if tag == tag::SIZES {
            tag = self.byte()?;
        }
        // Sums follow, of those that none stood before for: nobody reads them.
        while tag != tag::END {
            if tag != tag::SUMS {
                return Err(self.malformed());
            }
            let known = |(folder, &count): (&Folder, &u64)| {
                if count == 1 && folder.summed {
                    0
                } else {
                    count
                }
            };
            let count = folders.iter().zip(&counts).map(known).sum();
            self.sums(count)?;
            tag = self.byte()?;
        }
        Ok(parts)
    }

    fn files(&mut self, parts: &[Vec<u64>], most: usize) -> Parsed<Vec<Member>> {
        let count = self.count()?;
        if count > most as u64 {
            let what = "number of members of a 7z archive";
            return Err(FormatError::Limit { what });
        }
        let (mut names, mut empty, mut modes) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((tag, content)) = self.property()? {
            let mut input = Input {
                bytes: content,
                at: 0,
            };
            match tag {
                tag::EMPTY => empty = input.bits(count)?,
                tag::NAMES => names = input.names()?,
                tag::ATTRIBUTES => modes = input.modes(count).unwrap_or_default(),
                _ => {}
            }
        }
        let sizes = parts.iter().enumerate();
        let mut sizes =
            sizes.flat_map(|(folder, sizes)| sizes.iter().map(move |&size| (folder, size)));
        let mut names = names.into_iter();
        let members = (0..count as usize).map(|at| {
            let empty = empty.get(at).copied().unwrap_or(false);
            let held = if empty { None } else { sizes.next() };
            let mode = modes.get(at).copied().unwrap_or(0);
            Member {
                name: names.next().unwrap_or_default(),
                size: held.map_or(0, |(_, size)| size),
                folder: held.map(|(folder, _)| folder),
                symlink: mode & UNIX != 0 && mode >> 28 == SYMLINK,
            }
        });
        Ok(members.collect())
    }

    /// UTF-16, each name with a zero behind.
    fn names(&mut self) -> Parsed<Vec<String>> {
        if self.byte()? != 0 {
            let what = "7z header in pieces";
            return Err(FormatError::Unsupported { what });
        }
        let bytes = self.bytes.get(self.at..).unwrap_or_default();
        let units = bytes.chunks_exact(2);
        let units = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
        let units: Vec<u16> = units.collect();
        let names = units.split(|&unit| unit == 0);
        Ok(names.map(String::from_utf16_lossy).collect())
    }

    fn modes(&mut self, count: u64) -> Parsed<Vec<u32>> {
        let known = self.optional_bits(count)?;
        self.byte()?;
        let mut modes = Vec::new();
        for known in known {
            let bytes = self.take(if known { 4 } else { 0 })?;
            modes.push(bytes.try_into().map_or(0, u32::from_le_bytes));
        }
        Ok(modes)
    }
}

/// The bit that says that the upper half is a Unix mode, and its file type.
const UNIX: u32 = 0x8000;
const SYMLINK: u32 = 0xa;

/// A folder as it is written: coders, and which of them feeds which.
struct Woven {
    coders: Vec<Coder>,
    /// An input, and the output that it takes its bytes from.
    bound: Vec<(u64, u64)>,
    inputs: u64,
    outputs: u64,
    linear: bool,
}

impl Default for Woven {
    fn default() -> Self {
        Self {
            coders: Vec::new(),
            bound: Vec::new(),
            inputs: 0,
            outputs: 0,
            linear: true,
        }
    }
}

impl Woven {
    /// The coders in the order in which they are undone.
    fn unwoven(mut self, packed: std::ops::Range<u64>, sizes: &[u64]) -> Folder {
        for (coder, &size) in self.coders.iter_mut().zip(sizes) {
            coder.size = size;
        }
        let main = (0..self.outputs).find(|&output| self.bound.iter().all(|pair| pair.1 != output));
        let main = main.and_then(|main| usize::try_from(main).ok());
        let size = main.and_then(|main| sizes.get(main)).copied();
        let mut at = main.filter(|_| self.linear);
        let mut coders = Vec::new();
        while let Some(coder) = at.and_then(|at| self.coders.get(at)) {
            coders.push(coder.clone());
            if coders.len() > self.coders.len() {
                break;
            }
            let feeds = self.bound.iter().find(|pair| Some(pair.0 as usize) == at);
            at = feeds.and_then(|pair| usize::try_from(pair.1).ok());
        }
        coders.reverse();
        let whole = coders.len() == self.coders.len();
        // For encryption to be told, its coder is shown even where nothing else is.
        let encrypted = self
            .coders
            .iter()
            .any(|coder| coder.id == super::folder::AES);
        let shown = if encrypted { self.coders } else { coders };
        Folder {
            packed,
            size: size.unwrap_or(0),
            summed: false,
            coders: (whole || encrypted).then_some(shown),
        }
    }
}
