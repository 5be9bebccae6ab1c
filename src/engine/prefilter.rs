//! One pass over the text for every literal of every rule and detector.
//!
//! In: the rules' literals. Out: hits, each with what it triggers.
//!
//! With thousands of literals an Aho-Corasick DFA takes tens of milliseconds
//! to build and outgrows the caches; its NFAs run at a fifth of the speed.
//! Here each literal is known by its rarest four bytes. A bitmap of their
//! hashes lets a few places in a hundred through, and a comparison decides:
//! exact, built in a millisecond, and faster. `tests/engine` compares the
//! result with a naive run.

mod gram;

use std::borrow::Cow;
use std::ops::Range;

use super::detect;
use crate::rule::literals::{ByteSet, Gate, Literal};
use crate::rule::{Detector, Rule};
use gram::{
    BLOCK, GRAM, HASH_BITS, STEP, WIDE_BLOCK, every_second, fold, grams, hash, second_hash,
};

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

/// Lists of entries: several hashes share one, which keeps them in the caches.
const HEADS: usize = 1 << 16;
/// Words of the bitmap.
const BITMAP: usize = (1 << HASH_BITS) / 64;

/// A literal as it stands in a string, if that is any different.
fn escaped(literal: &str) -> Option<String> {
    if !literal.contains(['"', '\'', '\n', '\r', '\t']) {
        return None;
    }
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
    Some(escaped)
}

/// The literals by their grams, and the owners of each.
#[derive(Debug)]
pub(super) struct Prefilter {
    /// One bit for each hash that some gram has.
    bitmap: Box<[u64; BITMAP]>,
    /// The same for a second hash: rejects most of what the first lets through
    /// by chance, without a look at the entries.
    second: Box<[u64; BITMAP]>,
    /// For the lowest bits of each hash, one more than the place of its first
    /// entry; 0 for none.
    heads: Vec<u32>,
    entries: Vec<Entry>,
    literals: Vec<Owned>,
    /// The literals' bytes, one after the other.
    bytes: Vec<u8>,
    owners: Vec<Trigger>,
    /// Is every second place enough?
    leaps: bool,
}

/// A gram of a literal.
#[derive(Debug)]
struct Entry {
    gram: u32,
    literal: u32,
    /// The next entry of this hash, like `heads`.
    next: u32,
    /// Where in the literal the gram starts; it may start before it.
    offset: i8,
}

/// A literal, what may follow it, and what it wakes.
struct Wake<'r> {
    text: Cow<'r, str>,
    ignore_case: bool,
    next: ByteSet,
    trigger: Trigger,
}

impl<'r> Wake<'r> {
    fn of(literal: &'r Literal, next: ByteSet, trigger: Trigger) -> Self {
        Self {
            text: Cow::Borrowed(&literal.text),
            ignore_case: literal.ignore_case,
            next,
            trigger,
        }
    }

    fn ignoring_case(text: &'r str, trigger: Trigger) -> Self {
        Self {
            text: Cow::Borrowed(text),
            ignore_case: true,
            next: ByteSet::ALL,
            trigger,
        }
    }

    fn key(&self) -> (&str, bool) {
        (&self.text, self.ignore_case)
    }
}

/// What a rule has looked for everywhere, whatever gate its literals have: its
/// detector, and its literals as they stand escaped in a string, in no run.
fn open_wakes<'r>(rule: &'r Rule, index: usize, wakes: &mut Vec<Wake<'r>>) {
    let texts = rule.literals.iter().filter(|_| !rule.is_keyword_rule());
    wakes.extend(texts.filter_map(|literal| {
        let text = escaped(&literal.text)?;
        Some(Wake {
            text: Cow::Owned(text),
            ..Wake::of(literal, ByteSet::ALL, Trigger::Escaped(index))
        })
    }));
    if let Some(detector) = rule.detector {
        let words = detect::triggers(detector).iter();
        wakes.extend(words.map(|word| Wake::ignoring_case(word, Trigger::Detector(detector))));
    }
}

#[derive(Debug)]
struct Owned {
    bytes: Range<usize>,
    ignore_case: bool,
    owners: Range<usize>,
}

