//! Hook files on disk: written whole or not at all, and never lost.
//!
//! In: paths and scripts. Out: files. What stood at a hook's place is kept
//! beside it as `NAME.before-hubsweep`, a link as a link, not executable if it
//! was not.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::nature::{Found, Nature, look};
use super::{Hook, HookError};

/// The last of the numbered names, as the scripts know it.
const MOST: usize = 9;

/// Names under which a hook is kept, first come first.
fn names(folder: &Path, hook: Hook) -> impl Iterator<Item = PathBuf> {
    let first = format!("{hook}.before-hubsweep");
    let numbered: Vec<String> = (2..=MOST).map(|n| format!("{first}.{n}")).collect();
    let folder = folder.to_owned();
    std::iter::once(first)
        .chain(numbered)
        .map(move |name| folder.join(name))
}

/// The hooks kept in `folder`, in the order in which they run.
pub(super) fn kept(folder: &Path, hook: Hook) -> Result<Vec<(PathBuf, Found)>, HookError> {
    let mut kept = Vec::new();
    for path in names(folder, hook) {
        if let Some(found) = look(&path)? {
            kept.push((path, found));
        }
    }
    Ok(kept)
}

/// Keep what stands at `place` beside it; returns where. Until something is
/// written over it, it also stays where it is, so that no push meets no hook.
pub(super) fn keep(place: &Path, hook: Hook, found: &Found) -> Result<PathBuf, HookError> {
    let folder = place.parent().unwrap_or(Path::new(""));
    let again = kept(folder, hook)?.into_iter().find(|(_, old)| {
        let same = old.text == found.text && old.runs == found.runs && !old.is_link;
        let newer = found.nature.is_generated() && old.nature == found.nature;
        !found.is_link && (same || newer)
    });
    let free = || names(folder, hook).find(|path| path.symlink_metadata().is_err());
    let to = match again {
        Some((old, _)) => {
            fs::remove_file(&old).map_err(HookError::io("replace", &old))?;
            old
        }
        None => free().ok_or_else(|| HookError::Full {
            path: folder.join(format!("{hook}.before-hubsweep")),
        })?,
    };
    // Not every file system has hard links.
    fs::hard_link(place, &to)
        .or_else(|_| fs::rename(place, &to))
        .map_err(HookError::io("keep", place))?;
    Ok(to)
}

/// Put `from` at `place`, whatever stands there.
pub(super) fn put_back(from: &Path, place: &Path) -> Result<(), HookError> {
    fs::rename(from, place).map_err(HookError::io("restore", place))
}

pub(super) fn remove(path: &Path) -> Result<(), HookError> {
    fs::remove_file(path).map_err(HookError::io("remove", path))
}

/// Write an executable file, whole or not at all.
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), HookError> {
    write_with(path, text, None)
}

/// The same for a file that keeps its permissions, if it is there.
pub(super) fn rewrite(path: &Path, text: &[u8]) -> Result<(), HookError> {
    let permissions = path.metadata().ok().map(|file| file.permissions());
    write_with(path, text, permissions)
}

fn write_with(
    path: &Path,
    text: &[u8],
    permissions: Option<fs::Permissions>,
) -> Result<(), HookError> {
    let failed = || HookError::io("write", path);
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(HookError::io("create", folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hubsweep-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask still holds.
        builder.permissions(fs::Permissions::from_mode(0o755));
    }
    let mut file = builder.tempfile_in(folder).map_err(failed())?;
    file.write_all(text).map_err(failed())?;
    if let Some(permissions) = permissions {
        file.as_file()
            .set_permissions(permissions)
            .map_err(failed())?;
    }
    file.persist(path)
        .map_err(|error| error.error)
        .map_err(failed())?;
    Ok(())
}

/// Does a hook look at the name it was called by? Kept under another, it may
/// no longer know what to do.
pub(super) fn minds_its_name(found: &Found) -> bool {
    const SIGNS: [&[u8]; 5] = [
        b"basename",
        b"##*/",
        b"argv[0]",
        b"PROGRAM_NAME",
        b"__FILE__",
    ];
    found.nature == Nature::Other
        && SIGNS
            .iter()
            .any(|sign| found.text.windows(sign.len()).any(|window| window == *sign))
}
