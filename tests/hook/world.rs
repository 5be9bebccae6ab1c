//! A machine of its own for one test: a home, a PATH, repositories.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) struct World {
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::named("hubsweep")
    }

    /// A world whose folder has this name in its path.
    pub(crate) fn named(name: &str) -> Self {
        let folder = tempfile::Builder::new().prefix(name).tempdir().unwrap();
        let world = Self { folder };
        for folder in ["home", "bin", "config", "tmp"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_hubsweep"), world.program()).unwrap();
        let home = world.path("home");
        for (key, value) in [
            ("user.name", "Ada"),
            ("user.email", "ada@example.org"),
            ("init.defaultBranch", "main"),
            ("protocol.file.allow", "always"),
        ] {
            world.git(&home, &["config", "--global", key, value]);
        }
        world
    }

    /// The real path, as git writes it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// Where hubsweep is on PATH.
    pub(crate) fn program(&self) -> PathBuf {
        self.path("bin/hubsweep")
    }

    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap();
        let bin = self.path("bin");
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", self.path("home"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("TMPDIR", self.path("tmp"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("COLUMNS", "400")
            .env("LOG", self.path("log"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn try_git(&self, folder: &Path, args: &[&str]) -> Output {
        self.command("git", folder).args(args).output().unwrap()
    }

    pub(crate) fn git(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.try_git(folder, args);
        assert!(output.status.success(), "git {args:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn try_hubsweep(&self, folder: &Path, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_hubsweep"), folder)
            .args(args)
            .output()
            .unwrap()
    }

    pub(crate) fn hubsweep(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.try_hubsweep(folder, args);
        assert!(output.status.success(), "{args:?}: {}", said(&output));
        unwrapped(&said(&output))
    }

    /// What `hubsweep hook status` prints, and whether pushes are swept.
    pub(crate) fn status(&self, folder: &Path) -> (String, bool) {
        let output = self.try_hubsweep(folder, &["hook", "status"]);
        let code = output.status.code().unwrap();
        assert!(code < 2, "{}", said(&output));
        (unwrapped(&said(&output)), code == 0)
    }

    /// A repository with one commit, and a bare one beside it to push to.
    pub(crate) fn repository(&self, name: &str) -> PathBuf {
        let bare = self.path(&format!("{name}.git"));
        let top = self.path(name);
        let root = self.path("");
        self.git(&root, &["init", "-q", "--bare", bare.to_str().unwrap()]);
        self.git(&root, &["init", "-q", top.to_str().unwrap()]);
        self.git(&top, &["remote", "add", "origin", bare.to_str().unwrap()]);
        fs::write(top.join("README.md"), "a model\n").unwrap();
        self.git(&top, &["add", "."]);
        self.git(&top, &["commit", "-qm", "first"]);
        top
    }

    /// From now on a script stands where hubsweep was: it writes down what it
    /// is given and ends with `code`.
    pub(crate) fn stand_in(&self, code: i32) {
        fs::remove_file(self.program()).unwrap();
        recorder(&self.program(), "hubsweep", code);
    }

    /// What the scripts wrote down, since the last time.
    pub(crate) fn log(&self) -> String {
        let path = self.path("log");
        let log = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        log
    }

    /// The first words of the lines of the log: who ran.
    pub(crate) fn order(&self) -> Vec<String> {
        self.log()
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect()
    }

    /// The commit a branch of the bare repository is at.
    pub(crate) fn pushed(&self, top: &Path, branch: &str) -> Option<String> {
        let bare = top.with_extension("git");
        let output = self.try_git(&bare, &["rev-parse", "--verify", "-q", branch]);
        output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }
}

/// A script that writes its name, arguments and input to the log.
pub(crate) fn recorder(path: &Path, name: &str, code: i32) {
    let text = format!(
        "#!/bin/sh\necho \"{name} $*\" >>\"$LOG\"\nsed 's/^/  /' >>\"$LOG\"\nexit {code}\n"
    );
    write_script(path, &text);
}

/// Run with something on its standard input.
pub(crate) fn with_input(mut command: Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // It may end without reading all.
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// A page with each row on one line.
fn unwrapped(page: &str) -> String {
    page.replace(&format!("\n{}", " ".repeat(12)), " ")
}

/// Both streams of an output.
pub(crate) fn said(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    format!("{stdout}{stderr}")
}

/// Written by another process: a file that this one has open for writing may
/// be open in whatever another thread starts, and then cannot be run.
pub(crate) fn write_script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", "cat >\"$0\" && chmod 755 \"$0\""])
        .arg(path);
    assert!(with_input(command, text.as_bytes()).status.success());
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

/// The names in a folder that are no samples of git's, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".sample"))
        .collect();
    names.sort();
    names
}
