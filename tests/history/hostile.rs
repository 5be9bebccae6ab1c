//! Repositories made to be misread: what git would send is found all the same,
//! or it is said that it could not be read.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Command;

use crate::repository::{Folder, Report, Repository, token};

pub(crate) fn leak() -> String {
    format!("t = '{}'\n", token())
}

/// An id nobody computed.
fn id(number: usize) -> String {
    format!("{number:040x}")
}

/// An object under an id that is not its own.
fn fake(repository: &Repository, number: usize, kind: &str, data: &[u8]) -> String {
    let id = id(number);
    let folder = repository.path.join(".git/objects").join(&id[..2]);
    fs::create_dir_all(&folder).unwrap();
    let file = fs::File::create(folder.join(&id[2..])).unwrap();
    let mut file = flate2::write::ZlibEncoder::new(file, flate2::Compression::fast());
    write!(file, "{kind} {}\0", data.len()).unwrap();
    file.write_all(data).unwrap();
    file.finish().unwrap();
    id
}

/// An entry of a tree.
fn entry(mode: &str, name: &str, id: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&id[at..at + 2], 16).unwrap();
    let mut entry = format!("{mode} {name}\0").into_bytes();
    entry.extend((0..20).map(|byte| digit(2 * byte)));
    entry
}

fn commit(tree: &str, parents: &[String]) -> Vec<u8> {
    let mut text = format!("tree {tree}\n");
    for parent in parents {
        writeln!(text, "parent {parent}").unwrap();
    }
    text.push_str("author A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n");
    text.into_bytes()
}

fn blob(repository: &Repository, text: &str) -> String {
    repository.git_with(&["hash-object", "-w", "--stdin"], &[], text)
}

fn point(repository: &Repository, name: &str, id: &str) {
    repository.write(&format!(".git/refs/heads/{name}"), &format!("{id}\n"));
}

/// The sweep of a push of `local`.
fn push(repository: &Repository, local: &str) -> Report {
    let lines = format!(
        "refs/heads/x {local} refs/heads/x {}\n",
        "0".repeat(local.len())
    );
    let args = [
        "hook", "run", "pre-push", "--report", "json", "origin", "url",
    ];
    let output = repository.hubsweep_with(&args, &[], &lines);
    let text = String::from_utf8_lossy(&output.stdout);
    Report {
        document: serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr))),
        exit: output.status.code().unwrap(),
    }
}

#[test]
fn folders_of_odd_modes_are_entered() {
    for mode in ["0040000", "40755"] {
        let folder = Folder::new();
        let repository = folder.repository("r");
        let inner = entry("100644", "x.py", &blob(&repository, &leak()));
        let inner = fake(&repository, 1, "tree", &inner);
        let top = fake(&repository, 2, "tree", &entry(mode, "d", &inner));
        let head = fake(&repository, 3, "commit", &commit(&top, &[]));
        point(&repository, "x", &head);
        assert_eq!(repository.sweep(&["--history"]).token()["path"], "d/x.py");
        assert_eq!(push(&repository, &head).token()["path"], "d/x.py");
    }
}

#[test]
fn files_that_name_another_kind_of_object_are_failures() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let top = fake(&repository, 2, "tree", &entry("100644", "f", &tree));
    let head = fake(&repository, 3, "commit", &commit(&top, &[]));
    point(&repository, "x", &head);
    assert_eq!(repository.sweep(&["--history"]).exit, 3);
    assert_eq!(push(&repository, &head).exit, 3);
}

#[test]
fn a_submodule_does_not_stand_for_a_file_of_its_id() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let secret = blob(&repository, &leak());
    let add = |mode: &str| {
        let info = format!("{mode},{secret},f.py");
        repository.git(&["update-index", "--add", "--cacheinfo", &info]);
    };
    add("160000");
    repository.git(&["commit", "-q", "-m", "a submodule"]);
    add("100644");
    assert_eq!(repository.sweep(&["--staged"]).token()["path"], "f.py");
    repository.git(&["commit", "-q", "-m", "a file"]);
    let report = repository.sweep(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.token()["path"], "f.py");
}

#[test]
fn folders_too_deep_to_be_entered_are_told() {
    for depth in [600, 10_000] {
        let folder = Folder::new();
        let repository = folder.repository("r");
        let leaf = entry("100644", "x.py", &blob(&repository, &leak()));
        let mut tree = fake(&repository, 1, "tree", &leaf);
        for level in 0..depth {
            tree = fake(&repository, 2 + level, "tree", &entry("40000", "d", &tree));
        }
        let head = fake(&repository, 20_000, "commit", &commit(&tree, &[]));
        point(&repository, "x", &head);
        for report in [push(&repository, &head), repository.sweep(&["--history"])] {
            assert_eq!(report.exit, 3);
            assert!(report.skips("limited")[0].contains("nest too deep"));
        }
    }
}

