//! Do names in archives stay in the folder they are unpacked to?
//!
//! Names and link targets as written enter, the way out they take leaves.

/// How a name leads out of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Escape {
    /// It begins at the root or a drive.
    Absolute,
    /// It climbs higher than where it began.
    Climbs,
}

/// Where a member of this name would be put, if not into the folder. Both
/// slashes count: what one system takes for a name, another takes for a way.
pub fn escape(name: &[u8]) -> Option<Escape> {
    from_depth(name, 0)
}

/// The same for the target of a symbolic link that is itself named `name`.
pub fn link_escape(name: &[u8], target: &[u8]) -> Option<Escape> {
    let mut depth = 0u32;
    for part in parts(name) {
        depth = match part {
            b"" | b"." => depth,
            b".." => depth.saturating_sub(1),
            _ => depth.saturating_add(1),
        };
    }
    from_depth(target, depth.saturating_sub(1))
}

fn from_depth(name: &[u8], depth: u32) -> Option<Escape> {
    let drive = matches!(name, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    if drive || matches!(name, [b'/' | b'\\', ..]) {
        return Some(Escape::Absolute);
    }
    let mut depth = depth;
    for part in parts(name) {
        depth = match part {
            b"" | b"." => depth,
            b".." => match depth.checked_sub(1) {
                Some(depth) => depth,
                None => return Some(Escape::Climbs),
            },
            _ => depth.saturating_add(1),
        };
    }
    None
}

fn parts(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.split(|byte| matches!(byte, b'/' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stay_and_names_that_leave() {
        for name in ["a", "a/b", "./a", "a/../b", "a//b", "..a/b..", "C:a", ""] {
            assert_eq!(escape(name.as_bytes()), None, "{name}");
        }
        for name in ["../a", "a/../../b", "..", "..\\a", "a\\..\\..\\b"] {
            assert_eq!(escape(name.as_bytes()), Some(Escape::Climbs), "{name}");
        }
        for name in ["/etc/passwd", "\\x", "C:\\x", "z:/x"] {
            assert_eq!(escape(name.as_bytes()), Some(Escape::Absolute), "{name}");
        }
    }

    #[test]
    fn links_begin_in_their_folder() {
        assert_eq!(link_escape(b"a/b/link", b"../c"), None);
        assert_eq!(link_escape(b"a/b/link", b"../../c"), None);
        assert_eq!(link_escape(b"a/link", b"../../c"), Some(Escape::Climbs));
        assert_eq!(link_escape(b"link", b".."), Some(Escape::Climbs));
        assert_eq!(link_escape(b"link", b"/etc"), Some(Escape::Absolute));
    }
}
