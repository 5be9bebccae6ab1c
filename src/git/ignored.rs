//! The ignore rules of a work tree.
//!
//! In: paths. Out: does git ignore them? libgit2 has an answer of its own, but
//! it drops a `!pattern` that reverses a rule of a folder further up, and so
//! would leave out files that git sends.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use git2::Repository;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The rules that hold everywhere, and the folders on the way to the path asked
/// about last: a walk asks about neighbours.
pub(super) struct Ignored {
    root: PathBuf,
    ignore_case: bool,
    /// `.git/info/exclude`, then the user's own file.
    everywhere: [Gitignore; 2],
    way: RefCell<Vec<Level>>,
}

struct Level {
    folder: PathBuf,
    rules: Gitignore,
    ignored: bool,
}

impl Ignored {
    pub(super) fn of(repository: &Repository, root: &Path) -> Self {
        let config = repository.config().ok();
        let config = config.as_ref();
        let ignore_case =
            config.is_some_and(|config| config.get_bool("core.ignorecase").unwrap_or(false));
        let user = config
            .and_then(|config| config.get_path("core.excludesfile").ok())
            .or_else(default_excludes);
        let read = |file: &Path| rules(Path::new(""), file, ignore_case);
        Self {
            root: root.to_owned(),
            ignore_case,
            everywhere: [
                read(&repository.commondir().join("info/exclude")),
                user.map_or_else(Gitignore::empty, |file| read(&file)),
            ],
            way: RefCell::default(),
        }
    }

    /// Does a rule match `path` or a folder above it?
    pub(super) fn holds(&self, path: &Path, is_dir: bool) -> bool {
        let mut way = self.way.borrow_mut();
        let folder = path.parent().unwrap_or(Path::new(""));
        let known = way
            .iter()
            .take_while(|level| folder.starts_with(&level.folder))
            .count();
        way.truncate(known);
        let mut missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|above| way.last().is_none_or(|last| last.folder != **above))
            .collect();
        while let Some(folder) = missing.pop() {
            let ignored = !folder.as_os_str().is_empty() && self.judge(&way, folder, true);
            let file = self.root.join(folder).join(".gitignore");
            way.push(Level {
                folder: folder.to_owned(),
                // Below an ignored folder no rule can bring a file back.
                rules: if ignored {
                    Gitignore::empty()
                } else {
                    tracked_rules(folder, &file, self.ignore_case)
                },
                ignored,
            });
        }
        self.judge(&way, path, is_dir)
    }

    /// The nearest file with a rule for `path` decides.
    fn judge(&self, way: &[Level], path: &Path, is_dir: bool) -> bool {
        if way.last().is_some_and(|level| level.ignored) {
            return true;
        }
        let nearest_first = way.iter().rev().map(|level| &level.rules);
        for rules in nearest_first.chain(&self.everywhere) {
            match rules.matched(path, is_dir) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }
}

/// The rules of a `.gitignore`: git follows no link there.
fn tracked_rules(folder: &Path, file: &Path, ignore_case: bool) -> Gitignore {
    match file.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => rules(folder, file, ignore_case),
        _ => Gitignore::empty(),
    }
}

/// The rules of `file`, which speak of paths below `folder`. What cannot be
/// read ignores nothing.
fn rules(folder: &Path, file: &Path, ignore_case: bool) -> Gitignore {
    let Ok(text) = fs::read(file) else {
        return Gitignore::empty();
    };
    let text = String::from_utf8_lossy(&text);
    let mut builder = GitignoreBuilder::new(folder);
    if builder.case_insensitive(ignore_case).is_err() {
        return Gitignore::empty();
    }
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Where git looks for the user's own rules unless the configuration says.
fn default_excludes() -> Option<PathBuf> {
    let home = || Some(std::env::home_dir()?.join(".config"));
    let config = std::env::var_os("XDG_CONFIG_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from);
    Some(config.or_else(home)?.join("git/ignore"))
}
