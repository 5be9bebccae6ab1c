//! The secrets of a blocked push, for the tool that takes them out.
//!
//! In: findings. Out: a file of `git filter-repo --replace-text` expressions,
//! outside of every repository and for its owner's eyes alone. It is the one
//! file in which hubsweep writes secrets, because the tool needs them; the next
//! push that passes removes it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use super::Repository;
use crate::finding::Finding;

/// Shorter values would be replaced where they mean something else.
const SHORTEST: usize = 8;

/// Write the expressions of what blocks; `None` if nothing can be replaced, or
/// the folder cannot be written to.
pub fn write_expressions(repository: &Repository, findings: &[Finding]) -> Option<PathBuf> {
    let mut lines = BTreeSet::new();
    for finding in findings.iter().filter(|finding| finding.blocks()) {
        lines.extend(expression(finding));
    }
    if lines.is_empty() {
        return None;
    }
    let path = place(repository)?;
    let text: Vec<u8> = lines.into_iter().flatten().collect();
    write(&path, &text).ok()?;
    Some(path)
}

/// Remove what an earlier push left.
pub fn remove_expressions(repository: &Repository) {
    if let Some(path) = place(repository) {
        let _ = fs::remove_file(path);
    }
}

/// `literal:SECRET==>REMOVED`, one line.
fn expression(finding: &Finding) -> Option<Vec<u8>> {
    let secret = finding.secret.as_ref()?.reveal();
    let mut line = Vec::new();
    if secret.starts_with(b"-----BEGIN ") {
        // An expression is one line, a key in PEM is many.
        line.extend_from_slice(
            b"regex:(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----",
        );
    } else if secret.len() < SHORTEST
        || secret.contains(&b'\n')
        || memchr::memmem::find(secret, b"==>").is_some()
    {
        return None;
    } else {
        line.extend_from_slice(b"literal:");
        line.extend_from_slice(secret);
    }
    line.extend_from_slice(b"==>REMOVED\n");
    Some(line)
}

/// One file a repository, in the user's folder for such things.
fn place(repository: &Repository) -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_STATE_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".local/state")))?
        .join("hubsweep");
    // Which repository it is for, without its name: names tell.
    let name = repository.common().as_os_str().as_encoded_bytes();
    let number = name.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Some(folder.join(format!("replace-{number:016x}.txt")))
}

fn write(path: &std::path::Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    // A new file: an old one may be somebody's link, or open to others.
    let mut file = tempfile::Builder::new()
        .prefix(".replace-")
        .tempfile_in(folder)?;
    file.write_all(text)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
