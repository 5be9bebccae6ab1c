//! Symbolic links: where they lead, and what is sent for them.
//!
//! In: the path of a link. Out: the link as an item, and as a blob what git
//! (the target's name) or `hf upload` (the target's bytes) sends.

use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};

use super::{View, Walk, special};
use crate::blob::Content;
use crate::finding::SkipClass;
use crate::source::{Item, Link, name};

impl Walk<'_> {
    pub(super) fn link(&mut self, path: &Path) -> ControlFlow<()> {
        let real = self.real(path);
        let target = match fs::read_link(&real) {
            Ok(target) => target,
            Err(error) => return self.failed(path, "this link cannot be read", &error),
        };
        let found = fs::metadata(&real);
        let escapes = leads_out(&real, &target, self.border());
        (self.sink)(Item::Link(Link {
            path: self.root.shown(path),
            target: name::shown(&target),
            escapes,
            is_dir: found.as_ref().is_ok_and(fs::Metadata::is_dir),
            broken: found
                .as_ref()
                .is_err_and(|error| error.kind() != ErrorKind::PermissionDenied),
        }))?;
        if let View::Git(..) = self.view {
            let bytes = target.as_os_str().as_encoded_bytes();
            return self.blob(path, bytes.len() as u64, Content::Bytes(bytes.into()));
        }
        match found {
            Ok(found) if found.is_file() => self.file(path, found.len()),
            // A folder behind a link is not followed, and nothing is no file.
            Ok(found) if found.is_dir() => ControlFlow::Continue(()),
            Ok(found) => {
                let why = format!("a link to a {} is not sent", special(found.file_type()));
                self.skip(SkipClass::ByDesign, path, &why)
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                self.failed(path, "this link cannot be followed", &error)
            }
            Err(_) => ControlFlow::Continue(()),
        }
    }

    /// The folder that is sent, which links should not leave.
    fn border(&self) -> &Path {
        match &self.view {
            View::Git(tree, _) => tree.root(),
            View::Upload(_) | View::All => &self.root.path,
        }
    }
}

/// Does `link` with this `target` lead out of `border`? A broken link is
/// judged by its text.
fn leads_out(link: &Path, target: &Path, border: &Path) -> bool {
    if let Ok(resolved) = link.canonicalize() {
        return !resolved.starts_with(border);
    }
    let mut lexical = PathBuf::new();
    let start = link.parent().unwrap_or(border).join(target);
    for part in start.components() {
        match part {
            Component::ParentDir => {
                lexical.pop();
            }
            Component::CurDir => {}
            part => lexical.push(part),
        }
    }
    !lexical.starts_with(border)
}
