//! What is staged.
//!
//! In: a repository. Out: the files of its index, or of the indexes of all its
//! work trees. In a hook the index is the one git names, which holds no more
//! than a partial commit takes.

use std::path::Path;

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
        // A sparse index is none for libgit2.
        if let Some(index) = self.opened().and_then(|open| open.index().ok()) {
            return Ok(files(&index));
        }
        let top = self.work_dir().unwrap_or(self.git_dir());
        let own = std::env::var_os("GIT_INDEX_FILE").map(|file| ("GIT_INDEX_FILE", file));
        let args = ["ls-files", "--stage", "-z", "--full-name", ":/"];
        self.listed(program::run_with(top, &args, own)?)
    }

    /// What is staged in any work tree, or why it cannot be read.
    pub fn all_indexes(&self) -> Vec<(String, Result<Vec<IndexEntry>, GitError>)> {
        let folders = git_dirs(self).into_iter();
        folders
            .filter(|(folder, _)| folder.join("index").is_file())
            .map(|(folder, prefix)| (format!("{prefix}index"), self.index_in(&folder)))
            .collect()
    }

    fn index_in(&self, folder: &Path) -> Result<Vec<IndexEntry>, GitError> {
        let opened = self
            .opened()
            .map(|_| git2::Index::open(&folder.join("index")));
        if let Some(Ok(index)) = opened {
            return Ok(files(&index));
        }
        self.listed(program::run_bare(folder, &["ls-files", "--stage", "-z"])?)
    }

    fn listed(&self, said: Option<Vec<u8>>) -> Result<Vec<IndexEntry>, GitError> {
        let said = said.ok_or_else(|| GitError::Unsupported {
            path: self.git_dir().to_owned(),
            why: "there is no git program".to_owned(),
        })?;
        let lines = said.split(|&byte| byte == 0);
        Ok(lines.filter_map(IndexEntry::parse).collect())
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
