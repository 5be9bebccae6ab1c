//! Create, scan, move, rename, add, update, expire, prune.

use super::workspace::{NAME, Workspace, mysql, token};

fn leaky() -> Workspace {
    let folder = Workspace::new();
    folder.write("train.py", &format!("login('{}')\n", token(1)));
    folder.write("run.sh", &mysql("Sommer2024"));
    folder
}

#[test]
fn what_was_written_down_does_not_block() {
    let folder = leaky();
    assert_eq!(folder.counts(), (2, 0));
    let said = folder.succeeds(&["baseline", "create", "--owner", "ana", "--reason", "legacy"]);
    assert!(
        said.starts_with(&format!("wrote {NAME}: 2 entries")),
        "{said}"
    );
    assert_eq!(folder.counts(), (0, 2));
    let text = folder.succeeds(&["scan"]);
    assert!(text.contains("2 findings: 2 by the baseline"), "{text}");
    let known = &folder.report().0["suppressed"][0];
    assert_eq!(
        (&known["by"], &known["reason"]),
        (&"ana".into(), &"legacy".into())
    );
    assert_eq!(folder.hubsweep(&["scan", "--no-baseline"]).code, Some(1));
    let again = folder.hubsweep(&["baseline", "create"]);
    assert_eq!(again.code, Some(2));
    assert!(
        again.stderr.contains("help: `hubsweep baseline update`"),
        "{}",
        again.stderr
    );
}

#[test]
fn moved_lines_renames_and_squashes_keep_matching() {
    let folder = leaky();
    assert!(folder.git(&["init", "-q"]) && folder.git(&["add", "."]));
    assert!(folder.git(&["commit", "-qm", "one"]));
    folder.succeeds(&["baseline", "create"]);
    let before = folder.read("train.py");
    folder.write("train.py", &format!("import os\n\n\n{before}"));
    folder.write("run.sh", &format!("set -e\n\n{}", mysql("Sommer2024")));
    assert_eq!(folder.counts(), (0, 2));
    std::fs::create_dir(folder.path().join("src")).unwrap();
    assert!(folder.git(&["mv", "train.py", "src/main.py"]));
    assert!(folder.git(&["add", "."]) && folder.git(&["commit", "-qm", "two"]));
    assert!(folder.git(&["reset", "-q", "--soft", "HEAD~1"]));
    assert!(folder.git(&["commit", "-q", "--amend", "-m", "squashed"]));
    assert_eq!(folder.counts(), (0, 2));
    // What can be guessed is known by its path, so that no hash of it is kept.
    assert!(folder.git(&["mv", "run.sh", "start.sh"]));
    assert_eq!(folder.counts(), (1, 1));
}

#[test]
fn a_different_secret_on_the_same_line_is_new() {
    let folder = leaky();
    folder.succeeds(&["baseline", "create"]);
    folder.edit("train.py", &token(1), &token(2));
    assert_eq!(folder.counts(), (1, 1));
    folder.edit("train.py", "login(", &format!("login('{}', ", token(1)));
    assert_eq!(folder.counts(), (1, 2));
}

#[test]
fn a_second_password_at_the_same_place_blocks() {
    let folder = leaky();
    folder.succeeds(&["baseline", "create"]);
    let both = mysql("Sommer2024") + &mysql("Winter2025");
    folder.write("run.sh", &both);
    assert_eq!(folder.counts(), (2, 1));
    let text = folder.hubsweep(&["scan"]).stdout;
    assert!(text.contains("at least one is new"), "{text}");
    let said = folder.succeeds(&["baseline", "update"]);
    assert!(said.contains("raised") && said.contains("run.sh"), "{said}");
    assert_eq!(folder.counts(), (0, 3));
    folder.write("run.sh", &mysql("Winter2025"));
    let said = folder.succeeds(&["baseline", "prune"]);
    assert!(said.contains("lowered"), "{said}");
    folder.write("run.sh", &both);
    assert_eq!(folder.counts(), (2, 1));
}

#[test]
fn stale_entries_are_told_and_pruned() {
    let folder = leaky();
    folder.succeeds(&["baseline", "create"]);
    folder.write("train.py", "login()\n");
    let text = folder.succeeds(&["scan"]);
    assert!(text.contains("matched nothing"), "{text}");
    // A part of the folder cannot tell.
    let part = folder.succeeds(&["scan", "run.sh"]);
    assert!(!part.contains("matched nothing"), "{part}");
    let said = folder.succeeds(&["baseline", "prune"]);
    assert!(
        said.contains("removed  hf-user-token in train.py"),
        "{said}"
    );
    assert!(!folder.read(NAME).contains("hf-user-token"));
    assert_eq!(folder.counts(), (0, 1));
    assert!(!folder.succeeds(&["scan"]).contains("matched nothing"));
}

