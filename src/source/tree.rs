//! Folders and files on disk, read as git or `hf upload` would send them.
//!
//! In: paths and a selection. Out: items in byte order of their paths, so that
//! two sweeps of one folder are the same.

mod links;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::filter::{Filter, Tally};
use super::root::Root;
use super::{As, Item, Selection, Source, SourceError, name};
use crate::blob::{Blob, Content};
use crate::finding::{OriginKind, Skip, SkipClass};
use crate::git::{Standing, WorkTree};

/// Files and folders.
pub struct Tree {
    roots: Vec<Root>,
    filter: Filter,
    /// Is the server's reading of the root `.gitignore` left to the caller?
    unjudged: bool,
}

impl Tree {
    /// The files at and below `paths`.
    pub fn new(paths: &[PathBuf], selection: &Selection) -> Result<Self, SourceError> {
        Ok(Self {
            roots: Root::resolve(paths, selection.as_kind)?,
            filter: Filter::new(selection)?,
            unjudged: false,
        })
    }

    /// What the client lists, before the server has a say.
    pub(super) fn unjudged(mut self) -> Self {
        self.unjudged = true;
        self
    }

    /// What is scanned: the paths, each once, and in whose place each is read.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }
}

impl Source for Tree {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let mut tally = Tally::default();
        // A root inside another is read in its own place, not in the other's.
        let borders: BTreeSet<&Path> = match self.roots.len() {
            1 => BTreeSet::new(),
            _ => self.roots.iter().map(|root| root.path.as_path()).collect(),
        };
        for root in &self.roots {
            let mut walk = Walk {
                root,
                view: View::new(root, &self.filter, self.unjudged)?,
                filter: &self.filter,
                borders: &borders,
                tally: &mut tally,
                sink: &mut *sink,
            };
            if walk.run().is_break() {
                return Ok(());
            }
        }
        for skip in tally.into_skips() {
            if sink(Item::Skip(skip)).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Who decides what is sent.
enum View {
    /// Git, and the way from the work tree's root to the scanned one.
    Git(Box<WorkTree>, PathBuf),
    /// `hf upload`, and the server's reading of the root `.gitignore`.
    Upload(Gitignore),
    /// Nobody.
    All,
}

impl View {
    fn new(root: &Root, filter: &Filter, unjudged: bool) -> Result<Self, SourceError> {
        match root.sends {
            As::All => Ok(Self::All),
            _ if !root.is_dir => Ok(Self::All),
            As::Upload if unjudged => Ok(Self::Upload(Gitignore::empty())),
            As::Upload => Ok(Self::Upload(root_gitignore(&root.path, filter))),
            As::Git => {
                let tree = WorkTree::discover(&root.path)?;
                let inside = tree.and_then(|tree| {
                    let inside = root.path.strip_prefix(tree.root()).ok()?.to_owned();
                    Some(Self::Git(Box::new(tree), inside))
                });
                inside.ok_or_else(|| SourceError::NoWorkTree {
                    path: root.path.clone(),
                })
            }
        }
    }

    fn standing(&self, path: &Path, is_dir: bool) -> Standing {
        let sent = match self {
            Self::Git(tree, inside) => return tree.standing(&inside.join(path), is_dir),
            Self::Upload(gitignore) => {
                !is_default_ignored(path) && !gitignore.matched(path, is_dir).is_ignore()
            }
            Self::All => path != Path::new(".git"),
        };
        if sent { Standing::Sent } else { Standing::Left }
    }
}

/// `huggingface_hub`'s `DEFAULT_IGNORE_PATTERNS`, of a path whose folders have
/// passed them. The client takes a backslash in a name for a separator.
fn is_default_ignored(path: &Path) -> bool {
    const IGNORED: [&str; 2] = [".git", ".cache/huggingface"];
    if !path.as_os_str().as_encoded_bytes().contains(&b'\\') {
        return IGNORED.iter().any(|folder| path.ends_with(folder));
    }
    let name = format!("/{}/", name::matched(path));
    IGNORED
        .iter()
        .any(|folder| name.contains(&format!("/{folder}/")))
}

/// The `.gitignore` the server honours: the root one, if it is uploaded. A line
/// it cannot read ignores nothing.
pub(super) fn root_gitignore(root: &Path, filter: &Filter) -> Gitignore {
    let name = Path::new(".gitignore");
    if filter.file(name).is_some() {
        return Gitignore::empty();
    }
    let Ok(text) = fs::read(root.join(name)) else {
        return Gitignore::empty();
    };
    let mut builder = GitignoreBuilder::new("");
    for line in String::from_utf8_lossy(&text).lines() {
        let _ = builder.add_line(None, line.trim_start_matches('\u{feff}'));
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// One root's walk. `Break` from any step ends it: the sink has had enough.
struct Walk<'a> {
    root: &'a Root,
    view: View,
    filter: &'a Filter,
    borders: &'a BTreeSet<&'a Path>,
    tally: &'a mut Tally,
    sink: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
}

/// What is left to visit of a folder.
struct Level {
    folder: PathBuf,
    entries: IntoIter<(OsString, FileType)>,
}

impl Walk<'_> {
    fn run(&mut self) -> ControlFlow<()> {
        if !self.root.is_dir {
            return self.named_file();
        }
        let mut levels = vec![self.list(PathBuf::new())?];
        while let Some(level) = levels.last_mut() {
            let Some((name, kind)) = level.entries.next() else {
                levels.pop();
                continue;
            };
            let path = level.folder.join(name);
            if !self.borders.is_empty() && self.borders.contains(self.real(&path).as_path()) {
                continue;
            }
            if !kind.is_dir() {
                self.entry(&path, kind)?;
            } else if self.enters(&path)? {
                levels.push(self.list(path)?);
            }
        }
        ControlFlow::Continue(())
    }

    fn real(&self, path: &Path) -> PathBuf {
        self.root.path.join(path)
    }

    /// The entries of a folder, sorted as their full paths are.
    fn list(&mut self, folder: PathBuf) -> ControlFlow<(), Level> {
        let mut entries = Vec::new();
        let mut failure: Option<io::Error> = None;
        match fs::read_dir(self.real(&folder)) {
            Ok(listed) => {
                for entry in listed {
                    match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                        Ok(entry) => entries.push(entry),
                        Err(error) => failure = Some(error),
                    }
                }
            }
            Err(error) => failure = Some(error),
        }
        if let Some(error) = failure {
            match self.filter.everything_in(&folder) {
                Some(cause) => self.tally.folder(cause),
                None => self.failed(&folder, "this folder cannot be listed", &error)?,
            }
        }
        entries.sort_unstable_by(|one, other| {
            in_path_order((&one.0, one.1.is_dir()), (&other.0, other.1.is_dir()))
        });
        let entries = entries.into_iter();
        ControlFlow::Continue(Level { folder, entries })
    }

    fn enters(&mut self, path: &Path) -> ControlFlow<(), bool> {
        let standing = self.view.standing(path, true);
        if standing == Standing::Left {
            return ControlFlow::Continue(false);
        }
        if let Some(cause) = self.filter.folder(path) {
            self.tally.folder(cause);
            return ControlFlow::Continue(false);
        }
        if standing == Standing::Submodule {
            match self.filter.everything_in(path) {
                Some(cause) => self.tally.folder(cause),
                None => self.skip(
                    SkipClass::ByDesign,
                    path,
                    "submodule, not part of this repository's push",
                )?,
            }
            return ControlFlow::Continue(false);
        }
        ControlFlow::Continue(true)
    }

    fn entry(&mut self, path: &Path, kind: FileType) -> ControlFlow<()> {
        if self.view.standing(path, false) == Standing::Left {
            return ControlFlow::Continue(());
        }
        if let Some(cause) = self.filter.file(path) {
            self.tally.file(cause);
            return ControlFlow::Continue(());
        }
        if kind.is_symlink() {
            return self.link(path);
        }
        if !kind.is_file() {
            let why = format!("{}: neither git nor hf upload sends it", special(kind));
            return self.skip(SkipClass::ByDesign, path, &why);
        }
        match fs::symlink_metadata(self.real(path)) {
            Ok(metadata) => self.file(path, metadata.len()),
            Err(error) => self.failed(path, "this file cannot be read", &error),
        }
    }

    /// The root, where it is a file. The user named it, so it is read whatever
    /// git or `hf upload` would do, unless a pattern of the user excludes it.
    fn named_file(&mut self) -> ControlFlow<()> {
        let name = self.root.prefix.trim_start_matches('/').to_owned();
        if let Some(cause) = self.filter.named_file(Path::new(&name)) {
            self.tally.file(cause);
            return ControlFlow::Continue(());
        }
        let itself = Path::new("");
        match fs::metadata(&self.root.path) {
            Ok(metadata) if metadata.is_file() => self.file(itself, metadata.len()),
            Ok(metadata) => {
                let why = format!("{}, not a file", special(metadata.file_type()));
                self.skip(SkipClass::Failed, itself, &why)
            }
            Err(error) => self.failed(itself, "this file cannot be read", &error),
        }
    }

    fn file(&mut self, path: &Path, size: u64) -> ControlFlow<()> {
        // Joining an empty path would end a file's name with a slash.
        let real = if path.as_os_str().is_empty() {
            self.root.path.clone()
        } else {
            self.real(path)
        };
        self.blob(path, size, Content::File(real))
    }

    fn blob(&mut self, path: &Path, size: u64, content: Content) -> ControlFlow<()> {
        (self.sink)(Item::Blob(Blob {
            path: self.root.shown(path),
            size,
            content,
            origin: OriginKind::Tree,
            key: None,
        }))
    }

    fn skip(&mut self, class: SkipClass, path: &Path, why: &str) -> ControlFlow<()> {
        (self.sink)(Item::Skip(Skip::new(class, &self.root.shown(path), why)))
    }

    fn failed(&mut self, path: &Path, what: &str, error: &io::Error) -> ControlFlow<()> {
        self.skip(SkipClass::Failed, path, &format!("{what}: {error}"))
    }
}

/// The order of full paths: below a folder, names go on with a slash.
fn in_path_order(one: (&OsStr, bool), other: (&OsStr, bool)) -> Ordering {
    let (a, b) = (one.0.as_encoded_bytes(), other.0.as_encoded_bytes());
    let common = a.len().min(b.len());
    let slash = |is_dir: bool| is_dir.then_some(&b'/');
    let rest = |name: &[u8], is_dir| name.get(common).or(slash(is_dir)).copied();
    a[..common]
        .cmp(&b[..common])
        .then_with(|| rest(a, one.1).cmp(&rest(b, other.1)))
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match kind {
        kind if kind.is_fifo() => "named pipe",
        kind if kind.is_socket() => "socket",
        kind if kind.is_block_device() || kind.is_char_device() => "device",
        _ => "special file",
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "special file"
}
