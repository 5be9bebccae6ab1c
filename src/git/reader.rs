//! Objects of a repository, one at a time.
//!
//! In: ids. Out: their bytes. Each worker has a reader of its own: one object
//! database shared by threads does not scale. What libgit2 cannot open is read
//! through `git cat-file --batch`, which never fetches.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use git2::{ErrorCode, Oid};

use super::object::{self, Object, ObjectKind};
use super::oid::ObjectId;
use super::program;

/// Why an object cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It is not in this clone.
    #[error("not in this clone")]
    Missing,
    /// It is damaged, or of another kind than it must be.
    #[error("damaged: {0}")]
    Corrupt(String),
    /// More than is read of its kind.
    #[error("too large or too deep to be read: {0}")]
    TooMuch(String),
}

/// Reads objects; for one thread.
pub struct Reader {
    git_dir: PathBuf,
    backend: Backend,
}

enum Backend {
    Library(Box<git2::Repository>),
    Program {
        contents: Option<Batch>,
        headers: Option<Batch>,
    },
}

impl Reader {
    pub(super) fn library(repository: git2::Repository) -> Self {
        Self {
            git_dir: repository.path().to_owned(),
            backend: Backend::Library(Box::new(repository)),
        }
    }

    pub(super) fn program(git_dir: &Path) -> Self {
        Self {
            git_dir: git_dir.to_owned(),
            backend: Backend::Program {
                contents: None,
                headers: None,
            },
        }
    }

    /// Kind and size of an object, without reading it.
    pub fn header(&mut self, id: ObjectId) -> Result<(ObjectKind, u64), ObjectError> {
        match &mut self.backend {
            Backend::Library(repository) => {
                let odb = repository.odb().map_err(|error| explained(&error))?;
                let (size, kind) = odb
                    .read_header(sha1(id)?)
                    .map_err(|error| explained(&error))?;
                Ok((known(Some(kind))?, size as u64))
            }
            Backend::Program { headers, .. } => {
                ask(headers, &self.git_dir, "--batch-check", |batch| {
                    batch.header(id)
                })
            }
        }
    }

    /// An object, whole.
    pub fn read(&mut self, id: ObjectId) -> Result<Object, ObjectError> {
        match &mut self.backend {
            Backend::Library(repository) => {
                let odb = repository.odb().map_err(|error| explained(&error))?;
                let object = odb.read(sha1(id)?).map_err(|error| explained(&error))?;
                Ok(Object {
                    kind: known(Some(object.kind()))?,
                    data: object.data().to_vec(),
                })
            }
            Backend::Program { contents, .. } => {
                ask(contents, &self.git_dir, "--batch", |batch| batch.object(id))
            }
        }
    }

    /// An object that must be of one kind. What is no content is small, or made
    /// to fill the memory.
    pub fn read_as(&mut self, id: ObjectId, kind: ObjectKind) -> Result<Vec<u8>, ObjectError> {
        if kind != ObjectKind::Blob {
            let (_, size) = self.header(id)?;
            if size > LONGEST {
                return Err(ObjectError::TooMuch(format!("{size} bytes")));
            }
        }
        let object = self.read(id)?;
        if object.kind == kind {
            Ok(object.data)
        } else {
            Err(ObjectError::Corrupt("an object of another kind".to_owned()))
        }
    }

