//! The commits a push would send.
//!
//! In: the tips to send, and the tips the other side has. Out: [`Outgoing`].
//! Thousands of remote refs cost nothing while the history meets one of them
//! soon; otherwise both sides are walked by date. Undecided commits count as
//! sent: more is read, never less.

use std::collections::BinaryHeap;

use super::object::{self, Commit, ObjectKind};
use super::oid::{ObjectId, ObjectMap, ObjectSet};
use super::reader::{ObjectError, Reader};

/// What would be sent.
#[derive(Debug, Default)]
pub struct Outgoing {
    /// Commits to send, newest first, children before their parents.
    pub commits: Vec<(ObjectId, Commit)>,
    /// Commits the other side has, to which those to send are attached.
    pub border: Vec<(ObjectId, Commit)>,
    /// Commits that should be here and cannot be read.
    pub lost: Vec<(ObjectId, ObjectError)>,
    /// Commits to send whose parents a shallow clone left behind.
    pub cut: Vec<ObjectId>,
}

/// Tips of the other side that are read at once; more only when needed.
const FEW: usize = 256;
/// Commits looked at before that is needed. Up to so many may be read although
/// the other side has them.
const NEAR: usize = 32;
/// Commits looked at beyond the point where dates say that nothing follows:
/// clocks are wrong at times.
const SLOP: usize = 64;

struct Walk<'a> {
    reader: &'a mut Reader,
    shallow: &'a ObjectSet,
    theirs: ObjectSet,
    nodes: ObjectMap<Node>,
    heap: BinaryHeap<(i64, ObjectId)>,
    /// Commits of ours that are still in the heap.
    open: usize,
    /// Committer date of the oldest commit of ours.
    oldest: i64,
    /// Did ours come to an end without meeting theirs?
    at_root: bool,
    lost: Vec<(ObjectId, ObjectError)>,
    missed: ObjectSet,
}

struct Node {
    commit: Commit,
    theirs: bool,
    /// Were its parents put into the heap?
    done: bool,
}

/// The commits below `tips` that are not below `theirs`.
pub fn outgoing(
    reader: &mut Reader,
    tips: &[ObjectId],
    theirs: &[ObjectId],
    shallow: &ObjectSet,
) -> Outgoing {
    let mut walk = Walk {
        reader,
        shallow,
        theirs: theirs.iter().copied().collect(),
        nodes: ObjectMap::default(),
        heap: BinaryHeap::new(),
        open: 0,
        oldest: i64::MAX,
        at_root: false,
        lost: Vec::new(),
        missed: ObjectSet::default(),
    };
    for &tip in tips {
        let known = walk.theirs.contains(&tip);
        walk.visit(tip, known);
    }
    let mut pending = theirs;
    if theirs.len() <= FEW {
        walk.visit_all(&mut pending);
    }
    let mut looked = 0;
    let mut beyond = 0;
    loop {
        // Where ours have all met theirs soon, nobody needs the other tips.
        let undecided = if walk.open == 0 {
            walk.at_root
        } else {
            looked >= NEAR
        };
        if undecided {
            walk.visit_all(&mut pending);
        }
        let Some(&(date, id)) = walk.heap.peek() else {
            break;
        };
        if walk.open == 0 {
            // Theirs may still paint over ours, as long as dates allow it.
            beyond += usize::from(date < walk.oldest);
            if beyond > SLOP {
                break;
            }
        }
        walk.heap.pop();
        looked += 1;
        walk.advance(id);
    }
    walk.finish()
}

