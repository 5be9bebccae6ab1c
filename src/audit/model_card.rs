//! The card of a Hub repository: is there one, and can the Hub read it?
//!
//! In: the tree of a model, dataset or Space, with the text of its README. Out:
//! pieces of advice, never more than information.

use super::front_matter::{FrontMatter, NoFrontMatter, body};
use super::{Doc, Target, Tree};
use crate::finding::{Category, Finding, Severity};

const fn advice(
    id: &'static str,
    description: &'static str,
    why: &'static str,
    fix: &'static str,
) -> Doc {
    Doc {
        id,
        description,
        category: Category::Repository,
        group: "card",
        severity: Severity::Info,
        why,
        fix,
    }
}

const MISSING: Doc = advice(
    "card-missing",
    "No card",
    "The Hub shows README.md as the front page; without one nobody knows what this is and how it may be used.",
    "Add a README.md; huggingface.co/docs/hub/repositories-cards has templates.",
);
const EMPTY: Doc = advice(
    "card-empty",
    "Card without content",
    "A template nobody filled in tells less than a few own sentences.",
    "Say what it is, what it was made from, and what it is not for.",
);
const FRONT_MATTER: Doc = advice(
    "card-front-matter",
    "Card without readable front matter",
    "License, tags and base model come from the YAML block at the top; the Hub refuses a push whose block is no valid YAML.",
    "Begin README.md with a block between two `---` lines, each a `key: value`.",
);
const LICENSE: Doc = advice(
    "card-license",
    "License missing or unknown",
    "Without a license nobody may use it; filters find only the identifiers the Hub knows.",
    "Set `license:` to an identifier of huggingface.co/docs/hub/repositories-licenses, or to `other` with `license_name` and `license_link`.",
);
const FIELDS: Doc = advice(
    "card-fields",
    "Card lacks fields the Hub uses",
    "The widget, the code snippet, the filters and the start of a Space depend on them.",
    "Add the fields to the front matter.",
);

pub(super) const DOCS: [Doc; 5] = [MISSING, EMPTY, FRONT_MATTER, LICENSE, FIELDS];

const README: &str = "README.md";

pub(super) fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    let Some(target) = tree.target else {
        return;
    };
    let Some(card) = tree.card else {
        sink(MISSING.at(README));
        return;
    };
    let mut say = |doc: &Doc, what: String, line: Option<u64>| {
        let mut finding = doc.at(README);
        finding.location.line = line;
        finding.evidence.push(what);
        sink(finding);
    };
    if target != Target::Space && is_unwritten(body(card)) {
        say(
            &EMPTY,
            "nothing but headings or a template".to_owned(),
            None,
        );
    }
    let front = match FrontMatter::read(card) {
        Ok(front) => front,
        Err(problem) => {
            let (what, line) = match problem {
                NoFrontMatter::Missing => ("no block at the top", None),
                NoFrontMatter::Open => ("the block is never closed", Some(1)),
                NoFrontMatter::Invalid(line) => ("not a valid YAML mapping", Some(line)),
            };
            say(&FRONT_MATTER, what.to_owned(), line);
            return;
        }
    };
    if target != Target::Space
        && let Some(problem) = license_problem(&front)
    {
        say(&LICENSE, problem, None);
    }
    let problems = match target {
        Target::Model => model_problems(&front, tree),
        Target::Dataset => dataset_problems(&front),
        Target::Space => space_problems(&front, tree),
    };
    if !problems.is_empty() {
        say(&FIELDS, problems.join("; "), None);
    }
}

/// Least characters of own text that make a card.
const LEAST_TEXT: usize = 40;

fn is_unwritten(body: &str) -> bool {
    let blanks = body.matches("More Information Needed").count();
    let own: usize = body
        .lines()
        .map(str::trim)
        .filter(|line| {
            !line.starts_with(['#', '<', '-', '[']) && !line.contains("More Information Needed")
        })
        .map(str::len)
        .sum();
    own < LEAST_TEXT || blanks >= 10
}

/// Every identifier the Hub knows.
const LICENSES: &str = include_str!("../../patterns/licenses.txt");

fn license_problem(front: &FrontMatter) -> Option<String> {
    if !front.has("license") {
        return Some("no `license`".to_owned());
    }
    let known = |id: &str| LICENSES.lines().any(|license| license == id);
    let mut values = front
        .entries()
        .iter()
        .filter(|entry| entry.route == "/license" || entry.route.starts_with("/license/"));
    if let Some(unknown) = values.find(|entry| !known(&entry.value.to_ascii_lowercase())) {
        let shown: String = unknown.value.chars().take(40).collect();
        return Some(format!("`{shown}` is no license identifier of the Hub"));
    }
    let named = front.has("license_name") && front.has("license_link");
    (front.get("license") == Some("other") && !named)
        .then(|| "`other` needs `license_name` and `license_link`".to_owned())
}

