//! The whole history of a repository: every object of every ref.
//!
//! In: a repository. Out: every content once, commit and tag messages, names of
//! refs and renamed files, identities, and the repository's own configuration.
//! Objects are read, not differences, so merges hide nothing. Afterwards, for
//! what has findings: commits, paths and refs.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::filter::Filter;
use super::named::{Named, Names, Told, What, noted, of_commit, shown};
use super::objects::{Absent, Part};
use super::published::{remote_of, remotes_of_history};
use super::{Item, Selection, Source, SourceError};
use crate::finding::{Origin, OriginKind, SkipClass};
use crate::git::{
    Attribution, History as Walked, ObjectError, ObjectId, ObjectMap, ObjectSet, Ref, Repository,
    Walk, tips,
};

/// Tells the kind of a file by its name, as a number below 64.
pub type KindOf<'a> = &'a (dyn Fn(&str) -> u8 + Sync);

/// Most refs named of one finding; a count says the rest.
const MOST_REFS: usize = 100;

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
    /// Refs that lead to a commit, with its place.
    refs: Vec<(String, u32)>,
    remotes: Vec<(String, String)>,
    head: Option<ObjectId>,
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

    fn walk(&self, repository: &Repository) -> Result<(Walked, Vec<Ref>), SourceError> {
        let mut starts = Vec::new();
        let mut refs = Vec::new();
        for tip in tips(repository)? {
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
        Ok((walked, refs))
    }
}

