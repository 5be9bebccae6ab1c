//! The log of what was let through.
//!
//! In: a hook's name and a reason. Out: a line in `hubsweep-skips.log` in the
//! git folder.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::SystemTime;

use super::{HookError, Repository};
use crate::finding::printable;

const LOG: &str = "hubsweep-skips.log";

/// Write down that `hook` was skipped for `reason`; returns where.
pub fn log_skip(repository: &Repository, hook: &str, reason: &str) -> Result<PathBuf, HookError> {
    let path = repository.common().join(LOG);
    let time = humantime::format_rfc3339_seconds(SystemTime::now());
    let line = format!("{time} {hook} {}\n", printable(reason));
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        // In one piece: two hooks may run at once.
        .and_then(|mut log| log.write_all(line.as_bytes()))
        .map_err(HookError::io("write", &path))?;
    Ok(path)
}
