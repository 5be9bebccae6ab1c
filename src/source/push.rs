//! What a push would send.
//!
//! In: the lines git gives its pre-push hook, and the remote. Out: a [`Sent`]:
//! the tips to send, and what the remote has as far as this clone knows.
//! Format: githooks(5), `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`; an id of
//! zeros stands for nothing.

use std::collections::HashSet;
use std::path::Path;

use super::history::KindOf;
use super::published::{refspecs, remote_of, remotes, tracking};
use super::sent::{Sent, Tip};
use super::{Selection, SourceError};
use crate::git::{ObjectId, Repository};

/// One ref to be pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What it is here: a ref, or any revision; `(delete)` for nothing.
    pub local_ref: String,
    /// The name it gets on the remote.
    pub remote_ref: String,
    /// What it shall point to; `None` to delete it.
    pub local: Option<ObjectId>,
    /// What it points to there now.
    pub remote: Option<ObjectId>,
}

impl Update {
    /// Read all lines.
    pub fn parse_all(lines: &str) -> Result<Vec<Self>, SourceError> {
        let lines = lines.lines().zip(1..);
        lines
            .filter(|(line, _)| !line.trim().is_empty())
            .map(|(line, number)| Self::parse(line).ok_or(SourceError::PushLine { number }))
            .collect()
    }

    fn parse(line: &str) -> Option<Self> {
        // A local ref may be any revision, spaces and all; ids hold none.
        let mut words = line.trim_end().rsplitn(4, ' ');
        let remote = ObjectId::from_hex(words.next()?.as_bytes())?;
        let remote_ref = words.next()?.to_owned();
        let local = ObjectId::from_hex(words.next()?.as_bytes())?;
        let local_ref = words.next()?.to_owned();
        let there = |id: ObjectId| (!id.is_zero()).then_some(id);
        Some(Self {
            local_ref,
            remote_ref,
            local: there(local),
            remote: there(remote),
        })
    }
}

/// What a push of `updates` to the remote called `name` at `url` would send.
pub fn push<'a>(
    path: &Path,
    selection: &Selection,
    (name, url): (&str, &str),
    updates: &[Update],
    kind_of: KindOf<'a>,
) -> Result<Sent<'a>, SourceError> {
    let repository = super::repository(path)?;
    let known = remotes(&repository);
    let own = names_of(&repository, name, url);
    let mut theirs: Vec<ObjectId> = updates.iter().filter_map(|update| update.remote).collect();
    let mut others = Vec::new();
    // The remote says that it has no such ref: deleted, or all made anew.
    let specs = refspecs(&repository, &own);
    let gone: HashSet<String> = updates
        .iter()
        .filter(|update| update.remote.is_none())
        .flat_map(|update| {
            let of = |spec| tracking(spec, &update.remote_ref);
            specs.iter().filter_map(of)
        })
        .collect();
    for found in repository.refs()? {
        match remote_of(&known, &found.name) {
            Some(_) if gone.contains(&found.name) => {}
            Some(remote) if own.contains(&remote) => theirs.push(found.target),
            Some(remote) => others.push((remote, found.target)),
            None => {}
        }
    }
    let tips = updates
        .iter()
        .filter_map(|update| {
            Some(Tip {
                id: update.local?,
                name: update.remote_ref.clone(),
            })
        })
        .collect();
    // A URL may hold a token, so a remote without a name has none.
    let shown = if own.is_empty() { "the remote" } else { name };
    Ok(Sent::new(path, selection, kind_of)?
        .tips(tips)
        .theirs(shown, theirs)
        .others(others))
}

/// The names of the remote: one, or all that have this URL.
fn names_of(repository: &Repository, name: &str, url: &str) -> Vec<String> {
    let settings = repository.settings();
    let is_known = |setting: &str| settings.iter().any(|(key, _)| key == setting);
    if is_known(&format!("remote.{name}.url")) || is_known(&format!("remote.{name}.fetch")) {
        return vec![name.to_owned()];
    }
    let with_url = settings.iter().filter(|(_, value)| value == url);
    with_url
        .filter_map(|(key, _)| {
            let key = key.strip_prefix("remote.")?;
            let name = key.strip_suffix(".url").or(key.strip_suffix(".pushurl"))?;
            Some(name.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_protocol() {
        let (a, zero) = ("a".repeat(40), "0".repeat(40));
        let text = format!(
            "refs/heads/main {a} refs/heads/main {zero}\n(delete) {zero} refs/heads/old {a}\n\
             HEAD~1 with space {a} refs/pr/3 {a}\n\n"
        );
        let updates = Update::parse_all(&text).unwrap();
        let id = ObjectId::from_hex(a.as_bytes());
        let of = |local_ref: &str, name: &str, local, remote| Update {
            local_ref: local_ref.to_owned(),
            remote_ref: name.to_owned(),
            local,
            remote,
        };
        assert_eq!(
            updates,
            [
                of("refs/heads/main", "refs/heads/main", id, None),
                of("(delete)", "refs/heads/old", None, id),
                of("HEAD~1 with space", "refs/pr/3", id, id)
            ]
        );
        assert!(Update::parse_all("refs/heads/main").is_err());
        assert!(Update::parse_all(&format!("x {a} y z")).is_err());
    }
}
