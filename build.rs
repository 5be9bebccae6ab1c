//! Static analysis of the built-in rules and stray-file classes.
//!
//! In: `patterns/*.toml` files that hold `[[rules]]`, the classes of
//! `patterns/stray-files.toml` and the names of `patterns/pickle-globals.toml`.
//! Out: `builtin_rules.rs`, `stray_files.rs` and `pickle_globals.rs` in
//! `OUT_DIR`, static tables, so that nothing is parsed at start-up. What breaks
//! its contract stops the build.

#[path = "src/rule/literals/mod.rs"]
#[allow(dead_code, unreachable_pub)]
mod literals;
#[path = "src/personal/schema.rs"]
#[allow(unreachable_pub)]
mod personal;
#[path = "src/rule/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod schema;
#[path = "src/audit/stray_file/schema.rs"]
#[allow(unreachable_pub)]
mod stray_file;
#[path = "src/audit/unsafe_pickle/schema.rs"]
#[allow(unreachable_pub)]
mod unsafe_pickle;

use personal::PersonalSpec;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    println!("cargo::rerun-if-changed=patterns");
    println!("cargo::rerun-if-changed=src/rule");
    println!("cargo::rerun-if-changed=src/personal/schema.rs");
    println!("cargo::rerun-if-changed=src/audit/stray_file/schema.rs");
    println!("cargo::rerun-if-changed=src/audit/unsafe_pickle/schema.rs");
    let globals = unsafe_pickle::tables(&fs::read_to_string("patterns/pickle-globals.toml")?)?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("pickle_globals.rs"),
        globals,
    )?;
    let classes = stray_file::table(&fs::read_to_string("patterns/stray-files.toml")?)?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("stray_files.rs"),
        classes,
    )?;
    let mut families: Vec<PathBuf> = fs::read_dir("patterns")?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    families.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    families.sort();
    let mut table = String::from("static BUILTIN: &[Builtin] = &[\n");
    for path in families {
        let text = fs::read_to_string(&path)?;
        if text.lines().any(|line| line.trim_end() == "[[rules]]") {
            emit_family(&mut table, &path, &text)?;
        }
    }
    table.push_str("];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("builtin_rules.rs"),
        table,
    )?;
    Ok(())
}

fn emit_family(table: &mut String, path: &Path, text: &str) -> Result<(), Failure> {
    let file: schema::RuleFile =
        toml::from_str(text).map_err(|error| format!("{}: {error}", path.display()))?;
    let family = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    for rule in &file.rules {
        emit(table, family, &file.why, rule)
            .map_err(|error| format!("{}: rule `{}`: {error}", path.display(), rule.id))?;
    }
    Ok(())
}

fn emit(
    table: &mut String,
    family: &str,
    family_why: &str,
    rule: &schema::RuleSpec,
) -> Result<(), Failure> {
    let pattern = rule.pattern()?;
    if !rule.except.is_empty() {
        return Err("built-in rules have validators, no `except`".into());
    }
    if let Some(path) = &rule.path {
        literals::parse(path)?;
    }
    let (analysis, value) = analyse(rule, pattern)?;
    let literals::Analysis {
        literals,
        before,
        after,
        run,
        body,
        group,
        next,
        escapable,
        gate,
    } = analysis;
    writeln!(
        table,
        "Builtin {{ id: {:?}, family: {family:?}, description: {:?}, severity: {:?}, confidence: {:?}, \
         pattern: {pattern:?}, value: {}, secret_name: {}, requires: {}, alone: {:?}, keywords: {}, entropy: {:?}, validators: {}, path: {:?}, \
         boundary: {:?}, detector: {:?}, group_label: {:?}, why: {:?}, examples: {}, negatives: {}, remediation: {:?}, references: {}, tags: {}, \
         literals: &[{}], before: {before}, after: {after}, run: {run}, body: ByteSet({:?}), \
         group: {group}, next: ByteSet({:?}), escapable: {escapable}, gate: Gate::{gate:?}, personal: {} }},",
        rule.id,
        rule.description,
        rule.severity,
        rule.confidence,
        value,
        rule.secret_name,
        texts(&rule.requires),
        rule.alone,
        texts(&rule.keywords),
        rule.entropy,
        texts(&rule.validators),
        rule.path,
        rule.boundary,
        rule.detector,
        rule.group,
        if rule.why.is_empty() {
            family_why
        } else {
            &rule.why
        },
        texts(&rule.examples),
        texts(&rule.negatives),
        rule.remediation,
        texts(&rule.references),
        texts(&rule.tags),
        literals.iter().map(literal).collect::<Vec<_>>().join(", "),
        body.0,
        next.0,
        rule.personal
            .as_ref()
            .map_or_else(|| "None".to_owned(), entity),
    )?;
    Ok(())
}

/// What is known of a rule, and the forms of its value as an expression.
fn analyse(
    rule: &schema::RuleSpec,
    pattern: &str,
) -> Result<(literals::Analysis, String), Failure> {
    if !rule.is_keyword_rule() {
        let analysis = literals::analyse(pattern, rule.secret_group)?;
        return Ok((analysis, "None".to_owned()));
    }
    let (analysis, value) = literals::analyse_near(&rule.keywords, pattern)?;
    let part = |part: &literals::value::Part| {
        let bytes = part.bytes.0;
        let (least, most) = (part.least, part.most);
        format!("Part {{ bytes: ByteSet({bytes:?}), least: {least}, most: {most} }}")
    };
    let form = |form: &std::borrow::Cow<'_, [literals::value::Part]>| {
        let parts: Vec<String> = form.iter().map(part).collect();
        format!("&[{}]", parts.join(", "))
    };
    let forms: Vec<String> = value.forms.iter().map(form).collect();
    Ok((analysis, format!("Some(&[{}])", forms.join(", "))))
}

/// What personal data a rule is about, as an expression.
fn entity(spec: &PersonalSpec) -> String {
    let form = |form: &personal::FormSpec| {
        let personal::FormSpec {
            shape,
            check,
            score,
        } = form;
        format!("({shape:?}, {check:?}, {score})")
    };
    let forms: Vec<String> = spec.forms.iter().map(form).collect();
    format!(
        "Some(Personal {{ entity: {:?}, profile: {:?}, countries: {}, context: {}, against: {}, \
         forms: &[{}], found_by: {:?}, in_cards: {}, private: {} }})",
        spec.entity,
        spec.profile,
        texts(&spec.countries),
        texts(&spec.context),
        texts(&spec.against),
        forms.join(", "),
        spec.found_by,
        spec.in_cards,
        spec.private,
    )
}

/// Several texts, as a static slice.
fn texts(words: &[String]) -> String {
    let borrowed = |word: &String| format!("Cow::Borrowed({word:?})");
    let words: Vec<String> = words.iter().map(borrowed).collect();
    format!("&[{}]", words.join(", "))
}

/// A literal, as an expression.
fn literal(literal: &literals::Literal) -> String {
    let literals::Literal { text, ignore_case } = literal;
    format!("Literal {{ text: Cow::Borrowed({text:?}), ignore_case: {ignore_case} }}")
}
