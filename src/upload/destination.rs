//! From the client's arguments to what it would read and where it would put
//! it, by the client's own rules.
//!
//! In: [`Arguments`] and what is on disk. Out: a [`Request`].

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::arguments::{ArgumentError, Arguments};
use crate::source::{Request, What};

/// What the arguments name, now.
pub fn resolve(arguments: &Arguments, config_exclude: &[String]) -> Result<Request, ArgumentError> {
    let (id, path) = repository(&arguments.repository);
    let to = path.or_else(|| arguments.to.clone());
    let (what, to) = match &arguments.local {
        Some(local) if is_wildcard(local) => wildcard(arguments, local, to)?,
        Some(local) => named(arguments, Path::new(local), to)?,
        None => {
            let name = id.rsplit('/').next().unwrap_or_default().to_owned();
            let path = Path::new(&name);
            if path.is_file() {
                (file(path)?, name)
            } else if path.is_dir() {
                (folder(arguments, path)?, ".".to_owned())
            } else {
                return Err(ArgumentError::NothingNamed(name));
            }
        }
    };
    Ok(Request {
        what,
        to,
        config_exclude: config_exclude.to_vec(),
    })
}

/// An existing path is none, whatever it is called.
fn is_wildcard(local: &OsStr) -> bool {
    let text = local.to_string_lossy();
    text.contains(['*', '?', '[']) && !Path::new(local).exists()
}

fn wildcard(
    arguments: &Arguments,
    local: &OsStr,
    to: Option<String>,
) -> Result<(What, String), ArgumentError> {
    if !arguments.include.is_empty() {
        return Err(ArgumentError::WithWildcard("--include"));
    }
    if to.is_some_and(|to| to != ".") {
        return Err(ArgumentError::WithWildcard("PATH_IN_REPO"));
    }
    let what = What::Folder {
        path: PathBuf::from("."),
        include: vec![local.to_string_lossy().into_owned()],
        exclude: arguments.exclude.clone(),
    };
    Ok((what, ".".to_owned()))
}

fn named(
    arguments: &Arguments,
    local: &Path,
    to: Option<String>,
) -> Result<(What, String), ArgumentError> {
    if local.is_file() {
        let name = local.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        return Ok((file(local)?, to.unwrap_or(name)));
    }
    if !local.is_dir() {
        return Err(ArgumentError::Nowhere(shown(local)));
    }
    Ok((folder(arguments, local)?, to.unwrap_or(".".to_owned())))
}

fn shown(path: &Path) -> String {
    crate::finding::printable(&path.to_string_lossy())
}

/// The client expands a leading tilde, after it has looked for a folder of
/// that very name.
fn tilde(path: &Path) -> Result<(), ArgumentError> {
    let mut parts = path.components().filter(|part| *part != Component::CurDir);
    let first = parts.next().map(|part| part.as_os_str().as_encoded_bytes());
    if first.is_some_and(|first| first.starts_with(b"~")) {
        return Err(ArgumentError::Tilde(shown(path)));
    }
    Ok(())
}

fn folder(arguments: &Arguments, path: &Path) -> Result<What, ArgumentError> {
    tilde(path)?;
    Ok(What::Folder {
        path: path.to_owned(),
        include: arguments.include.clone(),
        exclude: arguments.exclude.clone(),
    })
}

/// The client takes `..` out of a file's path without looking at the links on
/// its way, and so may read another file than the one it found.
fn file(path: &Path) -> Result<What, ArgumentError> {
    tilde(path)?;
    let mut plain = PathBuf::new();
    for part in path.components() {
        let after_name = matches!(plain.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if after_name => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    if plain.is_file() {
        Ok(What::File(plain))
    } else {
        Err(ArgumentError::Nowhere(shown(&plain)))
    }
}

/// The id in `hf://[TYPE/]NAMESPACE/NAME[@REVISION][/PATH]`, and the path;
/// any other text is an id.
fn repository(given: &str) -> (String, Option<String>) {
    let Some(uri) = given.strip_prefix("hf://") else {
        return (given.to_owned(), None);
    };
    let body = match uri.split_once('/') {
        Some(("models" | "datasets" | "spaces" | "kernels" | "buckets", rest)) => rest,
        _ => uri,
    };
    let body = body.trim_matches('/');
    let marked = body
        .split_once('@')
        .filter(|(id, _)| id.matches('/').count() <= 1);
    let (id, path) = match marked {
        Some((id, rest)) => (id.to_owned(), after_revision(rest)),
        None => {
            let mut parts = body.splitn(3, '/');
            let id: Vec<&str> = parts.by_ref().take(2).collect();
            (id.join("/"), parts.next().unwrap_or_default())
        }
    };
    (id, Some(path.to_owned()).filter(|path| !path.is_empty()))
}

/// What follows a revision; those of pull requests and conversions have
/// slashes.
fn after_revision(text: &str) -> &str {
    let special = |prefix: &str, part: fn(char) -> bool| {
        let rest = text.strip_prefix(prefix)?;
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        (end > 0).then(|| &rest[end..])
    };
    let word = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let special =
        special("refs/convert/", word).or_else(|| special("refs/pr/", |c| c.is_ascii_digit()));
    match special {
        Some(rest) => rest.strip_prefix('/').unwrap_or(rest),
        None => text.split_once('/').map_or("", |(_, path)| path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_paths_of_uris() {
        for (given, id, path) in [
            ("user/name", "user/name", None),
            ("datasets/user/name", "datasets/user/name", None),
            ("hf://user/name", "user/name", None),
            (
                "hf://datasets/user/name/data/x",
                "user/name",
                Some("data/x"),
            ),
            ("hf://spaces/user/name@main/a", "user/name", Some("a")),
            ("hf://user/name@refs/pr/3/a/b", "user/name", Some("a/b")),
            ("hf://user/name@refs/convert/parquet", "user/name", None),
            (
                "hf://user/name/dir/file@1.txt",
                "user/name",
                Some("dir/file@1.txt"),
            ),
        ] {
            let expected = (id.to_owned(), path.map(str::to_owned));
            assert_eq!(repository(given), expected, "{given}");
        }
    }
}
