//! A model repository that leaks what such repositories leak.
//!
//! In: a folder and a seed. Out: files in it. Every token is made up at this
//! moment, so no file of ours ever holds one.

use std::fs;
use std::io;
use std::path::Path;

use super::torch::{self, Value};
use crate::rule::template::expand_seeded;

/// Bytes of tensors in the weights.
const TENSOR: usize = 4096;

/// Whose machine it comes from.
const USER: &str = "mkowalska";

/// Write the repository.
pub(super) fn write(root: &Path, seed: u64) -> io::Result<()> {
    let token = expand_seeded("hf_{alpha:34}", seed);
    let put = |name: &str, bytes: &[u8]| {
        let path = root.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, bytes)
    };
    put(".env", env(&token, seed).as_bytes())?;
    put("README.md", card(&token).as_bytes())?;
    put("config.json", config().as_bytes())?;
    put("training_args.bin", &training_args(&token))?;
    put("model.safetensors", &weights())?;
    put("optimizer.pt", &optimizer())?;
    put("runs/events.out.tfevents.1755000000.gpu01", &[0; 64])?;
    put("__pycache__/train.cpython-312.pyc", &[0; 64])?;
    put(".DS_Store", b"\0\0\0\x01Bud1")
}

/// Two keys, as people keep them beside a training script.
fn env(token: &str, seed: u64) -> String {
    let key = expand_seeded("WANDB_API_KEY={hex:40}\n", seed.wrapping_add(1));
    format!("HF_TOKEN={token}\n{key}")
}

fn card(token: &str) -> String {
    format!(
        "---\nlicense: apache-2.0\nlanguage: en\npipeline_tag: text-classification\n---\n\n\
         # Reviews classifier\n\n```python\nfrom huggingface_hub import login\n\n\
         login(token=\"{token}\")\n```\n"
    )
}

fn config() -> String {
    format!(
        r#"{{
  "_name_or_path": "/home/{USER}/models/reviews",
  "architectures": ["DistilBertForSequenceClassification"],
  "model_type": "distilbert",
  "transformers_version": "4.57.1"
}}
"#
    )
}

/// `torch.save(args)` keeps the token that `push_to_hub` was given; the JSON
/// files of a run mask it.
fn training_args(token: &str) -> Vec<u8> {
    let home = format!("/home/{USER}/runs/reviews");
    let logs = format!("{home}/logs");
    let fields = [
        ("output_dir", Value::Text(&home)),
        ("learning_rate", Value::Float(5e-5)),
        ("num_train_epochs", Value::Int(3)),
        ("logging_dir", Value::Text(&logs)),
        ("push_to_hub", Value::Bool(true)),
        ("hub_token", Value::Text(token)),
        ("fp16", Value::Bool(false)),
    ];
    let pickle = torch::pickle("transformers.training_args", "TrainingArguments", &fields);
    torch::save(&pickle)
}

fn optimizer() -> Vec<u8> {
    let fields = [("lr", Value::Float(5e-5)), ("step", Value::Int(900))];
    torch::save(&torch::pickle("collections", "OrderedDict", &fields))
}

fn weights() -> Vec<u8> {
    let mut header = format!(
        r#"{{"__metadata__":{{"format":"pt"}},"classifier.weight":{{"dtype":"F32","shape":[{}],"data_offsets":[0,{TENSOR}]}}}}"#,
        TENSOR / 4
    );
    // The tensors start at a multiple of eight.
    while header.len() % 8 != 0 {
        header.push(' ');
    }
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend_from_slice(header.as_bytes());
    out.resize(out.len() + TENSOR, 0);
    out
}
