//! The classes: sound, told from ordinary files, blocking only with a value.

use super::*;
use crate::audit::tests::{ids_of, text_file};

fn random(length: usize) -> String {
    (0..length)
        .map(|i| char::from(b"aQ7mZk2VtR9xLw4sYp8HdNc"[(i * 11 + i / 23) % 23]))
        .collect()
}

fn severity(path: &str, text: &str) -> Option<(String, Severity)> {
    let mut found = vec![];
    file(&text_file(path, text), &mut |finding| {
        found.push((finding.rule, finding.severity));
    });
    assert!(found.len() <= 1);
    found.pop()
}

/// Path, content with a value, content without, whether the latter warns.
fn credential_files() -> [(&'static str, String, &'static str, bool); 9] {
    let token = random(34);
    [
        (
            ".env",
            format!("HF_TOKEN={token}\n"),
            "HF_TOKEN=hf_xxx\nPORT=7860\n",
            true,
        ),
        (
            "a/kaggle.json",
            format!("{{\"username\":\"j\",\"key\":\"{token}\"}}"),
            "{\"key\":\"YOUR_KEY\"}",
            true,
        ),
        (".huggingface/token", token.clone(), "", true),
        (
            ".netrc",
            format!("machine a\nlogin b\npassword {token}\n"),
            "machine a",
            true,
        ),
        (
            ".aws/credentials",
            format!("[default]\naws_secret_access_key = {token}\n"),
            "[default]\n",
            true,
        ),
        (
            ".pypirc",
            format!("[pypi]\npassword = {token}\n"),
            "[distutils]\nindex-servers = pypi\n",
            false,
        ),
        (
            "pip.conf",
            format!("[global]\nindex-url = https://u:{token}@pypi.example.org/simple\n"),
            "[global]\n",
            false,
        ),
        (
            "secrets.yaml",
            format!("token: {token}\n"),
            "token: {{ .Values.token }}\n",
            false,
        ),
        (
            "key.pem",
            format!(
                "-----BEGIN {} KEY-----\n{}\n-----END",
                "PRIVATE",
                random(200)
            ),
            "-----BEGIN CERTIFICATE-----\n",
            false,
        ),
    ]
}

#[test]
fn a_credential_file_blocks_only_with_a_value() {
    for (path, real, stand_in, warns) in credential_files() {
        let found = severity(path, &real).map(|(_, severity)| severity);
        assert_eq!(found, Some(Severity::High), "{path}");
        let found = severity(path, stand_in).map(|(_, severity)| severity);
        assert_eq!(found, warns.then_some(Severity::Medium), "{path}");
    }
}

#[test]
fn leftovers_warn() {
    for (path, id) in [
        ("training_args.bin", "training-args"),
        ("out/checkpoint-500/optimizer.pt", "optimizer-state"),
        ("out/checkpoint-500/model.safetensors", "checkpoint-folder"),
        ("wandb/run-20260101_1/files/config.yaml", "wandb-run"),
        ("runs/events.out.tfevents.1.host.2.0", "tensorboard-events"),
        ("src/__pycache__/a.cpython-312.pyc", "python-bytecode"),
        (
            "nb/.ipynb_checkpoints/a-checkpoint.ipynb",
            "notebook-checkpoint",
        ),
        (".DS_Store", "macos-metadata"),
        ("x/THUMBS.DB", "windows-metadata"),
        ("train.log", "log-file"),
        (".cache/huggingface/x", "hub-cache"),
    ] {
        let (found, severity) = severity(path, "x").unwrap_or_else(|| panic!("{path}"));
        assert_eq!(found, id, "{path}");
        assert!(severity < Severity::High);
    }
}

#[test]
fn ordinary_files_are_no_finding() {
    for path in [
        "README.md",
        "app.py",
        "config.json",
        "model.safetensors",
        "pytorch_model.bin",
        "a.ipynb",
        "data/train.parquet",
        "a.csv",
        "photo.jpg",
        "photo (1).jpg",
        "Dockerfile",
        ".gitignore",
        ".gitattributes",
        ".github/workflows/ci.yml",
        "deploy.py",
        "core",
        "build/x",
        "dist/x.whl",
        "a.tmp",
        "logs/a.json",
        "message_1.json",
        "model_config.toml",
        "conf.yaml",
        ".cursor/BUGBOT.md",
        "chart/templates/secrets.yaml",
        "test_nifti.nii",
        "lib.dll",
        ".env.example",
        "x.key",
        "core/a.py",
        "tokenizer.model",
        "wandb/__init__.py",
        "sql/schema.sql",
        "index.faiss",
        "images.zip",
    ] {
        assert!(ids_of(file, &text_file(path, "x")).is_empty(), "{path}");
    }
}

#[test]
fn advice_comes_from_the_path_alone() {
    assert_eq!(ignore_line("a/__pycache__/b.pyc"), Some("__pycache__/"));
    assert_eq!(ignore_line("a/b.py"), None);
    assert_eq!(ignore_line("._x"), None);
}

#[test]
fn every_glob_fits_a_path_made_from_it_and_every_regex_compiles() {
    for class in CLASSES {
        for glob in class.globs.iter().chain(class.not) {
            let path = glob
                .replace("[0-9]", "7")
                .replace("**", "x")
                .replace('*', "y")
                .replace('?', "z");
            let mut globs = Globs::default();
            globs.add(glob);
            assert_eq!(globs.fitting(&path), [0], "{glob} {path}");
        }
        for pattern in [class.head, class.harmless].into_iter().flatten() {
            assert!(Regex::new(pattern).is_ok(), "{}", class.doc.id);
        }
        for key in class.keys {
            assert_eq!(*key, key.to_ascii_lowercase());
        }
    }
}
