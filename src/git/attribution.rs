//! Which commits, paths and refs hold a content.
//!
//! In: the commits of a history, contents of interest, and the refs. Out:
//! [`Attribution`]. Each folder is read once; only those on the way to a
//! content of interest are kept.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::changes::joined;
use super::commits::Commits;
use super::object::{Mode, ObjectKind, entries};
use super::oid::{ObjectId, ObjectMap};
use super::reader::Reader;

/// A content under one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Path with `/`, any bytes.
    pub path: Vec<u8>,
    /// Place of the first commit that has it there.
    pub commit: u32,
    /// Does the commit that is checked out still have it there?
    pub in_head: bool,
}

/// What was asked about.
#[derive(Debug, Default)]
pub struct Attribution {
    sightings: ObjectMap<Vec<Sighting>>,
    reach: ObjectMap<Reach>,
    /// Do contents stand at more paths than were followed?
    pub cut: bool,
}

/// A ref, for those that lead to a content.
#[derive(Clone, Copy, Debug)]
pub struct Leading {
    /// Place of the commit it names.
    pub commit: u32,
    /// Number of the remote it was fetched from.
    pub remote: Option<u32>,
}

/// What leads to a content.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The first refs that do, as places in the list that was given.
    pub refs: Vec<u32>,
    /// The remotes any ref of which does.
    pub remotes: BTreeSet<u32>,
}

/// Contents whose reach is followed at a time: a bit a commit each.
const AT_ONCE: usize = 1024;
/// Refs kept of each content.
const MOST_REFS: usize = 100;
/// Deepest folder followed.
const DEEPEST: usize = 256;
/// Entries of folders met again under another path, in all commits together.
const MOST_AGAIN: usize = 100_000;
/// The folder without any content of interest.
const EMPTY: u32 = 0;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    Folder(u32),
    Content(u32),
}

/// A folder, as far as it leads to a content of interest, in order of the names.
type Folder = Vec<(Box<[u8]>, Child)>;

struct Folders<'a> {
    reader: &'a mut Reader,
    targets: &'a ObjectMap<u32>,
    known: ObjectMap<u32>,
    found: Vec<Folder>,
}

impl Attribution {
    /// Find `targets` in `commits`, and which of `refs` lead to them.
    pub fn of(
        reader: &mut Reader,
        commits: &Commits,
        targets: &[ObjectId],
        head: Option<ObjectId>,
        refs: &[Leading],
    ) -> Self {
        let mut targets = targets.to_vec();
        targets.sort_unstable();
        targets.dedup();
        let places: ObjectMap<u32> = targets.iter().copied().zip(0..).collect();
        let mut folders = Folders::new(reader, &places);
        let roots: Vec<u32> = commits
            .list
            .iter()
            .map(|node| folders.of(node.tree, 0))
            .collect();
        let mut paths = Paths::new(folders.found);
        let mut found: Vec<BTreeMap<Vec<u8>, Sighting>> = vec![BTreeMap::new(); targets.len()];
        // Contents each commit brings, so that their reach can be followed.
        let mut brought: Vec<Vec<u32>> = Vec::with_capacity(roots.len());
        for (place, node) in (0..).zip(&commits.list) {
            let parents = node.parents.iter().map(|&at| roots[at as usize]);
            let mut brings = Vec::new();
            paths.news(roots[place as usize], parents, &mut |path, target| {
                brings.push(target);
                found[target as usize]
                    .entry(path.clone())
                    .or_insert(Sighting {
                        path,
                        commit: place,
                        in_head: false,
                    });
            });
            brings.sort_unstable();
            brings.dedup();
            brought.push(brings);
        }
        if let Some(head) = head.and_then(|id| commits.place(id)) {
            let none = std::iter::empty();
            paths.news(roots[head as usize], none, &mut |path, target| {
                if let Some(sighting) = found[target as usize].get_mut(&path) {
                    sighting.in_head = true;
                }
            });
        }
        let reach = reach(commits, &brought, targets.len(), refs);
        let found = found.into_iter().map(|found| found.into_values().collect());
        Self {
            sightings: targets.iter().copied().zip(found).collect(),
            reach: targets.iter().copied().zip(reach).collect(),
            cut: paths.cut,
        }
    }

    /// Every path of a content, in order of the paths.
    pub fn sightings(&self, id: ObjectId) -> &[Sighting] {
        self.sightings.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What leads to a content.
    pub fn reach(&self, id: ObjectId) -> Option<&Reach> {
        self.reach.get(&id)
    }
}

impl<'a> Folders<'a> {
    fn new(reader: &'a mut Reader, targets: &'a ObjectMap<u32>) -> Self {
        Self {
            reader,
            targets,
            known: ObjectMap::default(),
            found: vec![Folder::new()],
        }
    }