    /// Write a blob to a file without holding it in memory. Needs `git`.
    pub fn stream(&self, id: ObjectId, out: &mut File) -> io::Result<u64> {
        let mut child = program::bare_command(&self.git_dir)
            .args(["cat-file", "blob", &id.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let copied = match child.stdout.take() {
            Some(mut stdout) => io::copy(&mut stdout, out),
            None => Ok(0),
        };
        let status = child.wait()?;
        let copied = copied?;
        if status.success() {
            Ok(copied)
        } else {
            Err(io::Error::other("git cat-file failed"))
        }
    }
}

/// The commit behind an object: itself, or what a chain of tags leads to.
pub fn peel(reader: &mut Reader, id: ObjectId) -> Option<ObjectId> {
    let mut id = id;
    for _ in 0..LONGEST_CHAIN {
        match reader.header(id).ok()?.0 {
            ObjectKind::Commit => return Some(id),
            ObjectKind::Tag => {
                let data = reader.read_as(id, ObjectKind::Tag).ok()?;
                id = object::tag(&data)?.target;
            }
            ObjectKind::Tree | ObjectKind::Blob => return None,
        }
    }
    None
}

/// Bytes of the largest commit, tag or folder that is read: a million files in
/// one folder.
pub const LONGEST: u64 = 128 << 20;

/// Tags of tags are rare, and forged ones make circles.
const LONGEST_CHAIN: usize = 32;

fn sha1(id: ObjectId) -> Result<Oid, ObjectError> {
    Oid::from_bytes(id.as_bytes()).map_err(|_| ObjectError::Missing)
}

fn explained(error: &git2::Error) -> ObjectError {
    match error.code() {
        ErrorCode::NotFound => ObjectError::Missing,
        _ => ObjectError::Corrupt(error.message().to_owned()),
    }
}

fn known(kind: Option<git2::ObjectType>) -> Result<ObjectKind, ObjectError> {
    match kind {
        Some(git2::ObjectType::Commit) => Ok(ObjectKind::Commit),
        Some(git2::ObjectType::Tree) => Ok(ObjectKind::Tree),
        Some(git2::ObjectType::Blob) => Ok(ObjectKind::Blob),
        Some(git2::ObjectType::Tag) => Ok(ObjectKind::Tag),
        _ => Err(ObjectError::Corrupt(
            "an object of no known kind".to_owned(),
        )),
    }
}

/// Ask a process that is started on first use. One that ended is dropped, and
/// the next question starts another: a damaged object ends `git cat-file`.
fn ask<T>(
    batch: &mut Option<Batch>,
    git_dir: &Path,
    mode: &str,
    question: impl FnOnce(&mut Batch) -> io::Result<Result<T, ObjectError>>,
) -> Result<T, ObjectError> {
    let failed = |error: io::Error| ObjectError::Corrupt(format!("git cat-file: {error}"));
    let mut running = match batch.take() {
        Some(running) => running,
        None => Batch::start(git_dir, mode).map_err(failed)?,
    };
    match question(&mut running) {
        Ok(answer) => {
            *batch = Some(running);
            answer
        }
        // A partial clone: the object would have to be fetched.
        Err(_) if running.last_words().contains("promisor") => Err(ObjectError::Missing),
        Err(error) => Err(failed(error)),
    }
}

/// Bytes of a complaint that are read.
const LONGEST_WORDS: u64 = 4096;

/// A running `git cat-file --batch` or `--batch-check`.
struct Batch {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// A file, not a pipe: nobody reads it unless the process ends.
    complaints: File,
}

impl Batch {
    fn start(git_dir: &Path, mode: &str) -> io::Result<Self> {
        let complaints = tempfile::tempfile()?;
        let mut child = program::bare_command(git_dir)
            .args(["cat-file", mode])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints.try_clone()?)
            .spawn()?;
        let gone = || io::Error::other("no pipe");
        Ok(Self {
            questions: child.stdin.take().ok_or_else(gone)?,
            answers: BufReader::new(child.stdout.take().ok_or_else(gone)?),
            child,
            complaints,
        })
    }

    /// What the process said before it ended.
    fn last_words(&mut self) -> String {
        // It ended, or does not follow the protocol any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut said = Vec::new();
        let file = &mut self.complaints;
        let _ = file.rewind();
        let _ = file.take(LONGEST_WORDS).read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    }

    fn header(&mut self, id: ObjectId) -> io::Result<Result<(ObjectKind, u64), ObjectError>> {
        writeln!(self.questions, "{id}")?;
        self.questions.flush()?;
        let mut line = Vec::new();
        self.answers.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut words = line.trim_ascii_end().split(|&byte| byte == b' ').skip(1);
        let (word, size) = (words.next().unwrap_or_default(), words.next());
        let size = size.and_then(|size| str::from_utf8(size).ok()?.parse().ok());
        Ok(match (ObjectKind::from_word(word), size) {
            (Some(kind), Some(size)) => Ok((kind, size)),
            _ if word == b"missing" => Err(ObjectError::Missing),
            _ => Err(ObjectError::Corrupt(
                "git cat-file did not read it".to_owned(),
            )),
        })
    }

    fn object(&mut self, id: ObjectId) -> io::Result<Result<Object, ObjectError>> {
        let (kind, size) = match self.header(id)? {
            Ok(header) => header,
            Err(error) => return Ok(Err(error)),
        };
        let mut data = Vec::new();
        // The line end after the bytes is the answer's, not the object's.
        (&mut self.answers).take(size + 1).read_to_end(&mut data)?;
        if data.len() as u64 != size + 1 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        data.pop();
        Ok(Ok(Object { kind, data }))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
