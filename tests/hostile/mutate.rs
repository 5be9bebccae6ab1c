//! Spoils files, the same way each time.
//!
//! In: a file, and another one to take parts of. Out: the file with a few
//! changes of the kinds that break parsers.

/// Xorshift: no more randomness is needed.
pub(crate) struct Mutator {
    state: u64,
}

/// Numbers that readers add, multiply and allocate wrongly.
const NUMBERS: &[u64] = &[
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 40,
    i64::MAX as u64,
    1 << 63,
    u64::MAX,
];

impl Mutator {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed | 1 }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// A number below `limit`, 0 if that is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// `bytes` with up to four changes.
    pub(crate) fn mutated(&mut self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, other);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        let length = self.below(bytes.len() - at).min(64);
        match self.below(8) {
            0 | 1 if !bytes.is_empty() => bytes[at] = self.next() as u8,
            2 | 3 => self.number(bytes, at),
            4 => bytes.truncate(at),
            5 => {
                let part = bytes[at..at + length].to_vec();
                let place = self.below(bytes.len());
                bytes.splice(place..place, part);
            }
            6 => drop(bytes.drain(at..at + length)),
            _ => {
                let from = self.below(other.len());
                let part = &other[from..other.len().min(from + 64)];
                bytes.splice(at..at, part.iter().copied());
            }
        }
    }

    /// Writes a number over what is there, in either byte order.
    fn number(&mut self, bytes: &mut [u8], at: usize) {
        let number = NUMBERS[self.below(NUMBERS.len())];
        let width = [1, 2, 4, 8][self.below(4)];
        let written = if self.below(2) == 0 {
            number.to_le_bytes()
        } else {
            number.rotate_left(64 - 8 * width as u32).to_be_bytes()
        };
        let written = &written[..width];
        if let Some(place) = bytes.get_mut(at..at + width) {
            place.copy_from_slice(written);
        }
    }
}
