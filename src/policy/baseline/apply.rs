//! The baseline while findings are judged.
//!
//! In: every judged finding of a sweep. Out: the verdict of those that are
//! known, and what to say about entries that are stale or expired.

use super::group::{Cover, Group, groups};
use super::{Baseline, Day, Entry};
use crate::finding::{Finding, Verdict, printable};
use crate::policy::{Policy, counted, without};

/// Most entries that are named one by one.
const MOST_NAMED: usize = 5;

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
            .filter(|entry| !entry.used.get() && (baseline.with_history || !entry.history))
            .collect();
        let mut notices = baseline.tell(&stale, |_| "matched nothing".to_owned());
        if let Some(last) = notices.last_mut() {
            last.push_str("; `hubsweep baseline prune` removes what is stale");
        }
        notices
    }

    /// Entries that would have matched, had they not expired.
    pub(in crate::policy) fn expired_entries(&self) -> Vec<String> {
        let Some(baseline) = self.counting_baseline() else {
            return Vec::new();
        };
        let expired: Vec<&Entry> = baseline
            .entries
            .iter()
            .filter(|entry| entry.used.get() && entry.is_expired(self.today))
            .collect();
        baseline.tell(&expired, |entry| {
            let owner = entry.owner.as_deref();
            format!(
                "{}{}",
                entry.expiry(),
                owner.map_or_else(String::new, |owner| format!(
                    "; owner: {}",
                    printable(owner)
                ))
            )
        })
    }
}

impl Baseline {
    /// What to say under a floor that lets nothing be suppressed.
    pub(in crate::policy) fn refused(&self, floor: &str) -> Option<String> {
        let origin = &self.origin;
        (!self.entries.is_empty())
            .then(|| format!("{origin}: the baseline is not applied under the policy {floor}"))
    }

    fn tell(&self, entries: &[&Entry], what: impl Fn(&Entry) -> String) -> Vec<String> {
        let mut entries = entries.to_vec();
        entries.sort_by_key(|entry| entry.line);
        let mut notices: Vec<String> = entries
            .iter()
            .take(MOST_NAMED)
            .map(|entry| {
                let (origin, line) = (&self.origin, entry.line);
                format!("{origin}:{line}: {} {}", entry.shown(), what(entry))
            })
            .collect();
        let more = entries.len().saturating_sub(MOST_NAMED);
        if let (1.., Some(last)) = (more, notices.last_mut()) {
            let more = format!("; {more} more as well");
            last.push_str(&more);
        }
        notices
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
