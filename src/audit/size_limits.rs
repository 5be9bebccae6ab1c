//! The Hub's limits on sizes and counts.
//!
//! In: each file's size, and the paths of the tree. Out: a finding for what is
//! over a limit.

use std::collections::BTreeMap;

use super::{Doc, File, Tree};
use crate::finding::{Category, Finding, Severity};

pub(super) const FILE: Doc = Doc {
    id: "file-size-limit",
    description: "File larger than the Hub takes",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Medium,
    why: "The Hub advises files under 200 GB and refuses those over 500 GB.",
    fix: "Split it: shards of some 50 GB also download better.",
};

pub(super) const FOLDER: Doc = Doc {
    id: "file-count-limit",
    description: "More files than the Hub takes",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Medium,
    why: "The Hub allows 10,000 entries in a folder and advises under 100,000 files in a repository; pushes time out beyond that.",
    fix: "Put many small files into archives or Parquet files, or into more folders.",
};

const ADVISED: u64 = 200_000_000_000;
const REFUSED: u64 = 500_000_000_000;
const FOLDER_ENTRIES: usize = 10_000;
const FILES: usize = 100_000;

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let reason = if file.size > REFUSED {
        "over 500 GB: refused"
    } else if file.size > ADVISED {
        "over 200 GB: advised against"
    } else {
        return;
    };
    let mut finding = FILE.at(file.path);
    finding.evidence.push(reason.to_owned());
    sink(finding);
}

pub(super) fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    for (folder, entries) in folder_entries(tree.files) {
        if entries > FOLDER_ENTRIES {
            let mut finding = FOLDER.at(if folder.is_empty() { "." } else { folder });
            finding
                .evidence
                .push(format!("{entries} entries in the folder"));
            sink(finding);
        }
    }
    if tree.files.len() > FILES {
        let mut finding = FOLDER.inside(".", "files");
        finding.location.route = None;
        finding
            .evidence
            .push(format!("{} files in all", tree.files.len()));
        sink(finding);
    }
}

/// Number of files and folders in each folder.
fn folder_entries(files: &[(String, u64)]) -> BTreeMap<&str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, _) in files {
        let mut inner = path.as_str();
        // A folder counts in its parent once: when its own count begins.
        loop {
            let parent = inner.rsplit_once('/').map_or("", |(parent, _)| parent);
            let count = counts.entry(parent).or_default();
            *count += 1;
            if *count > 1 || parent.is_empty() {
                break;
            }
            inner = parent;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::{ids_of, text_file, tree_of};

    #[test]
    fn limits() {
        let large = File {
            size: REFUSED + 1,
            ..text_file("a", "")
        };
        assert_eq!(ids_of(super::file, &large), [FILE.id]);
        assert!(ids_of(super::file, &text_file("a", "")).is_empty());
        let names: Vec<(String, u64)> = (0..=FOLDER_ENTRIES)
            .map(|i| (format!("d/{i}"), 1))
            .collect();
        let mut found = vec![];
        super::tree(&tree_of(&names), &mut |finding| {
            found.push(finding.location.path);
        });
        assert_eq!(found, ["d"]);
    }

    #[test]
    fn folders_count_once() {
        let files = [("a/b/1", 1), ("a/b/2", 1), ("a/c", 1), ("d", 1)]
            .map(|(path, size)| (path.to_owned(), size));
        let counts = folder_entries(&files);
        assert_eq!(counts, BTreeMap::from([("", 2), ("a", 2), ("a/b", 2)]));
    }
}
