//! Work trees made by the `git` program, asked through both readers.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn write(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A repository with one of everything.
fn sample(format: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "--object-format", format]);
    write(
        root,
        &[
            (".gitignore", "*.log\nout/\n"),
            (
                ".gitattributes",
                "*.bin filter=lfs diff=lfs -text\n*.txt text\n",
            ),
            ("kept.txt", ""),
            ("forced.log", ""),
            ("left.log", ""),
            ("out/forced.txt", ""),
            ("out/left.txt", ""),
            ("sub/.gitignore", "!back.log\n*.tmp\n!keep.tmp\n"),
            ("sub/a.tmp", ""),
            ("sub/back.log", ""),
            ("sub/keep.tmp", ""),
            ("other/out/x", ""),
        ],
    );
    git(root, &["add", "."]);
    git(root, &["add", "-f", "forced.log", "out/forced.txt"]);
    git(root, &["rm", "-q", "--cached", "sub/back.log"]);
    write(root, &[("new.txt", ""), ("sub/new.tmp", "")]);
    fs::create_dir(root.join("inner")).unwrap();
    git(&root.join("inner"), &["init", "-q"]);
    write(&root.join("inner"), &[("file", "")]);
    git(
        root,
        &["remote", "add", "origin", "git@hf.co:somebody/something"],
    );
    folder
}

fn answers(tree: &WorkTree) {
    let file = |name: &str| tree.standing(Path::new(name), false);
    let folder = |name: &str| tree.standing(Path::new(name), true);
    for name in [
        "kept.txt",
        "forced.log",
        "out/forced.txt",
        "sub/keep.tmp",
        "sub/back.log",
        "new.txt",
    ] {
        assert_eq!(file(name), Standing::Sent, "{name}");
    }
    for name in [
        "left.log",
        "out/left.txt",
        "sub/a.tmp",
        "sub/new.tmp",
        "other/out/x",
    ] {
        assert_eq!(file(name), Standing::Left, "{name}");
    }
    assert_eq!(folder("out"), Standing::Sent, "it holds a tracked file");
    assert_eq!(folder("sub"), Standing::Sent);
    assert_eq!(folder("other/out"), Standing::Left);
    assert_eq!(folder(".git"), Standing::Left);
    assert_eq!(folder("inner"), Standing::Submodule);
    let ignored = |name: &str, is_dir| tree.is_ignored(Path::new(name), is_dir);
    assert!(ignored("no-such.log", false) && ignored("no/such/out", true));
    assert!(!ignored(".env", false) && !ignored("no/such/out", false));
    assert!(tree.ignored_but_tracked(Path::new("forced.log")));
    assert!(!tree.ignored_but_tracked(Path::new("left.log")));
    assert!(!tree.ignored_but_tracked(Path::new("kept.txt")));
    let filter = |name: &str| tree.attribute(Path::new(name), "filter");
    assert_eq!(filter("deep/model.bin").as_deref(), Some("lfs"));
    assert_eq!(filter("kept.txt"), None);
    assert_eq!(tree.attribute(Path::new("kept.txt"), "text"), None);
    assert!(tree.has_hub_remote());
}

#[test]
fn the_library_answers() {
    let folder = sample("sha1");
    let tree = WorkTree::discover(&folder.path().join("sub"))
        .unwrap()
        .unwrap();
    assert!(matches!(tree.answers, Answers::Library(_)));
    assert_eq!(tree.root(), folder.path().canonicalize().unwrap());
    answers(&tree);
}

#[test]
fn the_program_answers_the_same_where_the_library_cannot() {
    let folder = sample("sha256");
    let tree = WorkTree::discover(&folder.path().join("sub"))
        .unwrap()
        .unwrap();
    assert!(matches!(tree.answers, Answers::Program(_)));
    assert_eq!(tree.root(), folder.path().canonicalize().unwrap());
    answers(&tree);
}

