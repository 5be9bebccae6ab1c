//! A history as the stream `git fast-import` reads.
//!
//! In: contents, commits and tags. Out: bytes. Marks are numbered from one, and
//! every content and message holds the next token.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::repository::numbered_token;

/// A file of a commit: its mode and the mark of its content, or the id of a
/// submodule's commit.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) mode: &'static str,
    pub(crate) content: String,
}

/// The files of a commit. A path is a file or a folder, never both.
#[derive(Clone, Default)]
pub(crate) struct Files(pub(crate) BTreeMap<Vec<u8>, File>);

impl Files {
    /// Put a file there, in place of a file or folder that is in its way.
    pub(crate) fn put(&mut self, path: &[u8], file: File) {
        self.0
            .retain(|old, _| !within(old, path) && !within(path, old));
        self.0.insert(path.to_vec(), file);
    }

    /// Move everything below a folder, or a file.
    pub(crate) fn rename(&mut self, from: &[u8], to: &[u8]) {
        let moved: Vec<Vec<u8>> = self
            .0
            .keys()
            .filter(|path| within(path, from))
            .cloned()
            .collect();
        let moved: Vec<(Vec<u8>, File)> = moved
            .into_iter()
            .filter_map(|path| Some((path.clone(), self.0.remove(&path)?)))
            .collect();
        for (path, file) in moved {
            self.put(&[to, &path[from.len()..]].concat(), file);
        }
    }
}

/// Is `path` the file or below the folder `folder`?
fn within(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

/// A stream under way.
pub(crate) struct Stream {
    pub(crate) bytes: Vec<u8>,
    next_token: u64,
    next_mark: u32,
}

impl Stream {
    /// `seed` tells the tokens of two streams apart.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            bytes: Vec::new(),
            next_token: (seed + 1) << 24,
            next_mark: 1,
        }
    }

    pub(crate) fn token(&mut self) -> String {
        self.next_token += 1;
        numbered_token(self.next_token)
    }

    fn mark(&mut self) -> String {
        self.next_mark += 1;
        format!(":{}", self.next_mark)
    }

    fn data(&mut self, data: &str) {
        writeln!(self.bytes, "data {}\n{data}", data.len()).unwrap();
    }

    /// A content with a token, or an empty one.
    pub(crate) fn blob(&mut self, empty: bool) -> String {
        let mark = self.mark();
        let token = self.token();
        writeln!(self.bytes, "blob\nmark {mark}").unwrap();
        let text = format!("token = \"{token}\"\n");
        self.data(if empty { "" } else { &text });
        mark
    }

    /// A commit at a time for its author and one for its committer.
    pub(crate) fn commit(
        &mut self,
        files: &Files,
        parents: &[String],
        times: [usize; 2],
    ) -> String {
        let mark = self.mark();
        let message = format!("change\n\nwith {}\n", self.token());
        let [authored, committed] = times;
        writeln!(
            self.bytes,
            "reset refs/heads/made\n\ncommit refs/heads/made\nmark {mark}\n\
             author A <a@users.noreply.github.com> {authored} +0000\n\
             committer C <c@users.noreply.github.com> {committed} +0000"
        )
        .unwrap();
        self.data(&message);
        for (parent, word) in parents
            .iter()
            .zip(["from"].iter().chain(std::iter::repeat(&"merge")))
        {
            writeln!(self.bytes, "{word} {parent}").unwrap();
        }
        self.bytes.extend_from_slice(b"deleteall\n");
        for (path, file) in &files.0 {
            write!(self.bytes, "M {} {} ", file.mode, file.content).unwrap();
            self.bytes.extend_from_slice(path);
            self.bytes.push(b'\n');
        }
        self.bytes.push(b'\n');
        mark
    }
}
