//! The whole history, each commit and each folder read once.
//!
//! In: tips. Out: [`History`]: the commits with parents before children, and
//! every content under the path where it was seen first. Damaged and missing
//! objects are named and passed over.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::changes::{joined, too_far};
use super::commits::{Commits, Raw, identities, ordered};
use super::object::{self, Mode, ObjectKind, entries};
use super::oid::{ObjectId, ObjectMap, ObjectSet};
use super::reader::{ObjectError, Reader};

/// A content, or a name, and where it was first seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The content.
    pub id: ObjectId,
    /// Path with `/`, any bytes.
    pub path: Vec<u8>,
    /// Is it a file or a link?
    pub mode: Mode,
    /// Place of the commit; none below a tag or ref that names no commit.
    pub commit: Option<u32>,
}

/// An object that cannot be read.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Which one.
    pub id: ObjectId,
    /// What it would have held: a path, or what kind of object it is.
    pub place: Vec<u8>,
    /// Why.
    pub why: ObjectError,
}

/// Everything the tips lead to.
#[derive(Debug, Default)]
pub struct History {
    /// The commits.
    pub commits: Commits,
    /// The contents of files.
    pub blobs: Vec<Seen>,
    /// Known contents and folders under names not seen before.
    pub renamed: Vec<Seen>,
    /// Annotated tags.
    pub tags: Vec<ObjectId>,
    /// Authors and committers, each with the first commit that names them.
    pub identities: Vec<(Vec<u8>, ObjectId)>,
    /// What could not be read.
    pub lost: Vec<Lost>,
}

/// Reads a history.
pub struct Walk<'a> {
    /// Where objects come from.
    pub reader: &'a mut Reader,
    /// Commits whose parents are not here, and need not be.
    pub shallow: &'a ObjectSet,
    /// Kind of a file name: a content that is read in another way under another
    /// name is named again. Most are below 64.
    pub kind_of: &'a dyn Fn(&[u8]) -> u16,
    /// Set to stop early.
    pub interrupt: &'a AtomicBool,
}

/// Where the tips lead.
#[derive(Default)]
struct Start {
    commits: Vec<ObjectId>,
    trees: Vec<(ObjectId, Vec<u8>)>,
    blobs: Vec<(ObjectId, Vec<u8>)>,
}

