//! The paths the user gave.
//!
//! In: paths as given. Out: [`Root`]s, each with the place it is read in, so
//! that nothing is read twice.

use std::path::{Component, Path, PathBuf};

use super::{As, SourceError, name};
use crate::git::{Standing, WorkTree};

/// One path to scan.
#[derive(Clone, Debug)]
pub struct Root {
    /// As given, with `/`.
    pub given: String,
    /// The real path.
    pub path: PathBuf,
    /// In whose place it is read.
    pub sends: As,
    /// Is it a folder?
    pub is_dir: bool,
    /// What its items' paths begin with: empty, or a folder and a slash; of a
    /// file, its whole name.
    pub prefix: String,
}

impl Root {
    /// The roots of `paths`, each once.
    pub(super) fn resolve(
        paths: &[PathBuf],
        as_kind: Option<As>,
    ) -> Result<Vec<Self>, SourceError> {
        let mut roots: Vec<Self> = Vec::with_capacity(paths.len());
        for given in paths {
            let (path, is_dir) = real(given).map_err(|source| SourceError::Root {
                path: given.clone(),
                source,
            })?;
            if roots.iter().any(|root| root.path == path) {
                continue;
            }
            let sends = if is_dir {
                decide(&path, as_kind)?
            } else {
                as_kind.unwrap_or(As::Upload)
            };
            roots.push(Self {
                given: name::shown(given),
                path,
                sends,
                is_dir,
                prefix: cleaned(given),
            });
        }
        if let [root] = roots.as_mut_slice() {
            root.prefix = match root.path.file_name() {
                Some(name) if !root.is_dir => name::shown(Path::new(name)),
                _ => String::new(),
            };
        }
        Ok(roots)
    }

    /// The path to show for `path`, relative to this root.
    pub(super) fn shown(&self, path: &Path) -> String {
        if path.as_os_str().is_empty() {
            let whole = self.prefix.trim_end_matches('/');
            return if whole.is_empty() { "." } else { whole }.to_owned();
        }
        format!("{}{}", self.prefix, name::shown(path))
    }
}

/// The real path, but of a file only up to its name: a link to a file is kept,
/// so that it is the link that is read once.
fn real(given: &Path) -> std::io::Result<(PathBuf, bool)> {
    let whole = given.canonicalize()?;
    if given.metadata()?.is_dir() {
        return Ok((whole, true));
    }
    let Some(file) = given.file_name() else {
        return Ok((whole, false));
    };
    let folder = match given.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok((folder.canonicalize()?.join(file), false))
}

/// A folder in a work tree is read as git sends it, unless git ignores it:
/// whoever scans an ignored output folder wants to upload it.
fn decide(path: &Path, as_kind: Option<As>) -> Result<As, SourceError> {
    if let Some(kind @ (As::Upload | As::All)) = as_kind {
        return Ok(kind);
    }
    let tree = WorkTree::discover(path)?;
    let sent = |tree: &WorkTree| {
        path.strip_prefix(tree.root()).is_ok_and(|inside| {
            inside.as_os_str().is_empty() || tree.standing(inside, true) != Standing::Left
        })
    };
    match (tree, as_kind) {
        (Some(_), Some(_)) => Ok(As::Git),
        (None, Some(_)) => Err(SourceError::NoWorkTree {
            path: path.to_owned(),
        }),
        (Some(tree), None) if sent(&tree) => Ok(As::Git),
        (_, None) => Ok(As::Upload),
    }
}

/// The path as given, without `./` and with a slash after a folder.
fn cleaned(given: &Path) -> String {
    let parts: PathBuf = given
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let mut text = name::shown(&parts);
    if given.is_dir() && !text.is_empty() && !text.ends_with('/') {
        text.push('/');
    }
    text
}
