//! Two baselines, before and after a change.
//!
//! In: both. Out: a sentence for each way in which the later one lets more
//! pass.

use super::{Baseline, Bound, Entry};
use crate::policy::loosened::by_rule;

impl Baseline {
    /// What this one lets pass that the `old` one does not.
    pub(in crate::policy) fn more_than(&self, old: Option<&Self>) -> Vec<String> {
        let origin = &self.origin;
        if let Some(old) = old
            && old.key != self.key
            && !old.is_empty()
        {
            return vec![format!(
                "{origin} is made with another fingerprint key, so its entries cannot be compared \
                 with those before"
            )];
        }
        let before = |entry: &Entry| old?.get(&entry.fingerprint);
        let mut ways = Vec::new();
        let mut say = |what: &str, is: &dyn Fn(&Entry, Option<&Entry>) -> bool| {
            let more = self.entries.iter();
            let more: Vec<&Entry> = more.filter(|entry| is(entry, before(entry))).collect();
            if !more.is_empty() {
                let listed = by_rule(more.iter().map(|entry| entry.rule.as_str()));
                ways.push(format!("{origin} {what} {listed}"));
            }
        };
        say("adds", &|_, before| before.is_none());
        say("lets more pass with", &|after, before| {
            before.is_some_and(|before| after.at != before.at && !within(after.at, before.at))
        });
        say("puts off the expiry of", &|after, before| {
            before
                .and_then(|before| before.expires)
                .is_some_and(|day| after.expires.is_none_or(|later| later > day))
        });
        ways
    }
}

/// Does the new bound let pass no more than the old one?
fn within(new: Option<Bound>, old: Option<Bound>) -> bool {
    let (Some(new), Some(old)) = (new, old) else {
        return false;
    };
    new.count <= old.count && new.severity <= old.severity && new.confidence <= old.confidence
}
