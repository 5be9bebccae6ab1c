//! One pass over the text for every literal of every rule and detector.
//!
//! In: the rules' literals. Out: hits, each with what it triggers.
//!
//! With two thousand literals an Aho-Corasick DFA takes tens of milliseconds
//! to build and outgrows the caches; its NFAs run at a fifth of the speed.
//! Here each literal stands for its rarest four bytes. A bitmap of their
//! hashes lets a few places in a hundred through, and a comparison decides:
//! exact, built in a millisecond, and faster. `tests/engine.rs` compares the
//! result with a naive run.

use std::collections::BTreeMap;
use std::ops::Range;

use super::detect;
use crate::rule::literals::{ByteSet, Gate, Literal, likelihood};
use crate::rule::{Detector, Rule};

/// What a literal wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// A rule's regex, by index.
    Rule(usize),
    /// The literal of a rule as it stands in a string, its quotes escaped.
    Escaped(usize),
    /// Code.
    Detector(Detector),
    /// An inline allow.
    Allow,
}

/// Marks of inline allows.
const ALLOW_MARKS: &[&str] = &["hubsweep:allow", "gitleaks:allow"];

/// Bytes of a gram.
const GRAM: usize = 4;
/// Bits of a hash: 32 KiB of bitmap.
const HASH_BITS: u32 = 18;
/// Words of the bitmap.
const BITMAP: usize = (1 << HASH_BITS) / 64;
/// Sets the bit that tells cases apart, in each byte: a coarse fold, undone
/// by the comparison.
const FOLD: u32 = 0x2020_2020;

/// A literal as it stands in a string, if that is any different.
fn escaped(literal: &str) -> Option<String> {
    let mut escaped = String::with_capacity(literal.len() * 2);
    for letter in literal.chars() {
        match letter {
            '"' | '\'' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ => escaped.push(letter),
        }
    }
    (escaped != literal).then_some(escaped)
}

/// The literals by their grams, and the owners of each.
#[derive(Debug)]
pub(super) struct Prefilter {
    /// One bit for each hash that some gram has.
    bitmap: Box<[u64; BITMAP]>,
    /// The same for a second hash: rejects most of what the first lets through
    /// by chance, without a look at the entries.
    second: Box<[u64; BITMAP]>,
    /// For each hash, one more than the place of its first entry; 0 for none.
    heads: Vec<u16>,
    entries: Vec<Entry>,
    literals: Vec<Owned>,
    owners: Vec<Trigger>,
}

/// A gram of a literal.
#[derive(Debug)]
struct Entry {
    gram: u32,
    literal: u16,
    /// Where in the literal the gram starts.
    offset: u8,
    /// The next entry of this hash, like `heads`.
    next: u16,
}

/// What a literal wakes, and what may follow it.
#[derive(Debug, Default)]
struct Wakes {
    owners: Vec<Trigger>,
    next: ByteSet,
}

#[derive(Debug)]
struct Owned {
    bytes: Box<[u8]>,
    ignore_case: bool,
    owners: Range<usize>,
}

fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

fn second_hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x85eb_ca6b) >> (32 - HASH_BITS)) as usize
}

impl Prefilter {
    /// The literals of the rules of one gate; the open one has the detectors
    /// and marks as well.
    pub(super) fn new(rules: &[Rule], gate: Gate) -> Self {
        let mut literals: BTreeMap<Literal, Wakes> = BTreeMap::new();
        let mut wake = |literal: Literal, next: ByteSet, trigger: Trigger| {
            let wakes = literals.entry(literal).or_default();
            wakes.next = wakes.next.union(next);
            wakes.owners.push(trigger);
        };
        for (index, rule) in rules.iter().enumerate() {
            for literal in rule.literals.iter().filter(|_| rule.gate == gate) {
                wake(literal.clone(), rule.next, Trigger::Rule(index));
            }
            if gate != Gate::Open {
                continue;
            }
            // What stands escaped in a string stands in no run, whatever gate
            // the plain form has.
            let texts = rule.literals.iter().filter(|_| !rule.is_keyword_rule());
            for literal in texts {
                if let Some(text) = escaped(&literal.text) {
                    let literal = Literal { text, ..*literal };
                    wake(literal, ByteSet::ALL, Trigger::Escaped(index));
                }
            }
            if let Some(detector) = rule.detector {
                for word in detect::triggers(detector) {
                    let trigger = Trigger::Detector(detector);
                    wake(Literal::ignoring_case(word), ByteSet::ALL, trigger);
                }
            }
        }
        for mark in ALLOW_MARKS.iter().filter(|_| gate == Gate::Open) {
            wake(Literal::ignoring_case(mark), ByteSet::ALL, Trigger::Allow);
        }
        Self::of(literals)
    }

