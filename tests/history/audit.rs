//! The audit of a repository: work tree, history and configuration in one run.

use std::fs;

use serde_json::Value;

use crate::repository::{Folder, Report, Repository, token};

fn audit(repository: &Repository, args: &[&str]) -> Report {
    let mut all = vec!["audit", "--report", "json"];
    all.extend(args);
    let output = repository.hubsweep(&all);
    Report {
        document: serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr))),
        exit: output.status.code().unwrap(),
    }
}

fn paths(report: &Report) -> Vec<&str> {
    let found = report.tokens();
    found
        .iter()
        .map(|finding| finding["path"].as_str().unwrap())
        .collect()
}

#[test]
fn everything_is_read_and_nothing_told_twice() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let text = |secret: &str| format!("t = '{secret}'\n");
    let (kept, past, loose) = (token(), token(), token());
    let commit = repository.commit_file("kept.py", &text(&kept));
    repository.commit_file("past.py", &text(&past));
    repository.git(&["rm", "-q", "past.py"]);
    repository.commit("remove");
    repository.write("loose.py", &text(&loose));
    let url = format!("https://user:{}@huggingface.co/a/b", token());
    repository.git(&["remote", "add", "hub", &url]);
    let report = audit(&repository, &[]);
    assert_eq!(
        paths(&report),
        [".git/config", "kept.py", "loose.py", "past.py"]
    );
    assert_eq!(report.exit, 1);
    // The file and the commit that brought it are one finding.
    let kept = &report.tokens()[1]["origins"];
    let kinds: Vec<&Value> = kept
        .as_array()
        .unwrap()
        .iter()
        .map(|origin| &origin["kind"])
        .collect();
    assert_eq!(kinds, ["tree", "commit"]);
    assert_eq!(kept[1]["commit"], commit);
    // Checks of the tree look at the tree alone.
    assert!(report.of("odd-file-name").is_empty());
}

#[test]
fn the_audited_repository_does_not_decide() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let marker = concat!("hubsweep", ":allow");
    let line = format!("t = '{}'  # {marker} hf-user-token fine\n", token());
    repository.write("hubsweep.toml", "exclude = ['hidden.py']\n");
    repository.write("hidden.py", &format!("t = '{}'\n", token()));
    repository.commit_file("marked.py", &line);
    let report = audit(&repository, &[]);
    assert_eq!(paths(&report), ["hidden.py", "marked.py"]);
    assert!(
        report
            .notices()
            .iter()
            .any(|text| text.contains("not applied"))
    );
    let report = audit(&repository, &["--trust"]);
    assert!(report.tokens().is_empty());
    assert_eq!(report.exit, 0);
}

#[test]
fn report_files_with_a_plan() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let secret = token();
    repository.commit_file("x.py", &format!("t = '{secret}'\n"));
    repository.commit_file("x.py", "t = None\n");
    let output = repository.hubsweep(&["audit", "--out", "../out"]);
    assert_eq!(output.status.code(), Some(1));
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let (text, json) = (read("hubsweep-audit.md"), read("hubsweep-audit.json"));
    assert!(
        text.contains("Rotate") && text.contains("git filter-repo"),
        "{text}"
    );
    assert!(!text.contains(&secret) && !json.contains(&secret));
    let document: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["findings"][0]["path"], "x.py");
}

#[test]
fn bare_clones_have_no_work_tree_to_read() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("x.py", &format!("t = '{}'\n", token()));
    repository.git(&["update-ref", "refs/pr/1", "HEAD"]);
    let mirror = folder.clone(&["--mirror", "r"], "mirror");
    let report = audit(&mirror, &[]);
    assert_eq!(paths(&report), ["x.py"]);
    let refs = &report.tokens()[0]["origins"][0]["refs"];
    assert_eq!(*refs, serde_json::json!(["refs/heads/main", "refs/pr/1"]));
    let outside = folder.at(".").hubsweep(&["audit", "."]);
    assert_eq!(outside.status.code(), Some(2));
}

#[test]
fn a_baseline_of_both_is_kept_by_both() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("now.py", &format!("t = '{}'\n", token()));
    repository.commit_file("past.py", &format!("t = '{}'\n", token()));
    repository.commit_file("past.py", "t = None\n");
    let made = repository.hubsweep(&["baseline", "create", "--history"]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let report = audit(&repository, &["--trust"]);
    assert_eq!(report.exit, 0, "{:#}", report.document["findings"]);
    let stale = report
        .notices()
        .iter()
        .any(|text| text.contains("matched nothing"));
    assert!(!stale, "{:?}", report.notices());
}
