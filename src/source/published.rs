//! Which remote a ref was fetched from.
//!
//! In: a repository's settings and the names of refs. Out: names of remotes. A
//! remote's refs lie where its refspecs put them, which need not be
//! `refs/remotes/NAME`.

use crate::git::Repository;

/// For each remote, where its refs lie: `(refs/remotes/origin/, origin)`.
pub(super) fn remotes(repository: &Repository) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for (key, value) in repository.settings() {
        let Some(remote) = key
            .strip_prefix("remote.")
            .and_then(|key| key.strip_suffix(".fetch"))
        else {
            continue;
        };
        if let Some((_, target)) = value.split_once(':')
            && target.starts_with("refs/")
            // A mirror's refs lie over the repository's own: they say nothing.
            && !["refs/", "refs/heads/"].contains(&target.trim_end_matches('*'))
        {
            places.push((target.trim_end_matches('*').to_owned(), remote.to_owned()));
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// What these remotes' refs are called there and here, as their refspecs say.
pub(super) fn refspecs(repository: &Repository, remotes: &[String]) -> Vec<(String, String)> {
    let settings = repository.settings().into_iter();
    let own = |key: &str| {
        let remote = key.strip_prefix("remote.")?.strip_suffix(".fetch")?;
        remotes.iter().find(|own| *own == remote)
    };
    settings
        .filter(|(key, _)| own(key).is_some())
        .filter_map(|(_, value)| {
            let (there, here) = value.trim_start_matches('+').split_once(':')?;
            Some((there.to_owned(), here.to_owned()))
        })
        .collect()
}

/// Where a fetch by this refspec puts the ref `name`.
pub(super) fn tracking((there, here): &(String, String), name: &str) -> Option<String> {
    match (there.strip_suffix('*'), here.strip_suffix('*')) {
        (Some(there), Some(here)) => Some(format!("{here}{}", name.strip_prefix(there)?)),
        _ => (there == name).then(|| here.clone()),
    }
}

/// The same of a whole history. In a bare clone nobody works, so all its refs are
/// those of the remote it was cloned from, unless several are known.
pub(super) fn remotes_of_history(repository: &Repository) -> Vec<(String, String)> {
    let known = remotes(repository);
    if repository.work_dir().is_some() || !known.is_empty() {
        return known;
    }
    let settings = repository.settings();
    let mut named: Vec<&str> = settings
        .iter()
        .filter_map(|(key, _)| key.strip_prefix("remote.")?.strip_suffix(".url"))
        .collect();
    named.sort_unstable();
    named.dedup();
    match named[..] {
        [only] => vec![("refs/".to_owned(), only.to_owned())],
        _ => known,
    }
}

/// The remote a ref was fetched from.
pub(super) fn remote_of(remotes: &[(String, String)], name: &str) -> Option<String> {
    let known = remotes.iter().filter(|(place, _)| name.starts_with(place));
    let longest = known.max_by_key(|(place, _)| place.len());
    longest.map(|(_, remote)| remote.clone())
}
