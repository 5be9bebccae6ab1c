//! The YAML files and the texts to paste: they parse, name this version, and
//! keep what comes from an event out of scripts.

use saphyr_parser::{Event, Parser};

use crate::file;

/// Scalars of a YAML text, in order.
pub(crate) fn scalars(text: &str) -> Vec<String> {
    let mut scalars = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.unwrap_or_else(|error| panic!("{error}:\n{text}"));
        if let Event::Scalar(value, ..) = event {
            scalars.push(value.into_owned());
        }
    }
    scalars
}

/// The blocks of a page in one language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let rest = page.split(&fence).skip(1);
    rest.map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// Every YAML text that somebody is to use.
fn all() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in [
        "action.yml",
        "ci/gitlab.yml",
        ".pre-commit-hooks.yaml",
        ".github/workflows/ci.yml",
    ] {
        all.push((name.to_owned(), file(name)));
    }
    for page in ["docs/ci.md", "README.md"] {
        let found = blocks(&file(page), "yaml");
        all.extend(found.into_iter().map(|text| (page.to_owned(), text)));
    }
    all
}

#[test]
fn everything_parses() {
    assert!(all().len() > 8);
    for (name, text) in all() {
        assert!(!scalars(&text).is_empty(), "{name}");
    }
}

#[test]
fn scripts_hold_no_expressions() {
    for (name, text) in all() {
        let values = scalars(&text);
        let scripts = values.windows(2).filter(|pair| pair[0] == "run");
        for pair in scripts {
            assert!(!pair[1].contains("${{"), "{name}: {}", pair[1]);
        }
    }
}

#[test]
fn actions_of_others_are_pinned() {
    for (name, text) in all() {
        let values = scalars(&text);
        for pair in values.windows(2).filter(|pair| pair[0] == "uses") {
            let (_, version) = pair[1].split_once('@').unwrap();
            let is_version = version.starts_with('v') && version.len() > 1;
            assert!(is_version || version.len() == 40, "{name}: {}", pair[1]);
        }
    }
}

#[test]
fn texts_to_paste_name_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let pages = ["docs/ci.md", "ci/gitlab.yml"].map(file).concat();
    let named = |mark: &str| {
        let all: Vec<String> = pages
            .split(mark)
            .skip(1)
            .map(|rest| {
                let is_version = |c: &char| c.is_ascii_digit() || *c == '.';
                rest.chars().take_while(is_version).collect()
            })
            .collect();
        assert!(!all.is_empty(), "{mark}");
        all
    };
    for mark in ["hubsweep==", "rev: v", "hubsweep/hubsweep@v"] {
        for found in named(mark) {
            assert_eq!(found, version, "{mark}");
        }
    }
}

#[test]
fn the_page_holds_the_gitlab_job() {
    let job = file("ci/gitlab.yml");
    let (_, job) = job.split_once('\n').unwrap();
    assert!(
        file("docs/ci.md").contains(&format!("```yaml\n{job}```")),
        "paste ci/gitlab.yml, without its first line, into docs/ci.md"
    );
}

#[test]
fn the_page_names_every_input() {
    let page = file("docs/ci.md");
    let action = file("action.yml");
    let inputs = action.split("\ninputs:\n").nth(1).unwrap();
    let inputs = inputs.split("\noutputs:\n").next().unwrap();
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names: Vec<&str> = inputs.lines().filter(is_name).collect();
    assert_eq!(names.len(), 7);
    for name in names {
        let name = name.trim().trim_end_matches(':');
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn the_hooks_are_the_documented_ones() {
    let hooks = file(".pre-commit-hooks.yaml");
    let values = scalars(&hooks);
    let of = |key: &str| -> Vec<&str> {
        let pairs = values.windows(2).filter(|pair| pair[0] == key);
        pairs.map(|pair| pair[1].as_str()).collect()
    };
    assert_eq!(of("id"), ["hubsweep", "hubsweep-staged"]);
    assert_eq!(of("stages"), ["pre-push", "pre-commit"]);
    assert_eq!(of("pass_filenames"), ["false", "false"]);
    let page = file("docs/ci.md");
    for entry in of("entry") {
        assert!(page.contains(&format!("entry: {entry}\n")), "{entry}");
    }
}
