//! What the engine found, still in its fragment.
//!
//! In: what rules and detectors matched and the checks said. Out: [`Matches`],
//! which borrow the rules and never leave the worker.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::Engine;
use super::settle::union;
use crate::finding::{Class, Confidence, Secret, Severity};
use crate::rule::{Detector, Rule};

/// Something a rule found, still in its fragment.
#[derive(Clone, Debug)]
pub struct Match<'e> {
    /// The rule.
    pub rule: &'e Rule,
    /// The secret, decoded.
    pub secret: Secret,
    /// Its raw bytes in the fragment's text.
    pub span: Range<usize>,
    /// Bytes from the start of the match to the secret.
    pub gap: usize,
    /// How it was encoded: empty, `!base64`, `!base64!hex` …
    pub encoding: String,
    /// Severity after the checks.
    pub severity: Severity,
    /// Confidence after the checks.
    pub confidence: Confidence,
    /// What the checks said.
    pub evidence: Vec<String>,
    /// Personal data: whose, and how sure.
    pub personal: Option<Personal>,
}

/// What is known of a match that is personal data.
#[derive(Clone, Debug)]
pub struct Personal {
    /// What kind: `email`.
    pub entity: Cow<'static, str>,
    /// Whose.
    pub class: Class,
    /// 0 to 100.
    pub score: u8,
    /// Is that enough for a finding of its own?
    pub sure: bool,
    /// A number that counts if most of its column are such numbers.
    pub strong: bool,
}

/// What one fragment held.
#[derive(Debug, Default)]
pub struct Matches<'e> {
    /// Matches, by place.
    pub found: Vec<Match<'e>>,
    /// What must not be shown: the spans of all that may be a secret, sorted
    /// and apart.
    pub masked: Vec<Range<usize>>,
    /// Of a table's column: by entity, values that have the shape of one and
    /// failed its check.
    pub failed: BTreeMap<String, u64>,
    /// Offsets of `hubsweep:allow` and `gitleaks:allow` marks in the text.
    pub marks: Vec<usize>,
}

/// Personal data somebody else found.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// What kind.
    pub entity: String,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// 0 to 1.
    pub score: f64,
}

/// From this score on somebody else's finding is of medium confidence.
const LIKELY: f64 = 0.8;

impl<'e> Matches<'e> {
    /// Add what somebody else found in the same text, where nothing is yet.
    pub fn add(&mut self, engine: &'e Engine, text: &[u8], others: Vec<Recognised>) {
        let before = self.found.len();
        for other in others {
            let overlaps = |hit: &Match<'_>| {
                hit.span.start < other.span.end && other.span.start < hit.span.end
            };
            let value = text.get(other.span.clone());
            let (Some(rule), Some(value)) = (engine.rule_of(&other.entity), value) else {
                continue;
            };
            if self.found.iter().any(overlaps) {
                continue;
            }
            let likely = other.score >= LIKELY;
            self.found.push(Match {
                rule,
                secret: Secret::new(value),
                span: other.span,
                gap: 0,
                encoding: String::new(),
                severity: rule.severity,
                confidence: if likely {
                    Confidence::Medium
                } else {
                    Confidence::Low
                },
                evidence: vec![format!("recognised as {}", other.entity)],
                personal: Some(Personal {
                    entity: other.entity.into(),
                    class: Class::Real,
                    score: (other.score * 100.0) as u8,
                    sure: true,
                    strong: false,
                }),
            });
        }
        if self.found.len() > before {
            let added = self.found[before..].iter().map(|hit| hit.span.clone());
            let mut masked: Vec<_> = self.masked.iter().cloned().chain(added).collect();
            masked.sort_by_key(|range| range.start);
            self.masked = union(masked.into_iter());
            self.found.sort_by_key(|hit| hit.span.start);
        }
    }
}

impl Engine {
    /// The rule of a kind of personal data, or the one for kinds that only an
    /// external recogniser knows.
    fn rule_of(&self, entity: &str) -> Option<&Rule> {
        let named = |name: &str| {
            let personal = |rule: &&Rule| {
                let is_personal =
                    matches!(rule.detector, Some(Detector::Personal | Detector::Email));
                let entity = rule.personal.as_ref();
                is_personal && entity.is_some_and(|entity| entity.name == name)
            };
            self.rules().iter().find(personal)
        };
        named(entity).or_else(|| named("recognised"))
    }
}
