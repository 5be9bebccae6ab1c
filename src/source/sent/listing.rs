//! What the commits of a range bring, one listing.
//!
//! In: tips and commits. Out: contents, messages and names, each with its
//! origin; a content met again under another path gets a further origin.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::history::KindOf;
use super::super::named::{Names, noted, of_commit, shown};
use super::super::objects::Part;
use super::Tip;
use crate::finding::{Origin, OriginKind, SkipClass};
use crate::git::object::{Commit, Mode, ObjectKind};
use crate::git::{
    Change, ObjectError, ObjectId, ObjectMap, ObjectSet, Outgoing, Reader, changes, object,
};

/// One listing under way.
pub(super) struct Listing<'s, 'f> {
    pub(super) reader: Reader,
    pub(super) names: Names<'f>,
    pub(super) kind_of: KindOf<'s>,
    /// Numbers of contents, by id and kind of name.
    pub(super) known: HashMap<(ObjectId, u16), usize>,
    pub(super) places: Vec<Vec<Origin>>,
    /// Paths of contents beside their first ones.
    pub(super) paths: HashSet<(usize, String)>,
    pub(super) identities: BTreeSet<Vec<u8>>,
}

impl Listing<'_, '_> {
    /// Name what a tip itself brings; the commit it leads to.
    pub(super) fn tip(&mut self, tip: &Tip, names_ref: bool) -> Option<ObjectId> {
        if names_ref {
            let origin = Origin::of(OriginKind::RefName);
            self.names.text(format!("ref {}", tip.name), b"", origin);
            self.places.push(Vec::new());
        }
        let mut id = tip.id;
        let mut seen = ObjectSet::default();
        while seen.insert(id) {
            match self.reader.header(id) {
                Ok((ObjectKind::Commit, _)) => return Some(id),
                Ok((ObjectKind::Tag, _)) => {
                    let origin = Origin {
                        commit: Some(id.to_string()),
                        refs: vec![tip.name.clone()],
                        ..Origin::of(OriginKind::Tag)
                    };
                    let path = format!("tag {}", id.short());
                    self.names.part(path, id, Part::Message, origin);
                    self.places.push(Vec::new());
                    let damaged = || ObjectError::Corrupt("this tag names nothing".to_owned());
                    let tag = self.reader.read_as(id, ObjectKind::Tag);
                    match tag.and_then(|data| object::tag(&data).ok_or_else(damaged)) {
                        Ok(tag) => id = tag.target,
                        Err(why) => return self.lost_tip(tip, &why),
                    }
                }
                Ok((ObjectKind::Tree, _)) => {
                    let place = format!("ref {}", tip.name);
                    self.brought(id, &[], &place, &Origin::of(OriginKind::Commit));
                    return None;
                }
                Ok((ObjectKind::Blob, _)) => {
                    let path = tip.name.clone().into_bytes();
                    let mode = Mode::Blob;
                    self.change(&Change { path, mode, id }, Origin::of(OriginKind::Commit));
                    return None;
                }
                Err(why) => return self.lost_tip(tip, &why),
            }
        }
        let why = ObjectError::Corrupt("its tags go in a circle".to_owned());
        self.lost_tip(tip, &why)
    }

    /// A tip that leads to no commit.
    fn lost_tip(&mut self, tip: &Tip, why: &ObjectError) -> Option<ObjectId> {
        let place = format!("ref {}", tip.name);
        self.names
            .skip(class(why), &place, format!("its object is {why}"));
        None
    }

    /// Name what each commit brings, the oldest first.
    pub(super) fn commits(&mut self, sent: &Outgoing, fresh: &[(String, ObjectSet)]) {
        let border = sent.border.iter();
        // Only what was read already hides anything: forged commits may each be
        // the parent of the other.
        let mut trees: ObjectMap<ObjectId> = border.map(|(id, old)| (*id, old.tree)).collect();
        for ((id, commit), sequence) in sent.commits.iter().rev().zip(0..) {
            let published = fresh.iter().filter(|(_, ids)| !ids.contains(id));
            let origin = Origin {
                sequence: Some(sequence),
                published: published.map(|(remote, _)| remote.clone()).collect(),
                ..of_commit(OriginKind::Commit, *id, commit.author.time)
            };
            self.message(*id, commit, &origin);
            let parents: Vec<ObjectId> = commit
                .parents
                .iter()
                .filter_map(|parent| trees.get(parent).copied())
                .collect();
            let place = format!("commit {}", id.short());
            self.brought(commit.tree, &parents, &place, &origin);
            trees.insert(*id, commit.tree);
        }
    }

