//! What of a history is not read.
//!
//! In: what the walk missed. Out: a skip for each damaged place, and one for
//! all that is not in this clone.

use super::super::named::{Names, shown};
use crate::finding::SkipClass;
use crate::git::{History as Walked, ObjectError, Repository};

/// What the walk could not read, and what a shallow or partial clone lacks.
pub(super) fn lost(
    repository: &Repository,
    walked: &Walked,
    unread: &[(String, String)],
    names: &mut Names<'_>,
) {
    for (name, why) in unread {
        names.skip(SkipClass::Failed, &format!(".git/{name}"), why.as_str());
    }
    let missing = walked
        .lost
        .iter()
        .filter(|lost| lost.why == ObjectError::Missing);
    let missing = missing.count();
    if missing > 0 {
        let help = if repository.is_partial() {
            "a partial clone: `git fetch --refetch --no-filter` brings them"
        } else {
            "see `git fsck --full`"
        };
        let why = format!("{missing} objects are not in this clone; {help}");
        names.skip(SkipClass::Missing, ".git", why);
    }
    for lost in walked
        .lost
        .iter()
        .filter(|lost| lost.why != ObjectError::Missing)
    {
        let place = shown(&lost.place);
        let why = format!("object {} is {}", lost.id.short(), lost.why);
        let class = match lost.why {
            ObjectError::TooMuch(_) => SkipClass::Limited,
            _ => SkipClass::Failed,
        };
        names.skip(class, if place.is_empty() { "." } else { &place }, why);
    }
    let cut = repository.shallow().len();
    if cut > 0 {
        let why = format!(
            "a shallow clone: what is before {cut} of its commits is not here; \
             `git fetch --unshallow` brings it"
        );
        names.skip(SkipClass::Missing, ".git", why);
    }
}