#[test]
fn a_few_folders_with_ten_billion_paths() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let leaf = entry("100644", "x.py", &blob(&repository, &leak()));
    let mut tree = fake(&repository, 1, "tree", &leaf);
    for level in 0..10 {
        let entries = (0..10).flat_map(|at| entry("40000", &format!("d{at}"), &tree));
        let entries: Vec<u8> = entries.collect();
        tree = fake(&repository, 2 + level, "tree", &entries);
    }
    let head = fake(&repository, 100, "commit", &commit(&tree, &[]));
    point(&repository, "x", &head);
    let report = repository.sweep(&["--history"]);
    assert_eq!((report.exit, report.tokens().len()), (1, 1));
    assert!(report.skips("limited")[0].contains("too many paths"));
    let report = push(&repository, &head);
    assert_eq!((report.exit, report.tokens().len()), (1, 1));
    assert!(report.skips("limited")[0].contains("too many paths"));
}

#[test]
fn circles_end() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let secret = entry("100644", "x.py", &blob(&repository, &leak()));
    let circle = [secret, entry("40000", "y", &id(1))].concat();
    let tree = fake(&repository, 1, "tree", &circle);
    let (one, two) = (id(2), id(3));
    fake(
        &repository,
        2,
        "commit",
        &commit(&tree, std::slice::from_ref(&two)),
    );
    fake(
        &repository,
        3,
        "commit",
        &commit(&tree, std::slice::from_ref(&one)),
    );
    point(&repository, "x", &one);
    assert_eq!(repository.sweep(&["--history"]).exit, 1);
    assert_eq!(push(&repository, &one).exit, 1);
    // Tags that name each other lead nowhere, and nobody says they are clean.
    let tag = |to: &str| format!("object {to}\ntype tag\ntag t\ntagger A <a> 1 +0000\n\nm\n");
    fake(&repository, 4, "tag", tag(&id(5)).as_bytes());
    fake(&repository, 5, "tag", tag(&id(4)).as_bytes());
    let report = push(&repository, &id(4));
    assert_eq!(report.exit, 3);
    assert!(report.skips("failed")[0].contains("circle"));
}

#[test]
fn a_commit_with_a_thousand_parents() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let first = repository.head();
    let tree = entry("100644", "x.py", &blob(&repository, &leak()));
    let tree = fake(&repository, 1, "tree", &tree);
    let empty = fake(&repository, 2, "tree", b"");
    let parents: Vec<String> = (0..1_000)
        .map(|at| fake(&repository, 100 + at, "commit", &commit(&empty, &[])))
        .chain([first])
        .collect();
    let head = fake(&repository, 3, "commit", &commit(&tree, &parents));
    point(&repository, "x", &head);
    assert_eq!(repository.sweep(&["--history"]).token()["path"], "x.py");
    assert_eq!(push(&repository, &head).token()["path"], "x.py");
}

#[test]
fn refs_that_a_crash_left_empty_are_told() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.write(".git/refs/heads/lost", "");
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.exit, 3, "{:#}", report.document["skipped"]);
    assert_eq!(
        report.document["skipped"][0]["path"],
        ".git/refs/heads/lost"
    );
}

#[test]
fn an_index_that_cannot_be_read_is_told() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.write("x.py", &leak());
    repository.git(&["add", "x.py"]);
    repository.write(".git/index", "DIRC, but nothing else");
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.exit, 3, "{:#}", report.document["skipped"]);
    let staged = repository.hubsweep(&["scan", "--staged"]);
    assert_eq!(staged.status.code(), Some(2));
}

#[test]
fn unfinished_rebases_hold_on_to_what_they_put_aside() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let tree = entry("100644", "x.py", &blob(&repository, &leak()));
    let tree = fake(&repository, 1, "tree", &tree);
    let aside = fake(&repository, 2, "commit", &commit(&tree, &[]));
    repository.write(".git/rebase-merge/autostash", &format!("{aside}\n"));
    repository.write(".git/rebase-merge/interactive", "");
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.token()["path"], "x.py");
    assert!(report.is_complete());
}

#[test]
#[cfg(unix)]
fn pipes_keep_nobody_waiting() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("x.py", &leak());
    for name in [
        "OTHER_HEAD",
        "logs/pipe",
        "refs/heads/pipe",
        "rebase-apply/x",
    ] {
        let path = repository.path.join(".git").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
    }
    assert_eq!(repository.sweep(&["--history"]).tokens().len(), 1);
}

#[test]
fn a_pushed_folder_that_cannot_be_read_is_told() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let top = fake(&repository, 1, "tree", &entry("40000", "d", &id(9)));
    let tag = format!("object {top}\ntype tree\ntag t\ntagger A <a> 1 +0000\n\nm\n");
    let tag = fake(&repository, 2, "tag", tag.as_bytes());
    let report = push(&repository, &tag);
    assert_eq!(report.exit, 3, "{:#}", report.document);
    // Nor does a push of what is not here pass.
    assert_eq!(push(&repository, &id(77)).exit, 3);
}
