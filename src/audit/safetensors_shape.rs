//! Safetensors files of a shape no honest writer produces.
//!
//! In: problems of safetensors files. Out: a finding for each.

use super::Doc;
use crate::blob::{Fact, Kind, ProblemClass};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "safetensors-shape",
    description: "Safetensors file of a broken or dishonest shape",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::Medium,
    why: "The library writes none like it: either it does not load, or it carries bytes that no loader shows.",
    fix: "Load the tensors and save them anew with `safetensors`, or distrust the file.",
};

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Problem(problem) = fact else {
        return;
    };
    if problem.kind != Kind::Safetensors {
        return;
    }
    let mut finding = DOC.inside(path, route.as_str());
    finding.severity = match problem.class {
        ProblemClass::Hidden | ProblemClass::Ambiguous => Severity::High,
        _ => Severity::Medium,
    };
    finding.evidence.push(problem.text.to_owned());
    sink(finding);
}
