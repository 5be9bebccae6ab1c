//! What goes to the client, and when it is not run.

use std::fs;

use crate::stage::{Stage, token};

#[test]
fn a_clean_folder_goes_to_the_client_with_its_arguments_untouched() {
    let stage = Stage::with(&["README.md", "a b/c.txt"]);
    fs::write(stage.path("client/code"), "7").unwrap();
    let words = [
        "--commit-message=a  b",
        "user/model",
        "tree",
        "--exclude",
        "*.tmp",
        "--json",
        "--token",
        "-x",
        "--no-private",
        "--",
        "data/in",
    ];
    let ended = stage.run(&words);
    assert_eq!(ended.code, Some(7), "{}", ended.stderr);
    assert_eq!(stage.calls(), [[&["upload"], &words[..]].concat()]);
    // Stdout is the client's.
    assert_eq!(ended.stdout, "the client speaks\n");
    assert!(ended.stderr.contains("nothing blocks"), "{}", ended.stderr);
}

#[test]
fn a_secret_stops_the_client() {
    let stage = Stage::with(&["README.md"]);
    stage.write("deep/.env", format!("HF_TOKEN={}\n", token()));
    for words in [
        &["user/model", "tree"][..],
        &["user/model", "tree/deep/.env"],
        &["user/model", "tree", "--include", "*.env"],
    ] {
        let ended = stage.run(words);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert!(ended.stderr.contains("[hf-user-token]"));
        assert!(ended.stderr.contains("not uploaded, nothing was sent"));
        ended.assert_hides(&token());
    }
    assert!(stage.calls().is_empty());
    let ended = stage.run(&["user/model", "tree", "--exclude", "*.env"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(stage.calls().len(), 1);
}

#[test]
fn what_cannot_be_read_stops_the_client() {
    let stage = Stage::with(&["README.md"]);
    stage.write("broken.zip", b"PK\x03\x04 and no more");
    let ended = stage.run(&["user/model", "tree"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(stage.calls().is_empty());
}

#[test]
fn a_dry_run_lists_and_runs_nothing() {
    let stage = Stage::with(&["README.md", "data/x.csv"]);
    stage.write(".gitignore", "*.log\n");
    stage.write("run.log", "x");
    let ended = stage.run(&["--dry-run", "user/model", "tree"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let (list, report) = ended.stdout.split_once("\n\n").unwrap();
    assert!(
        list.starts_with("would send 3 files, 25 B, to user/model\n"),
        "{list}"
    );
    assert!(
        list.ends_with("   1 B  run.log  (first 512 bytes: .gitignore)"),
        "{list}"
    );
    assert!(report.contains("nothing blocks"), "{report}");

    let ended = stage.run(&["--dry-run", "--report", "json", "user/model", "tree"]);
    assert!(serde_json::from_str::<serde_json::Value>(&ended.stdout).is_ok());
    assert!(ended.stderr.contains("data/x.csv"));

    stage.write("x.env", format!("T={}", token()));
    let ended = stage.run(&["--dry-run", "user/model", "tree"]);
    assert_eq!(ended.code, Some(1));
    assert!(stage.calls().is_empty());
}

#[test]
fn a_name_that_holds_a_secret_is_masked_in_every_list() {
    let stage = Stage::with(&[]);
    stage.write(&format!("x/{}.txt", token()), "nothing");
    for _ in 0..2 {
        let ended = stage.run(&["--dry-run", "--list", "l", "user/model", "tree"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        ended.assert_hides(&token());
        let list = fs::read_to_string(stage.path("l")).unwrap();
        assert!(!list.contains(&token()), "{list}");
    }
}

#[test]
fn arguments_that_do_not_say_what_is_sent_are_errors() {
    let stage = Stage::with(&["README.md"]);
    for (words, expected) in [
        (
            &["user/m", "tree", "--dry-run"][..],
            "options of hubsweep come before REPO_ID",
        ),
        (&["user/m", "tree", "--glob", "x"], "has no option `--glob`"),
        (
            &["user/m", "tree", "--include"],
            "`--include` needs a value",
        ),
        (&["user/m", "tree", "a", "b"], "not 4 paths"),
        (&["user/m", "tree", "--help"], "`hf upload --help`"),
        (&["--private"], "not 0 paths"),
        (&[], "REPO_ID is missing"),
        (&["user/m", "nowhere"], "no file or folder `nowhere`"),
        (&["user/m"], "no file or folder `m` here"),
        (&["user/m", "~/x/*"], "begins with a tilde"),
        (
            &["user/m", "t*", "--include", "x"],
            "`--include` does not go with a pattern",
        ),
        (
            &["user/m", "t*", "there"],
            "`PATH_IN_REPO` does not go with a pattern",
        ),
        (&["user/m", "tree", "--every", "0"], "a number of minutes"),
        (
            &["user/m", "tree", "--every=1", "--delete", "*"],
            "does not go with `--every`",
        ),
        (
            &["user/m", "tree", "--every=1", "--create-pr"],
            "does not go with `--every`",
        ),
    ] {
        fs::create_dir_all(stage.path("~/x/y")).unwrap();
        let words = if words.contains(&"~/x/*") {
            &["user/m", "~/x"]
        } else {
            words
        };
        let ended = stage.run(words);
        assert_eq!(ended.code, Some(2), "{words:?}");
        assert!(
            ended.stderr.contains(expected),
            "{words:?}: {}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("\nhelp: "),
            "{words:?}: {}",
            ended.stderr
        );
    }
    assert!(stage.calls().is_empty());
}

#[test]
fn a_missing_client_is_said_before_the_sweep() {
    let stage = Stage::with(&["README.md"]);
    let mut command = stage.command();
    let output = command
        .env_remove("HUBSWEEP_HF")
        .env("PATH", stage.path("empty"))
        .args(["user/m", "tree"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("cannot find `hf`"), "{text}");
    assert!(text.contains("help: pip install huggingface_hub"), "{text}");
    assert!(!text.contains("nothing blocks"), "{text}");
}

#[test]
fn what_only_git_ignores_is_said_to_leave() {
    let stage = Stage::with(&[
        "README.md",
        "sub/kept.txt",
        "sub/left.tmp",
        "all.bak",
        "seen.excl",
    ]);
    stage.write("sub/.gitignore", "*.tmp\n");
    let git = |words: &[&str]| {
        let mut command = std::process::Command::new("git");
        let command = command.current_dir(stage.tree()).args(words);
        assert!(command.output().unwrap().status.success());
    };
    git(&["init", "-q"]);
    fs::write(stage.tree().join(".git/info/exclude"), "*.excl\n").unwrap();
    fs::create_dir_all(stage.path("home/.config/git")).unwrap();
    fs::write(stage.path("home/.config/git/ignore"), "*.bak\n").unwrap();
    let mut command = stage.command();
    let command = command.env_remove("XDG_CONFIG_HOME").env("COLUMNS", "240");
    let output = command.args(["user/m", "tree"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let expected = "git ignores 3 files, but they are sent: all.bak, seen.excl, sub/left.tmp;";
    assert!(text.contains(expected), "{text}");
    // Who uploads an ignored folder means to.
    stage.write(".gitignore", "out/\n");
    stage.write("out/model.txt", "x");
    let ended = stage.run(&["--dry-run", "user/m", "tree/out"]);
    assert!(!ended.stdout.contains("git ignores"), "{}", ended.stdout);
}

#[test]
fn a_token_among_the_arguments_is_not_shown() {
    let stage = Stage::with(&["a"]);
    let url = format!("https://user:{}@huggingface.co/user/m", token());
    let glued = format!("-t{}", token());
    let valued = format!("--tokem={}", token());
    for words in [
        &["--dry-run", &url, "tree"][..],
        &["user/m", "tree", &glued],
        &["user/m", "tree", &valued],
        &["user/m", "tree", "--token", &token()],
    ] {
        stage.run(words).assert_hides(&token());
    }
}

#[test]
fn what_the_configuration_excludes_is_sent_and_said_not_to_be_swept() {
    let stage = Stage::with(&["a.txt"]);
    stage.write("hubsweep.toml", "exclude = [\"/vendored/\"]\n");
    stage.write("vendored/x.txt", format!("T={}", token()));
    let ended = stage.run(&["--dry-run", "user/m", "tree"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let expected = "vendored/x.txt  (not swept: hubsweep.toml excludes it)";
    assert!(ended.stdout.contains(expected), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("/vendored/ excluded by the configuration: 1 file"),
        "{}",
        ended.stdout
    );
    let ended = stage.run(&["--dry-run", "--no-config", "user/m", "tree"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
}

#[test]
fn the_client_of_the_tests_is_the_one_that_is_followed() {
    let script = include_str!("../../.ci/run");
    let version = hubsweep::upload::arguments::CLIENT;
    assert!(script.contains(&format!("'huggingface_hub=={version}'")));
}
