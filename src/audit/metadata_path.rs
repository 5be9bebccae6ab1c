//! Local paths where a repository id belongs.
//!
//! In: configuration files of models and tokenizers, and the front matter of
//! cards. Out: a finding for each field that names a place on a machine.

use super::front_matter::FrontMatter;
use super::{Doc, File, file_name, json_strings, line_of, local_path};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "local-path-in-metadata",
    description: "Local path where a repository id belongs",
    category: Category::HardcodedPath,
    group: "local paths in metadata",
    severity: Severity::Medium,
    why: "It tells folders and often the user name of the training machine, and the Hub cannot link the model to its base.",
    fix: "Write the repository id (`org/name`), or remove the field.",
};

const FILES: &[&str] = &[
    "config.json",
    "adapter_config.json",
    "tokenizer_config.json",
    "trainer_state.json",
    "model_index.json",
    "generation_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "config_sentence_transformers.json",
    "training_params.json",
];

const KEYS: &[&str] = &[
    "_name_or_path",
    "name_or_path",
    "model_name_or_path",
    "tokenizer_name_or_path",
    "base_model",
    "base_model_name_or_path",
    "pretrained_model_name_or_path",
    "tokenizer_file",
    "vocab_file",
    "merges_file",
    "special_tokens_map_file",
    "best_model_checkpoint",
    "dataset",
    "datasets",
    "data_path",
    "image_dir",
];

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let name = file_name(file.path);
    if FILES.contains(&name) {
        json_strings::visit(file.head, &mut |string| {
            if KEYS.contains(&string.key) {
                let line = || line_of(file.head, string.at);
                report(file.path, &string.route, &string.value, line, sink);
            }
        });
    } else if name == "README.md"
        && let Ok(front) = FrontMatter::read(&String::from_utf8_lossy(file.head))
    {
        for entry in front.entries() {
            if entry.route.split('/').any(|key| KEYS.contains(&key)) {
                report(file.path, &entry.route, &entry.value, || entry.line, sink);
            }
        }
    }
}

fn report(
    path: &str,
    route: &str,
    value: &str,
    line: impl FnOnce() -> u64,
    sink: &mut dyn FnMut(Finding),
) {
    let Some(kind) = local_path::kind(value) else {
        return;
    };
    let mut finding = DOC.inside(path, route);
    finding.location.line = Some(line());
    finding.evidence.push(kind.as_str().to_owned());
    if local_path::user(value).is_some() {
        finding
            .evidence
            .push("names a user of the machine".to_owned());
    }
    if let Some(id) = local_path::cached_repository(value) {
        finding.remediation = format!("Write the repository id: `{id}`.");
    }
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::text_file;

    fn found(path: &str, text: &str) -> Vec<(String, u64, usize)> {
        let mut found = vec![];
        file(&text_file(path, text), &mut |finding| {
            let route = finding
                .location
                .route
                .map(|route| route.as_str().to_owned());
            found.push((
                route.unwrap_or_default(),
                finding.location.line.unwrap_or_default(),
                finding.evidence.len(),
            ));
        });
        found
    }

    #[test]
    fn json_fields() {
        let text = "{\n \"_name_or_path\": \"/home/jane/out\",\n \"text_config\": {\"_name_or_path\": \"org/a\"},\n \"base_model\": [\"./x\"],\n \"other\": \"/data\"\n}";
        assert_eq!(
            found("sub/config.json", text),
            [
                ("/_name_or_path".into(), 2, 2),
                ("/base_model/0".into(), 4, 1)
            ]
        );
        assert!(found("package.json", text).is_empty());
    }

    #[test]
    fn card_fields() {
        let card =
            "---\nlicense: mit\nbase_model:\n- /scratch/run1\ndatasets: [org/data]\n---\n/home/x\n";
        assert_eq!(found("README.md", card), [("/base_model/0".into(), 4, 1)]);
    }
}
