//! The whole history, each commit and each folder read once.
//!
//! In: tips. Out: [`History`]: the commits with parents before children, and
//! every content under the path where it was seen first. Damaged and missing
//! objects are named and passed over.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

use super::changes::{DEEPEST, depth, joined};
use super::object::{self, Mode, ObjectKind, entries};
use super::oid::{ObjectId, ObjectMap, ObjectSet};
use super::reader::{ObjectError, Reader};

/// A commit as the walk needs it.
#[derive(Clone, Debug)]
pub struct CommitNode {
    /// Its id.
    pub id: ObjectId,
    /// The folder it records.
    pub tree: ObjectId,
    /// Places of its parents, as far as they are here.
    pub parents: Vec<u32>,
    /// Author date, seconds since 1970.
    pub authored: i64,
    /// Committer date, by which histories are walked.
    pub committed: i64,
    /// Does it hold text beside its message?
    pub further: bool,
}

/// Commits, parents before children.
#[derive(Debug, Default)]
pub struct Commits {
    /// The commits.
    pub list: Vec<CommitNode>,
    places: ObjectMap<u32>,
}

impl Commits {
    /// Where a commit stands in the list.
    pub fn place(&self, id: ObjectId) -> Option<u32> {
        self.places.get(&id).copied()
    }
}

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
    /// Kind of a file name, below 64: a content that is read in another way
    /// under another name is named again.
    pub kind_of: &'a dyn Fn(&[u8]) -> u8,
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
                        let target = self.reader.read_as(id, ObjectKind::Tag);
                        history.tags.push(id);
                        if let Some(tag) = target.ok().and_then(|data| object::tag(&data)) {
                            id = tag.target;
                            continue;
                        }
                        let why = ObjectError::Corrupt("this tag cannot be read".to_owned());
                        history.lost.push(lost(id, name.as_bytes(), why));
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
        let mut pending = vec![(path, root)];
        while let Some((folder, tree)) = pending.pop() {
            let data = match self.reader.read_as(tree, ObjectKind::Tree) {
                Ok(data) => data,
                Err(why) => {
                    history.lost.push(lost(tree, &folder, why));
                    continue;
                }
            };
            for entry in entries(&data, tree.as_bytes().len()) {
                let Some(entry) = entry else {
                    let why = ObjectError::Corrupt("the folder ends early".to_owned());
                    history.lost.push(lost(tree, &folder, why));
                    break;
                };
                let path = joined(&folder, entry.name);
                let known = contents.names.get(entry.name).copied();
                let news = match entry.mode {
                    Mode::Submodule => continue,
                    Mode::Tree => contents.trees.insert(entry.id),
                    Mode::Blob | Mode::Link => {
                        let kind = 1 << known.unwrap_or_else(|| (self.kind_of)(entry.name));
                        let kinds = contents.kinds.entry(entry.id).or_default();
                        let news = *kinds & kind == 0;
                        *kinds |= kind;
                        news
                    }
                };
                if known.is_none() {
                    let kind = (self.kind_of)(entry.name);
                    contents.names.insert(entry.name.into(), kind);
                }
                if news && entry.mode == Mode::Tree {
                    if depth(&path) < DEEPEST {
                        pending.push((path, entry.id));
                    } else {
                        let why = ObjectError::Corrupt("folders nest too deep".to_owned());
                        history.lost.push(lost(entry.id, &path, why));
                    }
                    continue;
                }
                let seen = Seen {
                    id: entry.id,
                    path,
                    mode: entry.mode,
                    commit,
                };
                if news {
                    history.blobs.push(seen);
                } else if known.is_none() {
                    history.renamed.push(seen);
                }
            }
        }
    }
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
    /// Names of files and folders, with the kind each stands for.
    names: HashMap<Box<[u8]>, u8>,
}

/// A commit before it has a place.
struct Raw {
    id: ObjectId,
    commit: object::Commit,
    further: bool,
}

/// Every identity, with its oldest commit.
fn identities(commits: &[Raw]) -> Vec<(Vec<u8>, ObjectId)> {
    let mut first: HashMap<&[u8], u32> = HashMap::new();
    for (place, raw) in commits.iter().enumerate() {
        for signature in [&raw.commit.author, &raw.commit.committer] {
            let known = first.entry(&signature.identity).or_insert(place as u32);
            if raw.commit.committer.time < commits[*known as usize].commit.committer.time {
                *known = place as u32;
            }
        }
    }
    let mut identities: Vec<(Vec<u8>, ObjectId)> = first
        .into_iter()
        .map(|(identity, place)| (identity.to_vec(), commits[place as usize].id))
        .collect();
    identities.sort_unstable();
    identities
}

/// Parents before children, older before newer.
fn ordered(mut raw: Vec<Raw>) -> Commits {
    raw.sort_unstable_by_key(|raw| raw.id);
    let places: ObjectMap<u32> = raw.iter().map(|raw| raw.id).zip(0..).collect();
    let parents: Vec<Vec<u32>> = raw
        .iter()
        .map(|raw| {
            let parents = raw.commit.parents.iter();
            parents.filter_map(|id| places.get(id).copied()).collect()
        })
        .collect();
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); raw.len()];
    for (child, parents) in (0..).zip(&parents) {
        for &parent in parents {
            children[parent as usize].push(child);
        }
    }
    let mut waits: Vec<usize> = parents.iter().map(Vec::len).collect();
    let date = |place: u32| raw[place as usize].commit.committer.time;
    let ready = (0..raw.len() as u32).filter(|&place| waits[place as usize] == 0);
    let mut heap: BinaryHeap<Reverse<(i64, u32)>> =
        ready.map(|place| Reverse((date(place), place))).collect();
    let mut order = Vec::with_capacity(raw.len());
    while let Some(Reverse((_, place))) = heap.pop() {
        order.push(place);
        for &child in &children[place as usize] {
            waits[child as usize] -= 1;
            if waits[child as usize] == 0 {
                heap.push(Reverse((date(child), child)));
            }
        }
    }
    // Only forged objects make a circle.
    order.extend((0..raw.len() as u32).filter(|&place| waits[place as usize] > 0));
    renumbered(&raw, &parents, &order)
}

fn renumbered(raw: &[Raw], parents: &[Vec<u32>], order: &[u32]) -> Commits {
    let mut place_of = vec![0; raw.len()];
    for (new, &old) in (0..).zip(order) {
        place_of[old as usize] = new;
    }
    let list: Vec<CommitNode> = order
        .iter()
        .map(|&old| {
            let Raw {
                id,
                commit,
                further,
            } = &raw[old as usize];
            let parents = parents[old as usize].iter();
            CommitNode {
                id: *id,
                tree: commit.tree,
                parents: parents.map(|&parent| place_of[parent as usize]).collect(),
                authored: commit.author.time,
                committed: commit.committer.time,
                further: *further,
            }
        })
        .collect();
    Commits {
        places: list.iter().map(|node| node.id).zip(0..).collect(),
        list,
    }
}