#[test]
fn a_partial_clone_is_read() {
    let folder = sample("sha1");
    git(
        folder.path(),
        &["config", "core.repositoryformatversion", "1"],
    );
    git(
        folder.path(),
        &["config", "extensions.partialClone", "origin"],
    );
    answers(&WorkTree::discover(folder.path()).unwrap().unwrap());
}

#[test]
fn a_repositorys_settings_run_no_command() {
    let folder = sample("sha256");
    let proof = folder.path().join("proof");
    let script = folder.path().join("monitor");
    fs::write(&script, format!("#!/bin/sh\n: > '{}'\n", proof.display())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    }
    git(
        folder.path(),
        &["config", "core.fsmonitor", script.to_str().unwrap()],
    );
    WorkTree::discover(folder.path()).unwrap().unwrap();
    assert!(!proof.exists());
}

#[test]
fn a_conflicted_file_is_tracked_even_if_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    write(root, &[(".gitignore", "*.log\n"), ("a.log", "base\n")]);
    git(root, &["add", "-f", "."]);
    git(root, &["commit", "-qm", "base"]);
    git(root, &["checkout", "-qb", "other"]);
    write(root, &[("a.log", "other\n")]);
    git(root, &["commit", "-qam", "other"]);
    git(root, &["checkout", "-q", "main"]);
    write(root, &[("a.log", "main\n")]);
    git(root, &["commit", "-qam", "main"]);
    let merge = Command::new("git")
        .current_dir(root)
        .args(["merge", "-q", "other"])
        .output()
        .unwrap();
    assert!(!merge.status.success());
    let tree = WorkTree::discover(root).unwrap().unwrap();
    assert_eq!(tree.standing(Path::new("a.log"), false), Standing::Sent);
}

#[test]
fn no_work_tree_is_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(WorkTree::discover(folder.path()).unwrap().is_none());
    git(folder.path(), &["init", "-q", "--bare", "bare"]);
    let bare = folder.path().join("bare");
    assert!(WorkTree::discover(&bare).unwrap().is_none());
    // A mirror that came without its configuration: what lies around it is not
    // its work tree.
    fs::remove_file(bare.join("config")).unwrap();
    assert!(WorkTree::discover(&bare).unwrap().is_none());
    let repository = Repository::discover(&bare).unwrap().unwrap();
    assert_eq!(repository.work_dir(), None);
    git(folder.path(), &["init", "-q", "full"]);
    let inside = folder.path().join("full/.git/objects");
    assert!(WorkTree::discover(&inside).unwrap().is_none());
}

#[test]
fn linked_work_trees_and_submodules_are_work_trees() {
    let folder = sample("sha1");
    let root = folder.path();
    git(root, &["commit", "-qm", "first"]);
    let linked = tempfile::tempdir().unwrap();
    let beside = linked.path().join("beside");
    git(root, &["worktree", "add", "-q", beside.to_str().unwrap()]);
    let tree = WorkTree::discover(&beside).unwrap().unwrap();
    assert_eq!(tree.root(), beside.canonicalize().unwrap());
    assert_eq!(tree.standing(Path::new("kept.txt"), false), Standing::Sent);

    let outer = linked.path().join("outer");
    fs::create_dir(&outer).unwrap();
    git(&outer, &["init", "-q"]);
    git(
        &outer,
        &["submodule", "--quiet", "add", root.to_str().unwrap(), "lib"],
    );
    let tree = WorkTree::discover(&outer).unwrap().unwrap();
    assert_eq!(tree.standing(Path::new("lib"), true), Standing::Submodule);
    let inner = WorkTree::discover(&outer.join("lib")).unwrap().unwrap();
    assert_eq!(inner.root(), outer.join("lib").canonicalize().unwrap());
}

#[test]
fn somebody_elses_repository_is_a_clear_error() {
    let message = GitError::Owner {
        path: PathBuf::from("/srv/model"),
    }
    .to_string();
    assert!(message.contains("safe.directory /srv/model"), "{message}");
}
