//! Files of which git holds only a pointer.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::repository::{Folder, Report, Repository, token};

/// Put `text` where git-lfs keeps objects, and give the pointer.
fn store(storage: &Path, text: &str) -> String {
    let hash = Sha256::digest(text);
    let oid = hash
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let folder = storage.join("objects").join(&oid[..2]).join(&oid[2..4]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&oid), text).unwrap();
    pointer(&oid, text.len())
}

fn pointer(oid: &str, size: usize) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n")
}

fn leak() -> String {
    format!("t = '{}'\n", token())
}

fn push_of(repository: &Repository, commit: &str, env: &[(&str, &str)]) -> Report {
    push_as(repository, ("refs/heads/main", commit), env)
}

fn push_as(repository: &Repository, (name, commit): (&str, &str), env: &[(&str, &str)]) -> Report {
    let lines = format!("{name} {commit} {name} {}\n", "0".repeat(40));
    let args = [
        "hook", "run", "pre-push", "--report", "json", "origin", "url",
    ];
    let output = repository.hubsweep_with(&args, env, &lines);
    Report {
        document: serde_json::from_slice(&output.stdout).unwrap(),
        exit: output.status.code().unwrap(),
    }
}

#[test]
fn objects_are_read_under_their_path_and_commit() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let pointer = store(&repository.path.join(".git/lfs"), &leak());
    let commit = repository.commit_file("training_args.txt", &pointer);
    for args in [&["--history"][..], &["--range", "HEAD~1..HEAD"]] {
        let report = repository.sweep(args);
        assert_eq!(report.token()["path"], "training_args.txt");
        assert_eq!(report.token()["origins"][0]["commit"], commit);
    }
    assert_eq!(push_of(&repository, &commit, &[]).exit, 1);
}

#[test]
fn the_storage_may_be_elsewhere() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.git(&["config", "lfs.storage", "elsewhere"]);
    let pointer = store(&repository.path.join(".git/elsewhere"), &leak());
    repository.commit_file("x.txt", &pointer);
    assert_eq!(repository.sweep(&["--history"]).exit, 1);
    // A linked work tree has the same storage, and so has a borrowing clone.
    repository.git(&["worktree", "add", "-q", "../other"]);
    assert_eq!(folder.at("other").sweep(&["--history"]).exit, 1);
    repository.git(&["config", "--unset", "lfs.storage"]);
    fs::rename(
        repository.path.join(".git/elsewhere"),
        repository.path.join(".git/lfs"),
    )
    .unwrap();
    let clone = folder.clone(&["--shared", "r"], "clone");
    assert_eq!(clone.sweep(&["--history"]).exit, 1);
}

#[test]
fn an_object_that_is_not_here_matters_where_it_would_be_sent() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = repository.commit_file("x.bin", &pointer(&"ab".repeat(32), 7));
    let history = repository.sweep(&["--history"]);
    assert_eq!((history.exit, history.is_complete()), (0, true));
    assert_eq!(
        history.skips("by-design"),
        ["Git LFS object that is not in this clone"]
    );
    let push = push_of(&repository, &commit, &[]);
    assert_eq!((push.exit, push.is_complete()), (3, false));
    assert!(push.skips("missing")[0].contains("git lfs fetch"));
    let skipped = push_of(&repository, &commit, &[("GIT_LFS_SKIP_PUSH", "1")]);
    assert_eq!(skipped.exit, 0);
}

#[test]
fn what_the_remote_has_under_another_name_is_not_read_again() {
    let folder = Folder::new();
    let upstream = folder.repository("upstream");
    let pointer = store(&upstream.path.join(".git/lfs"), &leak());
    upstream.commit_file("x.bin", &pointer);
    let repository = folder.clone(&["upstream"], "r");
    repository.git(&["mv", "x.bin", "y.bin"]);
    let commit = repository.commit("move");
    // To a new branch: of main the remote would say that it has it.
    let push = push_as(&repository, ("refs/heads/new", &commit), &[]);
    assert_eq!(push.exit, 0, "{:#}", push.document["skipped"]);
    assert_eq!(
        push.skips("by-design"),
        ["Git LFS object that the remote has already"]
    );
}

#[test]
fn xet_pointers_are_told() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = repository.commit_file("x.bin", "# xet version 0\nfilesize = 3\nhash = 'ab'\n");
    assert_eq!(repository.sweep(&["--history"]).exit, 0);
    assert_eq!(push_of(&repository, &commit, &[]).exit, 3);
}

#[test]
fn staged_files_of_git_lfs_itself() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    if !repository
        .try_git(&["lfs", "install", "--local"], &[])
        .status
        .success()
    {
        // Without git-lfs the pointers above, made by hand, are what is tested.
        return;
    }
    repository.git(&["lfs", "track", "*.bin"]);
    repository.commit("attributes");
    repository.write("args.bin", &leak());
    repository.git(&["add", "-A"]);
    assert!(
        repository
            .git(&["cat-file", "-p", ":args.bin"])
            .starts_with("version https")
    );
    let report = repository.sweep(&["--staged"]);
    assert_eq!(report.token()["path"], "args.bin");
    assert_eq!(report.exit, 1);
}
