//! Parses which streams a 7z archive has and what they went through.
//!
//! A part of the header enters; folders leave, and the sizes of the members in
//! each.

use std::ops::Range;

use super::folder::{AES, Coder};
use super::header::{Input, Parsed, tag};
use super::{Folder, START};
use crate::format::FormatError;

/// Most coders of a folder, as 7-Zip itself has it.
const CODERS: u64 = 32;

/// Most folders: one takes a few hundred bytes of memory, but two of a header.
const FOLDERS: u64 = 200_000;

impl Input<'_> {
    /// Folders, and the sizes of the members in each.
    pub(super) fn streams(&mut self, file_len: u64) -> Parsed<(Vec<Folder>, Vec<Vec<u64>>)> {
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
        if count > FOLDERS {
            let what = "number of streams of a 7z archive";
            return Err(FormatError::Limit { what });
        }
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
}

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
    fn unwoven(mut self, packed: Range<u64>, sizes: &[u64]) -> Folder {
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
        let encrypted = self.coders.iter().any(|coder| coder.id == AES);
        let shown = if encrypted { self.coders } else { coders };
        Folder {
            packed,
            size: size.unwrap_or(0),
            summed: false,
            coders: (whole || encrypted).then_some(shown),
        }
    }
}
