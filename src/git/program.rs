//! The `git` program, for repositories libgit2 cannot open.
//!
//! In: a folder. Out: the same answers as the library gives. The repository is
//! not trusted: the environment of an outer git and every setting that names a
//! command to run are switched off.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{GitError, Standing, slashed};

/// The files of a work tree as `git ls-files` gave them, and the folder to ask
/// further questions in.
pub(super) struct Program {
    root: PathBuf,
    /// Sorted; a repository inside ends with `/` where it is not tracked.
    files: Vec<Vec<u8>>,
}

impl Program {
    /// The root and the files of the work tree that holds `path`; `None` for a
    /// bare repository. `why` says what kept libgit2 from opening it.
    pub(super) fn open(path: &Path, why: &str) -> Result<Option<(PathBuf, Self)>, GitError> {
        let unsupported = || GitError::Unsupported {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        let inside = run(path, &["rev-parse", "--is-inside-work-tree"])?.ok_or_else(unsupported)?;
        if inside.trim_ascii() != b"true" {
            return Ok(None);
        }
        let top = run(path, &["rev-parse", "--show-toplevel"])?.ok_or_else(unsupported)?;
        let root = to_path(top.strip_suffix(b"\n").unwrap_or(&top));
        let listed = run(
            &root,
            &[
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ],
        )?
        .ok_or_else(unsupported)?;
        let mut files: Vec<Vec<u8>> = listed
            .split(|&byte| byte == 0)
            .filter(|name| !name.is_empty())
            .map(<[u8]>::to_vec)
            .collect();
        files.sort_unstable();
        files.dedup();
        Ok(Some((root.clone(), Self { root, files })))
    }

    pub(super) fn standing(&self, path: &Path, is_dir: bool) -> Standing {
        let mut name = slashed(path);
        let listed = self.files.binary_search(&name).is_ok();
        if !is_dir {
            return if listed {
                Standing::Sent
            } else {
                Standing::Left
            };
        }
        name.push(b'/');
        let after = self.files.partition_point(|file| *file < name);
        match self.files.get(after) {
            _ if listed => Standing::Submodule,
            Some(file) if *file == name => Standing::Submodule,
            Some(file) if file.starts_with(&name) => Standing::Sent,
            _ => Standing::Left,
        }
    }

    pub(super) fn is_ignored(&self, path: &Path, is_dir: bool) -> bool {
        // A slash at the end makes git take what does not exist for a folder.
        let path = if is_dir {
            path.join("")
        } else {
            path.to_owned()
        };
        let args = ["check-ignore", "--quiet", "--no-index", "--"].map(OsStr::new);
        self.succeeds(&args, &path)
    }

    pub(super) fn is_tracked(&self, path: &Path) -> bool {
        let args = [
            "--literal-pathspecs",
            "ls-files",
            "--cached",
            "--error-unmatch",
            "--",
        ]
        .map(OsStr::new);
        self.succeeds(&args, path)
    }

    pub(super) fn attribute(&self, path: &Path, name: &str) -> Option<String> {
        let args = ["check-attr", "-z", name, "--"].map(OsStr::new);
        let output = command(&self.root)
            .args(args)
            .arg(path)
            .stderr(Stdio::null())
            .output()
            .ok()?;
        // Path, attribute and value, each ended by a zero byte.
        let value = output.stdout.split(|&byte| byte == 0).nth(2)?;
        match str::from_utf8(value).ok()? {
            "unspecified" | "set" | "unset" => None,
            value => Some(value.to_owned()),
        }
    }

    pub(super) fn remote_urls(&self) -> Vec<String> {
        let args = ["config", "-z", "--get-regexp", r"^remote\..*\.(push)?url$"];
        // It fails where there is no remote.
        let listed = run(&self.root, &args).ok().flatten().unwrap_or_default();
        listed
            .split(|&byte| byte == 0)
            .filter_map(|pair| str::from_utf8(pair).ok()?.split_once('\n'))
            .map(|(_, url)| url.to_owned())
            .collect()
    }

    fn succeeds(&self, args: &[&OsStr], path: &Path) -> bool {
        command(&self.root)
            .args(args)
            .arg(path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// What `git` prints; `None` if there is no such program.
pub(super) fn run(root: &Path, args: &[&str]) -> Result<Option<Vec<u8>>, GitError> {
    output(command(root), root, args)
}

/// The same with some of the environment that is otherwise switched off.
pub(super) fn run_with(
    root: &Path,
    args: &[&str],
    environment: Option<(&str, OsString)>,
) -> Result<Option<Vec<u8>>, GitError> {
    let mut command = command(root);
    command.envs(environment);
    output(command, root, args)
}

/// What `git` prints about the repository `git_dir`, whatever folder it is in.
pub(super) fn run_bare(git_dir: &Path, args: &[&str]) -> Result<Option<Vec<u8>>, GitError> {
    output(bare_command(git_dir), git_dir, args)
}

fn output(mut command: Command, root: &Path, args: &[&str]) -> Result<Option<Vec<u8>>, GitError> {
    let failed = |why: String| GitError::Program {
        path: root.to_owned(),
        command: args.join(" "),
        why,
    };
    let output = match command.args(args).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    };
    if output.status.success() {
        return Ok(Some(output.stdout));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("dubious ownership") {
        return Err(GitError::Owner {
            path: root.to_owned(),
        });
    }
    Err(failed(said.lines().next().unwrap_or_default().to_owned()))
}

fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    harden(command)
}

/// A command about the repository `git_dir`.
pub(super) fn bare_command(git_dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(git_dir);
    harden(command)
}

fn harden(mut command: Command) -> Command {
    // The only commands that `ls-files` and `reflog` would take from the
    // repository's settings: the latter is a log, which checks signatures.
    command.args([
        "-c",
        "core.fsmonitor=false",
        "-c",
        "log.showSignature=false",
    ]);
    for outer in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_NAMESPACE",
    ] {
        command.env_remove(outer);
    }
    command
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        // Older versions would fetch what a partial clone lacks.
        .env("GIT_ALLOW_PROTOCOL", "none")
        // A replaced object is read as it is; its replacement has a ref.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    command
}

#[cfg(unix)]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
