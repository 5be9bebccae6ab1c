//! Taking our hooks out, and putting back what was there.
//!
//! In: a repository, hooks. Out: hook files as they were before ours.

use std::path::Path;

use super::install::{Change, Done, PROGRAM_KEY, legacy, natures};
use super::keep::{kept, put_back, remove};
use super::nature::{Nature, look};
use super::place::{self, Place};
use super::{Hook, HookError, Repository, husky};

/// Take `hooks` out again.
pub fn uninstall(repository: &Repository, hooks: &[Hook]) -> Result<Vec<Done>, HookError> {
    let place = place::find(repository, true)?;
    let mut all = Vec::new();
    for &hook in hooks {
        all.push(match &place {
            Place::Folder {
                folder, tracked, ..
            } => {
                let mut done = from_folder(folder, hook)?;
                done.tracked = *tracked;
                done
            }
            Place::Husky { folder, .. } => {
                let mut done = husky::uninstall(folder, hook)?;
                done.tracked = true;
                done
            }
        });
    }
    // Ours may still stand where git looked before core.hooksPath was set.
    let own = repository.own_hooks();
    for &hook in hooks {
        let file = own.join(hook.name());
        if look(&file)?.is_some_and(|found| found.nature.is_ours()) {
            all.push(from_folder(&own, hook)?);
        }
    }
    // The other hook may still need it.
    if all.iter().any(|done| done.tracked) && hooks.len() == Hook::ALL.len() {
        repository.configure(PROGRAM_KEY, None)?;
    }
    Ok(all)
}

/// Take one hook out of a folder of hook files.
pub(super) fn from_folder(folder: &Path, hook: Hook) -> Result<Done, HookError> {
    let file = folder.join(hook.name());
    let before = kept(folder, hook)?;
    let found = look(&file)?;
    let mut done = match found.as_ref().map(|found| &found.nature) {
        None | Some(Nature::Ours { .. }) => {
            // The newest is the one that would stand there without us.
            if let Some((newest, _)) = before.last() {
                put_back(newest, &file)?;
                Done::new(hook, file, Change::Restored)
            } else if found.is_some() {
                remove(&file)?;
                Done::new(hook, file, Change::Removed)
            } else {
                Done::new(hook, file, Change::Absent)
            }
        }
        Some(Nature::PreCommit) => from_legacy(folder, hook)?,
        Some(_) => Done::new(hook, file, Change::Absent),
    };
    done.kept = natures(kept(folder, hook)?);
    Ok(done)
}

/// Ours is where `pre-commit install` moved it; what was before ours goes
/// there.
fn from_legacy(folder: &Path, hook: Hook) -> Result<Done, HookError> {
    let legacy = legacy(folder, hook);
    if !look(&legacy)?.is_some_and(|old| old.nature.is_ours()) {
        return Ok(Done::new(hook, folder.join(hook.name()), Change::Absent));
    }
    let mut newest = None;
    for (path, old) in kept(folder, hook)? {
        if old.nature == Nature::PreCommit {
            // The framework's hook stands in its place already.
            remove(&path)?;
        } else {
            newest = Some(path);
        }
    }
    if let Some(newest) = newest {
        put_back(&newest, &legacy)?;
        return Ok(Done::new(hook, legacy, Change::Restored));
    }
    remove(&legacy)?;
    Ok(Done::new(hook, legacy, Change::Removed))
}
