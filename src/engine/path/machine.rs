//! Paths of mounts, clusters, drives and shares.
//!
//! In: the start of such a path in a text. Out: the path, if it goes deep
//! enough to be one of a real machine.

use super::{Hit, absolute, components, drive, end_of, goes_on_as_template, is_slash, is_stand_in};
use crate::engine::detect::Detected;
use crate::finding::Confidence;

pub(in crate::engine) const TRIGGERS: &[&str] = &[
    "/mnt/",
    "/data/",
    "/data1/",
    "/data2/",
    "/scratch",
    "/gpfs",
    "/lustre",
    "/nfs",
    "/storage/",
    "/cluster/",
    "/work/",
    "/raid",
    "/projects/",
    "/project/",
    "/fsx",
    "/efs",
    "/volumes/",
    "/media/",
    "/net/",
    "/beegfs",
    "/cephfs",
    "/weka/",
    "/afs/",
    "/shared/",
    "/share/",
    "/datasets/",
    "/checkpoint/",
    "/pfs/",
    "/hpc/",
    "/ssd/",
    "/nvme",
    "/vol/",
    "slurm",
    "file://",
    // Drives; `s:/` and `p:/` would wake on every https:// and http://.
    "c:\\",
    "d:\\",
    "e:\\",
    "f:\\",
    "g:\\",
    "h:\\",
    "x:\\",
    "y:\\",
    "z:\\",
    "c:/",
    "d:/",
    "e:/",
    "f:/",
    "g:/",
    "x:/",
    "y:/",
    "z:/",
    // Shares.
    " \\\\",
    "\"\\\\",
    "'\\\\",
    "=\\\\",
    "`\\\\",
    "(\\\\",
    ">\\\\",
    ",\\\\",
    "\n\\\\",
    // At the start of a text nothing stands before one.
    "\\\\nas",
    "\\\\srv",
    "\\\\file",
    "\\\\storage",
    "\\\\fs",
    "\\\\smb",
];

/// Mounts that only clusters and servers have.
const CLUSTER: &[&str] = &[
    "scratch", "gpfs", "lustre", "nfs", "raid", "fsx", "efs", "beegfs", "cephfs", "weka", "afs",
    "pfs", "hpc", "nvme",
];
/// Mounts whose names stand in any guide too: the path must go deeper.
const COMMON: &[&str] = &[
    "mnt",
    "data",
    "data1",
    "data2",
    "storage",
    "cluster",
    "work",
    "projects",
    "project",
    "Volumes",
    "media",
    "net",
    "shared",
    "share",
    "datasets",
    "checkpoint",
    "ssd",
    "vol",
];
/// Public places under these mounts.
const PUBLIC: &[&[u8]] = &[
    b"/data/.huggingface",
    b"/data/.cache",
    b"/mnt/c/Windows",
    b"/mnt/c/Program",
    b"/afs/cern.ch",
    b"/media/cdrom",
    b"/Volumes/Macintosh",
    b"/share/man",
    b"/share/doc",
    b"/net/core",
    b"/net/ipv4",
];

/// Look at the path at `hit`.
pub(in crate::engine) fn detect(text: &[u8], hit: Hit) -> Option<Detected> {
    let found = &text[hit.clone()];
    if found.eq_ignore_ascii_case(b"slurm") {
        return slurm(text, &hit);
    }
    if found.eq_ignore_ascii_case(b"file://") {
        return file_url(text, &hit);
    }
    if found.ends_with(b"\\\\") {
        return share(text, hit.end - 2);
    }
    if found.starts_with(b"\\\\") {
        let start = if text[..hit.start] == *b"\\\\" {
            0
        } else {
            hit.start
        };
        return if start == 0 { share(text, start) } else { None };
    }
    if found[1] == b':' {
        return on_drive(text, &hit);
    }
    mount(text, hit.start)
}

