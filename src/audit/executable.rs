//! Programs among the files, whatever they are called.
//!
//! In: a file and what its content is. Out: a finding for a program, a graver
//! one where the name says it is something else.

use super::{Doc, File, file_name};
use crate::blob::Kind;
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "executable-file",
    description: "Program or native library",
    category: Category::UnsafeFile,
    group: "programs",
    severity: Severity::Low,
    why: "Nobody can review it, and whoever downloads the repository may run it.",
    fix: "Leave it out, or publish it where programs are built from source and signed.",
};

pub(super) const DISGUISED: Doc = Doc {
    id: "executable-disguised",
    description: "Program under the name of something else",
    category: Category::UnsafeFile,
    group: "programs",
    severity: Severity::High,
    why: "The name promises data; what is there runs.",
    fix: "Remove it, and find out who put it there.",
};

/// Endings that programs and libraries have.
const ENDINGS: &[&str] = &[
    "so",
    "dylib",
    "dll",
    "exe",
    "pyd",
    "o",
    "a",
    "elf",
    "out",
    "node",
    "llamafile",
    "com",
    "sys",
    "cubin",
    "ko",
    "appimage",
    "app",
    "bundle",
];

/// Is it a name that says so, or one that says nothing?
fn is_named_so(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let mut parts = name.split('.').skip(1).peekable();
    // `libx.so.1.2` as well.
    parts.peek().is_none() || parts.any(|part| ENDINGS.contains(&part))
}

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let Kind::Executable(program) = file.kind else {
        return;
    };
    let doc = if is_named_so(file.path) {
        DOC
    } else {
        DISGUISED
    };
    let mut finding = doc.at(file.path);
    finding.evidence.push(program.as_str().to_owned());
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::{ids_of, text_file};
    use crate::format::executable::Program;

    #[test]
    fn names_tell_or_lie() {
        for (path, id) in [
            ("build/kernel.abi3.so", DOC.id),
            ("libx.so.1.2", DOC.id),
            ("tool", DOC.id),
            ("model.llamafile", DOC.id),
            ("model.bin", DISGUISED.id),
            ("data/cat.png", DISGUISED.id),
        ] {
            let file = File {
                kind: Kind::Executable(Program::Elf),
                ..text_file(path, "")
            };
            assert_eq!(ids_of(super::file, &file), [id], "{path}");
        }
        assert!(ids_of(super::file, &text_file("tool", "text")).is_empty());
    }
}
