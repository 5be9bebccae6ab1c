//! What git makes of two baselines, and what hubsweep makes of that.

use super::workspace::{NAME, Workspace, token};

const LOGINS: u64 = 40;

/// A repository whose baseline has many entries.
fn repository() -> Workspace {
    let folder = Workspace::new();
    for seed in 0..LOGINS {
        folder.write(
            &format!("src/{seed}.py"),
            &format!("login('{}')\n", token(seed)),
        );
    }
    folder.succeeds(&["baseline", "create"]);
    assert!(folder.git(&["init", "-q", "-b", "main"]));
    commit(&folder);
    folder
}

fn commit(folder: &Workspace) {
    assert!(folder.git(&["add", "."]) && folder.git(&["commit", "-qm", "c"]));
}

fn fingerprints(text: &str) -> Vec<&str> {
    let digits = |line: &'_ str| line.find("fingerprint = \"").map(|at| at + 15);
    text.lines()
        .filter_map(|line| digits(line).map(|at| &line[at..at + 35]))
        .collect()
}

#[test]
fn entries_are_sorted_one_a_line() {
    let text = repository().read(NAME);
    let found = fingerprints(&text);
    assert_eq!(found.len() as u64, LOGINS);
    assert!(found.is_sorted());
}

#[test]
fn two_branches_that_each_add_an_entry_merge() {
    let folder = repository();
    // Their fingerprints are fixed, so the test cannot fail by chance.
    let add = |branch: &str, seed: u64| {
        assert!(folder.git(&["switch", "-qc", branch, "main"]));
        folder.write(
            &format!("src/{branch}.py"),
            &format!("login('{}')\n", token(seed)),
        );
        folder.succeeds(&["baseline", "update", "--owner", branch]);
        commit(&folder);
    };
    add("left", 101);
    add("right", 103);
    assert!(
        folder.git(&["merge", "-q", "--no-edit", "left"]),
        "{}",
        folder.read(NAME)
    );
    let text = folder.read(NAME);
    assert_eq!(fingerprints(&text).len() as u64, LOGINS + 2);
    assert!(text.contains("\"left\"") && text.contains("\"right\""));
    assert_eq!(folder.counts(), (0, LOGINS as usize + 2));
}

#[test]
fn entries_in_another_order_hold_and_are_put_right() {
    let folder = repository();
    let text = folder.read(NAME);
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines
        .iter()
        .position(|line| line.contains("fingerprint ="))
        .unwrap();
    lines.swap(first, first + 9);
    folder.write(NAME, &(lines.join("\n") + "\n"));
    assert_eq!(folder.counts(), (0, LOGINS as usize));
    folder.succeeds(&["baseline", "update"]);
    assert_eq!(folder.read(NAME), text);
}

#[test]
fn conflict_markers_and_duplicates_are_errors_with_a_line() {
    let folder = repository();
    let text = folder.read(NAME);
    let row = text
        .lines()
        .find(|line| line.contains("fingerprint ="))
        .unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("fingerprint ="))
        .unwrap()
        + 1;
    for (change, expected) in [
        (
            format!("<<<<<<< HEAD\n{row}\n"),
            format!("{NAME}:{line}: a merge left `<<<<<<<` here"),
        ),
        (
            format!("{row}\n{row}\n"),
            format!("{NAME}:{}: the finding of line {line} again", line + 1),
        ),
    ] {
        folder.write(NAME, &text.replace(&format!("{row}\n"), &change));
        for command in [
            &["scan"][..],
            &["baseline", "update"],
            &["baseline", "prune"],
        ] {
            let run = folder.hubsweep(command);
            assert_eq!(run.code, Some(2));
            assert!(run.stderr.contains(&expected), "{}", run.stderr);
            assert!(run.stderr.contains("\nhelp: "), "{}", run.stderr);
        }
    }
}
