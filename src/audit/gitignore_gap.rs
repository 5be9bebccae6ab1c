//! Files that a `.gitignore` was meant to keep out and does not.
//!
//! In: the tree's paths, and the ones an upload sends although they are
//! ignored. Out: a finding for each of those, and one piece of advice that
//! lists the lines a `.gitignore` lacks.

use std::collections::BTreeSet;

use super::{Doc, Tree, stray_file};
use crate::finding::{Category, Finding, Severity};

pub(super) const SENT: Doc = Doc {
    id: "gitignored-file-sent",
    description: "Ignored file that would be uploaded",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Low,
    why: "An upload does not read .gitignore; the Hub honours the one at the root, and no other.",
    fix: "Pass `--exclude`, or add the line to the .gitignore at the root.",
};

pub(super) const ADVICE: Doc = Doc {
    id: "gitignore-gap",
    description: "Leftovers that .gitignore does not name",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Info,
    why: "What is not ignored comes back with the next `git add .` or upload.",
    fix: "Add the lines to the .gitignore at the root.",
};

pub(super) fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    for path in tree.gitignored {
        sink(SENT.at(path));
    }
    let lines: BTreeSet<&str> = tree
        .files
        .iter()
        .filter_map(|(path, _)| stray_file::ignore_line(path))
        .collect();
    if !lines.is_empty() {
        let mut finding = ADVICE.at(".gitignore");
        let lines: Vec<&str> = lines.into_iter().collect();
        finding
            .evidence
            .push(format!("not ignored: {}", lines.join("  ")));
        sink(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::tree_of;

    #[test]
    fn gaps() {
        let files = ["a/__pycache__/x.pyc", ".env", "ok.py"].map(|path| (path.to_owned(), 1));
        let gitignored = ["sub/private.txt".to_owned()];
        let tree = Tree {
            gitignored: &gitignored,
            ..tree_of(&files)
        };
        let mut found = vec![];
        super::tree(&tree, &mut |finding| found.push(finding));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].location.path, "sub/private.txt");
        assert_eq!(found[1].evidence, ["not ignored: .env  __pycache__/"]);
    }
}
