//! Four folders as people really have them: none blocks, each fits a screen.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hubsweep::rule::template::expand;
use serde_json::json;

use super::builders::{Folder, blocking, pickle, safetensors, stored};

/// No block, complete, and at most 24 lines of 80 columns.
fn passes(folder: &Folder) -> String {
    let (report, code) = folder.json();
    assert_eq!(blocking(&report), [""; 0]);
    assert_eq!(code, Some(0), "{report:#}");
    let text = folder.scan(&[]).stdout;
    assert!(text.lines().count() <= 24, "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    text
}

fn tokenizer(folder: &Folder) {
    let pieces = [
        "Ġthe",
        "hf_",
        "_token",
        "api_key",
        "=\"",
        "sk-",
        "@gmail.com",
        "/home/",
        "</s>",
        "▁a",
        "password",
    ];
    let words: Vec<String> = (0..3000)
        .map(|n| format!("{}{}{n:x}", pieces[n % 11], pieces[n / 11 % 11]))
        .collect();
    let vocabulary: serde_json::Map<String, serde_json::Value> = words
        .iter()
        .enumerate()
        .map(|(number, word)| (word.clone(), json!(number)))
        .collect();
    let merges: Vec<String> = words.windows(2).map(|pair| pair.join(" ")).collect();
    folder.file("vocab.json", json!(vocabulary).to_string());
    folder.file(
        "merges.txt",
        format!("#version: 0.2\n{}\n", merges.join("\n")),
    );
    folder.file(
        "tokenizer.json",
        json!({ "model": { "type": "BPE", "vocab": vocabulary, "merges": merges } }).to_string(),
    );
    folder.file("tokenizer_config.json", "{\n  \"model_max_length\": 1024,\n  \"tokenizer_class\": \"GPT2Tokenizer\",\n  \"name_or_path\": \"gpt2\"\n}\n");
    folder.file(
        "special_tokens_map.json",
        "{\n  \"eos_token\": \"<|endoftext|>\"\n}\n",
    );
}

/// What the Hub's evaluator signs a result with: shaped like a web token.
fn signature() -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "alg": "EdDSA", "typ": "JWT" }));
    let payload = part(json!({ "hash": expand("{hex:64}"), "version": 1 }));
    format!("{header}.{payload}.{}", expand("{base64url:86}"))
}

#[test]
fn a_trainer_output_folder() {
    let folder = Folder::new();
    let card = "---\nlibrary_name: transformers\nlicense: apache-2.0\nbase_model: openai-community/gpt2\n\
         tags:\n- generated_from_trainer\nmetrics:\n- accuracy\nmodel-index:\n- name: gpt2-demo\n  results:\n\
         \x20 - task:\n      type: text-generation\n    metrics:\n    - type: accuracy\n      value: 0.91\n      verified: true\n\
         \x20     verifyToken: SIGNATURE\n---\n\n# gpt2-demo\n\nThis model is a fine-tuned version of \
         [openai-community/gpt2](https://huggingface.co/openai-community/gpt2).\n\n## Training procedure\n\n\
         - learning_rate: 5e-05\n- seed: 42\n\n| Training Loss | Epoch |\n|:---:|:---:|\n| 3.1 | 1.0 |\n";
    folder.file("README.md", card.replace("SIGNATURE", &signature()));
    folder.file(
        "config.json",
        json!({ "_name_or_path": "openai-community/gpt2", "architectures": ["GPT2LMHeadModel"],
                "model_type": "gpt2", "n_layer": 12, "transformers_version": "4.57.0" })
        .to_string(),
    );
    tokenizer(&folder);
    folder.file("model.safetensors", safetensors(&json!({ "format": "pt" })));
    let arguments = pickle(
        2,
        &[
            ("output_dir", "/home/anna/runs/gpt2-demo"),
            (
                "logging_dir",
                "/home/anna/runs/gpt2-demo/runs/Nov20_12-00-00_node3",
            ),
            ("run_name", "gpt2-demo"),
            ("hub_token", ""),
        ],
    );
    for (name, member) in [
        ("training_args", &arguments[..]),
        ("optimizer", &pickle(2, &[("a", "b")])),
        ("scheduler", &pickle(2, &[("last", "x")])),
        ("rng_state", &pickle(2, &[("python", "x")])),
    ] {
        let root = format!("{name}/data.pkl");
        let tensor = format!("{name}/data/0");
        let ending = match name {
            "training_args" => "bin",
            "rng_state" => "pth",
            _ => "pt",
        };
        folder.file(
            &format!("{name}.{ending}"),
            stored(&[(&root, member), (&tensor, &[0x3c; 256])]),
        );
    }
    folder.file(
        "trainer_state.json",
        json!({ "best_model_checkpoint": "/home/anna/runs/gpt2-demo/checkpoint-500", "epoch": 1.0,
                "log_history": [{ "loss": 3.1, "step": 500 }] })
        .to_string(),
    );
    folder.file(
        "runs/Nov20_12-00-00_node3/events.out.tfevents.1763632800.node3.4242.0",
        b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22\x09\0\0\x80\x3e\xd6\x6a\xdaA\x1a\x0dbrain.Event:2",
    );
    let text = passes(&folder);
    assert!(text.contains("hardcoded paths"), "{text}");
    assert!(!text.contains("clean"), "{text}");
}