    // 64 KiB of stack, once: a fixed size spares the hot loop its bounds checks.
    #[allow(clippy::large_stack_arrays)]
    fn of(literals: BTreeMap<Literal, Wakes>) -> Self {
        let mut filter = Self {
            bitmap: Box::new([0; BITMAP]),
            second: Box::new([0; BITMAP]),
            heads: vec![0; 1 << HASH_BITS],
            entries: Vec::new(),
            literals: Vec::new(),
            owners: Vec::new(),
        };
        let common = common_grams();
        for (literal, wakes) in literals {
            filter.insert(&literal, wakes, &common);
        }
        filter
    }

    fn insert(&mut self, literal: &Literal, wakes: Wakes, common: &[u32]) {
        let number = self.literals.len() as u16;
        let first = self.owners.len();
        self.owners.extend(wakes.owners);
        let bytes = literal.text.as_bytes();
        if let Some((offset, gram)) = rarest_gram(bytes, common) {
            self.insert_gram(gram, number, offset);
        } else {
            // Three bytes, and each fourth that may follow. At the end of a
            // text nothing follows: there the fourth counts as zero.
            let folded = |fourth: u8| fold([bytes[0], bytes[1], bytes[2], fourth]);
            let mut grams: Vec<u32> = (0..=u8::MAX)
                .filter(|&byte| byte == 0 || wakes.next.contains(byte))
                .map(folded)
                .collect();
            grams.sort_unstable();
            grams.dedup();
            for gram in grams {
                self.insert_gram(gram, number, 0);
            }
        }
        self.literals.push(Owned {
            bytes: bytes.into(),
            ignore_case: literal.ignore_case,
            owners: first..self.owners.len(),
        });
    }

    fn insert_gram(&mut self, gram: u32, literal: u16, offset: u8) {
        let hash = hash(gram);
        self.bitmap[hash / 64] |= 1 << (hash % 64);
        let second = second_hash(gram);
        self.second[second / 64] |= 1 << (second % 64);
        let next = self.heads[hash];
        self.entries.push(Entry {
            gram,
            literal,
            offset,
            next,
        });
        self.heads[hash] = self.entries.len() as u16;
    }

    /// Call `sink` for each trigger of each literal whose gram starts in
    /// `within`. A literal that only overlaps it may be reported as well.
    pub(super) fn hits(
        &self,
        text: &[u8],
        within: Range<usize>,
        mut sink: impl FnMut(Trigger, Range<usize>),
    ) {
        let mut at = within.start;
        // Eight places a step, without a branch for each and without one
        // waiting for the other. The grams of the last may reach past the end.
        while at < within.end
            && let Some(block) = text[at..].first_chunk::<BLOCK>()
        {
            let grams = grams(block);
            let mut places = grams
                .iter()
                .enumerate()
                .fold(0u32, |places, (place, &gram)| {
                    places | u32::from(self.may_start(gram)) << place
                });
            let left = within.end - at;
            if left < STEP {
                places &= (1 << left) - 1;
            }
            while places != 0 {
                let place = places.trailing_zeros() as usize;
                places &= places - 1;
                if self.may_really_start(grams[place]) {
                    self.verify(text, grams[place], at + place, &mut sink);
                }
            }
            at += STEP;
        }
        // The last places of the text; a literal of three bytes at the very
        // end has no fourth, and zero stands for it.
        let last = (text.len() + 1).saturating_sub(GRAM - 1).min(within.end);
        for at in at..last {
            let byte = |offset: usize| text.get(at + offset).copied().unwrap_or(0);
            let gram = fold([byte(0), byte(1), byte(2), byte(3)]);
            self.verify(text, gram, at, &mut sink);
        }
    }

