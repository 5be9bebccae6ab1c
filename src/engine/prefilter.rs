//! One pass over the text for every literal of every rule and detector.
//!
//! In: the rules' literals. Out: hits, each with what it triggers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Input};

use super::detect;
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

/// The automaton and the owners of each literal.
#[derive(Debug)]
pub(super) struct Prefilter {
    automaton: AhoCorasick,
    /// `owners[first[i]..first[i + 1]]` are what literal `i` wakes.
    first: Vec<u32>,
    owners: Vec<Trigger>,
}

impl Prefilter {
    pub(super) fn new(rules: &[Rule]) -> Result<Self, BuildError> {
        let mut literals: BTreeMap<Cow<'_, str>, Vec<Trigger>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            for literal in &rule.literals {
                literals
                    .entry(literal.into())
                    .or_default()
                    .push(Trigger::Rule(index));
                if let Some(escaped) = escaped(literal) {
                    let owners = literals.entry(escaped.into()).or_default();
                    owners.push(Trigger::Escaped(index));
                }
            }
            for literal in rule.detector.map_or(&[][..], detect::triggers) {
                let owners = literals.entry((*literal).into()).or_default();
                owners.extend(rule.detector.map(Trigger::Detector));
            }
        }
        for mark in ALLOW_MARKS {
            literals
                .entry((*mark).into())
                .or_default()
                .push(Trigger::Allow);
        }
        // A DFA costs some milliseconds to build and runs twice as fast as
        // the NFAs; see docs/design.md for the figures.
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .build(literals.keys().map(AsRef::as_ref))?;
        let mut first = vec![0];
        let mut owners = Vec::new();
        for list in literals.into_values() {
            owners.extend(list);
            first.push(owners.len() as u32);
        }
        Ok(Self {
            automaton,
            first,
            owners,
        })
    }

    /// Call `sink` for each trigger of each literal in `text`, ordered by the
    /// literal's end.
    pub(super) fn hits(&self, text: &[u8], mut sink: impl FnMut(Trigger, Range<usize>)) {
        for hit in self.automaton.find_overlapping_iter(Input::new(text)) {
            let literal = hit.pattern().as_usize();
            for owner in
                &self.owners[self.first[literal] as usize..self.first[literal + 1] as usize]
            {
                sink(*owner, hit.range());
            }
        }
    }
}
