//! Files whose content is not what their name says.
//!
//! In: a file and what its content is. Out: a finding where the difference
//! matters: a pickle or an archive under a name that promises plain data.

use super::{Doc, File, file_name};
use crate::blob::{Kind, Text};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "wrong-kind",
    description: "Content of another kind than the name says",
    category: Category::UnsafeFile,
    group: "malformed artifacts",
    severity: Severity::Medium,
    why: "Scanners and people go by the name; a loader that looks at the content does what the content says.",
    fix: "Give it the ending of what it is, or remove it.",
};

/// Endings, and whether a kind is what they promise.
type Promise = (&'static [&'static str], fn(Kind) -> bool);

/// Endings that promise data which cannot run, and what loaders expect there.
const PROMISES: &[Promise] = &[
    (&["safetensors"], |kind| kind == Kind::Safetensors),
    (
        &[
            "json", "jsonl", "ndjson", "csv", "tsv", "txt", "md", "yaml", "yml", "toml", "xml",
            "html", "jinja", "ipynb", "py", "cfg", "ini", "log", "vocab", "merges",
        ],
        |kind| matches!(kind, Kind::Text(_) | Kind::Utf16(_)),
    ),
    (
        &[
            "png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "wav", "mp3", "flac", "ogg",
            "mp4", "webm", "pdf",
        ],
        |kind| !runs_or_hides(kind),
    ),
    (
        &[
            "gguf", "onnx", "tflite", "parquet", "arrow", "feather", "npy", "pb",
        ],
        |kind| !runs_or_hides(kind),
    ),
    (
        &["pt", "pth", "bin", "ckpt", "pkl", "pickle", "joblib"],
        |kind| !is_foreign(kind),
    ),
];

/// Can it run code when it is loaded, or hold files nobody expects?
fn runs_or_hides(kind: Kind) -> bool {
    matches!(kind, Kind::Pickle | Kind::Zip | Kind::Tar) || is_foreign(kind)
}

/// An archive that no loader of models opens: a way past scanners that do not
/// either.
fn is_foreign(kind: Kind) -> bool {
    matches!(kind, Kind::SevenZip | Kind::Foreign(_))
}

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let name = file_name(file.path).to_ascii_lowercase();
    let Some((_, ending)) = name.rsplit_once('.') else {
        return;
    };
    let expected = PROMISES
        .iter()
        .find(|(endings, _)| endings.contains(&ending));
    let Some((_, fits)) = expected else {
        return;
    };
    // What is no known kind may be anything, damaged files of the right one
    // too; a program has a finding of its own; a pointer of Git LFS, too.
    let unknown = matches!(file.kind, Kind::Binary | Kind::Executable(_));
    let pointer = file.kind == Kind::Text(Text::Plain);
    if file.size == 0 || unknown || pointer || fits(file.kind) {
        return;
    }
    let mut finding = DOC.at(file.path);
    if file.kind == Kind::Pickle {
        finding.severity = Severity::High;
    }
    let what = file.kind.as_str();
    finding
        .evidence
        .push(format!("the name ends in .{ending}, the content is {what}"));
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::{ids_of, text_file};

    #[test]
    fn promises() {
        let told = |path: &str, kind: Kind| {
            let file = File {
                kind,
                ..text_file(path, "x")
            };
            !ids_of(super::file, &file).is_empty()
        };
        assert!(told("model.safetensors", Kind::Pickle));
        assert!(told("model.safetensors", Kind::Zip));
        assert!(told("a/data.json", Kind::Zip));
        assert!(told("cat.PNG", Kind::Pickle));
        assert!(!told("model.safetensors", Kind::Safetensors));
        assert!(!told("model.safetensors", Kind::Text(Text::Plain)));
        assert!(!told("model.bin", Kind::Pickle));
        assert!(!told("model.gguf", Kind::Binary));
        assert!(!told("a.txt", Kind::Utf16(true)));
        assert!(told("model.pt", Kind::SevenZip));
        assert!(!told("model.pt", Kind::Tar));
        assert!(!told("noending", Kind::Pickle));
    }
}