    fn of(&mut self, tree: ObjectId, depth: usize) -> u32 {
        if let Some(&known) = self.known.get(&tree) {
            return known;
        }
        // Less deep it may be followed another time.
        if depth > DEEPEST {
            return EMPTY;
        }
        // Stands while its own insides are read: forged folders make circles.
        self.known.insert(tree, EMPTY);
        let Ok(data) = self.reader.read_as(tree, ObjectKind::Tree) else {
            return EMPTY;
        };
        let mut folder = Folder::new();
        for entry in entries(&data, tree.as_bytes().len()).flatten() {
            let child = match entry.mode {
                Mode::Tree => match self.of(entry.id, depth + 1) {
                    EMPTY => continue,
                    inner => Child::Folder(inner),
                },
                Mode::Submodule => continue,
                Mode::Blob | Mode::Link => match self.targets.get(&entry.id) {
                    Some(&target) => Child::Content(target),
                    None => continue,
                },
            };
            folder.push((entry.name.into(), child));
        }
        if folder.is_empty() {
            return EMPTY;
        }
        folder.sort_by(|(one, _), (other, _)| one.cmp(other));
        let place = self.found.len() as u32;
        self.found.push(folder);
        self.known.insert(tree, place);
        place
    }
}

/// Walks folders, as far as they lead to contents of interest.
struct Paths {
    folders: Vec<Folder>,
    /// Entries read of folders met again.
    again: usize,
    cut: bool,
}

impl Paths {
    fn new(folders: Vec<Folder>) -> Self {
        Self {
            folders,
            again: 0,
            cut: false,
        }
    }

    /// The contents below `root` that no folder of `before` has at the same path.
    fn news(
        &mut self,
        root: u32,
        before: impl Iterator<Item = u32>,
        found: &mut dyn FnMut(Vec<u8>, u32),
    ) {
        let mut met = HashSet::new();
        let mut pending = vec![(Vec::new(), root, distinct(before))];
        while let Some((path, place, before)) = pending.pop() {
            if before.contains(&place) {
                continue;
            }
            let folder = &self.folders[place as usize];
            if !met.insert(place) {
                if self.again >= MOST_AGAIN {
                    self.cut = true;
                    continue;
                }
                self.again += folder.len();
            }
            for (name, child) in folder {
                let olds = before.iter().map(|&old| &self.folders[old as usize]);
                let same: Vec<&Child> = olds.flat_map(|old| named(old, name)).collect();
                if same.contains(&child) {
                    continue;
                }
                let path = joined(&path, name);
                match child {
                    Child::Content(target) => found(path, *target),
                    Child::Folder(inner) => {
                        let folders = same.iter().filter_map(|child| match child {
                            Child::Folder(old) => Some(*old),
                            Child::Content(_) => None,
                        });
                        pending.push((path, *inner, distinct(folders)));
                    }
                }
            }
        }
    }
}

fn distinct(folders: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut folders: Vec<u32> = folders.collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// What a folder has under a name; forged ones have it more than once.
fn named<'f>(folder: &'f Folder, name: &[u8]) -> impl Iterator<Item = &'f Child> {
    let first = folder.partition_point(|(other, _)| **other < *name);
    let from = folder[first..].iter();
    from.take_while(move |(other, _)| **other == *name)
        .map(|(_, child)| child)
}

/// For each content what leads to it.
fn reach(commits: &Commits, brought: &[Vec<u32>], targets: usize, refs: &[Leading]) -> Vec<Reach> {
    let mut found = vec![Reach::default(); targets];
    for first in (0..targets).step_by(AT_ONCE) {
        let these = first..(first + AT_ONCE).min(targets);
        let words = these.len().div_ceil(64);
        let mut bits = vec![0u64; commits.list.len() * words];
        for (place, node) in commits.list.iter().enumerate() {
            for &parent in &node.parents {
                // Only forged objects have a parent that comes later.
                if (parent as usize) < place {
                    for word in 0..words {
                        bits[place * words + word] |= bits[parent as usize * words + word];
                    }
                }
            }
            let own = brought[place].iter().map(|&target| target as usize);
            for target in own.filter(|target| these.contains(target)) {
                let at = target - first;
                bits[place * words + at / 64] |= 1 << (at % 64);
            }
        }
        for (number, leading) in (0..).zip(refs) {
            for target in these.clone() {
                let at = target - first;
                if bits[leading.commit as usize * words + at / 64] >> (at % 64) & 1 == 1 {
                    found[target].remotes.extend(leading.remote);
                    if found[target].refs.len() < MOST_REFS {
                        found[target].refs.push(number);
                    }
                }
            }
        }
    }
    found
}

/// Which of `targets` stand in any of these folders?
pub fn standing(
    reader: &mut Reader,
    trees: &[ObjectId],
    targets: &[ObjectId],
) -> HashSet<(ObjectId, Vec<u8>)> {
    let places: ObjectMap<u32> = targets.iter().copied().zip(0..).collect();
    let mut folders = Folders::new(reader, &places);
    let roots: Vec<u32> = trees.iter().map(|&tree| folders.of(tree, 0)).collect();
    let mut paths = Paths::new(folders.found);
    let mut standing = HashSet::new();
    for root in roots {
        paths.news(root, std::iter::empty(), &mut |path, target| {
            standing.insert((targets[target as usize], path));
        });
    }
    standing
}
