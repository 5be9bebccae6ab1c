//! What is known already: the baseline of a sweep, and the key its fingerprints
//! are made with.
//!
//! In: arguments and the paths of a sweep. Out: both, or an error that says
//! which file does not fit.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::args::GATE;
use super::scan::find_beside;
use crate::finding::FingerprintKey;
use crate::policy::Baseline;

/// Name of a repository's own baseline.
pub(super) const BASELINE_NAME: &str = "hubsweep-baseline.toml";

/// Shortest key: below it, it could be found by trying.
const SHORTEST_KEY: usize = 16;
/// Longest key file read.
const LONGEST_KEY: u64 = 64 * 1024;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct Known {
    /// Baseline to use instead of the hubsweep-baseline.toml found at the root
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline", help_heading = GATE)]
    pub(super) baseline: Option<PathBuf>,
    /// Ignore any baseline: what is known blocks too
    #[arg(long, help_heading = GATE)]
    pub(super) no_baseline: bool,
    /// Key of your own to make fingerprints with, at least 16 bytes
    #[arg(long, value_name = "FILE", env = "HUBSWEEP_FINGERPRINT_KEY", hide_env_values = true, help_heading = GATE)]
    pub(super) fingerprint_key: Option<PathBuf>,
}

impl Known {
    /// The baseline that holds for these paths.
    pub(super) fn load(
        &self,
        paths: &[PathBuf],
        key: &FingerprintKey,
    ) -> anyhow::Result<Option<Baseline>> {
        let found = match &self.baseline {
            Some(file) => Some(file.clone()),
            None if self.no_baseline => None,
            None => find_beside(paths, BASELINE_NAME, "--baseline")?,
        };
        let Some(file) = found else { return Ok(None) };
        let baseline = load(&file, key)?;
        let holds = |path: &PathBuf| self.baseline.is_some() || is_beside(&file, path);
        Ok(Some(if paths.iter().all(holds) {
            baseline
        } else {
            baseline.of_part()
        }))
    }

    /// The key of this run.
    pub(super) fn key(&self) -> anyhow::Result<FingerprintKey> {
        let Some(path) = &self.fingerprint_key else {
            return Ok(FingerprintKey::default());
        };
        Ok(FingerprintKey::new(&read_key(path, "fingerprint key")?))
    }
}

/// A key of the user's own.
pub(super) fn read_key(path: &Path, what: &str) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let mut bytes = Vec::new();
    // Asked before it is opened: opening a pipe may never return.
    let meta = fs::metadata(path).with_context(|| format!("could not read the {what} {shown}"))?;
    if !meta.is_file() || meta.len() > LONGEST_KEY {
        bail!("the {what} {shown} is not a regular file of at most 64 KiB");
    }
    File::open(path)
        .and_then(|file| file.take(LONGEST_KEY).read_to_end(&mut bytes))
        .with_context(|| format!("could not read the {what} {shown}"))?;
    // An editor's last line break is no part of it.
    let key = bytes.trim_ascii_end();
    if key.len() < SHORTEST_KEY {
        bail!(
            "the {what} {shown} has {} bytes, fewer than {SHORTEST_KEY}\n\
             help: make one with `openssl rand -hex 32`, and keep it out of the repository",
            key.len()
        );
    }
    Ok(key.to_vec())
}

/// Read a baseline made with this key.
pub(super) fn load(file: &Path, key: &FingerprintKey) -> anyhow::Result<Baseline> {
    let baseline = Baseline::load(file, &shown(file))?;
    baseline.check_key(key)?;
    Ok(baseline)
}

/// A path as messages show it.
pub(super) fn shown(file: &Path) -> String {
    let path = file.strip_prefix("./").unwrap_or(file);
    path.display().to_string()
}

/// Does the file lie in this very folder?
fn is_beside(file: &Path, folder: &Path) -> bool {
    let parent = match file.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return false,
    };
    match (parent.canonicalize(), folder.canonicalize()) {
        (Ok(parent), Ok(folder)) => parent == folder,
        _ => false,
    }
}
