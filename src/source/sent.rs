//! What a range of commits brings: a push, or `--range A..B`.
//!
//! In: tips, and what the other side has. Out: the contents the commits in
//! between bring, each once for a kind of name, their messages, tags and
//! names. What the other side has under another name is told afterwards.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::filter::Filter;
use super::history::KindOf;
use super::named::{Names, Told, noted, of_commit, shown};
use super::objects::{Absent, Part};
use super::{Item, Selection, Source, SourceError};
use crate::finding::{Origin, OriginKind, SkipClass};
use crate::git::object::{Commit, Mode, ObjectKind};
use crate::git::{
    Change, ObjectError, ObjectId, ObjectMap, ObjectSet, Outgoing, Reader, Repository, changes,
    lookup, object, outgoing, peel, standing,
};

/// What shall be sent.
#[derive(Clone, Debug)]
pub(super) struct Tip {
    /// The object, which may be an annotated tag.
    pub(super) id: ObjectId,
    /// The name it is sent under.
    pub(super) name: String,
}

/// The contents of a range of commits.
pub struct Sent<'a> {
    path: PathBuf,
    filter: Filter,
    kind_of: KindOf<'a>,
    tips: Vec<Tip>,
    /// Are the tips' names sent too?
    names_refs: bool,
    there: String,
    theirs: Vec<ObjectId>,
    others: Vec<(String, ObjectId)>,
    told: OnceLock<Known>,
}

/// What origins are told from.
struct Known {
    told: Told,
    /// For each content its further origins, beside the one it was named with.
    places: Vec<Vec<Origin>>,
    head: Option<ObjectId>,
    border: Vec<ObjectId>,
}

impl<'a> Sent<'a> {
    /// Nothing yet, of the repository that holds `path`.
    pub(super) fn new(
        path: &Path,
        selection: &Selection,
        kind_of: KindOf<'a>,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            path: path.to_owned(),
            filter: Filter::new(selection)?,
            kind_of,
            tips: Vec::new(),
            names_refs: true,
            there: String::new(),
            theirs: Vec::new(),
            others: Vec::new(),
            told: OnceLock::new(),
        })
    }

    pub(super) fn tips(self, tips: Vec<Tip>) -> Self {
        Self { tips, ..self }
    }

    /// What the other side, called `there`, has.
    pub(super) fn theirs(self, there: &str, theirs: Vec<ObjectId>) -> Self {
        Self {
            there: there.to_owned(),
            theirs,
            ..self
        }
    }

    /// What other remotes have.
    pub(super) fn others(self, others: Vec<(String, ObjectId)>) -> Self {
        Self { others, ..self }
    }

    /// The commits of `tip` that `base` does not have.
    pub fn range(
        path: &Path,
        selection: &Selection,
        (base, tip): (&str, &str),
        kind_of: KindOf<'a>,
    ) -> Result<Self, SourceError> {
        let repository = super::repository(path)?;
        let resolve = |revision: &str| {
            repository
                .resolve(revision)
                .ok_or_else(|| SourceError::Revision {
                    revision: revision.to_owned(),
                })
        };
        let theirs = vec![resolve(base)?];
        let tips = vec![Tip {
            id: resolve(tip)?,
            name: tip.to_owned(),
        }];
        let mut range = Self::new(path, selection, kind_of)?.tips(tips);
        range.names_refs = false;
        Ok(range.theirs(base, theirs))
    }
}

/// One listing under way.
struct Listing<'s, 'f> {
    reader: Reader,
    names: Names<'f>,
    kind_of: KindOf<'s>,
    /// Numbers of contents, by id and kind of name.
    known: HashMap<(ObjectId, u8), usize>,
    places: Vec<Vec<Origin>>,
    identities: BTreeSet<Vec<u8>>,
    refs: Vec<String>,
}

impl Source for Sent<'_> {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let repository = super::repository(&self.path)?;
        let mut listing = Listing {
            reader: repository.reader()?,
            names: Names::new(&self.filter),
            kind_of: self.kind_of,
            known: HashMap::new(),
            places: Vec::new(),
            identities: BTreeSet::new(),
            refs: self.tips.iter().map(|tip| tip.name.clone()).collect(),
        };
        let commits: Vec<ObjectId> = self
            .tips
            .iter()
            .filter_map(|tip| listing.tip(tip, self.names_refs))
            .collect();
        let reader = &mut listing.reader;
        let theirs: Vec<ObjectId> = self
            .theirs
            .iter()
            .filter_map(|&id| peel(reader, id))
            .collect();
        let sent = outgoing(reader, &commits, &theirs, repository.shallow());
        let fresh = self.fresh_of(reader, &repository, &commits, &theirs);
        listing.commits(&sent, &fresh);
        unread(&sent, &mut listing.names);
        let border: Vec<ObjectId> = sent.border.iter().map(|(_, commit)| commit.tree).collect();
        let head = repository.head();
        let head = head.and_then(|id| listing.reader.read_as(id, ObjectKind::Commit).ok());
        let head = head.and_then(|data| Some(object::commit(&data)?.tree));
        let Listing { names, places, .. } = listing;
        let told = names.tell(repository, absent(), border.clone(), sink)?;
        // A second call would tell the same.
        let _ = self.told.set(Known {
            told,
            places,
            head,
            border,
        });
        Ok(())
    }

    fn origins(&self, keys: &[usize]) -> Result<Vec<Vec<Origin>>, SourceError> {
        let Some(known) = self.told.get() else {
            return Ok(Vec::new());
        };
        let objects = &known.told.objects;
        let files = keys.iter().filter(|&&key| known.is_file(key));
        let targets: Vec<ObjectId> = files.filter_map(|&key| objects.id(key)).collect();
        objects
            .with_reader(|reader| {
                let old: ObjectSet = standing(reader, &known.border, &targets)
                    .into_iter()
                    .map(|(id, _)| id)
                    .collect();
                keys.iter()
                    .map(|&key| known.origins(key, &old, &self.there, reader))
                    .collect()
            })
            .map_err(SourceError::Objects)
    }
}

