//! Trees on disk and what is named of them.

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
    assert_eq!((*class, path.as_str()), (SkipClass::Missing, "inner"));
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
    assert!(seen.skips.iter().any(|skip| skip.2.ends_with("1 folder")));
    let named = Seen::of(&[folder.path("keep/other.log")], &selection);
    assert_eq!((named.blobs.len(), named.skips.len()), (0, 1));
    let broken = Selection {
        config_exclude: owned(&["a[b"]),
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

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn linked() -> (Folder, Folder) {
        let outside = Folder::with(&["secret", "folder/x"]);
        let folder = Folder::with(&["here", "dir/file"]);
        let link = |target: &Path, name: &str| symlink(target, folder.path(name)).unwrap();
        link(&outside.path("secret"), "l-out");
        link(Path::new("here"), "l-in");
        link(Path::new("dir"), "l-dir");
        link(&outside.path("folder"), "l-dir-out");
        link(Path::new("nowhere"), "l-broken");
        link(Path::new("../../nowhere"), "l-broken-out");
        link(Path::new("l-loop"), "l-loop");
        link(Path::new("/dev/null"), "l-dev");
        (folder, outside)
    }

    fn flags(seen: &Seen) -> Vec<(&str, bool, bool, bool)> {
        seen.links
            .iter()
            .map(|link| (link.path.as_str(), link.escapes, link.is_dir, link.broken))
            .collect()
    }

    const LINKS: [(&str, bool, bool, bool); 8] = [
        ("l-broken", false, false, true),
        ("l-broken-out", true, false, true),
        ("l-dev", true, false, false),
        ("l-dir", false, true, false),
        ("l-dir-out", true, true, false),
        ("l-in", false, false, false),
        ("l-loop", false, false, true),
        ("l-out", true, false, false),
    ];

    #[test]
    fn upload_follows_links_to_files_only() {
        let (folder, _outside) = linked();
        let seen = folder.seen(&Selection::default());
        assert_eq!(flags(&seen), LINKS);
        assert_eq!(seen.paths(), ["dir/file", "here", "l-in", "l-out"]);
        assert!(
            seen.blobs
                .iter()
                .all(|(_, content)| matches!(content, Content::File(_)))
        );
        assert_eq!(seen.skips.len(), 1, "the device: {:?}", seen.skips);
    }

    #[test]
    fn git_sends_the_text_of_links() {
        let (folder, _outside) = linked();
        folder.git(&["init", "-q"]);
        let seen = folder.seen(&Selection::default());
        assert_eq!(flags(&seen), LINKS);
        assert_eq!(seen.blobs.len(), 2 + LINKS.len());
        let (_, content) = seen.blobs.iter().find(|(path, _)| path == "l-in").unwrap();
        let Content::Bytes(bytes) = content else {
            panic!("{content:?}")
        };
        assert_eq!(&bytes[..], b"here");
    }

    #[test]
    fn a_link_given_as_root_is_followed() {
        let (folder, _outside) = linked();
        let seen = Seen::of(&[folder.path("l-out")], &Selection::default());
        assert_eq!(seen.paths(), ["l-out"]);
        let seen = Seen::of(&[folder.path("l-dir-out")], &Selection::default());
        assert_eq!(seen.paths(), ["x"]);
    }

    #[test]
    fn pipes_and_sockets_are_skipped() {
        let folder = Folder::with(&["a"]);
        let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
        assert!(made.unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(folder.path("sock")).unwrap();
        let seen = folder.seen(&Selection::default());
        assert_eq!(seen.paths(), ["a"]);
        assert!(seen.skips.iter().all(|skip| skip.0 == SkipClass::ByDesign));
        assert_eq!(seen.skips.len(), 2);
        let named = Seen::of(&[folder.path("pipe")], &Selection::default());
        assert_eq!(named.skips[0].0, SkipClass::Failed);
    }

    #[test]
    fn a_folder_that_cannot_be_listed_is_a_failure() {
        let folder = Folder::with(&["a", "shut/b"]);
        let shut = folder.path("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0)).unwrap();
        // Root may list anything.
        if fs::read_dir(&shut).is_err() {
            let seen = folder.seen(&Selection::default());
            assert_eq!(seen.skips[0].0, SkipClass::Failed);
            assert_eq!(seen.skips[0].1, "shut");
            let selection = Selection {
                exclude: owned(&["shut/*"]),
                ..Selection::default()
            };
            assert_eq!(folder.seen(&selection).skips[0].0, SkipClass::Excluded);
        }
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn names_that_are_no_utf8_are_shown_and_opened() {
        for as_kind in [As::Upload, As::Git] {
            let folder = Folder::with(&["plain"]);
            folder.git(&["init", "-q"]);
            let name = folder.0.path().join(OsStr::from_bytes(b"caf\xe9\xff.txt"));
            fs::write(&name, "x").unwrap();
            let seen = folder.seen(&reading(as_kind));
            assert_eq!(seen.paths(), [r"caf\xe9\xff.txt", "plain"]);
            assert!(seen.blobs[0].1.open().is_ok());
            let selection = Selection {
                exclude: owned(&["caf??.txt"]),
                ..reading(as_kind)
            };
            assert_eq!(folder.seen(&selection).paths(), ["plain"]);
        }
    }

    #[test]
    fn a_very_deep_folder_is_walked() {
        let folder = Folder::with(&[]);
        let deep: PathBuf = std::iter::repeat_n("d", 1500).collect();
        fs::create_dir_all(folder.path(deep.to_str().unwrap())).unwrap();
        fs::write(folder.0.path().join(deep).join("f"), "x").unwrap();
        assert_eq!(folder.seen(&Selection::default()).blobs.len(), 1);
    }
}
