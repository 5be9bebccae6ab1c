//! What a push sends, and what a range of commits brings.

use crate::repository::{Folder, Report, Repository, token};

/// The lines git would give its pre-push hook, made by git itself: a hook that
/// keeps its input stands in.
fn push_lines(repository: &Repository, args: &[&str]) -> String {
    let hook = repository.path.join(".git/hooks/pre-push");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(
        &hook,
        "#!/bin/sh\ncat > \"$(git rev-parse --git-dir)/pushed\"\nexit 1\n",
    )
    .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut all = vec!["push"];
    all.extend(args);
    let refused = repository.try_git(&all, &[]);
    assert!(!refused.status.success());
    std::fs::remove_file(&hook).unwrap();
    let kept = repository.path.join(".git/pushed");
    let lines = std::fs::read_to_string(&kept).unwrap_or_default();
    let _ = std::fs::remove_file(kept);
    lines
}

/// The sweep of what `git push REMOTE REFS` would send.
fn push(repository: &Repository, remote: &str, refs: &[&str]) -> Report {
    let mut args = vec![remote];
    args.extend(refs);
    let lines = push_lines(repository, &args);
    judge(repository, remote, &lines)
}

fn judge(repository: &Repository, remote: &str, lines: &str) -> Report {
    let args = [
        "hook", "run", "pre-push", "--report", "json", remote, "the-url",
    ];
    let output = repository.hubsweep_with(&args, &[], lines);
    let text = String::from_utf8_lossy(&output.stdout);
    Report {
        document: serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr))),
        exit: output.status.code().unwrap(),
    }
}

/// A clone of an upstream whose main has one harmless commit.
fn clone(folder: &Folder) -> Repository {
    folder
        .repository("upstream")
        .git(&["config", "receive.denyCurrentBranch", "ignore"]);
    folder.clone(&["upstream"], "r")
}

fn leak() -> String {
    format!("t = '{}'\n", token())
}

#[test]
fn a_commit_on_a_known_branch_and_a_new_branch() {
    for name in ["main", "feature"] {
        let folder = Folder::new();
        let repository = clone(&folder);
        repository.git(&["checkout", "-q", "-B", name]);
        let commit = repository.commit_file("x.py", &leak());
        let report = push(&repository, "origin", &[name]);
        let finding = report.token();
        assert_eq!(finding["origins"][0]["commit"], commit);
        assert_eq!(
            finding["origins"][0]["refs"][0],
            format!("refs/heads/{name}")
        );
        assert_eq!(report.exit, 1);
        // Only what is new is read: the file, its name and the message.
        assert_eq!(report.document["coverage"]["files"], 1);
    }
}

#[test]
fn a_leak_in_the_middle_is_sent_although_it_is_gone_at_the_tip() {
    let folder = Folder::new();
    let repository = clone(&folder);
    let commit = repository.commit_file("x.py", &leak());
    repository.commit_file("x.py", "t = None\n");
    let report = push(&repository, "origin", &["main"]);
    assert_eq!(report.token()["origins"][0]["commit"], commit);
    assert_eq!(report.token()["origins"][0]["in_head"], false);
}

#[test]
fn what_the_remote_has_is_not_read_again() {
    let folder = Folder::new();
    folder.repository("upstream").commit_file("old.py", &leak());
    let repository = folder.clone(&["upstream"], "r");
    repository.commit_file("new.py", "print()\n");
    let report = push(&repository, "origin", &["main"]);
    assert!(report.tokens().is_empty());
    assert_eq!(report.exit, 0);
    // Under another name it is no new content, and blocks nothing.
    repository.git(&["mv", "old.py", "moved.py"]);
    repository.commit("move");
    let report = push(&repository, "origin", &["main"]);
    assert_eq!(report.token()["verdict"], "report");
    assert_eq!(report.exit, 0);
}

#[test]
fn what_an_old_commit_of_the_remote_had_blocks_nothing_when_it_comes_back() {
    let folder = Folder::new();
    let upstream = folder.repository("upstream");
    upstream.commit_file("old.py", &leak());
    upstream.commit_file("old.py", "t = None\n");
    upstream.commit_file("other.py", "print()\n");
    let repository = folder.clone(&["upstream"], "r");
    repository.git(&["checkout", "-q", "HEAD~2", "old.py"]);
    repository.commit("back");
    let report = push(&repository, "origin", &["main"]);
    assert_eq!(report.token()["verdict"], "report");
    assert_eq!(report.token()["evidence"][0], "already published on origin");
    assert_eq!(report.exit, 0);
}

