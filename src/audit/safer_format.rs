//! Weights that exist as pickles only.
//!
//! In: the paths of the tree. Out: one piece of advice for each folder whose
//! pickled weights have no safetensors twin.

use std::collections::BTreeMap;

use super::{Doc, Tree, file_name};
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "no-safetensors",
    description: "Weights in pickle format only",
    category: Category::UnsafeFile,
    group: "pickled weights",
    severity: Severity::Info,
    why: "Loading a pickle can run code, so careful users and many tools refuse it; the Hub shows a warning beside it.",
    fix: "Save the weights as safetensors: `save_pretrained` does by default, `safetensors.torch.save_file` for the rest.",
};

/// Endings of pickled weights.
const ENDINGS: &[&str] = &["bin", "pt", "pth", "ckpt"];

/// Names with such an ending that hold no weights.
const OTHERS: &[&str] = &[
    "training_args",
    "optimizer",
    "scheduler",
    "scaler",
    "rng_state",
    "random_states",
    "trainer_state",
    "tokenizer",
    "freq_cis",
];

/// A pickle smaller than this holds settings, not weights.
const SMALLEST: u64 = 64 * 1024;

pub(super) fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    let mut folders: BTreeMap<&str, (Vec<&str>, bool)> = BTreeMap::new();
    for (path, size) in tree.files {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (pickled, twin) = folders.entry(folder).or_default();
        if path.ends_with(".safetensors") {
            *twin = true;
        } else if *size >= SMALLEST && is_pickled_weights(path) {
            pickled.push(path);
        }
    }
    for (pickled, twin) in folders.into_values() {
        let Some(first) = pickled.first().filter(|_| !twin) else {
            continue;
        };
        let mut finding = DOC.at(first);
        if pickled.len() > 1 {
            let more = pickled.len() - 1;
            finding
                .evidence
                .push(format!("and {more} more in the folder"));
        }
        sink(finding);
    }
}

fn is_pickled_weights(path: &str) -> bool {
    let name = file_name(path);
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    ENDINGS.contains(&ending) && !OTHERS.iter().any(|other| stem.starts_with(other))
}

#[cfg(test)]
mod tests {
    use crate::audit::tests::tree_of;

    #[test]
    fn twins() {
        let files = [
            ("pytorch_model-1.bin", 1 << 20),
            ("pytorch_model-2.bin", 1 << 20),
            ("training_args.bin", 1 << 20),
            ("small.pt", 100),
            ("b/model.pt", 1 << 20),
            ("b/model.safetensors", 1 << 20),
            ("c/optimizer.pt", 1 << 20),
        ]
        .map(|(path, size)| (path.to_owned(), size));
        let mut found = vec![];
        super::tree(&tree_of(&files), &mut |finding| {
            found.push((finding.location.path, finding.evidence.join("")));
        });
        let expected = ("pytorch_model-1.bin", "and 1 more in the folder");
        assert_eq!(found, [(expected.0.to_owned(), expected.1.to_owned())]);
    }
}
