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
    let validators = rule.validators.iter().map(|(name, _)| name.to_string());
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

fn families(catalogue: &Catalogue) -> BTreeMap<&str, Vec<&Rule>> {
    let mut families: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in catalogue.rules() {
        families.entry(&rule.family).or_default().push(rule);
    }
    for rules in families.values_mut() {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
    }
    families
}

const GENERATED: &str =
    "Generated from `patterns/` by `UPDATE_DOCS=1 cargo test --test docs`; do not edit.\n\n";

/// The list of all rules, family by family.
fn rules_page(catalogue: &Catalogue) -> String {
    let families = families(catalogue);
    let mut page = format!(
        "# Rules\n\n{GENERATED}\
         {} rules in {} families, each with a page of its own that says why a leak matters, how \
         to fix it and what the rule is tested with. `hubsweep explain ID` says the same in the \
         terminal, `hubsweep rules list --tag ml --format json` lists for machines, and \
         [not-covered.md](not-covered.md) names what has no rule.\n\n\
         A *regex* rule knows a form of its own, a *keyword* rule a value of known alphabet and \
         length near its provider's name, a *detector* is code. Placeholders and published \
         examples never count; the checks raise or lower the confidence, or reject.\n",
        catalogue.rules().len(),
        families.len()
    );
    for (family, rules) in families {
        let _ = write!(
            page,
            "\n## [{}](rules/{family}.md)\n\n| id | finds | severity | confidence | form | checks |\n|---|---|---|---|---|---|\n",
            title(family)
        );
        for rule in rules {
            let _ = writeln!(
                page,
                "| [`{}`](rules/{family}.md#{}) | {} | {} | {} | {} | {} |",
                rule.id,
                rule.id,
                cell(&rule.description),
                rule.severity,
                rule.confidence,
                form(rule),
                checks(rule)
            );
        }
    }
    page
}

/// Text in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The page of one family.
fn family_page(family: &str, rules: &[&Rule]) -> String {
    let mut page = format!("# {}\n\n{GENERATED}", title(family));
    // What most rules of a family say is said once.
    let mut whys: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules {
        *whys.entry(&rule.why).or_default() += 1;
    }
    let common = whys.iter().max_by_key(|(_, count)| **count);
    let common = common.map_or("", |(why, _)| *why);
    let _ = writeln!(page, "**Why it matters.** {common}");
    for rule in rules {
        let _ = write!(page, "\n## {}\n\n{}. ", rule.id, rule.description);
        let _ = write!(
            page,
            "Severity **{}**, confidence **{}**, {}",
            rule.severity,
            rule.confidence,
            form(rule)
        );
        let checks = checks(rule);
        if !checks.is_empty() {
            let _ = write!(page, " ({checks})");
        }
        page.push_str(".\n");
        if !rule.requires.is_empty() {
            let others: Vec<String> = rule.requires.iter().map(|id| format!("`{id}`")).collect();
            let others = others.join(" or ");
            let _ = writeln!(
                page,
                "\n**Pair.** One finding with {others} near it; alone **{}**.",
                rule.alone
            );
        }
        if rule.why != common {
            let _ = writeln!(page, "\n**Why.** {}", rule.why);
        }
        let _ = writeln!(page, "\n**Fix.** {}", rule.remediation);
        let links: Vec<String> = rule
            .references
            .iter()
            .map(|link| format!("<{link}>"))
            .collect();
        let _ = writeln!(page, "\n**See.** {}", links.join(", "));
        let _ = write!(page, "\n**Tests.**\n\n```text\n");
        for (label, templates) in [("found ", &rule.examples), ("silent", &rule.negatives)] {
            for template in templates.iter() {
                let _ = writeln!(page, "{label} {}", template.replace('\n', "\n       "));
            }
        }
        page.push_str("```\n");
    }
    page
}

#[test]
fn rules_pages_are_up_to_date() {
    let catalogue = Catalogue::builtin().unwrap();
    check("rules.md", &rules_page(&catalogue));
    let families = families(&catalogue);
    for (family, rules) in &families {
        check(&format!("rules/{family}.md"), &family_page(family, rules));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let family = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            families.contains_key(family),
            "docs/rules/{family}.md is of no family"
        );
    }
}
