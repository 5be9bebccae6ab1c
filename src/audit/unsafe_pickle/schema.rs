//! The form of `patterns/pickle-globals.toml`, and the static tables made of it.
//!
//! In: the file's text, in `build.rs`. Out: Rust source of sorted tables, so
//! that a look-up is a binary search and nothing is parsed at start-up. Imports
//! nothing of ours, since `build.rs` includes it by path.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dangerous: Vec<String>,
    held: Vec<String>,
    harmless: Vec<Harmless>,
    classes: Vec<Classes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Harmless {
    module: String,
    names: Vec<String>,
    #[serde(default)]
    applies: bool,
    #[serde(default)]
    loads: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    module: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    packages: Vec<String>,
}

/// Source of the static tables, or what is wrong with the file.
pub fn tables(text: &str) -> Result<String, String> {
    let file: File =
        toml::from_str(text).map_err(|error| format!("patterns/pickle-globals.toml: {error}"))?;
    let mut harmless = BTreeSet::new();
    let (mut applies, mut loads) = (BTreeSet::new(), BTreeSet::new());
    for group in &file.harmless {
        for name in &group.names {
            let name = format!("{} {name}", group.module);
            if group.applies {
                applies.insert(name.clone());
            }
            if group.loads {
                loads.insert(name.clone());
            }
            if !harmless.insert(name.clone()) {
                return Err(format!("`{name}` is listed as harmless twice"));
            }
        }
    }
    let held: BTreeSet<String> = file.held.into_iter().collect();
    let (mut made, mut below) = (BTreeSet::new(), BTreeSet::new());
    for group in &file.classes {
        match &group.module {
            Some(module) => made.extend(group.names.iter().map(|name| format!("{module} {name}"))),
            None => below.extend(group.packages.iter().cloned()),
        }
    }
    for root in ["torch", "numpy", "scipy", "scipy.stats", "pandas"] {
        if below.contains(root) || held.contains(root) {
            return Err(format!(
                "`{root}` holds gadgets and cannot be listed as a whole"
            ));
        }
    }
    let dangerous: BTreeSet<String> = file.dangerous.into_iter().collect();
    let mut source = String::new();
    let tables = [
        ("HARMLESS", &harmless),
        ("APPLIES", &applies),
        ("LOADS", &loads),
        ("CLASSES", &made),
        ("PACKAGES", &below),
        ("HELD", &held),
        ("DANGEROUS", &dangerous),
    ];
    for (name, entries) in tables {
        writeln!(source, "static {name}: &[&str] = &{entries:?};")
            .map_err(|error| error.to_string())?;
    }
    Ok(source.replace("&{", "&[").replace("};", "];"))
}
