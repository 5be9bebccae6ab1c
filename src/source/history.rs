//! The whole history of a repository: every object of every ref.
//!
//! In: a repository. Out: every content once, commit and tag messages, names of
//! refs and renamed files, identities, and the repository's own configuration.
//! Objects are read, not differences, so merges hide nothing. Afterwards, for
//! what has findings: commits, paths and refs.

mod gaps;
mod local;
mod refs;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::filter::Filter;
use super::named::{Named, Names, Told, noted, of_commit, shown};
use super::objects::{Absent, Part};
use super::{Item, Selection, Source, SourceError, Tell};
use crate::finding::{Origin, OriginKind, Skip, SkipClass};
use crate::git::{
    Attribution, History as Walked, ObjectId, ObjectMap, Ref, Repository, Seen, Walk, tips,
};
use refs::Refs;

/// Tells the kind of a file by its name, as a number.
pub type KindOf<'a> = &'a (dyn Fn(&str) -> u16 + Sync);

/// Most refs named of one finding.
pub(super) const MOST_REFS: usize = 100;

/// The history of one repository.
pub struct History<'a> {
    path: PathBuf,
    filter: Filter,
    unreachable: bool,
    kind_of: KindOf<'a>,
    interrupt: &'a AtomicBool,
    told: OnceLock<Known>,
}

/// What origins are told from.
struct Known {
    told: Told,
    walked: Walked,
    refs: Refs,
    head: Option<ObjectId>,
}

/// What was walked, and from where.
struct Trip {
    walked: Walked,
    refs: Vec<Ref>,
    unread: Vec<(String, String)>,
}

impl<'a> History<'a> {
    /// The history of the repository that holds `path`; with `unreachable`
    /// also what no ref leads to any more.
    pub fn new(
        path: &Path,
        selection: &Selection,
        unreachable: bool,
        kind_of: KindOf<'a>,
        interrupt: &'a AtomicBool,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            path: path.to_owned(),
            filter: Filter::new(selection)?,
            unreachable,
            kind_of,
            interrupt,
            told: OnceLock::new(),
        })
    }

    fn walk(&self, repository: &Repository) -> Result<Trip, SourceError> {
        let mut starts = Vec::new();
        let mut refs = Vec::new();
        let tips = tips(repository)?;
        for tip in tips.list {
            starts.push((tip.id, tip.name.clone()));
            if tip.is_ref {
                refs.push(Ref {
                    name: tip.name,
                    target: tip.id,
                });
            }
        }
        if self.unreachable {
            let objects = repository.objects()?.into_iter();
            starts.extend(objects.map(|id| (id, format!("unreachable/{}", id.short()))));
        }
        let walked = Walk {
            reader: &mut repository.reader()?,
            shallow: repository.shallow(),
            kind_of: &|name| (self.kind_of)(&String::from_utf8_lossy(name)),
            interrupt: self.interrupt,
        }
        .read(&starts);
        Ok(Trip {
            walked,
            refs,
            unread: tips.unread,
        })
    }
}

impl Source for History<'_> {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let repository = super::repository(&self.path)?;
        let (walked, stored) = thread::scope(|scope| {
            let stored = scope.spawn(|| stored(&self.path));
            (self.walk(&repository), stored.join())
        });
        let Trip {
            walked,
            refs,
            unread,
        } = walked?;
        let stored = match stored {
            Ok(stored) => stored?,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        let mut names = Names::new(&self.filter);
        let excluded = contents(&walked, &stored, &mut names);
        self.elsewhere(&repository, &walked, &excluded, &mut names)?;
        messages(&walked, &mut names);
        for found in &refs {
            names.text(
                format!("ref {}", found.name),
                b"",
                Origin::of(OriginKind::RefName),
            );
        }
        local::index(&repository, &walked, &mut names);
        local::configuration(&repository, &mut names);
        gaps::lost(&repository, &walked, &unread, &mut names);
        let refs = refs::peeled(&repository, &walked, refs)?;
        let head = repository.head();
        let told = names.tell(repository, Absent::Ordinary, Vec::new(), sink);
        // A second call would tell the same.
        let _ = self.told.set(Known {
            told,
            walked,
            refs,
            head,
        });
        Ok(())
    }

    fn origins(&self, keys: &[usize], tell: Tell<'_>) -> Result<Vec<Skip>, SourceError> {
        let Some(known) = self.told.get() else {
            return Ok(Vec::new());
        };
        let targets: Vec<ObjectId> = keys
            .iter()
            .filter(|&&key| known.told.named[key].origin.kind == OriginKind::Commit)
            .filter_map(|&key| known.told.objects.id(key))
            .collect();
        let attribution = known
            .told
            .objects
            .with_reader(|reader| {
                let commits = &known.walked.commits;
                Attribution::of(reader, commits, &targets, known.head, &known.refs.leading)
            })
            .map_err(SourceError::Objects)?;
        for (at, &key) in keys.iter().enumerate() {
            tell(at, known.origins(key, &attribution));
        }
        Ok(untold(&attribution).into_iter().collect())
    }
}

/// Some paths of contents are not known.
fn untold(attribution: &Attribution) -> Option<Skip> {
    let why = "the same folders stand at too many paths, which are not all told";
    attribution
        .cut
        .then(|| Skip::new(SkipClass::Limited, ".", why))
}

