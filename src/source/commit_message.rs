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
        let comment = comment_mark(&self.repository);
        let text = kept(&text, comment.as_bytes());
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

/// What begins a comment: `core.commentChar`, unless git chooses it itself.
fn comment_mark(repository: &Path) -> String {
    let setting = super::repository(repository).ok().and_then(|repository| {
        let newer = repository.setting("core.commentstring");
        newer.or_else(|| repository.setting("core.commentchar"))
    });
    setting
        .filter(|mark| !mark.is_empty() && mark != "auto")
        .unwrap_or_else(|| "#".to_owned())
}

/// The message with its line numbers: a comment leaves an empty line.
fn kept(text: &[u8], comment: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_prefix(comment) {
            Some(rest) if rest.trim_ascii_end() == SCISSORS => break,
            Some(_) => message.push(b'\n'),
            None => message.extend_from_slice(line),
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
        assert_eq!(kept(text.as_bytes(), b"#"), b"title\n\nbody\n");
        assert_eq!(kept(b"; c\n# kept", b";"), b"\n# kept");
    }
}
