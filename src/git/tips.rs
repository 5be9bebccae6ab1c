//! Everything a repository still holds on to: where a walk of its history
//! begins.
//!
//! In: a repository. Out: [`Tip`]s: refs of every kind, detached heads of all
//! work trees, what unfinished merges and rebases name, and the reflogs, in
//! which old stashes and amended commits live.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::GitError;
use super::oid::{ObjectId, ObjectSet};
use super::repository::Repository;

/// An object that is held on to, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// A ref's full name, `HEAD` and its like, or `reflog of …`.
    pub name: String,
    /// The object.
    pub id: ObjectId,
    /// Is it a ref, which a push or a clone would name?
    pub is_ref: bool,
}

/// Longest reflog read, in bytes; it is read from its end.
const LONGEST_LOG: usize = 64 << 20;

/// All tips: refs first, each object under its first name only where it has no
/// ref.
pub fn tips(repository: &Repository) -> Result<Vec<Tip>, GitError> {
    let mut tips: Vec<Tip> = Vec::new();
    let mut known = ObjectSet::default();
    for found in repository.refs()? {
        known.insert(found.target);
        tips.push(Tip {
            name: found.name,
            id: found.target,
            is_ref: true,
        });
    }
    let mut others = BTreeMap::new();
    if let Some(head) = repository.head() {
        others.insert("HEAD".to_owned(), vec![head]);
    }
    for (folder, prefix) in git_dirs(repository) {
        pseudo_refs(&folder, &prefix, &mut others);
        reflogs(&folder.join("logs"), &prefix, &mut others);
    }
    if repository.opened().is_none() {
        let said = repository.ask(&["reflog", "show", "--all", "--format=%H"]);
        others.insert(
            "reflogs".to_owned(),
            ids(&said.unwrap_or_default()).collect(),
        );
    }
    for (name, ids) in others {
        for id in ids {
            if !id.is_zero() && known.insert(id) {
                tips.push(Tip {
                    name: name.clone(),
                    id,
                    is_ref: false,
                });
            }
        }
    }
    Ok(tips)
}

/// The shared folder and those of the linked work trees, with the prefix of
/// their names.
pub(super) fn git_dirs(repository: &Repository) -> Vec<(PathBuf, String)> {
    let common = repository.common_dir();
    let mut folders = vec![(common.to_owned(), String::new())];
    let linked = fs::read_dir(common.join("worktrees"));
    for entry in linked.into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        folders.push((entry.path(), format!("worktrees/{name}/")));
    }
    folders
}

/// `HEAD`, `ORIG_HEAD`, `MERGE_HEAD`, `FETCH_HEAD` and whatever git adds next:
/// files with names in capitals that hold ids.
fn pseudo_refs(folder: &Path, prefix: &str, tips: &mut BTreeMap<String, Vec<ObjectId>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let capitals = name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        // The editor's message of a commit holds no ids.
        if !capitals || !is_file || name.ends_with("_EDITMSG") {
            continue;
        }
        let text = fs::read(entry.path()).unwrap_or_default();
        let found: Vec<ObjectId> = ids(&text).collect();
        if !found.is_empty() {
            tips.insert(format!("{prefix}{name}"), found);
        }
    }
}

fn reflogs(folder: &Path, prefix: &str, tips: &mut BTreeMap<String, Vec<ObjectId>>) {
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(current).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    let name = path.strip_prefix(folder).unwrap_or(&path);
                    let name = format!("reflog of {prefix}{}", name.display());
                    tips.insert(name, logged(&fs::read(&path).unwrap_or_default()));
                }
                _ => {}
            }
        }
    }
}

/// Both ids of each line of a reflog.
fn logged(log: &[u8]) -> Vec<ObjectId> {
    let log = &log[log.len().saturating_sub(LONGEST_LOG)..];
    let lines = log.split(|&byte| byte == b'\n');
    lines
        .flat_map(|line| line.splitn(3, |&byte| byte == b' ').take(2))
        .filter_map(ObjectId::from_hex)
        .collect()
}

/// The id at the start of each line.
fn ids(text: &[u8]) -> impl Iterator<Item = ObjectId> {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let word = line.split(u8::is_ascii_whitespace).next()?;
        ObjectId::from_hex(word)
    })
}
