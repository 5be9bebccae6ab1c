//! gitleaks configurations, from version 8 on, and those of betterleaks.
//!
//! In: the tree of a `gitleaks.toml`. Out: drafts of its rules and allowlists.

use std::io;

use super::node::{Node, Value};
use super::pattern::{self, Secret};
use super::{Carried, Drafts, ImportError, blank, go_regex};
use crate::rule::schema::{ExceptSpec, RuleSpec};

/// Keys only gitleaks has, at the top.
const TOP_KEYS: &[&str] = &[
    "title",
    "minversion",
    "betterleaksminversion",
    "allowlist",
    "allowlists",
    "extend",
    "prefilter",
    "filter",
];
/// Keys of a rule that only gitleaks has.
const RULE_KEYS: &[&str] = &[
    "allowlist",
    "allowlists",
    "required",
    "skipreport",
    "filter",
    "validate",
];
/// Keys of a rule that only hubsweep has.
const OWN_KEYS: &[&str] = &[
    "severity",
    "confidence",
    "value",
    "secret_name",
    "detector",
    "requires",
    "alone",
    "validators",
    "except",
    "boundary",
    "examples",
    "negatives",
    "group",
    "why",
    "remediation",
    "references",
];
/// Files built on each other, as gitleaks has it.
const DEEPEST: usize = 2;

/// Is it gitleaks', rather than our own?
pub(super) fn is_one(file: &Node) -> bool {
    let rules = file.list("rules").unwrap_or_default();
    let has = |keys: &[&str]| {
        rules
            .iter()
            .any(|rule| rule.keys().any(|key| keys.contains(&key)))
    };
    if file.keys().any(|key| TOP_KEYS.contains(&key)) || has(RULE_KEYS) {
        return true;
    }
    // A regex with keywords beside it, and nothing we would add.
    !has(OWN_KEYS) && has(&["keywords"])
}

/// Read it, and what it builds on.
pub(super) fn read(
    file: &Node,
    load: &dyn Fn(&str) -> io::Result<String>,
) -> Result<Drafts, ImportError> {
    read_at(file, load, 0)
}

fn read_at(
    file: &Node,
    load: &dyn Fn(&str) -> io::Result<String>,
    depth: usize,
) -> Result<Drafts, ImportError> {
    let mut drafts = extended(file, load, depth)?;
    for key in ["prefilter", "filter"] {
        if file.get(key).is_some() {
            let what = format!("`{key}` is an expression, which is not evaluated here");
            drafts.remark("", Carried::Partly, what);
        }
    }
    for rule in file.list("rules")? {
        drafts.given += 1;
        read_rule(rule, &mut drafts)?;
    }
    for allowlist in allowlists(file)? {
        let Some(mut except) = except(allowlist, "", &mut drafts)? else {
            continue;
        };
        except.rules = allowlist.texts("targetrules")?;
        let checked = drafts.checked("", except);
        drafts.except.extend(checked);
    }
    Ok(drafts)
}

/// What the file builds on.
fn extended(
    file: &Node,
    load: &dyn Fn(&str) -> io::Result<String>,
    depth: usize,
) -> Result<Drafts, ImportError> {
    let mut drafts = Drafts::default();
    let Some(extend) = file.get("extend") else {
        return Ok(drafts);
    };
    if let Some(path) = extend.text("path")?.filter(|path| !path.is_empty()) {
        if depth >= DEEPEST {
            let what = format!("`extend`: {path} is one file too deep and left out");
            drafts.remark("", Carried::Partly, what);
        } else {
            let shown = crate::finding::printable(path);
            let failed = |error: &dyn std::fmt::Display| {
                ImportError::at(extend.line, &format!("`extend`: {shown}: {error}"))
            };
            let text = load(path).map_err(|error| failed(&error))?;
            let base = Node::of_toml(&text).map_err(|error| failed(&error))?;
            drafts = read_at(&base, load, depth + 1).map_err(|error| failed(&error))?;
        }
    }
    if extend.is_on("usedefault")? {
        let what = "`extend.useDefault`: the default rules of gitleaks are not part of hubsweep; its own run instead";
        drafts.remark("", Carried::Changed, what);
    }
    if extend.get("url").is_some() {
        let what = "`extend.url`: nothing is fetched from the network";
        drafts.remark("", Carried::Partly, what);
    }
    let disabled = extend.texts("disabledrules")?;
    drafts.rules.retain(|rule| !disabled.contains(&rule.id));
    drafts.given = drafts.rules.len();
    drafts.remarks.retain(|remark| {
        remark
            .rule
            .as_ref()
            .is_none_or(|rule| !disabled.contains(rule))
    });
    Ok(drafts)
}

