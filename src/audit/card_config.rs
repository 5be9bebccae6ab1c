//! A raw training configuration pasted into a card.
//!
//! In: the text of a card. Out: a finding for each fenced or folded block
//! that is a training configuration and holds local paths or credentials.

use super::assignment::assignments;
use super::likeness::{is_secret_name, is_secret_value};
use super::{Doc, File, file_name, line_of, local_path};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "training-config-in-card",
    description: "Raw training configuration in the card",
    category: Category::Repository,
    group: "card",
    severity: Severity::Medium,
    why: "Training tools paste their configuration into the card as it was: data folders, tracker accounts and any key in it.",
    fix: "Edit the block before you publish the card: repository ids for paths, no keys.",
};

/// Names only a training configuration has; two make one.
const TRAINING: &[&str] = &[
    "learning_rate",
    "lr",
    "num_epochs",
    "num_train_epochs",
    "max_steps",
    "micro_batch_size",
    "batch_size",
    "train_batch_size",
    "per_device_train_batch_size",
    "gradient_accumulation_steps",
    "optimizer",
    "optim",
    "lr_scheduler",
    "lr_scheduler_type",
    "warmup_steps",
    "warmup_ratio",
    "weight_decay",
    "lora_r",
    "lora_alpha",
    "lora_rank",
    "sequence_len",
    "output_dir",
    "wandb_project",
    "gradient_checkpointing",
    "dataset_prepared_path",
    "val_set_size",
    "bf16",
    "pretrained_model_name_or_path",
    "network_dim",
    "mixed_precision",
    "train_data_dir",
    "seed",
];

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    // In folders of code a README is documentation, unless it is a card too.
    let card = file.path == "README.md" || file.head.starts_with(b"---\n");
    if file_name(file.path) != "README.md" || !card {
        return;
    }
    for (at, block) in blocks(file.head) {
        let trained = assignments(block)
            .filter(|pair| TRAINING.contains(&option_name(pair.name)))
            .count();
        if trained < 2 {
            continue;
        }
        let leaks = leaks(block);
        if !leaks.is_empty() {
            let line = line_of(file.head, at);
            let mut finding = DOC.inside(file.path, &format!("/line {line}"));
            finding.location.route = None;
            finding.location.line = Some(line);
            finding.evidence = leaks;
            sink(finding);
        }
    }
}

/// `--learning_rate=1` is an option of the same name.
fn option_name(name: &str) -> &str {
    name.trim_start_matches('-')
}

/// Names of the fields that should not be public.
fn leaks(block: &[u8]) -> Vec<String> {
    let mut leaks: Vec<String> = Vec::new();
    for pair in assignments(block) {
        let value = String::from_utf8_lossy(pair.value);
        let absolute = local_path::kind(&value)
            .is_some_and(|kind| kind != local_path::Kind::Relative)
            && value.matches(['/', '\\']).count() >= 2;
        let leak = if is_secret_name(pair.name) && is_secret_value(pair.name, pair.value) {
            format!("`{}` has a value that is no placeholder", pair.name)
        } else if absolute && local_path::user(&value).is_some() {
            format!("`{}` is a local path with a user name", pair.name)
        } else if absolute {
            format!("`{}` is a local path", pair.name)
        } else {
            continue;
        };
        if !leaks.contains(&leak) {
            leaks.push(leak);
        }
    }
    leaks
}

/// Blocks between fences, or folded, with the offset of their first line.
fn blocks(text: &[u8]) -> Vec<(usize, &[u8])> {
    let mut blocks = Vec::new();
    let mut open: Option<(&[u8], usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let start = line.trim_ascii();
        match open {
            None if start.starts_with(b"```") => open = Some((b"```", at + line.len())),
            None if start.starts_with(b"~~~") => open = Some((b"~~~", at + line.len())),
            None if start.starts_with(b"<details") => {
                open = Some((b"</details", at + line.len()));
            }
            Some((close, from)) if start.starts_with(close) => {
                blocks.push((from, &text[from..at]));
                open = None;
            }
            // A fence inside a folded block ends nothing.
            _ => {}
        }
        at += line.len();
    }
    if let Some((_, from)) = open {
        blocks.push((from, &text[from.min(text.len())..]));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::text_file;

    fn evidence(text: &str) -> Vec<(Option<u64>, Vec<String>)> {
        let mut found = vec![];
        file(&text_file("README.md", text), &mut |finding| {
            found.push((finding.location.line, finding.evidence));
        });
        found
    }

    #[test]
    fn pasted_configurations() {
        let card = "# M\n<details><summary>config</summary>\n\n```yaml\nbase_model: org/a\nlearning_rate: 1e-5\noutput_dir: /workspace/data/out\ndatasets:\n  - path: /home/jane/d.jsonl\nwandb_api_key:\n```\n</details>\n";
        let expected = [
            "`output_dir` is a local path",
            "`path` is a local path with a user name",
        ];
        assert_eq!(
            evidence(card),
            [(Some(3), expected.map(str::to_owned).to_vec())]
        );
    }

    #[test]
    fn ordinary_blocks() {
        for card in [
            "```python\nmodel = load('/data/x/y')\n```\n",
            "```yaml\nlearning_rate: 1e-5\nseed: 1\noutput_dir: ./out\n```\n",
            "```sh\ntrain --learning_rate=1 --seed=2 --output_dir=/path/to/out\n```\n",
            "learning_rate: 1\nseed: 2\noutput_dir: /workspace/a/b\n",
        ] {
            assert!(evidence(card).is_empty(), "{card}");
        }
    }
}
