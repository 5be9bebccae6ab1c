//! Every place of a repository a secret can be in: found, and attributed to
//! path and commit.

use std::fs;

use crate::repository::{Folder, Repository, token};

/// What must be said of the one token of a repository.
pub(crate) struct Expected<'a> {
    pub(crate) kind: &'a str,
    /// Path of the finding.
    pub(crate) path: &'a str,
    /// Id of the commit or tag.
    pub(crate) commit: Option<String>,
    pub(crate) in_head: Option<bool>,
    /// A ref that leads there.
    pub(crate) reference: Option<&'a str>,
}

pub(crate) fn expect(repository: &Repository, args: &[&str], expected: &Expected<'_>) {
    let report = repository.sweep(args);
    let finding = report.token();
    let origin = &finding["origins"][0];
    assert_eq!(finding["path"], expected.path, "{finding:#}");
    assert_eq!(origin["kind"], expected.kind, "{finding:#}");
    let commit = expected.commit.as_deref();
    assert_eq!(origin["commit"].as_str(), commit, "{finding:#}");
    assert_eq!(origin["in_head"].as_bool(), expected.in_head, "{finding:#}");
    if let Some(reference) = expected.reference {
        let refs = origin["refs"].as_array().unwrap();
        assert!(refs.iter().any(|name| name == reference), "{finding:#}");
    }
    assert_eq!(report.exit, 1);
}

fn of_commit<'a>(path: &'a str, commit: String, in_head: bool, reference: &'a str) -> Expected<'a> {
    Expected {
        kind: "commit",
        path,
        commit: Some(commit),
        in_head: Some(in_head),
        reference: Some(reference),
    }
}

#[test]
fn deleted_from_the_history() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = repository.commit_file("conf/keys.py", &format!("TOKEN = '{}'\n", token()));
    repository.commit_file("conf/keys.py", "TOKEN = None\n");
    let expected = of_commit("conf/keys.py", commit, false, "refs/heads/main");
    expect(&repository, &["--history"], &expected);
    assert!(repository.sweep(&["."]).tokens().is_empty());
}

#[test]
fn one_secret_in_many_versions_and_paths_is_one_finding() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let secret = token();
    let first = repository.commit_file("a.py", &format!("T = '{secret}'\n"));
    for version in 0..5 {
        repository.commit_file("a.py", &format!("# {version}\nT = '{secret}'\n"));
    }
    repository.git(&["mv", "a.py", "b.py"]);
    let moved = repository.commit("move");
    let report = repository.sweep(&["--history"]);
    let finding = report.token();
    assert_eq!(finding["path"], "b.py");
    assert_eq!(finding["evidence"][0], "in 6 versions");
    let origins = finding["origins"].as_array().unwrap();
    let said: Vec<_> = origins
        .iter()
        .map(|origin| (&origin["path"], &origin["commit"], &origin["in_head"]))
        .map(|(path, commit, head)| format!("{path} {commit} {head}"))
        .collect();
    let expected = [
        format!("\"b.py\" \"{moved}\" true"),
        format!("\"a.py\" \"{first}\" false"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn pull_request_refs_of_the_hub() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.git(&["checkout", "-q", "-b", "change"]);
    let commit = repository.commit_file("app.py", &format!("t = \"{}\"\n", token()));
    repository.git(&["update-ref", "refs/pr/7", "HEAD"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["branch", "-q", "-D", "change"]);
    expect(
        &repository,
        &["--history"],
        &of_commit("app.py", commit, false, "refs/pr/7"),
    );
}

#[test]
fn notes() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let head = repository.head();
    repository.git(&["notes", "add", "-m", &format!("reviewed with {}", token())]);
    let note = repository.git(&["rev-parse", "refs/notes/commits"]);
    let path = format!("note on {}", &head[..12]);
    let expected = Expected {
        kind: "note",
        path: &path,
        commit: Some(note),
        in_head: None,
        reference: None,
    };
    expect(&repository, &["--history"], &expected);
}

#[test]
fn stashes_old_ones_too() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.write("README.md", &format!("# a model\n{}\n", token()));
    repository.git(&["stash", "-q"]);
    let commit = repository.git(&["rev-parse", "stash@{0}"]);
    let expected = of_commit("README.md", commit.clone(), false, "refs/stash");
    expect(&repository, &["--history"], &expected);
    // The next stash leaves the first to the reflog.
    repository.write("README.md", "# another model\n");
    repository.git(&["stash", "-q"]);
    let expected = Expected {
        reference: None,
        ..of_commit("README.md", commit, false, "")
    };
    expect(&repository, &["--history"], &expected);
}

#[test]
fn evil_and_octopus_merges() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    for side in ["one", "two"] {
        repository.git(&["checkout", "-q", "-b", side, "main"]);
        repository.commit_file(side, "content\n");
    }
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["merge", "-q", "--no-commit", "--no-ff", "one", "two"]);
    let merge = repository.commit_file("merged.py", &format!("t = '{}'\n", token()));
    let parents = repository.git(&["rev-list", "--parents", "-1", "HEAD"]);
    assert_eq!(parents.split(' ').count(), 4);
    repository.commit_file("merged.py", "t = None\n");
    expect(
        &repository,
        &["--history"],
        &of_commit("merged.py", merge, false, "refs/heads/main"),
    );
}