/// Both forms: a table, as it was, and a list of tables.
fn allowlists(node: &Node) -> Result<Vec<&Node>, ImportError> {
    let mut all = Vec::new();
    for key in ["allowlist", "allowlists"] {
        match node.get(key) {
            Some(table) if matches!(table.value, Value::Map(_)) => all.push(table),
            _ => all.extend(node.list(key)?),
        }
    }
    Ok(all)
}

fn read_rule(rule: &Node, drafts: &mut Drafts) -> Result<(), ImportError> {
    let Some(id) = rule.text("id")?.filter(|id| !id.is_empty()) else {
        return Err(ImportError::at(rule.line, "a rule without `id`"));
    };
    // A rule of the file this one builds on, of which it changes a part.
    let base = drafts.rules.iter().position(|base| base.id == id);
    let base = base.map(|at| drafts.rules.remove(at));
    drafts.given -= usize::from(base.is_some());
    let description = rule.text("description")?.unwrap_or_default();
    let mut spec = base.unwrap_or_else(|| {
        blank(
            id,
            if description.is_empty() {
                id
            } else {
                description
            },
        )
    });
    if let Some(entropy) = rule.number("entropy")? {
        spec.entropy = Some(entropy).filter(|&least: &f64| least > 0.0);
    }
    for tag in rule.texts("tags")? {
        if !spec.tags.contains(&tag) {
            spec.tags.push(tag);
        }
    }
    if let Some(path) = rule.text("path")?.filter(|path| !path.is_empty()) {
        spec.path = Some(go_regex::translate(path));
    }
    expressions(rule, id, &mut spec, drafts)?;
    parts(rule, id, &mut spec, drafts)?;
    for allowlist in allowlists(rule)? {
        if let Some(except) = except(allowlist, id, drafts)? {
            spec.except.extend(drafts.checked(id, except));
        }
    }
    if let Err(why) = form(rule, id, &mut spec, drafts)? {
        drafts.remark(id, Carried::LeftOut, why);
        return Ok(());
    }
    drafts.rules.push(spec);
    Ok(())
}

/// What the secret looks like; the inner error leaves the rule out.
fn form(
    rule: &Node,
    id: &str,
    spec: &mut RuleSpec,
    drafts: &mut Drafts,
) -> Result<Result<(), String>, ImportError> {
    let Some(regex) = rule.text("regex")?.filter(|regex| !regex.is_empty()) else {
        if spec.regex.is_some() || spec.value.is_some() {
            return Ok(Ok(()));
        }
        return Ok(Err(if spec.path.is_some() {
            "it is about paths only; the audits find stray files".to_owned()
        } else {
            "it has no regex; it changes a rule that is not in the file".to_owned()
        }));
    };
    let regex = go_regex::translate(regex);
    let secret = match rule.number::<usize>("secretgroup")? {
        None | Some(0) => Secret::First,
        Some(number) => Secret::Numbered(number),
    };
    let why = match pattern::translate(&regex, secret) {
        Ok(pattern) => {
            spec.regex = Some(pattern.regex);
            pattern.boundary.clone_into(&mut spec.boundary);
            for note in pattern.notes {
                drafts.remark(id, Carried::Changed, note);
            }
            return Ok(Ok(()));
        }
        Err(why) => why,
    };
    let mut keywords = rule.texts("keywords")?;
    keywords.retain(|keyword| keyword.len() >= 3 && keyword.is_ascii());
    match pattern::as_value(&regex) {
        Some(value) if !keywords.is_empty() => {
            spec.value = Some(value);
            spec.keywords = keywords;
            "token".clone_into(&mut spec.boundary);
            let what = format!("{why}; it is found right after one of its keywords only");
            drafts.remark(id, Carried::Partly, what);
            Ok(Ok(()))
        }
        _ => Ok(Err(why)),
    }
}

