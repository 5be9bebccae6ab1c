//! Which commits, paths and refs hold a content.
//!
//! In: the commits of a history, contents of interest, and the refs. Out:
//! [`Attribution`]. Each folder is read once; only those on the way to a
//! content of interest are kept.

use std::collections::{BTreeMap, HashSet};

use super::changes::joined;
use super::history::Commits;
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
    /// Places in the list of refs.
    refs: ObjectMap<Vec<u32>>,
}

/// Contents whose reach is followed at a time: a bit a commit each.
const AT_ONCE: usize = 1024;
/// Deepest folder followed.
const DEEPEST: usize = 256;
/// The folder without any content of interest.
const EMPTY: u32 = 0;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    Folder(u32),
    Content(u32),
}

/// A folder, as far as it leads to a content of interest.
type Folder = Vec<(Box<[u8]>, Child)>;

struct Folders<'a> {
    reader: &'a mut Reader,
    targets: &'a ObjectMap<u32>,
    known: ObjectMap<u32>,
    found: Vec<Folder>,
}

impl Attribution {
    /// Find `targets` in `commits`. `refs` are places of commits.
    pub fn of(
        reader: &mut Reader,
        commits: &Commits,
        targets: &[ObjectId],
        head: Option<ObjectId>,
        refs: &[u32],
    ) -> Self {
        let places: ObjectMap<u32> = targets.iter().copied().zip(0..).collect();
        let mut folders = Folders {
            reader,
            targets: &places,
            known: ObjectMap::default(),
            found: vec![Folder::new()],
        };
        let roots: Vec<u32> = commits
            .list
            .iter()
            .map(|node| folders.of(node.tree, 0))
            .collect();
        let folders = folders.found;
        let mut found: Vec<BTreeMap<Vec<u8>, Sighting>> = vec![BTreeMap::new(); targets.len()];
        // Contents each commit brings, so that their reach can be followed.
        let mut brought: Vec<Vec<u32>> = Vec::with_capacity(roots.len());
        for (place, node) in (0..).zip(&commits.list) {
            let parents: Vec<u32> = node.parents.iter().map(|&at| roots[at as usize]).collect();
            let mut brings = Vec::new();
            news(
                &folders,
                roots[place as usize],
                &parents,
                &mut |path, target| {
                    brings.push(target);
                    found[target as usize]
                        .entry(path.clone())
                        .or_insert(Sighting {
                            path,
                            commit: place,
                            in_head: false,
                        });
                },
            );
            brought.push(brings);
        }
        if let Some(head) = head.and_then(|id| commits.place(id)) {
            news(&folders, roots[head as usize], &[], &mut |path, target| {
                if let Some(sighting) = found[target as usize].get_mut(&path) {
                    sighting.in_head = true;
                }
            });
        }
        let reach = reach(commits, &brought, targets.len(), refs);
        Self {
            sightings: targets
                .iter()
                .copied()
                .zip(found.into_iter().map(|found| found.into_values().collect()))
                .collect(),
            refs: targets.iter().copied().zip(reach).collect(),
        }
    }

    /// Every path of a content, in order of the paths.
    pub fn sightings(&self, id: ObjectId) -> &[Sighting] {
        self.sightings.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The refs that lead to a content, as places in the list that was given.
    pub fn refs(&self, id: ObjectId) -> &[u32] {
        self.refs.get(&id).map_or(&[], Vec::as_slice)
    }
}

impl Folders<'_> {
    fn of(&mut self, tree: ObjectId, depth: usize) -> u32 {
        if let Some(&known) = self.known.get(&tree) {
            return known;
        }
        // Stands while its own insides are read: forged folders make circles.
        self.known.insert(tree, EMPTY);
        if depth > DEEPEST {
            return EMPTY;
        }
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
        let place = self.found.len() as u32;
        self.found.push(folder);
        self.known.insert(tree, place);
        place
    }
}

/// The contents below `root` that no folder of `before` has at the same path.
fn news(folders: &[Folder], root: u32, before: &[u32], found: &mut dyn FnMut(Vec<u8>, u32)) {
    let mut pending = vec![(Vec::new(), root, before.to_vec())];
    while let Some((path, place, before)) = pending.pop() {
        if before.contains(&place) {
            continue;
        }
        for (name, child) in &folders[place as usize] {
            let same: Vec<&Child> = before
                .iter()
                .flat_map(|&old| &folders[old as usize])
                .filter(|(old, _)| old == name)
                .map(|(_, child)| child)
                .collect();
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
                    pending.push((path, *inner, folders.collect()));
                }
            }
        }
    }
}

/// For each content the places in `refs` of those that lead to it.
fn reach(commits: &Commits, brought: &[Vec<u32>], targets: usize, refs: &[u32]) -> Vec<Vec<u32>> {
    let mut found = vec![Vec::new(); targets];
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
        for (number, &place) in (0..).zip(refs) {
            for target in these.clone() {
                let at = target - first;
                if bits[place as usize * words + at / 64] >> (at % 64) & 1 == 1 {
                    found[target].push(number);
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
    let mut folders = Folders {
        reader,
        targets: &places,
        known: ObjectMap::default(),
        found: vec![Folder::new()],
    };
    let roots: Vec<u32> = trees.iter().map(|&tree| folders.of(tree, 0)).collect();
    let mut standing = HashSet::new();
    for root in roots {
        news(&folders.found, root, &[], &mut |path, target| {
            standing.insert((targets[target as usize], path));
        });
    }
    standing
}
