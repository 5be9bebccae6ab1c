//! Every form in which a Hugging Face token is left behind.
//!
//! In: tokens of each kind, written in each form, one file each. Out: one
//! blocking finding of the token's own rule for every file, and none for the
//! same forms around a placeholder.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hubsweep::rule::template::expand_seeded;
use serde_json::{Value, json};

use crate::builders::{Folder, Member, notebook, pickle, safetensors, zip};

/// A form: its name, a file that has it, and how it is written.
type Form = (&'static str, &'static str, fn(&str) -> Vec<u8>);

/// Tokens of each kind, and the rule that knows them.
const TOKENS: &[(&str, &str)] = &[
    ("hf_{alpha:34}", "hf-user-token"),
    ("hf_{alnum:33}7", "hf-user-token"),
    ("api_org_{alpha:34}", "hf-org-token"),
    ("api_org_{alnum:33}7", "hf-org-token"),
    ("hf_jwt_{jwt:hf}", "hf-jwt"),
    ("hf_oauth_{jwt:hf}", "hf-oauth-token"),
];

/// What stands where a token would.
const PLACEHOLDERS: &[&str] = &[
    "hf_{repeat:x:34}",
    "hf_{repeat:X:34}",
    "hf_YOUR_TOKEN_HERE",
    concat!("hf_", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGH"),
    "api_org_{repeat:x:34}",
    "hf_jwt_{repeat:x:60}",
    "hf_oauth_YOUR_TOKEN",
    "YOUR_HF_TOKEN",
];

/// Text around a token, which stands as `TOKEN`.
macro_rules! text {
    ($name:literal, $file:literal, $template:literal) => {
        ($name, $file, |token| {
            $template.replace("TOKEN", token).into_bytes()
        })
    };
}

const TEXT: &[Form] = &[
    text!("bare", "token", "TOKEN"),
    text!("bare line", "notes.txt", "first\nTOKEN\nlast\n"),
    text!("double quotes", "train.py", "x = \"TOKEN\"\n"),
    text!("single quotes", "train.py", "x = 'TOKEN'\n"),
    text!("backticks", "README.md", "Use `TOKEN` here.\n"),
    text!("comma", "notes.txt", "It is TOKEN, done\n"),
    text!("parentheses", "README.md", "The token (TOKEN) works\n"),
    text!("HTML", "README.md", "<p><code>TOKEN</code></p>\n"),
    text!("full stop", "README.md", "My token is TOKEN. Enjoy.\n"),
    text!(
        "query",
        "README.md",
        "https://huggingface.co/a/b?token=TOKEN&x=1\n"
    ),
    text!("flow mapping", "config.yaml", "hub: {token: TOKEN}\n"),
    text!(
        "user and token in a URL",
        "run.sh",
        "git clone https://user:TOKEN@huggingface.co/user/model\n"
    ),
    text!(
        "token in a URL",
        "run.sh",
        "git clone https://TOKEN@huggingface.co/user/model\n"
    ),
    text!("inside a word", "notes.txt", "X_TOKEN_Y\n"),
    text!(
        "escaped quotes",
        "log.json",
        "{\"line\": \"login(\\\"TOKEN\\\")\"}\n"
    ),
    text!(
        "Python repr",
        "out.log",
        "{'token': 'TOKEN', 'private': True}\n"
    ),
    text!(
        "git remote",
        "config",
        "[remote \"origin\"]\n\turl = https://user:TOKEN@huggingface.co/user/model\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
    ),
    text!(
        "netrc",
        ".netrc",
        "machine huggingface.co\n  login user\n  password TOKEN\n"
    ),
    text!(
        "netrc on a line",
        ".netrc",
        "machine huggingface.co login user password TOKEN\n"
    ),
    text!(
        "git credentials",
        ".git-credentials",
        "https://hf_user:TOKEN@huggingface.co\n"
    ),
    text!(
        "stored tokens",
        "stored_tokens",
        "[default]\nhf_token = TOKEN\nexpires_at = 1799999999\n"
    ),
    text!(
        "login",
        "train.py",
        "from huggingface_hub import login\nlogin(token=\"TOKEN\")\n"
    ),
    text!(
        "login, positional",
        "train.py",
        "login('TOKEN', add_to_git_credential=True)\n"
    ),
    text!(
        "use_auth_token",
        "train.py",
        "load_dataset(\"a/b\", use_auth_token=\"TOKEN\")\n"
    ),
    text!(
        "environment",
        "train.py",
        "os.environ[\"HF_TOKEN\"] = \"TOKEN\"\n"
    ),
    text!("flag", "run.sh", "hf auth login --token TOKEN\n"),
    text!(
        "flag with =",
        "run.sh",
        "hf upload a/b . --token=TOKEN --repo-type model\n"
    ),
    text!("export", "run.sh", "export HF_TOKEN=TOKEN\n"),
    text!(
        "env file",
        ".env",
        "HF_TOKEN=TOKEN\nHUGGING_FACE_HUB_TOKEN='TOKEN'\n"
    ),
    text!(
        "header",
        "run.sh",
        "curl -H \"Authorization: Bearer TOKEN\" https://huggingface.co/api/whoami-v2\n"
    ),
    text!(
        "JSON hub_token",
        "training_params.json",
        "{\"push_to_hub\": true, \"hub_token\": \"TOKEN\"}\n"
    ),
    text!(
        "YAML hub_token",
        "config.yaml",
        "train:\n  hub_token: TOKEN\n  push_to_hub: true\n"
    ),
    text!("TOML", "config.toml", "huggingface_token = \"TOKEN\"\n"),
    text!(
        "Dockerfile",
        "Dockerfile",
        "FROM python:3.12\nENV HF_TOKEN=TOKEN\n"
    ),
    text!(
        "front matter",
        "README.md",
        "---\nlicense: mit\nhf_token: TOKEN\n---\n# Model\n"
    ),
    text!("comment", "train.py", "# TOKEN\n"),
    text!(
        "table",
        "README.md",
        "| name | value |\n|---|---|\n| hub|TOKEN|\n"
    ),
    text!("CSV", "data.csv", "id,token\n1,TOKEN\n2,none\n"),
    text!("after a tab", "data.tsv", "1\tTOKEN\t2\n"),
    text!("in markup", "run.xml", "<token>TOKEN</token>\n"),
    text!("CRLF", "run.bat", "set HF_TOKEN=TOKEN\r\necho done\r\n"),
    text!(
        "file URL fragment",
        "README.md",
        "https://a.hf.space/#TOKEN\n"
    ),
    text!(
        "raw bytes after it",
        "weights.bin",
        "\u{1}\u{2}\0\0TOKEN\0\u{1}q\0"
    ),
];

const BUILT: &[Form] = &[
    ("notebook source", "run.ipynb", |token| {
        notebook(&format!("login(\"{token}\")\n"), "ok\n").into_bytes()
    }),
    ("notebook output", "run.ipynb", |token| {
        notebook("run()\n", &format!("token={token}, done\n")).into_bytes()
    }),
    ("pickle 0", "args.bin", |token| {
        pickle(0, &[("hub_token", token)])
    }),
    ("pickle 1", "args.bin", |token| {
        pickle(1, &[("hub_token", token)])
    }),
    ("pickle 2", "args.pkl", |token| {
        pickle(2, &[("hub_token", token)])
    }),
    ("pickle 3", "args.pkl", |token| {
        pickle(3, &[("hub_token", token)])
    }),
    ("pickle 4", "args.pkl", |token| {
        pickle(4, &[("hub_token", token)])
    }),
    ("pickle 5", "args.pkl", |token| {
        pickle(5, &[("hub_token", token)])
    }),
    ("stored training_args.bin", "training_args.bin", |token| {
        archive(token, true)
    }),
    ("deflated training_args.bin", "training_args.bin", |token| {
        archive(token, false)
    }),
    ("hex", "dump.txt", |token| {
        format!("data {}\n", hex(token)).into_bytes()
    }),
    ("percent", "access.log", |token| {
        let all = token.bytes().fold(String::new(), |mut all, byte| {
            let _ = write!(all, "%{byte:02X}");
            all
        });
        format!("GET /?q={all}&p=1\n").into_bytes()
    }),
    ("percent, as browsers do", "access.log", |token| {
        format!("GET /?next=%2Flogin%3Ftoken%3D{token}%26p%3D1\n").into_bytes()
    }),
    ("base64", "values.yaml", |token| {
        format!("data:\n  token: {}\n", STANDARD.encode(token)).into_bytes()
    }),
    ("base64 twice", "values.yaml", |token| {
        format!("data: {}\n", STANDARD.encode(STANDARD.encode(token))).into_bytes()
    }),
    ("Basic authorization", "run.sh", |token| {
        let pair = STANDARD.encode(format!("user:{token}"));
        format!("curl -H 'Authorization: Basic {pair}' https://huggingface.co\n").into_bytes()
    }),
    ("\\u escapes", "config.json", |token| {
        let all = token.encode_utf16().fold(String::new(), |mut all, unit| {
            let _ = write!(all, "\\u{unit:04x}");
            all
        });
        format!("{{\"x\": \"{all}\"}}\n").into_bytes()
    }),
    ("UTF-16 LE", "notes.txt", |token| {
        utf16(token, u16::to_le_bytes)
    }),
    ("UTF-16 BE", "notes.txt", |token| {
        utf16(token, u16::to_be_bytes)
    }),
    ("JSON twice", "trace.jsonl", |token| {
        let inner = json!({ "env": { "HF_TOKEN": token } }).to_string();
        let outer = json!({ "body": inner }).to_string();
        format!("{}\n", json!({ "event": outer })).into_bytes()
    }),
    ("safetensors", "lora.safetensors", |token| {
        safetensors(
            &json!({ "ss_network_args": format!("{{\"huggingface_token\": \"{token}\"}}") }),
        )
    }),
];

/// `training_args.bin` as `torch.save` writes it.
fn archive(token: &str, stored: bool) -> Vec<u8> {
    let arguments = pickle(2, &[("output_dir", "out"), ("hub_token", token)]);
    let member = |name, bytes| Member {
        name,
        bytes,
        stored,
    };
    zip(&[
        member("training_args/data.pkl", arguments.as_slice()),
        member("training_args/version", b"3\n"),
    ])
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn utf16(token: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}first\r\n{token}\r\nlast\r\n");
    text.encode_utf16().flat_map(order).collect()
}

/// Findings with a secret, or that block, below each numbered folder.
fn found(report: &Value, number: usize) -> Vec<(String, bool)> {
    let below = format!("{number:04}/");
    let places = |finding: &Value| {
        let also = finding["also"].as_array().cloned().unwrap_or_default();
        std::iter::once(finding.clone()).chain(also).any(|place| {
            place["path"]
                .as_str()
                .unwrap_or_default()
                .starts_with(&below)
        })
    };
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| places(finding))
        .map(|finding| {
            let rule = finding["rule"].as_str().unwrap().to_owned();
            (rule, finding["verdict"] == "block")
        })
        .collect()
}

