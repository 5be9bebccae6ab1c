//! Writing down what is known, and forgetting what is gone.
//!
//! In: a report judged without the baseline, of whatever was swept. Out: the
//! baseline changed, and what has changed in it.

use super::group::{Cover, Group, groups};
use super::{Baseline, Day, Entry};
use crate::finding::{Finding, Report, Severity};
use crate::policy::allow::Used;

/// What new entries carry.
#[derive(Clone, Debug, Default)]
pub struct Annotations {
    /// Who sees to it.
    pub owner: Option<String>,
    /// Why it is not fixed yet.
    pub reason: Option<String>,
    /// Last day on which the entry holds.
    pub expires: Option<Day>,
}

/// One change of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub deed: Deed,
    /// Rule or audit of the entry.
    pub rule: String,
    /// Where it is, or was.
    pub path: String,
}

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It is new.
    Added,
    /// It covers more values at its place, or worse ones.
    Raised,
    /// It covers fewer values at its place.
    Lowered,
    /// It matched nothing.
    Removed,
    /// It had expired.
    Expired,
}

impl Baseline {
    /// Add what would block and is not known yet; with `all`, what warns too.
    /// What is there stays, with its owner, reason and date.
    pub fn update(&mut self, report: &Report, all: bool, notes: &Annotations) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut new = Vec::new();
        for (fingerprint, group) in groups(&report.findings, |_| true) {
            let warns = group.severity > Severity::Info;
            if !(group.blocks || all && warns) {
                continue;
            }
            match self.get_mut(&fingerprint) {
                None => {
                    changes.push(change(Deed::Added, &group.rule, &group.path));
                    new.push(Entry::new(fingerprint, group, notes));
                }
                Some(entry) => {
                    if matches!(entry.covers(&group), Cover::More(_) | Cover::Worse) {
                        entry.raise(&group);
                        changes.push(change(Deed::Raised, &entry.rule, &entry.path));
                    }
                    // What only the history had is back.
                    entry.history &= group.history;
                }
            }
        }
        self.entries.extend(new);
        self.entries
            .sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
        changes
    }

    /// Remove what matches nothing in this report, and what has expired.
    pub fn prune(&mut self, report: &Report, today: Day) -> Vec<Change> {
        let all: Vec<&Finding> = report.findings.iter().chain(&report.suppressed).collect();
        let found = groups(all, |digits| self.get(digits).is_some());
        let entries = std::mem::take(&mut self.entries);
        let mut changes = Vec::new();
        for mut entry in entries {
            let group = found
                .get(&entry.fingerprint)
                .filter(|group| entry.covers(group) != Cover::Other);
            let deed = match group {
                _ if entry.is_expired(today) => Some(Deed::Expired),
                // Not looked for in this sweep.
                _ if !self.looks_at(&entry) => None,
                None => Some(Deed::Removed),
                Some(group) => entry.lower(group).then_some(Deed::Lowered),
            };
            changes.extend(deed.map(|deed| change(deed, &entry.rule, &entry.path)));
            if !matches!(deed, Some(Deed::Removed | Deed::Expired)) {
                self.entries.push(entry);
            }
        }
        changes
    }

    /// How many entries have expired.
    pub fn expired(&self, today: Day) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.is_expired(today))
            .count()
    }
}

fn change(deed: Deed, rule: &str, path: &str) -> Change {
    Change {
        deed,
        rule: rule.to_owned(),
        path: path.to_owned(),
    }
}

impl Entry {
    fn new(fingerprint: String, group: Group, notes: &Annotations) -> Self {
        Self {
            line: 0,
            fingerprint,
            at: group.bound(),
            rule: group.rule,
            path: group.path,
            history: group.history,
            owner: notes.owner.clone(),
            reason: notes.reason.clone(),
            expires: notes.expires,
            lead: Vec::new(),
            trail: None,
            used: Used::default(),
        }
    }

    fn raise(&mut self, group: &Group) {
        if let (Some(at), Some(found)) = (&mut self.at, group.bound()) {
            at.count = at.count.max(found.count);
            at.severity = at.severity.max(found.severity);
            at.confidence = at.confidence.max(found.confidence);
        }
    }

    /// Of a place where an allow covers all there is, nothing is known.
    fn lower(&mut self, group: &Group) -> bool {
        match &mut self.at {
            Some(at) if (1..at.count).contains(&group.count) => {
                at.count = group.count;
                true
            }
            _ => false,
        }
    }
}
