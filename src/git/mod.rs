//! The repository as we see it: what of a work tree git would send, and what
//! its attributes and remotes say.
//!
//! In: a path on disk. Out: [`WorkTree`], which answers per path. libgit2
//! reads what it can open; for the rest (SHA-256, reftable, partial clones,
//! sparse indexes) the `git` program is asked.

mod attribution;
mod changes;
mod commits;
mod history;
mod ignored;
mod index;
pub mod lfs;
pub mod object;
mod oid;
mod outgoing;
mod program;
mod reached;
mod reader;
mod remote;
mod repository;
#[cfg(test)]
mod tests;
mod tips;

use std::path::{Path, PathBuf};

use git2::{AttrCheckFlags, AttrValue, ErrorCode, Index, RepositoryOpenFlags};

pub use attribution::{Attribution, Leading, Reach, Sighting, standing};
pub use changes::{Change, OnLost, changes, lookup, walk_tree};
pub use commits::{CommitNode, Commits};
pub use history::{History, Lost, Seen, Walk};
pub use index::IndexEntry;
pub use oid::{ObjectId, ObjectMap, ObjectSet};
pub use outgoing::{Outgoing, outgoing};
pub use reached::reached;
pub use reader::{LONGEST, ObjectError, Reader, peel};
pub use repository::{Ref, Repository};
pub use tips::{Tip, Tips, tips};

use ignored::Ignored;
use program::Program;
pub use remote::leads_to_hub;

/// Why a repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The repository belongs to somebody else, so git does not trust it.
    #[error(
        "the git repository at {} belongs to another user\n\
         help: trust it with `git config --global --add safe.directory {}`, or sweep every file with `--as all`",
        path.display(), path.display()
    )]
    Owner {
        /// Where it is.
        path: PathBuf,
    },
    /// libgit2 cannot open it and there is no `git` to ask instead.
    #[error(
        "the git repository at {} has a format that cannot be read here: {why}\n\
         help: install git 2.31 or newer, or sweep every file with `--as all`",
        path.display()
    )]
    Unsupported {
        /// Where it is.
        path: PathBuf,
        /// What libgit2 said.
        why: String,
    },
    /// The `git` program failed.
    #[error(
        "`git {command}` failed in {}: {why}\n\
         help: run it there by hand, or sweep every file with `--as all`",
        path.display()
    )]
    Program {
        /// Where it ran.
        path: PathBuf,
        /// Its subcommand.
        command: String,
        /// The first line it printed on stderr.
        why: String,
    },
    /// A path of the repository cannot be resolved.
    #[error("cannot read {}\nhelp: check its permissions", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What git does with a path when everything is added, committed and pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Sent: tracked, or untracked and not ignored; a directory that may hold
    /// such files.
    Sent,
    /// Left at home: ignored, with nothing tracked below it.
    Left,
    /// A repository of its own: git sends its commit id, not its files.
    Submodule,
}

/// A work tree and its repository.
pub struct WorkTree {
    root: PathBuf,
    answers: Answers,
}

enum Answers {
    Library(Box<Library>),
    Program(Program),
}

struct Library {
    repository: git2::Repository,
    index: Index,
    ignored: Ignored,
    stages: std::ops::RangeInclusive<i32>,
}

const GITLINK: u32 = 0o160_000;

