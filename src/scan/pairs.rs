//! Secrets of several parts: a key and its id, a token and its account.
//!
//! In: the findings of one file, and the rules, some of which say what other
//! part their secret is of no use without. Out: one finding for each secret,
//! with the part that stands near it; a secret that stands alone has the
//! severity its rule gives it then, and a part that stands alone its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Location, Part};
use crate::rule::Rule;

/// Bytes between two parts that belong together: a few settings, a cell.
const NEAR: u64 = 1024;
/// The same in lines, where no offsets are known.
const NEAR_LINES: u64 = 24;
/// Most parts looked at around one secret: a line without offsets may hold any
/// number.
const MOST: usize = 256;

/// Make one finding of a secret and its parts.
pub(super) fn join(findings: &mut Vec<Finding>, rules: &[Rule]) {
    if findings.is_empty() {
        return;
    }
    let ids: BTreeSet<&str> = findings.iter().map(|found| found.rule.as_str()).collect();
    let wanting: BTreeMap<String, &Rule> = rules
        .iter()
        .filter(|rule| !rule.requires.is_empty() && ids.contains(rule.id.as_ref()))
        .map(|rule| (rule.id.to_string(), rule))
        .collect();
    if wanting.is_empty() {
        return;
    }
    let places = Places::of(findings, wanting.values().copied());
    let mut used = BTreeSet::new();
    for at in 0..findings.len() {
        let Some(rule) = wanting.get(&findings[at].rule) else {
            continue;
        };
        // Two that want each other are one finding, not none.
        if used.contains(&at) {
            continue;
        }
        let free = |other: usize| other != at && findings[other].parts.is_empty();
        if let Some(other) = places.nearest(&findings[at], rule, free) {
            let part = part(&findings[other]);
            let finding = &mut findings[at];
            finding.evidence.push(match part.line {
                Some(line) => format!("with its {} on line {line}", part.rule),
                None => format!("with its {}", part.rule),
            });
            finding.parts.push(part);
            used.insert(other);
        } else if rule.alone < findings[at].severity {
            let finding = &mut findings[at];
            finding.severity = rule.alone;
            finding
                .evidence
                .push(format!("no {} near it", rule.requires.join(" or ")));
        }
    }
    let mut at = 0..;
    findings.retain(|_| at.next().is_none_or(|at| !used.contains(&at)));
}

/// Place and finding of parts, sorted.
type Sorted = BTreeSet<(u64, usize)>;

/// Where the parts of a file stand, by rule: by offset or, without one, line.
/// Sorted, so that a file full of keys is not looked at again for each.
#[derive(Default)]
struct Places {
    offsets: BTreeMap<String, Sorted>,
    lines: BTreeMap<String, Sorted>,
}

impl Places {
    fn of<'r>(findings: &[Finding], wanting: impl Iterator<Item = &'r Rule>) -> Self {
        let wanted: BTreeSet<&str> = wanting
            .flat_map(|rule| rule.requires.iter().map(AsRef::as_ref))
            .collect();
        let mut places = Self::default();
        let parts = findings.iter().enumerate();
        for (at, part) in parts.filter(|(_, part)| wanted.contains(part.rule.as_str())) {
            for location in locations(part) {
                let (sorted, place) = match (location.span, location.line) {
                    (Some(span), _) => (&mut places.offsets, span.start),
                    (None, Some(line)) => (&mut places.lines, line),
                    (None, None) => continue,
                };
                let sorted = sorted.entry(part.rule.clone()).or_default();
                sorted.insert((place, at));
            }
        }
        places
    }

    /// The nearest part of a finding of `rule` that is `free`.
    fn nearest(
        &self,
        finding: &Finding,
        rule: &Rule,
        free: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let around = |location: &Location| {
            let (sorted, place, reach) = match (location.span, location.line) {
                (Some(span), _) => (&self.offsets, span.start, NEAR),
                (None, line) => (&self.lines, line?, NEAR_LINES),
            };
            let reach = (place.saturating_sub(reach), 0)..=(place + reach, usize::MAX);
            let sets = rule
                .requires
                .iter()
                .filter_map(|id| sorted.get(id.as_ref()));
            sets.flat_map(|set| set.range(reach.clone()).take(MOST))
                .filter(|(_, other)| free(*other))
                .map(|&(there, other)| (there.abs_diff(place), other))
                .min()
        };
        let nearest = locations(finding).filter_map(around).min();
        nearest.map(|(_, other)| other)
    }
}

fn locations(finding: &Finding) -> impl Iterator<Item = &Location> {
    std::iter::once(&finding.location).chain(&finding.also)
}

fn part(finding: &Finding) -> Part {
    Part {
        rule: finding.rule.clone(),
        line: finding.location.line,
        column: finding.location.column,
        span: finding.location.span,
        secret: finding.secret.clone(),
    }
}
