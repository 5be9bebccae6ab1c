//! Repositories that lack something, or that libgit2 cannot open.

use std::fs;
use std::process::Stdio;

use crate::repository::{Folder, Repository, token};

fn leak() -> String {
    format!("t = '{}'\n", token())
}

/// A repository with a leak in its past.
fn leaky(folder: &Folder, name: &str) -> Repository {
    let repository = folder.repository(name);
    repository.commit_file("x.py", &leak());
    repository.commit_file("x.py", "t = None\n");
    repository
}

fn url(repository: &Repository) -> String {
    format!("file://{}", repository.path.display())
}

#[test]
fn a_shallow_clone_is_incomplete_where_its_border_is_crossed() {
    let folder = Folder::new();
    let origin = leaky(&folder, "origin");
    origin.commit_file("y.py", "one\n");
    origin.commit_file("y.py", "two\n");
    let clone = folder.clone(&["--depth", "2", &url(&origin)], "shallow");
    let report = clone.sweep(&["--history"]);
    assert_eq!(report.exit, 3);
    assert!(report.skips("missing")[0].contains("git fetch --unshallow"));
    // A range inside the border is whole.
    let inside = clone.sweep(&["--range", "HEAD~1..HEAD"]);
    assert_eq!((inside.exit, inside.is_complete()), (0, true));
    clone.commit_file("z.py", "new\n");
    let inside = clone.sweep(&["--range", "origin/main..HEAD"]);
    assert_eq!((inside.exit, inside.is_complete()), (0, true));
    let unknown = clone.hubsweep(&["scan", "--range", "HEAD~9..HEAD"]);
    assert_eq!(unknown.status.code(), Some(2));
    clone.git(&["fetch", "-q", "--unshallow"]);
    assert_eq!(clone.sweep(&["--history"]).exit, 1);
}

#[test]
fn a_partial_clone_fetches_nothing_and_says_what_it_lacks() {
    let folder = Folder::new();
    let origin = leaky(&folder, "origin");
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = folder.clone(&["--filter=blob:none", &url(&origin)], "partial");
    for extension in [false, true] {
        if extension {
            clone.git(&["config", "core.repositoryformatversion", "1"]);
            clone.git(&["config", "extensions.partialClone", "origin"]);
        }
        let objects = || clone.git(&["count-objects", "-v"]);
        let before = objects();
        let report = clone.sweep(&["--history"]);
        assert_eq!(report.exit, 3, "{:#}", report.document["skipped"]);
        assert!(!report.skips("missing").is_empty());
        assert_eq!(before, objects(), "nothing was fetched");
    }
}

#[test]
fn sha256_repositories_are_read_through_git() {
    let folder = Folder::new();
    let repository = folder.at("r");
    fs::create_dir(&repository.path).unwrap();
    repository.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    let commit = repository.commit_file("x.py", &leak());
    repository.commit_file("x.py", "t = None\n");
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.token()["origins"][0]["commit"], commit);
    assert_eq!(commit.len(), 64);
    let range = format!("{commit}..HEAD");
    assert_eq!(repository.sweep(&["--range", &range]).exit, 0);
    repository.write("y.py", &leak());
    repository.git(&["add", "y.py"]);
    assert_eq!(repository.sweep(&["--staged"]).token()["path"], "y.py");
}

#[test]
fn damaged_objects_are_reported_and_passed_over() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("a.py", "first\n");
    let blob = repository.git(&["rev-parse", "HEAD:a.py"]);
    repository.commit_file("b/c.py", "second\n");
    let tree = repository.git(&["rev-parse", "HEAD:b"]);
    repository.commit_file("x.py", &leak());
    for id in [&blob, &tree] {
        let file = repository
            .path
            .join(".git/objects")
            .join(&id[..2])
            .join(&id[2..]);
        fs::remove_file(&file).unwrap();
        fs::write(&file, b"no zlib stream").unwrap();
    }
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.token()["path"], "x.py");
    let failed = report.skips("failed");
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert!(!report.is_complete());
}

#[test]
fn missing_objects_are_counted() {
    let folder = Folder::new();
    let repository = leaky(&folder, "r");
    let tree = repository.git(&["rev-parse", "HEAD~2^{tree}"]);
    fs::remove_file(
        repository
            .path
            .join(".git/objects")
            .join(&tree[..2])
            .join(&tree[2..]),
    )
    .unwrap();
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.tokens().len(), 1);
    assert!(report.skips("missing")[0].starts_with("1 object"));
}

#[test]
fn an_empty_repository_has_nothing() {
    let folder = Folder::new();
    let repository = folder.at("r");
    fs::create_dir(&repository.path).unwrap();
    repository.git(&["init", "-q"]);
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.exit, 0);
}

#[test]
fn a_folder_outside_of_git_is_an_error() {
    let folder = Folder::new();
    let output = folder.at(".").hubsweep(&["scan", "--history", "."]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_repository_that_changes_under_the_sweep_is_an_error_and_no_panic() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    for number in 0..40 {
        repository.commit_file(&format!("f{number}.py"), &leak());
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hubsweep"));
    let sweep = command
        .args(["scan", "--history", "--threads", "1", "--report", "json"])
        .arg(&repository.path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    fs::remove_dir_all(repository.path.join(".git/objects")).unwrap();
    let output = sweep.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    assert_ne!(output.status.code(), Some(0));
}

#[test]
#[cfg(unix)]
fn an_interrupted_sweep_says_so() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    // Enough that the signal comes before the end.
    let line = "value = compute(other, another) + 1234567890\n".repeat(40_000);
    for number in 0..12 {
        repository.commit_file("big.py", &format!("# {number}\n{line}"));
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hubsweep"));
    let sweep = command
        .args(["scan", "--history", "--threads", "1", "--report", "json"])
        .arg(&repository.path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(400));
    std::process::Command::new("kill")
        .args(["-INT", &sweep.id().to_string()])
        .status()
        .unwrap();
    let output = sweep.wait_with_output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    if output.status.code() == Some(130) {
        assert_eq!(document["coverage"]["complete"], false);
    } else {
        // A machine so fast that it was done.
        assert_eq!(document["coverage"]["complete"], true);
    }
}

#[test]
#[cfg(unix)]
fn a_repository_of_another_user_is_explained() {
    let folder = Folder::new();
    let repository = leaky(&folder, "r");
    // Only root may give it away; anybody else trusts what they made.
    let given = std::process::Command::new("chown")
        .args(["-R", "4242:4242"])
        .arg(&repository.path)
        .output()
        .unwrap();
    if !given.status.success() {
        return;
    }
    for args in [
        &["scan", "--history"][..],
        &["scan", "--staged"],
        &["audit"],
    ] {
        let output = repository.hubsweep(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("safe.directory"), "{said}");
    }
    let trust = ["config", "--global", "--add", "safe.directory", "*"];
    repository.git(&trust);
    assert_eq!(repository.sweep(&["--history"]).exit, 1);
}
