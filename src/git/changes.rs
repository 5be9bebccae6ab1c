//! What a commit changes against its parents.
//!
//! In: a commit. Out: the files whose content no parent has at that path. Of a
//! merge, what was taken over from a parent is no change; what the merge itself
//! brought in is, however it got there.

use std::iter::Peekable;

use super::object::{Entry, Mode, ObjectKind, entries};
use super::oid::ObjectId;
use super::reader::{ObjectError, Reader};

/// A file as one commit has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path with `/`, as git has it: any bytes.
    pub path: Vec<u8>,
    /// What it is; never a folder.
    pub mode: Mode,
    /// Its content.
    pub id: ObjectId,
}

/// Deepest folder entered: git itself has no limit, stacks do.
pub(super) const DEEPEST: usize = 512;

/// A folder of the new tree, and the parents' folders of the same path.
struct Pair {
    path: Vec<u8>,
    tree: ObjectId,
    before: Vec<ObjectId>,
}

/// What `tree` holds that none of the trees `before` has at the same path.
/// Folders that cannot be read go to `lost`.
pub fn changes(
    reader: &mut Reader,
    tree: ObjectId,
    before: &[ObjectId],
    lost: &mut dyn FnMut(ObjectId, &[u8], ObjectError),
) -> Vec<Change> {
    let mut found = Vec::new();
    let mut pending = vec![Pair {
        path: Vec::new(),
        tree,
        before: before.to_vec(),
    }];
    while let Some(pair) = pending.pop() {
        if pair.before.contains(&pair.tree) {
            continue;
        }
        let data = match reader.read_as(pair.tree, ObjectKind::Tree) {
            Ok(data) => data,
            Err(error) => {
                lost(pair.tree, &pair.path, error);
                continue;
            }
        };
        // A parent's folder that cannot be read hides nothing.
        let parents: Vec<Vec<u8>> = pair
            .before
            .iter()
            .filter_map(|id| reader.read_as(*id, ObjectKind::Tree).ok())
            .collect();
        let length = pair.tree.as_bytes().len();
        let mut parents: Vec<Parent<'_, _>> = parents
            .iter()
            .map(|data| Parent(entries(data, length).flatten().peekable()))
            .collect();
        for entry in entries(&data, length) {
            let Some(entry) = entry else {
                let why = ObjectError::Corrupt("the folder ends early".to_owned());
                lost(pair.tree, &pair.path, why);
                break;
            };
            compare(&pair.path, &entry, &mut parents, &mut found, &mut pending);
        }
    }
    found
}

/// A parent's folder, read along with the new one: both are in git's order.
struct Parent<'a, I: Iterator<Item = Entry<'a>>>(Peekable<I>);

impl<'a, I: Iterator<Item = Entry<'a>>> Parent<'a, I> {
    /// The entry of the same name. One that is out of order is not found, so
    /// that more is read, never less.
    fn same(&mut self, entry: &Entry<'_>) -> Option<Entry<'a>> {
        while self.0.next_if(|old| before(old, entry)).is_some() {}
        self.0.peek().filter(|old| old.name == entry.name).copied()
    }
}

/// Git's order: a folder's name goes on with a slash.
fn before(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    let common = one.name.len().min(other.name.len());
    let next = |entry: &Entry<'_>| {
        let slash = (entry.mode == Mode::Tree).then_some(b'/');
        entry.name.get(common).copied().or(slash)
    };
    (&one.name[..common], next(one)) < (&other.name[..common], next(other))
}

fn compare<'a, I: Iterator<Item = Entry<'a>>>(
    folder: &[u8],
    entry: &Entry<'_>,
    parents: &mut [Parent<'a, I>],
    found: &mut Vec<Change>,
    pending: &mut Vec<Pair>,
) {
    let same_name: Vec<Entry<'_>> = parents
        .iter_mut()
        .filter_map(|parent| parent.same(entry))
        .collect();
    if same_name.iter().any(|old| old.id == entry.id) {
        return;
    }
    let path = joined(folder, entry.name);
    if entry.mode != Mode::Tree {
        found.push(Change {
            path,
            mode: entry.mode,
            id: entry.id,
        });
    } else if depth(&path) < DEEPEST {
        let folders = same_name.iter().filter(|old| old.mode == Mode::Tree);
        pending.push(Pair {
            path,
            tree: entry.id,
            before: folders.map(|old| old.id).collect(),
        });
    }
}

/// A name in a folder.
pub(super) fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(folder.len() + 1 + name.len());
    path.extend_from_slice(folder);
    if !folder.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

pub(super) fn depth(path: &[u8]) -> usize {
    memchr::memchr_iter(b'/', path).count()
}

/// Every file below `tree`.
pub fn walk_tree(
    reader: &mut Reader,
    tree: ObjectId,
    lost: &mut dyn FnMut(ObjectId, &[u8], ObjectError),
) -> Vec<Change> {
    changes(reader, tree, &[], lost)
}

/// The content that `tree` has at `path`.
pub fn lookup(reader: &mut Reader, tree: ObjectId, path: &[u8]) -> Option<(Mode, ObjectId)> {
    let mut at = (Mode::Tree, tree);
    for name in path.split(|&byte| byte == b'/') {
        if at.0 != Mode::Tree {
            return None;
        }
        let data = reader.read_as(at.1, ObjectKind::Tree).ok()?;
        let length = at.1.as_bytes().len();
        let entry = entries(&data, length)
            .flatten()
            .find(|entry| entry.name == name)?;
        at = (entry.mode, entry.id);
    }
    Some(at)
}
