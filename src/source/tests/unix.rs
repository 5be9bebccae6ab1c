//! Links, special files, permissions and names as Unix has them.

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
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
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
