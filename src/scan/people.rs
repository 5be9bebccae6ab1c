//! People that git itself names.
//!
//! In: findings in what a commit says of itself. Out: the same without those
//! that are what the field is for: an identity is an address, and whoever is
//! named at the end of a message is an author.

use crate::finding::{Category, Class, Finding, OriginKind, Severity, Snippet};

/// Judge addresses where git put them.
pub(super) fn settle(origin: OriginKind, findings: &mut Vec<Finding>) {
    match origin {
        // An audit of its own says which of them matter.
        OriginKind::CommitIdentity => {
            findings.retain(|finding| finding.category != Category::PersonalData);
        }
        OriginKind::CommitMessage | OriginKind::Tag => {
            let people = findings.iter_mut().filter(|finding| is_trailer(finding));
            for finding in people {
                finding.class = Some(Class::Author);
                finding.severity = Severity::Info;
            }
        }
        _ => {}
    }
}

/// Is it an address in a line such as `Co-authored-by: Name <address>`?
fn is_trailer(finding: &Finding) -> bool {
    let line = finding.snippet.as_ref().map_or("", Snippet::as_str);
    let key = line.split(':').next().unwrap_or_default();
    finding.category == Category::PersonalData && key.len() < 40 && key.ends_with("-by")
}
