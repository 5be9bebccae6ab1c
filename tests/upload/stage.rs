//! A folder to upload, a client that writes down how it was called, and
//! `hubsweep upload` run on both.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hubsweep::rule::template;

/// A token that is found, made while the test runs.
pub(crate) fn token() -> String {
    template::expand("hf_{alpha:34}")
}

pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Nothing printed gives `secret` away.
    pub(crate) fn assert_hides(&self, secret: &str) {
        for text in [&self.stdout, &self.stderr] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

/// Appends each argument and an empty line to `calls`, runs `then.sh` if it is
/// there, and ends with the number in `code`.
const CLIENT: &str = r#"#!/bin/sh
here=$(dirname "$0")
for word in "$@"; do printf '%s\n' "$word" >> "$here/calls"; done
printf '\n' >> "$here/calls"
echo "the client speaks"
if [ -f "$here/then.sh" ]; then . "$here/then.sh"; fi
exit "$(cat "$here/code" 2>/dev/null || echo 0)"
"#;

impl Stage {
    /// With these files in `tree`, each holding its own name.
    pub(crate) fn with(files: &[&str]) -> Self {
        let stage = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(stage.tree()).unwrap();
        for name in files {
            stage.write(name, name);
        }
        stage.script("client/hf", CLIENT);
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.path("tree")
    }

    /// Write a file of the tree.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.tree().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn script(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A command in the stage's folder, in an environment of its own.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubsweep"));
        command
            .arg("upload")
            .current_dir(self.folder.path())
            .env("HUBSWEEP_HF", self.path("client/hf"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("HOME", self.path("home"))
            .env("COLUMNS", "80")
            .env_remove("HUBSWEEP_POLICY");
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        Ended::of(&self.command().args(words).output().unwrap())
    }

    /// The arguments of each call of the client.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        let text = fs::read_to_string(self.path("client/calls")).unwrap_or_default();
        let calls = text.split_terminator("\n\n");
        calls
            .map(|call| call.lines().map(str::to_owned).collect())
            .collect()
    }

    /// What `--list` writes for these arguments: (path, path in the
    /// repository, what is sent).
    pub(crate) fn list(&self, words: &[&str]) -> Vec<(String, String, String)> {
        let ended = self.run(&[&["--dry-run", "--list", "list.jsonl"], words].concat());
        assert_ne!(ended.code, Some(2), "{}", ended.stderr);
        read_list(&self.path("list.jsonl"))
    }
}

pub(crate) fn read_list(path: &Path) -> Vec<(String, String, String)> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            let part = |key: &str| entry[key].as_str().unwrap().to_owned();
            (part("path"), part("in_repo"), part("sends"))
        })
        .collect()
}
