//! Everything a repository still holds on to: where a walk of its history
//! begins.
//!
//! In: a repository. Out: [`Tip`]s: refs of every kind, detached heads of all
//! work trees, what unfinished merges and rebases name, and the reflogs, in
//! which old stashes and amended commits live.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::GitError;
use super::oid::{ObjectId, ObjectSet};
use super::repository::Repository;

/// An object that is held on to, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// A ref's full name, `HEAD` and its like, or `reflog of …`.
    pub name: String,
    /// The object.
    pub id: ObjectId,
    /// Is it a ref, which a push or a clone would name?
    pub is_ref: bool,
}

/// What was found to begin with.
#[derive(Debug, Default)]
pub struct Tips {
    /// All tips: refs first, each object under its first name only where it has
    /// no ref.
    pub list: Vec<Tip>,
    /// Files that would name more, and why they do not.
    pub unread: Vec<(String, String)>,
}

/// Longest file of ids read, in bytes; it is read from its end.
const LONGEST_LOG: u64 = 64 << 20;
/// Folders of unfinished work.
const UNFINISHED: [&str; 3] = ["rebase-merge", "rebase-apply", "sequencer"];

/// Where a walk begins.
pub fn tips(repository: &Repository) -> Result<Tips, GitError> {
    let mut tips = Tips::default();
    let mut known = ObjectSet::default();
    for found in repository.refs()? {
        known.insert(found.target);
        tips.list.push(Tip {
            name: found.name,
            id: found.target,
            is_ref: true,
        });
    }
    let mut others = Others::default();
    if let Some(head) = repository.head() {
        others.ids.insert("HEAD".to_owned(), vec![head]);
    }
    for (folder, prefix) in git_dirs(repository) {
        others.pseudo_refs(&folder, &prefix);
        for inner in UNFINISHED {
            others.files(
                &folder.join(inner),
                &format!("{prefix}{inner}/"),
                Form::List,
            );
        }
        others.files(&folder.join("refs"), &format!("{prefix}refs/"), Form::Ref);
        others.files(
            &folder.join("logs"),
            &format!("reflog of {prefix}"),
            Form::Log,
        );
    }
    if repository.opened().is_none() {
        others.asked(repository);
    }
    for (name, ids) in others.ids {
        for id in ids {
            if !id.is_zero() && known.insert(id) {
                tips.list.push(Tip {
                    name: name.clone(),
                    id,
                    is_ref: false,
                });
            }
        }
    }
    tips.unread = others.unread;
    Ok(tips)
}

/// The shared folder and those of the linked work trees, with the prefix of
/// their names.
pub(super) fn git_dirs(repository: &Repository) -> Vec<(PathBuf, String)> {
    let common = repository.common_dir();
    let mut folders = vec![(common.to_owned(), String::new())];
    let linked = fs::read_dir(common.join("worktrees"));
    for entry in linked.into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        folders.push((entry.path(), format!("worktrees/{name}/")));
    }
    folders
}

/// What names objects and is no ref.
#[derive(Default)]
struct Others {
    ids: BTreeMap<String, Vec<ObjectId>>,
    unread: Vec<(String, String)>,
}

/// How a file names objects.
#[derive(Clone, Copy)]
enum Form {
    /// One, or another ref.
    Ref,
    /// One at the start of each line.
    List,
    /// Two at the start of each line.
    Log,
}

impl Form {
    fn ids(self, text: &[u8]) -> Vec<ObjectId> {
        let words = match self {
            Self::Ref | Self::List => 1,
            Self::Log => 2,
        };
        let lines = text.split(|&byte| byte == b'\n');
        lines
            .flat_map(|line| line.split(u8::is_ascii_whitespace).take(words))
            .filter_map(ObjectId::from_hex)
            .collect()
    }

    /// Is it none of its form? A ref that a crash left empty hides a branch.
    fn is_damaged(self, text: &[u8], ids: &[ObjectId]) -> bool {
        // Reftable leaves a note where refs would lie.
        let is_known = text.starts_with(b"ref:") || text.starts_with(b"this repository");
        matches!(self, Self::Ref) && ids.is_empty() && !is_known
    }
}

impl Others {
    /// `HEAD`, `ORIG_HEAD`, `MERGE_HEAD`, `FETCH_HEAD` and whatever git adds
    /// next: files with names in capitals that hold ids.
    fn pseudo_refs(&mut self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let capitals = name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            // The editor's message of a commit holds no ids.
            if capitals && !name.ends_with("_EDITMSG") {
                let form = if name == "HEAD" {
                    Form::Ref
                } else {
                    Form::List
                };
                self.file(&entry.path(), format!("{prefix}{name}"), form);
            }
        }
    }

    /// All files below a folder. A folder may be a link to that of another work
    /// tree; none is read twice.
    fn files(&mut self, top: &Path, prefix: &str, form: Form) {
        let mut known = HashSet::new();
        let mut folders = vec![top.to_owned()];
        while let Some(folder) = folders.pop() {
            if !folder.canonicalize().is_ok_and(|real| known.insert(real)) || !folder.is_dir() {
                continue;
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    let inner = folder.strip_prefix(top).unwrap_or(&folder);
                    let name = format!("{prefix}{}", inner.display());
                    self.unread.push((name, error.to_string()));
                    continue;
                }
            };
            for entry in entries.flatten() {
                let path = entry.path();
                // What the system leaves in folders; no ref begins so.
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let inner = path.strip_prefix(top).unwrap_or(&path);
                    self.file(&path, format!("{prefix}{}", inner.display()), form);
                }
            }
        }
    }

    fn file(&mut self, path: &Path, name: String, form: Form) {
        // A pipe would keep whoever opens it waiting.
        if !path.is_file() || path.extension().is_some_and(|end| end == "lock") {
            return;
        }
        let why = match end_of(path) {
            Ok((text, is_whole)) => {
                let ids = form.ids(&text);
                let why = if form.is_damaged(&text, &ids) {
                    Some("it is damaged, so nobody knows what it named".to_owned())
                } else {
                    (!is_whole).then(|| format!("only its last {LONGEST_LOG} bytes were read"))
                };
                if !ids.is_empty() {
                    self.ids.insert(name.clone(), ids);
                }
                why
            }
            Err(error) => Some(error.to_string()),
        };
        self.unread.extend(why.map(|why| (name, why)));
    }

    /// Reflogs that lie in no files.
    fn asked(&mut self, repository: &Repository) {
        let args = [
            "reflog",
            "show",
            "--all",
            "--no-show-signature",
            "--format=%H",
        ];
        match repository.ask(&args) {
            Ok(said) => {
                self.ids.insert("reflogs".to_owned(), Form::List.ids(&said));
            }
            // Before the first commit there is none.
            Err(_) if repository.head().is_none() => {}
            Err(error) => self.unread.push(("reflogs".to_owned(), error.to_string())),
        }
    }
}

/// A file, or as much of its end as is read of one, and whether that is all.
fn end_of(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(LONGEST_LOG);
    file.seek(SeekFrom::Start(start))?;
    let mut text = Vec::new();
    file.take(LONGEST_LOG).read_to_end(&mut text)?;
    Ok((text, start == 0))
}