/// What betterleaks evaluates: a least entropy is understood.
fn expressions(
    rule: &Node,
    id: &str,
    spec: &mut RuleSpec,
    drafts: &mut Drafts,
) -> Result<(), ImportError> {
    if rule.get("validate").is_some() {
        let what = "live validation is left out: nothing is sent anywhere";
        drafts.remark(id, Carried::Changed, what);
    }
    let Some(filter) = rule.text("filter")? else {
        return Ok(());
    };
    let mut rest = Vec::new();
    for term in filter.trim().split("\n||") {
        match least_entropy(term.trim()) {
            Some(least) => spec.entropy = Some(least),
            None => rest.push(term),
        }
    }
    if !rest.is_empty() {
        let what = "a part of `filter` is an expression, which is not evaluated here";
        drafts.remark(id, Carried::Partly, what);
    }
    Ok(())
}

/// `entropy(finding["secret"]) <= 3.5`
fn least_entropy(term: &str) -> Option<f64> {
    let term = term.strip_prefix("filter.").unwrap_or(term);
    let rest = term
        .strip_prefix("entropy(finding[\"secret\"])")?
        .trim_start();
    rest.trim_start_matches(['<', '=']).trim().parse().ok()
}

/// Rules that count together, or only as a part of others.
fn parts(
    rule: &Node,
    id: &str,
    spec: &mut RuleSpec,
    drafts: &mut Drafts,
) -> Result<(), ImportError> {
    if rule.is_on("skipreport")? {
        "info".clone_into(&mut spec.severity);
    }
    for part in rule.list("required")? {
        spec.requires.extend(part.text("id")?.map(str::to_owned));
        if part.keys().any(|key| key.starts_with("within")) {
            let what = "how far its required parts may be away is left out";
            drafts.remark(id, Carried::Changed, what);
        }
    }
    if !spec.requires.is_empty() {
        let what = "without its required parts it is reported all the same";
        drafts.remark(id, Carried::Partly, what);
    }
    Ok(())
}

/// An allowlist; none if nothing of it can be carried over.
fn except(
    allowlist: &Node,
    id: &str,
    drafts: &mut Drafts,
) -> Result<Option<ExceptSpec>, ImportError> {
    let condition = allowlist.text("condition")?.unwrap_or_default();
    let all = ["AND", "&&"].contains(&condition.to_ascii_uppercase().as_str());
    let go = |patterns: Vec<String>| -> Vec<String> {
        patterns
            .iter()
            .map(|pattern| go_regex::translate(pattern))
            .collect()
    };
    let except = ExceptSpec {
        rules: Vec::new(),
        paths: go(allowlist.texts("paths")?),
        regexes: go(allowlist.texts("regexes")?),
        on: match allowlist.text("regextarget")?.unwrap_or_default() {
            "secret" => String::new(),
            on => on.to_owned(),
        },
        words: allowlist.texts("stopwords")?,
        all,
        reason: super::one_line(allowlist.text("description")?.unwrap_or_default()),
    };
    if !allowlist.texts("commits")?.is_empty() {
        let whole = if all {
            "with what stands beside them "
        } else {
            ""
        };
        let what = format!("allowed commits are left out {whole}");
        drafts.remark(id, Carried::Partly, what.trim_end());
        if all {
            return Ok(None);
        }
    }
    let empty = except.paths.is_empty() && except.regexes.is_empty() && except.words.is_empty();
    Ok((!empty).then_some(except))
}
