//! What nobody may be talked out of: contents under other names, remotes that
//! are not what they were, settings that name commands.

use crate::hostile::leak;
use crate::repository::{Folder, token};
use std::fs;

#[test]
fn a_content_excluded_where_it_was_first_is_read_where_it_is_not() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let text = leak();
    repository.write("hubsweep.toml", "exclude = ['docs/']\n");
    repository.commit_file("docs/a.py", &text);
    repository.write("src/a.py", &text);
    repository.git(&["rm", "-q", "docs/a.py"]);
    repository.commit("move");
    let report = repository.sweep(&["--history"]);
    let paths: Vec<&str> = report.token()["origins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|origin| origin["path"].as_str().unwrap())
        .collect();
    assert!(paths.contains(&"src/a.py"), "{paths:?}");
}

#[test]
fn a_new_name_of_a_folder_with_known_files_is_read() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.write("one/a.txt", "known\n");
    repository.write("one/b.txt", "known too\n");
    repository.commit("one");
    let name = token();
    repository.commit_file(&format!("{name}/a.txt"), "known\n");
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.tokens().len(), 1);
    assert!(!report.document.to_string().contains(&name));
}

#[test]
fn a_known_content_is_judged_under_the_name_of_a_credential_file() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let text = "{\"username\": \"someone\", \"key\": \"0c7a3f19be52d8460c7a3f19be52d846\"}\n";
    repository.commit_file("settings.json", text);
    repository.git(&["mv", "settings.json", "kaggle.json"]);
    repository.commit("rename");
    let report = repository.sweep(&["--history"]);
    let findings = report.document["findings"].as_array().unwrap();
    let stray = findings
        .iter()
        .find(|finding| finding["rule"] == "kaggle-login" && finding["path"] == "kaggle.json");
    assert!(stray.is_some(), "{findings:#?}");
}

#[test]
fn what_the_framework_cannot_name_is_no_deletion() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("x.py", &leak());
    let env = |to: &'static str| {
        [
            ("PRE_COMMIT", "1"),
            ("PRE_COMMIT_REMOTE_NAME", "origin"),
            ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main"),
            ("PRE_COMMIT_TO_REF", to),
        ]
    };
    let exit = |to| {
        let run = repository.hubsweep_with(&["hook", "run", "pre-push"], &env(to), "");
        run.status.code()
    };
    assert_eq!(exit("HEAD"), Some(1));
    assert_eq!(exit("1234567890123456789012345678901234567890"), Some(2));
    assert_eq!(exit("no-such-branch"), Some(2));
    assert_eq!(exit("0000000000000000000000000000000000000000"), Some(0));
}

#[test]
fn a_remote_that_was_made_anew_has_nothing() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.git(&["remote", "add", "origin", "nowhere"]);
    let leaked = repository.commit_file("x.py", &leak());
    // It was pushed before, as far as this clone knows.
    repository.git(&["update-ref", "refs/remotes/origin/main", &leaked]);
    let zeros = "0".repeat(40);
    let run = |there: &str| {
        let lines = format!("refs/heads/main {leaked} refs/heads/main {there}\n");
        let args = ["hook", "run", "pre-push", "origin", "nowhere"];
        repository.hubsweep_with(&args, &[], &lines).status.code()
    };
    assert_eq!(run(&leaked), Some(0));
    assert_eq!(run(&zeros), Some(1));
}

#[test]
fn a_base_that_cannot_be_read_decides_nothing() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("hubsweep.toml", "fail-on = 'low'\n");
    let object = repository.git(&["rev-parse", "HEAD:hubsweep.toml"]);
    repository.commit_file("x.py", "x = 1\n");
    let run = || {
        let args = ["scan", "--range", "HEAD~1..HEAD"];
        repository.hubsweep(&args).status.code()
    };
    assert_eq!(run(), Some(0));
    let objects = repository.path.join(".git/objects");
    fs::remove_file(objects.join(&object[..2]).join(&object[2..])).unwrap();
    assert_eq!(run(), Some(2));
}

#[test]
#[cfg(unix)]
fn no_command_of_the_repository_s_settings_runs() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let repository = folder.at("r");
    fs::create_dir(&repository.path).unwrap();
    repository.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    repository.commit_file("a.txt", "a\n");
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let text = format!(
        "tree {tree}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\
         gpgsig-sha256 -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----\n\nm\n"
    );
    let hash = ["hash-object", "-t", "commit", "-w", "--stdin"];
    let signed = repository.git_with(&hash, &[], &text);
    repository.git(&["reset", "-q", "--hard", &signed]);
    let ran = folder.path().join("ran");
    let script = folder.path().join("script");
    fs::write(
        &script,
        format!("#!/bin/sh\necho x >> '{}'\n", ran.display()),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let script = script.to_str().unwrap();
    for (key, value) in [
        ("log.showSignature", "true"),
        ("gpg.program", script),
        ("core.fsmonitor", script),
        ("core.sshCommand", script),
        ("core.pager", script),
        ("diff.external", script),
        ("filter.f.clean", script),
        ("filter.f.smudge", script),
        ("diff.f.textconv", script),
    ] {
        repository.git(&["config", key, value]);
    }
    repository.write(".git/info/attributes", "* filter=f diff=f\n");
    repository.write("b.txt", "b\n");
    for args in [
        &["scan", "--history"][..],
        &["scan", "--staged"],
        &["scan", "--range", "HEAD..HEAD"],
        &["scan", "."],
        &["audit"],
    ] {
        let output = repository.hubsweep(args);
        assert!(output.status.code().is_some_and(|code| code != 2));
        assert!(!ran.exists(), "{args:?}");
    }
}

#[test]
fn a_message_nobody_edits_keeps_its_comments() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.write("MESSAGE", &format!("title\n# {}\n", leak()));
    let run = |editor: &str| {
        let args = ["hook", "run", "commit-msg", "MESSAGE"];
        let run = repository.hubsweep_with(&args, &[("GIT_EDITOR", editor)], "");
        run.status.code()
    };
    assert_eq!(run(":"), Some(1));
    assert_eq!(run("vi"), Some(0));
    repository.git(&["config", "commit.cleanup", "scissors"]);
    assert_eq!(run("vi"), Some(1));
}
