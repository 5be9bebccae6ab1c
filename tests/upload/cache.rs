//! A retry reads only what changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::stage::{Stage, token};

/// Files read, and files known from before.
fn counts(stage: &Stage, words: &[&str]) -> (u64, u64) {
    let ended = stage.run(
        &[
            &["--dry-run", "--report", "json"],
            words,
            &["user/m", "tree"],
        ]
        .concat(),
    );
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let known = report.to_string();
    let known = known
        .split(" not read again")
        .next()
        .filter(|before| before.len() < known.len());
    let known = known.and_then(|before| {
        let word = before.rsplit('"').next()?;
        word.split(' ').next()?.parse().ok()
    });
    (
        report["coverage"]["files"].as_u64().unwrap(),
        known.unwrap_or(0),
    )
}

/// A file's change time cannot be set back, so it must grow old.
fn settle() {
    std::thread::sleep(Duration::from_millis(2100));
}

fn cache_file(stage: &Stage) -> PathBuf {
    let folder = fs::read_dir(stage.path("cache/hubsweep/sweeps")).unwrap();
    let files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    file.clone()
}

#[test]
fn only_what_changed_is_read_again() {
    let stage = Stage::with(&["a.txt", "b/c.txt", "d.txt"]);
    stage.write("leak.txt", format!("password: {}\n", token()));
    settle();
    assert_eq!(counts(&stage, &[]), (4, 0));
    // The file with a finding is read every time.
    assert_eq!(counts(&stage, &[]), (1, 3));
    assert_eq!(counts(&stage, &["--no-cache"]), (4, 0));
    let file = cache_file(&stage);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(!text.contains("leak") && !text.contains("hf_"), "{text}");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );

    // Same size, and the time set back: the change time tells.
    let before = fs::metadata(stage.tree().join("a.txt"))
        .unwrap()
        .modified()
        .unwrap();
    stage.write("a.txt", "A.TXT");
    let changed = fs::File::options()
        .append(true)
        .open(stage.tree().join("a.txt"))
        .unwrap();
    changed.set_modified(before).unwrap();
    assert_eq!(counts(&stage, &[]), (2, 2));
    // Replaced by another file of the same size.
    fs::write(stage.path("other"), "d.TXT").unwrap();
    fs::rename(stage.path("other"), stage.tree().join("d.txt")).unwrap();
    assert_eq!(counts(&stage, &[]).1, 1);
    // Another configuration may judge otherwise.
    fs::write(stage.path("own.toml"), "disable = [\"no-such\"]\n").unwrap();
    fs::write(stage.path("own.toml"), "").unwrap();
    assert_eq!(counts(&stage, &["--config", "own.toml"]).1, 0);
}

#[test]
fn a_cache_that_others_could_write_is_not_believed() {
    let stage = Stage::with(&["a.txt"]);
    settle();
    assert_eq!(counts(&stage, &[]), (1, 0));
    assert_eq!(counts(&stage, &[]), (0, 1));
    let file = cache_file(&stage);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let ended = stage.run(&["--dry-run", "user/m", "tree"]);
    assert_eq!(ended.code, Some(0));
    let told = ended
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(told.contains("is open to others"), "{told}");
    // It was written anew.
    assert_eq!(counts(&stage, &[]), (0, 1));
    let text = fs::read_to_string(&file).unwrap();
    for broken in [
        text.replace('}', "]"),
        format!("{text}\u{0}\n"),
        String::new(),
    ] {
        fs::write(&file, broken).unwrap();
        let ended = stage.run(&["--dry-run", "--report", "json", "user/m", "tree"]);
        assert!(
            ended
                .stdout
                .contains("the cache of earlier sweeps is not used"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn without_a_place_for_it_there_is_no_cache() {
    let stage = Stage::with(&["a.txt"]);
    fs::write(stage.path("cache"), "a file").unwrap();
    let ended = stage.run(&["user/m", "tree"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("cannot be kept"), "{}", ended.stderr);
}

#[test]
fn a_young_file_is_read_every_time() {
    let stage = Stage::with(&["young.txt"]);
    // Another change would not show in its times; and it stays young.
    let young = fs::File::options()
        .append(true)
        .open(stage.tree().join("young.txt"));
    let later = std::time::SystemTime::now() + Duration::from_secs(3600);
    young.unwrap().set_modified(later).unwrap();
    assert_eq!(counts(&stage, &[]), (1, 0));
    assert_eq!(counts(&stage, &[]), (1, 0));
}
