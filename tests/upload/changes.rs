//! What changes between the sweep and the client.

use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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

#[test]
fn the_client_is_not_run_on_files_that_never_hold_still() {
    let stage = Stage::with(&["a.txt"]);
    let end = AtomicBool::new(false);
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut length = 0;
            while !end.load(Ordering::Relaxed) {
                length += 1;
                stage.write("growing.txt", "x".repeat(length));
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let ended = stage.run(&["user/m", "tree"]);
        end.store(true, Ordering::Relaxed);
        ended
    });
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("files change faster than they are swept"),
        "{}",
        ended.stderr
    );
    assert!(stage.calls().is_empty());
}
