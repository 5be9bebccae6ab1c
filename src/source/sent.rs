//! What a range of commits brings: a push, or `--range A..B`.
//!
//! In: tips, and what the other side has. Out: the contents the commits in
//! between bring, each once for a kind of name, their messages, tags and
//! names. What the other side has under another name is told afterwards.

mod listing;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::filter::Filter;
use super::history::{KindOf, MOST_REFS};
use super::named::{Names, Told, shown};
use super::objects::Absent;
use super::{Item, Selection, Source, SourceError, Tell};
use crate::finding::{Origin, OriginKind, Skip};
use crate::git::object::ObjectKind;
use crate::git::{
    ObjectId, ObjectSet, Reader, Repository, object, outgoing, peel, reached, standing,
};
use listing::{Listing, unread};

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

impl Source for Sent<'_> {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let repository = super::repository(&self.path)?;
        let mut listing = Listing {
            reader: repository.reader()?,
            names: Names::new(&self.filter),
            kind_of: self.kind_of,
            known: HashMap::new(),
            places: Vec::new(),
            paths: HashSet::new(),
            identities: BTreeSet::new(),
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
        let told = names.tell(repository, absent(), border.clone(), sink);
        // A second call would tell the same.
        let _ = self.told.set(Known {
            told,
            places,
            head,
            border,
        });
        Ok(())
    }

    fn origins(&self, keys: &[usize], tell: Tell<'_>) -> Result<Vec<Skip>, SourceError> {
        let Some(known) = self.told.get() else {
            return Ok(Vec::new());
        };
        let objects = &known.told.objects;
        let files = keys.iter().filter(|&&key| known.is_file(key));
        let targets: Vec<ObjectId> = files.filter_map(|&key| objects.id(key)).collect();
        let (old, now) = objects
            .with_reader(|reader| {
                let old = standing(reader, &known.border, &targets);
                (old, standing(reader, known.head.as_slice(), &targets))
            })
            .map_err(SourceError::Objects)?;
        let standing = Standing {
            there: &self.there,
            old: old.into_iter().map(|(id, _)| id).collect(),
            now: now.iter().map(|(id, path)| (*id, shown(path))).collect(),
            refs: self.tips.iter().map(|tip| tip.name.clone()).collect(),
        };
        for (at, &key) in keys.iter().enumerate() {
            tell(at, known.origins(key, &standing));
        }
        Ok(Vec::new())
    }

    fn published(&self, keys: &[usize]) -> Result<Vec<Option<String>>, SourceError> {
        let Some(known) = self.told.get() else {
            return Ok(vec![None; keys.len()]);
        };
        let targets: ObjectSet = keys.iter().filter_map(|&key| known.object(key)).collect();
        let theirs = known
            .told
            .objects
            .with_reader(|reader| reached(reader, &self.theirs, &targets))
            .map_err(SourceError::Objects)?;
        let is_theirs = |&key: &usize| known.object(key).is_some_and(|id| theirs.contains(&id));
        let there = |key| is_theirs(key).then(|| self.there.clone());
        Ok(keys.iter().map(there).collect())
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

/// Under `GIT_LFS_SKIP_PUSH` git-lfs sends no object.
fn absent() -> Absent {
    let skipped = std::env::var("GIT_LFS_SKIP_PUSH").unwrap_or_default();
    match skipped.to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "off" => Absent::Sent,
        _ => Absent::Ordinary,
    }
}

impl Known {
    fn is_file(&self, key: usize) -> bool {
        let kind = self.told.named[key].origin.kind;
        matches!(kind, OriginKind::Commit | OriginKind::Note)
    }

    /// The content, or the commit or tag that holds a text.
    fn object(&self, key: usize) -> Option<ObjectId> {
        if self.is_file(key) {
            return self.told.objects.id(key);
        }
        let holder = self.told.named[key].origin.commit.as_ref()?;
        ObjectId::from_hex(holder.as_bytes())
    }

    fn origins(&self, key: usize, standing: &Standing<'_>) -> Vec<Origin> {
        let first = self.told.named[key].origin.clone();
        let mut origins = vec![first];
        origins.extend(self.places[key].iter().cloned());
        // Each tip leads to each commit, as far as anybody wants to know.
        for origin in origins.iter_mut().filter(|one| one.sequence.is_some()) {
            let refs = standing.refs.iter().take(MOST_REFS);
            origin.refs = refs.cloned().collect();
        }
        let id = self.told.objects.id(key).filter(|_| self.is_file(key));
        let Some(id) = id else {
            return origins;
        };
        for origin in &mut origins {
            let path = origin.path.clone().unwrap_or_default();
            origin.in_head = Some(standing.now.contains(&(id, path)));
            let there = standing.there;
            if standing.old.contains(&id) && !origin.published.iter().any(|name| name == there) {
                origin.published.push(there.to_owned());
            }
        }
        origins
    }
}

/// Where contents stand.
struct Standing<'a> {
    /// The other side.
    there: &'a str,
    /// Those it has.
    old: ObjectSet,
    /// Those that are checked out, with their paths.
    now: HashSet<(ObjectId, String)>,
    /// Names of the tips.
    refs: Vec<String>,
}
