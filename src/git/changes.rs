//! What a commit changes against its parents.
//!
//! In: a commit. Out: the files whose content no parent has at that path. Of a
//! merge, what was taken over from a parent is no change; what the merge itself
//! brought in is, however it got there.

use std::iter::Peekable;

use super::object::{Entry, Mode, ObjectKind, entries};
use super::oid::{ObjectId, ObjectSet};
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
const DEEPEST: usize = 512;
/// Longest path of a folder that is entered: no file below it can be checked
/// out.
const LONGEST: usize = 4096;
/// Parents a commit is compared with. More is taken for new, never less.
const MOST_PARENTS: usize = 64;
/// Entries of folders met again under another path. A few folders that hold
/// each other ten times over have more paths than anybody can name.
const MOST_AGAIN: usize = 200_000;

/// A folder of the new tree, and the parents' folders of the same path.
struct Pair {
    path: Vec<u8>,
    tree: ObjectId,
    before: Vec<ObjectId>,
}

/// Hears of folders that cannot be read.
pub type OnLost<'a> = &'a mut dyn FnMut(ObjectId, &[u8], ObjectError);

/// What `tree` holds that none of the trees `before` has at the same path.
/// Folders that cannot be read go to `lost`.
pub fn changes(
    reader: &mut Reader,
    tree: ObjectId,
    before: &[ObjectId],
    lost: OnLost<'_>,
) -> Vec<Change> {
    let mut found = Vec::new();
    let mut met = ObjectSet::default();
    let mut again = 0;
    let mut pending = vec![Pair {
        path: Vec::new(),
        tree,
        before: distinct(before.iter().copied()),
    }];
    while let Some(pair) = pending.pop() {
        if pair.before.contains(&pair.tree) {
            continue;
        }
        if let Some(why) = too_far(&pair.path) {
            lost(pair.tree, &pair.path, why);
            continue;
        }
        let is_new = met.insert(pair.tree);
        if !is_new && again >= MOST_AGAIN {
            let why = "the same folders stand at too many paths".to_owned();
            lost(pair.tree, &pair.path, ObjectError::TooMuch(why));
            // One more would only say it again.
            pending.retain(|pair| !met.contains(&pair.tree));
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
            again += usize::from(!is_new);
            compare(&pair.path, &entry, &mut parents, &mut found, &mut pending);
        }
    }
    found
}

fn distinct(ids: impl Iterator<Item = ObjectId>) -> Vec<ObjectId> {
    let mut distinct = Vec::new();
    for id in ids.take(MOST_PARENTS) {
        if !distinct.contains(&id) {
            distinct.push(id);
        }
    }
    distinct
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
    // A submodule may go by the id of a content that was never there.
    let same = |old: &Entry<'_>| (old.mode, old.id) == (entry.mode, entry.id);
    if same_name.iter().any(same) {
        return;
    }
    let path = joined(folder, entry.name);
    if entry.mode == Mode::Tree {
        let folders = same_name.iter().filter(|old| old.mode == Mode::Tree);
        pending.push(Pair {
            path,
            tree: entry.id,
            before: distinct(folders.map(|old| old.id)),
        });
    } else {
        found.push(Change {
            path,
            mode: entry.mode,
            id: entry.id,
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

/// Why a folder is not entered, if it is too deep.
pub(super) fn too_far(path: &[u8]) -> Option<ObjectError> {
    let deep = path.len() > LONGEST || memchr::memchr_iter(b'/', path).count() >= DEEPEST;
    deep.then(|| ObjectError::TooMuch("folders nest too deep".to_owned()))
}

/// Every file below `tree`.
pub fn walk_tree(reader: &mut Reader, tree: ObjectId, lost: OnLost<'_>) -> Vec<Change> {
    changes(reader, tree, &[], lost)
}

/// The content that `tree` has at `path`, if it has one.
pub fn lookup(
    reader: &mut Reader,
    tree: ObjectId,
    path: &[u8],
) -> Result<Option<(Mode, ObjectId)>, ObjectError> {
    let mut at = (Mode::Tree, tree);
    for name in path.split(|&byte| byte == b'/') {
        if at.0 != Mode::Tree {
            return Ok(None);
        }
        let data = reader.read_as(at.1, ObjectKind::Tree)?;
        let mut entries = entries(&data, at.1.as_bytes().len()).flatten();
        match entries.find(|entry| entry.name == name) {
            Some(entry) => at = (entry.mode, entry.id),
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}
