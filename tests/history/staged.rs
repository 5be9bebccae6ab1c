//! What is staged, and the message of the next commit.

use crate::repository::{Folder, token};

fn leak() -> String {
    format!("t = '{}'\n", token())
}

#[test]
fn the_index_is_read_and_not_the_work_tree() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.write("x.py", &leak());
    repository.git(&["add", "x.py"]);
    repository.write("x.py", "t = None\n");
    repository.write("y.py", &leak());
    let report = repository.sweep(&["--staged"]);
    assert_eq!(report.token()["path"], "x.py");
    assert_eq!(report.token()["origins"][0]["kind"], "index");
    assert_eq!(report.exit, 1);
    repository.git(&["reset", "-q"]);
    assert_eq!(repository.sweep(&["--staged"]).exit, 0);
}

#[test]
fn what_the_checked_out_commit_has_is_not_read_again() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("old.py", &leak());
    repository.write("new.py", "print()\n");
    repository.git(&["add", "-A"]);
    let report = repository.sweep(&["--staged"]);
    assert_eq!(report.document["coverage"]["files"], 1);
    assert_eq!(report.exit, 0);
}

#[test]
fn before_the_first_commit_everything_staged_is_new() {
    let folder = Folder::new();
    let repository = folder.at("r");
    std::fs::create_dir(&repository.path).unwrap();
    repository.git(&["init", "-q"]);
    repository.write("x.py", &leak());
    repository.git(&["add", "-A"]);
    assert_eq!(repository.sweep(&["--staged"]).exit, 1);
}

#[test]
fn a_partial_commit_is_judged_by_what_it_takes() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let hook = repository.path.join(".git/hooks/pre-commit");
    let script = format!(
        "#!/bin/sh\nexec '{}' scan --staged --quiet\n",
        env!("CARGO_BIN_EXE_hubsweep")
    );
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, script).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    repository.write("leak.py", &leak());
    repository.write("fine.py", "print()\n");
    repository.git(&["add", "-A"]);
    // Of two staged files one is committed: git gives its hook an index of that.
    let commit = |file: &str| repository.try_git(&["commit", "-q", "-m", "x", file], &[]);
    assert!(commit("fine.py").status.success());
    assert!(!commit("leak.py").status.success());
}

#[test]
fn conflicts_are_read_with_all_their_sides() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("x.py", "start\n");
    repository.git(&["checkout", "-q", "-b", "side"]);
    repository.commit_file("x.py", &leak());
    repository.git(&["checkout", "-q", "main"]);
    repository.commit_file("x.py", "other\n");
    let merge = repository.try_git(&["merge", "-q", "side"], &[]);
    assert!(!merge.status.success());
    assert_eq!(repository.sweep(&["--staged"]).token()["path"], "x.py");
}

#[test]
fn the_message_of_the_next_commit() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let (secret, dropped) = (token(), token());
    let text = format!("title\n\nwith {secret}\n# not {dropped}\n");
    std::fs::write(repository.path.join(".git/COMMIT_EDITMSG"), text).unwrap();
    let report = repository.sweep(&["--commit-msg", ".git/COMMIT_EDITMSG"]);
    assert_eq!(report.token()["line"], 3);
    assert_eq!(report.token()["path"], "commit message");
}
