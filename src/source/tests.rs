//! Trees on disk and what is named of them.

#[cfg(unix)]
mod unix;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;
use crate::blob::Content;
use crate::finding::SkipClass;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.add(files);
        folder
    }

    fn add(&self, files: &[&str]) {
        for name in files {
            self.write(name, name);
        }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn root(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn git(&self, args: &[&str]) {
        let status = Command::new("git")
            .current_dir(self.0.path())
            .args(args)
            .output()
            .unwrap();
        assert!(status.status.success(), "git {args:?}");
    }

    fn seen(&self, selection: &Selection) -> Seen {
        Seen::of(&[self.root()], selection)
    }
}

/// The items of a tree, apart.
#[derive(Default)]
struct Seen {
    blobs: Vec<(String, Content)>,
    skips: Vec<(SkipClass, String, String)>,
    links: Vec<Link>,
}

impl Seen {
    fn of(roots: &[PathBuf], selection: &Selection) -> Self {
        let mut seen = Self::default();
        let tree = Tree::new(roots, selection).unwrap();
        tree.items(&mut |item| {
            match item {
                Item::Blob(blob) => seen.blobs.push((blob.path, blob.content)),
                Item::Skip(skip) => seen.skips.push((skip.class, skip.path, skip.why)),
                Item::Link(link) => seen.links.push(link),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        seen
    }

    fn paths(&self) -> Vec<&str> {
        self.blobs.iter().map(|(path, _)| path.as_str()).collect()
    }
}

fn reading(as_kind: As) -> Selection {
    Selection {
        as_kind: Some(as_kind),
        ..Selection::default()
    }
}

fn owned(globs: &[&str]) -> Vec<String> {
    globs.iter().map(|&glob| glob.to_owned()).collect()
}

#[test]
fn a_folder_is_read_as_hf_upload_sends_it() {
    let folder = Folder::with(&[
        "README.md",
        ".env",
        "a.txt",
        "a/b",
        ".git/config",
        "deep/.git/config",
        "deep/sub/.git",
        ".cache/huggingface/x",
        "deep/.cache/huggingface/x",
        ".cache/other",
        "x.git/kept",
        "huggingface/kept",
        "notes.log",
        "deep/notes.log",
        "deep/skipped.tmp",
    ]);
    folder.write(".gitignore", "*.log\n");
    folder.write("deep/.gitignore", "*.tmp\n");
    let expected = [
        ".cache/other",
        ".env",
        ".gitignore",
        "README.md",
        "a.txt",
        "a/b",
        "deep/.gitignore",
        "deep/skipped.tmp",
        "huggingface/kept",
        "x.git/kept",
    ];
    assert_eq!(folder.seen(&Selection::default()).paths(), expected);
    assert_eq!(folder.seen(&reading(As::Upload)).paths(), expected);
    let all = folder.seen(&reading(As::All));
    assert_eq!(all.blobs.len(), expected.len() + 6);
    assert!(all.paths().contains(&"deep/.git/config"));
    assert!(!all.paths().contains(&".git/config"));

    // A `.gitignore` that is not uploaded is not read by the server.
    let selection = Selection {
        exclude: owned(&[".gitignore"]),
        ..Selection::default()
    };
    assert!(folder.seen(&selection).paths().contains(&"notes.log"));
}

#[test]
fn a_work_tree_is_read_as_git_sends_it() {
    let folder = Folder::with(&["kept", "gone", "forced.log", "left.log", "sub/new", "out/x"]);
    folder.write(".gitignore", "*.log\nout/\n");
    folder.git(&["init", "-q"]);
    folder.git(&["add", "kept", "gone"]);
    folder.git(&["add", "-f", "forced.log"]);
    fs::remove_file(folder.path("gone")).unwrap();
    folder.add(&["inner/file"]);
    Command::new("git")
        .args(["init", "-q"])
        .current_dir(folder.path("inner"))
        .status()
        .unwrap();

    let seen = folder.seen(&Selection::default());
    assert_eq!(
        seen.paths(),
        [".gitignore", "forced.log", "kept", "sub/new"]
    );
    let [(class, path, why)] = seen.skips.as_slice() else {
        panic!("{:?}", seen.skips)
    };
    assert_eq!((*class, path.as_str()), (SkipClass::ByDesign, "inner"));
    assert!(why.contains("submodule"));
    let sub = Seen::of(&[folder.path("sub")], &Selection::default());
    assert_eq!(sub.paths(), ["new"]);

    // Whoever scans an ignored folder wants to upload it.
    let out = Seen::of(&[folder.path("out")], &Selection::default());
    assert_eq!(out.paths(), ["x"]);
    let tree = Tree::new(&[folder.path("out")], &Selection::default()).unwrap();
    assert_eq!(tree.roots()[0].sends, As::Upload);
    let upload = folder.seen(&reading(As::Upload));
    assert!(
        !upload.paths().contains(&"forced.log"),
        "{:?}",
        upload.paths()
    );
    assert!(upload.paths().contains(&"inner/file"));
}

#[test]
fn git_must_be_there_where_it_is_asked_for() {
    let folder = Folder::with(&["a"]);
    let error = Tree::new(&[folder.root()], &reading(As::Git))
        .err()
        .unwrap();
    assert!(matches!(error, SourceError::NoWorkTree { .. }), "{error}");
    let error = Tree::new(&[folder.path("none")], &Selection::default());
    assert!(matches!(error, Err(SourceError::Root { .. })));
}

#[test]
fn patterns_keep_and_drop_as_huggingface_hub_does() {
    let folder = Folder::with(&[
        "README.md",
        "data/a.bin",
        "data/deep/b.bin",
        "data/deep/b.json",
        "top.bin",
    ]);
    let selection = Selection {
        include: owned(&["*.md", "data/"]),
        exclude: owned(&["data/*.bin"]),
        ..Selection::default()
    };
    let seen = folder.seen(&selection);
    assert_eq!(seen.paths(), ["README.md", "data/deep/b.json"]);
    assert!(seen.skips.iter().all(|skip| skip.0 == SkipClass::Excluded));
    let whys: Vec<(&str, &str)> = seen
        .skips
        .iter()
        .map(|(_, path, why)| (path.as_str(), why.as_str()))
        .collect();
    assert_eq!(
        whys,
        [
            (".", "not named by --include: 1 file"),
            ("data/*.bin", "excluded by --exclude: 2 files"),
        ]
    );
}

#[test]
fn the_configuration_excludes_as_gitignore_does() {
    let folder = Folder::with(&["keep/x", "node/a/b", "node/c", "n.log", "keep/other.log"]);
    let selection = Selection {
        config_exclude: owned(&["/node/", "*.log", "!/n.log"]),
        ..Selection::default()
    };
    let seen = folder.seen(&selection);
    assert_eq!(seen.paths(), ["keep/x", "n.log"]);
    assert_eq!(seen.skips.len(), 2);
    assert!(seen.skips[0].2.ends_with("1 file") && seen.skips[1].2.ends_with("1 folder"));
    let named = Seen::of(&[folder.path("keep/other.log")], &selection);
    assert_eq!((named.blobs.len(), named.skips.len()), (0, 1));
    let broken = Selection {
        config_exclude: owned(&["[z-a]"]),
        ..Selection::default()
    };
    assert!(matches!(
        Tree::new(&[folder.root()], &broken),
        Err(SourceError::Glob { .. })
    ));
}

#[test]
fn several_roots_are_read_once_each() {
    let folder = Folder::with(&["a/x", "a/in/y", "b/z", "c"]);
    let roots: Vec<PathBuf> = ["a/in", "a", "a/./in", "c", "a/../b"]
        .iter()
        .map(|name| folder.path(name))
        .collect();
    let seen = Seen::of(&roots, &Selection::default());
    let base = folder.0.path().display();
    let expected = ["a/in/y", "a/x", "c", "a/../b/z"].map(|name| format!("{base}/{name}"));
    assert_eq!(seen.paths(), expected);
    for (path, content) in &seen.blobs {
        let Content::File(real) = content else {
            panic!("{path}")
        };
        assert_eq!(
            fs::canonicalize(path).unwrap(),
            fs::canonicalize(real).unwrap()
        );
    }
    let one = Seen::of(&[folder.path("a/x")], &Selection::default());
    assert_eq!(one.paths(), ["x"]);
}

#[test]
fn a_sink_that_breaks_ends_the_walk() {
    let folder = Folder::with(&["a", "b", "c"]);
    let tree = Tree::new(&[folder.root()], &Selection::default()).unwrap();
    let mut count = 0;
    tree.items(&mut |_| {
        count += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(count, 1);
}