fn forms() -> impl Iterator<Item = &'static Form> {
    TEXT.iter().chain(BUILT)
}

#[test]
fn every_form_of_every_token_blocks() {
    let folder = Folder::new();
    let mut cases = Vec::new();
    for (template, rule) in TOKENS {
        for (name, file, write) in forms() {
            let number = cases.len();
            let token = expand_seeded(template, number as u64);
            folder.file(&format!("{number:04}/{file}"), write(&token));
            cases.push((*template, *rule, *name));
        }
    }
    let (report, code) = folder.json();
    assert_eq!(code, Some(1));
    let missed: Vec<String> = cases
        .iter()
        .enumerate()
        .filter_map(|(number, (template, rule, form))| {
            let found = found(&report, number);
            let whole = found
                .iter()
                .any(|(by, blocks)| *blocks && (by == rule || by == "hf-git-credential"));
            (!whole).then(|| format!("{template} as {form}: {found:?}"))
        })
        .collect();
    let total = cases.len();
    assert!(
        missed.is_empty(),
        "{} of {total} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn placeholders_are_silent_in_every_form() {
    let folder = Folder::new();
    let mut cases = Vec::new();
    for template in PLACEHOLDERS {
        for (name, file, write) in forms() {
            let number = cases.len();
            let token = expand_seeded(template, 1);
            folder.file(&format!("{number:04}/{file}"), write(&token));
            cases.push((*template, *name));
        }
    }
    let (report, _) = folder.json();
    let noisy: Vec<String> = cases
        .iter()
        .enumerate()
        .filter_map(|(number, (template, form))| {
            let mut found = found(&report, number);
            found.retain(|(rule, blocks)| {
                *blocks || rule.starts_with("hf-") || rule.starts_with("generic-")
            });
            (!found.is_empty()).then(|| format!("{template} as {form}: {found:?}"))
        })
        .collect();
    assert!(
        noisy.is_empty(),
        "{} noisy:\n{}",
        noisy.len(),
        noisy.join("\n")
    );
}
