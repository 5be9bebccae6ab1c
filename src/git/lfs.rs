//! Files that git holds only a pointer to.
//!
//! In: the bytes of a small file. Out: what it points to, and where this clone
//! keeps that. Large files of the Hub lie in Git LFS; with git-xet the pointer
//! is the same.

use std::fs;
use std::path::{Path, PathBuf};

use super::repository::Repository;

/// A pointer to a large file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// To an LFS object: SHA-256 in hex, and bytes.
    Lfs(String, u64),
    /// To a Xet file, whose content no clone keeps whole.
    Xet,
}

/// No pointer is longer (the specification says under 1024 bytes).
pub const LONGEST: u64 = 1024;

impl Pointer {
    /// Read a pointer.
    pub fn parse(data: &[u8]) -> Option<Self> {
        if data.len() as u64 > LONGEST {
            return None;
        }
        let text = std::str::from_utf8(data).ok()?;
        if text.starts_with("# xet version ") {
            return Some(Self::Xet);
        }
        let known = [
            "version https://git-lfs.github.com/spec/v1",
            "version https://hawser.github.com/spec/v1",
        ];
        let first = text.lines().next()?;
        if !known.contains(&first) {
            return None;
        }
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
        let oid = value("oid sha256:")?;
        let is_hex = oid.len() == 64 && oid.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = value("size ")?.parse().ok()?;
        is_hex.then(|| Self::Lfs(oid.to_ascii_lowercase(), size))
    }
}

/// Where LFS objects of a repository lie.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    folders: Vec<PathBuf>,
}

impl Storage {
    /// The folders of `repository`: its own, that of `lfs.storage`, and those
    /// of the repositories it borrows objects from.
    pub fn of(repository: &Repository) -> Self {
        let common = repository.common_dir();
        // A relative path is meant from the git folder.
        let own = repository
            .setting("lfs.storage")
            .filter(|path| !path.is_empty());
        let mut folders = vec![common.join(own.as_deref().unwrap_or("lfs")).join("objects")];
        let borrowed = fs::read_to_string(common.join("objects/info/alternates"));
        for line in borrowed.unwrap_or_default().lines() {
            if let Some(git) = common.join("objects").join(line).parent() {
                folders.push(git.join("lfs/objects"));
            }
        }
        Self { folders }
    }

    /// The file that holds an object, if it is here and whole.
    pub fn find(&self, oid: &str, size: u64) -> Option<PathBuf> {
        let (first, second) = (oid.get(..2)?, oid.get(2..4)?);
        let inside = Path::new(first).join(second).join(oid);
        let mut files = self.folders.iter().map(|folder| folder.join(&inside));
        // A pipe would keep whoever opens it waiting.
        let whole = |found: fs::Metadata| found.is_file() && found.len() == size;
        files.find(|file| fs::metadata(file).is_ok_and(whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_told_from_files_about_them() {
        let oid = "ab".repeat(32);
        let text =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 7\n");
        assert_eq!(Pointer::parse(text.as_bytes()), Some(Pointer::Lfs(oid, 7)));
        assert_eq!(
            Pointer::parse(b"# xet version 0\nfilesize = 1\n"),
            Some(Pointer::Xet)
        );
        for other in [
            &b"# About\nversion https://git-lfs.github.com/spec/v1\n"[..],
            b"version https://git-lfs.github.com/spec/v1\noid sha256:../../../etc\nsize 7\n",
            b"version https://git-lfs.github.com/spec/v1\n",
            b"",
            b"\xff\xfe",
        ] {
            assert_eq!(Pointer::parse(other), None);
        }
    }
}
