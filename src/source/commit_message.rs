//! A commit message before it is recorded.
//!
//! In: the file git gives its commit-msg hook. Out: what git will keep of it:
//! not the comments, nor the diff below the scissors of `commit --verbose`.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{Item, Source, SourceError};
use crate::blob::{Blob, Content};
use crate::finding::OriginKind;

/// Git's line above what is not part of the message.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// A message in a file.
pub struct CommitMessage {
    repository: PathBuf,
    file: PathBuf,
}

impl CommitMessage {
    /// The message in `file`, to be recorded in the repository that holds
    /// `repository`.
    pub fn new(repository: &Path, file: &Path) -> Self {
        Self {
            repository: repository.to_owned(),
            file: file.to_owned(),
        }
    }
}

impl Source for CommitMessage {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let text = fs::read(&self.file).map_err(|source| SourceError::Root {
            path: self.file.clone(),
            source,
        })?;
        let text = match cleanup(&self.repository) {
            Cleanup::None => text,
            Cleanup::Scissors => kept(&text, None),
            Cleanup::Comments(mark) => kept(&text, Some(mark.as_bytes())),
        };
        // The only item, so there is nothing to stop.
        let _ = sink(Item::Blob(Blob {
            path: "commit message".to_owned(),
            size: text.len() as u64,
            content: Content::Bytes(text.into()),
            origin: OriginKind::CommitMessage,
            key: None,
        }));
        Ok(())
    }
}

/// What git takes out of a message.
enum Cleanup {
    /// Nothing.
    None,
    /// What is below the scissors.
    Scissors,
    /// That, and lines that begin with this mark.
    Comments(String),
}

/// What git will do here. A line that may stay is read.
fn cleanup(repository: &Path) -> Cleanup {
    // So git tells its hooks that nobody edits the message.
    if std::env::var_os("GIT_EDITOR").is_some_and(|editor| editor == ":") {
        return Cleanup::None;
    }
    let hash = || Cleanup::Comments("#".to_owned());
    let Ok(repository) = super::repository(repository) else {
        return hash();
    };
    match repository.setting("commit.cleanup").as_deref() {
        Some("verbatim" | "whitespace") => return Cleanup::None,
        Some("scissors") => return Cleanup::Scissors,
        _ => {}
    }
    let newer = repository.setting("core.commentstring");
    let mark = newer.or_else(|| repository.setting("core.commentchar"));
    match mark.filter(|mark| !mark.is_empty()) {
        None => hash(),
        // A mark that no line of the message begins with.
        Some(mark) if mark == "auto" => Cleanup::Scissors,
        Some(mark) => Cleanup::Comments(mark),
    }
}

/// The message with its line numbers: a comment leaves an empty line.
fn kept(text: &[u8], comment: Option<&[u8]>) -> Vec<u8> {
    let mut message = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let rest = match comment {
            Some(comment) => line.strip_prefix(comment),
            None => line.get(1..),
        };
        match rest {
            Some(rest) if rest.trim_ascii_end() == SCISSORS => break,
            Some(_) if comment.is_some() => message.push(b'\n'),
            _ => message.extend_from_slice(line),
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_the_diff_are_not_recorded() {
        let text = "title\n# a comment\nbody\n# ------------------------ >8 ------------------------\ndiff\n";
        assert_eq!(kept(text.as_bytes(), Some(b"#")), b"title\n\nbody\n");
        assert_eq!(kept(text.as_bytes(), None), b"title\n# a comment\nbody\n");
        assert_eq!(kept(b"; c\n# kept", Some(b";")), b"\n# kept");
    }
}
