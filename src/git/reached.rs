//! Which objects some tips lead to.
//!
//! In: tips, and objects of interest. Out: those of them that lie below a tip,
//! however far back. Each commit and each folder is read once, the commits
//! before the folders; what cannot be read leads nowhere.

use super::object::{self, Mode, ObjectKind, entries};
use super::oid::{ObjectId, ObjectSet};
use super::reader::Reader;

/// The `targets` that `tips` lead to.
pub fn reached(reader: &mut Reader, tips: &[ObjectId], targets: &ObjectSet) -> ObjectSet {
    let mut found = ObjectSet::default();
    let mut known = ObjectSet::default();
    let mut pending = tips.to_vec();
    let mut folders = Vec::new();
    while let Some(id) = pending.pop().or_else(|| folders.pop()) {
        if found.len() == targets.len() {
            break;
        }
        if !known.insert(id) {
            continue;
        }
        if targets.contains(&id) {
            found.insert(id);
        }
        let Ok(object) = reader.read(id) else {
            continue;
        };
        match object.kind {
            ObjectKind::Commit => {
                if let Some(commit) = object::commit(&object.data) {
                    pending.extend(commit.parents);
                    folders.push(commit.tree);
                }
            }
            ObjectKind::Tag => pending.extend(object::tag(&object.data).map(|tag| tag.target)),
            ObjectKind::Tree => {
                for entry in entries(&object.data, id.as_bytes().len()).flatten() {
                    match entry.mode {
                        Mode::Tree => folders.push(entry.id),
                        Mode::Blob | Mode::Link if targets.contains(&entry.id) => {
                            found.insert(entry.id);
                        }
                        Mode::Blob | Mode::Link | Mode::Submodule => {}
                    }
                }
            }
            // A ref of the other side may name a content.
            ObjectKind::Blob => {}
        }
    }
    found
}