    fn may_start(&self, gram: u32) -> bool {
        let hash = hash(gram);
        self.bitmap[hash / 64] >> (hash % 64) & 1 == 1
    }

    fn may_really_start(&self, gram: u32) -> bool {
        let second = second_hash(gram);
        self.second[second / 64] >> (second % 64) & 1 == 1
    }

    /// A gram may start at `at`: which literals are there?
    fn verify(
        &self,
        text: &[u8],
        gram: u32,
        at: usize,
        sink: &mut impl FnMut(Trigger, Range<usize>),
    ) {
        let mut next = self.heads[hash(gram)];
        while let Some(entry) = usize::from(next)
            .checked_sub(1)
            .map(|index| &self.entries[index])
        {
            next = entry.next;
            if entry.gram != gram {
                continue;
            }
            let literal = &self.literals[usize::from(entry.literal)];
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else {
                continue;
            };
            let Some(found) = text.get(start..start + literal.bytes.len()) else {
                continue;
            };
            let same = if literal.ignore_case {
                found.eq_ignore_ascii_case(&literal.bytes)
            } else {
                *found == *literal.bytes
            };
            if same {
                for owner in &self.owners[literal.owners.clone()] {
                    sink(*owner, start..start + literal.bytes.len());
                }
            }
        }
    }
}

/// Places looked at in one step, and the bytes their grams span.
const STEP: usize = 8;
const BLOCK: usize = STEP + GRAM - 1;

/// The folded grams that start in the first eight bytes of a block.
fn grams(block: &[u8; BLOCK]) -> [u32; STEP] {
    // The block is longer than either, so neither default is ever taken.
    let low = u64::from_le_bytes(*block.first_chunk().unwrap_or(&[0; 8]));
    let high = u64::from_le_bytes(*block.last_chunk().unwrap_or(&[0; 8]));
    let all = [
        low,
        low >> 8,
        low >> 16,
        low >> 24,
        low >> 32,
        high >> 16,
        high >> 24,
        high >> 32,
    ];
    all.map(|bytes| bytes as u32 | FOLD)
}

fn fold(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes) | FOLD
}

/// Words that names of secrets share, or that code is full of: their grams
/// would let every second line through.
const COMMON: &[&str] = &[
    "_token", "token_", "tokens", "_key", "key_", "api_key", "apikey", "_secret", "secret_",
    "access_", "_access", "model", "code", "settings", "install", "string", "function", "image",
    "train", "config", "https://", "password", "client_", "private", "test", "true", "data",
    "port", "state", "object",
];

/// The grams of [`COMMON`], folded and sorted.
fn common_grams() -> Vec<u32> {
    let words = COMMON.iter().flat_map(|word| word.as_bytes().windows(GRAM));
    let mut grams: Vec<u32> = words.map(gram_of).collect();
    grams.sort_unstable();
    grams
}

fn gram_of(bytes: &[u8]) -> u32 {
    fold([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The place and the folded bytes of a literal's least likely gram.
fn rarest_gram(literal: &[u8], common: &[u32]) -> Option<(u8, u32)> {
    let mut rarest: Option<(f64, u8, u32)> = None;
    for (offset, bytes) in literal.windows(GRAM).take(usize::from(u8::MAX)).enumerate() {
        let gram = gram_of(bytes);
        let letters = bytes
            .iter()
            .map(|byte| likelihood(byte.to_ascii_lowercase()));
        let share = if common.binary_search(&gram).is_ok() {
            1000.0
        } else {
            1.0
        };
        let cost = letters.product::<f64>() * share;
        if rarest.is_none_or(|(least, ..)| cost < least) {
            rarest = Some((cost, offset as u8, gram));
        }
    }
    rarest.map(|(_, offset, gram)| (offset, gram))
}
