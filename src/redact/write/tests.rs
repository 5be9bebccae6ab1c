//! Files that are replaced, and all that gets in the way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.txt");
    fs::write(&file, "old").unwrap();
    (folder, file)
}

/// Names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Writes a text.
fn text(text: &str) -> impl FnOnce(&mut dyn Write) -> Result<Content, Failure> {
    let text = text.to_owned();
    move |output| {
        output.write_all(text.as_bytes())?;
        Ok(Content::New)
    }
}

fn refused(result: Result<Content, Failure>) -> WriteError {
    match result {
        Err(Failure::Write(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn replaced() {
    let (folder, file) = folder();
    assert_eq!(replace(&file, None, text("new")).unwrap(), Content::New);
    assert_eq!(read(&file), "new");
    assert_eq!(names(folder.path()), ["data.txt"]);
}

#[test]
fn the_same_content_leaves_the_file_alone() {
    let (folder, file) = folder();
    let before = fs::metadata(&file).unwrap();
    let same = replace(&file, Some(".orig"), |output| {
        output.write_all(b"old")?;
        Ok::<_, Failure>(Content::Same)
    });
    assert_eq!(same.unwrap(), Content::Same);
    assert!(kept::is_unchanged(&before, &fs::metadata(&file).unwrap()));
    assert_eq!(names(folder.path()), ["data.txt"]);
}

/// Whatever `write` fails at, the old content stays and nothing else.
#[test]
fn a_failure_at_any_write_leaves_the_old_content() {
    let (folder, file) = folder();
    for failing in 0..5 {
        for panics in [false, true] {
            let attempt = || {
                replace(&file, Some(".orig"), |output| {
                    for part in 0..5 {
                        if part == failing {
                            assert!(!panics, "a bug");
                            return Err(Failure::Io(io::Error::other("disk")));
                        }
                        output.write_all(&vec![b'x'; 100_000])?;
                    }
                    Ok(Content::New)
                })
            };
            let result = catch_unwind(AssertUnwindSafe(attempt));
            assert_eq!(result.is_err(), panics);
            assert!(!matches!(result, Ok(Ok(_))));
            assert_eq!(read(&file), "old");
            assert_eq!(names(folder.path()), ["data.txt"]);
        }
    }
}

#[test]
fn a_change_meanwhile_is_not_lost() {
    let (folder, file) = folder();
    let result = replace(&file, Some(".orig"), |output| {
        fs::write(&file, "somebody else's").unwrap();
        text("new")(output)
    });
    assert!(matches!(refused(result), WriteError::Changed { .. }));
    assert_eq!(read(&file), "somebody else's");
    assert_eq!(names(folder.path()), ["data.txt"]);
}

#[test]
fn a_backup_is_made_once() {
    let (folder, file) = folder();
    replace(&file, Some(".orig"), text("new")).unwrap();
    assert_eq!(names(folder.path()), ["data.txt", "data.txt.orig"]);
    let backup = folder.path().join("data.txt.orig");
    assert_eq!((read(&file), read(&backup)), ("new".into(), "old".into()));
    let again = replace(&file, Some(".orig"), text("newer"));
    assert!(matches!(refused(again), WriteError::BackupExists { .. }));
    assert_eq!((read(&file), read(&backup)), ("new".into(), "old".into()));
}

/// Where the file system knows no second names.
#[test]
fn a_backup_by_copy() {
    let (folder, file) = folder();
    let backup = folder.path().join("data.txt.orig");
    staged::copy_to_new(&file, &backup).unwrap();
    assert_eq!(read(&backup), "old");
    let again = staged::copy_to_new(&file, &backup);
    assert!(matches!(again, Err(WriteError::BackupExists { .. })));
    assert_eq!(names(folder.path()), ["data.txt", "data.txt.orig"]);
}

#[test]
fn only_files_are_replaced() {
    let (folder, _) = folder();
    let refusal = refused(replace(folder.path(), None, text("new")));
    assert!(matches!(refusal, WriteError::NotAFile { .. }));
    let missing = refused(replace(&folder.path().join("no"), None, text("new")));
    assert!(matches!(missing, WriteError::Io { .. }));
}

#[test]
fn a_read_only_file_is_refused() {
    let (_folder, file) = folder();
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    let refusal = refused(replace(&file, None, text("new")));
    assert!(matches!(refusal, WriteError::ReadOnly { .. }));
    assert_eq!(read(&file), "old");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn mode_and_owner_stay() {
        let (folder, file) = folder();
        set_mode(&file, 0o750);
        let before = fs::metadata(&file).unwrap();
        let private = replace(&file, None, |output| {
            let hidden = names(folder.path());
            assert!(hidden[0].starts_with(".hubsweep-"), "{hidden:?}");
            assert_eq!(mode(&folder.path().join(&hidden[0])), 0o600);
            text("new")(output)
        });
        private.unwrap();
        let after = fs::metadata(&file).unwrap();
        assert_eq!(mode(&file), 0o750);
        assert_eq!((before.uid(), before.gid()), (after.uid(), after.gid()));
        let out = folder.path().join("out");
        create(&out, Path::new("a"), &file, text("x")).unwrap();
        assert_eq!(mode(&out.join("a")), 0o750);
    }

    #[test]
    fn through_a_link_the_file_is_rewritten() {
        let (folder, file) = folder();
        let elsewhere = tempfile::tempdir().unwrap();
        let link = elsewhere.path().join("link");
        symlink(&file, &link).unwrap();
        replace(&link, Some(".orig"), text("new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(read(&file), "new");
        assert_eq!(names(folder.path()), ["data.txt", "data.txt.orig"]);
        assert_eq!(names(elsewhere.path()), ["link"]);
    }

    #[test]
    fn hard_links_are_refused() {
        let (folder, file) = folder();
        fs::hard_link(&file, folder.path().join("second")).unwrap();
        let refusal = refused(replace(&file, None, text("new")));
        assert!(matches!(refusal, WriteError::HardLinked { names: 2, .. }));
        // A backup of this very file comes from a run that was interrupted.
        fs::remove_file(folder.path().join("second")).unwrap();
        fs::hard_link(&file, folder.path().join("data.txt.orig")).unwrap();
        replace(&file, Some(".orig"), text("new")).unwrap();
        assert_eq!(read(&folder.path().join("data.txt.orig")), "old");
        assert_eq!(read(&file), "new");
    }

    #[test]
    fn a_read_only_folder_is_an_error() {
        let (folder, file) = folder();
        set_mode(folder.path(), 0o555);
        let superuser = fs::write(folder.path().join("probe"), "").is_ok();
        let result = replace(&file, None, text("new"));
        set_mode(folder.path(), 0o755);
        if !superuser {
            assert!(matches!(refused(result), WriteError::Io { .. }));
            assert_eq!(read(&file), "old");
        }
    }

    #[test]
    fn links_do_not_lead_out_of_the_output_folder() {
        let (folder, file) = folder();
        let out = folder.path().join("out");
        fs::create_dir(&out).unwrap();
        symlink(folder.path(), out.join("up")).unwrap();
        symlink(&file, out.join("link")).unwrap();
        let parent = refused(create(&out, Path::new("up/data.txt"), &file, text("new")));
        assert!(matches!(parent, WriteError::Outside { .. }));
        let link = refused(create(&out, Path::new("link"), &file, text("new")));
        assert!(matches!(link, WriteError::NotAFile { .. }));
        assert_eq!(read(&file), "old");
    }
}

#[test]
fn created_in_a_folder() {
    let (folder, file) = folder();
    let out = folder.path().join("out");
    let relative = Path::new("./a/b/data.txt");
    create(&out, relative, &file, text("new")).unwrap();
    assert_eq!(read(&out.join(relative)), "new");
    // A second run replaces what the first one made, the same content or not.
    let again = create(&out, relative, &file, |output| {
        text("newer")(output).map(|_| Content::Same)
    });
    assert_eq!(again.unwrap(), Content::Same);
    assert_eq!(read(&out.join(relative)), "newer");
    assert_eq!(read(&file), "old");
    assert_eq!(names(&out.join("a/b")), ["data.txt"]);
    let failed = create(&out, relative, &file, |output| {
        output.write_all(b"half")?;
        Err(Failure::Io(io::Error::other("disk")))
    });
    assert!(failed.is_err());
    assert_eq!(read(&out.join(relative)), "newer");
    assert_eq!(names(&out.join("a/b")), ["data.txt"]);
}

#[test]
fn nothing_is_created_elsewhere() {
    let (folder, file) = folder();
    let out = folder.path().join("out");
    for relative in [
        "",
        ".",
        "..",
        "../data.txt",
        "a/../../data.txt",
        "/data.txt",
        "./../x",
    ] {
        let refusal = refused(create(&out, Path::new(relative), &file, text("new")));
        assert!(matches!(refusal, WriteError::Outside { .. }), "{relative}");
    }
    let itself = refused(create(
        folder.path(),
        Path::new("data.txt"),
        &file,
        text("new"),
    ));
    assert!(matches!(itself, WriteError::Original { .. }));
    fs::create_dir_all(out.join("folder")).unwrap();
    let taken = refused(create(&out, Path::new("folder"), &file, text("new")));
    assert!(matches!(taken, WriteError::NotAFile { .. }));
    fs::write(out.join("file"), "").unwrap();
    let under = refused(create(&out, Path::new("file/x"), &file, text("new")));
    assert!(matches!(under, WriteError::NotAFile { .. }));
    assert_eq!(read(&file), "old");
}

const VICTIM: &str = "HUBSWEEP_TEST_VICTIM";
const LENGTH: usize = 1 << 20;

/// Rewrites a file again and again until it is killed; only under the test below.
#[test]
fn victim() {
    let Some(file) = std::env::var_os(VICTIM).map(PathBuf::from) else {
        return;
    };
    let backup = suffixed(&file, ".orig");
    for letter in (b'a'..=b'z').cycle() {
        let _ = fs::remove_file(&backup);
        let written = replace(&file, Some(".orig"), |output| {
            for _ in 0..LENGTH / 4096 {
                output.write_all(&[letter; 4096])?;
            }
            Ok::<_, Failure>(Content::New)
        });
        written.unwrap();
    }
}

/// Is this the whole content of one round?
fn assert_whole(path: &Path) {
    let bytes = fs::read(path).unwrap();
    assert!(bytes == vec![bytes[0]; LENGTH], "{}", path.display());
}

#[test]
fn killed_at_any_moment_the_file_is_whole() {
    let (folder, file) = folder();
    fs::write(&file, vec![b'-'; LENGTH]).unwrap();
    let test = module_path!().split_once("::").unwrap().1.to_owned() + "::victim";
    let mut interrupted = 0;
    for round in 0..40 {
        let before = fs::metadata(&file).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &test])
            .env(VICTIM, &file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while kept::is_unchanged(&before, &fs::metadata(&file).unwrap()) {
            assert!(started.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(7_919 * round % 10_007));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_whole(&file);
        let mut left = 0;
        for name in names(folder.path()) {
            let path = folder.path().join(&name);
            match name.as_str() {
                "data.txt" => {}
                "data.txt.orig" => assert_whole(&path),
                name => {
                    assert!(name.starts_with(".hubsweep-"), "{name}");
                    fs::remove_file(path).unwrap();
                    left += 1;
                }
            }
        }
        assert!(left <= 1, "{left} files are left");
        interrupted += left;
    }
    assert!(interrupted > 0, "no round was interrupted");
}
