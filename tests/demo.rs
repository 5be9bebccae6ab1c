//! The demo is what a newcomer runs first: it fits a screen and leaves nothing
//! behind.

use std::process::Command;

#[test]
fn demo_fits_a_screen_and_cleans_up() {
    let temporary = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .arg("demo")
        .env("COLUMNS", "80")
        .env("TMPDIR", temporary.path())
        .env("TEMP", temporary.path())
        .env("TMP", temporary.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(output.stderr.is_empty());
    assert!(text.lines().count() <= 30, "{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for rule in ["hf-user-token", "wandb-api-key"] {
        assert!(text.contains(&format!("[{rule}]")), "{rule} in {text}");
    }
    for place in [
        ".env",
        "README.md:",
        "training_args.bin!/archive/data.pkl@hub_token",
    ] {
        assert!(text.contains(place), "{place} in {text}");
    }
    let left: Vec<_> = std::fs::read_dir(temporary.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn keep_keeps_the_folder() {
    let temporary = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["demo", "--keep"])
        .env("TMPDIR", temporary.path())
        .env("TEMP", temporary.path())
        .env("TMP", temporary.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let folder = text
        .lines()
        .last()
        .unwrap()
        .strip_prefix("kept in ")
        .unwrap();
    assert!(
        std::path::Path::new(folder)
            .join("training_args.bin")
            .is_file()
    );
}
