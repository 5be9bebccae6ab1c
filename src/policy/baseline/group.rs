//! Findings of one fingerprint, taken together.
//!
//! In: findings. Out: how many distinct values there are and how bad the worst
//! is, which is what an entry that knows them by their place bounds.

use std::collections::{BTreeMap, HashSet};

use super::{Bound, Entry};
use crate::finding::{Basis, Confidence, Finding, OriginKind, Secret, Severity, Snippet, Verdict};

/// Findings of one fingerprint.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) rule: String,
    pub(super) path: String,
    pub(super) basis: Basis,
    /// Distinct values no allow covers.
    pub(super) count: usize,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    /// Does one of them hit the gate?
    pub(super) blocks: bool,
    /// Are all of them in the history only?
    pub(super) history: bool,
}

/// What an entry says of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    All,
    /// There are more values than it knows.
    More(usize),
    /// One is worse than it knows.
    Worse,
    /// The entry is about something else.
    Other,
}

/// What tells two findings of one place apart.
type Value<'a> = (Option<&'a Secret>, Option<&'a str>, &'a str);

fn value(finding: &Finding) -> Value<'_> {
    // The text around a secret may change while the secret stays.
    match &finding.secret {
        Some(secret) => (Some(secret), None, ""),
        None => {
            let snippet = finding.snippet.as_ref().map(Snippet::as_str);
            (None, snippet, &finding.description)
        }
    }
}

/// The groups of those fingerprints that `wanted` names.
pub(super) fn groups<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    wanted: impl Fn(&str) -> bool,
) -> BTreeMap<String, Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut seen: HashSet<(&str, Value<'_>)> = HashSet::new();
    for finding in findings {
        let digits = finding.fingerprint.as_str();
        if !wanted(digits) {
            continue;
        }
        let group = groups.entry(digits.to_owned()).or_insert_with(|| Group {
            rule: finding.rule.clone(),
            path: finding.location.path.clone(),
            basis: finding.fingerprint.basis(),
            count: 0,
            severity: Severity::Info,
            confidence: Confidence::Low,
            blocks: false,
            history: true,
        });
        group.history &= is_of_history(finding);
        if matches!(finding.verdict, Verdict::Allowed { .. }) {
            continue;
        }
        group.count += usize::from(seen.insert((digits, value(finding))));
        group.severity = group.severity.max(finding.severity);
        group.confidence = group.confidence.max(finding.confidence);
        group.blocks |= finding.blocks();
    }
    groups
}

/// Is it in no file as it is now?
fn is_of_history(finding: &Finding) -> bool {
    let now = |kind| {
        matches!(
            kind,
            OriginKind::Tree | OriginKind::Stdin | OriginKind::Index
        )
    };
    !finding.origins.is_empty()
        && finding
            .origins
            .iter()
            .all(|origin| !now(origin.kind) && origin.in_head != Some(true))
}

impl Group {
    pub(super) fn bound(&self) -> Option<Bound> {
        (self.basis == Basis::Place).then_some(Bound {
            count: self.count,
            severity: self.severity,
            confidence: self.confidence,
        })
    }
}

impl Entry {
    /// How much of a group of its fingerprint it covers.
    pub(super) fn covers(&self, group: &Group) -> Cover {
        if self.rule != group.rule {
            return Cover::Other;
        }
        match (group.basis, self.at) {
            (Basis::Secret, None) => Cover::All,
            (Basis::Place, Some(at)) if group.count > at.count => Cover::More(at.count),
            (Basis::Place, Some(at))
                if group.severity > at.severity || group.confidence > at.confidence =>
            {
                Cover::Worse
            }
            (Basis::Place, Some(_)) => Cover::All,
            _ => Cover::Other,
        }
    }
}
