//! What is staged.
//!
//! In: a repository. Out: the files of its index, or of the indexes of all its
//! work trees. In a hook the index is the one git names, which holds no more
//! than a partial commit takes.

use std::ffi::OsString;

use super::GITLINK;
use super::GitError;
use super::oid::ObjectId;
use super::program;
use super::repository::Repository;
use super::tips::git_dirs;

/// A file of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// Path with `/`, any bytes.
    pub path: Vec<u8>,
    /// Its content.
    pub id: ObjectId,
}

impl IndexEntry {
    /// A line of `git ls-files --stage`: `100644 ID 0\tPATH`.
    fn parse(line: &[u8]) -> Option<Self> {
        let tab = memchr::memchr(b'\t', line)?;
        let mut words = line[..tab].split(|&byte| byte == b' ');
        if words.next()? == b"160000" {
            return None;
        }
        Some(Self {
            id: ObjectId::from_hex(words.next()?)?,
            path: line[tab + 1..].to_vec(),
        })
    }
}

impl Repository {
    /// The index: what is staged, conflicts with all their sides.
    pub fn index(&self) -> Result<Vec<IndexEntry>, GitError> {
        if let Some(repository) = self.opened() {
            let index = repository.index();
            return Ok(files(&index.map_err(|error| self.unsupported(&error))?));
        }
        self.listed(std::env::var_os("GIT_INDEX_FILE"))
    }

    /// The same by the `git` program, of another index where one is named.
    fn listed(&self, file: Option<OsString>) -> Result<Vec<IndexEntry>, GitError> {
        let top = self.work_dir().unwrap_or(self.git_dir());
        let named = file.map(|file| ("GIT_INDEX_FILE", file));
        let args = ["ls-files", "--stage", "-z", "--full-name", ":/"];
        let listed =
            program::run_with(top, &args, named)?.ok_or_else(|| GitError::Unsupported {
                path: self.git_dir().to_owned(),
                why: "there is no git program".to_owned(),
            })?;
        let lines = listed.split(|&byte| byte == 0);
        Ok(lines.filter_map(IndexEntry::parse).collect())
    }

    /// What is staged in any work tree. One that cannot be read has nothing.
    pub fn all_indexes(&self) -> Vec<IndexEntry> {
        let folders = git_dirs(self).into_iter();
        let indexes = folders.map(|(folder, _)| folder.join("index"));
        if self.opened().is_none() {
            return indexes
                .filter(|index| index.is_file())
                .filter_map(|index| self.listed(Some(index.into())).ok())
                .flatten()
                .collect();
        }
        indexes
            .filter_map(|index| git2::Index::open(&index).ok())
            .flat_map(|index| files(&index))
            .collect()
    }
}

fn files(index: &git2::Index) -> Vec<IndexEntry> {
    let files = index.iter().filter(|entry| entry.mode != GITLINK);
    files
        .filter_map(|entry| {
            Some(IndexEntry {
                id: ObjectId::from_bytes(entry.id.as_bytes())?,
                path: entry.path,
            })
        })
        .collect()
}
