//! The form of `patterns/stray-files.toml`, and the static table made of it.
//!
//! In: the file's text, in `build.rs`. Out: Rust source of the table. Imports
//! nothing of ours, since `build.rs` includes it by path.

use std::fmt::Write as _;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    class: Vec<Spec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Spec {
    id: String,
    group: String,
    severity: String,
    globs: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    head: Option<String>,
    harmless: Option<String>,
    value: Option<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    value_only: bool,
    ignore: Option<String>,
    description: String,
    why: String,
    fix: String,
}

/// Source of the static table of classes, or what is wrong with the file.
pub fn table(text: &str) -> Result<String, String> {
    let file: File =
        toml::from_str(text).map_err(|error| format!("patterns/stray-files.toml: {error}"))?;
    let mut table = String::from("static CLASSES: &[Class] = &[\n");
    for spec in &file.class {
        row(&mut table, spec).map_err(|what| format!("stray-file class `{}`: {what}", spec.id))?;
    }
    table.push_str("];\n");
    Ok(table)
}

fn row(table: &mut String, spec: &Spec) -> Result<(), String> {
    let severity = match spec.severity.as_str() {
        "high" => "High",
        "medium" => "Medium",
        "low" => "Low",
        other => return Err(format!("severity `{other}` is none of high, medium, low")),
    };
    let value = match spec.value.as_deref() {
        None => "None",
        Some("assignment") => "Some(Form::Assignment)",
        Some("private-key") => "Some(Form::PrivateKey)",
        Some("netrc") => "Some(Form::Netrc)",
        Some("last-field") => "Some(Form::LastField)",
        Some("word") => "Some(Form::Word)",
        Some(other) => return Err(format!("no form of value is called `{other}`")),
    };
    if spec.value_only && spec.value.is_none() {
        return Err("`value-only` needs a `value`".to_owned());
    }
    writeln!(
        table,
        "Class {{ doc: Doc {{ id: {:?}, description: {:?}, category: Category::StrayFile, group: {:?}, \
         severity: Severity::{severity}, why: {:?}, fix: {:?} }}, globs: &{:?}, not: &{:?}, head: {:?}, \
         harmless: {:?}, value: {value}, keys: &{:?}, value_only: {}, ignore: {:?} }},",
        spec.id,
        spec.description,
        spec.group,
        spec.why,
        spec.fix,
        spec.globs,
        spec.not,
        spec.head,
        spec.harmless,
        spec.keys,
        spec.value_only,
        spec.ignore,
    )
    .map_err(|error| error.to_string())
}
