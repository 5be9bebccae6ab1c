//! Is a value a path of somebody's machine, and whose?
//!
//! In: the text of one value. Out: the [`Kind`] of path, the user it names, the
//! repository id a download cache hides in it.

/// What kind of local path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Absolute,
    Home,
    Drive,
    FileUrl,
    Unc,
    Relative,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Absolute => "an absolute path",
            Self::Home => "a path in a home folder",
            Self::Drive => "a path with a drive letter",
            Self::FileUrl => "a file: address",
            Self::Unc => "a network share",
            Self::Relative => "a path relative to a working folder",
        }
    }
}

/// Tell the kind of local path, if it is one and not made up.
pub(super) fn kind(value: &str) -> Option<Kind> {
    let bytes = value.as_bytes();
    let kind = match bytes {
        [b'~', b'/', ..] => Kind::Home,
        [b'\\', b'\\', ..] => Kind::Unc,
        [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic() => Kind::Drive,
        [b'.', b'/' | b'\\', ..] | [b'.', b'.', b'/' | b'\\', ..] => Kind::Relative,
        _ if bytes
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"file:")) =>
        {
            Kind::FileUrl
        }
        [b'/', next, ..] if next.is_ascii_alphanumeric() || matches!(next, b'.' | b'_') => {
            Kind::Absolute
        }
        _ => return None,
    };
    (!value.contains('\n') && !is_made_up(value)).then_some(kind)
}

fn is_made_up(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "path/to", "path\\to", "path-to", "path_to", "/your", "your_", "your-", "<", "{", "$",
        "...",
    ];
    let lower = value.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// User names that name nobody.
const NOBODY: &[&str] = &[
    "user",
    "username",
    "ubuntu",
    "runner",
    "root",
    "jovyan",
    "ec2-user",
    "appuser",
    "me",
    "you",
    "name",
    "public",
    "shared",
    "default",
    "docker",
    "app",
    "vscode",
    "sagemaker-user",
    "home",
];

/// The user a path names.
pub(super) fn user(value: &str) -> Option<&str> {
    let mut parts = value.split(['/', '\\']);
    parts.find(|part| matches!(part.to_ascii_lowercase().as_str(), "home" | "users"))?;
    let user = parts.next()?;
    let named = !user.is_empty() && !NOBODY.contains(&user.to_ascii_lowercase().as_str());
    named.then_some(user)
}

/// The repository id behind a path into the download cache.
pub(super) fn cached_repository(value: &str) -> Option<String> {
    value
        .split(['/', '\\'])
        .find_map(|part| {
            part.strip_prefix("models--")
                .or_else(|| part.strip_prefix("datasets--"))
        })
        .map(|id| id.replacen("--", "/", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (value, expected) in [
            ("/data/models/x", Some(Kind::Absolute)),
            ("~/x", Some(Kind::Home)),
            ("C:\\Users\\jane\\x", Some(Kind::Drive)),
            ("file:///data/x", Some(Kind::FileUrl)),
            ("\\\\nas\\x", Some(Kind::Unc)),
            ("./out", Some(Kind::Relative)),
            ("org/model", None),
            ("/path/to/model", None),
            ("<|endoftext|>", None),
            ("/", None),
        ] {
            assert_eq!(kind(value), expected, "{value}");
        }
    }

    #[test]
    fn what_a_path_tells() {
        assert_eq!(user("/home/jane/x"), Some("jane"));
        assert_eq!(user("C:\\Users\\jane\\x"), Some("jane"));
        assert_eq!(user("/home/ubuntu/x"), None);
        assert_eq!(
            cached_repository("/x/hub/models--org--name/snapshots/1").as_deref(),
            Some("org/name")
        );
    }
}
