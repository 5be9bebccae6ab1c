//! `--rules`: files of rules the command line adds.
//!
//! In: files and folders. Out: their rules; on stderr what of them could not be
//! carried over.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::args::RULES;
use super::known::shown;
use crate::audit;
use crate::finding::printable;
use crate::policy::RuleSet;
use crate::report::shell_word;
use crate::rule::Catalogue;
use crate::rule::import::{Carried, Format, Remark};

/// Rules beside the built-in ones.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct OwnRules {
    /// Rules to add, of hubsweep, gitleaks, Nosey Parker, Kingfisher or Titus: a
    /// file or a folder; repeatable
    #[arg(
        long,
        value_name = "FILE",
        env = "HUBSWEEP_RULES",
        hide_env_values = true,
        help_heading = RULES
    )]
    pub(super) rules: Vec<PathBuf>,
}

/// Most rules a warning names; `rules import` names all.
const NAMED: usize = 6;

impl OwnRules {
    /// The rules, with a warning on stderr for what is not as it was.
    pub(super) fn load(&self) -> anyhow::Result<Vec<RuleSet>> {
        let mut all = Vec::new();
        for path in &self.rules {
            let sets = load(path, &all)?;
            tell(path, &sets)?;
            all.extend(sets);
        }
        Ok(all)
    }

    /// The rules, without a word.
    pub(super) fn load_quietly(&self) -> anyhow::Result<Vec<RuleSet>> {
        let mut all = Vec::new();
        for path in &self.rules {
            let sets = load(path, &all)?;
            all.extend(sets);
        }
        Ok(all)
    }

    /// The command that explains a rule, which must know where it comes from.
    pub(super) fn explain(&self, id: &str) -> String {
        let mut command = format!("hubsweep explain {id}");
        let is_ours = || {
            let builtin = Catalogue::builtin().is_ok_and(|rules| rules.get(id).is_some());
            builtin || audit::ids().contains(&id)
        };
        if !self.rules.is_empty() && !is_ours() {
            for path in &self.rules {
                command.push_str(" --rules ");
                command.push_str(&shell_word(&shown(path)));
            }
        }
        command
    }

    /// The files themselves.
    pub(super) fn texts(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut texts = Vec::new();
        for path in &self.rules {
            for file in files(path)? {
                let text = fs::read(&file);
                texts.push(text.with_context(|| format!("could not read {}", shown(&file)))?);
            }
        }
        Ok(texts)
    }
}

/// The rules of a file, or of the files of a folder; `before` are those whose
/// ids are taken already.
pub(super) fn load(path: &Path, before: &[RuleSet]) -> anyhow::Result<Vec<RuleSet>> {
    let builtin = Catalogue::builtin()?;
    let mut ids: BTreeSet<String> = builtin
        .rules()
        .iter()
        .map(|rule| rule.id.to_string())
        .collect();
    ids.extend(audit::ids().into_iter().map(str::to_owned));
    ids.extend(before.iter().flat_map(RuleSet::ids).map(str::to_owned));
    let mut sets = Vec::new();
    for file in files(path)? {
        let set = RuleSet::load(&file, &shown(&file), &|id| ids.contains(id))?;
        ids.extend(set.ids().map(str::to_owned));
        sets.push(set);
    }
    Ok(sets)
}

/// The file; of a folder, the files in it that may hold rules, by name.
pub(super) fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = || format!("could not read {}", shown(path));
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(failed)? {
        let file = entry.with_context(failed)?.path();
        let ending = file.extension().and_then(|ending| ending.to_str());
        if file.is_file() && ending.is_some_and(|ending| ["toml", "yml", "yaml"].contains(&ending))
        {
            files.push(file);
        }
    }
    if files.is_empty() {
        bail!(
            "no rules in {}: no file ends with .toml, .yml or .yaml",
            shown(path)
        );
    }
    files.sort();
    Ok(files)
}

/// What matters of the remarks, and how many rules run.
fn tell(path: &Path, sets: &[RuleSet]) -> io::Result<()> {
    let foreign = || sets.iter().filter(|set| set.format != Format::Own);
    if foreign().next().is_none() {
        return Ok(());
    }
    let mut err = io::stderr().lock();
    for set in foreign() {
        for line in lines(set, Carried::Partly, NAMED) {
            writeln!(err, "warning: {line}")?;
        }
    }
    let given: usize = foreign().map(|set| set.given).sum();
    let run: usize = foreign().map(|set| set.rules().count()).sum();
    let name = printable(&shown(path));
    let changed = if foreign().all(|set| set.remarks.is_empty()) {
        String::new()
    } else {
        format!("; `hubsweep rules import {name}` says what changed")
    };
    writeln!(err, "{name}: {run} of {given} rules run{changed}")
}

/// The remarks down to `most`, the rules of which the same is said together.
pub(super) fn lines(set: &RuleSet, most: Carried, named: usize) -> Vec<String> {
    let mut groups: Vec<(&Remark, Vec<&str>)> = Vec::new();
    for remark in set.remarks.iter().filter(|remark| remark.carried <= most) {
        let same = |other: &&Remark| (other.carried, &other.what) == (remark.carried, &remark.what);
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, rules)) => rules.extend(remark.rule.as_deref()),
            None => groups.push((remark, remark.rule.as_deref().into_iter().collect())),
        }
    }
    groups.sort_by_key(|(remark, _)| remark.carried);
    let line = |(remark, rules): &(&Remark, Vec<&str>)| {
        let what = printable(&remark.what);
        let listed: Vec<String> = rules
            .iter()
            .take(named)
            .map(|rule| format!("`{}`", printable(rule)))
            .collect();
        let more = match rules.len().saturating_sub(named) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let subject = match rules.len() {
            0 => return format!("{}: {what}", set.origin),
            1 => "rule".to_owned(),
            some => format!("{some} rules"),
        };
        let out = match (remark.carried, rules.len()) {
            (Carried::LeftOut, 1) => " is left out",
            (Carried::LeftOut, _) => " are left out",
            _ => "",
        };
        format!(
            "{}: {subject} {}{more}{out}: {what}",
            set.origin,
            listed.join(", ")
        )
    };
    groups.iter().map(line).collect()
}
