//! Path patterns as in a `.gitignore`.
//!
//! In: one pattern. Out: does it match a path, or a folder the path is in?

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// One pattern, ready to match.
#[derive(Debug)]
pub(super) struct PathGlob(Gitignore);

impl PathGlob {
    /// Compile a pattern; the error says what is wrong with it.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new("");
        builder
            .add_line(None, pattern)
            .map_err(|_| "not a valid pattern".to_owned())?;
        let matcher = builder
            .build()
            .map_err(|_| "not a valid pattern".to_owned())?;
        // Comments, empty lines and negations compile, to nothing.
        if matcher.num_ignores() != 1 {
            return Err("the pattern matches nothing".to_owned());
        }
        Ok(Self(matcher))
    }

    /// Does it match this path (with `/`), or a folder above it?
    pub(super) fn matches(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        self.0.matched(path, false).is_ignore()
            || path
                .match_indices('/')
                .any(|(at, _)| self.0.matched(&path[..at], true).is_ignore())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_work_as_in_a_gitignore() {
        for (pattern, path, expected) in [
            ("*.md", "docs/deep/a.md", true),
            ("/a.md", "docs/a.md", false),
            ("/a.md", "a.md", true),
            ("docs/", "docs/deep/a.md", true),
            ("docs/", "docs", false),
            ("docs/*.md", "docs/a.md", true),
            ("docs/*.md", "x/docs/a.md", false),
            ("**/fixtures/**", "a/fixtures/b/c", true),
            ("a?c", "abc", true),
            ("*.md", "/absolute/a.md", true),
        ] {
            let glob = PathGlob::new(pattern).unwrap();
            assert_eq!(glob.matches(path), expected, "{pattern} on {path}");
        }
        for pattern in ["", "# comment", "!a", "a{b"] {
            assert!(PathGlob::new(pattern).is_err(), "{pattern}");
        }
    }
}
