//! Files that are two things at once.
//!
//! In: what stands behind the end of a file's own content. Out: a finding where
//! that can be loaded or run.

use super::Doc;
use crate::blob::{Fact, Kind};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "polyglot-file",
    description: "Second file behind the end of this one",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::High,
    why: "It looks like the first file and is loaded as the second: a way past reviews and scanners.",
    fix: "Cut the file at its end, and find out how the rest got there.",
};

/// The step of a route to what stands behind the end.
const STEP: &str = "/trailing";

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Content { kind, .. } = fact else {
        return;
    };
    let loadable = matches!(kind, Kind::Pickle | Kind::Zip | Kind::Executable(_));
    if loadable && route.as_str().ends_with(STEP) {
        let mut finding = DOC.inside(path, route.as_str());
        finding
            .evidence
            .push(format!("behind the end stands {}", kind.as_str()));
        sink(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_loaded() {
        let told = |route: &str, kind: Kind| {
            let mut found = 0;
            let fact = Fact::Content { kind, size: None };
            super::fact("a.png", &Route::new(route), &fact, &mut |_| found += 1);
            found == 1
        };
        assert!(told("/trailing", Kind::Zip));
        assert!(told("/a/trailing", Kind::Pickle));
        assert!(!told("/trailing", Kind::Binary));
        assert!(!told("/member", Kind::Zip));
    }
}
