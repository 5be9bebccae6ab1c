//! Words near a number that say what it is.
//!
//! In: the words of all entities, then places in texts. Out: for each entity
//! how near the nearest word for it stands, and the nearest against it. Words
//! count whole, whatever their spelling: `taxId`, `TAX-ID` and `tax_id` are
//! "tax id". Scripts without spaces match anywhere.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::entity::Entity;

/// Bytes looked at before a value and behind it.
const BACK: usize = 64;
const FORWARD: usize = 16;
/// No such word.
pub(super) const NONE: u8 = u8::MAX;
/// What a word behind the value is worth, in bytes of distance.
const BEHIND: usize = 24;

/// Words that say a number counts or names a thing.
const THINGS: &[&str] = &[
    "arxiv",
    "build",
    "byte",
    "bytes",
    "bug",
    "checksum",
    "commit",
    "crc",
    "doi",
    "duration",
    "epoch",
    "epochs",
    "flops",
    "gb",
    "github",
    "hash",
    "height",
    "index",
    "iteration",
    "isbn",
    "issn",
    "issue",
    "issues",
    "kb",
    "length",
    "line",
    "loss",
    "lr",
    "mb",
    "md5",
    "merge request",
    "num",
    "offset",
    "orcid",
    "param",
    "params",
    "parameters",
    "patent",
    "pixel",
    "pixels",
    "pmid",
    "port",
    "pull",
    "random state",
    "rev",
    "revision",
    "seed",
    "seq",
    "sha",
    "sha1",
    "sha256",
    "size",
    "step",
    "steps",
    "timestamp",
    "timesteps",
    "token id",
    "token ids",
    "input ids",
    "unix time",
    "uuid",
    "version",
    "versions",
    "vocab",
    "width",
];

/// Whose a word is, and what it says.
#[derive(Clone, Copy, Debug)]
enum Says {
    For(usize),
    Against(usize),
    Thing,
}

/// All words.
#[derive(Debug)]
pub(super) struct Words {
    /// `None` where there are no words, or more than an automaton holds.
    automaton: Option<AhoCorasick>,
    /// By pattern.
    says: Vec<Vec<Says>>,
    /// By pattern: must it stand alone?
    whole: Vec<bool>,
    entities: usize,
}

/// What stands near a place.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Bytes between the value and the nearest word for each entity.
    speaks_for: Vec<u8>,
    /// The same against it.
    speaks_against: Vec<u8>,
    /// The nearest word that says it is a thing's.
    thing: u8,
}

impl Near {
    /// How near the nearest word for an entity is; [`NONE`] if none is nearer
    /// than what speaks against it.
    pub(super) fn distance(&self, entity: usize) -> u8 {
        let at = |table: &[u8]| table.get(entity).copied().unwrap_or(NONE);
        let (pro, con) = (at(&self.speaks_for), at(&self.speaks_against));
        if pro < con { pro } else { NONE }
    }

    /// Does something nearer than its own words say it is no such thing? What
    /// things are called counts for a `bare` number only.
    pub(super) fn denies(&self, entity: usize, bare: bool) -> bool {
        let at = |table: &[u8]| table.get(entity).copied().unwrap_or(NONE);
        let thing = if bare { self.thing } else { NONE };
        at(&self.speaks_against).min(thing) < at(&self.speaks_for)
    }
}

