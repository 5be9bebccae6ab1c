//! Rules of Nosey Parker, and of Kingfisher and Titus, which grew out of it.
//!
//! In: the tree of a YAML file with `rules:`. Out: drafts of its rules.

use super::node::Node;
use super::pattern::{self, Secret};
use super::{Carried, Drafts, ImportError, blank};
use crate::rule::schema::{ExceptSpec, RuleSpec};

/// Keys that are read, or that say nothing about what is found.
const KNOWN: &[&str] = &[
    "name",
    "id",
    "pattern",
    "description",
    "min_entropy",
    "confidence",
    "visible",
    "examples",
    "negative_examples",
    "non_examples",
    "references",
    "categories",
    "tags",
    "pattern_requirements",
    "depends_on_rule",
    "prevalidated",
];
/// Keys of what asks a provider.
const LIVE: &[&str] = &["validation", "validator", "revocation", "tls_mode"];

/// Is it a file of rules? Otherwise, what it is.
pub(super) fn check(file: &Node) -> Result<(), ImportError> {
    if file.get("rules").is_some() {
        return Ok(());
    }
    Err(ImportError::at(
        file.line,
        if file.get("rulesets").is_some() {
            "it names sets of rules, not rules"
        } else {
            "it is neither TOML with `[[rules]]` nor YAML with `rules:`"
        },
    ))
}

/// Read it.
pub(super) fn read(file: &Node) -> Result<Drafts, ImportError> {
    let mut drafts = Drafts::default();
    for rule in file.list("rules")? {
        drafts.given += 1;
        let (name, id) = (rule.text("name")?, rule.text("id")?);
        let Some(id) = id.or(name).filter(|id| !id.is_empty()) else {
            return Err(ImportError::at(rule.line, "a rule without `id`"));
        };
        let Some(pattern) = rule.text("pattern")? else {
            let what = format!(
                "the rule `{}` has no `pattern`",
                crate::finding::printable(id)
            );
            return Err(ImportError::at(rule.line, &what));
        };
        let mut spec = blank(id, name.or(rule.text("description")?).unwrap_or(id));
        about(rule, &mut spec)?;
        for requirement in requirements(rule, id, &mut drafts)? {
            spec.except.extend(drafts.checked(id, requirement));
        }
        for key in rule.keys() {
            if LIVE.contains(&key) {
                let what = "live validation is left out: nothing is sent anywhere";
                drafts.remark(id, Carried::Changed, what);
            } else if !KNOWN.contains(&key) {
                let what = format!("`{}` is not understood", crate::finding::printable(key));
                drafts.remark(id, Carried::Partly, what);
            }
        }
        match pattern::translate(pattern, Secret::Named) {
            Ok(pattern) => {
                spec.regex = Some(pattern.regex);
                pattern.boundary.clone_into(&mut spec.boundary);
                for note in pattern.notes {
                    drafts.remark(id, Carried::Changed, note);
                }
                drafts.rules.push(spec);
            }
            Err(why) => drafts.remark(id, Carried::LeftOut, why),
        }
    }
    Ok(drafts)
}

/// What is said about the secret, beside its form.
fn about(rule: &Node, spec: &mut RuleSpec) -> Result<(), ImportError> {
    spec.entropy = rule
        .number("min_entropy")?
        .filter(|&least: &f64| least > 0.0);
    if let Some(confidence) = rule.text("confidence")? {
        spec.confidence = confidence.to_ascii_lowercase();
    }
    // A part of others, which is not reported for itself.
    if rule
        .text("visible")?
        .is_some_and(|visible| visible.eq_ignore_ascii_case("false"))
    {
        "info".clone_into(&mut spec.severity);
    }
    spec.examples = rule.texts("examples")?;
    for key in ["negative_examples", "non_examples"] {
        spec.negatives.extend(rule.texts(key)?);
    }
    spec.references = rule.texts("references")?;
    for key in ["categories", "tags"] {
        spec.tags.extend(rule.texts(key)?);
    }
    for other in rule.list("depends_on_rule")? {
        spec.requires
            .extend(other.text("rule_id")?.map(str::to_owned));
    }
    spec.requires.sort_unstable();
    spec.requires.dedup();
    Ok(())
}

/// What a secret needs, told by what is none.
fn requirements(
    rule: &Node,
    id: &str,
    drafts: &mut Drafts,
) -> Result<Vec<ExceptSpec>, ImportError> {
    let Some(needs) = rule.get("pattern_requirements") else {
        return Ok(Vec::new());
    };
    let special = needs
        .text("special_chars")?
        .unwrap_or("!@#$%^&*()_+-=[]{}|;:'\",.<>?/\\`~");
    let special: String = special.chars().fold(String::new(), |class, sign| {
        let escape = if "\\[]^-&~".contains(sign) { "\\" } else { "" };
        class + escape + sign.encode_utf8(&mut [0; 4])
    });
    let mut regexes = Vec::new();
    for (key, class) in [
        ("min_digits", "0-9"),
        ("min_uppercase", "A-Z"),
        ("min_lowercase", "a-z"),
        ("min_special_chars", special.as_str()),
    ] {
        if let Some(least @ 1..) = needs.number::<usize>(key)? {
            regexes.push(fewer_than(least, class));
        }
    }
    for key in needs.keys() {
        let known =
            ["special_chars", "ignore_if_contains"].contains(&key) || key.starts_with("min_");
        if !known {
            let key = crate::finding::printable(key);
            let what = format!("`pattern_requirements`: `{key}` is not checked");
            drafts.remark(id, Carried::Partly, what);
        }
    }
    let words = needs.texts("ignore_if_contains")?;
    let except = ExceptSpec {
        regexes,
        words,
        ..ExceptSpec::default()
    };
    let empty = except.regexes.is_empty() && except.words.is_empty();
    Ok(if empty { Vec::new() } else { vec![except] })
}

/// A text with fewer bytes of the class.
fn fewer_than(least: usize, class: &str) -> String {
    let others = format!("[^{class}]*");
    match least {
        1 => format!("^{others}$"),
        _ => format!("^(?:{others}[{class}]){{0,{}}}{others}$", least - 1),
    }
}