#[test]
fn several_refs_tags_and_pull_requests() {
    let folder = Folder::new();
    let repository = clone(&folder);
    for name in ["one", "two"] {
        repository.git(&["checkout", "-q", "-b", name, "main"]);
        repository.commit_file(&format!("{name}.py"), &leak());
    }
    let message = format!("made with {}", token());
    repository.git(&["tag", "-a", "v1", "-m", &message, "main"]);
    repository.git(&["checkout", "-q", "--detach", "main"]);
    repository.commit_file("three.py", &leak());
    let refs = ["one", "two:refs/pr/4", "v1", "HEAD:refs/heads/three"];
    let report = push(&repository, "origin", &refs);
    let mut paths: Vec<&str> = report
        .tokens()
        .iter()
        .map(|finding| finding["path"].as_str().unwrap())
        .map(|path| path.split(' ').next().unwrap())
        .collect();
    paths.sort_unstable();
    assert_eq!(paths, ["one.py", "tag", "three.py", "two.py"]);
}

#[test]
fn a_lightweight_tag_brings_its_commits() {
    let folder = Folder::new();
    let repository = clone(&folder);
    repository.git(&["checkout", "-q", "--detach"]);
    repository.commit_file("x.py", &leak());
    repository.git(&["tag", "light"]);
    let report = push(&repository, "origin", &["light"]);
    assert_eq!(report.token()["origins"][0]["refs"][0], "refs/tags/light");
}

#[test]
fn deletions_send_nothing_and_an_empty_input_neither() {
    let folder = Folder::new();
    let repository = clone(&folder);
    repository.git(&["push", "-q", "origin", "main:old"]);
    repository.commit_file("x.py", &leak());
    for lines in [push_lines(&repository, &["origin", ":old"]), String::new()] {
        let report = judge(&repository, "origin", &lines);
        assert_eq!(report.document["coverage"]["objects"], 0);
        assert_eq!(report.exit, 0);
    }
}

#[test]
fn a_forced_push_sends_what_the_remote_lacks() {
    let folder = Folder::new();
    let repository = clone(&folder);
    repository.commit_file("a.py", "a\n");
    repository.git(&["push", "-q", "origin", "main"]);
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repository.commit_file("b.py", &leak());
    let report = push(&repository, "origin", &["+main"]);
    assert_eq!(report.token()["path"], "b.py");
    assert_eq!(report.document["coverage"]["files"], 1);
}

#[test]
fn a_remote_object_unknown_here_hides_nothing() {
    let folder = Folder::new();
    let repository = clone(&folder);
    let commit = repository.commit_file("x.py", &leak());
    let unknown = "1234567890".repeat(4);
    let lines = format!("refs/heads/main {commit} refs/heads/main {unknown}\n");
    let report = judge(&repository, "origin", &lines);
    assert_eq!(report.token()["path"], "x.py");
    assert!(report.is_complete());
}

#[test]
fn the_first_push_to_an_empty_remote_sends_everything() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("x.py", &leak());
    repository.commit_file("x.py", "t = None\n");
    folder.clone(&["--bare", "r"], "empty.git");
    std::fs::remove_dir_all(folder.path().join("empty.git")).unwrap();
    repository.git(&["init", "-q", "--bare", "../empty.git"]);
    repository.git(&["remote", "add", "hub", "../empty.git"]);
    let report = push(&repository, "hub", &["main"]);
    assert_eq!(report.token()["path"], "x.py");
    assert_eq!(report.exit, 1);
    // A remote that is named by its URL has no refs here.
    let report = push(&repository, "../empty.git", &["main"]);
    assert_eq!(report.token()["path"], "x.py");
}

#[test]
fn a_fork_s_first_push_is_told_what_is_published_already() {
    let folder = Folder::new();
    folder.repository("upstream").commit_file("old.py", &leak());
    let repository = folder.clone(&["upstream"], "r");
    repository.git(&["init", "-q", "--bare", "../fork.git"]);
    repository.git(&["remote", "add", "fork", "../fork.git"]);
    let report = push(&repository, "fork", &["main"]);
    let finding = report.token();
    assert_eq!(finding["verdict"], "report");
    assert_eq!(finding["evidence"][0], "already published on origin");
    assert_eq!(finding["origins"][0]["published"][0], "origin");
    assert_eq!(report.exit, 0);
    repository.commit_file("new.py", &leak());
    let report = push(&repository, "fork", &["main"]);
    assert_eq!(report.tokens().len(), 2);
    assert_eq!(report.exit, 1);
}

