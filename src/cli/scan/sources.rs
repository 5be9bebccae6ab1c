//! What the arguments of a sweep name.
//!
//! In: paths and git options. Out: the sources to sweep.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::bail;

use super::super::args::{GitSource, Scan};
use super::super::sweep::Job;
use crate::audit;
use crate::blob::Text;
use crate::git::Repository;
use crate::source::{CommitMessage, History, Selection, Sent, Source, Staged, Stdin, Tree};

/// The sources the arguments name.
pub(in crate::cli) fn named<'a>(
    args: &Scan,
    excludes: &[String],
    interrupt: &'a AtomicBool,
) -> anyhow::Result<Job<'a>> {
    let selection = Selection {
        as_kind: args.sender.map(Into::into),
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        config_exclude: excludes.to_vec(),
    };
    match of_git(args, &selection, interrupt)? {
        Some(source) => Ok(Job {
            sources: vec![source],
            asked: vec![repository(args)?.display().to_string()],
            ..Job::default()
        }),
        None => on_disk(args, &selection),
    }
}

/// The one path of a git source.
pub(super) fn repository(args: &Scan) -> anyhow::Result<&Path> {
    let [path] = &args.paths[..] else {
        bail!("git options take one path\nhelp: sweep each repository on its own");
    };
    if path == Path::new("-") || args.stdin_name.is_some() {
        bail!("git options sweep a repository, not standard input");
    }
    if args.sender.is_some() {
        bail!("--as tells how to read a folder; a git option reads the repository's objects");
    }
    Ok(path)
}

fn of_git<'a>(
    args: &Scan,
    selection: &Selection,
    interrupt: &'a AtomicBool,
) -> anyhow::Result<Option<Box<dyn Source + 'a>>> {
    let GitSource {
        staged,
        history,
        unreachable,
        commit_msg,
        ..
    } = &args.git;
    if let Some(range) = range(&args.git) {
        let (base, tip) = range?;
        let sent = Sent::range(repository(args)?, selection, (&base, &tip), &kind_of)?;
        return Ok(Some(Box::new(sent)));
    }
    if *staged {
        return Ok(Some(Box::new(Staged::new(repository(args)?, selection)?)));
    }
    if let Some(file) = commit_msg {
        return Ok(Some(Box::new(CommitMessage::new(repository(args)?, file))));
    }
    if *history || *unreachable {
        let path = repository(args)?;
        let history = History::new(path, selection, *unreachable, &kind_of, interrupt)?;
        return Ok(Some(Box::new(history)));
    }
    Ok(None)
}

/// The two ends of the range that is asked for, if one is.
pub(super) fn range(git: &GitSource) -> Option<anyhow::Result<(String, String)>> {
    let GitSource {
        range,
        since_commit,
        ..
    } = git;
    match (range, since_commit) {
        (Some(range), _) => Some(ends(range)),
        (None, Some(commit)) => Some(Ok((commit.clone(), "HEAD".to_owned()))),
        (None, None) => None,
    }
}

/// `A..B`, either side HEAD where it is empty. The third dot asks git for the
/// same commits of B.
fn ends(range: &str) -> anyhow::Result<(String, String)> {
    let Some((base, tip)) = range.split_once("..") else {
        let range = crate::finding::printable(range);
        bail!(
            "`{range}` is one revision, not a range\n\
             help: write `--range {range}..HEAD` for what came after it"
        );
    };
    let tip = tip.strip_prefix('.').unwrap_or(tip);
    let or_head = |end: &str| if end.is_empty() { "HEAD" } else { end }.to_owned();
    Ok((or_head(base), or_head(tip)))
}

/// Files whose names say different things are read in different ways. What a
/// credential file holds counts under that name, whatever it was called before.
pub(in crate::cli) fn kind_of(name: &str) -> u16 {
    let text = Text::of_name(name) as u16;
    audit::stray_class(name).map_or(text, |class| KINDS * (class + 1) + text)
}

/// More than there are kinds of text; a stray file has no kind below 64.
const KINDS: u16 = 64;

fn on_disk<'a>(args: &Scan, selection: &Selection) -> anyhow::Result<Job<'a>> {
    let (stdin, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        args.paths.iter().partition(|path| **path == Path::new("-"));
    let paths: Vec<PathBuf> = paths.into_iter().cloned().collect();
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    let mut roots = Vec::new();
    if !paths.is_empty() {
        let tree = Tree::new(&paths, selection)?;
        roots = tree.roots().to_vec();
        sources.push(Box::new(tree));
    }
    if !stdin.is_empty() {
        sources.push(Box::new(Stdin::new(args.stdin_name.clone())));
    } else if args.stdin_name.is_some() {
        bail!("--stdin-name names standard input, but `-` is not among the paths");
    }
    let whole = stdin.is_empty()
        && selection.include.is_empty()
        && selection.exclude.is_empty()
        && roots.iter().all(|root| root.is_dir);
    Ok(Job {
        sources,
        asked: roots.iter().map(|root| root.given.clone()).collect(),
        roots,
        whole,
        ..Job::default()
    })
}

/// A history without commits, which must not look like a clean one.
pub(in crate::cli) fn without_commits(repository: &Repository) -> Option<String> {
    let none = repository.refs().is_ok_and(|refs| refs.is_empty()) && repository.head().is_none();
    none.then(|| "there are no commits in this repository yet".to_owned())
}
