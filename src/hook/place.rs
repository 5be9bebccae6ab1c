//! Where a hook of ours has to stand so that git runs it.
//!
//! In: a repository. Out: a folder, or the file husky runs.

use std::path::{Path, PathBuf};

use super::global;
use super::repository::{Repository, tidy};
use super::{HookError, HooksPath};

/// Where hooks go.
#[derive(Debug)]
pub(super) enum Place {
    /// A folder of hook files.
    Folder {
        folder: PathBuf,
        /// Are they committed? Then nothing of this machine may stand in them.
        tracked: bool,
        /// Who runs other hooks in their place, if anybody does.
        shadow: Option<HooksPath>,
    },
    /// A folder of husky's: its files are committed, and a hook goes into
    /// them, before what else they run.
    Husky {
        folder: PathBuf,
        /// Husky 5 to 8: a file sources husky, which runs it once more.
        sourced: bool,
    },
}

/// The place that counts. `forced` is the repository's own folder, whatever
/// shadows it.
pub(super) fn find(repository: &Repository, forced: bool) -> Result<Place, HookError> {
    // A link may lead from `.git/hooks` to a folder that is committed.
    let own = |shadow| Place::Folder {
        tracked: repository.would_track(&repository.own_hooks()),
        folder: repository.own_hooks(),
        shadow,
    };
    let Some(other) = repository.hooks_path() else {
        return Ok(own(None));
    };
    if let Some(husky) = husky(&other.folder) {
        return Ok(husky);
    }
    if other.scope.is_own() {
        if other.folder.exists() && !other.folder.is_dir() {
            return Err(HookError::Off {
                folder: other.folder.clone(),
                scope: other.scope,
                flag: other.scope.flag(),
            });
        }
        return Ok(Place::Folder {
            folder: other.folder.clone(),
            tracked: repository.would_track(&other.folder),
            shadow: None,
        });
    }
    // Ours runs the repository's own hooks.
    if global::folder().is_ok_and(|folder| tidy(&folder) == tidy(&other.folder)) {
        return Ok(own(None));
    }
    if forced {
        return Ok(own(Some(other.clone())));
    }
    if other.folder.exists() && !other.folder.is_dir() {
        return Err(HookError::Off {
            folder: other.folder.clone(),
            scope: other.scope,
            flag: other.scope.flag(),
        });
    }
    Err(HookError::Shadowed {
        folder: other.folder.clone(),
        scope: other.scope,
        file: other.file.clone(),
    })
}

/// The place in a folder that husky made git take hooks from.
fn husky(folder: &Path) -> Option<Place> {
    if folder.join("_/husky.sh").is_file() {
        return Some(Place::Husky {
            folder: folder.to_owned(),
            sourced: true,
        });
    }
    let parent = folder.parent()?;
    let is_named = |path: &Path, name: &str| path.file_name().is_some_and(|last| last == name);
    // `git clean` may have taken away what `npm install` will make again.
    let generated = folder.join("h").is_file() || is_named(parent, ".husky");
    (generated && is_named(folder, "_")).then(|| Place::Husky {
        folder: parent.to_owned(),
        sourced: false,
    })
}
