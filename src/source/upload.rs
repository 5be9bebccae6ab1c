//! What `hf upload` takes of a folder, a file or a sync plan, file by file.
//!
//! In: a [`Request`]. Out: a [`Shipment`]: every file with its path in the
//! repository and how much of it leaves. The client lists and filters; the
//! server then leaves out what the root `.gitignore` names, but has the first
//! bytes of those files by then.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use super::filter::{Filter, Tally};
use super::tree::root_gitignore;
use super::{As, Item, Link, Root, Selection, Source as _, SourceError, Tree};
use crate::blob::Content;
use crate::finding::{Skip, SkipClass};

/// What is to be uploaded.
#[derive(Clone, Debug)]
pub struct Request {
    /// Of the disk.
    pub what: What,
    /// `path_in_repo`, as the client resolves it.
    pub to: String,
    /// Globs of the configuration: sent, but not to be swept.
    pub config_exclude: Vec<String>,
}

/// The local side of an upload.
#[derive(Clone, Debug)]
pub enum What {
    /// A folder and the client's filters.
    Folder {
        /// Which one.
        path: PathBuf,
        /// `--include`; empty for everything.
        include: Vec<String>,
        /// `--exclude`.
        exclude: Vec<String>,
    },
    /// One file; the client applies no filter to it.
    File(PathBuf),
    /// The uploads of a sync plan: paths below a folder, no filter at all.
    Plan {
        /// The plan's source.
        folder: PathBuf,
        /// Its files, with `/`.
        files: Vec<String>,
    },
}

/// How much of a file leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leaving {
    /// All of it, into the repository.
    Whole,
    /// All of it, but only to be checked: a `README.md` that is ignored.
    Checked,
    /// Its first bytes, for the server to tell text from data.
    Sample,
}

/// A file that leaves.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Path with `/`, relative to what is uploaded.
    pub path: String,
    /// Path in the repository.
    pub in_repo: String,
    /// Where it is on disk.
    pub file: PathBuf,
    /// Its size.
    pub size: u64,
    /// How much of it leaves.
    pub leaving: Leaving,
    /// Does the configuration exclude it from the sweep?
    pub excluded: bool,
}

/// Everything that leaves in one upload.
#[derive(Clone, Debug)]
pub struct Shipment {
    /// What is uploaded.
    pub root: Root,
    /// In byte order of their paths.
    pub files: Vec<Outgoing>,
    /// Links among them.
    pub links: Vec<Link>,
    /// What is not sent or cannot be read.
    pub skips: Vec<Skip>,
    /// Is there a root `.gitignore` that the server does not get to see?
    pub gitignore_unheard: bool,
}

/// Folders the client refuses to write to, with the whole upload.
const REFUSED: &[&str] = &["..", ".git", ".cache"];
/// The file whose rules the server applies.
const GITIGNORE: &str = ".gitignore";
/// The file whose text the client sends to be checked before anything else.
const CARD: &str = "README.md";

impl Shipment {
    /// List what `request` would send.
    pub fn list(request: &Request) -> Result<Self, SourceError> {
        let exclusion = Exclusion::new(&request.config_exclude)?;
        let mut shipment = match &request.what {
            What::Folder {
                path,
                include,
                exclude,
            } => Self::of_folder(path, include, exclude, &request.to)?,
            What::File(path) => Self::of_file(path, &request.to)?,
            What::Plan { folder, files } => Self::of_plan(folder, files)?,
        };
        shipment.files.sort_by(|a, b| a.path.cmp(&b.path));
        shipment.skips.extend(exclusion.apply(&mut shipment.files));
        Ok(shipment)
    }

    fn of_folder(
        path: &Path,
        include: &[String],
        exclude: &[String],
        to: &str,
    ) -> Result<Self, SourceError> {
        let selection = Selection {
            as_kind: Some(As::Upload),
            include: include.to_vec(),
            exclude: exclude.to_vec(),
            ..Selection::default()
        };
        let mut shipment = Self::listed(Tree::new(&[path.to_owned()], &selection)?)?;
        for file in &mut shipment.files {
            file.in_repo = in_repo(to, &file.path);
        }
        let root = shipment.root.path.clone();
        let present = root.join(GITIGNORE).is_file();
        if present && in_repo(to, GITIGNORE) == GITIGNORE {
            let filter = Filter::new(&selection)?;
            shipment.gitignore_unheard = filter.file(Path::new(GITIGNORE)).is_some();
            shipment.ignore(&root_gitignore(&root, &filter));
        } else {
            shipment.gitignore_unheard = present;
        }
        Ok(shipment)
    }

    fn of_file(path: &Path, to: &str) -> Result<Self, SourceError> {
        let selection = Selection {
            as_kind: Some(As::Upload),
            ..Selection::default()
        };
        let mut shipment = Self::listed(Tree::new(&[path.to_owned()], &selection)?)?;
        for file in &mut shipment.files {
            file.in_repo = validated(to);
        }
        Ok(shipment)
    }

