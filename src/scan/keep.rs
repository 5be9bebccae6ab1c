//! Findings of git sources, until it is known where they came from.
//!
//! In: the findings of one content. Out: [`Kept`], small: what two versions of a
//! file have in common is kept once, so that a thousand versions with the same
//! two hundred addresses take the memory of one.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use crate::finding::{Finding, Location, Secret, Snippet};

/// A finding apart from its places.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    what: What,
    location: Location,
    also: Box<[Location]>,
}

/// What versions share, without a place.
#[derive(Clone, Debug, PartialEq)]
struct What(Arc<Finding>);

impl Eq for What {}

impl Hash for What {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let finding = &self.0;
        finding.rule.hash(state);
        finding.secret.as_ref().map(Secret::reveal).hash(state);
        finding.snippet.as_ref().map(Snippet::as_str).hash(state);
    }
}

/// Keeps findings; shared by all threads.
#[derive(Default)]
pub(super) struct Keeper(Mutex<HashSet<What>>);

impl Keeper {
    /// Keep the findings of the content that was swept as `path`.
    pub(super) fn keep(&self, findings: Vec<Finding>, path: &str) -> Vec<Kept> {
        let findings = findings.into_iter();
        findings.map(|finding| self.one(finding, path)).collect()
    }

    fn one(&self, mut finding: Finding, path: &str) -> Kept {
        let mut location = std::mem::take(&mut finding.location);
        let mut also = std::mem::take(&mut finding.also);
        for place in std::iter::once(&mut location).chain(&mut also) {
            if place.path == path {
                place.path = String::new();
            }
        }
        let what = What(Arc::new(finding));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let what = match known.get(&what) {
            Some(known) => known.clone(),
            None => {
                known.insert(what.clone());
                what
            }
        };
        Kept {
            what,
            location,
            also: also.into(),
        }
    }
}

impl Kept {
    /// The finding as it was, in the content that was swept as `path`.
    pub(super) fn whole(self, path: &str) -> Finding {
        let mut finding = (*self.what.0).clone();
        finding.location = self.location;
        finding.also = self.also.into();
        let places = std::iter::once(&mut finding.location).chain(&mut finding.also);
        for place in places.filter(|place| place.path.is_empty()) {
            path.clone_into(&mut place.path);
        }
        finding
    }
}
