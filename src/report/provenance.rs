//! How a thing came into git: first commit, refs, remotes that have it.
//!
//! In: the origins of one or more findings. Out: what they say together, and
//! its words. Outside git there is nothing to say.

use std::collections::BTreeSet;

use super::wording::{one_line, rfc3339};
use crate::finding::{Finding, Origin, OriginKind};

/// Digits of a short commit id: enough for every repository there is.
const SHORT: usize = 12;

/// What the origins of one thing say together.
pub(super) struct Provenance<'a> {
    /// The origin with the earliest commit.
    pub(super) first: &'a Origin,
    /// Distinct commits that brought it.
    pub(super) commits: usize,
    /// Refs it can be reached from.
    pub(super) refs: BTreeSet<&'a str>,
    /// Remotes that have it.
    pub(super) published: BTreeSet<&'a str>,
    /// Is it in the commit that is checked out, as far as that is known?
    pub(super) in_head: Option<bool>,
}

impl<'a> Provenance<'a> {
    /// Of origins; `None` where no commit is among them.
    pub(super) fn of(origins: impl Iterator<Item = &'a Origin>) -> Option<Self> {
        let origins: Vec<&Origin> = origins.filter(|origin| origin.commit.is_some()).collect();
        let first = origins.iter().copied().min_by_key(|origin| age(origin))?;
        let commits: BTreeSet<_> = origins.iter().map(|origin| &origin.commit).collect();
        let each = |list: fn(&Origin) -> &Vec<String>| {
            let all = origins.iter().flat_map(|origin| list(origin));
            all.map(String::as_str).collect()
        };
        Some(Self {
            first,
            commits: commits.len(),
            refs: each(|origin| &origin.refs),
            published: each(|origin| &origin.published),
            in_head: origins.iter().filter_map(|origin| origin.in_head).max(),
        })
    }

    /// Of one finding.
    pub(super) fn of_finding(finding: &'a Finding) -> Option<Self> {
        Self::of(finding.origins.iter())
    }

    /// `1a2b3c4d5e6f`
    pub(super) fn id(&self) -> String {
        let id = self.first.commit.as_deref().unwrap_or("");
        one_line(id).chars().take(SHORT).collect()
    }

    /// `2026-03-01`, the author date.
    pub(super) fn date(&self) -> Option<String> {
        let date = rfc3339(self.first.time?);
        Some(date.chars().take_while(|&c| c != 'T').collect())
    }

    /// Where in the commit it is, unless in a file.
    pub(super) fn part(&self) -> Option<&'static str> {
        Some(match self.first.kind {
            OriginKind::CommitMessage => "commit message",
            OriginKind::CommitIdentity => "author or committer",
            OriginKind::Tag => "tag message",
            OriginKind::Note => "note",
            OriginKind::RefName => "name of a ref",
            _ => return None,
        })
    }

    /// The refs as people name them, at most `most`, and how many more.
    pub(super) fn named(&self, most: usize) -> Vec<String> {
        let mut names: Vec<String> = self.refs.iter().map(|name| short_ref(name)).collect();
        let more = names.len().saturating_sub(most);
        names.truncate(most);
        if more > 0 {
            names.push(format!("+{more}"));
        }
        names
    }

    /// Its remotes as a list.
    pub(super) fn remotes(&self) -> String {
        let names: Vec<String> = self.published.iter().map(|name| one_line(name)).collect();
        names.join(", ")
    }

    /// `still in HEAD`, `no longer in HEAD`. What only a reflog holds, or nothing
    /// at all, would be looked for in vain on a branch.
    pub(super) fn head(&self) -> Option<&'static str> {
        Some(match self.in_head? {
            true => "still in HEAD",
            false if self.refs.is_empty() => "no ref leads to it",
            false => "no longer in HEAD",
        })
    }

    /// `1a2b3c4d5e6f 2026-03-01, on main, v1; still in HEAD`, and nothing of the
    /// remotes: each format marks those its own way.
    pub(super) fn words(&self, most: usize) -> String {
        let mut words = self.id();
        for part in self
            .part()
            .map(str::to_owned)
            .into_iter()
            .chain(self.date())
        {
            words.push(' ');
            words.push_str(&part);
        }
        let named = self.named(most);
        if !named.is_empty() {
            words.push_str(", on ");
            words.push_str(&named.join(", "));
        }
        if let Some(head) = self.head() {
            words.push_str("; ");
            words.push_str(head);
        }
        words
    }
}

/// Sorts the earliest first. Dates may lie, and a rebase leaves many the same.
fn age(origin: &Origin) -> (u32, i64, Option<&str>) {
    (
        origin.sequence.unwrap_or(u32::MAX),
        origin.time.unwrap_or(i64::MAX),
        origin.commit.as_deref(),
    )
}

/// `main` of `refs/heads/main`, `origin/main`, `tag v1`; others stay whole.
fn short_ref(name: &str) -> String {
    let name = one_line(name);
    for (prefix, short) in [
        ("refs/heads/", ""),
        ("refs/remotes/", ""),
        ("refs/tags/", "tag "),
    ] {
        if let Some(rest) = name.strip_prefix(prefix) {
            return format!("{short}{rest}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(commit: &str, time: i64, refs: &[&str]) -> Origin {
        Origin {
            commit: Some(commit.to_owned()),
            time: Some(time),
            refs: refs.iter().map(|name| (*name).to_owned()).collect(),
            ..Origin::of(OriginKind::Commit)
        }
    }

    #[test]
    fn the_earliest_commit_speaks_for_all() {
        let mut later = origin("ffffffffffffffff", 1_800_000_000, &["refs/pr/3"]);
        later.in_head = Some(true);
        let all = [
            Origin::of(OriginKind::Tree),
            later,
            origin("0123456789abcdef", 1_700_000_000, &["refs/heads/main"]),
        ];
        let found = Provenance::of(all.iter()).unwrap();
        assert_eq!(found.commits, 2);
        assert_eq!(
            found.words(9),
            "0123456789ab 2023-11-14, on main, refs/pr/3; still in HEAD"
        );
        assert_eq!(found.named(1), ["main", "+1"]);
        assert!(Provenance::of(all[..1].iter()).is_none());
    }

    #[test]
    fn refs_are_named_as_people_do() {
        let names = ["refs/tags/v1", "refs/remotes/origin/x", "refs/pr/1"].map(short_ref);
        assert_eq!(names, ["tag v1", "origin/x", "refs/pr/1"]);
    }
}