impl Walk<'_> {
    /// Read everything the tips lead to. Each tip comes with its name.
    pub fn read(&mut self, tips: &[(ObjectId, String)]) -> History {
        let mut history = History::default();
        let start = self.start(tips, &mut history);
        let commits = self.commits(start.commits, &mut history);
        history.commits = ordered(commits);
        let mut contents = Contents::default();
        for place in 0..history.commits.list.len() {
            let tree = history.commits.list[place].tree;
            let root = (tree, Vec::new());
            self.tree(root, Some(place as u32), &mut contents, &mut history);
        }
        for root in start.trees {
            self.tree(root, None, &mut contents, &mut history);
        }
        for (id, path) in start.blobs {
            if contents.kinds.insert(id, u64::MAX).is_none() {
                history.blobs.push(Seen {
                    id,
                    path,
                    mode: Mode::Blob,
                    commit: None,
                });
            }
        }
        history
    }

    fn stopped(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Follow tags to what they point to.
    fn start(&mut self, tips: &[(ObjectId, String)], history: &mut History) -> Start {
        let mut start = Start::default();
        let mut known = ObjectSet::default();
        for (id, name) in tips {
            let mut id = *id;
            // A chain of tags ends where it meets itself.
            while known.insert(id) && !self.stopped() {
                match self.reader.header(id) {
                    Ok((ObjectKind::Commit, _)) => start.commits.push(id),
                    Ok((ObjectKind::Tree, _)) => {
                        start.trees.push((id, name.clone().into_bytes()));
                    }
                    Ok((ObjectKind::Blob, _)) => start.blobs.push((id, name.clone().into_bytes())),
                    Ok((ObjectKind::Tag, _)) => {
                        history.tags.push(id);
                        let target = self.reader.read_as(id, ObjectKind::Tag);
                        let damaged = || ObjectError::Corrupt("this tag names nothing".to_owned());
                        match target.and_then(|data| object::tag(&data).ok_or_else(damaged)) {
                            Ok(tag) => {
                                id = tag.target;
                                continue;
                            }
                            Err(why) => history.lost.push(lost(id, name.as_bytes(), why)),
                        }
                    }
                    Err(why) => history.lost.push(lost(id, name.as_bytes(), why)),
                }
                break;
            }
        }
        start
    }

    /// All commits below `tips`, in no order.
    fn commits(&mut self, tips: Vec<ObjectId>, history: &mut History) -> Vec<Raw> {
        let mut known: ObjectSet = tips.iter().copied().collect();
        let mut pending = tips;
        let mut commits = Vec::new();
        while let Some(id) = pending.pop() {
            if self.stopped() {
                break;
            }
            let data = self.reader.read_as(id, ObjectKind::Commit);
            let commit = data.and_then(|data| {
                let damaged = || ObjectError::Corrupt("this commit cannot be read".to_owned());
                let further = !object::further_headers(&data).is_empty();
                Ok((object::commit(&data).ok_or_else(damaged)?, further))
            });
            match commit {
                Ok((mut commit, further)) => {
                    if self.shallow.contains(&id) {
                        commit.parents.clear();
                    }
                    let parents = commit.parents.iter();
                    pending.extend(parents.filter(|parent| known.insert(**parent)));
                    commits.push(Raw {
                        id,
                        commit,
                        further,
                    });
                }
                Err(why) => history.lost.push(lost(id, b"commit", why)),
            }
        }
        history.identities = identities(&commits);
        commits
    }

    /// Everything below a folder that was not seen before. The folder comes
    /// with its path.
    fn tree(
        &mut self,
        (root, path): (ObjectId, Vec<u8>),
        commit: Option<u32>,
        contents: &mut Contents,
        history: &mut History,
    ) {
        if self.stopped() || !contents.trees.insert(root) {
            return;
        }
        let mut pending = vec![Inside {
            tree: root,
            path,
            untold: false,
        }];
        while let Some(folder) = pending.pop() {
            let data = match too_far(&folder.path) {
                Some(why) => Err(why),
                None => self.reader.read_as(folder.tree, ObjectKind::Tree),
            };
            match data {
                Ok(data) => {
                    let further = self.folder(folder, &data, commit, contents, history);
                    pending.extend(further);
                }
                Err(why) => history.lost.push(lost(folder.tree, &folder.path, why)),
            }
        }
    }

    /// What is new in one folder; the folders in it that are.
    fn folder(
        &mut self,
        folder: Inside,
        data: &[u8],
        commit: Option<u32>,
        contents: &mut Contents,
        history: &mut History,
    ) -> Vec<Inside> {
        let told = history.blobs.len() + history.renamed.len();
        let mut inside = Vec::new();
        for entry in entries(data, folder.tree.as_bytes().len()) {
            let Some(entry) = entry else {
                let why = ObjectError::Corrupt("the folder ends early".to_owned());
                history.lost.push(lost(folder.tree, &folder.path, why));
                break;
            };
            let path = joined(&folder.path, entry.name);
            let named = contents.names.get(entry.name).copied();
            let kind = named.unwrap_or_else(|| (self.kind_of)(entry.name));
            if named.is_none() {
                contents.names.insert(entry.name.into(), kind);
            }
            let seen = Seen {
                id: entry.id,
                path,
                mode: entry.mode,
                commit,
            };
            match entry.mode {
                Mode::Tree if contents.trees.insert(entry.id) => inside.push(Inside {
                    tree: entry.id,
                    path: seen.path,
                    untold: named.is_none(),
                }),
                Mode::Blob | Mode::Link if contents.is_new(entry.id, kind) => {
                    history.blobs.push(seen);
                }
                _ if named.is_none() => history.renamed.push(seen),
                _ => {}
            }
        }
        // Whatever is told of a folder tells its name.
        if folder.untold && history.blobs.len() + history.renamed.len() == told {
            if inside.is_empty() {
                history.renamed.push(Seen {
                    id: folder.tree,
                    path: folder.path,
                    mode: Mode::Tree,
                    commit,
                });
            }
            for folder in &mut inside {
                folder.untold = true;
            }
        }
        inside
    }
}

/// A folder to be read.
struct Inside {
    tree: ObjectId,
    path: Vec<u8>,
    /// Is its name, or that of one above it, a new one that nothing tells yet?
    untold: bool,
}

fn lost(id: ObjectId, place: &[u8], why: ObjectError) -> Lost {
    Lost {
        id,
        place: place.to_vec(),
        why,
    }
}

/// What was seen already.
#[derive(Default)]
struct Contents {
    trees: ObjectSet,
    /// The kinds under which each content was seen, as bits.
    kinds: ObjectMap<u64>,
    /// The same of the rare ones, that have no bit.
    rare: HashSet<(ObjectId, u16)>,
    /// Names of files and folders, with the kind each stands for.
    names: HashMap<Box<[u8]>, u16>,
}

impl Contents {
    /// Was this content not seen yet under a name of this kind?
    fn is_new(&mut self, id: ObjectId, kind: u16) -> bool {
        if u32::from(kind) >= u64::BITS {
            return self.rare.insert((id, kind));
        }
        let kinds = self.kinds.entry(id).or_default();
        let is_new = *kinds & (1 << kind) == 0;
        *kinds |= 1 << kind;
        is_new
    }
}
