//! What changes between the sweep and the client.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use hubsweep::engine::Engine;
use hubsweep::policy::{Policy, PolicyInputs};
use hubsweep::rule::Catalogue;
use hubsweep::scan::Progress;
use hubsweep::source::{Request, What};
use hubsweep::upload::{self, Setup, UploadError};

use crate::stage::{Stage, token};

struct Silent;

impl Progress for Silent {
    fn total(&self, _: u64, _: u64) {}
    fn done(&self, _: u64) {}
}

fn with_setup(stage: &Stage, test: impl FnOnce(&Setup<'_>)) {
    let engine = Engine::new(&Catalogue::builtin().unwrap());
    let policy = Policy::new(PolicyInputs::default());
    let request = || -> Result<Request, UploadError> {
        Ok(Request {
            what: What::Folder {
                path: stage.tree(),
                include: Vec::new(),
                exclude: Vec::new(),
            },
            to: ".".to_owned(),
            config_exclude: Vec::new(),
        })
    };
    test(&Setup {
        request: &request,
        engine: &engine,
        policy: &policy,
        threads: 1,
        progress: &Silent,
        interrupt: &AtomicBool::new(false),
    });
}

#[test]
fn only_what_changed_since_is_swept_again() {
    let stage = Stage::with(&["a.txt", "b.txt", "c.txt"]);
    with_setup(&stage, |setup| {
        let mut swept = upload::sweep(setup, None).unwrap();
        assert_eq!(swept.report.coverage.files, 3);
        assert!(upload::sweep_changed(setup, &swept).unwrap().is_none());
        assert!(swept.changed().is_empty());

        // New, changed and gone.
        stage.write("new.env", format!("T={}", token()));
        stage.write("a.txt", "A.TXT");
        fs::remove_file(stage.tree().join("c.txt")).unwrap();
        assert_eq!(swept.changed(), ["a.txt", "c.txt"]);
        let again = upload::sweep_changed(setup, &swept).unwrap().unwrap();
        assert_eq!(again.report.coverage.files, 2);
        assert!(again.report.blocks());
        swept.absorb(again);
        assert!(swept.report.blocks());
        assert!(upload::sweep_changed(setup, &swept).unwrap().is_none());

        // What is mended is no longer told.
        stage.write("new.env", "T=");
        let again = upload::sweep_changed(setup, &swept).unwrap().unwrap();
        swept.absorb(again);
        assert!(!swept.report.blocks(), "{:?}", swept.report.findings);
    });
}

#[test]
fn a_file_that_is_no_longer_ignored_is_swept_whole() {
    let stage = Stage::with(&["a.txt"]);
    stage.write(".gitignore", "*.log\n");
    stage.write("x.log", format!("{}{}", "-".repeat(600), token()));
    with_setup(&stage, |setup| {
        let swept = upload::sweep(setup, None).unwrap();
        assert!(!swept.report.blocks());
        stage.write(".gitignore", "*.lag\n");
        let again = upload::sweep_changed(setup, &swept).unwrap().unwrap();
        assert!(again.report.blocks());
    });
}

#[test]
fn files_that_never_hold_still_are_not_uploaded() {
    let stage = Stage::with(&["a.txt"]);
    let engine = Engine::new(&Catalogue::builtin().unwrap());
    let policy = Policy::new(PolicyInputs::default());
    let asked = Cell::new(0);
    let request = || -> Result<Request, UploadError> {
        asked.set(asked.get() + 1);
        stage.write("growing.txt", "x".repeat(asked.get()));
        Ok(Request {
            what: What::Folder {
                path: stage.tree(),
                include: Vec::new(),
                exclude: Vec::new(),
            },
            to: ".".to_owned(),
            config_exclude: Vec::new(),
        })
    };
    let setup = Setup {
        request: &request,
        engine: &engine,
        policy: &policy,
        threads: 1,
        progress: &Silent,
        interrupt: &AtomicBool::new(false),
    };
    let mut swept = upload::sweep(&setup, None).unwrap();
    for _ in 0..4 {
        let again = upload::sweep_changed(&setup, &swept).unwrap();
        swept.absorb(again.unwrap());
    }
}

#[test]
fn what_changes_under_the_client_is_said() {
    let stage = Stage::with(&["a.txt", "log.txt"]);
    fs::write(stage.path("client/then.sh"), "echo more >> tree/log.txt\n").unwrap();
    let ended = stage.run(&["user/m", "tree"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("warning: log.txt changed during the upload"),
        "{}",
        ended.stderr
    );
}

/// Each time the plan is asked for, a file is no longer what it was.
#[test]
fn the_client_is_not_run_on_files_that_never_hold_still() {
    let stage = Stage::with(&["growing.txt"]);
    let plan = stage.path("plan.jsonl");
    let made = Command::new("mkfifo").arg(&plan).status();
    assert!(made.unwrap().success());
    let growing = stage.tree().join("growing.txt");
    std::thread::spawn(move || {
        let text = concat!(
            r#"{"type": "header", "source": "tree", "dest": "hf://buckets/user/b"}"#,
            "\n",
            r#"{"type": "operation", "action": "upload", "path": "growing.txt"}"#,
            "\n"
        );
        for length in 1.. {
            // Opening a pipe waits for its reader.
            let Ok(mut pipe) = fs::File::options().write(true).open(&plan) else {
                break;
            };
            if fs::write(&growing, "x".repeat(length)).is_err() {
                break;
            }
            // A reader that has just gone comes back.
            let _ = pipe.write_all(text.as_bytes());
        }
    });
    let ended = stage.run(&["--plan", "plan.jsonl"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let expected = "files change faster than they are swept";
    assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    assert!(stage.calls().is_empty());
}
