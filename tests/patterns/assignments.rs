//! What the generic detectors make of ordinary configuration and code.
//!
//! In: templates of leaks in every syntax that assigns, and of lines that only
//! look like one. Out: a finding for each of the first, none for the others.

use hubsweep::engine::Engine;
use hubsweep::rule::{Catalogue, template};

use crate::sweep::sweep;

const LEAKS: &[(&str, &str)] = &[
    ("app.env", "NORDWIND_TOKEN={alnum:32}"),
    ("app.env", "NORDWIND_API_KEY={lower:32}"),
    ("app.env", "NORDWIND_SECRET={alnum:12}:{hex:40}"),
    ("run.sh", "export NORDWIND_SECRET='{hex:40}'"),
    ("run.sh", "nordwind deploy --api-key {alnum:32} --region eu"),
    (
        "run.sh",
        "curl -H \"X-Api-Key: {hex:32}\" https://api.nordwind.de/v1",
    ),
    (
        "run.sh",
        "curl -H 'Authorization: Bearer {alnum:40}' https://api.nordwind.de",
    ),
    ("a.yaml", "nordwind:\n  api_key: {alnum:32}\n"),
    ("a.yaml", "nordwind: {secret_key: \"{base64:40}\"}"),
    ("a.json", "{\"apiKey\": \"{alnum:32}\"}"),
    ("a.json", "{\"nordwind\": {\"access_token\": \"{uuid}\"}}"),
    ("a.toml", "auth_token = \"{alnum:32}\""),
    (
        "a.py",
        "client = Nordwind(api_key=\"{alnum:32}\", timeout=3)",
    ),
    ("a.py", "os.environ[\"NORDWIND_API_KEY\"] = \"{alnum:32}\""),
    ("a.py", "SECRET: str = '{alnum:32}'"),
    ("a.go", "\tapiKey := \"{alnum:22}\""),
    ("a.js", "const clientSecret = `{alnum:32}`;"),
    (
        "A.java",
        "System.setProperty(\"NORDWIND_TOKEN\", \"{alnum:32}\");",
    ),
    ("a.php", "'api_key' => '{alnum:32}',"),
    ("a.xml", "<apiKey>{alnum:32}</apiKey>"),
    ("a.xml", "<secret>{nordwind AQAAABAAA {alnum:40}}</secret>"),
    ("a.ini", "[db]\npassword = {alnum:14}\n"),
    (
        "a.py",
        "db_password = \"k)9{alnum:4}[x!{digit:2}Q{alnum:4}\"",
    ),
    (
        "a.py",
        "url = 'postgresql://svc:{alnum:20}@db4.nordwind.de/warehouse'",
    ),
];

const HARMLESS: &[(&str, &str)] = &[
    ("app.env", "API_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("app.env", "API_KEY=${API_KEY}"),
    ("app.env", "API_KEY=\nSECRET_FILE=/run/secrets/key0\n"),
    ("a.yaml", "api_key: <your-api-key>"),
    ("a.yaml", "token: {{ secrets.SERVICE_TOKEN }}"),
    ("a.yaml", "password: changeme"),
    ("a.json", "{\"api_key\": \"YOUR_API_KEY_1\"}"),
    ("a.json", "{\"token\": null, \"id\": \"{uuid}\"}"),
    ("a.json", "{\"key\": \"{uuid}\", \"key\": \"{alnum:32}\"}"),
    ("a.json", "{\"workspace_key\": \"{uuid}\"}"),
    (
        "a.json",
        "{\"eos_token\": \"<|im_end|>\", \"pad_token_id\": 151643}",
    ),
    ("a.json", "{\"token_hash\": \"{hex:64}\"}"),
    ("a.json", "{\"secret_sha256\": \"{hex:64}\"}"),
    ("a.toml", "key_id = \"{alnum:20}\""),
    ("a.py", "api_key = os.environ[\"SERVICE_API_KEY\"]"),
    ("a.py", "token = getpass.getpass(\"Token 4 the Hub: \")"),
    ("a.py", "token = os.getenv('HF_TOKEN', None)"),
    ("a.py", "token = tokenizer.convert_ids_to_tokens(ids[0])"),
    (
        "a.py",
        "special_tokens = {\"cls_token\": \"[CLS0]\", \"sep_token\": \"[SEP1]\"}",
    ),
    ("a.py", "key_padding_mask = attention_mask.eq(0).T_2"),
    ("a.py", "password = f\"{user}-{datetime.now():%Y%m%d}\""),
    (
        "a.py",
        "password_regex = r\"^(?=.*[A-Z])(?=.*[0-9]).{8,}$\"",
    ),
    ("a.py", "secret_name = \"projects/42/secrets/Nordwind7\""),
    (
        "a.py",
        "token_url = \"https://auth.nordwind.de/oauth2/v1/token\"",
    ),
    (
        "a.py",
        "state_dict_key = \"model.layers.0.self_attn.q_proj.weight\"",
    ),
    (
        "a.js",
        "const labels = {title:\"Password:\",remember:\"Remember me 2:\"}",
    ),
    (
        "a.js",
        "{password: 'Mot de passe', token: 'Jeton d\\'acc\u{e8}s'}",
    ),
    (
        "a.css",
        "input[type=password],.gradio-container-6-31-0 [type=number]{margin:0}",
    ),
    (
        "a.sh",
        "docker login --username me --password \"$PASSWORD1\"",
    ),
    (
        "a.md",
        "Set the token with `hf auth login --token $HF_TOKEN`.",
    ),
    ("a.md", "The secret: use Python 3.12 and CUDA 12.4"),
    (
        "a.py",
        "url = \"postgresql://user:password@localhost:5432/db\"",
    ),
    (
        "a.py",
        "url = f\"https://{user}:{token}@huggingface.co/{repo}\"",
    ),
];

fn engine() -> Engine {
    Engine::new(&Catalogue::builtin().unwrap())
}

/// The rules that found a secret in a line.
fn found(engine: &Engine, file: &str, line: &str) -> Vec<String> {
    let text = template::expand(line);
    let hits = sweep(engine, file, file, format!("{text}\n").as_bytes());
    hits.into_iter()
        .filter(|hit| !hit.is_path)
        .map(|hit| hit.rule)
        .collect()
}

#[test]
fn leaks_are_found_in_every_syntax() {
    let engine = engine();
    let missed: Vec<_> = LEAKS
        .iter()
        .filter(|(file, line)| found(&engine, file, line).is_empty())
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn ordinary_lines_are_silent() {
    let engine = engine();
    let noisy: Vec<_> = HARMLESS
        .iter()
        .map(|(file, line)| (file, line, found(&engine, file, line)))
        .filter(|(.., rules)| !rules.is_empty())
        .collect();
    assert!(noisy.is_empty(), "{noisy:#?}");
}
