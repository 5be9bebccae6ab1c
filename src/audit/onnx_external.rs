//! ONNX models that take their numbers from outside their folder.
//!
//! In: the files a model names for the data of its tensors. Out: a finding for
//! each that is no plain path below the model.

use super::Doc;
use crate::blob::Fact;
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "onnx-external-path",
    description: "ONNX tensor that lies outside the model's folder",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::High,
    why: "Whoever loads the model reads that file of their machine as weights; saved anew, the model carries it away.",
    fix: "Save the model with its external data beside it (`onnx.save_model(…, save_as_external_data=True, location=\"model.onnx.data\")`), or distrust the file.",
};

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::External { location } = fact else {
        return;
    };
    if let Some(wrong) = wrong(&String::from_utf8_lossy(location)) {
        let mut finding = DOC.inside(path, route.as_str());
        finding.evidence.push(format!("its place is {wrong}"));
        sink(finding);
    }
}

/// What is wrong with a location, if it does not stay below the model.
fn wrong(location: &str) -> Option<&'static str> {
    let drive = matches!(location.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if location.contains("://") {
        Some("a URL")
    } else if location.starts_with('/') || location.starts_with('~') || drive {
        Some("an absolute path")
    } else if location.split(['/', '\\']).any(|step| step == "..") {
        Some("a path that leads upwards")
    } else if location.contains('\\') {
        Some("a path with backslashes, which only Windows takes apart")
    } else if location.contains('\0') {
        Some("a path with a NUL in it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_model() {
        for location in ["model.onnx.data", "weights/w.bin", "", "..data", "a..b/c"] {
            assert_eq!(wrong(location), None, "{location}");
        }
        for location in [
            "/etc/passwd",
            "../w",
            "a/../../w",
            "..\\w",
            "C:w",
            "c:\\w",
            "a\\b",
            "~/.ssh/id",
            "file:///etc/passwd",
            "https://host/w",
            "\\\\host\\share",
            "a\0b",
        ] {
            assert!(wrong(location).is_some(), "{location}");
        }
    }

    #[test]
    fn one_finding_a_location() {
        let told = |location: &[u8]| {
            let mut found = Vec::new();
            let route = Route::new("/graph/initializer-3");
            let external = Fact::External { location };
            fact("m.onnx", &route, &external, &mut |finding| {
                found.push(finding);
            });
            found
        };
        assert!(told(b"m.onnx.data").is_empty());
        let found = told(b"../../secret");
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].evidence,
            ["its place is a path that leads upwards"]
        );
    }
}
