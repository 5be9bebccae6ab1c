//! Files are replaced whole, or not at all.
//!
//! A path enters, with a function that writes the new content; the file holds
//! the old content or the new one, whatever interrupts the run. The new content
//! goes to a file of its own beside the target, `.hubsweep-…`, is brought to the
//! disk, and only then takes the target's name. A run that is killed leaves that
//! file at most; one that fails removes it.
//!
//! Mode and, where that is allowed, owner of the original are kept; access
//! control lists and extended attributes are not.

mod kept;
mod staged;
#[cfg(test)]
mod tests;

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use staged::Staged;

/// What a function that writes a file tells of the content it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The same as before.
    Same,
    /// Another one.
    New,
}

/// Why a file was not written. The target holds what it held before.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A folder, pipe, device or, in an output folder, symbolic link.
    #[error("{} is no regular file\nhelp: move it away", path.display())]
    NotAFile {
        /// Its path.
        path: PathBuf,
    },
    /// Its owner does not want it changed.
    #[error("{} is read-only\nhelp: make it writable, or redact into a folder: `--out DIR`", path.display())]
    ReadOnly {
        /// Its path.
        path: PathBuf,
    },
    /// Replaced under one name, the content stays under the others.
    #[error(
        "{} has {names} names (hard links), and the others would keep the old content\n\
         help: make it a file of its own, or redact into a folder: `--out DIR`",
        path.display()
    )]
    HardLinked {
        /// One of them.
        path: PathBuf,
        /// How many there are.
        names: u64,
    },
    /// There is a file by the name of the backup.
    #[error("the backup {} is there already and is not overwritten\nhelp: move it away", path.display())]
    BackupExists {
        /// Its path.
        path: PathBuf,
    },
    /// Somebody else wrote to the file meanwhile.
    #[error("{} changed while it was redacted\nhelp: run again when nothing writes to it", path.display())]
    Changed {
        /// Its path.
        path: PathBuf,
    },
    /// The path leads out of the output folder, by `..` or a link.
    #[error("{} leads out of the output folder", path.display())]
    Outside {
        /// The path within the folder.
        path: PathBuf,
    },
    /// The output folder is where the originals are.
    #[error("{} is the original itself\nhelp: give another output folder, or `--in-place`", path.display())]
    Original {
        /// Its path.
        path: PathBuf,
    },
}

impl WriteError {
    /// Of an action on a path.
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}

/// Replaces the content of a file by what `write` writes, if it answers
/// [`Content::New`]; otherwise the file stays as it is, its times too.
///
/// Through a symbolic link, the file it leads to is rewritten and the link stays.
/// With `backup`, a suffix such as `.orig` and never empty, the old file stays beside the new
/// one under its name and that suffix; an older backup is never overwritten. A
/// backup that an interrupted run made of this very file counts as made.
///
/// `write` should own what it reads the old file by: on Windows an open file
/// cannot be replaced.
///
/// # Errors
///
/// Those of `write`, and of [`WriteError`] all but `Outside` and `Original`; the
/// file is then what it was.
pub fn replace<E: From<WriteError>>(
    path: &Path,
    backup: Option<&str>,
    write: impl FnOnce(&mut dyn Write) -> Result<Content, E>,
) -> Result<Content, E> {
    let target = behind_links(path)?;
    let before = regular(&target)?;
    writable(&target, &before)?;
    let backup = backup.map(|suffix| suffixed(&target, suffix));
    let made = match &backup {
        Some(backup) => kept::is_made(backup, &before)?,
        None => false,
    };
    let names = kept::names(&before);
    if names > 1 + u64::from(made) {
        let path = target;
        return Err(WriteError::HardLinked { path, names }.into());
    }
    let mut staged = Staged::beside(&target)?;
    if staged.fill(write)? == Content::Same {
        return Ok(Content::Same);
    }
    staged.take_owner(&before);
    let staged = staged.seal(&before)?;
    if !kept::is_unchanged(&before, &regular(&target)?) {
        return Err(WriteError::Changed { path: target }.into());
    }
    if let Some(backup) = backup.filter(|_| !made) {
        kept::keep(&target, &backup)?;
    }
    staged.settle(&target)?;
    Ok(Content::New)
}