impl Sent<'_> {
    /// For each other remote, the commits it lacks.
    fn fresh_of(
        &self,
        reader: &mut Reader,
        repository: &Repository,
        commits: &[ObjectId],
        theirs: &[ObjectId],
    ) -> Vec<(String, ObjectSet)> {
        let remotes: BTreeSet<&String> = self.others.iter().map(|(remote, _)| remote).collect();
        let mut fresh = Vec::new();
        for remote in remotes {
            let own = self.others.iter().filter(|(name, _)| name == remote);
            let mut known = theirs.to_vec();
            known.extend(own.filter_map(|(_, id)| peel(reader, *id)));
            let left = outgoing(reader, commits, &known, repository.shallow());
            let ids = left.commits.iter().map(|(id, _)| *id).collect();
            fresh.push((remote.clone(), ids));
        }
        fresh
    }
}

impl Listing<'_, '_> {
    /// Name what a tip itself brings; the commit it leads to.
    fn tip(&mut self, tip: &Tip, names_ref: bool) -> Option<ObjectId> {
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
                    let tag = self.reader.read_as(id, ObjectKind::Tag).ok();
                    id = object::tag(&tag?)?.target;
                }
                Ok((ObjectKind::Tree, _)) => {
                    let found = changes(&mut self.reader, id, &[], &mut |_, _, _| {});
                    for change in found {
                        self.change(change, Origin::of(OriginKind::Commit));
                    }
                    return None;
                }
                Ok((ObjectKind::Blob, _)) => {
                    let path = tip.name.clone().into_bytes();
                    let mode = Mode::Blob;
                    self.change(Change { path, mode, id }, Origin::of(OriginKind::Commit));
                    return None;
                }
                Err(why) => {
                    let place = format!("ref {}", tip.name);
                    self.names
                        .skip(class(&why), &place, format!("its object is {why}"));
                    return None;
                }
            }
        }
        None
    }

    /// Name what each commit brings, the oldest first.
    fn commits(&mut self, sent: &Outgoing, fresh: &[(String, ObjectSet)]) {
        let known = sent.commits.iter().chain(&sent.border);
        let trees: ObjectMap<ObjectId> = known.map(|(id, commit)| (*id, commit.tree)).collect();
        for (id, commit) in sent.commits.iter().rev() {
            let published = fresh.iter().filter(|(_, ids)| !ids.contains(id));
            let origin = Origin {
                refs: self.refs.clone(),
                published: published.map(|(remote, _)| remote.clone()).collect(),
                ..of_commit(OriginKind::Commit, *id, commit.author.time)
            };
            self.message(*id, commit, &origin);
            let parents: Vec<ObjectId> = commit
                .parents
                .iter()
                .filter_map(|parent| trees.get(parent).copied())
                .collect();
            let mut lost = Vec::new();
            let brought = changes(
                &mut self.reader,
                commit.tree,
                &parents,
                &mut |_, path, why| {
                    lost.push((shown(path), why));
                },
            );
            for (path, why) in lost {
                let path = if path.is_empty() { "." } else { &path };
                let why = format!("in commit {} this folder is {why}", id.short());
                self.names.skip(SkipClass::Failed, path, why);
            }
            for change in brought {
                self.change(change, origin.clone());
            }
        }
    }

    fn change(&mut self, change: Change, origin: Origin) {
        if change.mode == Mode::Submodule {
            return;
        }
        let (path, kind) = match noted(&change.path) {
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
            let places = &mut self.places[key];
            // The first commit of a path is the one that brought it.
            let first = self.names.named[key].origin.path.as_ref() == Some(&path);
            if !first && !places.iter().any(|known| known.path == origin.path) {
                places.push(origin.clone());
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

/// Under `GIT_LFS_SKIP_PUSH` git-lfs sends no object.
fn absent() -> Absent {
    let skipped = std::env::var("GIT_LFS_SKIP_PUSH").unwrap_or_default();
    match skipped.to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "off" => Absent::Sent,
        _ => Absent::Ordinary,
    }
}

/// What the walk itself did not reach.
fn unread(sent: &Outgoing, names: &mut Names<'_>) {
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
    }
}

impl Known {
    fn is_file(&self, key: usize) -> bool {
        let kind = self.told.named[key].origin.kind;
        matches!(kind, OriginKind::Commit | OriginKind::Note)
    }

    fn origins(
        &self,
        key: usize,
        old: &ObjectSet,
        there: &str,
        reader: &mut Reader,
    ) -> Vec<Origin> {
        let first = self.told.named[key].origin.clone();
        let mut origins = vec![first];
        origins.extend(self.places[key].iter().cloned());
        let id = self.told.objects.id(key).filter(|_| self.is_file(key));
        let Some(id) = id else {
            return origins;
        };
        for origin in &mut origins {
            let path = origin.path.as_deref().unwrap_or_default();
            let now = self
                .head
                .and_then(|tree| lookup(reader, tree, path.as_bytes()));
            origin.in_head = Some(now.is_some_and(|(_, now)| now == id));
            if old.contains(&id) && !origin.published.iter().any(|name| name == there) {
                origin.published.push(there.to_owned());
            }
        }
        origins
    }
}
