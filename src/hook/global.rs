//! Hooks for every repository of the user.
//!
//! In: hooks, our program. Out: a folder that the global `core.hooksPath`
//! names. Git then no longer looks into any repository's own folder, so a
//! pass-through for every hook git knows runs the one that is there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::install::{Change, Done, in_folder};
use super::keep::{remove, write};
use super::nature::{Nature, look};
use super::repository::{run, tidy, to_path};
use super::script::{Caller, PASS_THROUGH};
use super::uninstall::from_folder;
use super::{Hook, HookError, keep};

/// Every hook that git runs by its name; of those a server runs, too, since a
/// push to a folder on this machine is served by the user's own git.
const NAMES: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "p4-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "p4-prepare-changelist",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

const KEY: &str = "core.hooksPath";

/// What was done to the global configuration.
#[derive(Clone, Debug)]
pub struct State {
    /// The folder git takes hooks from.
    pub folder: PathBuf,
    /// Is it ours, or one that was configured before?
    pub is_ours: bool,
    /// Was the setting changed?
    pub changed: bool,
    /// Hooks in our folder that are not ours.
    pub foreign: Vec<PathBuf>,
    /// What was done to which hook.
    pub done: Vec<Done>,
}

/// Our folder, there or not.
pub(super) fn folder() -> Result<PathBuf, HookError> {
    let set = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    set("XDG_CONFIG_HOME")
        .or_else(|| {
            let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
            set("HOME")
                .or_else(|| set(home))
                .map(|home| home.join(".config"))
        })
        .map(|config| config.join("hubsweep/hooks"))
        .ok_or(HookError::NoHome)
}

/// The folder that the user's or the system's configuration names.
pub(super) fn configured() -> Result<Option<PathBuf>, HookError> {
    for scope in ["--global", "--system"] {
        let args = [
            "config",
            scope,
            "--includes",
            "-z",
            "--type=path",
            "--get",
            KEY,
        ];
        // Without a file of that scope git fails, which says the same.
        let said = match run(Path::new("."), &args, None) {
            Err(HookError::Git { .. }) => None,
            said => said?,
        };
        let value = said.unwrap_or_default();
        let value = value.strip_suffix(b"\0").unwrap_or(&value);
        if !value.is_empty() {
            return Ok(Some(to_path(value)));
        }
    }
    Ok(None)
}

/// Install `hooks` for every repository, calling `program`.
pub fn install(hooks: &[Hook], program: &Path) -> Result<State, HookError> {
    let own = folder()?;
    let set = configured()?;
    let folder = set.clone().unwrap_or_else(|| own.clone());
    if folder.is_relative() {
        return Err(HookError::RelativeGlobal {
            value: folder.display().to_string(),
        });
    }
    let is_ours = tidy(&folder) == tidy(&own);
    if is_ours {
        for name in NAMES {
            let file = folder.join(name);
            let found = look(&file)?;
            let stale = found.as_ref().is_some_and(|found| {
                found.nature == Nature::PassThrough && found.text != PASS_THROUGH.as_bytes()
            });
            if found.is_none() || stale {
                write(&file, PASS_THROUGH.as_bytes())?;
            }
        }
    }
    let mut done = Vec::new();
    for &hook in hooks {
        done.push(in_folder(&folder, hook, Caller::Global(program))?);
    }
    // Last: until everything is there, git must not look there.
    if set.is_none() {
        run(Path::new("."), &["config", "--global", KEY], Some(&folder))?;
    }
    Ok(State {
        foreign: foreign(&folder, is_ours)?,
        folder,
        is_ours,
        changed: set.is_none(),
        done,
    })
}

/// Take `hooks` out again; with the last one, the folder and the setting go.
pub fn uninstall(hooks: &[Hook]) -> Result<State, HookError> {
    let own = folder()?;
    let set = configured()?;
    let folder = set.clone().unwrap_or_else(|| own.clone());
    let is_ours = tidy(&folder) == tidy(&own);
    let mut done = Vec::new();
    for &hook in hooks {
        done.push(from_folder(&folder, hook)?);
    }
    let mut state = State {
        foreign: foreign(&folder, is_ours)?,
        folder,
        is_ours,
        changed: false,
        done,
    };
    let mut last = true;
    for hook in Hook::ALL {
        let found = look(&state.folder.join(hook.name()))?;
        last &= found.is_none_or(|found| !found.nature.is_ours());
    }
    if is_ours && last && state.foreign.is_empty() {
        if set.is_some() {
            // First: once the files are gone, git must not look there.
            run(
                Path::new("."),
                &["config", "--global", "--unset-all", KEY],
                None,
            )?;
            state.changed = true;
        }
        clear(&state.folder)?;
        // What was put back was a pass-through, and is gone too.
        for done in &mut state.done {
            if done.change == Change::Restored {
                done.change = Change::Removed;
            }
            done.kept.clear();
        }
    }
    Ok(state)
}

/// Hooks in our folder that somebody else put there.
fn foreign(folder: &Path, is_ours: bool) -> Result<Vec<PathBuf>, HookError> {
    let mut foreign = Vec::new();
    for name in NAMES.iter().filter(|_| is_ours) {
        let file = folder.join(name);
        if let Some(found) = look(&file)?
            && !found.nature.is_ours()
            && found.nature != Nature::PassThrough
        {
            foreign.push(file);
        }
    }
    for hook in Hook::ALL.into_iter().filter(|_| is_ours) {
        let kept = keep::kept(folder, hook)?;
        let others = kept
            .into_iter()
            .filter(|(_, found)| found.nature != Nature::PassThrough);
        foreign.extend(others.map(|(path, _)| path));
    }
    Ok(foreign)
}

fn clear(folder: &Path) -> Result<(), HookError> {
    for name in NAMES {
        let file = folder.join(name);
        if look(&file)?.is_some_and(|found| found.nature == Nature::PassThrough) {
            remove(&file)?;
        }
    }
    for folder in folder.ancestors().take(2) {
        if folder.is_dir() && is_empty(folder) {
            fs::remove_dir(folder).map_err(HookError::io("remove", folder))?;
        }
    }
    Ok(())
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}
