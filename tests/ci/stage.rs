//! A repository, a `hubsweep` that writes down its arguments, and a way to run a
//! script between the two.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// An id of no commit.
pub(crate) const UNKNOWN: &str = "1234567890abcdef1234567890abcdef12345678";
/// What events name where there is none.
pub(crate) const NONE: &str = "0000000000000000000000000000000000000000";

/// A temporary folder with all that a script needs.
pub(crate) struct Stage {
    folder: TempDir,
    /// Commits of the repository, oldest first: two on main, one on a branch.
    pub(crate) commits: Vec<String>,
}

/// What a script did.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    /// Arguments of hubsweep; `None` when it was not run.
    pub(crate) args: Option<Vec<String>>,
    pub(crate) stdout: String,
    /// Lines of `$GITHUB_OUTPUT`.
    pub(crate) outputs: String,
}

impl Outcome {
    /// The arguments that say what is swept.
    pub(crate) fn what(&self) -> &[String] {
        let args = self
            .args
            .as_deref()
            .unwrap_or_else(|| panic!("not run: {}", self.stdout));
        let end = args.iter().position(|arg| arg.starts_with("--report"));
        &args[1..end.unwrap()]
    }
}

const FAKE: &str = r#"#!/bin/sh
for arg; do printf '%s\n' "$arg"; done >"$STAGE/args"
for arg; do
  case $arg in --report=*=*) echo written >"${arg##*=}" ;; esac
done
exit "${FAKE_EXIT:-0}"
"#;

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["bin", "runner"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let mut stage = Self {
            folder,
            commits: Vec::new(),
        };
        stage.program("hubsweep", FAKE);
        stage.git(".", &["init", "--quiet", "--initial-branch=main", "repo"]);
        stage.commit();
        stage.commit();
        stage.git("repo", &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        stage.git("repo", &["switch", "--quiet", "--create", "work"]);
        stage.commit();
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Put a program on the path.
    pub(crate) fn program(&self, name: &str, text: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn git(&self, folder: &str, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path(folder)).args(args);
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ] {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&mut self) {
        self.git(
            "repo",
            &["commit", "--quiet", "--allow-empty", "--message=x"],
        );
        let id = self.git("repo", &["rev-parse", "HEAD"]);
        self.commits.push(id);
    }

    /// Leave only the newest commit, as a checkout without `fetch-depth: 0` does.
    pub(crate) fn make_shallow(&self) {
        let url = format!("file://{}", self.path("repo").display());
        self.git(".", &["clone", "--quiet", "--depth=1", &url, "shallow"]);
        fs::rename(self.path("repo"), self.path("full")).unwrap();
        fs::rename(self.path("shallow"), self.path("repo")).unwrap();
    }

    /// Run a program in the repository with only these variables.
    pub(crate) fn run(&self, program: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let given = std::env::var("PATH").unwrap();
        let mut command = Command::new(program[0]);
        command
            .args(&program[1..])
            .current_dir(self.path("repo"))
            .env_clear()
            .env("PATH", format!("{}:{given}", self.path("bin").display()))
            .env("STAGE", self.folder.path())
            .env("RUNNER_TEMP", self.path("runner"))
            .env("GITHUB_OUTPUT", self.path("outputs"))
            .env("GITHUB_PATH", self.path("paths"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_ACTION_PATH", Path::new(env!("CARGO_MANIFEST_DIR")))
            .envs(variables.iter().copied());
        let output = command.output().unwrap();
        let read = |name: &str| fs::read_to_string(self.path(name)).ok();
        let lines = |text: String| text.lines().map(str::to_owned).collect();
        Outcome {
            code: output.status.code().unwrap(),
            args: read("args").map(lines),
            stdout: String::from_utf8(output.stdout).unwrap()
                + &String::from_utf8(output.stderr).unwrap(),
            outputs: read("outputs").unwrap_or_default(),
        }
    }
}
