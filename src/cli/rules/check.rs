//! `hubsweep rules check`: do rules keep the contract and their promises?
//!
//! In: files with `[[rules]]`, pattern files or a `hubsweep.toml`; the built-in
//! rules without any. Out: every problem, as `file: rule `id`: what`.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::audit;
use crate::blob::{Fragment, Kind, Route, Text};
use crate::cli::Exit;
use crate::engine::Engine;
use crate::policy::Config;
use crate::rule::schema::RuleFile;
use crate::rule::{Catalogue, Rule, RuleError, template};

pub(super) fn run(files: &[PathBuf]) -> anyhow::Result<Exit> {
    let builtin = Catalogue::builtin()?;
    let mut problems = Vec::new();
    let mut rules = 0;
    if files.is_empty() {
        rules = builtin.rules().len();
        for rule in builtin.rules() {
            for what in promises(rule)? {
                problems.push(format!("built-in: rule `{}`: {what}", rule.id));
            }
        }
    }
    for path in files {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("could not read {name}"))?;
        let file = parse(&text, &name);
        rules += file.rules.len();
        problems.extend(
            file.problems
                .into_iter()
                .map(|what| format!("{name}{what}")),
        );
        let mut known = Catalogue::default();
        for rule in file.rules {
            let mut faults = promises(&rule)?;
            let id = rule.id.clone();
            // A pattern file may hold built-in rules: only their file is newer.
            let taken = audit::ids().contains(&id.as_str()) || known.add(rule).is_err();
            if taken {
                faults.push("the id is taken".to_owned());
            }
            problems.extend(
                faults
                    .iter()
                    .map(|what| format!("{name}: rule `{id}`: {what}")),
            );
        }
    }
    let mut out = io::stdout().lock();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    if problems.is_empty() {
        let (plural, hold) = if rules == 1 {
            ("", "holds")
        } else {
            ("s", "hold")
        };
        writeln!(out, "{rules} rule{plural} {hold}")?;
        return Ok(Exit::Clean);
    }
    Ok(Exit::Blocked)
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

/// The examples that are not found and the negatives that are.
fn promises(rule: &Rule) -> anyhow::Result<Vec<String>> {
    // Alone, so that no other rule takes what this one should find; and for
    // every path, since a template has none.
    let mut alone = Catalogue::default();
    alone.add(Rule {
        path: None,
        ..rule.clone()
    })?;
    let engine = Engine::new(&alone);
    let mut faults = Vec::new();
    if rule.examples.is_empty() {
        faults.push("it has no examples".to_owned());
    }
    for (index, example) in rule.examples.iter().enumerate() {
        if !finds(&engine, &template::expand(example)) {
            faults.push(format!("example {} is not found", index + 1));
        }
    }
    for (index, negative) in rule.negatives.iter().enumerate() {
        if finds(&engine, &template::expand(negative)) {
            faults.push(format!("negative {} is found", index + 1));
        }
    }
    Ok(faults)
}

fn finds(engine: &Engine, text: &str) -> bool {
    let fragment = Fragment {
        route: &Route::default(),
        text: text.as_bytes(),
        owned: 0..text.len(),
        base: 0,
        raw: Some(0),
        line: None,
        kind: Kind::Text(Text::Plain),
    };
    !engine
        .scanner("example.txt")
        .scan(&fragment)
        .found
        .is_empty()
}
