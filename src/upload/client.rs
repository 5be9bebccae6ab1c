//! The `hf` program.
//!
//! In: `PATH` or `$HUBSWEEP_HF`, and arguments. Out: its exit code. The only
//! place of hubsweep from which anything reaches the network, and it does so
//! in another program, under the user's own arguments.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use thiserror::Error;

/// Why the client does not run.
#[derive(Debug, Error)]
pub enum ClientError {
    /// There is none on `PATH`.
    #[error(
        "cannot find `hf`, which does the upload\nhelp: pip install huggingface_hub, or set HUBSWEEP_HF to its path"
    )]
    Missing,
    /// `$HUBSWEEP_HF` is no program.
    #[error("HUBSWEEP_HF is no program: {}\nhelp: unset HUBSWEEP_HF, or set it to the path of `hf`", path.display())]
    NotThere {
        /// What it is set to.
        path: PathBuf,
    },
    /// It cannot be started.
    #[error("cannot run {}\nhelp: try `hf version`", path.display())]
    Start {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The client that does the upload.
#[derive(Debug)]
pub struct Client(PathBuf);

impl Client {
    /// The one the user means.
    pub fn find() -> Result<Self, ClientError> {
        if let Some(path) = std::env::var_os("HUBSWEEP_HF").filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            return if is_program(&path) {
                Ok(Self(path))
            } else {
                Err(ClientError::NotThere { path })
            };
        }
        let name = format!("hf{}", std::env::consts::EXE_SUFFIX);
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders)
            .map(|folder| folder.join(&name))
            .find(|path| is_program(path))
            .map(Self)
            .ok_or(ClientError::Missing)
    }

    /// Run it and wait; what it prints is the user's to see.
    pub fn run(&self, arguments: &[OsString]) -> Result<u8, ClientError> {
        let status = Command::new(&self.0).args(arguments).status();
        status.map(code).map_err(|source| ClientError::Start {
            path: self.0.clone(),
            source,
        })
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// As a shell says it: 128 and the signal's number for one that was killed.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(u8::MAX);
        }
    }
    status
        .code()
        .map_or(1, |code| u8::try_from(code).unwrap_or(1))
}
