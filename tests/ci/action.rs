//! `ci/action.sh`, event by event.

use std::fs;

use crate::stage::{NONE, Outcome, Stage, UNKNOWN};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ci/action.sh");

fn scan(stage: &Stage, variables: &[(&str, &str)]) -> Outcome {
    stage.run(&[SCRIPT, "scan"], variables)
}

fn push<'a>(stage: &'a Stage, before: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_REF", "refs/heads/work"),
        ("EVENT_BEFORE", before),
        ("EVENT_AFTER", &stage.commits[2]),
        ("EVENT_DEFAULT_BRANCH", "main"),
    ]
}

fn pull_request<'a>(base: &'a str, head: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("EVENT_BASE", base),
        ("EVENT_HEAD", head),
    ]
}

fn range(from: &str, to: &str) -> Vec<String> {
    vec![format!("--range={from}..{to}")]
}

#[test]
fn a_pull_request_is_what_it_adds_to_its_base() {
    let stage = Stage::new();
    let [first, _, last] = &stage.commits[..] else {
        panic!()
    };
    let outcome = scan(&stage, &pull_request(first, last));
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
    assert_eq!(outcome.what(), range(first, last));
    let reports = &outcome.args.unwrap()[2..];
    let runner = stage.path("runner").display().to_string();
    assert_eq!(
        reports,
        [
            "--report".to_owned(),
            "github".to_owned(),
            format!("--report=sarif={runner}/hubsweep.sarif"),
            format!("--report=markdown={runner}/hubsweep.md"),
        ]
    );
    assert_eq!(
        fs::read_to_string(stage.path("summary")).unwrap(),
        "written\n"
    );
}

#[test]
fn a_pull_request_is_never_swept_against_anything_else() {
    let stage = Stage::new();
    let last = &stage.commits[2];
    for event in [pull_request(UNKNOWN, last), pull_request(last, UNKNOWN)] {
        let outcome = scan(&stage, &event);
        assert_eq!((outcome.code, outcome.args), (3, None));
        assert!(
            outcome.stdout.contains("fetch-depth: 0"),
            "{}",
            outcome.stdout
        );
        assert!(outcome.outputs.contains("exit-code=3\n"));
    }
    let outcome = scan(&stage, &pull_request("", last));
    assert_eq!((outcome.code, outcome.args), (2, None));
}

#[test]
fn a_push_is_from_before_to_after() {
    let stage = Stage::new();
    let outcome = scan(&stage, &push(&stage, &stage.commits[1]));
    assert_eq!(outcome.what(), range(&stage.commits[1], &stage.commits[2]));
}

#[test]
fn new_branches_and_forced_pushes_start_at_the_default_branch() {
    for before in [NONE, UNKNOWN, ""] {
        let stage = Stage::new();
        let outcome = scan(&stage, &push(&stage, before));
        assert_eq!(outcome.what(), range(&stage.commits[1], &stage.commits[2]));
    }
}

#[test]
fn without_a_base_everything_is_swept() {
    for before in [NONE, UNKNOWN] {
        let stage = Stage::new();
        let mut first = push(&stage, before);
        first[1].1 = "refs/heads/main";
        assert_eq!(scan(&stage, &first).what(), ["--history"]);
        let mut unknown = push(&stage, before);
        unknown[4].1 = "trunk";
        assert_eq!(scan(&stage, &unknown).what(), ["--history"]);
    }
    let stage = Stage::new();
    for event in ["schedule", "workflow_dispatch"] {
        let outcome = scan(&stage, &[("GITHUB_EVENT_NAME", event)]);
        assert_eq!(outcome.what(), ["--history"]);
    }
}

#[test]
fn a_shallow_clone_is_told_what_to_do() {
    let stage = Stage::new();
    stage.make_shallow();
    let [first, _, last] = &stage.commits[..] else {
        panic!()
    };
    for event in [&push(&stage, first)[..], &pull_request(first, last)] {
        let outcome = scan(&stage, event);
        assert_eq!(
            (outcome.code, outcome.args),
            (3, None),
            "{}",
            outcome.stdout
        );
        assert!(
            outcome.stdout.contains("fetch-depth: 0"),
            "{}",
            outcome.stdout
        );
    }
    let outcome = scan(&stage, &[("INPUT_RANGE", "history"), ("FAKE_EXIT", "3")]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stdout.contains("::warning"), "{}", outcome.stdout);
}

