//! The hook files themselves: those of `hooks/`, filled in.
//!
//! In: a hook, our program, whether it is for every repository. Out: a script;
//! and, of a script, the program it calls.

use std::path::{Path, PathBuf};

use super::repository::to_path;
use super::{Hook, HookError};

/// What a line of every hook of ours starts with.
pub(super) const MARK: &str = "# hubsweep hook v";
/// What a line of every pass-through starts with.
pub(super) const PASS_THROUGH_MARK: &str = "# hubsweep pass-through v";
/// Runs a repository's own hook from a folder that hides it.
pub(super) const PASS_THROUGH: &str = include_str!("../../hooks/pass-through");

/// The setting that says which program to call, and how its line starts.
const PROGRAM: &str = "program=";
const OPTIONS: &str = "options=";
/// The option that a global hook hands over.
const GLOBAL: &str = "options=--global-hook";

/// How a hook finds hubsweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller<'a> {
    /// By its path on this machine.
    Path(&'a Path),
    /// The same, and it minds the Hub's repositories only.
    Global(&'a Path),
    /// By the repository's settings or PATH: the file is one to commit, and
    /// holds nothing of this machine.
    Tracked,
}

/// The script of `hook`.
pub(super) fn fill(hook: Hook, caller: Caller<'_>) -> Result<Vec<u8>, HookError> {
    let template = template(hook);
    let (path, global) = match caller {
        Caller::Tracked => return Ok(template.as_bytes().to_vec()),
        Caller::Path(path) => (path, false),
        Caller::Global(path) => (path, true),
    };
    let mut script = Vec::with_capacity(template.len() + 64);
    let mut open = true;
    for line in template.split_inclusive('\n') {
        if open && line.starts_with(PROGRAM) {
            script.extend_from_slice(PROGRAM.as_bytes());
            script.extend(quoted(path)?);
            script.push(b'\n');
        } else if open && global && line.starts_with(OPTIONS) {
            script.extend_from_slice(GLOBAL.as_bytes());
            script.push(b'\n');
        } else {
            script.extend_from_slice(line.as_bytes());
        }
        // The settings end with the first line that is empty.
        open &= line != "\n";
    }
    Ok(script)
}

fn template(hook: Hook) -> &'static str {
    match hook {
        Hook::PrePush => include_str!("../../hooks/pre-push"),
        Hook::PreCommit => include_str!("../../hooks/pre-commit"),
    }
}

/// Is it for every repository?
pub(super) fn is_global(script: &[u8]) -> bool {
    lines(script).any(|line| line == GLOBAL.as_bytes())
}

/// The path of the program that a script calls, if it names one.
pub(super) fn program(script: &[u8]) -> Option<PathBuf> {
    let value = lines(script).find_map(|line| line.strip_prefix(PROGRAM.as_bytes()))?;
    let inner = value.strip_prefix(b"'")?.strip_suffix(b"'")?;
    let mut path = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(br"'\''") {
            path.push(b'\'');
            rest = after;
        } else {
            path.push(first);
            rest = after;
        }
    }
    Some(to_path(&path))
}

/// Does a line start with `mark`?
pub(super) fn has_mark(script: &[u8], mark: &str) -> bool {
    lines(script).any(|line| line.starts_with(mark.as_bytes()))
}

fn lines(script: &[u8]) -> impl Iterator<Item = &[u8]> {
    script.split(|&byte| byte == b'\n')
}

/// A path as one word of sh: nothing is special between single quotes, but
/// the quote itself.
fn quoted(path: &Path) -> Result<Vec<u8>, HookError> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if bytes.contains(&b'\n') || bytes.contains(&b'\r') {
        return Err(HookError::Unquotable {
            path: path.to_owned(),
        });
    }
    let mut word = vec![b'\''];
    for &byte in bytes {
        match byte {
            b'\'' => word.extend_from_slice(br"'\''"),
            // The sh of git for Windows takes slashes.
            b'\\' if cfg!(windows) => word.push(b'/'),
            _ => word.push(byte),
        }
    }
    word.push(b'\'');
    Ok(word)
}
