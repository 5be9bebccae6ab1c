//! A repository built by the `git` program, and hubsweep run on it.
//!
//! In: commands. Out: a temporary folder, and reports. The environment is
//! scrubbed: nobody's own settings or hooks take part.

#![allow(clippy::unwrap_used, dead_code)] // of a test; not every test uses all

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use hubsweep::rule::template;
use serde_json::Value;

/// A temporary folder with repositories in it.
pub(crate) struct Folder {
    pub(crate) folder: tempfile::TempDir,
}

/// One repository.
pub(crate) struct Repository {
    pub(crate) path: PathBuf,
    home: PathBuf,
}

/// A token nobody has: a different one on each call.
pub(crate) fn token() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    numbered_token(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The token of a number, so that a run can be repeated.
pub(crate) fn numbered_token(number: u64) -> String {
    // Letters spread over the token, so that two never look alike.
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let body = template::expand("{alpha:34}");
    let letters = body.bytes().map(|letter| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let turn = (state >> 59) as u8;
        let base = if letter.is_ascii_uppercase() {
            b'A'
        } else {
            b'a'
        };
        char::from(base + (letter - base + turn) % 26)
    });
    format!("hf_{}", letters.collect::<String>())
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A new repository with one harmless commit.
    pub(crate) fn repository(&self, name: &str) -> Repository {
        let repository = self.at(name);
        fs::create_dir(&repository.path).unwrap();
        repository.git(&["init", "-q", "-b", "main"]);
        repository.write("README.md", "# a model\n");
        repository.commit("first");
        repository
    }

    /// A repository that is or will be there.
    pub(crate) fn at(&self, name: &str) -> Repository {
        Repository {
            path: self.path().join(name),
            home: self.path().join("home"),
        }
    }

    /// `git clone ARGS`, run in this folder.
    pub(crate) fn clone(&self, args: &[&str], name: &str) -> Repository {
        let here = Repository {
            path: self.path().to_owned(),
            home: self.path().join("home"),
        };
        let mut all = vec!["clone", "-q"];
        all.extend(args);
        all.push(name);
        here.git(&all);
        self.at(name)
    }
}

impl Repository {
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.path);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["GIT_", "HF_", "HUBSWEEP_", "PRE_COMMIT", "XDG_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command
            .env("HOME", &self.home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A Person")
            .env("GIT_AUTHOR_EMAIL", "person@users.noreply.github.com")
            .env("GIT_COMMITTER_NAME", "A Person")
            .env("GIT_COMMITTER_EMAIL", "person@users.noreply.github.com")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("COLUMNS", "80");
        command
    }

    /// Run git and give what it prints.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_with(args, &[], "")
    }

    /// The same with some environment and input.
    pub(crate) fn git_with(&self, args: &[&str], env: &[(&str, &str)], input: &str) -> String {
        let mut command = self.command("git");
        command
            .args([
                "-c",
                "protocol.file.allow=always",
                "-c",
                "advice.detachedHead=false",
            ])
            .args(args)
            .envs(env.iter().copied());
        let output = piped(command, input);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// Run git, whatever comes of it.
    pub(crate) fn try_git(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let mut command = self.command("git");
        command.args(args).envs(env.iter().copied());
        piped(command, "")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commit everything; the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.head()
    }

    /// Commit one file.
    pub(crate) fn commit_file(&self, name: &str, text: &str) -> String {
        self.write(name, text);
        self.commit(&format!("change {name}"))
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Run hubsweep here.
    pub(crate) fn hubsweep(&self, args: &[&str]) -> Output {
        self.hubsweep_with(args, &[], "")
    }

    /// The same with some environment and input.
    pub(crate) fn hubsweep_with(&self, args: &[&str], env: &[(&str, &str)], input: &str) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_hubsweep"));
        command.args(args).envs(env.iter().copied());
        piped(command, input)
    }

    /// A sweep's report.
    pub(crate) fn sweep(&self, args: &[&str]) -> Report {
        self.sweep_with(args, &[])
    }

    pub(crate) fn sweep_with(&self, args: &[&str], env: &[(&str, &str)]) -> Report {
        let mut all = vec!["scan", "--report", "json"];
        all.extend(args);
        let output = self.hubsweep_with(&all, env, "");
        let text = String::from_utf8_lossy(&output.stdout);
        let document = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
        Report {
            document,
            exit: output.status.code().unwrap(),
        }
    }
}

fn piped(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// A JSON report.
pub(crate) struct Report {
    pub(crate) document: Value,
    pub(crate) exit: i32,
}

impl Report {
    /// The findings of a rule.
    pub(crate) fn of(&self, rule: &str) -> Vec<&Value> {
        let findings = self.document["findings"].as_array().unwrap();
        findings
            .iter()
            .filter(|finding| finding["rule"] == rule)
            .collect()
    }

    /// The findings of Hub tokens.
    pub(crate) fn tokens(&self) -> Vec<&Value> {
        self.of("hf-user-token")
    }

    /// The only finding of a Hub token.
    pub(crate) fn token(&self) -> &Value {
        let found = self.tokens();
        assert_eq!(found.len(), 1, "{:#}", self.document["findings"]);
        found[0]
    }

    /// The reasons of skips of a class.
    pub(crate) fn skips(&self, class: &str) -> Vec<&str> {
        let skips = self.document["skipped"].as_array().unwrap();
        let of_class = skips.iter().filter(|skip| skip["class"] == class);
        of_class.map(|skip| skip["why"].as_str().unwrap()).collect()
    }

    pub(crate) fn notices(&self) -> Vec<&str> {
        let notices = self.document["notices"].as_array().unwrap();
        notices
            .iter()
            .map(|notice| notice.as_str().unwrap())
            .collect()
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.document["coverage"]["complete"].as_bool().unwrap()
    }
}
