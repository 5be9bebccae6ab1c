//! What `.gitattributes` sends where it should not go.
//!
//! In: files of a git source, with the answer whether `filter=lfs` applies.
//! Out: large or binary files outside of LFS, which the Hub refuses, and text
//! inside of it, which no diff shows. Uploads over HTTP need no rule.

use super::{Doc, File, file_name, lfs_pointer};
use crate::finding::{Category, Finding, Severity};

pub(super) const MISSING: Doc = Doc {
    id: "lfs-rule-missing",
    description: "Large or binary file outside of Git LFS",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Medium,
    why: "The Hub refuses a push with files over 10 MiB, or binary ones, that are not in LFS or Xet, and it refuses the commit that brought them in for ever after.",
    fix: "Track it (`git lfs track`, or git-xet) and rewrite the commit: `git lfs migrate import --include=…`.",
};

pub(super) const TEXT: Doc = Doc {
    id: "text-in-lfs",
    description: "Text file stored in Git LFS",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Medium,
    why: "A secret in it is seen by no diff, no review and no scanner that reads git.",
    fix: "Take the pattern out of .gitattributes and add the file again.",
};

/// Largest file the Hub takes as an ordinary git object.
const LARGEST: u64 = 10 * 1024 * 1024;

/// Bytes git itself looks at to tell binary files.
const GIT_HEAD: usize = 8000;

const TEXT_ENDINGS: &[&str] = &[
    ".py", ".md", ".json", ".yaml", ".yml", ".toml", ".txt", ".env", ".ipynb", ".sh", ".cfg",
    ".ini",
];

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    if !file.git {
        return;
    }
    let tracked = file.lfs == Some(true);
    let pointed = lfs_pointer::real_size(file.head);
    let size = pointed.unwrap_or(file.size);
    let name = file_name(file.path).to_ascii_lowercase();
    let text = TEXT_ENDINGS.iter().any(|ending| name.ends_with(ending));
    if tracked && text && size <= LARGEST {
        sink(TEXT.at(file.path));
    }
    if tracked || pointed.is_some() {
        return;
    }
    let start = &file.head[..file.head.len().min(GIT_HEAD)];
    let reason = if size > LARGEST {
        "over 10 MiB"
    } else if memchr::memchr(0, start).is_some() {
        "binary"
    } else {
        return;
    };
    let mut finding = MISSING.at(file.path);
    finding.evidence.push(reason.to_owned());
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::{ids_of, text_file};

    #[test]
    fn rules() {
        let git = |path: &'static str, text: &'static str, size, lfs| File {
            git: true,
            lfs: Some(lfs),
            size,
            ..text_file(path, text)
        };
        let ids = |file: &File| ids_of(super::file, file);
        assert_eq!(
            ids(&git("data.csv", "a,b", LARGEST + 1, false)),
            [MISSING.id]
        );
        assert_eq!(ids(&git("x.dat", "a\0b", 3, false)), [MISSING.id]);
        assert!(ids(&git("x.dat", "a\0b", 3, true)).is_empty());
        assert_eq!(ids(&git("app.py", "a", 1, true)), [TEXT.id]);
        assert!(ids(&git("tokenizer.json", "{", LARGEST + 1, true)).is_empty());
        assert!(ids(&text_file("x.dat", "a\0b")).is_empty());
    }
}