/// `/gpfs/…`, `/mnt/…`: the first component of an absolute path.
fn mount(text: &[u8], slash: usize) -> Option<Detected> {
    if absolute(text, slash)? != slash {
        return None;
    }
    let end = end_of(text, slash, is_slash);
    let path = &text[slash..end];
    let mut parts = components(path);
    let mount = parts.next()?;
    let is_cluster = CLUSTER
        .iter()
        .any(|known| is_numbered(mount, known.as_bytes()));
    if !is_cluster && !COMMON.iter().any(|known| known.as_bytes() == mount) {
        return None;
    }
    let depth = parts.clone().count();
    let is_public = PUBLIC.iter().any(|public| path.starts_with(public));
    // The sandbox of ChatGPT keeps files in /mnt/data; web servers theirs in /media.
    let least = if path.starts_with(b"/mnt/data/") || mount == b"media" {
        3
    } else {
        2
    };
    if is_public
        || is_home_inside(path)
        || parts.any(is_stand_in)
        || goes_on_as_template(text, end) && depth < 3
    {
        return None;
    }
    if depth >= least {
        let confidence = (!is_cluster)
            .then_some(Confidence::Low)
            .filter(|_| depth == 2 && mount != b"mnt" && mount != b"Volumes");
        return Some(Detected {
            confidence,
            ..Detected::at(slash..end)
        });
    }
    (is_cluster && depth == 1).then(|| Detected {
        confidence: Some(Confidence::Low),
        ..Detected::at(slash..end)
    })
}

/// `nvme0n1`, `raid1`, `scratch-ssd`: a known mount and a suffix.
fn is_numbered(mount: &[u8], known: &[u8]) -> bool {
    mount.strip_prefix(known).is_some_and(|rest| {
        rest.is_empty()
            || rest[0].is_ascii_digit()
            || matches!(rest[0], b'-' | b'_') && rest.len() > 1
    })
}

/// A home on a mount is the other detector's.
fn is_home_inside(path: &[u8]) -> bool {
    let mut parts = components(path);
    parts.any(|part| matches!(part, b"home" | b"Users" | b"homes")) && parts.next().is_some()
}

/// Spool and scratch directories of a job: `/var/spool/slurm/d/job123/…`.
fn slurm(text: &[u8], hit: &Hit) -> Option<Detected> {
    let back = text[hit.start.saturating_sub(64)..hit.start]
        .iter()
        .rposition(|byte| *byte == b'/')?;
    let start = absolute(text, hit.start.saturating_sub(64) + back)?;
    let end = end_of(text, start, is_slash);
    let path = &text[start..end];
    let is_known = CLUSTER
        .iter()
        .chain(COMMON)
        .any(|known| components(path).next() == Some(known.as_bytes()));
    let is_first = memchr::memmem::find(path, &text[hit.clone()]) == Some(hit.start - start);
    let names_a_job = text[hit.end..end.max(hit.end)]
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .count()
        >= 3;
    (is_first && names_a_job && !is_known && !is_home_inside(path)).then(|| Detected {
        evidence: vec!["the directory of a Slurm job".to_owned()],
        ..Detected::at(start..end)
    })
}

/// First components of every Unix system, of mounts and homes (other
/// triggers), and of containers.
const SYSTEM: &[&str] = &[
    "usr",
    "etc",
    "tmp",
    "var",
    "bin",
    "opt",
    "dev",
    "lib",
    "proc",
    "sys",
    "path",
    "app",
    "home",
    "root",
    "Users",
    "src",
    "content",
    "kaggle",
    "workspace",
    "dir",
    "foo",
    "some",
    "Applications",
    "Library",
    "private",
    "test",
    "tests",
    "code",
];

