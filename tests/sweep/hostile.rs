//! Hostile and broken files: no panic, no endless run, and never `clean`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::builders::{Folder, Member, pickle, safetensors, stored, token, zip};

/// Skips as (class, path, why).
fn skips(report: &Value) -> Vec<(String, String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    report["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skip| {
            (
                word(&skip["class"]),
                word(&skip["path"]),
                word(&skip["why"]),
            )
        })
        .collect()
}

/// One broken file is a skip of this class, the scan is incomplete, and says so.
fn incomplete(name: &str, bytes: &[u8], class: &str) {
    let folder = Folder::new();
    folder.file(name, bytes);
    let (report, code) = folder.json();
    assert_eq!(code, Some(3), "{name}: {report:#}");
    assert_eq!(report["coverage"]["complete"], false);
    let skips = skips(&report);
    assert!(
        skips.iter().any(|skip| skip.0 == class && skip.1 == name),
        "{name}: {skips:?}"
    );
    let text = folder.scan(&[]).stdout;
    assert!(!text.contains("clean"), "{text}");
    assert!(text.contains("incomplete"), "{text}");
}

#[test]
fn truncated_files_are_failures() {
    let archive = stored(&[("a.txt", b"some text"), ("b.txt", b"more text")]);
    incomplete("cut.zip", &archive[..archive.len() - 30], "failed");
    let mut corrupt = zip(&[Member {
        name: "a.txt",
        bytes: &[b'a'; 5000],
        stored: false,
    }]);
    corrupt[40..44].fill(0xff);
    incomplete("corrupt.zip", &corrupt, "failed");
    let pickle = pickle(
        4,
        &[("learning_rate", "a value that is long enough to be cut")],
    );
    incomplete("cut.pkl", &pickle[..pickle.len() - 20], "failed");
    let mut tensors = safetensors(&json!({ "format": "pt" }));
    tensors[..8].copy_from_slice(&3000u64.to_le_bytes());
    incomplete("lying.safetensors", &tensors, "failed");
}

#[test]
fn what_is_cut_off_still_gives_up_its_tokens() {
    let folder = Folder::new();
    let whole = stored(&[("a.txt", token(1).as_bytes()), ("b.txt", b"more")]);
    folder.file("cut.zip", &whole[..whole.len() - 30]);
    let whole = pickle(2, &[("hub_token", &token(2)), ("other", "a longer text")]);
    folder.file("cut.pkl", &whole[..whole.len() - 8]);
    let mut tensors = safetensors(&json!({ "note": token(3) }));
    tensors[..8].copy_from_slice(&3000u64.to_le_bytes());
    folder.file("lying.safetensors", tensors);
    let (report, code) = folder.json();
    assert_eq!(code, Some(1));
    let found = super::builders::blocking(&report);
    assert_eq!(found.len(), 3, "{report:#}");
}

#[test]
fn a_bomb_is_left_in_time() {
    let zeros = vec![0; 330 << 20];
    let inner = zip(&[Member {
        name: "zeros.bin",
        bytes: &zeros,
        stored: false,
    }]);
    drop(zeros);
    let members: Vec<(String, &[u8])> = (0..4)
        .map(|number| (format!("{number}.zip"), &inner[..]))
        .collect();
    let members: Vec<(&str, &[u8])> = members
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    let bomb = stored(&members);
    assert!(bomb.len() < 8 << 20, "{}", bomb.len());
    let began = Instant::now();
    incomplete("bomb.zip", &bomb, "limited");
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn deep_nests_are_left() {
    let mut archive = stored(&[("a.txt", token(1).as_bytes())]);
    for _ in 0..7 {
        archive = stored(&[("in.zip", &archive)]);
    }
    incomplete("nest.zip", &archive, "limited");
}

#[test]
fn empty_files_are_no_failure() {
    let folder = Folder::new();
    for name in [
        "a.txt",
        "b.json",
        "c.pkl",
        "d.zip",
        "e.safetensors",
        "f.ipynb",
        "README.md",
    ] {
        folder.file(name, "");
    }
    let (report, code) = folder.json();
    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(report["coverage"]["complete"], true);
}

#[cfg(unix)]
#[test]
fn special_files_do_not_block_the_run() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("pipe"))
        .status();
    assert!(made.unwrap().success());
    symlink(".", folder.path().join("loop")).unwrap();
    symlink("self", folder.path().join("self")).unwrap();
    folder.file("a.txt", "some text\n");
    let (report, code) = folder.json();
    let skips = skips(&report);
    assert!(
        skips
            .iter()
            .any(|skip| skip.1 == "pipe" && skip.0 == "by-design"),
        "{skips:?}"
    );
    assert!(code.is_some(), "killed");

    let folder = Folder::new();
    let closed = folder.file("closed.txt", "some text\n");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&closed).is_err() {
        let (report, code) = folder.json();
        assert_eq!(code, Some(3), "{report:#}");
    }
}

#[cfg(unix)]
#[test]
fn names_are_defused() {
    let folder = Folder::new();
    let names = [
        "red\u{1b}[31m.txt".to_owned(),
        "line\nbreak.txt".to_owned(),
        "bidi\u{202e}txt.exe".to_owned(),
        "zero\u{200b}width.txt".to_owned(),
        "::error::x.txt".to_owned(),
        "long".repeat(60),
    ];
    for (number, name) in names.iter().enumerate() {
        folder.file(name, format!("HF_TOKEN={}\n", token(number as u64)));
    }
    for format in ["text", "json", "jsonl", "sarif", "github"] {
        let run = folder.scan(&["-v", "--report", format]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let hostile = run
            .stdout
            .chars()
            .find(|&c| (c.is_control() && c != '\n') || matches!(c, '\u{200b}' | '\u{202e}'));
        assert_eq!(hostile, None, "{format}");
        if format == "text" {
            let widest = run.stdout.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(80), "{}", run.stdout);
        }
        if format == "github" {
            let workflow = |line: &&str| line.starts_with("::") && !line.contains(" file=");
            let strays: Vec<&str> = run.stdout.lines().filter(workflow).collect();
            assert!(
                strays.iter().all(|line| !line.starts_with("::error::x")),
                "{strays:?}"
            );
        }
    }
}
