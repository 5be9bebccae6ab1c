//! What the engine found, still in its fragment.
//!
//! In: what rules and detectors matched and the checks said. Out: [`Matches`],
//! which borrow the rules and never leave the worker.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::{Class, Confidence, Secret, Severity};
use crate::rule::Rule;

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
    /// Offsets of `hubsweep:allow` and `gitleaks:allow` marks in the text.
    pub marks: Vec<usize>,
}
