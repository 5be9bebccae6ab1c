//! What to do about a blocked push: commands that fit this repository.

use crate::repository::{Folder, Repository, token};

/// The page of a push with these lines.
fn page(repository: &Repository, lines: &str) -> String {
    let args = ["hook", "run", "pre-push", "origin", "the-url"];
    let state = repository.path.join("state");
    let env = [
        ("XDG_STATE_HOME", state.to_str().unwrap()),
        ("COLUMNS", "300"),
    ];
    let output = repository.hubsweep_with(&args, &env, lines);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

/// One ref, as git names it.
fn line(repository: &Repository, local: &str, remote: &str) -> String {
    let id = repository.git(&["rev-parse", local]);
    format!("{local} {} {remote} {}\n", id.trim(), "0".repeat(40))
}

fn leak(repository: &Repository, name: &str) -> String {
    repository.commit_file(name, &format!("t = '{}'\n", token()))
}

fn short(commit: &str) -> &str {
    &commit[..12]
}

#[test]
fn a_rebase_starts_at_the_oldest_of_many_commits_of_one_second() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let first = leak(&repository, "0.py");
    let rest: Vec<String> = (1..9)
        .map(|number| leak(&repository, &format!("{number}.py")))
        .collect();
    let text = page(
        &repository,
        &line(&repository, "refs/heads/main", "refs/heads/main"),
    );
    assert!(text.starts_with("hubsweep stops this push\n\n"), "{text}");
    let rebase = format!("git rebase --interactive {}^\n", short(&first));
    assert!(text.contains(&rebase), "{text}");
    let named = format!(
        "# and mark as `edit`: {}, {}, {}, +6\n",
        short(&first),
        short(&rest[0]),
        short(&rest[1])
    );
    assert!(text.contains(&named), "{text}");
}

#[test]
fn refs_are_those_of_this_clone() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    leak(&repository, "a.py");
    repository.commit_file("b.py", "print()\n");
    for local in ["refs/heads/main", "HEAD"] {
        let text = page(&repository, &line(&repository, local, "refs/heads/release"));
        let command = "git filter-repo --force --refs refs/heads/main \\\n";
        assert!(text.contains(command), "{text}");
        assert!(text.contains("--replace-text "), "{text}");
        assert!(!text.contains("--replace-message"), "{text}");
    }
}

#[test]
fn the_last_commit_is_amended_and_the_first_rebased_from_the_root() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    leak(&repository, "a.py");
    let main = line(&repository, "refs/heads/main", "refs/heads/main");
    let text = page(&repository, &main);
    assert!(
        text.contains("git commit --amend --all --no-edit"),
        "{text}"
    );
    assert!(!text.contains("rebase"), "{text}");
    repository.git(&["checkout", "-q", "--orphan", "fresh"]);
    leak(&repository, "a.py");
    repository.commit_file("b.py", "print()\n");
    let text = page(
        &repository,
        &line(&repository, "refs/heads/fresh", "refs/heads/fresh"),
    );
    assert!(text.contains("git rebase --interactive --root\n"), "{text}");
}

#[test]
fn messages_and_tags_have_commands_of_their_own() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("a.py", "print(1)\n");
    repository.commit(&format!("told: {}", token()));
    repository.commit_file("b.py", "print(2)\n");
    let text = page(
        &repository,
        &line(&repository, "refs/heads/main", "refs/heads/main"),
    );
    assert!(text.contains("--replace-message "), "{text}");
    assert!(!text.contains("--replace-text"), "{text}");
    assert!(text.contains("# and mark as `reword`: "), "{text}");

    let folder = Folder::new();
    let repository = folder.repository("r");
    let message = format!("told: {}", token());
    repository.git(&["tag", "--annotate", "v1", "--message", &message]);
    let text = page(
        &repository,
        &line(&repository, "refs/tags/v1", "refs/tags/v1"),
    );
    let retag = "git tag --force --annotate v1 'v1^{}' # with another message\n";
    assert!(text.contains(retag), "{text}");
    assert!(!text.contains("filter-repo"), "{text}");
    assert!(text.contains("tag message, on tag v1"), "{text}");
}
