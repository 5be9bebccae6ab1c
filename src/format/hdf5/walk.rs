//! The way through a file: every object once, from the root on.
//!
//! In: the address of the root group. Out: all objects that links lead to.
//! Links may form cycles, and deep or endless paths; an object is visited under
//! the first path that leads to it.

use std::collections::HashSet;
use std::rc::Rc;

use super::file::File;
use super::group::{self, Target};
use super::header::{self, Header};
use super::object::Objects;
use super::{Item, Limits, Outcome};
use crate::format::FormatError;

/// Longest path told; objects deeper down have that of an object above.
const LONGEST_PATH: usize = 4096;
/// Longest name told.
const LONGEST_NAME: usize = 4096;

/// An object still to be visited.
struct Pending {
    parent: Rc<str>,
    name: String,
    address: u64,
}

/// See the module.
pub(super) struct Walk<'r, 'v> {
    file: File<'r>,
    objects: Objects<'v>,
    most: usize,
    unpacked: u64,
    seen: HashSet<u64>,
    pending: Vec<Pending>,
}

impl<'r, 'v> Walk<'r, 'v> {
    pub(super) fn new(file: File<'r>, limits: &Limits, visit: &'v mut dyn FnMut(Item<'_>)) -> Self {
        Self {
            file,
            objects: Objects::new(limits, visit),
            most: limits.objects,
            unpacked: limits.unpacked,
            seen: HashSet::new(),
            pending: Vec::new(),
        }
    }

    pub(super) fn run(&mut self, root: u64) {
        self.seen.insert(root);
        self.pending.push(Pending {
            parent: Rc::from(""),
            name: String::new(),
            address: root,
        });
        while let Some(next) = self.pending.pop() {
            let path = path_of(&next);
            match header::read(&mut self.file, next.address) {
                Ok(mut header) => {
                    if let Some(damage) = header.damage.take() {
                        self.objects.problem(&path, damage);
                    }
                    self.objects.read(&mut self.file, &path, &header);
                    self.links(&path, &header);
                }
                Err(error) => self.objects.problem(&path, error),
            }
        }
    }

    /// Put the objects below one on the list.
    fn links(&mut self, path: &str, header: &Header) {
        let parent: Rc<str> = Rc::from(path.trim_end_matches('/'));
        let first = self.pending.len();
        let Self {
            file,
            objects,
            seen,
            pending,
            most,
            ..
        } = self;
        let read = group::links(file, header, &mut |_, name, target| {
            let name = String::from_utf8_lossy(name);
            let name = name.get(..LONGEST_NAME).unwrap_or(&name);
            let target = match target {
                Target::Object(address) => *address,
                Target::Soft(target) => {
                    link(objects, &parent, name, None, target);
                    return Ok(());
                }
                Target::External { file, path } => {
                    link(objects, &parent, name, Some(file), path);
                    return Ok(());
                }
            };
            let path = parent.as_ref();
            objects.values.item(Item::Name { path, name });
            if seen.len() >= *most {
                return Err(FormatError::Limit {
                    what: "objects in one HDF5 file",
                });
            }
            if seen.insert(target) {
                pending.push(Pending {
                    parent: Rc::clone(&parent),
                    name: name.to_owned(),
                    address: target,
                });
            }
            Ok(())
        });
        self.objects.check(path, read);
        // The last one put on the list is the first to be visited.
        if let Some(new) = self.pending.get_mut(first..) {
            new.reverse();
        }
    }

    pub(super) fn outcome(self) -> Outcome {
        Outcome {
            unpacked: self.unpacked - self.objects.unpacked,
            numbers: self.objects.numbers,
            problems: self.objects.problems,
            sampled: self.objects.sampled,
            all_noted: self.file.all_noted,
            unknown: self.file.unknown(),
        }
    }
}

fn link(objects: &mut Objects<'_>, parent: &str, name: &str, file: Option<&[u8]>, target: &[u8]) {
    objects.values.item(Item::Name { path: parent, name });
    let path = format!("{parent}/{name}");
    objects.values.item(Item::Link {
        path: &path,
        file,
        target,
    });
}

fn path_of(object: &Pending) -> String {
    let parent = &object.parent;
    if object.name.is_empty() && parent.is_empty() {
        return "/".to_owned();
    }
    if parent.len() + object.name.len() >= LONGEST_PATH {
        return parent.to_string();
    }
    format!("{parent}/{}", object.name)
}