impl Prefilter {
    /// The literals of the rules of one gate; the open one has the detectors
    /// and marks as well.
    pub(super) fn new(rules: &[Rule], gate: Gate) -> Self {
        let mut wakes = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let gated = rule.literals.iter().filter(|_| rule.gate == gate);
            wakes.extend(gated.map(|literal| Wake::of(literal, rule.next, Trigger::Rule(index))));
            if gate == Gate::Open {
                open_wakes(rule, index, &mut wakes);
            }
        }
        for mark in ALLOW_MARKS.iter().filter(|_| gate == Gate::Open) {
            wakes.push(Wake::ignoring_case(mark, Trigger::Allow));
        }
        // What is looked for everywhere is looked for at every second place.
        Self::of(wakes, gate == Gate::Open)
    }

    // 64 KiB of stack, once: a fixed size spares the hot loop its bounds checks.
    #[allow(clippy::large_stack_arrays)]
    fn of(mut wakes: Vec<Wake<'_>>, leaps: bool) -> Self {
        let mut filter = Self {
            bitmap: Box::new([0; BITMAP]),
            second: Box::new([0; BITMAP]),
            heads: vec![0; HEADS],
            entries: Vec::with_capacity(2 * wakes.len()),
            literals: Vec::with_capacity(wakes.len()),
            bytes: Vec::new(),
            owners: Vec::with_capacity(wakes.len()),
            leaps,
        };
        let common = gram::Common::new();
        // Stable, so that a literal wakes its rules in their order.
        wakes.sort_by(|a, b| a.key().cmp(&b.key()));
        for same in wakes.chunk_by(|a, b| a.key() == b.key()) {
            filter.insert(same, &common);
        }
        filter
    }

    /// Add a literal, with all that it wakes.
    fn insert(&mut self, wakes: &[Wake<'_>], common: &gram::Common) {
        let Some(Wake {
            text, ignore_case, ..
        }) = wakes.first()
        else {
            return;
        };
        let next = wakes
            .iter()
            .fold(ByteSet::default(), |next, wake| next.union(wake.next));
        let literal = text.as_bytes();
        let grams = if self.leaps {
            gram::at_every_second(literal, next, common)
        } else {
            gram::at_every_place(literal, next, common)
        };
        let number = self.literals.len() as u32;
        for (offset, gram) in grams {
            self.insert_gram(gram, number, offset);
        }
        let (bytes, owners) = (self.bytes.len(), self.owners.len());
        self.bytes.extend_from_slice(literal);
        self.owners.extend(wakes.iter().map(|wake| wake.trigger));
        self.literals.push(Owned {
            bytes: bytes..self.bytes.len(),
            ignore_case: *ignore_case,
            owners: owners..self.owners.len(),
        });
    }

    fn insert_gram(&mut self, gram: u32, literal: u32, offset: i8) {
        let hash = hash(gram);
        self.bitmap[hash / 64] |= 1 << (hash % 64);
        let second = second_hash(gram);
        self.second[second / 64] |= 1 << (second % 64);
        let next = self.heads[hash % HEADS];
        self.entries.push(Entry {
            gram,
            literal,
            next,
            offset,
        });
        self.heads[hash % HEADS] = self.entries.len() as u32;
    }

    /// Call `sink` for each trigger of each literal that starts in `within`
    /// and has its gram there.
    pub(super) fn hits(
        &self,
        text: &[u8],
        within: Range<usize>,
        mut sink: impl FnMut(Trigger, Range<usize>),
    ) {
        if self.leaps {
            // A gram may start before its literal.
            let start = within.start.saturating_sub(1) & !1;
            self.search::<2, WIDE_BLOCK>(text, start, &within, every_second, &mut sink);
        } else {
            self.search::<1, BLOCK>(text, within.start, &within, grams, &mut sink);
        }
    }

    /// Look at every `STRIDE`th place from `at` on.
    fn search<const STRIDE: usize, const BYTES: usize>(
        &self,
        text: &[u8],
        mut at: usize,
        within: &Range<usize>,
        grams: impl Fn(&[u8; BYTES]) -> [u32; STEP],
        sink: &mut impl FnMut(Trigger, Range<usize>),
    ) {
        // Eight places a step, without a branch for each and without one
        // waiting for the other. The grams of the last may reach past the end.
        while at < within.end
            && let Some(block) = text[at..].first_chunk::<BYTES>()
        {
            let grams = grams(block);
            let mut places = grams
                .iter()
                .enumerate()
                .fold(0u32, |places, (place, &gram)| {
                    places | u32::from(self.may_start(gram)) << place
                });
            let left = (within.end - at).div_ceil(STRIDE);
            if left < STEP {
                places &= (1 << left) - 1;
            }
            while places != 0 {
                let place = places.trailing_zeros() as usize;
                places &= places - 1;
                if self.may_really_start(grams[place]) {
                    self.verify(text, grams[place], at + STRIDE * place, within, sink);
                }
            }
            at += STRIDE * STEP;
        }
        // The last places of the text; a literal of three bytes at the very
        // end has no fourth, and zero stands for it.
        let last = (text.len() + 1).saturating_sub(GRAM - 1).min(within.end);
        for at in (at..last).step_by(STRIDE) {
            let byte = |offset: usize| text.get(at + offset).copied().unwrap_or(0);
            let gram = fold([byte(0), byte(1), byte(2), byte(3)]);
            self.verify(text, gram, at, within, sink);
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
        within: &Range<usize>,
        sink: &mut impl FnMut(Trigger, Range<usize>),
    ) {
        let mut next = self.heads[hash(gram) % HEADS];
        while let Some(entry) = next
            .checked_sub(1)
            .map(|index| &self.entries[index as usize])
        {
            next = entry.next;
            if entry.gram != gram {
                continue;
            }
            let literal = &self.literals[entry.literal as usize];
            let start = at.wrapping_add_signed(-isize::from(entry.offset));
            if start < within.start {
                continue;
            }
            let bytes = &self.bytes[literal.bytes.clone()];
            let end = start.wrapping_add(bytes.len());
            let Some(found) = text.get(start..end) else {
                continue;
            };
            let same = if literal.ignore_case {
                found.eq_ignore_ascii_case(bytes)
            } else {
                found == bytes
            };
            if same {
                for owner in &self.owners[literal.owners.clone()] {
                    sink(*owner, start..end);
                }
            }
        }
    }
}
