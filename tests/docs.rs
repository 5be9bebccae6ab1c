//! Generated pages of `docs/` are up to date. `UPDATE_DOCS=1 cargo test --test
//! docs` writes them.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use hubsweep::rule::{Catalogue, Rule};

/// Compare a page with what it should say, or write it.
fn check(page: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(page);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found.replace("\r\n", "\n") == expected,
        "docs/{page} is stale: run `UPDATE_DOCS=1 cargo test --test docs`"
    );
}

/// How a rule looks for its secret.
fn form(rule: &Rule) -> &'static str {
    match (rule.detector, rule.is_keyword_rule()) {
        (Some(_), _) => "detector",
        (None, true) => "keyword",
        (None, false) => "regex",
    }
}

/// What must hold beside the form.
fn checks(rule: &Rule) -> String {
    let validators = rule.validators.iter().map(|(name, _)| name.clone());
    let entropy = rule.entropy.map(|least| format!("entropy ≥ {least}"));
    let path = rule.path.as_ref().map(|_| "path".to_owned());
    let checks: Vec<String> = validators.chain(entropy).chain(path).collect();
    checks.join(", ")
}

fn title(family: &str) -> String {
    let words = family.split('-').enumerate().map(|(at, word)| match word {
        "ai" | "ml" | "pii" => word.to_uppercase(),
        "huggingface" => "Hugging Face".to_owned(),
        _ if at == 0 => word[..1].to_uppercase() + &word[1..],
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn rules_page(catalogue: &Catalogue) -> String {
    let mut families: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in catalogue.rules() {
        families.entry(&rule.family).or_default().push(rule);
    }
    let mut page = format!(
        "# Rules\n\n\
         Generated from `patterns/` by `UPDATE_DOCS=1 cargo test --test docs`; do not edit.\n\n\
         {} rules in {} families. `hubsweep explain ID` tells more about one: why it matters, \
         what to do, examples and references.\n\n\
         A *regex* rule knows a form of its own, a *keyword* rule a value near its provider's \
         name, a *detector* is code. Placeholders and published examples never count; the \
         checks below raise or lower the confidence, or reject.\n",
        catalogue.rules().len(),
        families.len()
    );
    for (family, mut rules) in families {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let _ = write!(
            page,
            "\n## {}\n\n| id | finds | severity | confidence | form | checks |\n|---|---|---|---|---|---|\n",
            title(family)
        );
        for rule in rules {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} | {} | {} |",
                rule.id,
                rule.description.replace('|', "\\|"),
                rule.severity,
                rule.confidence,
                form(rule),
                checks(rule)
            );
        }
    }
    page
}

#[test]
fn rules_page_is_up_to_date() {
    check("rules.md", &rules_page(&Catalogue::builtin().unwrap()));
}