#[test]
fn merges_of_what_the_remote_has_bring_only_what_is_new() {
    let folder = Folder::new();
    let repository = clone(&folder);
    repository.git(&["checkout", "-q", "-b", "side"]);
    repository.commit_file("side.py", &leak());
    repository.git(&["push", "-q", "origin", "side"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit_file("main.py", "x\n");
    repository.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    assert!(push(&repository, "origin", &["main"]).tokens().is_empty());
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repository.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let evil = repository.commit_file("evil.py", &leak());
    let report = push(&repository, "origin", &["main"]);
    assert_eq!(report.token()["origins"][0]["commit"], evil);
}

#[test]
fn clocks_that_go_backwards_hide_nothing() {
    let folder = Folder::new();
    let repository = clone(&folder);
    for (number, year) in ["2001", "2030", "1999", "2031"].iter().enumerate() {
        repository.write(&format!("f{number}.py"), &leak());
        repository.git(&["add", "-A"]);
        let date = format!("{year}-01-01T00:00:00Z");
        let env = [
            ("GIT_COMMITTER_DATE", date.as_str()),
            ("GIT_AUTHOR_DATE", &date),
        ];
        repository.git_with(&["commit", "-q", "-m", "x"], &env, "");
    }
    assert_eq!(push(&repository, "origin", &["main"]).tokens().len(), 4);
}

#[test]
fn messages_and_notes_are_sent_too() {
    let folder = Folder::new();
    let repository = clone(&folder);
    repository.commit(&format!("log in with {}", token()));
    repository.git(&["notes", "add", "-m", &format!("see {}", token())]);
    let report = push(&repository, "origin", &["main", "refs/notes/commits"]);
    let kinds: Vec<&str> = report
        .tokens()
        .iter()
        .map(|finding| finding["origins"][0]["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["commit-message", "note"]);
}

#[test]
fn lines_of_another_form_stop_the_push() {
    let folder = Folder::new();
    let repository = clone(&folder);
    let args = ["hook", "run", "pre-push", "origin", "url"];
    let output = repository.hubsweep_with(&args, &[], "refs/heads/main\n");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn ranges_and_their_ends() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let first = repository.head();
    repository.commit_file("a.py", &leak());
    let second = repository.commit_file("b.py", &leak());
    repository.commit_file("c.py", &leak());
    let count = |args: &[&str]| repository.sweep(args).tokens().len();
    assert_eq!(count(&["--range", &format!("{first}..HEAD")]), 3);
    assert_eq!(count(&["--range", &format!("{first}..{second}")]), 2);
    assert_eq!(count(&["--range", &format!("{second}...main")]), 1);
    assert_eq!(count(&["--range", "HEAD~1.."]), 1);
    assert_eq!(count(&["--since-commit", &second]), 1);
    assert_eq!(count(&["--range", "HEAD..HEAD"]), 0);
    let unknown = repository.hubsweep(&["scan", "--range", "nowhere..HEAD"]);
    assert_eq!(unknown.status.code(), Some(2));
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(said.contains("fetch-depth: 0"), "{said}");
    let no_range = repository.hubsweep(&["scan", "--range", "main"]);
    assert_eq!(no_range.status.code(), Some(2));
}

#[test]
fn a_change_cannot_allow_its_own_leak() {
    let marker = concat!("hubsweep", ":allow");
    let folder = Folder::new();
    let repository = folder.repository("r");
    let known = format!("t = '{}'  # {marker} hf-user-token a test token\n", token());
    repository.commit_file("known.py", &known);
    repository.git(&["branch", "base"]);
    // A file that had an allowed token changes beside it.
    repository.commit_file("known.py", &format!("# more\n{known}"));
    let report = repository.sweep(&["--range", "base..main"]);
    assert_eq!(report.exit, 0, "{:#}", report.document["findings"]);
    let fresh = format!("t = '{}'  # {marker} hf-user-token trust me\n", token());
    repository.commit_file("fresh.py", &fresh);
    let report = repository.sweep(&["--range", "base..main"]);
    assert_eq!(report.token()["path"], "fresh.py");
    assert_eq!(report.exit, 1);
    assert!(
        report
            .notices()
            .iter()
            .any(|text| text.contains("lowers the gate"))
    );
    repository.write("hubsweep.toml", "exclude = ['*.py']\n");
    repository.commit("exclude");
    let report = repository.sweep(&["--range", "base..main"]);
    assert_eq!(report.exit, 1);
    let lowers = |text: &&str| text.contains("lowers the gate") && text.contains("exclude");
    assert!(
        report.notices().iter().any(lowers),
        "{:?}",
        report.notices()
    );
    // Once it is on the base it counts.
    repository.git(&["branch", "-f", "base", "main"]);
    repository.commit_file("later.py", &leak());
    assert_eq!(repository.sweep(&["--range", "base..main"]).exit, 0);
}
