//! Folders, and runs of the program in them.
//!
//! In: names, texts and arguments. Out: bytes on disk, and what a run said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hubsweep::rule::template::expand_seeded;
use serde_json::Value;

pub(crate) const NAME: &str = "hubsweep-baseline.toml";

/// A folder that is swept.
pub(crate) struct Workspace {
    place: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("repository")).unwrap();
        Self { place }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.place.path().join("repository")
    }

    /// A file that is not part of what is swept.
    pub(crate) fn beside(&self, name: &str, text: &str) -> String {
        let path = self.place.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from} in\n{text}");
        self.write(name, &text.replace(from, to));
    }

    pub(crate) fn hubsweep(&self, arguments: &[&str]) -> Run {
        run(&self.path(), arguments)
    }

    /// Run that must succeed.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let run = self.hubsweep(arguments);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        run.stdout
    }

    /// How many findings block and how many the baseline knows.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let (report, code) = self.report();
        let of = |list: &str, verdict: &str| {
            let list = report[list].as_array().unwrap();
            list.iter().filter(|one| one["verdict"] == verdict).count()
        };
        let blocking = of("findings", "block");
        assert_eq!(code, Some(i32::from(blocking > 0)));
        (blocking, of("suppressed", "baselined"))
    }

    pub(crate) fn report(&self) -> (Value, Option<i32>) {
        let run = self.hubsweep(&["scan", "--report", "json"]);
        assert!(run.stderr.is_empty(), "{}", run.stderr);
        (serde_json::from_str(&run.stdout).unwrap(), run.code)
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> bool {
        Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@localhost"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap()
            .status
            .success()
    }
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "80")
        .env_remove("NO_COLOR")
        .env_remove("HUBSWEEP_POLICY")
        .env_remove("HUBSWEEP_FINGERPRINT_KEY")
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A Hugging Face token; another for each seed.
pub(crate) fn token(seed: u64) -> String {
    expand_seeded("hf_{alpha:34}", seed)
}

/// A command line with a password somebody thought up, which blocks.
pub(crate) fn mysql(value: &str) -> String {
    format!("mysql -h db.acme.example -u root -p{value} shop\n")
}
