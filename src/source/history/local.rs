//! What a repository holds beside its history.
//!
//! In: a repository. Out: what is staged in its work trees and was never
//! committed, and its own settings.

use super::super::named::{Named, Names, What, shown};
use crate::finding::{Origin, OriginKind, SkipClass};
use crate::git::{History as Walked, ObjectSet, Repository};

/// What is staged in any of the work trees and was never committed.
pub(super) fn index(repository: &Repository, walked: &Walked, names: &mut Names<'_>) {
    let known: ObjectSet = walked.blobs.iter().map(|seen| seen.id).collect();
    for (name, entries) in repository.all_indexes() {
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().next().unwrap_or_default();
                let why = format!("what is staged cannot be read: {why}");
                names.skip(SkipClass::Failed, &format!(".git/{name}"), why);
                continue;
            }
        };
        for entry in entries.into_iter().filter(|one| !known.contains(&one.id)) {
            let path = shown(&entry.path);
            let origin = Origin {
                path: Some(path.clone()),
                ..Origin::of(OriginKind::Index)
            };
            names.file(path, 0, entry.id, origin);
        }
    }
}

/// The repository's own settings: remotes, credential helpers, submodules.
/// They are not sent, but copied with the folder.
pub(super) fn configuration(repository: &Repository, names: &mut Names<'_>) {
    let mut files = vec![repository.common_dir().join("config")];
    files.push(repository.git_dir().join("config.worktree"));
    for folder in ["worktrees", "modules"] {
        let entries = std::fs::read_dir(repository.common_dir().join(folder));
        for entry in entries.into_iter().flatten().flatten() {
            files.push(entry.path().join("config"));
            files.push(entry.path().join("config.worktree"));
        }
    }
    files.retain(|file| file.is_file());
    files.sort_unstable();
    files.dedup();
    for file in files {
        let inside = file.strip_prefix(repository.common_dir()).unwrap_or(&file);
        names.named.push(Named {
            path: format!(".git/{}", super::super::name::shown(inside)),
            size: file.metadata().map_or(0, |metadata| metadata.len()),
            what: What::File(file),
            origin: Origin::of(OriginKind::Config),
        });
    }
}
