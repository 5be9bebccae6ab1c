//! Putting our hooks where git runs them, before what is there.
//!
//! In: a repository, hooks, our program. Out: hook files, and what was done to
//! which.

use std::path::{Path, PathBuf};

use super::keep::{keep, kept, minds_its_name, remove, write};
use super::nature::{Found, Nature, look};
use super::place::{self, Place};
use super::script::{self, Caller};
use super::{Hook, HookError, HooksPath, Repository, husky};

/// Which setting of a repository names our program, for hooks that are
/// committed and may not.
pub(super) const PROGRAM_KEY: &str = "hubsweep.program";

/// What was done to a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Ours is new.
    Installed,
    /// Ours was there and is up to date now.
    Updated,
    /// Ours was there and up to date.
    Unchanged,
    /// Ours is a link that somebody made by hand: left as it is.
    Linked,
    /// Ours is gone, and what was before is back.
    Restored,
    /// Ours is gone.
    Removed,
    /// Ours was not there.
    Absent,
}

/// What was done, where.
#[derive(Clone, Debug)]
pub struct Done {
    /// To which hook.
    pub hook: Hook,
    /// In which file.
    pub file: PathBuf,
    /// What.
    pub change: Change,
    /// Where another hook is kept, and whose it is.
    pub kept: Vec<(PathBuf, Nature)>,
    /// Is the file one to commit?
    pub tracked: bool,
    /// Who shadows it, if anybody does.
    pub shadow: Option<HooksPath>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

impl Done {
    pub(super) fn new(hook: Hook, file: PathBuf, change: Change) -> Self {
        Self {
            hook,
            file,
            change,
            kept: Vec::new(),
            tracked: false,
            shadow: None,
            notes: Vec::new(),
        }
    }
}

/// Install `hooks`, calling `program`. `forced` means the repository's own
/// folder even where git takes its hooks from another.
pub fn install(
    repository: &Repository,
    hooks: &[Hook],
    program: &Path,
    forced: bool,
) -> Result<Vec<Done>, HookError> {
    let place = place::find(repository, forced)?;
    let mut all = Vec::new();
    for &hook in hooks {
        let mut done = match &place {
            Place::Folder {
                folder,
                tracked,
                shadow,
            } => {
                let caller = if *tracked {
                    Caller::Tracked
                } else {
                    Caller::Path(program)
                };
                let mut done = in_folder(folder, hook, caller)?;
                done.tracked = *tracked;
                done.shadow.clone_from(shadow);
                done
            }
            Place::Husky { folder, sourced } => {
                let mut done = husky::install(folder, hook, *sourced)?;
                done.tracked = true;
                done
            }
        };
        if done.tracked {
            repository.configure(PROGRAM_KEY, Some(program))?;
        }
        if repository.work_tree().is_none() && hook == Hook::PreCommit {
            done.notes
                .push("a bare repository makes no commits".to_owned());
        }
        all.push(done);
    }
    Ok(all)
}

/// Install one hook in a folder of hook files.
pub(super) fn in_folder(folder: &Path, hook: Hook, caller: Caller<'_>) -> Result<Done, HookError> {
    let file = folder.join(hook.name());
    let script = script::fill(hook, caller)?;
    let Some(found) = look(&file)? else {
        write(&file, &script)?;
        let mut done = Done::new(hook, file, Change::Installed);
        done.kept = natures(kept(folder, hook)?);
        return Ok(done);
    };
    if found.nature.is_ours() {
        return refresh(file, hook, &script, &found);
    }
    if found.nature == Nature::PreCommit {
        let legacy = legacy(folder, hook);
        if let Some(ours) = look(&legacy)?.filter(|old| old.nature.is_ours()) {
            return under_pre_commit(folder, legacy, hook, &script, &ours);
        }
    }
    let to = keep(&file, hook, &found)?;
    write(&file, &script)?;
    let mut done = Done::new(hook, file, Change::Installed);
    let name = to.file_name().unwrap_or_default().display();
    if !found.runs {
        done.notes.push(format!(
            "{name} is not executable, so git did not run it, and neither does hubsweep's hook"
        ));
    }
    if minds_its_name(&found) {
        done.notes.push(format!(
            "{name} seems to look at the name it is called by, which has changed: see that it still does its work"
        ));
    }
    done.kept = natures(kept(folder, hook)?);
    Ok(done)
}

/// Bring a hook of ours up to date.
fn refresh(file: PathBuf, hook: Hook, script: &[u8], found: &Found) -> Result<Done, HookError> {
    let change = if found.is_link {
        Change::Linked
    } else if found.text == script && found.runs {
        Change::Unchanged
    } else {
        write(&file, script)?;
        Change::Updated
    };
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let mut done = Done::new(hook, file, change);
    done.kept = natures(kept(&folder, hook)?);
    Ok(done)
}

/// `pre-commit install` moved ours to `.legacy`, which it runs first. Chaining
/// its own hook to ours would make each run the other.
fn under_pre_commit(
    folder: &Path,
    legacy: PathBuf,
    hook: Hook,
    script: &[u8],
    ours: &Found,
) -> Result<Done, HookError> {
    for (path, old) in kept(folder, hook)? {
        // Its older self, which can never run again.
        if old.nature == Nature::PreCommit {
            remove(&path)?;
        }
    }
    let mut done = refresh(legacy, hook, script, ours)?;
    done.notes.push(format!(
        "the pre-commit framework's {hook} runs it first, as {hook}.legacy; `pre-commit install --overwrite` would delete it"
    ));
    Ok(done)
}

/// Where the pre-commit framework keeps the hook it found.
pub(super) fn legacy(folder: &Path, hook: Hook) -> PathBuf {
    folder.join(format!("{hook}.legacy"))
}

pub(super) fn natures(kept: Vec<(PathBuf, Found)>) -> Vec<(PathBuf, Nature)> {
    kept.into_iter()
        .map(|(path, found)| (path, found.nature))
        .collect()
}
