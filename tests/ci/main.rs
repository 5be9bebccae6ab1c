//! The files that others run: the action, the GitLab job, the pre-commit hooks.
//! Their scripts are run here with a `hubsweep` that only writes down its
//! arguments, in repositories made on the spot.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

mod action;
mod files;
mod gitlab;
mod stage;

use std::fs;
use std::path::Path;

/// A file of this repository.
fn file(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).unwrap()
}