fn holds(tree: &Tree, path: &str) -> bool {
    tree.files.iter().any(|(name, _)| name == path)
}

fn model_problems(front: &FrontMatter, tree: &Tree) -> Vec<String> {
    let mut problems = vec![];
    if !front.has("pipeline_tag") && !front.has("library_name") {
        problems.push("no `pipeline_tag` or `library_name`".to_owned());
    }
    if holds(tree, "adapter_config.json") && !front.has("base_model") {
        problems.push("an adapter without `base_model`".to_owned());
    }
    problems
}

fn dataset_problems(front: &FrontMatter) -> Vec<String> {
    if ["task_categories", "tags", "pretty_name"]
        .iter()
        .any(|key| front.has(key))
    {
        return vec![];
    }
    vec!["no `task_categories`, `tags` or `pretty_name`".to_owned()]
}

fn space_problems(front: &FrontMatter, tree: &Tree) -> Vec<String> {
    let Some(sdk) = front.get("sdk") else {
        return vec!["no `sdk`: the Space cannot start".to_owned()];
    };
    let default = match sdk {
        "gradio" | "streamlit" => "app.py",
        "static" => "index.html",
        "docker" => "Dockerfile",
        _ => return vec!["`sdk` is none of gradio, streamlit, docker, static".to_owned()],
    };
    let named = front.get("app_file").filter(|_| sdk != "docker");
    let missing = match named {
        Some(file) if !holds(tree, file.trim_start_matches("./")) => {
            "the file `app_file` names is not there"
        }
        None if !holds(tree, default) && !front.has("app_build_command") => match default {
            "Dockerfile" => "no Dockerfile",
            _ => "no `app_file`, and no file of the default name",
        },
        _ => return vec![],
    };
    vec![missing.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::tree_of;

    fn ids(target: Target, card: Option<&str>, files: &[&str]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|path| ((*path).to_owned(), 1)).collect();
        let tree = Tree {
            target: Some(target),
            card,
            ..tree_of(&files)
        };
        let mut found = vec![];
        super::tree(&tree, &mut |finding| {
            assert_eq!(finding.severity, Severity::Info);
            found.push(finding.rule);
        });
        found
    }

    const TEXT: &str = "# Title\nA model that tells cats from dogs, trained on photos.\n";

    #[test]
    fn models_and_datasets() {
        let card = |front: &str| format!("---\n{front}---\n{TEXT}");
        let model = |front: &str| ids(Target::Model, Some(&card(front)), &["adapter_config.json"]);
        assert_eq!(ids(Target::Model, None, &[]), ["card-missing"]);
        assert_eq!(ids(Target::Model, Some(TEXT), &[]), ["card-front-matter"]);
        assert_eq!(
            ids(Target::Model, Some("---\na: [\n---\n"), &[]),
            ["card-empty", "card-front-matter"]
        );
        assert!(model("license: mit\nlibrary_name: peft\nbase_model: org/a\n").is_empty());
        assert_eq!(model("license: mit\nlibrary_name: peft\n"), ["card-fields"]);
        assert_eq!(
            model("license: my own\npipeline_tag: x\nbase_model: [a]\n"),
            ["card-license"]
        );
        assert_eq!(
            model("license: other\npipeline_tag: x\nbase_model: a/b\n"),
            ["card-license"]
        );
        let dataset = card("license: [cc-by-4.0, mit]\ntags: [a]\n");
        assert!(ids(Target::Dataset, Some(&dataset), &[]).is_empty());
    }

    #[test]
    fn spaces() {
        let space = |front: &str, files: &[&str]| {
            ids(Target::Space, Some(&format!("---\n{front}---\n")), files)
        };
        assert!(space("sdk: gradio\napp_file: main.py\n", &["main.py"]).is_empty());
        assert!(space("sdk: docker\n", &["Dockerfile"]).is_empty());
        assert_eq!(space("sdk: gradio\n", &["main.py"]), ["card-fields"]);
        assert_eq!(space("title: x\n", &["app.py"]), ["card-fields"]);
    }

    #[test]
    fn only_for_hub_repositories() {
        super::tree(&tree_of(&[]), &mut |_| panic!("no target, no advice"));
    }
}
