//! A repository as a store of objects: where it is, its refs, its settings.
//!
//! In: a path, or the environment git gives its hooks. Out: [`Repository`],
//! which opens a [`Reader`] for each worker. Bare and mirror clones, linked
//! work trees, submodules and alternates are all the same here.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::oid::{ObjectId, ObjectSet};
use super::program::{self, to_path};
use super::reader::Reader;
use super::{GitError, resolve};

/// A ref and what it points to, which may be an annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// Full name, `refs/heads/main`.
    pub name: String,
    /// The object.
    pub target: ObjectId,
}

/// An open repository.
pub struct Repository {
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_dir: Option<PathBuf>,
    backend: Backend,
    shallow: ObjectSet,
    from_env: bool,
}

enum Backend {
    Library(Box<git2::Repository>),
    Program,
}

impl Repository {
    /// The repository that holds `path`; `None` if there is none.
    pub fn discover(path: &Path) -> Result<Option<Self>, GitError> {
        let real = resolve(path)?;
        // Git tells its hooks where everything is: the index of a partial
        // commit is not the usual one.
        let told = ["GIT_DIR", "GIT_INDEX_FILE"].map(std::env::var_os);
        let from_env = path == Path::new(".") && told.iter().any(Option::is_some);
        let opened = if from_env {
            git2::Repository::open_from_env()
        } else {
            let no_ceilings: &[&Path] = &[];
            git2::Repository::open_ext(&real, RepositoryOpenFlags::empty(), no_ceilings)
        };
        match opened {
            Ok(repository) => Self::library(repository, from_env).map(Some),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) if error.code() == ErrorCode::Owner => Err(GitError::Owner { path: real }),
            Err(error) => Self::program(&real, error.message()).map(Some),
        }
    }

    fn library(repository: git2::Repository, from_env: bool) -> Result<Self, GitError> {
        // Two to three times faster; a damaged object still fails to inflate.
        git2::opts::strict_hash_verification(false);
        // Nothing is read twice, so a cache would only take memory.
        git2::opts::enable_caching(false);
        let git_dir = resolve(repository.path())?;
        let common_dir = resolve(repository.commondir())?;
        Ok(Self {
            work_dir: work_dir(&repository).map(resolve).transpose()?,
            shallow: shallow(&common_dir),
            git_dir,
            common_dir,
            backend: Backend::Library(Box::new(repository)),
            from_env,
        })
    }

    fn program(path: &Path, why: &str) -> Result<Self, GitError> {
        let unsupported = || GitError::Unsupported {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        let ask = |what: &str| -> Result<PathBuf, GitError> {
            let said = program::run(path, &["rev-parse", what])?.ok_or_else(unsupported)?;
            let said = to_path(said.strip_suffix(b"\n").unwrap_or(&said));
            resolve(&path.join(said))
        };
        let git_dir = ask("--absolute-git-dir")?;
        let common_dir = ask("--git-common-dir")?;
        Ok(Self {
            work_dir: ask("--show-toplevel").ok(),
            shallow: shallow(&common_dir),
            git_dir,
            common_dir,
            backend: Backend::Program,
            from_env: false,
        })
    }

    /// The folder git keeps what belongs to this work tree in.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder git keeps what all work trees share in.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The top of the work tree, unless the repository is bare.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// Commits whose parents a shallow clone left behind.
    pub fn shallow(&self) -> &ObjectSet {
        &self.shallow
    }

    /// A reader for one thread.
    pub fn reader(&self) -> Result<Reader, GitError> {
        match &self.backend {
            Backend::Library(_) => {
                let opened = if self.from_env {
                    git2::Repository::open_from_env()
                } else {
                    git2::Repository::open(&self.git_dir)
                };
                opened
                    .map(Reader::library)
                    .map_err(|error| self.unsupported(&error))
            }
            Backend::Program => Ok(Reader::program(&self.git_dir)),
        }
    }

    pub(super) fn unsupported(&self, error: &git2::Error) -> GitError {
        GitError::Unsupported {
            path: self.git_dir.clone(),
            why: error.message().to_owned(),
        }
    }

    /// What `git` prints, asked about this repository.
    pub(super) fn ask(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        program::run_bare(&self.git_dir, args)?.ok_or_else(|| GitError::Unsupported {
            path: self.git_dir.clone(),
            why: "there is no git program".to_owned(),
        })
    }

    pub(super) fn opened(&self) -> Option<&git2::Repository> {
        match &self.backend {
            Backend::Library(repository) => Some(repository),
            Backend::Program => None,
        }
    }

    /// All refs that name an object, in order of their names. Symbolic ones
    /// point to another ref of the list.
    pub fn refs(&self) -> Result<Vec<Ref>, GitError> {
        let mut refs = match self.opened() {
            Some(repository) => {
                let listed = repository
                    .references()
                    .map_err(|error| self.unsupported(&error))?;
                listed
                    .flatten()
                    .filter_map(|found| {
                        Some(Ref {
                            name: String::from_utf8_lossy(found.name_bytes()).into_owned(),
                            target: ObjectId::from_bytes(found.target()?.as_bytes())?,
                        })
                    })
                    .collect()
            }
            None => parse_refs(&self.ask(&[
                "for-each-ref",
                "--format=%(objectname) %(symref) %(refname)",
            ])?),
        };
        refs.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(refs)
    }

    /// The commit that is checked out; `None` before the first one.
    pub fn head(&self) -> Option<ObjectId> {
        self.resolve("HEAD")
    }

    /// The object a revision names: `main`, `v1.0`, `HEAD~3`, a short id.
    pub fn resolve(&self, revision: &str) -> Option<ObjectId> {
        match self.opened() {
            Some(repository) => {
                let object = repository.revparse_single(revision).ok()?;
                ObjectId::from_bytes(object.id().as_bytes())
            }
            None => {
                let args = [
                    "rev-parse",
                    "--verify",
                    "--quiet",
                    "--end-of-options",
                    revision,
                ];
                ObjectId::from_hex(self.ask(&args).ok()?.trim_ascii())
            }
        }
    }

    /// Every setting that holds here, as `(key, value)`, in git's order. Values
    /// may hold credentials: never print them.
    pub fn settings(&self) -> Vec<(String, String)> {
        match self.opened() {
            Some(repository) => {
                let mut settings = Vec::new();
                let config = repository.config().and_then(|mut config| config.snapshot());
                if let Ok(config) = config
                    && let Ok(entries) = config.entries(None)
                {
                    let _ = entries.for_each(|entry| {
                        if let (Ok(key), Ok(value)) = (entry.name(), entry.value()) {
                            settings.push((key.to_owned(), value.to_owned()));
                        }
                    });
                }
                settings
            }
            None => {
                let listed = self.ask(&["config", "-z", "--list"]).unwrap_or_default();
                let pairs = listed.split(|&byte| byte == 0);
                pairs
                    .filter_map(|pair| str::from_utf8(pair).ok()?.split_once('\n'))
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
                    .collect()
            }
        }
    }

    /// The last value of a setting.
    pub fn setting(&self, key: &str) -> Option<String> {
        let settings = self.settings().into_iter().rev();
        settings
            .filter(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
            .next()
    }

    /// Does a remote promise what this clone lacks?
    pub fn is_partial(&self) -> bool {
        self.settings().iter().any(|(key, value)| {
            let key = key.to_ascii_lowercase();
            key == "extensions.partialclone"
                || (key.starts_with("remote.") && key.ends_with(".promisor") && value == "true")
        })
    }

    /// Every object, reachable or not, in the order they lie in the packs.
    pub fn objects(&self) -> Result<Vec<ObjectId>, GitError> {
        if let Some(repository) = self.opened() {
            let mut ids = Vec::new();
            let odb = repository.odb().map_err(|error| self.unsupported(&error))?;
            odb.foreach(|id| {
                ids.extend(ObjectId::from_bytes(id.as_bytes()));
                true
            })
            .map_err(|error| self.unsupported(&error))?;
            return Ok(ids);
        }
        let listed = self.ask(&[
            "cat-file",
            "--batch-all-objects",
            "--unordered",
            "--batch-check=%(objectname)",
        ])?;
        let lines = listed.split(|&byte| byte == b'\n');
        Ok(lines.filter_map(ObjectId::from_hex).collect())
    }
}

/// The top of its work tree. A copy of a bare repository without a `config` does
/// not say that it is bare: the library then takes the folder *around* it for
/// its work tree, git does not.
pub(super) fn work_dir(repository: &git2::Repository) -> Option<&Path> {
    let git_dir = repository.path();
    let said = || repository.config().ok()?.get_bool("core.bare").ok();
    let around = repository.workdir()?;
    let is_guess = git_dir.parent() == Some(around.components().as_path())
        && !git_dir.ends_with(".git")
        && said().is_none();
    (!is_guess).then_some(around)
}

fn shallow(common_dir: &Path) -> ObjectSet {
    let listed = fs::read(common_dir.join("shallow")).unwrap_or_default();
    let lines = listed.split(|&byte| byte == b'\n');
    lines.filter_map(ObjectId::from_hex).collect()
}

fn parse_refs(listed: &[u8]) -> Vec<Ref> {
    let lines = listed.split(|&byte| byte == b'\n');
    lines
        .filter_map(|line| {
            let mut words = line.splitn(3, |&byte| byte == b' ');
            let target = ObjectId::from_hex(words.next()?)?;
            if !words.next()?.is_empty() {
                return None;
            }
            Some(Ref {
                name: String::from_utf8_lossy(words.next()?).into_owned(),
                target,
            })
        })
        .collect()
}
