//! Baselines of whole histories.

use super::workspace::{NAME, Workspace, mysql, token};

/// A repository with a token and a password in its history only, and another
/// token in a file as it is now.
fn repository() -> Workspace {
    let folder = Workspace::new();
    assert!(folder.git(&["init", "-q", "-b", "main"]));
    folder.write("old.py", &format!("login('{}')\n", token(1)));
    folder.write("run.sh", &mysql("Sommer2024"));
    folder.write("now.py", &format!("login('{}')\n", token(2)));
    commit(&folder);
    folder.write("old.py", "login()\n");
    folder.write("run.sh", "exit 0\n");
    commit(&folder);
    folder
}

fn commit(folder: &Workspace) {
    assert!(folder.git(&["add", "."]) && folder.git(&["commit", "-qm", "c"]));
}

#[test]
fn a_history_is_known_and_what_it_alone_has_is_marked() {
    let folder = repository();
    assert_eq!(folder.hubsweep(&["scan", "--history"]).code, Some(1));
    folder.succeeds(&["baseline", "create", "--history"]);
    let text = folder.read(NAME);
    let old = |line: &&str| line.contains("history = true");
    assert_eq!(text.lines().filter(old).count(), 2, "{text}");
    assert!(
        folder
            .succeeds(&["scan", "--history"])
            .contains("3 by the baseline")
    );
    // The files as they are now hold one of them, and the others are no news.
    let files = folder.succeeds(&["scan"]);
    assert!(files.contains("1 by the baseline"), "{files}");
    assert!(!files.contains("matched nothing"), "{files}");
    assert!(
        folder
            .succeeds(&["baseline", "prune"])
            .contains("nothing is stale")
    );
    assert!(
        folder
            .succeeds(&["baseline", "prune", "--history"])
            .contains("nothing is stale")
    );
    assert_eq!(folder.read(NAME), text);
}

#[test]
fn a_password_of_the_history_is_known_at_its_path_only() {
    let folder = repository();
    folder.succeeds(&["baseline", "create", "--history"]);
    folder.write("start.sh", &mysql("Sommer2024"));
    commit(&folder);
    assert_eq!(folder.hubsweep(&["scan", "--history"]).code, Some(1));
    folder.succeeds(&["baseline", "update", "--history"]);
    folder.succeeds(&["scan", "--history"]);
    folder.succeeds(&["scan"]);
}

#[test]
fn a_rewritten_history_leaves_stale_entries_behind() {
    let folder = repository();
    folder.succeeds(&["baseline", "create", "--history"]);
    assert!(folder.git(&["checkout", "-q", "--orphan", "clean"]));
    commit(&folder);
    assert!(folder.git(&["branch", "-D", "main"]));
    // Until then the old commits are there, and so are their entries.
    let said = folder.succeeds(&["baseline", "prune", "--history"]);
    assert!(said.contains("nothing is stale"), "{said}");
    assert!(folder.git(&["reflog", "expire", "--expire=now", "--all"]));
    let said = folder.succeeds(&["baseline", "prune", "--history"]);
    assert!(said.contains("removed  hf-user-token in old.py"), "{said}");
    assert!(
        said.contains("removed  mysql-command-password in run.sh"),
        "{said}"
    );
    assert!(folder.read(NAME).contains("now.py"));
}
