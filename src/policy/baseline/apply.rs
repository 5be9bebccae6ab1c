//! The baseline while findings are judged.
//!
//! In: every judged finding of a sweep. Out: the verdict of those that are
//! known, and what to say about entries that are stale or expired.

use std::collections::BTreeMap;

use super::group::{Cover, Group, groups};
use super::{Baseline, Day, Entry};
use crate::finding::{Finding, Verdict, printable};
use crate::policy::{Policy, counted, without};

/// Most entries whose lines are named.
const MOST_NAMED: usize = 8;

impl Policy {
    /// Suppress what the baseline knows. It takes all findings of the sweep:
    /// whether a value that is known by its place is new depends on how many
    /// there are.
    pub fn apply_baseline(&self, findings: &mut [Finding]) {
        let Some(baseline) = self.counting_baseline() else {
            return;
        };
        let known = groups(findings.iter(), |digits| baseline.get(digits).is_some());
        for finding in findings {
            let digits = finding.fingerprint.as_str();
            let (Some(entry), Some(group)) = (baseline.get(digits), known.get(digits)) else {
                continue;
            };
            entry.apply(finding, group, self.today);
        }
    }

    /// The baseline, unless a floor says that it does not count.
    fn counting_baseline(&self) -> Option<&Baseline> {
        self.baseline.as_ref().filter(|_| self.suppresses)
    }

    /// Entries that nothing matched. Only the sweep of a whole tree can tell.
    pub(in crate::policy) fn stale_entries(&self) -> Vec<String> {
        let Some(baseline) = self.counting_baseline().filter(|known| !known.of_part) else {
            return Vec::new();
        };
        let stale: Vec<&Entry> = baseline
            .entries
            .iter()
            .filter(|entry| !entry.used.get() && baseline.looks_at(entry))
            .collect();
        let told = baseline.tell(&stale, "matched nothing");
        told.map(|told| format!("{told}; `hubsweep baseline prune` removes what is stale"))
            .into_iter()
            .collect()
    }

    /// Entries that would have matched, had they not expired: to each owner
    /// theirs.
    pub(in crate::policy) fn expired_entries(&self) -> Vec<String> {
        let Some(baseline) = self.counting_baseline() else {
            return Vec::new();
        };
        let mut owners: BTreeMap<Option<&str>, Vec<&Entry>> = BTreeMap::new();
        for entry in &baseline.entries {
            if entry.used.get() && entry.is_expired(self.today) {
                owners
                    .entry(entry.owner.as_deref())
                    .or_default()
                    .push(entry);
            }
        }
        owners
            .iter()
            .filter_map(|(owner, entries)| {
                let first = entries.iter().filter_map(|entry| entry.expires).min()?;
                let lead = if entries.len() == 1 {
                    ""
                } else {
                    ", the first"
                };
                let told = baseline.tell(entries, &format!("expired{lead} on {first}"))?;
                let owner = owner.map(|owner| format!("; owner: {}", printable(owner)));
                Some(told + &owner.unwrap_or_default())
            })
            .collect()
    }
}

impl Baseline {
    /// What to say under a floor that lets nothing be suppressed.
    pub(in crate::policy) fn refused(&self, floor: &str) -> Option<String> {
        let origin = &self.origin;
        (!self.entries.is_empty())
            .then(|| format!("{origin}: the baseline is not applied under the policy {floor}"))
    }

    /// What happened to these entries: one is named, of more the lines.
    fn tell(&self, entries: &[&Entry], what: &str) -> Option<String> {
        let origin = &self.origin;
        let mut lines: Vec<usize> = entries.iter().map(|entry| entry.line).collect();
        lines.sort_unstable();
        match entries {
            [] => None,
            [entry] => Some(format!("{origin}:{}: {} {what}", entry.line, entry.shown())),
            _ => {
                let named = lines.iter().take(MOST_NAMED).map(usize::to_string);
                let more = if lines.len() > MOST_NAMED {
                    ", …"
                } else {
                    ""
                };
                Some(format!(
                    "{origin}: {} entries {what} (lines {}{more})",
                    lines.len(),
                    named.collect::<Vec<_>>().join(", ")
                ))
            }
        }
    }
}

impl Entry {
    fn apply(&self, finding: &mut Finding, group: &Group, today: Day) {
        let cover = self.covers(group);
        if cover == Cover::Other {
            return;
        }
        self.used.mark();
        if finding.verdict.suppresses() {
            return;
        }
        if self.is_expired(today) {
            finding
                .evidence
                .push(format!("its baseline entry {}", self.expiry()));
            return;
        }
        let secret = finding.secret.as_ref();
        let said = |text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| without(&printable(text), secret))
        };
        match cover {
            Cover::All => {
                finding.verdict = Verdict::Baselined {
                    reason: said(&self.reason),
                    owner: said(&self.owner),
                };
            }
            Cover::More(known) => finding.evidence.push(format!(
                "the baseline knows {} of it here, now there are {}: at least one is new",
                counted(known, "value"),
                group.count
            )),
            Cover::Worse => finding
                .evidence
                .push("worse than what the baseline knows here".to_owned()),
            Cover::Other => {}
        }
    }

    fn expiry(&self) -> String {
        self.expires
            .map_or_else(String::new, |day| format!("expired on {day}"))
    }
}