    fn of_plan(folder: &Path, files: &[String]) -> Result<Self, SourceError> {
        let mut roots = Root::resolve(&[folder.to_owned()], Some(As::All))?;
        let mut shipment = Self::empty(roots.remove(0));
        for path in files {
            let file = folder.join(path);
            match fs::metadata(&file) {
                Ok(metadata) if metadata.is_file() => shipment.files.push(Outgoing {
                    path: path.clone(),
                    in_repo: path.clone(),
                    file,
                    size: metadata.len(),
                    leaving: Leaving::Whole,
                    excluded: false,
                }),
                _ => shipment.skips.push(Skip::new(
                    SkipClass::Missing,
                    path,
                    "the plan uploads it, but there is no such file",
                )),
            }
        }
        shipment.files.sort_by(|a, b| a.path.cmp(&b.path));
        shipment.files.dedup_by(|a, b| a.path == b.path);
        Ok(shipment)
    }

    fn empty(root: Root) -> Self {
        Self {
            root,
            files: Vec::new(),
            links: Vec::new(),
            skips: Vec::new(),
            gitignore_unheard: false,
        }
    }

    /// What the client lists below the only root of `tree`.
    fn listed(tree: Tree) -> Result<Self, SourceError> {
        let tree = tree.unjudged();
        let mut shipment = Self::empty(tree.roots()[0].clone());
        tree.items(&mut |item| {
            match item {
                Item::Blob(blob) => {
                    if let Content::File(file) = blob.content {
                        shipment.files.push(Outgoing {
                            in_repo: blob.path.clone(),
                            path: blob.path,
                            file,
                            size: blob.size,
                            leaving: Leaving::Whole,
                            excluded: false,
                        });
                    }
                }
                Item::Link(link) => shipment.links.push(link),
                Item::Skip(skip) => shipment.skips.push(skip),
            }
            ControlFlow::Continue(())
        })?;
        Ok(shipment)
    }

    /// Let the server ignore what the root `.gitignore` names.
    fn ignore(&mut self, rules: &Gitignore) {
        if rules.is_empty() {
            return;
        }
        for file in &mut self.files {
            if is_ignored(rules, Path::new(&file.in_repo)) {
                file.leaving = if file.path == CARD {
                    Leaving::Checked
                } else {
                    Leaving::Sample
                };
            }
        }
    }

    /// Files the client refuses, and with them the whole upload. Neither can
    /// it write a name that is no UTF-8 into a request.
    pub fn refused(&self) -> impl Iterator<Item = &Outgoing> {
        self.files.iter().filter(|file| {
            let inside = file.file.strip_prefix(&self.root.path);
            let mut parts = file.in_repo.split('/');
            file.in_repo == "."
                || parts.any(|part| REFUSED.contains(&part))
                || inside.is_ok_and(|inside| inside.to_str().is_none())
        })
    }
}

/// As git reads the rules: what is below an ignored folder cannot come back.
fn is_ignored(rules: &Gitignore, path: &Path) -> bool {
    let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
    above.pop();
    above
        .iter()
        .rev()
        .any(|folder| rules.matched(folder, true).is_ignore())
        || rules.matched(path, false).is_ignore()
}

/// Where the client puts `path` of a folder.
fn in_repo(to: &str, path: &str) -> String {
    if to.is_empty() {
        return validated(path);
    }
    validated(&format!("{}/{path}", to.trim_matches('/')))
}

/// The client drops one leading slash, then one leading `./`.
fn validated(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

/// What the configuration keeps out of the sweep.
struct Exclusion(Filter);

impl Exclusion {
    fn new(globs: &[String]) -> Result<Self, SourceError> {
        Ok(Self(Filter::new(&Selection {
            config_exclude: globs.to_vec(),
            ..Selection::default()
        })?))
    }

    fn apply(&self, files: &mut [Outgoing]) -> Vec<Skip> {
        let mut tally = Tally::default();
        for file in files {
            if let Some(cause) = self.0.named_file(Path::new(&file.path)) {
                file.excluded = true;
                tally.file(cause);
            }
        }
        tally.into_skips().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_the_repository_are_the_clients() {
        for (to, path, expected) in [
            ("", "a", "a"),
            (".", "a", "a"),
            ("./", "a", "a"),
            ("/", "a", "a"),
            ("x", "a", "x/a"),
            ("/x/y/", "a", "x/y/a"),
            ("./x", "a", "x/a"),
            ("././", "a", "./a"),
        ] {
            assert_eq!(in_repo(to, path), expected, "{to}");
        }
    }

    #[test]
    fn nothing_comes_back_from_below_an_ignored_folder() {
        let mut builder = ignore::gitignore::GitignoreBuilder::new("");
        for line in ["build/", "!build/keep", "*.log", "!keep.log", "/top"] {
            builder.add_line(None, line).unwrap();
        }
        let rules = builder.build().unwrap();
        for (path, ignored) in [
            ("build/keep", true),
            ("a/build/b/c", true),
            ("a.log", true),
            ("keep.log", false),
            ("a/keep.log", false),
            ("top", true),
            ("a/top", false),
        ] {
            assert_eq!(is_ignored(&rules, Path::new(path)), ignored, "{path}");
        }
    }
}
