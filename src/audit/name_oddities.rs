//! Names that mislead people or break on other systems.
//!
//! In: the paths of the tree. Out: a finding for each odd name: control or
//! direction characters, blanks at an end, names equal but for case.

use std::collections::HashMap;

use super::{Doc, Tree};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "odd-file-name",
    description: "Misleading or unportable file name",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Low,
    why: "Such a name hides what a file is, or cannot be checked out on Windows and macOS.",
    fix: "Rename it.",
};

pub(super) fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    let mut by_case: HashMap<String, &str> = HashMap::new();
    for (path, _) in tree.files {
        let oddity = oddity(path).map(str::to_owned).or_else(|| {
            let first = by_case.insert(path.to_lowercase(), path)?;
            Some(format!("differs only in case from `{first}`"))
        });
        if let Some(oddity) = oddity {
            let mut finding = DOC.at(path);
            finding.evidence.push(oddity);
            sink(finding);
        }
    }
}

fn oddity(path: &str) -> Option<&'static str> {
    if path.chars().any(char::is_control) {
        return Some("holds a control character");
    }
    let misleading = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if path.chars().any(misleading) {
        return Some("holds an invisible or direction character");
    }
    path.split('/')
        .any(|part| part.ends_with([' ', '.']) || part.starts_with(' '))
        .then_some("starts or ends with a blank, or ends with a dot")
}

#[cfg(test)]
mod tests {
    use crate::audit::tests::tree_of;

    #[test]
    fn names() {
        let paths = ["ok.py", "a\u{202e}b", "a\nb", "x /y", "Readme", "README"];
        let files = paths.map(|path| (path.to_owned(), 1));
        let mut odd = vec![];
        super::tree(&tree_of(&files), &mut |finding| {
            odd.push(finding.location.path);
        });
        assert_eq!(odd, ["a\u{202e}b", "a\nb", "x /y", "README"]);
    }
}