#[test]
fn dangling_commits() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = repository.commit_file("x.py", &format!("t = '{}'\n", token()));
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    // The reflog holds on to it.
    let expected = Expected {
        reference: None,
        ..of_commit("x.py", commit, false, "")
    };
    expect(&repository, &["--history"], &expected);
    repository.git(&["reflog", "expire", "--expire=now", "--all"]);
    fs::remove_file(repository.path.join(".git/ORIG_HEAD")).unwrap();
    assert!(repository.sweep(&["--history"]).tokens().is_empty());
    expect(&repository, &["--unreachable"], &expected);
}

#[test]
fn dangling_blobs() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let text = format!("t = '{}'\n", token());
    let blob = repository.git_with(&["hash-object", "-w", "--stdin"], &[], &text);
    let report = repository.sweep(&["--unreachable"]);
    assert_eq!(
        report.token()["path"],
        format!("unreachable/{}", &blob[..12])
    );
}

#[test]
fn tags_that_name_a_file_or_a_folder() {
    for kind in ["blob", "tree"] {
        let folder = Folder::new();
        let repository = folder.repository("r");
        let text = format!("t = '{}'\n", token());
        let blob = repository.git_with(&["hash-object", "-w", "--stdin"], &[], &text);
        let (object, path) = if kind == "blob" {
            (blob, "refs/tags/key")
        } else {
            let entry = format!("100644 blob {blob}\tk.py\n");
            let tree = repository.git_with(&["mktree"], &[], &entry);
            (tree, "refs/tags/key/k.py")
        };
        repository.git(&["tag", "key", &object]);
        let report = repository.sweep(&["--history"]);
        assert_eq!(report.token()["path"], path);
    }
}

#[test]
fn replaced_objects_and_their_replacements() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let leak = repository.commit_file("x.py", &format!("t = '{}'\n", token()));
    let clean = repository.commit_file("x.py", "t = None\n");
    repository.git(&["replace", &leak, &clean]);
    expect(
        &repository,
        &["--history"],
        &of_commit("x.py", leak, false, "refs/heads/main"),
    );
    let replacement = repository.commit_file("y.py", &format!("t = '{}'\n", token()));
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repository.git(&["replace", &clean, &replacement]);
    repository.git(&["reflog", "expire", "--expire=now", "--all"]);
    fs::remove_file(repository.path.join(".git/ORIG_HEAD")).unwrap();
    let report = repository.sweep(&["--history"]);
    assert_eq!(
        report.tokens().len(),
        2,
        "{:#}",
        report.document["findings"]
    );
}

#[test]
fn detached_heads_and_indexes_of_other_work_trees() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.git(&["worktree", "add", "-q", "--detach", "../other"]);
    let other = folder.at("other");
    let commit = other.commit_file("x.py", &format!("t = '{}'\n", token()));
    let expected = Expected {
        reference: None,
        ..of_commit("x.py", commit, false, "")
    };
    expect(&repository, &["--history"], &expected);
    other.git(&["reset", "-q", "--hard", "main"]);
    fs::remove_dir_all(repository.path.join(".git/worktrees/other/logs")).unwrap();
    fs::remove_file(repository.path.join(".git/worktrees/other/ORIG_HEAD")).unwrap();
    assert!(repository.sweep(&["--history"]).tokens().is_empty());
    other.write("staged.py", &format!("t = '{}'\n", token()));
    other.git(&["add", "staged.py"]);
    let expected = Expected {
        kind: "index",
        path: "staged.py",
        commit: None,
        in_head: None,
        reference: None,
    };
    expect(&repository, &["--history"], &expected);
}

#[test]
#[cfg(unix)]
fn targets_of_links() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let target = format!("/nowhere/{}", token());
    std::os::unix::fs::symlink(target, repository.path.join("link")).unwrap();
    let commit = repository.commit("link");
    expect(
        &repository,
        &["--history"],
        &of_commit("link", commit, true, "refs/heads/main"),
    );
}

#[test]
fn bare_mirror_and_borrowed_objects() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = repository.commit_file("x.py", &format!("t = '{}'\n", token()));
    repository.git(&["rm", "-q", "x.py"]);
    repository.commit("remove");
    for args in [&["--bare", "r"][..], &["--mirror", "r"], &["--shared", "r"]] {
        let name = format!("clone{}", args[0]);
        let clone = folder.clone(args, &name);
        let reference = if args[0] == "--shared" {
            "refs/remotes/origin/main"
        } else {
            "refs/heads/main"
        };
        expect(
            &clone,
            &["--history"],
            &of_commit("x.py", commit.clone(), false, reference),
        );
    }
}

#[test]
fn what_a_remote_has_is_said() {
    let folder = Folder::new();
    folder
        .repository("upstream")
        .commit_file("x.py", &format!("t = '{}'\n", token()));
    let clone = folder.clone(&["upstream"], "r");
    let report = clone.sweep(&["--history"]);
    let origin = &report.token()["origins"][0];
    assert_eq!(origin["published"][0], "origin");
    assert_eq!(report.exit, 1, "an audit blocks on what is published too");
}

#[test]
fn one_thread_and_many_say_the_same() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    for number in 0..30 {
        let text = format!(
            "t = '{}'\nmail = 'someone{number}@corp.example.net'\n",
            token()
        );
        repository.commit_file(&format!("d{}/f{number}.py", number % 4), &text);
    }
    let one = repository.sweep(&["--history", "--threads", "1"]);
    let many = repository.sweep(&["--history", "--threads", "8"]);
    assert_eq!(one.document, many.document);
    assert_eq!(one.tokens().len(), 30);
}