impl History<'_> {
    /// Contents that were met first where they are excluded, at a path where
    /// they are not.
    fn elsewhere(
        &self,
        repository: &Repository,
        walked: &Walked,
        excluded: &[(&Seen, u64)],
        names: &mut Names<'_>,
    ) -> Result<(), SourceError> {
        if excluded.is_empty() {
            return Ok(());
        }
        let targets: Vec<ObjectId> = excluded.iter().map(|(seen, _)| seen.id).collect();
        let mut reader = repository.reader()?;
        let found = Attribution::of(&mut reader, &walked.commits, &targets, None, &[]);
        let kind_of = |path: &[u8]| {
            let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
            (self.kind_of)(&String::from_utf8_lossy(name))
        };
        for (seen, size) in excluded {
            let kind = kind_of(&seen.path);
            let others = found.sightings(seen.id).iter();
            let mut paths = others
                .filter(|other| kind_of(&other.path) == kind)
                .map(|other| shown(&other.path));
            if let Some(path) = paths.find(|path| names.takes(path)) {
                names.file(path, *size, seen.id, Origin::of(OriginKind::Commit));
            }
        }
        if let Some(skip) = untold(&found) {
            names.skip(skip.class, &skip.path, skip.why);
        }
        Ok(())
    }
}

impl Known {
    fn origins(&self, key: usize, attribution: &Attribution) -> Vec<Origin> {
        let Named { path, origin, .. } = &self.told.named[key];
        let id = self
            .told
            .objects
            .id(key)
            .filter(|_| origin.kind == OriginKind::Commit);
        let Some(id) = id else {
            return vec![origin.clone()];
        };
        let (refs, published) = self.leading_to(id, attribution);
        let mut origins: Vec<Origin> = attribution
            .sightings(id)
            .iter()
            .map(|sighting| {
                let commit = &self.walked.commits.list[sighting.commit as usize];
                Origin {
                    path: Some(shown(&sighting.path)),
                    sequence: Some(sighting.commit),
                    in_head: Some(sighting.in_head),
                    refs: refs.clone(),
                    published: published.clone(),
                    ..of_commit(OriginKind::Commit, commit.id, commit.authored)
                }
            })
            .collect();
        if origins.is_empty() {
            // Below a tag or ref that names no commit, or unreachable.
            origins.push(Origin {
                path: Some(path.clone()),
                in_head: Some(false),
                ..origin.clone()
            });
        }
        origins
    }

    /// The refs that lead to a content, branches first, and the remotes they
    /// belong to.
    fn leading_to(&self, id: ObjectId, attribution: &Attribution) -> (Vec<String>, Vec<String>) {
        let Some(reach) = attribution.reach(id) else {
            return Default::default();
        };
        let refs = reach.refs.iter().take(MOST_REFS);
        let refs = refs.map(|&at| self.refs.names[at as usize].clone());
        let remotes = reach.remotes.iter();
        let remotes = remotes.map(|&at| self.refs.remotes[at as usize].clone());
        (refs.collect(), remotes.collect())
    }
}

/// The place of each object in the packs, and its size. An index of its own,
/// made while the history is walked.
fn stored(path: &Path) -> Result<ObjectMap<(u32, u64)>, SourceError> {
    let repository = super::repository(path)?;
    let mut reader = repository.reader()?;
    let objects = repository.objects()?.into_iter().zip(0..);
    Ok(objects
        .map(|(id, place)| {
            let size = reader.header(id).map_or(0, |(_, size)| size);
            (id, (place, size))
        })
        .collect())
}

/// Every content, in the order the objects lie in the packs: any other order
/// unpacks what deltas build on again and again. Out: those that are excluded,
/// with their sizes.
fn contents<'w>(
    walked: &'w Walked,
    stored: &ObjectMap<(u32, u64)>,
    names: &mut Names<'_>,
) -> Vec<(&'w Seen, u64)> {
    let mut excluded = Vec::new();
    let place_and_size = |id| stored.get(&id).copied().unwrap_or((u32::MAX, 0));
    let mut blobs: Vec<_> = walked.blobs.iter().collect();
    blobs.sort_by_key(|seen| place_and_size(seen.id).0);
    for seen in blobs {
        let size = place_and_size(seen.id).1;
        let on = noted(&seen.path).filter(|on| stored.contains_key(on));
        let (path, origin) = match on {
            Some(commit) => (
                format!("note on {}", commit.short()),
                Origin {
                    commit: seen
                        .commit
                        .map(|at| walked.commits.list[at as usize].id.to_string()),
                    ..Origin::of(OriginKind::Note)
                },
            ),
            None => (shown(&seen.path), Origin::of(OriginKind::Commit)),
        };
        if !names.takes(&path) {
            excluded.push((seen, size));
        }
        names.file(path, size, seen.id, origin);
    }
    for seen in &walked.renamed {
        let origin = match seen.commit {
            Some(at) => {
                let commit = &walked.commits.list[at as usize];
                of_commit(OriginKind::Commit, commit.id, commit.authored)
            }
            None => Origin::of(OriginKind::Commit),
        };
        names.name(shown(&seen.path), origin);
    }
    excluded
}

/// What people wrote into commits and tags, and who they are.
fn messages(walked: &Walked, names: &mut Names<'_>) {
    for commit in &walked.commits.list {
        let origin = of_commit(OriginKind::CommitMessage, commit.id, commit.authored);
        let path = format!("commit {}", commit.id.short());
        if commit.further {
            names.part(
                format!("{path} header"),
                commit.id,
                Part::Headers,
                origin.clone(),
            );
        }
        names.part(path, commit.id, Part::Message, origin);
    }
    for &tag in &walked.tags {
        let origin = Origin {
            commit: Some(tag.to_string()),
            ..Origin::of(OriginKind::Tag)
        };
        names.part(format!("tag {}", tag.short()), tag, Part::Message, origin);
    }
    for (identity, commit) in &walked.identities {
        let time = walked
            .commits
            .place(*commit)
            .map_or(0, |at| walked.commits.list[at as usize].authored);
        let origin = of_commit(OriginKind::CommitIdentity, *commit, time);
        names.text(format!("identity in {}", commit.short()), identity, origin);
    }
}