impl Source for History<'_> {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let repository = super::repository(&self.path)?;
        let (walked, stored) = thread::scope(|scope| {
            let stored = scope.spawn(|| stored(&self.path));
            (self.walk(&repository), stored.join())
        });
        let (walked, refs) = walked?;
        let stored = match stored {
            Ok(stored) => stored?,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        let mut names = Names::new(&self.filter);
        contents(&walked, &stored, &mut names);
        messages(&walked, &mut names);
        for found in &refs {
            names.text(
                format!("ref {}", found.name),
                b"",
                Origin::of(OriginKind::RefName),
            );
        }
        index(&repository, &walked, &mut names);
        configuration(&repository, &mut names);
        lost(&repository, &walked, &mut names);
        let peeled = peeled(&repository, &walked, &refs)?;
        let remotes = remotes_of_history(&repository);
        let head = repository.head();
        let told = names.tell(repository, Absent::Ordinary, Vec::new(), sink);
        // A second call would tell the same.
        let _ = self.told.set(Known {
            told,
            walked,
            refs: peeled,
            remotes,
            head,
        });
        Ok(())
    }

    fn origins(&self, keys: &[usize]) -> Result<Vec<Vec<Origin>>, SourceError> {
        let Some(known) = self.told.get() else {
            return Ok(Vec::new());
        };
        let targets: Vec<ObjectId> = keys
            .iter()
            .filter(|&&key| known.told.named[key].origin.kind == OriginKind::Commit)
            .filter_map(|&key| known.told.objects.id(key))
            .collect();
        let places: Vec<u32> = known.refs.iter().map(|(_, place)| *place).collect();
        let attribution = known
            .told
            .objects
            .with_reader(|reader| {
                let commits = &known.walked.commits;
                Attribution::of(reader, commits, &targets, known.head, &places)
            })
            .map_err(SourceError::Objects)?;
        Ok(keys
            .iter()
            .map(|&key| known.origins(key, &attribution))
            .collect())
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
        let (refs, published) = self.refs_of(id, attribution);
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
    fn refs_of(&self, id: ObjectId, attribution: &Attribution) -> (Vec<String>, Vec<String>) {
        let places = attribution.refs(id);
        let mut refs: Vec<&str> = places
            .iter()
            .map(|&place| self.refs[place as usize].0.as_str())
            .collect();
        refs.sort_by_key(|name| Origin::rank(name));
        let mut published: Vec<String> = refs
            .iter()
            .filter_map(|name| remote_of(&self.remotes, name))
            .collect();
        published.sort_unstable();
        published.dedup();
        let refs = refs.into_iter().take(MOST_REFS).map(str::to_owned);
        (refs.collect(), published)
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
/// unpacks what deltas build on again and again.
fn contents(walked: &Walked, stored: &ObjectMap<(u32, u64)>, names: &mut Names<'_>) {
    let place_and_size = |id| stored.get(&id).copied().unwrap_or((u32::MAX, 0));
    let mut blobs: Vec<_> = walked.blobs.iter().collect();
    blobs.sort_by_key(|seen| place_and_size(seen.id).0);
    for seen in blobs {
        let (path, origin) = match noted(&seen.path) {
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
        names.file(path, place_and_size(seen.id).1, seen.id, origin);
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
}

/// What is staged in any of the work trees and was never committed.
fn index(repository: &Repository, walked: &Walked, names: &mut Names<'_>) {
    let known: ObjectSet = walked.blobs.iter().map(|seen| seen.id).collect();
    for entry in repository.all_indexes() {
        if !known.contains(&entry.id) {
            let path = shown(&entry.path);
            let origin = Origin {
                path: Some(path.clone()),
                ..Origin::of(OriginKind::Index)
            };
            names.file(path, 0, entry.id, origin);
        }
    }
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

/// The repository's own settings: remotes, credential helpers, submodules.
/// They are not sent, but copied with the folder.
fn configuration(repository: &Repository, names: &mut Names<'_>) {
    let mut files = vec![repository.common_dir().join("config")];
    files.push(repository.git_dir().join("config.worktree"));
    for folder in ["worktrees", "modules"] {
        let entries = std::fs::read_dir(repository.common_dir().join(folder));
        for entry in entries.into_iter().flatten().flatten() {
            files.push(entry.path().join("config"));
            files.push(entry.path().join("config.worktree"));
        }
    }
    files.retain(|file| file.is_file());
    files.sort_unstable();
    files.dedup();
    for file in files {
        let inside = file.strip_prefix(repository.common_dir()).unwrap_or(&file);
        names.named.push(Named {
            path: format!(".git/{}", super::name::shown(inside)),
            size: file.metadata().map_or(0, |metadata| metadata.len()),
            what: What::File(file),
            origin: Origin::of(OriginKind::Config),
        });
    }
}

/// What the walk could not read, and what a shallow or partial clone lacks.
fn lost(repository: &Repository, walked: &Walked, names: &mut Names<'_>) {
    let missing = walked
        .lost
        .iter()
        .filter(|lost| lost.why == ObjectError::Missing);
    let missing = missing.count();
    if missing > 0 {
        let help = if repository.is_partial() {
            "a partial clone: `git fetch --refetch --no-filter` brings them"
        } else {
            "see `git fsck --full`"
        };
        let why = format!("{missing} objects are not in this clone; {help}");
        names.skip(SkipClass::Missing, ".git", why);
    }
    for lost in walked
        .lost
        .iter()
        .filter(|lost| lost.why != ObjectError::Missing)
    {
        let place = shown(&lost.place);
        let why = format!("object {} is {}", lost.id.short(), lost.why);
        names.skip(
            SkipClass::Failed,
            if place.is_empty() { "." } else { &place },
            why,
        );
    }
    let cut = repository.shallow().len();
    if cut > 0 {
        let why = format!(
            "a shallow clone: what is before {cut} of its commits is not here; \
             `git fetch --unshallow` brings it"
        );
        names.skip(SkipClass::Missing, ".git", why);
    }
}

/// The refs that lead to a commit, by way of tags too.
fn peeled(
    repository: &Repository,
    walked: &Walked,
    refs: &[Ref],
) -> Result<Vec<(String, u32)>, SourceError> {
    let mut reader = repository.reader()?;
    let mut peeled = Vec::with_capacity(refs.len());
    for found in refs {
        let commit = crate::git::peel(&mut reader, found.target);
        if let Some(place) = commit.and_then(|id| walked.commits.place(id)) {
            peeled.push((found.name.clone(), place));
        }
    }
    Ok(peeled)
}
