//! What a git source names, before it becomes items.
//!
//! In: contents, messages, names and files of a repository, each with what is
//! known of where it came from. Out: items in the order they were named, each
//! under a number by which its origin is found again.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Item;
use super::filter::{Filter, Tally};
use super::objects::{Absent, Objects, Part};
use crate::blob::{Blob, Content};
use crate::finding::{Origin, OriginKind, Skip, SkipClass};
use crate::git::{ObjectId, Repository};

/// What is not read by its content, but named all the same.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A part of an object.
    Object(ObjectId, Part),
    /// A short text.
    Text(Arc<[u8]>),
    /// A file of the repository itself.
    File(PathBuf),
}

/// One content and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) what: What,
    /// Its kind, and as much of its origin as the walk has told.
    pub(super) origin: Origin,
}

/// Names contents, and keeps what the user excluded out.
pub(super) struct Names<'a> {
    filter: &'a Filter,
    tally: Tally,
    pub(super) named: Vec<Named>,
    pub(super) skips: Vec<Skip>,
}

impl<'a> Names<'a> {
    pub(super) fn new(filter: &'a Filter) -> Self {
        Self {
            filter,
            tally: Tally::default(),
            named: Vec::new(),
            skips: Vec::new(),
        }
    }

    /// Is a file of this path not excluded?
    pub(super) fn takes(&self, path: &str) -> bool {
        self.filter.named_file(Path::new(path)).is_none()
    }

    /// A file of a commit or of the index, unless it is excluded.
    pub(super) fn file(&mut self, path: String, size: u64, id: ObjectId, origin: Origin) {
        match self.filter.named_file(Path::new(&path)) {
            Some(cause) => self.tally.file(cause),
            None => self.named.push(Named {
                path,
                size,
                what: What::Object(id, Part::Whole),
                origin,
            }),
        }
    }

    /// A name without content of its own.
    pub(super) fn name(&mut self, path: String, origin: Origin) {
        if self.takes(&path) {
            self.text(path, b"", origin);
        }
    }

    /// A text that is no file.
    pub(super) fn text(&mut self, path: String, text: &[u8], origin: Origin) {
        self.named.push(Named {
            path,
            size: text.len() as u64,
            what: What::Text(text.into()),
            origin,
        });
    }

    pub(super) fn part(&mut self, path: String, id: ObjectId, part: Part, origin: Origin) {
        self.named.push(Named {
            path,
            size: 0,
            what: What::Object(id, part),
            origin,
        });
    }

    pub(super) fn skip(&mut self, class: SkipClass, path: &str, why: impl Into<String>) {
        self.skips.push(Skip::new(class, path, why));
    }

    /// Push everything into `sink`.
    pub(super) fn tell(
        self,
        repository: Repository,
        absent: Absent,
        theirs: Vec<ObjectId>,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Told {
        let entries = self.named.iter().map(|named| match named.what {
            What::Object(id, part) => Some((id, part)),
            What::Text(_) | What::File(_) => None,
        });
        let objects = Arc::new(Objects::new(repository, entries.collect(), absent, theirs));
        let skips = self.skips.into_iter().chain(self.tally.into_skips());
        let skips = skips.map(Item::Skip);
        let blobs = self.named.iter().enumerate().map(|(key, named)| {
            let content = match &named.what {
                What::Object(..) => Content::Stored(Arc::clone(&objects) as _, key),
                What::Text(text) => Content::Bytes(Arc::clone(text)),
                What::File(path) => Content::File(path.clone()),
            };
            Item::Blob(Blob {
                path: named.path.clone(),
                size: named.size,
                content,
                origin: named.origin.kind,
                key: Some(key),
            })
        });
        for item in blobs.chain(skips) {
            if sink(item).is_break() {
                break;
            }
        }
        Told {
            objects,
            named: self.named,
        }
    }
}

/// What was named, kept to tell origins afterwards.
pub(super) struct Told {
    pub(super) objects: Arc<Objects>,
    pub(super) named: Vec<Named>,
}

/// A path of git, which need not be UTF-8, as text.
pub(super) fn shown(path: &[u8]) -> String {
    super::name::shown_bytes(path)
}

/// The commit that a note of `refs/notes` speaks of: its path is the id.
pub(super) fn noted(path: &[u8]) -> Option<ObjectId> {
    let hex: Vec<u8> = path.iter().copied().filter(|&byte| byte != b'/').collect();
    ObjectId::from_hex(&hex)
}

/// The origin of something a commit brought.
pub(super) fn of_commit(kind: OriginKind, commit: ObjectId, time: i64) -> Origin {
    Origin {
        commit: Some(commit.to_string()),
        time: Some(time),
        ..Origin::of(kind)
    }
}
