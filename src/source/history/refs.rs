//! The refs a history was reached by.
//!
//! In: refs, and the commits of a walk. Out: [`Refs`], for naming what leads to
//! a content.

use super::super::SourceError;
use super::super::published::{remote_of, remotes_of_history};
use crate::finding::Origin;
use crate::git::{History as Walked, Leading, Ref, Repository, peel};

/// Refs that lead to a commit, branches first.
#[derive(Default)]
pub(super) struct Refs {
    pub(super) names: Vec<String>,
    pub(super) leading: Vec<Leading>,
    pub(super) remotes: Vec<String>,
}

/// The refs that lead to a commit, by way of tags too.
pub(super) fn peeled(
    repository: &Repository,
    walked: &Walked,
    mut refs: Vec<Ref>,
) -> Result<Refs, SourceError> {
    let mut reader = repository.reader()?;
    let known = remotes_of_history(repository);
    let mut peeled = Refs {
        remotes: known.iter().map(|(_, remote)| remote.clone()).collect(),
        ..Refs::default()
    };
    peeled.remotes.sort_unstable();
    peeled.remotes.dedup();
    refs.sort_by_key(|found| Origin::rank(&found.name));
    for found in refs {
        let commit = peel(&mut reader, found.target);
        let Some(commit) = commit.and_then(|id| walked.commits.place(id)) else {
            continue;
        };
        let remote = remote_of(&known, &found.name);
        let remote = remote.and_then(|name| peeled.remotes.binary_search(&name).ok());
        peeled.leading.push(Leading {
            commit,
            remote: remote.map(|at| at as u32),
        });
        peeled.names.push(found.name);
    }
    Ok(peeled)
}
