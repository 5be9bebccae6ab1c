//! What the user included and excluded.
//!
//! In: a [`Selection`] and paths. Out: is a path kept, and how many were not
//! because of which pattern: one skip a pattern, not one a file.

use std::collections::BTreeMap;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::fnmatch::Pattern;
use super::{Selection, SourceError, name};
use crate::finding::{Skip, SkipClass};

/// The patterns of a selection, translated.
pub(super) struct Filter {
    include: Vec<Pattern>,
    exclude: Vec<(String, Pattern)>,
    config: Gitignore,
}

/// Why a path is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// No `--include` pattern matches it.
    NotIncluded,
    /// This `--exclude` pattern matches it.
    Option(String),
    /// This pattern of the configuration matches it.
    Config(String),
}

impl Filter {
    pub(super) fn new(selection: &Selection) -> Result<Self, SourceError> {
        let mut config = GitignoreBuilder::new("");
        for glob in &selection.config_exclude {
            config
                .add_line(None, glob)
                .map_err(|source| SourceError::Glob {
                    glob: glob.clone(),
                    source,
                })?;
        }
        let config = config.build().map_err(|source| SourceError::Glob {
            glob: selection.config_exclude.join(", "),
            source,
        })?;
        Ok(Self {
            include: selection
                .include
                .iter()
                .map(|glob| translate(glob))
                .collect(),
            exclude: selection
                .exclude
                .iter()
                .map(|glob| (glob.clone(), translate(glob)))
                .collect(),
            config,
        })
    }

    /// Why the file `path` is left out, if it is.
    pub(super) fn file(&self, path: &Path) -> Option<Cause> {
        if !self.include.is_empty() || !self.exclude.is_empty() {
            let name = name::matched(path);
            if !self.include.is_empty() && !self.include.iter().any(|glob| glob.matches(&name)) {
                return Some(Cause::NotIncluded);
            }
            if let Some(cause) = self.excluded(&name) {
                return Some(cause);
            }
        }
        self.config(path, false)
    }

    /// Why a file named by the user is left out, if it is. Unlike a walk, it
    /// has not passed the folders above it.
    pub(super) fn named_file(&self, path: &Path) -> Option<Cause> {
        let above = path.ancestors().skip(1);
        let mut folders = above.filter(|folder| !folder.as_os_str().is_empty());
        self.file(path)
            .or_else(|| folders.find_map(|folder| self.config(folder, true)))
    }

    /// Why a folder is not entered, if it is not. Only the configuration
    /// prunes: `--exclude` speaks of files.
    pub(super) fn folder(&self, path: &Path) -> Option<Cause> {
        self.config(path, true)
    }

    /// Why a folder that cannot be listed would not matter anyway.
    pub(super) fn everything_in(&self, path: &Path) -> Option<Cause> {
        self.excluded(&format!("{}/", name::matched(path)))
    }

    fn excluded(&self, name: &str) -> Option<Cause> {
        let (glob, _) = self.exclude.iter().find(|(_, glob)| glob.matches(name))?;
        Some(Cause::Option(glob.clone()))
    }

    fn config(&self, path: &Path, is_dir: bool) -> Option<Cause> {
        match self.config.matched(path, is_dir) {
            Match::Ignore(glob) => Some(Cause::Config(glob.original().to_owned())),
            Match::None | Match::Whitelist(_) => None,
        }
    }
}

/// As `huggingface_hub` reads a pattern: a backslash is a separator, and a
/// pattern that ends in one means all below.
fn translate(glob: &str) -> Pattern {
    let mut glob = glob.replace('\\', "/");
    if glob.ends_with('/') {
        glob.push('*');
    }
    Pattern::new(&glob)
}

/// Counts of what was left out.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<Cause, Count>);

#[derive(Default)]
struct Count {
    files: u64,
    folders: u64,
}

impl Tally {
    pub(super) fn file(&mut self, cause: Cause) {
        self.0.entry(cause).or_default().files += 1;
    }

    pub(super) fn folder(&mut self, cause: Cause) {
        self.0.entry(cause).or_default().folders += 1;
    }

    /// One skip a pattern.
    pub(super) fn into_skips(self) -> impl Iterator<Item = Skip> {
        self.0.into_iter().map(|(cause, count)| {
            let (path, by) = match &cause {
                Cause::NotIncluded => (".", "not named by --include"),
                Cause::Option(glob) => (glob.as_str(), "excluded by --exclude"),
                Cause::Config(glob) => (glob.as_str(), "excluded by the configuration"),
            };
            Skip::new(SkipClass::Excluded, path, format!("{by}: {count}"))
        })
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let (files, folders) = (self.files, self.folders);
        match (files, folders) {
            (_, 0) => write!(f, "{files} file{}", plural(files)),
            (0, _) => write!(f, "{folders} folder{}", plural(folders)),
            _ => write!(
                f,
                "{files} file{}, {folders} folder{}",
                plural(files),
                plural(folders)
            ),
        }
    }
}