/// Writes a file of the output folder `folder`, at `relative` within it, which
/// takes over the permissions of `original`. Folders on the way are made.
///
/// `write` writes the whole content even where it is the same: the folder is to
/// hold a complete copy. A regular file that is there already is replaced, since
/// an earlier run made it; anything else is left alone.
///
/// Links that somebody puts into the folder while this runs are not guarded
/// against.
///
/// # Errors
///
/// Those of `write`, and of [`WriteError`] `Io`, `NotAFile`, `Outside` and
/// `Original`; nothing was then written to the target.
pub fn create<E: From<WriteError>>(
    folder: &Path,
    relative: &Path,
    original: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<Content, E>,
) -> Result<Content, E> {
    let target = within(folder, relative)?;
    let of_original = fs::metadata(original).map_err(WriteError::io("read", original))?;
    match fs::symlink_metadata(&target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(WriteError::io("read", &target)(error).into()),
        Ok(there) if !there.is_file() => {
            return Err(WriteError::NotAFile { path: target }.into());
        }
        Ok(_) if is_same(&target, original) => {
            return Err(WriteError::Original { path: target }.into());
        }
        Ok(_) => {}
    }
    let mut staged = Staged::beside(&target)?;
    let content = staged.fill(write)?;
    staged.seal(&of_original)?.settle(&target)?;
    Ok(content)
}

/// The file that a symbolic link leads to; any other path as it is.
fn behind_links(path: &Path) -> Result<PathBuf, WriteError> {
    let found = fs::symlink_metadata(path).map_err(WriteError::io("read", path))?;
    if found.is_symlink() {
        fs::canonicalize(path).map_err(WriteError::io("follow", path))
    } else {
        Ok(path.to_owned())
    }
}

fn regular(path: &Path) -> Result<Metadata, WriteError> {
    let found = fs::symlink_metadata(path).map_err(WriteError::io("read", path))?;
    if found.is_file() {
        Ok(found)
    } else {
        let path = path.to_owned();
        Err(WriteError::NotAFile { path })
    }
}

/// May this user write to the file? Its name could be taken over even so.
fn writable(path: &Path, file: &Metadata) -> Result<(), WriteError> {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let opened = fs::OpenOptions::new().write(true).open(path);
    match opened.map_err(|error| (error.kind(), error)) {
        Ok(_) if !file.permissions().readonly() => Ok(()),
        Ok(_) | Err((PermissionDenied | ReadOnlyFilesystem, _)) => {
            let path = path.to_owned();
            Err(WriteError::ReadOnly { path })
        }
        Err((_, error)) => Err(WriteError::io("write", path)(error)),
    }
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Do both paths lead to one file?
fn is_same(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// The place of a file within a folder, whose folders on the way are made; none
/// of them may be a link.
fn within(folder: &Path, relative: &Path) -> Result<PathBuf, WriteError> {
    let outside = || WriteError::Outside {
        path: relative.to_owned(),
    };
    fs::create_dir_all(folder).map_err(WriteError::io("make the folder", folder))?;
    let mut place = folder.to_owned();
    let here = |name: &Component<'_>| *name == Component::CurDir;
    let mut names = relative.components().filter(|name| !here(name)).peekable();
    if names.peek().is_none() {
        return Err(outside());
    }
    while let Some(name) = names.next() {
        let Component::Normal(name) = name else {
            return Err(outside());
        };
        place.push(name);
        if names.peek().is_none() {
            break;
        }
        match fs::create_dir(&place) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(&place).map_err(WriteError::io("read", &place))?;
                if found.is_symlink() {
                    return Err(outside());
                } else if !found.is_dir() {
                    return Err(WriteError::NotAFile { path: place });
                }
            }
            Err(error) => return Err(WriteError::io("make the folder", &place)(error)),
        }
    }
    Ok(place)
}
