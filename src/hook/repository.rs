//! The repository in git's own words.
//!
//! In: a folder. Out: where the repository is, where git takes hooks from and
//! who said so, where its remotes lead. The environment is left as it is:
//! inside a hook it names the repository.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Hook, HookError};

/// Which configuration a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's on this machine.
    System,
    /// The user's.
    Global,
    /// The repository's.
    Local,
    /// One work tree's.
    Worktree,
    /// The environment, or `git -c`.
    Command,
}

impl Scope {
    fn parse(word: &str) -> Self {
        match word {
            "system" => Self::System,
            "global" => Self::Global,
            "local" => Self::Local,
            "worktree" => Self::Worktree,
            _ => Self::Command,
        }
    }

    /// Does the repository itself say so?
    pub fn is_own(self) -> bool {
        matches!(self, Self::Local | Self::Worktree)
    }

    /// The option of `git config` that chooses it.
    pub fn flag(self) -> &'static str {
        match self {
            Self::System => "--system",
            Self::Global => "--global",
            Self::Local | Self::Command => "--local",
            Self::Worktree => "--worktree",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "system",
            Self::Global => "global",
            Self::Local => "local",
            Self::Worktree => "worktree",
            Self::Command => "command line",
        })
    }
}

/// A folder git takes hooks from instead of the repository's own.
#[derive(Clone, Debug)]
pub struct HooksPath {
    /// The folder.
    pub folder: PathBuf,
    /// Who said so.
    pub scope: Scope,
    /// In which file.
    pub file: String,
}

/// A repository, bare or not.
#[derive(Debug)]
pub struct Repository {
    asked: PathBuf,
    base: PathBuf,
    work_tree: Option<PathBuf>,
    common: PathBuf,
    hooks_path: Option<HooksPath>,
}

impl Repository {
    /// The repository that holds `path`, or that the environment names.
    pub fn discover(path: &Path) -> Result<Self, HookError> {
        let asked = std::path::absolute(path).map_err(HookError::io("find", path))?;
        let none = || HookError::NoRepository {
            path: asked.clone(),
        };
        let git = match answer(&asked, &["rev-parse", "--git-dir"]) {
            Err(HookError::Git { why, .. }) if why.contains("not a git repository") => {
                return Err(none());
            }
            git => asked.join(git?.ok_or_else(none)?),
        };
        let common = answer(&asked, &["rev-parse", "--git-common-dir"])?;
        let common = common.map_or_else(|| git.clone(), |common| asked.join(common));
        // An error where there is none, nothing inside `.git`.
        let work_tree = match answer(&asked, &["rev-parse", "--show-toplevel"]) {
            Err(HookError::Git { .. }) => None,
            top => top?.filter(|top| !top.as_os_str().is_empty()),
        };
        let base = work_tree.clone().unwrap_or_else(|| git.clone());
        let hooks_path = hooks_path(&asked, &base)?;
        Ok(Self {
            base: tidy(&base),
            work_tree: work_tree.as_deref().map(tidy),
            common: tidy(&common),
            hooks_path,
            asked,
        })
    }

    /// The top folder of the work tree; a bare repository has none.
    pub fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    /// The git folder that all work trees share.
    pub fn common(&self) -> &Path {
        &self.common
    }

    /// The branch that is checked out, with its full name.
    pub fn branch(&self) -> Option<String> {
        let name = answer(&self.asked, &["symbolic-ref", "--quiet", "HEAD"]).ok()??;
        Some(name.to_str()?.to_owned())
    }

    /// The repository's own hooks.
    pub fn own_hooks(&self) -> PathBuf {
        self.common.join("hooks")
    }

    /// The folder git takes hooks from instead, if it is not the same.
    pub fn hooks_path(&self) -> Option<&HooksPath> {
        self.hooks_path
            .as_ref()
            .filter(|other| tidy(&other.folder) != tidy(&self.own_hooks()))
    }

    /// The file git runs as `hook`, whether it is there or not.
    pub fn hook_file(&self, hook: Hook) -> PathBuf {
        let folder = self.hooks_path().map(|other| other.folder.clone());
        folder.unwrap_or_else(|| self.own_hooks()).join(hook.name())
    }

