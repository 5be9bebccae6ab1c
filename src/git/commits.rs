//! Commits in an order of their own.
//!
//! In: commits as they were met. Out: [`Commits`], parents before children, and
//! the people they name.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::object;
use super::oid::{ObjectId, ObjectMap};

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

/// A commit before it has a place.
pub(super) struct Raw {
    pub(super) id: ObjectId,
    pub(super) commit: object::Commit,
    pub(super) further: bool,
}

/// Every identity, with its oldest commit.
pub(super) fn identities(commits: &[Raw]) -> Vec<(Vec<u8>, ObjectId)> {
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
pub(super) fn ordered(mut raw: Vec<Raw>) -> Commits {
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
