//! The old content of a file, kept under another name.
//!
//! A file and the name of its backup enter; the backup leaves, or why there is
//! none.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::staged::{copy_to_new, sync_folder};
use super::{WriteError, folder_of};

/// Is the backup there because an interrupted run made it of this very file?
/// A file of that name that is another one is an error.
pub(super) fn is_made(backup: &Path, original: &Metadata) -> Result<bool, WriteError> {
    match fs::symlink_metadata(backup) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(WriteError::io("read", backup)(error)),
        Ok(found) if is_one(&found, original) => Ok(true),
        Ok(_) => Err(WriteError::BackupExists {
            path: backup.to_owned(),
        }),
    }
}

/// Keeps the file under the name of the backup as well: as a second name, which
/// costs nothing, or as a copy where the file system has no such thing.
pub(super) fn keep(target: &Path, backup: &Path) -> Result<(), WriteError> {
    match fs::hard_link(target, backup) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = backup.to_owned();
            return Err(WriteError::BackupExists { path });
        }
        Err(_) => copy_to_new(target, backup)?,
    }
    // Before the old content loses its own name.
    sync_folder(folder_of(backup));
    Ok(())
}

/// How many names a file has; one where the system does not tell.
pub(super) fn names(file: &Metadata) -> u64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::nlink(file)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        1
    }
}

/// Is it one file under two names? Never, where the system does not tell.
fn is_one(a: &Metadata, b: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        (a.dev(), a.ino()) == (b.dev(), b.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = (a, b);
        false
    }
}

/// Is a file what it was, as far as length and times tell?
pub(super) fn is_unchanged(before: &Metadata, after: &Metadata) -> bool {
    let same_file = cfg!(not(unix)) || is_one(before, after);
    let same_time = matches!((before.modified(), after.modified()), (Ok(a), Ok(b)) if a == b);
    same_file && same_time && before.len() == after.len()
}
