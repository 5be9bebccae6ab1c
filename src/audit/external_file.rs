//! HDF5 files that make their reader open other files.
//!
//! In: links and datasets that are kept in another file. Out: a finding for
//! each, graver where the other file is outside of the folder.

use super::Doc;
use crate::blob::{Fact, Kind, ProblemClass};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "external-file",
    description: "HDF5 file that opens other files",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::Medium,
    why: "Whoever reads it opens a file of their own machine under a name that this one chooses, and may pass it on.",
    fix: "Copy the data into the file, for instance with `h5repack` or `h5copy`, or name a file beside it.",
};

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Problem(problem) = fact else {
        return;
    };
    if problem.kind != Kind::Hdf5 {
        return;
    }
    let mut finding = DOC.inside(path, route.as_str());
    finding.severity = match problem.class {
        ProblemClass::External => Severity::Info,
        _ => Severity::Medium,
    };
    finding.evidence.push(problem.text.to_owned());
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::Problem;

    #[test]
    fn files_beside_are_told_from_others() {
        let severity = |kind, class| {
            let mut found = None;
            let problem = Problem {
                kind,
                class,
                at: None,
                text: "a link",
            };
            let route = Route::new("/data");
            fact("a.h5", &route, &Fact::Problem(problem), &mut |finding| {
                found = Some(finding.severity);
            });
            found
        };
        let of = |class| severity(Kind::Hdf5, class);
        assert_eq!(of(ProblemClass::External), Some(Severity::Info));
        assert_eq!(of(ProblemClass::Escapes), Some(Severity::Medium));
        assert_eq!(severity(Kind::Zip, ProblemClass::Escapes), None);
    }
}