    /// Name what a folder has that none of those before it has.
    fn brought(&mut self, tree: ObjectId, before: &[ObjectId], place: &str, origin: &Origin) {
        let mut lost = Vec::new();
        let brought = changes(&mut self.reader, tree, before, &mut |_, path, why| {
            lost.push((shown(path), why));
        });
        for (path, why) in lost {
            let path = if path.is_empty() { "." } else { &path };
            let said = format!("in {place} this folder is {why}");
            self.names.skip(class(&why), path, said);
        }
        for change in brought {
            self.change(&change, origin.clone());
        }
    }

    fn change(&mut self, change: &Change, origin: Origin) {
        if change.mode == Mode::Submodule {
            return;
        }
        let on = noted(&change.path).filter(|&on| self.reader.header(on).is_ok());
        let (path, kind) = match on {
            Some(commit) => (format!("note on {}", commit.short()), OriginKind::Note),
            None => (shown(&change.path), OriginKind::Commit),
        };
        let origin = Origin {
            kind,
            path: Some(path.clone()),
            ..origin
        };
        let content = (change.id, (self.kind_of)(file_name(&path)));
        let next = self.names.named.len();
        let key = *self.known.entry(content).or_insert(next);
        if key < next {
            // The first commit of a path is the one that brought it.
            let first = self.names.named[key].origin.path.as_ref() == Some(&path);
            if !first && self.paths.insert((key, path.clone())) {
                self.places[key].push(origin.clone());
                self.names.name(path, origin);
            }
        } else {
            let size = self.reader.header(change.id).map_or(0, |(_, size)| size);
            self.names.file(path, size, change.id, origin);
            if self.names.named.len() == next {
                // Excluded; under another name it may not be.
                self.known.remove(&content);
            }
        }
        self.places.resize_with(self.names.named.len(), Vec::new);
    }

    fn message(&mut self, id: ObjectId, commit: &Commit, origin: &Origin) {
        let path = format!("commit {}", id.short());
        let of = |kind| Origin {
            kind,
            ..origin.clone()
        };
        let data = self
            .reader
            .read_as(id, ObjectKind::Commit)
            .unwrap_or_default();
        if !object::further_headers(&data).is_empty() {
            let path = format!("{path} header");
            let origin = of(OriginKind::CommitMessage);
            self.names.part(path, id, Part::Headers, origin);
        }
        let message = of(OriginKind::CommitMessage);
        self.names.part(path, id, Part::Message, message);
        for signature in [&commit.author, &commit.committer] {
            if self.identities.insert(signature.identity.clone()) {
                let path = format!("identity in {}", id.short());
                let origin = of(OriginKind::CommitIdentity);
                self.names.text(path, &signature.identity, origin);
            }
        }
        self.places.resize_with(self.names.named.len(), Vec::new);
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What the walk itself did not reach.
pub(super) fn unread(sent: &Outgoing, names: &mut Names<'_>) {
    for (id, why) in &sent.lost {
        let path = format!("commit {}", id.short());
        names.skip(class(why), &path, why.to_string());
    }
    if let Some(id) = sent.cut.first() {
        let why = format!(
            "the commits asked for reach the border of a shallow clone at {}; \
             `git fetch --unshallow` brings the rest",
            id.short()
        );
        names.skip(SkipClass::Missing, ".git", why);
    }
}

fn class(why: &ObjectError) -> SkipClass {
    match why {
        ObjectError::Missing => SkipClass::Missing,
        ObjectError::Corrupt(_) => SkipClass::Failed,
        ObjectError::TooMuch(_) => SkipClass::Limited,
    }
}
