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

/// Make one finding of a secret and its parts.
pub(super) fn join(findings: &mut Vec<Finding>, rules: &[Rule]) {
    if findings.is_empty() {
        return;
    }
    let ids: BTreeSet<&str> = findings.iter().map(|found| found.rule.as_str()).collect();
    let wanting: BTreeMap<&str, &Rule> = rules
        .iter()
        .filter(|rule| !rule.requires.is_empty() && ids.contains(rule.id.as_ref()))
        .map(|rule| (rule.id.as_ref(), rule))
        .collect();
    if wanting.is_empty() {
        return;
    }
    let mut used = BTreeSet::new();
    for at in 0..findings.len() {
        let Some(rule) = wanting.get(findings[at].rule.as_str()) else {
            continue;
        };
        if let Some(other) = nearest(findings, at, rule) {
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

/// The nearest other part of the finding at `at`.
fn nearest(findings: &[Finding], at: usize, rule: &Rule) -> Option<usize> {
    let of_rule = |(other, finding): &(usize, &Finding)| {
        *other != at && rule.requires.iter().any(|id| *id == finding.rule)
    };
    findings
        .iter()
        .enumerate()
        .filter(of_rule)
        .filter_map(|(other, finding)| {
            let distance = distance(&findings[at], finding)?;
            Some((distance, other))
        })
        .min()
        .map(|(_, other)| other)
}

/// How far apart two findings are, at their nearest places; none if that is
/// too far.
fn distance(a: &Finding, b: &Finding) -> Option<u64> {
    let places = |finding: &Finding| {
        let location = std::iter::once(&finding.location);
        location.chain(&finding.also).cloned().collect::<Vec<_>>()
    };
    let others = places(b);
    places(a)
        .iter()
        .flat_map(|one| others.iter().filter_map(|other| between(one, other)))
        .min()
}

fn between(a: &Location, b: &Location) -> Option<u64> {
    match (a.span, b.span, a.line, b.line) {
        (Some(a), Some(b), ..) => Some(a.start.abs_diff(b.start)).filter(|&bytes| bytes <= NEAR),
        (.., Some(a), Some(b)) => Some(a.abs_diff(b)).filter(|&lines| lines <= NEAR_LINES),
        _ => None,
    }
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