impl Words {
    /// The words of the entities that are `wanted`.
    pub(super) fn new(entities: &[Entity], wanted: &[bool]) -> Self {
        let mut words: Vec<(String, Says)> = Vec::new();
        let asked = entities.iter().zip(wanted).enumerate();
        for (number, (entity, _)) in asked.filter(|(_, (_, wanted))| **wanted) {
            let own = entity.context.iter().map(|word| (word, Says::For(number)));
            let against = entity
                .against
                .iter()
                .map(|word| (word, Says::Against(number)));
            words.extend(
                own.chain(against)
                    .map(|(word, says)| (word.to_string(), says)),
            );
        }
        words.extend(THINGS.iter().map(|word| ((*word).to_owned(), Says::Thing)));
        // `taxid` is "tax id" too.
        let joined: Vec<_> = words
            .iter()
            .filter(|(word, _)| word.contains(' ') && word.len() > 5)
            .map(|(word, says)| (word.replace(' ', ""), *says))
            .collect();
        words.extend(joined);
        words.sort_by(|a, b| a.0.cmp(&b.0));
        let mut patterns: Vec<String> = Vec::new();
        let mut says: Vec<Vec<Says>> = Vec::new();
        for (word, what) in words {
            let word = plain(word.as_bytes());
            let word = word.trim_ascii();
            let word = String::from_utf8_lossy(word).into_owned();
            if patterns.last() != Some(&word) {
                patterns.push(word);
                says.push(Vec::new());
            }
            if let Some(last) = says.last_mut() {
                last.push(what);
            }
        }
        let whole = patterns.iter().map(|word| has_spaces(word)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .ok();
        Self {
            automaton,
            says,
            whole,
            entities: entities.len(),
        }
    }

    /// What stands near `span` of `text`, `floor` being the first byte that
    /// counts.
    pub(super) fn near(&self, text: &[u8], span: &Range<usize>, floor: usize) -> Near {
        let mut near = Near {
            speaks_for: vec![NONE; self.entities],
            speaks_against: vec![NONE; self.entities],
            thing: NONE,
        };
        let start = cut_back(text, floor.max(span.start.saturating_sub(BACK)), span.start);
        let before = plain(&text[start..span.start]);
        self.note(&before, |end| before.len() - end, &mut near);
        // What a thing is called stands on its line.
        let line = memchr::memrchr(b'\n', &text[start..span.start]);
        let line = line.map_or(start, |at| start + at);
        if usize::from(near.thing) >= plain(&text[line..span.start]).len() {
            near.thing = NONE;
        }
        let stop = (span.end + FORWARD).min(text.len());
        let behind = text.get(span.end..stop).unwrap_or_default();
        let behind = behind
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let behind = plain(behind);
        self.note(&behind, |end| BEHIND + end, &mut near);
        near
    }

    fn note(&self, text: &[u8], distance: impl Fn(usize) -> usize, near: &mut Near) {
        let edge =
            |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80);
        let Some(automaton) = &self.automaton else {
            return;
        };
        for found in automaton.find_overlapping_iter(text) {
            let pattern = found.pattern().as_usize();
            let alone = edge(found.start().checked_sub(1).and_then(|at| text.get(at)))
                && edge(text.get(found.end()));
            if self.whole[pattern] && !alone {
                continue;
            }
            let distance = distance(found.end()).min(usize::from(NONE) - 1) as u8;
            for says in &self.says[pattern] {
                let place = match says {
                    Says::For(entity) => &mut near.speaks_for[*entity],
                    Says::Against(entity) => &mut near.speaks_against[*entity],
                    Says::Thing => &mut near.thing,
                };
                *place = (*place).min(distance);
            }
        }
    }
}

/// Does its script put spaces between words?
fn has_spaces(word: &str) -> bool {
    !word.chars().any(|c| matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'))
}

/// The later part of `text[start..end]` that begins a line, if there are more
/// than two lines: context may cross one end of line.
fn cut_back(text: &[u8], start: usize, end: usize) -> usize {
    let mut lines = memchr::memrchr_iter(b'\n', &text[start..end]);
    let (_, second) = (lines.next(), lines.next());
    second.map_or(start, |at| start + at + 1)
}

/// A text in lower case with single spaces for everything that is no letter or
/// digit, and where `taxId` changes case.
fn plain(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len() + 8);
    let mut before = b' ';
    for &byte in text {
        if byte.is_ascii_uppercase() && before.is_ascii_lowercase() {
            plain.push(b' ');
        }
        before = byte;
        if byte.is_ascii_alphanumeric() {
            plain.push(byte.to_ascii_lowercase());
        } else if byte >= 0x80 {
            plain.push(byte);
        } else if plain.last() != Some(&b' ') {
            plain.push(b' ');
        }
    }
    if plain.is_ascii() {
        return plain;
    }
    // `É` is `é` too; what is cut at the edge is of no word.
    String::from_utf8_lossy(&plain).to_lowercase().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for text in ["taxId", "TAX-ID", "tax_id", "Tax  ID"] {
            assert_eq!(plain(text.as_bytes()), b"tax id", "{text}");
        }
        assert_eq!(plain("Numéro É".as_bytes()), "numéro é".as_bytes());
    }
}
