//! Git objects as contents.
//!
//! In: numbers of entries a git source named. Out: their bytes: of a blob, of
//! the message of a commit or tag, and of the file a Git LFS pointer stands
//! for. Each thread has a reader of its own; the bytes all of them hold at a
//! time are capped, and an object too large for that goes through a file.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

use crate::blob::{Opened, Store, Unopened};
use crate::finding::SkipClass;
use crate::git::lfs::{self, Pointer};
use crate::git::object::{ObjectKind, further_headers, message};
use crate::git::{ObjectError, ObjectId, ObjectSet, Reader, Repository, walk_tree};

/// Bytes all readers hold at a time.
const IN_FLIGHT: u64 = 256 << 20;
/// Objects larger than this are not held in memory.
const LARGE: u64 = 64 << 20;

/// A part of a git object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of a blob.
    Whole,
    /// The message of a commit or tag.
    Message,
    /// Other text in its headers.
    Headers,
}

/// Objects under the numbers of a source.
pub(super) struct Objects {
    repository: Mutex<Repository>,
    readers: Mutex<HashMap<ThreadId, Reader>>,
    /// `None` where the content is no object.
    entries: Vec<Option<(ObjectId, Part)>>,
    storage: lfs::Storage,
    absent: Absent,
    /// Folders the other side has: what lies there is not sent.
    theirs: Vec<ObjectId>,
    their_blobs: OnceLock<ObjectSet>,
    budget: Arc<Budget>,
}

/// What it means that the object of a pointer is not in this clone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// Nothing: clones without LFS objects are common.
    Ordinary,
    /// It would be sent and cannot be looked at.
    Sent,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.entries.len())
    }
}

impl Objects {
    pub(super) fn new(
        repository: Repository,
        entries: Vec<Option<(ObjectId, Part)>>,
        absent: Absent,
        theirs: Vec<ObjectId>,
    ) -> Self {
        Self {
            storage: lfs::Storage::of(&repository),
            repository: Mutex::new(repository),
            readers: Mutex::default(),
            entries,
            absent,
            theirs,
            their_blobs: OnceLock::new(),
            budget: Arc::new(Budget::default()),
        }
    }

    pub(super) fn id(&self, key: usize) -> Option<ObjectId> {
        self.entries.get(key)?.map(|(id, _)| id)
    }

    /// Run with this thread's reader.
    pub(super) fn with_reader<T>(&self, run: impl FnOnce(&mut Reader) -> T) -> io::Result<T> {
        let thread = thread::current().id();
        let own = locked(&self.readers).remove(&thread);
        let mut reader = match own {
            Some(reader) => reader,
            None => locked(&self.repository)
                .reader()
                .map_err(io::Error::other)?,
        };
        let result = run(&mut reader);
        locked(&self.readers).insert(thread, reader);
        Ok(result)
    }

    fn blob(&self, id: ObjectId) -> Result<Opened, Unopened> {
        let (kind, size) = self
            .with_reader(|reader| reader.header(id))?
            .map_err(refused)?;
        if kind != ObjectKind::Blob {
            let why = "the object of this file is none of a file";
            return Err(Unopened::Failed(io::Error::other(why)));
        }
        if size > LARGE {
            return self.large(id, size);
        }
        let permit = Budget::take(&self.budget, size);
        let data = self.object(id)?;
        if let Some(pointer) = Pointer::parse(&data) {
            return self.pointed(id, &pointer);
        }
        Ok(held(data, permit))
    }

    fn object(&self, id: ObjectId) -> Result<Vec<u8>, Unopened> {
        let object = self.with_reader(|reader| reader.read(id))?;
        Ok(object.map_err(refused)?.data)
    }

    /// An object that would fill the memory, by way of an unnamed file.
    fn large(&self, id: ObjectId, size: u64) -> Result<Opened, Unopened> {
        let mut file = tempfile::tempfile()?;
        let streamed = self.with_reader(|reader| reader.stream(id, &mut file))?;
        match streamed {
            Ok(count) if count == size => {
                file.seek(SeekFrom::Start(0))?;
                Ok(opened(Box::new(file), size))
            }
            _ if size <= IN_FLIGHT => {
                let permit = Budget::take(&self.budget, size);
                Ok(held(self.object(id)?, permit))
            }
            _ => Err(Unopened::Skipped(
                SkipClass::Limited,
                format!("object of {size} bytes: `git cat-file` is needed to read it"),
            )),
        }
    }

