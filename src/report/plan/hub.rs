//! What is left to do where it was published: on the Hub above all.
//!
//! In: the secrets and the refs that hold them. Out: squashing, the refs that
//! a squash leaves, large files, and what cannot be undone. Nothing, where no
//! remote has any of it.

use std::collections::BTreeSet;

use super::shell::{with_paths, word};
use super::{PATHS, Step, more, quoted};
use crate::report::facts::Leak;

/// The steps.
pub(super) fn steps(secrets: &[&Leak<'_>]) -> Vec<Step> {
    let published: Vec<_> = secrets.iter().filter(|leak| leak.is_published()).collect();
    if published.is_empty() {
        return Vec::new();
    }
    let mut refs: BTreeSet<&str> = BTreeSet::new();
    let mut remotes: BTreeSet<&str> = BTreeSet::new();
    for provenance in published.iter().filter_map(|leak| leak.provenance()) {
        refs.extend(&provenance.refs);
        remotes.extend(&provenance.published);
    }
    let accept = Step {
        id: "accept",
        title: "What cannot be undone",
        text: "Duplicates and forks of the repository, clones, downloads, mirrors, caches and \
               the Parquet conversion of a dataset keep what they have; nobody can tell who \
               read it. Ask the owners of those you know of, and rely on the rotation."
            .to_owned(),
        items: Vec::new(),
        commands: Vec::new(),
    };
    vec![
        squash(&branches(&refs, &remotes)),
        leftovers(&refs, &remotes),
        accept,
    ]
}

/// Names of the branches that hold it, on the remotes as far as known.
fn branches<'a>(refs: &BTreeSet<&'a str>, remotes: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let there = |name: &&'a str| {
        let (remote, branch) = name.strip_prefix("refs/remotes/")?.split_once('/')?;
        (remotes.contains(remote) && branch != "HEAD" && pull_request(name).is_none())
            .then_some(branch)
    };
    let known: BTreeSet<&str> = refs.iter().filter_map(there).collect();
    if !known.is_empty() {
        return known;
    }
    let here = refs
        .iter()
        .filter_map(|name| name.strip_prefix("refs/heads/"));
    here.collect()
}

fn squash(branches: &BTreeSet<&str>) -> Step {
    let main = BTreeSet::from(["main"]);
    let branches = if branches.is_empty() { &main } else { branches };
    let mut commands = vec!["python - <<'EOF'".to_owned()];
    commands.push("from huggingface_hub import HfApi".to_owned());
    commands.extend(branches.iter().take(PATHS).map(|branch| {
        let branch = python(branch);
        format!(
            "HfApi().super_squash_history(\"NAMESPACE/NAME\", branch={branch}, repo_type=\"model\")"
        )
    }));
    commands.extend(more(branches.len(), "branch").map(|text| format!("# {text}")));
    commands.push("EOF".to_owned());
    Step {
        id: "squash",
        title: "On the Hub: squash each branch",
        text: "Instead of a push by force, or where that is refused: after the files of a \
               branch are clean, this leaves it one commit. It cannot be undone, and it \
               touches neither tags nor pull requests."
            .to_owned(),
        items: Vec::new(),
        commands,
    }
}

/// Refs that neither a squash nor a push of branches reaches, and large files.
fn leftovers(refs: &BTreeSet<&str>, remotes: &BTreeSet<&str>) -> Step {
    let pulls: BTreeSet<&str> = refs.iter().filter_map(|name| pull_request(name)).collect();
    let is_tag = |name: &&&str| name.starts_with("refs/tags/");
    let tags: BTreeSet<&str> = refs.iter().filter(is_tag).copied().collect();
    let mut items: Vec<String> = pulls
        .iter()
        .take(PATHS)
        .map(|number| {
            let name = quoted(&format!("refs/pr/{number}"));
            format!("{name}: close pull request {number} on its page, then \"Delete ref\"")
        })
        .collect();
    items.extend(more(pulls.len(), "pull request"));
    items.push(
        "Files stored with LFS or Xet can be fetched by their hash until they are deleted: \
         Settings, Storage, \"List LFS files\"; or `HfApi().permanently_delete_lfs_files`"
            .to_owned(),
    );
    let mut commands = Vec::new();
    for remote in remotes.iter().filter(|_| !tags.is_empty()) {
        let command = format!("git push {} --delete", word(remote));
        commands.extend(with_paths(&command, "", &tags));
    }
    Step {
        id: "refs",
        title: "Pull requests, tags and large files",
        text: "They keep the old commits and contents readable. A tag that was pushed again \
               by force is clean already."
            .to_owned(),
        items,
        commands,
    }
}

/// The number of a pull request's ref, also of a fetched one:
/// `refs/pr/3`, `refs/remotes/origin/pr/3`.
fn pull_request(name: &str) -> Option<&str> {
    let (before, number) = name.rsplit_once('/')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && before.ends_with("/pr")).then_some(number)
}

/// A Python string of a branch's name.
fn python(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_those_of_the_remote() {
        let remotes = BTreeSet::from(["origin"]);
        let local = BTreeSet::from(["refs/heads/main", "refs/pr/1", "refs/tags/v1"]);
        assert_eq!(branches(&local, &remotes), BTreeSet::from(["main"]));
        let both = BTreeSet::from([
            "refs/heads/work",
            "refs/remotes/origin/main",
            "refs/remotes/origin/HEAD",
            "refs/remotes/origin/pr/7",
            "refs/remotes/fork/x",
        ]);
        assert_eq!(branches(&both, &remotes), BTreeSet::from(["main"]));
    }

    #[test]
    fn pull_requests_are_known_by_their_number() {
        assert_eq!(pull_request("refs/pr/12"), Some("12"));
        assert_eq!(pull_request("refs/remotes/origin/pr/7"), Some("7"));
        assert_eq!(pull_request("refs/heads/pr"), None);
        assert_eq!(pull_request("refs/heads/12"), None);
    }

    #[test]
    fn a_branch_is_a_python_string() {
        assert_eq!(python("a/b-1"), "\"a/b-1\"");
        assert_eq!(python("it's \"x\""), r#""it's \"x\"""#);
    }
}