impl Walk<'_> {
    fn visit_all(&mut self, theirs: &mut &[ObjectId]) {
        for &tip in std::mem::take(theirs) {
            self.visit(tip, true);
        }
    }

    /// Meet a commit, or learn that it is theirs.
    fn visit(&mut self, id: ObjectId, theirs: bool) {
        let theirs = theirs || self.theirs.contains(&id);
        if let Some(node) = self.nodes.get_mut(&id) {
            if theirs && !node.theirs {
                node.theirs = true;
                if node.done {
                    // Its parents must hear of it.
                    node.done = false;
                    self.heap.push((node.commit.committer.time, id));
                } else {
                    self.open -= 1;
                }
            }
            return;
        }
        let data = self.reader.read_as(id, ObjectKind::Commit);
        let damaged = || ObjectError::Corrupt("this commit cannot be read".to_owned());
        match data.and_then(|data| object::commit(&data).ok_or_else(damaged)) {
            Ok(mut commit) => {
                if self.shallow.contains(&id) {
                    commit.parents.clear();
                }
                let date = commit.committer.time;
                self.heap.push((date, id));
                if !theirs {
                    self.open += 1;
                    self.oldest = self.oldest.min(date);
                }
                self.nodes.insert(
                    id,
                    Node {
                        commit,
                        theirs,
                        done: false,
                    },
                );
            }
            // What the other side has need not be here.
            Err(_) if theirs => {}
            Err(why) if self.missed.insert(id) => self.lost.push((id, why)),
            Err(_) => {}
        }
    }

    fn advance(&mut self, id: ObjectId) {
        let Some(node) = self.nodes.get_mut(&id) else {
            return;
        };
        if node.done {
            return;
        }
        node.done = true;
        let theirs = node.theirs;
        if !theirs {
            self.open -= 1;
            self.at_root |= node.commit.parents.is_empty();
        }
        for parent in node.commit.parents.clone() {
            self.visit(parent, theirs);
        }
    }

    /// What they have not: newest first, and no parent before its child. Dates
    /// alone do not tell, as a rebase makes many commits within a second.
    fn ours(&self) -> Vec<ObjectId> {
        let is_ours = |id: &ObjectId| self.nodes.get(id).is_some_and(|node| !node.theirs);
        let parents = |id: &ObjectId| self.nodes[id].commit.parents.iter().copied();
        let all: Vec<ObjectId> = self.nodes.keys().copied().filter(&is_ours).collect();
        let mut waits: ObjectMap<usize> = ObjectMap::default();
        for id in &all {
            for parent in parents(id).filter(&is_ours) {
                *waits.entry(parent).or_default() += 1;
            }
        }
        let dated = |id: ObjectId| (self.nodes[&id].commit.committer.time, id);
        let free = all.iter().filter(|id| !waits.contains_key(id));
        let mut heap: BinaryHeap<(i64, ObjectId)> = free.map(|&id| dated(id)).collect();
        let mut order = Vec::with_capacity(all.len());
        while let Some((_, id)) = heap.pop() {
            order.push(id);
            for parent in parents(&id).filter(&is_ours) {
                if let Some(children) = waits.get_mut(&parent) {
                    *children -= 1;
                    if *children == 0 {
                        heap.push(dated(parent));
                    }
                }
            }
        }
        // Only forged objects make a circle.
        let mut rest: Vec<ObjectId> = all;
        rest.retain(|id| waits.get(id).is_some_and(|&children| children > 0));
        rest.sort_unstable();
        order.extend(rest);
        order
    }

    fn finish(mut self) -> Outgoing {
        let ours = self.ours();
        let mut result = Outgoing {
            lost: std::mem::take(&mut self.lost),
            ..Outgoing::default()
        };
        let mut border = ObjectSet::default();
        for &id in &ours {
            for parent in &self.nodes[&id].commit.parents {
                if let Some(node) = self.nodes.get(parent).filter(|node| node.theirs)
                    && border.insert(*parent)
                {
                    result.border.push((*parent, node.commit.clone()));
                }
            }
            if self.shallow.contains(&id) {
                result.cut.push(id);
            }
        }
        for id in ours {
            if let Some(node) = self.nodes.remove(&id) {
                result.commits.push((id, node.commit));
            }
        }
        result
    }
}
