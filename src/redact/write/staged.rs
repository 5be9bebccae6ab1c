//! The new content of a file, before it takes the file's name.
//!
//! A target enters; a file beside it that only this run knows, and at last the
//! target itself, leave. Dropped before that, it is gone.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::{Content, WriteError, folder_of};

/// Open, and for its owner's eyes only.
pub(super) struct Staged {
    file: NamedTempFile,
}

/// On the disk, with its final permissions.
pub(super) struct Sealed {
    path: TempPath,
}

impl Staged {
    /// An empty file in the folder of `target`: a name can only be taken over
    /// within one file system.
    pub(super) fn beside(target: &Path) -> Result<Self, WriteError> {
        let folder = folder_of(target);
        // Mode 0600 where there are modes.
        let file = tempfile::Builder::new()
            .prefix(".hubsweep-")
            .tempfile_in(folder)
            .map_err(WriteError::io("make a file in", folder))?;
        Ok(Self { file })
    }

    /// Fills it with what `write` writes.
    pub(super) fn fill<E: From<WriteError>>(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> Result<Content, E>,
    ) -> Result<Content, E> {
        let path = self.file.path().to_owned();
        let mut output = BufWriter::with_capacity(128 * 1024, self.file.as_file_mut());
        let content = write(&mut output)?;
        output.flush().map_err(WriteError::io("write", &path))?;
        Ok(content)
    }

    /// Gives it the owner of the original, as far as the system lets this user.
    pub(super) fn take_owner(&self, original: &Metadata) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, fchown};
            // Group and owner apart: a user may give files to their own groups
            // but not to other users. Refused, the file is this user's.
            let file = self.file.as_file();
            let _ = fchown(file, None, Some(original.gid()));
            let _ = fchown(file, Some(original.uid()), None);
        }
        #[cfg(not(unix))]
        let _ = (self, original);
    }

    /// Gives it the permissions of the original and brings it to the disk.
    pub(super) fn seal(self, original: &Metadata) -> Result<Sealed, WriteError> {
        let path = self.file.path().to_owned();
        let file = self.file.as_file();
        file.set_permissions(original.permissions())
            .map_err(WriteError::io("set the permissions of", &path))?;
        file.sync_all()
            .map_err(WriteError::io("bring to the disk", &path))?;
        Ok(Sealed {
            path: self.file.into_temp_path(),
        })
    }
}

impl Sealed {
    /// Takes the name of `target`, in one step.
    pub(super) fn settle(self, target: &Path) -> Result<(), WriteError> {
        self.path
            .persist(target)
            .map_err(|error| WriteError::io("replace", target)(error.error))?;
        sync_folder(folder_of(target));
        Ok(())
    }
}

/// Brings the names in a folder to the disk. Some file systems cannot; names are
/// then old or new after a loss of power, and the files whole either way.
pub(super) fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Copies `from` to `to`, which must not be there yet, and never shows half of it.
pub(super) fn copy_to_new(from: &Path, to: &Path) -> Result<(), WriteError> {
    let original = fs::metadata(from).map_err(WriteError::io("read", from))?;
    let mut staged = Staged::beside(to)?;
    staged.fill(|output| {
        let mut input = File::open(from).map_err(WriteError::io("read", from))?;
        io::copy(&mut input, output).map_err(WriteError::io("copy", from))?;
        Ok::<_, WriteError>(Content::New)
    })?;
    staged.take_owner(&original);
    let sealed = staged.seal(&original)?;
    sealed
        .path
        .persist_noclobber(to)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => WriteError::BackupExists {
                path: PathBuf::from(to),
            },
            _ => WriteError::io("make the backup", to)(error.error),
        })
}
