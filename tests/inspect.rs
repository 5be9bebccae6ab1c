//! `hubsweep inspect` from end to end, on files built here.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[path = "builders/pickle.rs"]
mod pickle;
#[allow(dead_code)] // only a part is needed here
#[path = "builders/zip.rs"]
mod zip;

/// Letters in no order that a check could take for a placeholder.
const LETTERS: &str = "pQwRtZuXoPaYsLdKfJgHhGjFkDlSyAxCvV";

fn token() -> String {
    format!("hf_{LETTERS}")
}

fn inspect(file: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .arg("inspect")
        .args(more)
        .arg(file.file_name().unwrap())
        .current_dir(file.parent().unwrap())
        .env("COLUMNS", "80")
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A safetensors file with a secret in its metadata.
fn safetensors(folder: &Path) -> std::path::PathBuf {
    let header = format!(
        r#"{{"__metadata__":{{"format":"pt","note":"by {}"}},"w":{{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]}}}}"#,
        token()
    );
    let length = (header.len() as u64).to_le_bytes();
    let file = folder.join("model.safetensors");
    let bytes = [&length[..], header.as_bytes(), &[0; 12]].concat();
    fs::write(&file, bytes).unwrap();
    file
}

/// A torch file that calls something it should not.
fn torch(folder: &Path) -> std::path::PathBuf {
    let mut archive = zip::Builder::default();
    let stream = pickle::stream(2, &pickle::system());
    archive.add("archive/data.pkl", &stream, zip::Options::default());
    archive.add("archive/data/0", &[0; 16], zip::Options::default());
    let file = folder.join("model.pt");
    fs::write(&file, archive.finish()).unwrap();
    file
}

#[test]
fn metadata_and_tensors_are_shown_and_secrets_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let output = inspect(&safetensors(folder.path()), &[]);
    let page = text(&output);
    assert_eq!(output.status.code(), Some(0), "it does not judge");
    for part in [
        "safetensors",
        "format  pt",
        "BF16 [2, 3]",
        "hf-user-token",
        "tensor bytes",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(&LETTERS[8..16]), "{page}");
}

#[test]
fn calls_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let page = text(&inspect(&torch(folder.path()), &[]));
    for part in [
        "a zip archive",
        "archive/data.pkl",
        "a pickle",
        "calls  os.system",
        "dangerous-pickle",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn json_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let output = inspect(&safetensors(folder.path()), &["--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let content = &document["contents"][0];
    assert_eq!(content["kind"], "safetensors");
    assert_eq!(content["tensors"]["count"], 1);
    assert_eq!(
        content["tensors"]["first"][0]["shape"],
        serde_json::json!([2, 3])
    );
    assert_eq!(content["metadata"]["first"][0]["key"], "format");
    assert_eq!(document["findings"][0]["rule"], "hf-user-token");
    assert!(!text(&output).contains(&LETTERS[8..16]));
}

#[test]
fn folders_and_missing_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = safetensors(folder.path());
    let of_folder = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["inspect", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(of_folder.status.code(), Some(2));
    let missing = inspect(&file.with_file_name("none.bin"), &[]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(!missing.stderr.is_empty());
}
