//! What the next commit would record: the index, not the work tree.
//!
//! In: a repository. Out: every content of the index that the checked-out
//! commit does not have at that path.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::filter::Filter;
use super::named::{Names, Told, shown};
use super::objects::Absent;
use super::{Item, Selection, Source, SourceError, Tell};
use crate::finding::{Origin, OriginKind, Skip};
use crate::git::object::{Mode, ObjectKind};
use crate::git::{Reader, Repository, object, walk_tree};

/// The index of one repository.
pub struct Staged {
    path: PathBuf,
    filter: Filter,
    told: OnceLock<Told>,
}

impl Staged {
    /// The index of the repository that holds `path`.
    pub fn new(path: &Path, selection: &Selection) -> Result<Self, SourceError> {
        Ok(Self {
            path: path.to_owned(),
            filter: Filter::new(selection)?,
            told: OnceLock::new(),
        })
    }
}

impl Source for Staged {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let repository = super::repository(&self.path)?;
        let mut reader = repository.reader()?;
        let mut names = Names::new(&self.filter);
        let head = head_files(&repository, &mut reader);
        for entry in repository.index()? {
            if head.get(&entry.path) == Some(&entry.id) {
                continue;
            }
            let path = shown(&entry.path);
            let size = reader.header(entry.id).map_or(0, |(_, size)| size);
            let origin = Origin {
                path: Some(path.clone()),
                ..Origin::of(OriginKind::Index)
            };
            names.file(path, size, entry.id, origin);
        }
        let told = names.tell(repository, Absent::Sent, Vec::new(), sink);
        // A second call would tell the same.
        let _ = self.told.set(told);
        Ok(())
    }

    fn origins(&self, keys: &[usize], tell: Tell<'_>) -> Result<Vec<Skip>, SourceError> {
        if let Some(told) = self.told.get() {
            for (at, &key) in keys.iter().enumerate() {
                tell(at, vec![told.named[key].origin.clone()]);
            }
        }
        Ok(Vec::new())
    }
}

/// What the checked-out commit has at each path.
fn head_files(
    repository: &Repository,
    reader: &mut Reader,
) -> HashMap<Vec<u8>, crate::git::ObjectId> {
    let commit = repository
        .head()
        .and_then(|id| reader.read_as(id, ObjectKind::Commit).ok())
        .and_then(|data| object::commit(&data));
    let Some(commit) = commit else {
        return HashMap::new();
    };
    // A folder that cannot be read hides nothing.
    let files = walk_tree(reader, commit.tree, &mut |_, _, _| {});
    // A submodule may go by the id of a content that was never there.
    let files = files.into_iter();
    let files = files.filter(|file| file.mode != Mode::Submodule);
    files.map(|file| (file.path, file.id)).collect()
}