    /// Is `path` something a commit would hold?
    pub fn would_track(&self, path: &Path) -> bool {
        let Some(top) = &self.work_tree else {
            return false;
        };
        let path = tidy(path);
        path.starts_with(top)
            && !path.starts_with(&self.common)
            && !run(&self.asked, &["check-ignore", "-q", "--"], Some(&path))
                .is_ok_and(|said| said.is_some())
    }

    /// A path as a reader of this repository would write it; a link stays the
    /// link.
    pub fn shown(&self, path: &Path) -> String {
        let folder = path.parent().map(tidy);
        let path = match (folder, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        };
        let inside = path.strip_prefix(&self.base);
        inside.unwrap_or(&path).display().to_string()
    }

    /// Does any remote lead to the Hub, after git's own rewriting of URLs?
    pub fn has_hub_remote(&self) -> bool {
        let listed = run(&self.asked, &["remote", "-v"], None).ok().flatten();
        let listed = listed.unwrap_or_default();
        String::from_utf8_lossy(&listed)
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .any(|(_, url)| crate::git::leads_to_hub(url.split(" (").next().unwrap_or(url)))
    }

    /// The program that a committed hook calls, and how it finds it.
    pub fn program(&self) -> Option<(PathBuf, &'static str)> {
        let set = std::env::var_os("HUBSWEEP").map(PathBuf::from);
        if let Some(path) = set.filter(|path| path.is_file()) {
            return Some((path, " by HUBSWEEP"));
        }
        let args = ["config", "-z", "--get", super::install::PROGRAM_KEY];
        if let Some(set) = run(&self.asked, &args, None).ok().flatten() {
            let path = to_path(set.strip_suffix(b"\0").unwrap_or(&set));
            if path.is_file() {
                return Some((path, " by `git config hubsweep.program`"));
            }
        }
        super::program::on_path("hubsweep").map(|path| (path, " by PATH"))
    }

    /// Set, or without a value unset, a setting of this repository.
    pub(super) fn configure(&self, key: &str, value: Option<&Path>) -> Result<(), HookError> {
        let args: &[&str] = match value {
            Some(_) => &["config", "--local", key],
            None => &["config", "--local", "--unset-all", key],
        };
        match run(&self.asked, args, value) {
            // Unsetting what is not set fails, and all is well.
            Err(HookError::Git { .. }) if value.is_none() => Ok(()),
            result => result.map(drop),
        }
    }
}

/// The last `core.hooksPath` counts.
fn hooks_path(asked: &Path, base: &Path) -> Result<Option<HooksPath>, HookError> {
    let args = [
        "config",
        "-z",
        "--show-scope",
        "--show-origin",
        "--type=path",
        "--get-all",
        "core.hooksPath",
    ];
    let Some(said) = run(asked, &args, None)? else {
        return Ok(None);
    };
    let said = said.strip_suffix(b"\0").unwrap_or(&said);
    let parts: Vec<&[u8]> = said.split(|&byte| byte == 0).collect();
    let Some([scope, origin, value]) = parts.last_chunk::<3>() else {
        return Ok(None);
    };
    // Set to nothing, it is as good as not set.
    if value.is_empty() {
        return Ok(None);
    }
    let origin = String::from_utf8_lossy(origin);
    Ok(Some(HooksPath {
        folder: tidy(&base.join(to_path(value))),
        scope: Scope::parse(&String::from_utf8_lossy(scope)),
        file: origin.strip_prefix("file:").unwrap_or(&origin).to_owned(),
    }))
}

/// A path without `.`, `..` and links, as far as it exists.
pub(super) fn tidy(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => tidy(parent).join(name),
        _ => path.to_owned(),
    }
}

/// What git prints, as a path.
fn answer(folder: &Path, args: &[&str]) -> Result<Option<PathBuf>, HookError> {
    let said = run(folder, args, None)?;
    Ok(said.map(|said| to_path(said.strip_suffix(b"\n").unwrap_or(&said))))
}

/// What git prints; `None` if it ends with 1, its way to say no.
pub(super) fn run(
    folder: &Path,
    args: &[&str],
    path: Option<&Path>,
) -> Result<Option<Vec<u8>>, HookError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .args(path)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .output()
        .map_err(|source: io::Error| HookError::NoGit { source })?;
    match output.status.code() {
        Some(0) => Ok(Some(output.stdout)),
        Some(1) => Ok(None),
        _ => Err(HookError::Git {
            command: args.join(" "),
            why: String::from_utf8_lossy(&output.stderr)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }),
    }
}

#[cfg(unix)]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