    /// The file a pointer stands for.
    fn pointed(&self, id: ObjectId, pointer: &Pointer) -> Result<Opened, Unopened> {
        if !self.theirs.is_empty() && self.is_theirs(id)? {
            let why = "Git LFS object that the remote has already".to_owned();
            return Err(Unopened::Skipped(SkipClass::ByDesign, why));
        }
        let class = match self.absent {
            Absent::Ordinary => SkipClass::ByDesign,
            Absent::Sent => SkipClass::Missing,
        };
        let Pointer::Lfs(oid, size) = pointer else {
            let why = "Xet file, of which this clone holds only a pointer".to_owned();
            return Err(Unopened::Skipped(class, why));
        };
        match self.storage.find(oid, *size) {
            Some(path) => Ok(Opened {
                from_lfs: true,
                ..opened(Box::new(File::open(path)?), *size)
            }),
            None if self.absent == Absent::Sent => Err(Unopened::Skipped(
                class,
                "Git LFS object that is not in this clone: run `git lfs fetch --all`".to_owned(),
            )),
            None => Err(Unopened::Skipped(
                class,
                "Git LFS object that is not in this clone".to_owned(),
            )),
        }
    }

    fn is_theirs(&self, id: ObjectId) -> io::Result<bool> {
        if let Some(known) = self.their_blobs.get() {
            return Ok(known.contains(&id));
        }
        let known: ObjectSet = self.with_reader(|reader| {
            let trees = self.theirs.iter();
            trees
                .flat_map(|&tree| walk_tree(reader, tree, &mut |_, _, _| {}))
                .map(|change| change.id)
                .collect()
        })?;
        Ok(self.their_blobs.get_or_init(|| known).contains(&id))
    }
}

impl Store for Objects {
    fn open(&self, key: usize) -> Result<Opened, Unopened> {
        let gone = || Unopened::Failed(io::ErrorKind::NotFound.into());
        let (id, part) = self.entries.get(key).copied().flatten().ok_or_else(gone)?;
        match part {
            Part::Whole => self.blob(id),
            Part::Message | Part::Headers => {
                let (kind, size) = self
                    .with_reader(|reader| reader.header(id))?
                    .map_err(refused)?;
                if !matches!(kind, ObjectKind::Commit | ObjectKind::Tag) {
                    return Err(gone());
                }
                // Twice, for the object and the part of it.
                let permit = Budget::take(&self.budget, 2 * size);
                let data = self.with_reader(|reader| reader.read_as(id, kind))?;
                let data = data.map_err(refused)?;
                let text = match part {
                    Part::Headers => further_headers(&data),
                    _ => message(&data).to_vec(),
                };
                Ok(held(text, permit))
            }
        }
    }
}

fn opened(reader: Box<dyn crate::blob::ReadSeek>, size: u64) -> Opened {
    Opened {
        reader,
        size: Some(size),
        from_lfs: false,
    }
}

fn held(data: Vec<u8>, permit: Permit) -> Opened {
    let size = data.len() as u64;
    let reader = Held {
        bytes: Cursor::new(data),
        _permit: permit,
    };
    opened(Box::new(reader), size)
}

fn refused(error: ObjectError) -> Unopened {
    match error {
        ObjectError::Missing => Unopened::Skipped(
            SkipClass::Missing,
            "object that is not in this clone".to_owned(),
        ),
        ObjectError::Corrupt(_) => Unopened::Failed(io::Error::other(error)),
        ObjectError::TooMuch(_) => Unopened::Skipped(SkipClass::Limited, error.to_string()),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked held a reader or a number, which are still whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes that may still be taken.
#[derive(Debug)]
struct Budget {
    left: Mutex<u64>,
    given_back: Condvar,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            left: Mutex::new(IN_FLIGHT),
            given_back: Condvar::new(),
        }
    }
}

struct Permit {
    budget: Arc<Budget>,
    size: u64,
}

impl Budget {
    /// Wait until `size` bytes are free. More than there ever are is all.
    fn take(budget: &Arc<Self>, size: u64) -> Permit {
        let size = size.min(IN_FLIGHT);
        let mut left = locked(&budget.left);
        while *left < size {
            left = budget
                .given_back
                .wait(left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *left -= size;
        drop(left);
        Permit {
            budget: Arc::clone(budget),
            size,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *locked(&self.budget.left) += self.size;
        self.budget.given_back.notify_all();
    }
}

/// Bytes of an object and the leave to hold them.
struct Held {
    bytes: Cursor<Vec<u8>>,
    _permit: Permit,
}

impl Read for Held {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

impl Seek for Held {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}
