//! Under pre-commit, the framework: it reads git's lines itself, and tells its
//! hooks by their environment.

use crate::repository::{Folder, Report, Repository, token};

/// What `pre-commit` 4 sets for a push of `main`, but for the ends.
const PUSH: &[(&str, &str)] = &[
    ("PRE_COMMIT", "1"),
    ("PRE_COMMIT_REMOTE_NAME", "origin"),
    ("PRE_COMMIT_REMOTE_URL", "the-url"),
    ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main"),
    ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main"),
];

fn sweep(repository: &Repository, env: &[(&str, &str)]) -> Report {
    let args = ["hook", "run", "pre-push", "--report", "json"];
    let output = repository.hubsweep_with(&args, env, "");
    let text = String::from_utf8_lossy(&output.stdout);
    Report {
        document: serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr))),
        exit: output.status.code().unwrap(),
    }
}

/// A leak that a later commit removes again.
fn leaky(repository: &Repository) -> String {
    let commit = repository.commit_file("leak.py", &format!("t = '{}'\n", token()));
    repository.git(&["rm", "-q", "leak.py"]);
    repository.commit("gone");
    commit
}

#[test]
fn the_ends_of_a_push_are_in_the_environment() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let from = repository.head();
    let commit = leaky(&repository);
    let to = repository.head();
    let ends = [
        ("PRE_COMMIT_FROM_REF", from.as_str()),
        ("PRE_COMMIT_TO_REF", to.as_str()),
    ];
    let report = sweep(&repository, &[PUSH, &ends].concat());
    assert_eq!(report.exit, 1);
    assert_eq!(report.token()["origins"][0]["commit"], commit.as_str());
    // What came before is not sent again.
    repository.commit_file("later.py", "print()\n");
    let tip = repository.head();
    let ends = [
        ("PRE_COMMIT_FROM_REF", to.as_str()),
        ("PRE_COMMIT_TO_REF", tip.as_str()),
    ];
    let report = sweep(&repository, &[PUSH, &ends].concat());
    assert_eq!(report.exit, 0, "{:#}", report.document["findings"]);
}

#[test]
fn a_first_push_of_a_whole_history_names_the_branch_only() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = leaky(&repository);
    let report = sweep(&repository, PUSH);
    assert_eq!(report.exit, 1);
    assert_eq!(report.token()["origins"][0]["commit"], commit.as_str());
    // Another branch than the one that is checked out.
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit_file("README.md", "other\n");
    assert_eq!(sweep(&repository, PUSH).exit, 1);
    // An empty value is as good as none.
    let empty = [("PRE_COMMIT_FROM_REF", ""), ("PRE_COMMIT_TO_REF", "")];
    assert_eq!(sweep(&repository, &[PUSH, &empty].concat()).exit, 1);
}

#[test]
fn by_hand_what_is_checked_out_is_meant() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    leaky(&repository);
    assert_eq!(sweep(&repository, &[("PRE_COMMIT", "1")]).exit, 1);
}

#[test]
fn a_tip_that_is_not_here_does_not_pass() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let unknown = [(
        "PRE_COMMIT_TO_REF",
        "0123456789012345678901234567890123456789",
    )];
    let args = ["hook", "run", "pre-push"];
    let output = repository.hubsweep_with(&args, &[PUSH, &unknown].concat(), "");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("is not in this repository"), "{text}");
}

#[test]
fn no_ref_at_all_is_said() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let output = repository.hubsweep_with(&["hook", "run", "pre-push"], &[], "");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("nothing was swept"), "{text}");
}
