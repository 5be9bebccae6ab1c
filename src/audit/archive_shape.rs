//! Archives of a dishonest shape: names and links that lead out of the folder,
//! members that one reader sees and another does not.
//!
//! In: problems of zip and tar archives and of compressed files. Out: a finding
//! for each.

use super::Doc;
use crate::blob::{Fact, Kind, ProblemClass};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const TRAVERSAL: Doc = Doc {
    id: "archive-traversal",
    description: "Archive that writes outside of its folder",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::High,
    why: "Whoever unpacks it with a careless tool gets files anywhere on the disk, start scripts and keys included.",
    fix: "Pack the folder anew with relative names, and links that stay inside.",
};

pub(super) const SHAPE: Doc = Doc {
    id: "archive-shape",
    description: "Archive whose readers disagree on what it holds",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::High,
    why: "Scanners look at one content, loaders at another: that is how code gets past reviews.",
    fix: "Unpack it, look at every file, and pack it anew.",
};

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Problem(problem) = fact else {
        return;
    };
    if !matches!(
        problem.kind,
        Kind::Zip | Kind::Tar | Kind::SevenZip | Kind::Compressed(..)
    ) {
        return;
    }
    let (doc, severity) = match problem.class {
        ProblemClass::Escapes => (TRAVERSAL, Severity::High),
        ProblemClass::Ambiguous => (SHAPE, Severity::High),
        // Behind a compressed stream zeros and signatures may stand, and most
        // programs say so themselves.
        ProblemClass::Hidden if matches!(problem.kind, Kind::Compressed(..)) => {
            (SHAPE, Severity::Medium)
        }
        ProblemClass::Hidden => (SHAPE, Severity::High),
        ProblemClass::Prefixed => (SHAPE, Severity::Low),
        _ => (SHAPE, Severity::Medium),
    };
    let mut finding = doc.inside(path, route.as_str());
    finding.severity = severity;
    finding.evidence.push(problem.text.to_owned());
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::Problem;

    fn judged(kind: Kind, class: ProblemClass) -> Option<(String, Severity)> {
        let problem = Problem {
            kind,
            class,
            at: None,
            text: "why",
        };
        let mut found = None;
        let route = Route::default();
        super::fact("a", &route, &Fact::Problem(problem), &mut |finding| {
            assert_eq!(finding.evidence, ["why"]);
            found = Some((finding.rule, finding.severity));
        });
        found
    }

    #[test]
    fn severities() {
        let told = |kind, class| judged(kind, class).unwrap();
        let traversal = "archive-traversal".to_owned();
        let shape = "archive-shape".to_owned();
        let escapes = ProblemClass::Escapes;
        assert_eq!(told(Kind::Tar, escapes), (traversal, Severity::High));
        let expected = (shape.clone(), Severity::High);
        assert_eq!(told(Kind::Zip, ProblemClass::Hidden), expected);
        let expected = (shape.clone(), Severity::Medium);
        assert_eq!(told(Kind::Zip, ProblemClass::Duplicate), expected);
        let expected = (shape, Severity::Low);
        assert_eq!(told(Kind::Zip, ProblemClass::Prefixed), expected);
        assert_eq!(judged(Kind::Safetensors, escapes), None);
    }
}
