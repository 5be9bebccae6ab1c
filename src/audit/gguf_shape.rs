//! GGUF files, and others read by their own headers, of a shape no honest
//! writer produces.
//!
//! In: problems of GGUF, npy and `TFLite` files. Out: a finding for each.

use super::Doc;
use crate::blob::{Fact, Kind, Problem, ProblemClass};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "gguf-shape",
    description: "GGUF file of a broken or dishonest shape",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::Medium,
    why: "Counts and offsets that lie made loaders write out of bounds (CVE-2024-21836, CVE-2024-23496); hidden bytes are sent along unseen.",
    fix: "Convert the model anew with the tools of llama.cpp, or distrust the file.",
};

pub(super) const ARRAY: Doc = Doc {
    id: "array-shape",
    description: "NumPy or TFLite file of a broken or dishonest shape",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::Medium,
    why: "No library writes it like that: it does not load, or it carries bytes that no loader shows.",
    fix: "Load the file and save it anew.",
};

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Problem(problem) = fact else {
        return;
    };
    let (doc, severity) = match problem.kind {
        Kind::Gguf => (DOC, of_gguf(problem)),
        Kind::Npy | Kind::Tflite => (ARRAY, of_array(problem)),
        _ => return,
    };
    let mut finding = doc.inside(path, route.as_str());
    finding.severity = severity;
    finding.evidence.push(problem.text.to_owned());
    sink(finding);
}

/// Header lies have been used against loaders written in C.
fn of_gguf(problem: &Problem<'_>) -> Severity {
    match problem.class {
        ProblemClass::Excessive => Severity::High,
        // Quantizers of their own leave bytes behind; what they hold is swept.
        ProblemClass::Hidden => Severity::Info,
        _ => Severity::Medium,
    }
}

fn of_array(problem: &Problem<'_>) -> Severity {
    match problem.class {
        ProblemClass::Hidden => Severity::Info,
        _ => Severity::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(kind: Kind, class: ProblemClass) -> Option<Severity> {
        let problem = Problem {
            kind,
            class,
            at: None,
            text: "wrong",
        };
        let mut found = None;
        let fact_of = Fact::Problem(problem);
        fact("a", &Route::default(), &fact_of, &mut |finding| {
            assert_eq!(finding.evidence, ["wrong"]);
            found = Some(finding.severity);
        });
        found
    }

    #[test]
    fn lies_weigh_more_than_leftovers() {
        let gguf = |class| severity(Kind::Gguf, class);
        assert_eq!(gguf(ProblemClass::Excessive), Some(Severity::High));
        assert_eq!(gguf(ProblemClass::Malformed), Some(Severity::Medium));
        assert_eq!(gguf(ProblemClass::Hidden), Some(Severity::Info));
        assert_eq!(
            severity(Kind::Npy, ProblemClass::Malformed),
            Some(Severity::Low)
        );
        assert_eq!(severity(Kind::Safetensors, ProblemClass::Malformed), None);
    }
}
