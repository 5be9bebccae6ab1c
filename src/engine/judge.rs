//! From a regex match to a finding worth reporting, or nothing.
//!
//! In: a rule, the match and the secret in it. Out: a [`Match`] with severity,
//! confidence and evidence after every check: boundary, entropy, placeholder,
//! published examples, randomness, hash neighbours, validators.

use std::ops::Range;

use super::digest::names_a_hash;
use super::{Match, Piece, boundary, runs};
use crate::finding::{Confidence, Secret};
use crate::rule::Rule;
use crate::rule::literals::Gate;
use crate::validate::placeholder::{self, Judgement};
use crate::validate::{Candidate, Outcome, entropy, known_public, random};

/// Bytes of context validators see on each side.
const AROUND: usize = 64;

/// Judge one match of a rule's regex.
pub(super) fn judge<'e>(
    rule: &'e Rule,
    piece: &Piece<'_>,
    whole: Range<usize>,
    secret: Range<usize>,
) -> Option<Match<'e>> {
    let off = secret.is_empty() || (rule.is_keyword_rule() && piece.is_vocabulary());
    // The values near keywords were checked where they were found.
    if off || !(rule.is_keyword_rule() || boundary::is_whole(rule, piece, &secret)) {
        return None;
    }
    if boundary::is_data(rule, piece.text, &secret) {
        return None;
    }
    let bytes = &piece.text[secret.clone()];
    if rule
        .entropy
        .is_some_and(|least| entropy::shannon(bytes) < least)
    {
        return None;
    }
    if rule.gate == Gate::BeforeRun && !runs::holds_key(bytes) {
        return None;
    }
    let mut confidence = rule.confidence;
    let mut evidence = Vec::new();
    match placeholder::judge(body(rule, bytes)) {
        Judgement::Placeholder(_) => return None,
        Judgement::Doubtful(why) => {
            confidence = Confidence::Low;
            evidence.push(why.to_owned());
        }
        Judgement::Real => {}
    }
    if known_public::is_published_example(bytes) {
        return None;
    }
    let before = &piece.text[secret.start.saturating_sub(AROUND)..secret.start];
    if rule.is_keyword_rule() && !stands_for_itself(rule, before, bytes) {
        return None;
    }
    let gap = secret.start - whole.start;
    let candidate = Candidate {
        secret: bytes,
        whole: &piece.text[whole],
        before,
        after: &piece.text[secret.end..(secret.end + AROUND).min(piece.text.len())],
    };
    confidence = weigh(rule, &candidate, confidence, &mut evidence)?;
    Some(Match {
        rule,
        secret: Secret::new(bytes),
        span: secret,
        gap,
        encoding: String::new(),
        severity: rule.severity,
        confidence,
        evidence,
        personal: None,
    })
}

/// The confidence after the rule's own checks; none if one of them rejects.
/// What one check doubts, no other makes good.
fn weigh(
    rule: &Rule,
    candidate: &Candidate<'_>,
    mut confidence: Confidence,
    evidence: &mut Vec<String>,
) -> Option<Confidence> {
    let mut doubted = false;
    for (_, check) in &rule.validators {
        match check(candidate) {
            Outcome::Neutral => {}
            Outcome::Valid(proof) => {
                confidence = Confidence::High;
                evidence.push(proof);
            }
            Outcome::Weak(why) => {
                doubted = true;
                evidence.push(why);
            }
            Outcome::Reject => return None,
        }
    }
    Some(if doubted { Confidence::Low } else { confidence })
}

/// The secret without the fixed prefix it stands on.
fn body<'a>(rule: &Rule, secret: &'a [u8]) -> &'a [u8] {
    let prefix = rule
        .literals
        .iter()
        .map(|literal| literal.text.as_bytes())
        .filter(|literal| {
            secret.len() > literal.len() && secret[..literal.len()].eq_ignore_ascii_case(literal)
        })
        .map(<[u8]>::len)
        .max();
    &secret[prefix.unwrap_or(0)..]
}

/// A value near a keyword must look random, and be no digest of something,
/// unless its provider itself calls it a hash (`api_hash`).
fn stands_for_itself(rule: &Rule, before: &[u8], bytes: &[u8]) -> bool {
    let is_about_hashes = || rule.keywords.iter().any(|word| word.contains("hash"));
    random::holds_random(bytes) && (!names_a_hash(before, bytes) || is_about_hashes())
}
