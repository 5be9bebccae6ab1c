//! One secret, one match: when several rules claim the same bytes, the most
//! specific one keeps them.
//!
//! In: all matches of a text. Out: the same list, sorted, without the losers,
//! and the bytes no snippet may show: a loser's too, since it may be a secret
//! that reaches further than the winner.

use std::ops::Range;

use std::cmp::Reverse;

use super::Match;
use crate::finding::{Category, Confidence, Severity};
use crate::rule::Detector;
use crate::rule::literals::Literal;

/// Drop every match that a better one overlaps; the ranges to mask, sorted
/// and apart, those of `beside` among them.
pub(super) fn settle(found: &mut Vec<Match<'_>>, beside: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by(|a, b| {
        a.span
            .start
            .cmp(&b.span.start)
            .then(b.span.end.cmp(&a.span.end))
    });
    let mut keep: Vec<bool> = vec![true; found.len()];
    // Spans are sorted by start; only neighbours up to the farthest end so far
    // can overlap.
    for later in 1..found.len() {
        for earlier in (0..later).rev().take(64) {
            if !keep[earlier] || !contend(&found[earlier], &found[later]) {
                continue;
            }
            if is_better(&found[earlier], &found[later]) {
                keep[later] = false;
                break;
            }
            keep[earlier] = false;
        }
    }
    let secrets = found
        .iter()
        .filter(|hit| category(hit) != Category::HardcodedPath)
        .map(|hit| hit.span.clone());
    let mut masked: Vec<Range<usize>> = secrets.chain(beside).collect();
    masked.sort_by_key(|range| range.start);
    let masked = union(masked.into_iter());
    let mut kept = keep.iter();
    found.retain(|_| *kept.next().unwrap_or(&true));
    masked
}

/// Ranges sorted by start, as sorted ranges that do not overlap.
pub(super) fn union(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Does `a` keep the bytes `b` claims too? Of one rule's matches the plain one.
fn is_better(a: &Match<'_>, b: &Match<'_>) -> bool {
    let plain = |hit: &Match<'_>| hit.encoding.is_empty();
    if a.rule.id == b.rule.id && plain(a) != plain(b) {
        return plain(a);
    }
    // A rule that says nothing about what to do never takes a worse finding away.
    let explained = |hit: &Match<'_>| !hit.rule.remediation.is_empty();
    let milder = |hit: &Match<'_>, than: &Match<'_>| {
        hit.severity < than.severity || hit.confidence < than.confidence
    };
    match (explained(a), explained(b)) {
        (false, true) if milder(a, b) => return false,
        (true, false) if milder(b, a) => return true,
        _ => {}
    }
    rank(a) >= rank(b)
}

/// Do two matches claim the same bytes?
fn contend(a: &Match<'_>, b: &Match<'_>) -> bool {
    let overlap = a.span.start < b.span.end && b.span.start < a.span.end;
    let (left, right) = (category(a), category(b));
    // A path is no secret's rival, but `user:password@host` is no e-mail.
    let rivals =
        left == right || (left != Category::HardcodedPath && right != Category::HardcodedPath);
    overlap && rivals
}

fn category(hit: &Match<'_>) -> Category {
    hit.rule
        .detector
        .map_or(Category::Secret, Detector::category)
}

/// What makes a match the better claim: kind of rule (a form that names its
/// maker, wherever it stands, before what only its place gives away), then a rule
/// that says what to do, as every built-in one does and few of others, then plain
/// before decoded, length, the nearer keyword, confidence and severity; then the
/// longer fixed text, which is the more specific, and the id, so that the winner
/// is always the same.
type Rank<'m> = (
    u8,
    bool,
    bool,
    usize,
    Reverse<usize>,
    Confidence,
    Severity,
    usize,
    Reverse<&'m str>,
);

fn rank<'m>(hit: &'m Match<'_>) -> Rank<'m> {
    let kind = match hit.rule.detector {
        None if names_its_maker(hit) => 5,
        None if !hit.rule.is_keyword_rule() && !is_borrowed(hit) => 4,
        None => 3,
        Some(Detector::UrlPassword) => 2,
        Some(Detector::Assignment) => 1,
        Some(_) => 0,
    };
    let fixed = hit.rule.literals.iter().map(|literal| literal.text.len());
    (
        kind,
        !hit.rule.remediation.is_empty(),
        hit.encoding.is_empty(),
        hit.span.len(),
        Reverse(if hit.rule.is_keyword_rule() {
            hit.gap
        } else {
            0
        }),
        hit.confidence,
        hit.severity,
        fixed.min().unwrap_or(0),
        Reverse(hit.rule.id.as_ref()),
    )
}

/// Is it a rule of another tool, which knows the secret by what stands around
/// it, and no more than a keyword rule does?
fn is_borrowed(hit: &Match<'_>) -> bool {
    hit.rule.remediation.is_empty() && hit.rule.group > 0 && hit.gap > 0
}

/// Shortest fixed text that belongs to one maker alone.
const MAKER: usize = 6;

/// Is the secret itself known, by a long prefix like `api_org_`, or inside what
/// its place gives away, like the user and token of a `Basic` header?
fn names_its_maker(hit: &Match<'_>) -> bool {
    let rule = hit.rule;
    let own = !rule.is_keyword_rule() && rule.before == 0 && rule.group == 0;
    let long = |literal: &Literal| literal.text.len() >= MAKER;
    own && (!hit.encoding.is_empty() || rule.literals.iter().all(long))
}
