//! `hubsweep rules check`: do rules keep the contract and their promises?
//!
//! In: files of rules, ours or another tool's, or a `hubsweep.toml`; the
//! built-in rules without any. Out: every problem, as `file: rule `id`: what`,
//! and notes about what could be better.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;

use crate::audit;
use crate::check::{self, Fault};
use crate::cli::Exit;
use crate::cli::known::shown;
use crate::cli::own_rules;
use crate::policy::{Config, RuleSet};
use crate::rule::import::{self, Carried, Format};
use crate::rule::schema::RuleFile;
use crate::rule::{Catalogue, Rule, RuleError};

/// What is to be said about the rules of some files.
#[derive(Default)]
struct Said {
    rules: usize,
    problems: Vec<String>,
    notes: Vec<String>,
}

pub(super) fn run(paths: &[PathBuf], strict: bool) -> anyhow::Result<Exit> {
    let mut said = Said::default();
    if paths.is_empty() {
        said.check("built-in", Catalogue::builtin()?.rules().to_vec(), false)?;
    }
    for path in paths {
        for file in own_rules::files(path)? {
            said.read(&file)?;
        }
    }
    let Said {
        rules,
        problems,
        notes,
    } = said;
    let mut out = io::stdout().lock();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    for note in &notes {
        writeln!(out, "note: {note}")?;
    }
    if !problems.is_empty() || (strict && !notes.is_empty()) {
        return Ok(Exit::Blocked);
    }
    let (plural, hold) = if rules == 1 {
        ("", "holds")
    } else {
        ("s", "hold")
    };
    writeln!(out, "{rules} rule{plural} {hold}")?;
    Ok(Exit::Clean)
}

impl Said {
    fn read(&mut self, file: &Path) -> anyhow::Result<()> {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| format!("could not read {name}"))?;
        match import::recognise(&text) {
            Ok(Format::Own) => {
                let parsed = parse(&text, &name);
                let problems = parsed.problems.into_iter();
                self.problems
                    .extend(problems.map(|what| format!("{name}{what}")));
                self.check(&name, parsed.rules, false)
            }
            Ok(_) => self.read_foreign(file),
            Err(error) => {
                // A syntax error of ours knows its column too.
                let problem = match Config::parse(&text, "") {
                    Err(exact) if error.is_toml(&text) => format!("{name}{exact}"),
                    _ => format!("{name}:{error}"),
                };
                self.problems.push(problem);
                Ok(())
            }
        }
    }

    fn read_foreign(&mut self, file: &Path) -> anyhow::Result<()> {
        let set = match RuleSet::load(file, &shown(file), &|_| false) {
            Ok(set) => set,
            Err(error) => {
                self.problems.push(error.to_string());
                return Ok(());
            }
        };
        let problems = own_rules::lines(&set, Carried::LeftOut, usize::MAX);
        let all = own_rules::lines(&set, Carried::Changed, usize::MAX);
        self.notes
            .extend(all.into_iter().filter(|line| !problems.contains(line)));
        self.problems.extend(problems);
        self.check(&set.origin, set.rules().cloned().collect(), true)
    }

    /// The promises of the rules of one file.
    fn check(&mut self, name: &str, rules: Vec<Rule>, foreign: bool) -> anyhow::Result<()> {
        let faults: Vec<Vec<Fault>> = rules
            .par_iter()
            .map(check::faults)
            .collect::<Result<_, _>>()?;
        self.rules += rules.len();
        self.check_pairs(name, &rules)?;
        let mut known = Catalogue::default();
        for (rule, faults) in rules.into_iter().zip(faults) {
            let id = rule.id.clone();
            for fault in faults {
                let line = format!("{name}: rule `{id}`: {fault}");
                // Another tool's examples are not written for our checks.
                let excused = foreign && matches!(fault, Fault::MadeUp(_));
                if fault.is_error() && !excused {
                    self.problems.push(line);
                } else {
                    self.notes.push(line);
                }
            }
            // A pattern file may hold built-in rules: only their file is newer.
            if audit::ids().contains(&id.as_ref()) || known.add(rule).is_err() {
                self.problems
                    .push(format!("{name}: rule `{id}`: the id is taken"));
            }
        }
        Ok(())
    }
}

impl Said {
    /// The other part of a pair must be a rule, of the same file or built in.
    fn check_pairs(&mut self, name: &str, rules: &[Rule]) -> anyhow::Result<()> {
        let builtin = Catalogue::builtin()?;
        for rule in rules {
            let there =
                |id: &str| rules.iter().any(|rule| rule.id == id) || builtin.get(id).is_some();
            for other in rule.requires.iter().filter(|id| !there(id)) {
                let id = &rule.id;
                let line = format!("{name}: rule `{id}`: it requires `{other}`, which is no rule");
                self.problems.push(line);
            }
        }
        Ok(())
    }
}

/// The rules of a file that keep the contract, and what is wrong with the
/// rest, to be written after the file's name.
#[derive(Default)]
struct Parsed {
    rules: Vec<Rule>,
    problems: Vec<String>,
}

fn parse(text: &str, name: &str) -> Parsed {
    let mut parsed = Parsed::default();
    match toml::from_str::<RuleFile>(text) {
        Ok(file) => {
            let family = Path::new(name)
                .file_stem()
                .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
            for spec in file.rules {
                match Rule::new(spec, &family) {
                    Ok(rule) => parsed.rules.push(rule),
                    Err(error) => parsed.problems.push(format!(": {}", first_line(&error))),
                }
            }
            if parsed.problems.is_empty()
                && !file.except.is_empty()
                && let Err(error) = RuleSet::parse(text, "", &|_| false, &|_| {
                    Err(io::ErrorKind::Unsupported.into())
                })
            {
                parsed.problems.push(error.to_string());
            }
        }
        // Something else stands in it too: it can only be a configuration,
        // whose errors know their place.
        Err(_) => match Config::parse(text, "") {
            Ok(config) => parsed.rules.extend(config.rules().cloned()),
            Err(error) => parsed.problems.push(error.to_string()),
        },
    }
    parsed
}

fn first_line(error: &RuleError) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}