#[test]
fn nothing_is_pruned_where_not_everything_was_read() {
    let folder = leaky();
    folder.succeeds(&["baseline", "create"]);
    folder.write("train.py", "login()\n");
    folder.write("weights.zip", "PK\u{3}\u{4}\u{14}\0\0\0\u{8}\0trunc");
    let before = folder.read(NAME);
    let run = folder.hubsweep(&["baseline", "prune"]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(
        run.stderr.contains("not everything could be read"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.read(NAME), before);
    // An update only adds, so it may.
    assert_eq!(folder.hubsweep(&["baseline", "update"]).code, Some(3));
}

#[test]
fn an_update_keeps_notes_and_comments() {
    let folder = leaky();
    folder.succeeds(&["baseline", "create"]);
    folder.edit(
        NAME,
        "path = \"train.py\"",
        "path = \"train.py\", owner = \"ana\", reason = \"r\", expires = 2999-12-31",
    );
    folder.edit(NAME, "entries = [\n", "entries = [\n  # asked the team\n");
    folder.write("new.py", &format!("login('{}')\n", token(3)));
    let said = folder.succeeds(&[
        "baseline",
        "update",
        "--owner",
        "ben",
        "--expires",
        "2999-01-01",
    ]);
    assert!(said.contains("added    hf-user-token in new.py"), "{said}");
    let text = folder.read(NAME);
    assert!(
        text.contains(
            "path = \"train.py\", owner = \"ana\", reason = \"r\", expires = 2999-12-31 },"
        ),
        "{text}"
    );
    assert!(
        text.contains("path = \"new.py\", owner = \"ben\", expires = 2999-01-01 },"),
        "{text}"
    );
    assert!(text.contains("  # asked the team\n"), "{text}");
    assert_eq!(folder.counts(), (0, 3));
    folder.succeeds(&["baseline", "update"]);
    assert_eq!(folder.read(NAME), text);
}

#[test]
fn an_entry_holds_until_its_last_day() {
    let folder = leaky();
    folder.succeeds(&[
        "baseline",
        "create",
        "--owner",
        "ana",
        "--expires",
        "2001-01-01",
    ]);
    assert_eq!(folder.counts(), (2, 0));
    let text = folder
        .hubsweep(&["scan"])
        .stdout
        .replace("\n            ", " ");
    assert!(
        text.contains("2 entries expired, the first on 2001-01-01 (lines 8, 9); owner: ana"),
        "{text}"
    );
    let said = folder.succeeds(&["baseline", "update"]);
    assert!(said.contains("not counting any more: 2 entries"), "{said}");
    let said = folder.succeeds(&["baseline", "prune"]);
    assert!(
        said.contains("expired  hf-user-token in train.py"),
        "{said}"
    );
    folder.succeeds(&["baseline", "update"]);
    assert_eq!(folder.counts(), (0, 2));
    let wrong = folder.hubsweep(&["baseline", "update", "--expires", "2026-02-30"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("help: write it as 2026-12-31"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn only_what_blocks_is_written_down_unless_all_is_asked_for() {
    let folder = Workspace::new();
    let user = "mkowalska";
    folder.write("paths.py", &format!("root = '/home/{user}/data/run7'\n"));
    let said = folder.succeeds(&["baseline", "create"]);
    assert_eq!(said, "nothing blocks, so no baseline is needed\n");
    folder.succeeds(&["baseline", "create", "--all"]);
    assert_eq!(folder.counts(), (0, 1));
}

#[test]
fn under_a_policy_the_baseline_does_not_count() {
    let folder = leaky();
    folder.succeeds(&["baseline", "create"]);
    let floor = folder.beside("floor.toml", "fail-on = 'high'\n");
    let run = folder.hubsweep(&["scan", "--policy", &floor]);
    assert_eq!(run.code, Some(1));
    let text = run.stdout.replace("\n            ", " ");
    assert!(
        text.contains("the baseline is not applied under the policy"),
        "{text}"
    );
}

#[test]
fn the_baseline_of_the_repository_holds_for_a_folder_in_it() {
    let folder = leaky();
    folder.write("sub/b.py", &format!("login('{}')\n", token(1)));
    assert!(folder.git(&["init", "-q"]));
    folder.succeeds(&["baseline", "create"]);
    let text = folder.succeeds(&["scan", "sub"]);
    assert!(text.contains("1 by the baseline"), "{text}");
    assert!(!text.contains("matched nothing"), "{text}");
    let run = folder.hubsweep(&["baseline", "prune", "sub"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("is about more than sub"),
        "{}",
        run.stderr
    );
}