#[test]
fn a_deleted_ref_has_nothing_to_sweep() {
    let stage = Stage::new();
    let mut event = push(&stage, &stage.commits[1]);
    event[3].1 = NONE;
    let outcome = scan(&stage, &event);
    assert_eq!((outcome.code, outcome.args), (0, None));
    assert_eq!(outcome.outputs, "exit-code=0\n");
}

#[test]
fn inputs_become_arguments() {
    let stage = Stage::new();
    fs::create_dir(stage.path("repo").join("sub dir")).unwrap();
    let outcome = scan(
        &stage,
        &[
            ("INPUT_RANGE", "tree"),
            ("INPUT_PATH", "sub dir"),
            ("INPUT_FAIL_ON", "medium"),
            ("INPUT_POLICY", "floor.toml"),
            ("INPUT_ARGS", "--exclude *.bin\n  --threads 1"),
        ],
    );
    let args = outcome.args.unwrap();
    assert_eq!(args[0], "scan");
    assert_eq!(
        args[5..],
        [
            "--fail-on=medium",
            "--policy=floor.toml",
            "--exclude",
            "*.bin",
            "--threads",
            "1",
            "sub dir",
        ]
    );
    let given = scan(&stage, &[("INPUT_RANGE", "v1..v2")]);
    assert_eq!(given.what(), ["--range=v1..v2"]);
    assert_eq!(scan(&stage, &[("INPUT_RANGE", "all")]).code, 2);
}

#[test]
fn the_exit_code_and_the_report_are_handed_on() {
    let stage = Stage::new();
    let outcome = scan(&stage, &[("INPUT_RANGE", "tree"), ("FAKE_EXIT", "1")]);
    assert_eq!(outcome.code, 1);
    let sarif = stage.path("runner").join("hubsweep.sarif");
    assert_eq!(
        outcome.outputs,
        format!("exit-code=1\nsarif={}\n", sarif.display())
    );
}

#[test]
fn names_are_never_run() {
    let stage = Stage::new();
    let hostile = "$(touch pwned)`touch pwned`;touch pwned;--config=x";
    let mut event = push(&stage, NONE);
    event[4].1 = hostile;
    assert_eq!(scan(&stage, &event).what(), ["--history"]);
    let outcome = scan(&stage, &pull_request(hostile, hostile));
    assert_eq!(outcome.code, 2);
    assert!(!outcome.stdout.contains("touch"), "{}", outcome.stdout);
    let range = format!("a..{hostile}");
    let outcome = scan(
        &stage,
        &[("INPUT_RANGE", &range), ("INPUT_ARGS", "$(touch pwned)")],
    );
    assert_eq!(outcome.what(), [format!("--range={range}")]);
    assert!(!stage.path("repo").join("pwned").exists());
}

#[test]
fn the_version_installed_is_the_actions_own() {
    let stage = Stage::new();
    let python = r#"#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >"$STAGE/args"\n' >"$3/bin/python"
chmod +x "$3/bin/python"
"#;
    stage.program("python3", python);
    let own = concat!("hubsweep==", env!("CARGO_PKG_VERSION"));
    for (version, expected) in [("", own), ("9.8.7", "hubsweep==9.8.7")] {
        let outcome = stage.run(&[SCRIPT, "install"], &[("INPUT_VERSION", version)]);
        assert_eq!(outcome.code, 0, "{}", outcome.stdout);
        assert_eq!(outcome.args.unwrap().last().unwrap(), expected);
    }
    let paths = fs::read_to_string(stage.path("paths")).unwrap();
    let bin = stage.path("runner").join("hubsweep-venv/bin");
    assert_eq!(paths.lines().next(), bin.to_str());
    let outcome = stage.run(&[SCRIPT, "install"], &[("INPUT_VERSION", "installed")]);
    assert_eq!(outcome.args.unwrap(), ["--version"]);
}
