//! Configurations that make a loader run Python code.
//!
//! In: configuration files of models, tokenizers and pipelines. Out: a finding
//! for each file that names code of the repository, a graver one where the
//! code is taken from another repository.

use std::collections::BTreeSet;

use super::{Doc, File, file_name, json_strings, line_of};
use crate::blob::Kind;
use crate::finding::{Category, Finding, Severity};

pub(super) const OWN: Doc = Doc {
    id: "remote-code",
    description: "Configuration that runs code of the repository",
    category: Category::UnsafeFile,
    group: "code that loaders run",
    severity: Severity::Info,
    why: "Loading needs `trust_remote_code=True`: users run these Python files, in every revision they do not pin.",
    fix: "Upstream the architecture, or tell users which revision to pin.",
};

pub(super) const FOREIGN: Doc = Doc {
    id: "foreign-code",
    description: "Configuration that runs code of another repository",
    category: Category::UnsafeFile,
    group: "code that loaders run",
    severity: Severity::Medium,
    why: "Whoever controls that repository runs code on the machines of your users, at any later time.",
    fix: "Copy the code into this repository, and name it without `org/name--`.",
};

/// Files in which loaders look for such names.
const FILES: &[&str] = &[
    "config.json",
    "tokenizer_config.json",
    "processor_config.json",
    "preprocessor_config.json",
    "video_preprocessor_config.json",
    "image_processor_config.json",
    "generation_config.json",
    "adapter_config.json",
    "modules.json",
    "model_index.json",
    "modular_model_index.json",
    "chat_template.json",
];

/// Packages whose classes `modules.json` and `model_index.json` name.
const PACKAGES: &[&str] = &[
    "sentence_transformers",
    "transformers",
    "diffusers",
    "onnxruntime",
    "optimum",
    "pylate",
];

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let name = file_name(file.path);
    if !FILES.contains(&name) || !matches!(file.kind, Kind::Text(_)) {
        return;
    }
    let mut found: [(BTreeSet<String>, usize); 2] = Default::default();
    json_strings::visit(file.head, &mut |string| {
        let steps: Vec<&str> = string.route.split('/').skip(1).collect();
        let Some(reference) = reference(name, &steps, &string.value) else {
            return;
        };
        let (named, at) = &mut found[usize::from(reference.contains("--"))];
        if named.is_empty() {
            *at = string.at;
        }
        named.insert(reference.to_owned());
    });
    for (doc, (named, at)) in [OWN, FOREIGN].into_iter().zip(found) {
        if named.is_empty() {
            continue;
        }
        let mut finding = doc.at(file.path);
        finding.location.line = Some(line_of(file.head, at));
        finding.evidence.push(summary(&named));
        sink(finding);
    }
}

/// Most names told.
const SHOWN: usize = 6;

fn summary(named: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = named.iter().take(SHOWN).map(String::as_str).collect();
    let more = named.len() - shown.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("names {}{more}", shown.join(", "))
}

/// `module.Class` or `org/name--module.Class`, if a value at this place makes a
/// loader import it.
fn reference<'a>(file: &str, steps: &[&str], value: &'a str) -> Option<&'a str> {
    let place = match steps {
        // `auto_map` of every level: composite models have inner ones.
        [.., "auto_map", _] | [.., "auto_map", _, _] => true,
        ["custom_pipelines", _, "impl"] => true,
        [_, "type"] if file == "modules.json" => !of_package(value),
        // `["pipeline_x", "MyPipeline"]`: the file stands beside it.
        ["_class_name", "0"] if file == "model_index.json" => true,
        [_, "0"] if file == "model_index.json" => !of_package(value),
        _ => false,
    };
    let plain = value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    (place && plain && !value.is_empty() && value.len() <= 200).then_some(value)
}

/// Is it a class of a library, or no reference at all?
fn of_package(value: &str) -> bool {
    let package = value.split('.').next().unwrap_or_default();
    PACKAGES.contains(&package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::text_file;

    fn found(path: &str, text: &str) -> Vec<(String, String, u64)> {
        let mut found = vec![];
        file(&text_file(path, text), &mut |finding| {
            let line = finding.location.line.unwrap_or_default();
            found.push((finding.rule, finding.evidence.join("; "), line));
        });
        found
    }

    #[test]
    fn maps_of_classes() {
        let text = "{\n\"auto_map\": {\n\"AutoConfig\": \"configuration_x.XConfig\",\n\"AutoModel\": \"org/x--modeling_x.XModel\",\n\"AutoTokenizer\": [\"tokenization_x.XTok\", null]}}";
        let (own, foreign) = (
            "names configuration_x.XConfig, tokenization_x.XTok",
            "names org/x--modeling_x.XModel",
        );
        assert_eq!(
            found("sub/config.json", text),
            [
                ("remote-code".into(), own.into(), 3),
                ("foreign-code".into(), foreign.into(), 4)
            ]
        );
        assert!(found("package.json", text).is_empty());
        let plain = r#"{"model_type": "llama", "_name_or_path": "org/x--y"}"#;
        assert!(found("config.json", plain).is_empty());
    }

    #[test]
    fn pipelines_and_modules() {
        let modules = r#"[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "path": "1", "type": "custom_st.Pooling"}]"#;
        assert_eq!(
            found("modules.json", modules)[0].1,
            "names custom_st.Pooling"
        );
        let index = r#"{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet"],
            "vae": ["my_vae", "MyVae"], "safety_checker": [null, null]}"#;
        assert_eq!(found("model_index.json", index)[0].1, "names my_vae");
    }
}