impl WorkTree {
    /// The work tree that holds `path`, if any does. A bare repository and the
    /// inside of a `.git` folder are none.
    pub fn discover(path: &Path) -> Result<Option<Self>, GitError> {
        let real = resolve(path)?;
        let opened = git2::Repository::open_ext(
            &real,
            RepositoryOpenFlags::empty(),
            &[] as &[&std::ffi::OsStr],
        )
        .and_then(|repository| {
            let index = repository.index()?;
            Ok((repository, index))
        });
        let (repository, index) = match opened {
            Ok(opened) => opened,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) if error.code() == ErrorCode::Owner => {
                return Err(GitError::Owner { path: real });
            }
            Err(error) => return Self::by_program(&real, error.message()),
        };
        let Some(root) = repository::work_dir(&repository) else {
            return Ok(None);
        };
        let root = resolve(root)?;
        let inside_git = resolve(repository.path()).is_ok_and(|git| real.starts_with(git));
        if !real.starts_with(&root) || inside_git {
            return Ok(None);
        }
        // Only a conflicted file has entries in the stages above 0.
        let stages = if index.has_conflicts() { 0..=3 } else { 0..=0 };
        let answers = Answers::Library(Box::new(Library {
            ignored: Ignored::of(&repository, &root),
            repository,
            index,
            stages,
        }));
        Ok(Some(Self { root, answers }))
    }

    fn by_program(path: &Path, why: &str) -> Result<Option<Self>, GitError> {
        let Some((root, program)) = Program::open(path, why)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            root: resolve(&root)?,
            answers: Answers::Program(program),
        }))
    }

    /// The top folder, with symbolic links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What git does with `path`, relative to [`Self::root`]. Undecided means
    /// [`Standing::Sent`]: better read too much than too little.
    pub fn standing(&self, path: &Path, is_dir: bool) -> Standing {
        if path.file_name().is_some_and(|name| name == ".git") {
            return Standing::Left;
        }
        match &self.answers {
            Answers::Library(library) if is_dir => library.directory(path, &self.root),
            Answers::Library(library) => library.file(path),
            Answers::Program(program) => program.standing(path, is_dir),
        }
    }

    /// Does an ignore rule match `path` or a folder above it, tracked or not?
    /// It need not exist.
    pub fn is_ignored(&self, path: &Path, is_dir: bool) -> bool {
        match &self.answers {
            Answers::Library(library) => library.ignored.holds(path, is_dir),
            Answers::Program(program) => program.is_ignored(path, is_dir),
        }
    }

    /// Was the file `path` added although an ignore rule matches it?
    pub fn ignored_but_tracked(&self, path: &Path) -> bool {
        let tracked = match &self.answers {
            Answers::Library(library) => library.tracked(path).is_some(),
            Answers::Program(program) => program.is_tracked(path),
        };
        tracked && self.is_ignored(path, false)
    }

    /// The value `.gitattributes` gives `path` for the attribute `name`
    /// (`filter` is `lfs` under an LFS rule). Set or unset is no value.
    pub fn attribute(&self, path: &Path, name: &str) -> Option<String> {
        match &self.answers {
            Answers::Library(library) => {
                let flags = AttrCheckFlags::FILE_THEN_INDEX;
                let value = library.repository.get_attr(path, name, flags).ok()?;
                match AttrValue::from_string(value) {
                    AttrValue::String(value) => Some(value.to_owned()),
                    _ => None,
                }
            }
            Answers::Program(program) => program.attribute(path, name),
        }
    }

    /// Does any remote lead to the Hub (or to `$HF_ENDPOINT`)?
    pub fn has_hub_remote(&self) -> bool {
        let urls = match &self.answers {
            Answers::Library(library) => library.remote_urls(),
            Answers::Program(program) => program.remote_urls(),
        };
        urls.iter().any(|url| leads_to_hub(url))
    }
}

impl Library {
    fn tracked(&self, path: &Path) -> Option<git2::IndexEntry> {
        self.stages
            .clone()
            .find_map(|stage| self.index.get_path(path, stage))
    }

    fn file(&self, path: &Path) -> Standing {
        if self.tracked(path).is_some() || !self.ignored.holds(path, false) {
            Standing::Sent
        } else {
            Standing::Left
        }
    }

    fn directory(&self, path: &Path, root: &Path) -> Standing {
        if self
            .tracked(path)
            .is_some_and(|entry| entry.mode == GITLINK)
        {
            return Standing::Submodule;
        }
        let mut prefix = slashed(path);
        prefix.push(b'/');
        if self.index.find_prefix(prefix).is_ok() {
            return Standing::Sent;
        }
        if self.ignored.holds(path, true) {
            return Standing::Left;
        }
        if is_repository(&root.join(path)) {
            return Standing::Submodule;
        }
        Standing::Sent
    }

    fn remote_urls(&self) -> Vec<String> {
        let Ok(names) = self.repository.remotes() else {
            return Vec::new();
        };
        let mut urls = Vec::new();
        for name in names.iter().flatten().flatten() {
            if let Ok(remote) = self.repository.find_remote(name) {
                urls.extend(remote.url().map(str::to_owned).ok());
                urls.extend(remote.pushurl().ok().flatten().map(str::to_owned));
            }
        }
        urls
    }
}

/// Is `path` the top of a repository? One that exists but cannot be opened is.
fn is_repository(path: &Path) -> bool {
    path.join(".git").symlink_metadata().is_ok()
        && match git2::Repository::open(path) {
            Ok(_) => true,
            Err(error) => error.code() != ErrorCode::NotFound,
        }
}

fn resolve(path: &Path) -> Result<PathBuf, GitError> {
    path.canonicalize().map_err(|source| GitError::Io {
        path: path.to_owned(),
        source,
    })
}

/// A path as git writes it: bytes, with `/` between its parts.
fn slashed(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.as_os_str().len() + 1);
    for part in path.components() {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(part.as_os_str().as_encoded_bytes());
    }
    bytes
}
