//! Paths under a home: the user name in them is the leak.
//!
//! In: `/home/`, `/Users/`, `\Users\`, `/root/` in a text. Out: the path, with
//! the name as evidence.

use super::{
    Hit, absolute, components, drive, end_of, goes_on_as_template, is_slash, is_stand_in,
    letter_length, quoted,
};
use crate::engine::detect::Detected;
use crate::finding::{Confidence, Severity};

pub(in crate::engine) const TRIGGERS: &[&str] = &[
    "/home/",
    "/homes/",
    "/home1/",
    "/home2/",
    "/users/",
    "\\users\\",
    "/root/",
];

/// Longest user name.
const NAME: usize = 48;

/// Users of images, runners and services, and directories beside the homes.
const PUBLIC: &[&str] = &[
    "runner",
    "runneradmin",
    "ubuntu",
    "debian",
    "centos",
    "fedora",
    "admin",
    "administrator",
    "ec2-user",
    "opc",
    "azureuser",
    "azureml",
    "vscode",
    "codespace",
    "jovyan",
    "sagemaker-user",
    "appuser",
    "app",
    "node",
    "circleci",
    "gitpod",
    "travis",
    "jenkins",
    "buildbot",
    "builder",
    "docker",
    "container",
    "coder",
    "vagrant",
    "conda",
    "mamba",
    "kaggle",
    "colab",
    "shared",
    "public",
    "default",
    "all users",
    "root",
    "default user",
    "guest",
    "git",
    "linuxbrew",
    "model-server",
    "pn",
    "worker",
    "work",
    "service",
    "vsts",
    "vmss",
    "trainer",
    "trusted",
    "ray",
    "airflow",
    "spark",
    "hadoop",
    "postgres",
    "nginx",
    "www-data",
    "jupyter",
    "studio-lab-user",
    "workspace",
    "project",
    "projects",
    "lib",
    "etc",
    "bin",
    "data",
    "cache",
    "local",
    "tmp",
    "scratch",
    "static",
    "assets",
    "images",
    "index",
    "about",
    "login",
    "page",
    "pages",
    "dashboard",
    "settings",
    "profile",
    "home",
    "main",
    "news",
    "search",
    "help",
    "contact",
    "logout",
    "register",
    "new",
    "list",
    "edit",
    "all",
    "current",
    "nonroot",
    "torchserve",
    "triton-server",
    "space",
    "huggingface",
    "hf",
    "webui",
    "developer",
    "dev",
    "testdata",
    "web_user",
];
/// First components under which homes lie, besides `/home`.
const ABOVE: &[&str] = &[
    "mnt", "export", "nfs", "net", "gpfs", "lustre", "var", "usr", "host", "System", "private",
    "Volumes", "cluster", "storage", "data", "scratch", "work", "afs", "fsx", "efs", "vol", "raid",
    "global", "zfs", "ceph", "cephfs", "home", "media", "beegfs", "rds", "hpc", "pfs", "shared",
    "share", "cygdrive", "fast", "data1", "data2", "disk1", "disk2",
];

/// Look at the home at `hit`.
pub(in crate::engine) fn detect(text: &[u8], hit: Hit) -> Option<Detected> {
    if text[hit.start] == b'\\' {
        return detect_windows(text, &hit);
    }
    let letter = drive::letter(text, hit.start);
    let start = match letter {
        Some(letter) => letter,
        None => absolute(text, hit.start)?,
    };
    let marker = &text[hit.clone()];
    // Routes of the web are `/users/`, homes of macOS `/Users/`.
    let exact = marker == b"/Users/"
        || !marker.eq_ignore_ascii_case(b"/users/") && !marker.iter().any(u8::is_ascii_uppercase);
    if letter.is_none() && !(exact && lies_under_homes(&text[start..hit.start])) {
        return None;
    }
    if marker == b"/root/" {
        return root(text, start, &hit);
    }
    let name = name(text, hit.end, false)?;
    let end = end_of(
        text,
        start + drive::LENGTH * usize::from(letter.is_some()),
        is_slash,
    );
    Some(named(&text[name.clone()], start..end.max(name.end)))
}

/// `C:\Users\NAME`, with single or escaped backslashes.
fn detect_windows(text: &[u8], hit: &Hit) -> Option<Detected> {
    let start = drive::letter(text, hit.start)?;
    let escaped = text.get(hit.end) == Some(&b'\\');
    let name = name(text, hit.end + usize::from(escaped), true)?;
    let end = drive::end_of(text, name.end);
    Some(named(&text[name], start..end))
}

fn named(name: &[u8], span: Hit) -> Detected {
    Detected {
        evidence: vec![format!("names the user \"{}\"", quoted(name))],
        ..Detected::at(span)
    }
}

/// Is it the first home in its path, directly under `/` or on a mount?
fn lies_under_homes(above: &[u8]) -> bool {
    let mut parts = components(above);
    let Some(first) = parts.next() else {
        return true;
    };
    let is_drive = first.len() == 1 && first[0].is_ascii_alphabetic();
    let is_home = |part: &[u8]| matches!(part, b"home" | b"Users" | b"homes");
    let known = is_drive || ABOVE.iter().any(|name| name.as_bytes() == first);
    known && !is_home(first) && !parts.any(is_home)
}

/// The user's name at `start`, unless it is nobody's.
fn name(text: &[u8], start: usize, spaces: bool) -> Option<Hit> {
    let ceiling = (start + NAME).min(text.len());
    let mut end = start;
    while end < ceiling {
        let rest = &text[end..ceiling];
        let length = if spaces && rest[0] == b' ' {
            1
        } else {
            letter_length(rest)
        };
        if length == 0 || matches!(rest[0], b'~' | b'%' | b'#') {
            break;
        }
        end += length;
    }
    let separator = |at: usize| {
        text.get(at)
            .is_some_and(|byte| matches!(byte, b'/' | b'\\'))
    };
    let has_rest = separator(end);
    if !has_rest {
        // A blank belongs to a name only where the path goes on behind it.
        end = start
            + text[start..end]
                .iter()
                .position(|byte| *byte == b' ')
                .unwrap_or(end - start);
        while end > start && matches!(text[end - 1], b'.' | b'-' | b'_') {
            end -= 1;
        }
    }
    let name = text[start..end].trim_ascii();
    let plausible = name.len() >= 2
        && !goes_on_as_template(text, end)
        && name[0] != b'.'
        && name.iter().any(|byte| !byte.is_ascii_digit())
        && std::str::from_utf8(name).is_ok()
        // A page or a file, not a home.
        && (has_rest || memchr::memchr(b'.', name).is_none());
    let known = PUBLIC
        .iter()
        .any(|public| public.as_bytes().eq_ignore_ascii_case(name));
    (plausible && !known && !is_stand_in(name)).then_some(start..end)
}

/// `/root/…` names nobody, but tells a layout. Dot files are in every guide.
fn root(text: &[u8], start: usize, hit: &Hit) -> Option<Detected> {
    let end = end_of(text, start, is_slash);
    let rest = text.get(hit.end..end)?;
    let first = components(rest).next()?;
    let is_file = memchr::memchr(b'/', rest).is_none() && memchr::memchr(b'.', rest).is_some();
    if start != hit.start
        || is_file
        || first[0] == b'.'
        || is_stand_in(first)
        || goes_on_as_template(text, end)
    {
        return None;
    }
    Some(Detected {
        severity: Some(Severity::Low),
        confidence: Some(Confidence::Medium),
        evidence: vec!["a path in the home of root".to_owned()],
        ..Detected::at(start..end)
    })
}
