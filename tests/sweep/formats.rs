//! Every kind of text and container: the token is found and the report says
//! where in it.

use serde_json::json;

use super::builders::{
    Folder, Member, blocking, notebook, pickle, places, safetensors, stored, token, zip,
};

/// The routes at which the token of each file is found, by path.
fn routes(folder: &Folder) -> Vec<String> {
    let (report, code) = folder.json();
    assert_eq!(code, Some(1), "{report:#}");
    let mut found: Vec<String> = places(&report, "hf-user-token")
        .into_iter()
        .map(|(path, route, _, _)| format!("{path}!{route}"))
        .collect();
    found.sort();
    found
}

#[test]
fn cards_tell_their_parts() {
    let folder = Folder::new();
    let card = format!(
        "---\nlicense: mit\nmodel-index:\n- name: demo\n  results:\n  - source:\n      url: {}\n---\n# Card\n\n\
         ```python\nlogin(token=\"{}\")\n```\n\n<!-- old: {} -->\n\nText with {}.\n",
        token(1),
        token(2),
        token(3),
        token(4),
    );
    folder.file("README.md", &card);
    let (report, _) = folder.json();
    let found = places(&report, "hf-user-token");
    let parts: Vec<(&str, u64)> = found
        .iter()
        .map(|place| (place.1.as_str(), place.2))
        .collect();
    assert_eq!(
        parts,
        [
            ("/front-matter/model-index/results/source/url", 7),
            ("/code:python", 12),
            ("", 15),
            ("", 17),
        ]
    );
    for place in &found {
        let start = place.3.unwrap() as usize;
        assert!(card[start..].starts_with("hf_"));
    }
}

#[test]
fn json_tells_its_keys() {
    let folder = Folder::new();
    let nested = json!({ "hub": [{ "auth": { "token": token(1) } }], "escaped/key": token(2) });
    folder.file(
        "config.json",
        serde_json::to_string_pretty(&nested).unwrap(),
    );
    let lines: Vec<String> = (0..3)
        .map(|n| json!({ "text": token(n + 3) }).to_string())
        .collect();
    folder.file("rows.jsonl", lines.join("\n"));
    // Read as one document, whatever its name says.
    folder.file(
        "escaped.json",
        format!("{{\"a\": \"\\u0068f_{}\"}}", &token(7)[3..]),
    );
    assert_eq!(
        routes(&folder),
        [
            "config.json!/escaped~1key",
            "config.json!/hub/0/auth/token",
            "escaped.json!/a!escape",
            "rows.jsonl!/text/row-0",
            "rows.jsonl!/text/row-1",
            "rows.jsonl!/text/row-2",
        ]
    );
}

#[test]
fn notebooks_tell_cell_and_part() {
    let folder = Folder::new();
    folder.file(
        "a.ipynb",
        notebook(
            &format!("import os\nos.environ[\"HF_TOKEN\"] = \"{}\"\n", token(1)),
            &format!(
                "\u{1b}[31mError\u{1b}[0m: bad token \u{1b}[32m{}\u{1b}[0m\n",
                token(2)
            ),
        ),
    );
    let traceback = json!({
        "cells": [{
            "cell_type": "code", "metadata": { "tags": [token(3)] }, "source": [], "execution_count": 1,
            "outputs": [
                { "output_type": "error", "ename": "HTTPError", "evalue": "401",
                  "traceback": ["\u{1b}[0;31m---------\u{1b}[0m", format!("\u{1b}[0;32mtoken\u{1b}[0m={}", token(4))] },
                { "output_type": "display_data", "metadata": {},
                  "data": { "image/png": "iVBORw0KGgo".repeat(900), "text/plain": [token(5)] } },
            ],
        }],
        "metadata": { "note": token(6) }, "nbformat": 4, "nbformat_minor": 5,
    });
    folder.file("b.ipynb", traceback.to_string());
    assert_eq!(
        routes(&folder),
        [
            "a.ipynb!/cells/1/outputs/0/text/0",
            "a.ipynb!/cells/1/source/1",
            "b.ipynb!/cells/0/metadata/tags/0",
            "b.ipynb!/cells/0/outputs/0/traceback/1",
            "b.ipynb!/cells/0/outputs/1/data/text~1plain/0",
            "b.ipynb!/metadata/note",
        ]
    );
}

