//! `hubsweep rules import`: rules of another tool as a pattern file of ours.
//!
//! In: a file or folder. Out: TOML on stdout or in a file, and on stderr what
//! could not be carried over. What is written passes `rules check`.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::check::{self, Fault};
use crate::cli::Exit;
use crate::cli::known::shown;
use crate::cli::own_rules;
use crate::finding::printable;
use crate::policy::RuleSet;
use crate::rule::import::{Carried, Format};
use crate::rule::schema::RuleSpec;

pub(super) fn run(path: &Path, output: Option<&Path>) -> anyhow::Result<Exit> {
    let name = printable(&shown(path));
    let sets = own_rules::load(path, &[])?;
    if let Some(own) = sets.iter().find(|set| set.format == Format::Own) {
        bail!(
            "{} holds rules of hubsweep already\nhelp: use it with --rules, as it is",
            own.origin
        );
    }
    let mut err = io::stderr().lock();
    let mut text = format!("# From {name}, by `hubsweep rules import`.\n");
    let (mut given, mut written) = (0, 0);
    for set in &sets {
        for line in own_rules::lines(set, Carried::Changed, usize::MAX) {
            writeln!(err, "{line}")?;
        }
        let (specs, broken) = kept(set)?;
        for line in broken {
            writeln!(err, "{line}")?;
        }
        given += set.given;
        written += specs.len();
        text.push('\n');
        text.push_str(&set.to_toml(&specs, sets.len() > 1));
    }
    writeln!(err, "{name}: {written} of {given} rules carried over")?;
    if written == 0 {
        bail!("{name} holds no rule that could be carried over");
    }
    match output {
        Some(file) => {
            fs::write(file, text).with_context(|| format!("cannot write {}", shown(file)))?;
        }
        None => io::stdout().write_all(text.as_bytes())?,
    }
    Ok(Exit::Clean)
}

/// The rules with the examples and negatives that hold here, and a line for
/// each rule of which some do not.
fn kept(set: &RuleSet) -> anyhow::Result<(Vec<RuleSpec>, Vec<String>)> {
    let (mut specs, mut lines) = (Vec::new(), Vec::new());
    for (spec, rule) in set.specs().iter().zip(set.rules()) {
        let faults = check::faults(rule)?;
        let numbers = |of: fn(&Fault) -> Option<usize>| -> Vec<usize> {
            faults.iter().filter_map(of).collect()
        };
        let not_found = numbers(|fault| match fault {
            Fault::NotFound(number) => Some(*number),
            _ => None,
        });
        let made_up = numbers(|fault| match fault {
            Fault::MadeUp(number) => Some(*number),
            _ => None,
        });
        let found = numbers(|fault| match fault {
            Fault::Found(number) => Some(*number),
            _ => None,
        });
        for (what, numbers, why) in [
            ("example", &not_found, "not found"),
            ("example", &made_up, "not found: the value reads as made up"),
            ("negative", &found, "found"),
        ] {
            if numbers.is_empty() {
                continue;
            }
            let (origin, id) = (&set.origin, &spec.id);
            let (plural, are) = if numbers.len() == 1 {
                ("", "is")
            } else {
                ("s", "are")
            };
            let listed: Vec<String> = numbers.iter().map(usize::to_string).collect();
            let listed = listed.join(", ");
            lines.push(format!(
                "{origin}: rule `{id}`: without {what}{plural} {listed}, which {are} {why}"
            ));
        }
        let lost = [not_found, made_up].concat();
        specs.push(RuleSpec {
            examples: without(&spec.examples, &lost),
            negatives: without(&spec.negatives, &found),
            ..spec.clone()
        });
    }
    Ok((specs, lines))
}

fn without(texts: &[String], numbers: &[usize]) -> Vec<String> {
    let kept = texts.iter().enumerate();
    kept.filter(|(index, _)| !numbers.contains(&(index + 1)))
        .map(|(_, text)| text.clone())
        .collect()
}
