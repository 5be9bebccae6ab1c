//! ONNX models that need code beside the runtime.
//!
//! In: the operators a model calls and does not define. Out: a finding for each
//! that no common runtime has.

use super::Doc;
use crate::blob::{Fact, Kind, Proto};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "onnx-custom-operator",
    description: "ONNX operator that needs code beside the runtime",
    category: Category::UnsafeFile,
    group: "files that load code",
    severity: Severity::Low,
    why: "Whoever runs the model must load a library that registers the operator, and runs what is in it.",
    fix: "Say in the card which library the model needs, or export it with standard operators.",
};

/// Sets of operators that runtimes bring along, and those of exporters.
const DOMAINS: &[&str] = &[
    "ai.onnx",
    "com.microsoft",
    "com.ms.internal.nhwc",
    "pkg.onnxscript",
    "pkg.torch",
];

/// Operators that call Python, whatever their domain.
const PYTHON: &[&str] = &["PyOp", "PythonOp", "PyCustomOp"];

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Operator { kind, domain, name } = *fact else {
        return;
    };
    if kind != Kind::Protobuf(Proto::Onnx) {
        return;
    }
    let (severity, what) = if PYTHON.iter().any(|python| name.starts_with(python)) {
        (Severity::High, "calls a function of Python")
    } else if name == "ATen" || domain.ends_with("aten") {
        (
            Severity::Medium,
            "calls any operator of PyTorch by its name",
        )
    } else if is_ordinary(domain) {
        return;
    } else {
        (DOC.severity, "is of a domain that no runtime brings along")
    };
    let mut finding = DOC.inside(path, route.as_str());
    finding.severity = severity;
    finding.evidence.push(format!(
        "{} {what}",
        match domain {
            "" => shown(name),
            domain => format!("{}::{}", shown(domain), shown(name)),
        }
    ));
    sink(finding);
}

fn is_ordinary(domain: &str) -> bool {
    let within = |set: &str| {
        let rest = domain.strip_prefix(set);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    domain.is_empty() || DOMAINS.iter().any(|set| within(set))
}

/// A name as far as it looks like one: it is the file's, and may be anything.
fn shown(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-+:/".contains(letter);
    if name.len() <= 64 && name.chars().all(plain) {
        name.to_owned()
    } else {
        "an operator of a strange name".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(domain: &str, name: &str) -> Option<Severity> {
        let mut found = None;
        let kind = Kind::Protobuf(Proto::Onnx);
        let called = Fact::Operator { kind, domain, name };
        fact("m.onnx", &Route::default(), &called, &mut |finding| {
            found = Some(finding.severity);
        });
        found
    }

    #[test]
    fn what_runtimes_bring_along_is_ordinary() {
        for domain in [
            "",
            "ai.onnx",
            "ai.onnx.ml",
            "ai.onnx.preview.training",
            "com.microsoft",
            "com.microsoft.nchwc",
            "pkg.onnxscript.torch_lib",
        ] {
            assert_eq!(severity(domain, "Gemm"), None, "{domain}");
        }
        assert_eq!(severity("ai.onnxyz", "Gemm"), Some(Severity::Low));
        assert_eq!(severity("com.acme", "Gemm"), Some(Severity::Low));
        assert_eq!(severity("org.pytorch.aten", "ATen"), Some(Severity::Medium));
        assert_eq!(severity("com.microsoft", "PythonOp"), Some(Severity::High));
        assert_eq!(severity("any", "PyOp"), Some(Severity::High));
    }
}