#[test]
fn an_email_dataset_that_declares_itself() {
    let folder = Folder::new();
    folder.file(
        "README.md",
        "---\nlicense: cc-by-4.0\ntask_categories:\n- text-classification\n---\n\n# Mails\n\nMails that people gave us.\n",
    );
    let names = ["anna", "bernd", "carla", "dmitri", "elena"];
    let row = |n: usize| {
        (
            format!("{}.k{n}@vogel-labor{}.de", names[n % 5], n % 7),
            format!("text number {n}"),
        )
    };
    let rows: Vec<(String, String)> = (0..500).map(row).collect();
    let table: Vec<String> = rows
        .iter()
        .map(|(mail, text)| format!("{mail},{text}"))
        .collect();
    folder.file(
        "data/train.csv",
        format!("email,text\n{}\n", table.join("\n")),
    );
    let lines: Vec<String> = rows
        .iter()
        .map(|(mail, text)| json!({ "from": mail, "text": text }).to_string())
        .collect();
    folder.file("data/test.jsonl", lines.join("\n"));
    let text = passes(&folder);
    assert_eq!(text.matches("e-mail").count(), 1, "{text}");

    folder.file(
        "hubsweep.toml",
        "[[personal-data.holds]]\npath = \"data/**\"\nentities = [\"email\"]\n\
         reason = \"the data set is about e-mail\"\n",
    );
    let text = passes(&folder);
    assert!(!text.contains("e-mail addresses"), "{text}");
    let (report, _) = folder.json();
    // A column each.
    assert_eq!(report["suppressed"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_space() {
    let folder = Folder::new();
    folder.file(
        "README.md",
        "---\ntitle: Demo\nemoji: 🧹\ncolorFrom: blue\ncolorTo: green\nsdk: gradio\nsdk_version: 5.49.1\napp_file: app.py\npinned: false\n---\n\n# Demo\n",
    );
    folder.file(
        "app.py",
        "import os\n\nimport gradio as gr\nfrom huggingface_hub import InferenceClient\n\n\
         HF_TOKEN = os.environ[\"HF_TOKEN\"]\napi_key = os.getenv(\"OPENAI_API_KEY\", \"\")\n\
         client = InferenceClient(\"meta-llama/Llama-3.1-8B-Instruct\", token=HF_TOKEN)\n\n\n\
         def answer(text, password=None):\n    return client.text_generation(text)\n\n\n\
         gr.Interface(answer, \"text\", \"text\").launch(server_name=\"0.0.0.0\", server_port=7860)\n",
    );
    folder.file(
        "requirements.txt",
        "gradio==5.49.1\nhuggingface_hub>=0.30\ntorch\n",
    );
    folder.file(
        ".env.example",
        "HF_TOKEN=hf_your_token_here\nOPENAI_API_KEY=sk-...\nDB_PASSWORD=changeme\n",
    );
    folder.file(".gitignore", ".env\n__pycache__/\n");
    folder.file("Dockerfile", "FROM python:3.12\nWORKDIR /app\nRUN useradd -m -u 1000 user\nENV HOME=/home/user\nCOPY . .\nCMD [\"python\", \"app.py\"]\n");
    passes(&folder);
}

#[test]
fn a_fork_of_a_library() {
    let folder = Folder::new();
    let placeholder = format!("hf_{}", "x".repeat(34));
    folder.file("README.md", "# Library\n\nInstall with `pip install library`.\n\n```bash\nexport HF_TOKEN=PLACEHOLDER\nhuggingface-cli login --token $HF_TOKEN\n```\n\nMail security@huggingface.co about security.\n".replace("PLACEHOLDER", &placeholder));
    folder.file("setup.py", "from setuptools import setup\n\nsetup(\n    name=\"library\",\n    author=\"The Library Team\",\n    author_email=\"transformers@huggingface.co\",\n    url=\"https://github.com/huggingface/transformers\",\n)\n");
    folder.file(".github/workflows/tests.yml", "on: [push]\nenv:\n  HF_TOKEN: ${{ secrets.HF_TOKEN }}\n  HF_HOME: /mnt/cache\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8\n      - run: pytest --token ${{ secrets.HF_TOKEN }}\n");
    folder.file("docker/Dockerfile", "FROM nvidia/cuda:12.1.0\nARG PYTORCH='2.9.0'\nENV PATH=/root/.cargo/bin:$PATH\nRUN git clone https://github.com/huggingface/transformers /transformers\n");
    folder.file("pyproject.toml", "[tool.ruff]\nline-length = 119\n[tool.pytest.ini_options]\nmarkers = [\"is_staging_test\"]\n");
    folder.file(
        "tests/fixtures/vocab.txt",
        "[PAD]\n[UNK]\n[CLS]\nthe\n##token\n",
    );
    for number in 0..30 {
        folder.file(
            &format!("src/library/models/model_{number}/modeling_{number}.py"),
            format!(
                "# Copyright 2025 The Library Team\nimport torch\n\nfrom ...utils import cached_file\n\n\n\
                 class Model{number}(torch.nn.Module):\n    def __init__(self, token=None, use_auth_token=None):\n        \
                 self.pad_token_id = {number}\n        self.eos_token = \"<|endoftext|>\"\n        \
                 self.token = token if token is not None else use_auth_token\n        \
                 self.config = cached_file(\"config.json\", token=token, revision=\"main\")\n        \
                 self.sha = \"{}\"\n",
                expand("{hex:40}"),
            ),
        );
        folder.file(
            &format!("tests/models/test_{number}.py"),
            format!(
                "import unittest\n\nTOKEN = \"hf_dummy_token_for_the_tests\"\nUSER = \"__DUMMY_TRANSFORMERS_USER__\"\nENDPOINT = \"https://hub-ci.huggingface.co\"\n\n\n\
                 class Test{number}(unittest.TestCase):\n    def test_login(self):\n        \
                 login(token=\"hf_token\", password=\"password\")\n        \
                 os.environ[\"API_KEY\"] = \"dummy-api-key\"\n        \
                 self.assertEqual(get_token(), \"hf_1234567890\")\n        \
                 path = \"/home/user/.cache/huggingface\"\n"
            ),
        );
    }
    folder.file(
        "CONTRIBUTING.md",
        "Ask maintainers. Run `pytest tests`. Paths such as /path/to/model are examples.\n",
    );
    passes(&folder);
}
