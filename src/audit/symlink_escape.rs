//! Symbolic links that lead out of what is sent.
//!
//! In: the tree's links. Out: a finding for each that escapes: `hf upload`
//! sends the bytes of the file behind it, git the target's path.

use super::{Doc, Tree};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "symlink-escape",
    description: "Link to a file outside of the folder",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::High,
    why: "`hf upload` follows links to files and sends what it finds there, from wherever on your machine.",
    fix: "Replace the link by a copy of what you mean to publish, or remove it.",
};

pub(super) fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    for link in tree.links.iter().filter(|link| link.escapes) {
        // A snapshot in the download cache links to its own blobs.
        if is_cache_blob(&link.target) {
            continue;
        }
        let mut finding = DOC.at(&link.path);
        if tree.git {
            finding.severity = Severity::Medium;
            finding
                .evidence
                .push("git sends the path it points to, not the file".to_owned());
        } else if link.folder {
            finding.severity = Severity::Low;
            finding
                .evidence
                .push("points to a folder, which an upload does not follow".to_owned());
        }
        sink(finding);
    }
}

fn is_cache_blob(target: &str) -> bool {
    let Some((folder, name)) = target.rsplit_once('/') else {
        return false;
    };
    folder.ends_with("../blobs")
        && matches!(name.len(), 40 | 64)
        && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Link, tests::tree_of};

    fn severities(target: &str, git: bool, folder: bool, escapes: bool) -> Vec<Severity> {
        let links = [Link {
            path: "a".into(),
            target: target.into(),
            escapes,
            folder,
        }];
        let mut found = vec![];
        let tree = Tree {
            links: &links,
            git,
            ..tree_of(&[])
        };
        super::tree(&tree, &mut |finding| found.push(finding.severity));
        found
    }

    #[test]
    fn links() {
        assert_eq!(severities("/etc/x", false, false, true), [Severity::High]);
        assert_eq!(severities("/etc/x", true, false, true), [Severity::Medium]);
        assert_eq!(severities("/etc", false, true, true), [Severity::Low]);
        assert!(severities("b", false, false, false).is_empty());
        let blob = format!("../../blobs/{}", "a1".repeat(20));
        assert!(severities(&blob, false, false, true).is_empty());
    }
}