/// `file:///srv/models/…` and `file://server/share`.
fn file_url(text: &[u8], hit: &Hit) -> Option<Detected> {
    let end = end_of(text, hit.end, is_slash);
    let path = &text[hit.end..end];
    let mut parts = components(path);
    let first = parts.next()?;
    let known = |names: &[&str]| names.iter().any(|name| name.as_bytes() == first);
    let depth = parts.clone().count();
    let is_drive = first.len() == 1;
    let plain =
        !is_drive && !known(SYSTEM) && !known(COMMON) && !known(CLUSTER) && !is_stand_in(first);
    let deep = depth >= 2 && path.len() >= 12 && first != b"localhost" && !first.contains(&b'%');
    (plain && deep && !parts.any(is_stand_in) && !goes_on_as_template(text, end)).then(|| {
        Detected {
            confidence: Some(Confidence::Low),
            ..Detected::at(hit.start..end)
        }
    })
}

/// Directories at the root of every Windows, of installers and of guides.
const WINDOWS: &[&str] = &[
    "windows",
    "program files",
    "program files (x86)",
    "programdata",
    "users",
    "temp",
    "tmp",
    "path",
    "python",
    "msys64",
    "cygwin",
    "cygwin64",
    "mingw",
    "cuda",
    "vcpkg",
    "tools",
    "dir",
    "folder",
    "path_to",
    "program",
    "bin",
    "hostedtoolcache",
    "dev",
    "local",
    "src",
    "documents and settings",
    "miniconda3",
    "anaconda3",
    "conda",
    "perl",
    "strawberry",
    "foo",
    "bar",
];

/// `D:\models\run7\…`, `E:/data/…`.
fn on_drive(text: &[u8], hit: &Hit) -> Option<Detected> {
    let separator = hit.end - 1;
    let escaped = text[separator..].starts_with(b"\\\\");
    let start = drive::letter(text, separator)?;
    let body = hit.end + usize::from(escaped);
    if !text.get(body)?.is_ascii_alphanumeric() {
        return None;
    }
    let end = drive::end_of(text, body);
    let path = &text[body..end];
    let mut parts = components(path);
    let first = parts.next()?;
    let known = WINDOWS
        .iter()
        .any(|name| name.as_bytes().eq_ignore_ascii_case(first))
        || [&b"Program Files"[..], b"Python"]
            .iter()
            .any(|name| first.starts_with(name));
    // `"x:\nLoss"`, `d:\w+`: one letter of an escape, not a directory.
    let deep = parts.clone().count() >= 1 && components(path).all(|part| part.len() >= 2);
    (deep && !known && !components(path).any(is_stand_in) && !goes_on_as_template(text, end))
        .then(|| Detected::at(start..end))
}

/// Words that start the names of servers.
const SERVERS: &[&[u8]] = &[
    b"nas", b"srv", b"file", b"storage", b"share", b"fs", b"smb", b"cifs",
];

/// `\\nas01\share\…`, single or escaped: `\\\\nas01\\share`.
fn share(text: &[u8], start: usize) -> Option<Detected> {
    let escaped = text[start..].starts_with(b"\\\\\\\\");
    let name = start + if escaped { 4 } else { 2 };
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let length = text[name..(name + 64).min(text.len())]
        .iter()
        .position(|byte| !is_label(byte))?;
    let server = &text[name..name + length];
    let rest = &text[name + length..];
    let separator = if escaped { 2 } else { 1 };
    if length < 3
        || !rest.starts_with(&b"\\\\"[..separator])
        || !rest.get(separator)?.is_ascii_alphanumeric()
    {
        return None;
    }
    // Without such a sign, `\\alpha\beta` is as likely.
    let lower = server.to_ascii_lowercase();
    let has_sign = server.iter().any(|byte| !byte.is_ascii_alphabetic())
        || SERVERS.iter().any(|word| lower.starts_with(word));
    let end = drive::end_of(text, name + length);
    let made_up = matches!(lower.as_slice(), b"server" | b"share" | b"host") || is_stand_in(server);
    let share = components(&text[name + length..end]).next()?;
    (has_sign && !made_up && share.len() >= 2).then(|| Detected {
        evidence: vec!["a share of a private network".to_owned()],
        ..Detected::at(start..end)
    })
}