#[test]
fn plain_texts_tell_their_lines() {
    let folder = Folder::new();
    let texts = [
        ("a.yaml", "hub:\n  token: TOKEN\n"),
        ("b.toml", "[hub]\ntoken = \"TOKEN\"\n"),
        (".env", "A=1\nHF_TOKEN=TOKEN\n"),
        ("d.py", "import os\nlogin(token='TOKEN')\n"),
        ("e.sh", "set -e\nexport HF_TOKEN=TOKEN\n"),
        ("f.csv", "id,text\n1,TOKEN\n"),
        ("g.txt", "one\r\nTOKEN\r\n"),
        (
            "h.html",
            "<p>\n<a href=\"https://user:TOKEN@huggingface.co/x\">x</a>\n",
        ),
        ("i", "no ending\nTOKEN"),
    ];
    for (number, (name, text)) in texts.iter().enumerate() {
        folder.file(name, text.replace("TOKEN", &token(number as u64)));
    }
    let (report, _) = folder.json();
    let mut lines: Vec<(String, u64)> = Vec::new();
    for (name, _) in texts {
        let findings = report["findings"].as_array().unwrap();
        let hit = findings
            .iter()
            .find(|finding| finding["path"] == name && finding["verdict"] == "block");
        lines.push((
            name.to_owned(),
            hit.map_or(0, |hit| hit["line"].as_u64().unwrap()),
        ));
    }
    let expected: Vec<(String, u64)> = texts
        .iter()
        .map(|(name, _)| ((*name).to_owned(), 2))
        .collect();
    assert_eq!(lines, expected, "{report:#}");
}

#[test]
fn containers_tell_member_and_key() {
    let folder = Folder::new();
    let arguments = pickle(2, &[("output_dir", "out"), ("hub_token", &token(1))]);
    let torch = stored(&[
        ("archive/data.pkl", &arguments),
        ("archive/version", b"3\n"),
        ("archive/data/0", &[0x3c; 64]),
    ]);
    folder.file("training_args.bin", torch);
    let inner = zip(&[Member {
        name: "notes/a.txt",
        bytes: token(2).as_bytes(),
        stored: false,
    }]);
    folder.file("outer.zip", stored(&[("in.zip", &inner)]));
    let array = format!("\u{fffd}NUMPY array of {}", token(3));
    folder.file("arrays.npz", stored(&[("names.npy", array.as_bytes())]));
    folder.file(
        "model.safetensors",
        safetensors(&json!({ "hub": token(4) })),
    );
    assert_eq!(
        routes(&folder),
        [
            "arrays.npz!/names.npy",
            "model.safetensors!/__metadata__/hub",
            "outer.zip!/in.zip/notes/a.txt",
            "training_args.bin!/archive/data.pkl@hub_token",
        ]
    );
}

#[test]
fn every_protocol_of_pickle_is_read() {
    let folder = Folder::new();
    for protocol in 0..6u8 {
        folder.file(
            &format!("{protocol}.pkl"),
            pickle(
                protocol,
                &[("lr", "cosine"), ("hub_token", &token(u64::from(protocol)))],
            ),
        );
    }
    let expected: Vec<String> = (0..6)
        .map(|protocol| format!("{protocol}.pkl!@hub_token"))
        .collect();
    assert_eq!(routes(&folder), expected);
}

#[test]
fn vocabularies_are_silent() {
    let folder = Folder::new();
    let mut state = 1u64;
    let mut word = || {
        state = state
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let pieces = [
            "api_key", "hf_", "sk-", "token", "=\"", "password", "@", ".com", "/home/", "AKIA",
            "://", "Ġ", "▁", "0x", "ghp_", "Bearer",
        ];
        let mut text = String::new();
        for shift in [3, 17, 29, 41] {
            text.push_str(pieces[(state >> shift) as usize % pieces.len()]);
        }
        format!("{text}{:x}", state >> 44)
    };
    let words: Vec<String> = (0..30_000).map(|_| word()).collect();
    let vocabulary: serde_json::Map<String, serde_json::Value> = words
        .iter()
        .enumerate()
        .map(|(number, word)| (word.clone(), json!(number)))
        .collect();
    let merges: Vec<String> = words.windows(2).map(|pair| pair.join(" ")).collect();
    folder.file(
        "tokenizer.json",
        json!({ "model": { "vocab": vocabulary, "merges": merges } }).to_string(),
    );
    folder.file("vocab.json", json!(vocabulary).to_string());
    folder.file("merges.txt", merges.join("\n"));
    folder.file("vocab.txt", words.join("\n"));
    let (report, code) = folder.json();
    assert_eq!(blocking(&report), [""; 0]);
    let loud: Vec<&serde_json::Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .collect();
    assert!(loud.is_empty(), "{} findings, {:#}", loud.len(), loud[0]);
    assert_eq!(code, Some(0));
}
