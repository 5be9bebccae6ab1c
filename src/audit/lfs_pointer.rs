//! Git-LFS pointers that would be sent in place of the file they stand for.
//!
//! In: a file's first bytes. Out: a finding, unless git itself exchanges the
//! pointer (`filter=lfs`).

use super::{Doc, File};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "lfs-pointer-as-content",
    description: "Git-LFS pointer in place of the file",
    category: Category::Repository,
    group: "repository checks",
    severity: Severity::Medium,
    why: "The Hub would get three lines of text under the name of a weight or data file: broken for everybody who downloads it.",
    fix: "Run `git lfs pull` before an upload; in git, track the path (`git lfs track`).",
};

/// No pointer is longer.
const LONGEST: u64 = 1024;

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let exchanged = file.git && file.lfs == Some(true);
    if !exchanged && file.size <= LONGEST && real_size(file.head).is_some() {
        sink(DOC.at(file.path));
    }
}

/// Size of the file a pointer stands for, if these bytes are a pointer.
pub(super) fn real_size(head: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(head.get(..head.len().min(1024))?).ok()?;
    let rest = text.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
    rest.lines().find(|line| line.starts_with("oid sha256:"))?;
    rest.lines()
        .find_map(|line| line.strip_prefix("size ")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::{ids_of, text_file};

    #[test]
    fn pointers() {
        let pointer = format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
            "0".repeat(64)
        );
        assert_eq!(real_size(pointer.as_bytes()), Some(12345));
        let upload = text_file("model.safetensors", &pointer);
        assert_eq!(ids_of(super::file, &upload), [DOC.id]);
        let tracked = File {
            git: true,
            lfs: Some(true),
            ..upload
        };
        assert!(ids_of(super::file, &tracked).is_empty());
        let untracked = File {
            git: true,
            lfs: Some(false),
            ..upload
        };
        assert_eq!(ids_of(super::file, &untracked), [DOC.id]);
        let about = text_file(
            "README.md",
            "A pointer: version https://git-lfs.github.com/spec/v1\n",
        );
        assert!(ids_of(super::file, &about).is_empty());
    }
}
