//! What redaction leaves: nothing of anybody, and all of the rest.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::builders::{Folder, token};
use super::people::{card, iban, mail};

struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn redact(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .arg("redact")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

/// A folder with one of everything that is text.
fn leaky() -> Folder {
    let folder = Folder::new();
    let (a, b, upper) = (mail(1), mail(2), mail(1).to_uppercase());
    let number = card(7);
    folder.file(
        "README.md",
        format!("# Card\r\nAsk {a} or {upper}.\r\nBilled to card {number}\r\n"),
    );
    folder.file(
        "train.py",
        format!("login(\"{}\")\ncard_number = {number}  # mine\n", token(3)),
    );
    folder.file("conf.yaml", format!("owner: {b}\niban: {}\n", iban(5)));
    folder.file("conf.toml", format!("card = {number}\nmail = '{a}'\n"));
    folder.file(
        "people.tsv",
        format!(
            "name\tmail\tcard\nA\t\"{a}\"\t{number}\nB\t{b}\t{}\n",
            card(9)
        ),
    );
    let line = |n: usize| json!({"é": "\u{e9} \"q\"", "to": mail(n), "card": 1 + n}).to_string();
    folder.file(
        "rows.jsonl",
        format!("{}\n{}\n\n{}", line(1), line(2), line(3)),
    );
    folder.file(
        "numbers.json",
        format!("[{{\"card\": {number}, \"n\": 1.50}}]"),
    );
    let cell = json!({"cell_type": "code", "metadata": {}, "execution_count": 1,
        "source": [format!("send('{a}')\n")],
        "outputs": [{"output_type": "stream", "name": "stdout", "text": [format!("sent to {b}\n")]}]});
    folder.file(
        "run.ipynb",
        json!({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string(),
    );
    folder
}

#[test]
fn a_second_sweep_is_clean_and_a_second_redaction_changes_nothing() {
    let folder = leaky();
    let before: Vec<_> = ["README.md", "people.tsv"]
        .map(|name| read(&folder, name))
        .into();
    let run = redact(&folder.path(), &[".", "--out", "../clean"], "");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let after: Vec<_> = ["README.md", "people.tsv"]
        .map(|name| read(&folder, name))
        .into();
    assert_eq!(before, after, "originals stay");
    let clean = folder.beside("clean");
    let run = super::builders::run(&clean, &["--as", "all", "--report", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let found: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| !finding["secret"].is_null() || !finding["entity"].is_null())
        .collect();
    assert!(found.is_empty(), "{found:?}");
    let run = redact(&clean, &[".", "--in-place"], "");
    assert!(run.stdout.starts_with("0 replaced"), "{}", run.stdout);
}

#[test]
fn one_value_has_one_placeholder_in_all_files() {
    let folder = leaky();
    redact(&folder.path(), &[".", "--in-place"], "");
    let card = read(&folder, "README.md");
    assert_eq!(
        card,
        "# Card\r\nAsk <EMAIL_1> or <EMAIL_1>.\r\nBilled to card <CREDIT_CARD_1>\r\n"
    );
    assert_eq!(
        read(&folder, "conf.yaml"),
        "owner: <EMAIL_2>\niban: <IBAN_1>\n"
    );
    assert_eq!(
        read(&folder, "conf.toml"),
        "card = \"<CREDIT_CARD_1>\"\nmail = '<EMAIL_1>'\n"
    );
    let code = read(&folder, "train.py");
    assert_eq!(
        code,
        "login(\"<HF_USER_TOKEN_1>\")\ncard_number = \"<CREDIT_CARD_1>\"  # mine\n"
    );
    assert_eq!(
        read(&folder, "people.tsv"),
        "name\tmail\tcard\nA\t\"<EMAIL_1>\"\t<CREDIT_CARD_1>\nB\t<EMAIL_2>\t<CREDIT_CARD_2>\n"
    );
    assert_eq!(
        read(&folder, "numbers.json"),
        "[{\"card\": \"<CREDIT_CARD_1>\", \"n\": 1.50}]"
    );
    for name in ["rows.jsonl", "run.ipynb"] {
        for line in read(&folder, name).lines().filter(|line| !line.is_empty()) {
            serde_json::from_str::<Value>(line).unwrap();
        }
    }
    let rows = read(&folder, "rows.jsonl");
    assert!(
        rows.contains("\"to\":\"<EMAIL_1>\"") && rows.contains("\n\n"),
        "{rows}"
    );
    let notebook = read(&folder, "run.ipynb");
    assert!(notebook.contains("send('<EMAIL_1>')") && notebook.contains("sent to <EMAIL_2>"));
}

#[test]
fn keys_and_operators_say_what_stands_there() {
    let folder = Folder::new();
    let text = format!("{} {} {}\n", mail(1), "81.2.69.142", iban(2));
    folder.file("a.txt", &text);
    fs::write(folder.beside("key"), "a key of sixteen bytes or more").unwrap();
    let with = |arguments: &[&str]| {
        let run = redact(
            &folder.path(),
            &[&["a.txt", "--out", "../o", "--overwrite"], arguments].concat(),
            "",
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        fs::read_to_string(folder.beside("o/a.txt")).unwrap()
    };
    let keyed = with(&["--keyed", "../key"]);
    assert_eq!(keyed, with(&["--keyed", "../key"]));
    assert!(
        keyed.starts_with("<EMAIL_") && !keyed.contains("<EMAIL_1>"),
        "{keyed}"
    );
    let preserved = with(&["--operator", "format-preserving"]);
    assert_eq!(preserved, "user1@example.com 192.0.2.1 <IBAN_1>\n");
    let mixed = with(&["--operator", "drop", "--operator", "email=mask"]);
    assert_eq!(
        mixed,
        format!(
            "{}  \n",
            mail(1).replace(|c: char| c.is_alphanumeric() || c == '@', "*")
        )
    );
    let hash = with(&["--keyed", "../key", "--operator", "hash"]);
    assert_eq!(
        hash.split_whitespace().map(str::len).collect::<Vec<_>>(),
        [34, 34, 34]
    );
    let run = redact(
        &folder.path(),
        &["a.txt", "--in-place", "--operator", "hash"],
        "",
    );
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("needs a key"), "{}", run.stderr);
    let run = redact(&folder.path(), &["a.txt"], "");
    assert!(
        run.stderr.contains("--out DIR, or --in-place"),
        "{}",
        run.stderr
    );
    assert_eq!(read(&folder, "a.txt"), text);
}

#[test]
fn compressed_text_is_redacted_inside() {
    let folder = Folder::new();
    let text = format!("{{\"to\": \"{}\"}}\n", mail(4)).repeat(30);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    folder.file("a.jsonl.gz", packed.finish().unwrap());
    folder.file("b.jsonl.zst", zstd::encode_all(text.as_bytes(), 1).unwrap());
    let run = redact(&folder.path(), &[".", "--in-place", "--backup"], "");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let expected = "{\"to\": \"<EMAIL_1>\"}\n".repeat(30);
    let mut unpacked = String::new();
    let bytes = fs::read(folder.path().join("a.jsonl.gz")).unwrap();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, expected);
    let bytes = fs::read(folder.path().join("b.jsonl.zst")).unwrap();
    assert_eq!(zstd::decode_all(&bytes[..]).unwrap(), expected.as_bytes());
    assert!(folder.path().join("a.jsonl.gz.orig").exists());
}

#[test]
fn what_cannot_be_rewritten_is_listed() {
    let folder = Folder::new();
    folder.file(
        "args.pkl",
        super::builders::stored(&[("note.txt", mail(1).as_bytes())]),
    );
    let run = redact(&folder.path(), &[".", "--in-place"], "");
    assert_eq!(run.code, Some(3));
    assert!(
        run.stdout
            .contains("left: args.pkl: a zip archive: unpack it"),
        "{}",
        run.stdout
    );
}

#[test]
fn allowed_and_declared_values_stay() {
    let folder = Folder::new();
    folder.file(
        "a.txt",
        format!(
            "{}\n{} # hubsweep:allow email-address mine\n",
            mail(1),
            mail(2)
        ),
    );
    folder.file("d.csv", format!("mail,n\n{},1\n{},2\n", mail(3), mail(4)));
    folder.file(
        "hubsweep.toml",
        "[[personal-data.holds]]\npath = \"d.csv\"\nentities = [\"email\"]\nreason = \"public\"\n",
    );
    redact(&folder.path(), &[".", "--in-place"], "");
    assert_eq!(
        read(&folder, "a.txt"),
        format!(
            "<EMAIL_1>\n{} # hubsweep:allow email-address mine\n",
            mail(2)
        )
    );
    assert!(read(&folder, "d.csv").contains(&mail(3)));
}

#[test]
fn a_stream_flows() {
    let folder = Folder::new();
    let (a, b) = (mail(1), mail(2));
    let lines = format!(
        "plain {a}\n{{\"message\": \"from {b}\", \"user\": \"{a}\"}}\nno end {}",
        a.to_uppercase()
    );
    let run = redact(&folder.path(), &["-"], &lines);
    assert_eq!(
        run.stdout,
        "plain <EMAIL_1>\n{\"message\": \"from <EMAIL_2>\", \"user\": \"<EMAIL_1>\"}\nno end <EMAIL_1>"
    );
    let run = redact(&folder.path(), &["-", "--jsonl-field", "message"], &lines);
    assert!(
        run.stdout.contains(&format!("\"user\": \"{a}\"")),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("from <EMAIL_"), "{}", run.stdout);
    // A key of several lines leaves as one.
    let body = "QUJD".repeat(16);
    let dashes = "-----";
    let key = format!(
        "a\n{dashes}BEGIN PRIVATE KEY{dashes}\n{body}\n{body}\n{dashes}END PRIVATE KEY{dashes}\nz\n"
    );
    let run = redact(&folder.path(), &["-"], &key);
    assert!(!run.stdout.contains(&body), "{}", run.stdout);
}

#[test]
fn a_line_leaves_before_the_next_one_comes() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["redact", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    for _ in 0..3 {
        writeln!(input, "from {}", mail(6)).unwrap();
        input.flush().unwrap();
        let mut line = [0; 15];
        output.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"from <EMAIL_1>\n");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}
