//! `hubsweep profile` from end to end, on files built here.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use hubsweep::engine::Engine;
use hubsweep::rule::Catalogue;
use serde_json::{Value, json};

#[path = "builders/parquet.rs"]
mod parquet;
#[allow(dead_code)] // only a part is needed here
#[path = "builders/zip.rs"]
mod zip;

fn profile(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .arg("profile")
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "80")
        .env_remove("HUBSWEEP_POLICY")
        .output()
        .unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> (Value, Option<i32>) {
    let output = profile(folder, &[arguments, &["--format", "json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
    let document = serde_json::from_slice(&output.stdout).unwrap();
    (document, output.status.code())
}

/// A column of a table, by path and name.
fn column<'v>(document: &'v Value, path: &str, name: &str) -> &'v Value {
    let tables = document["tables"].as_array().unwrap();
    let mut columns = tables
        .iter()
        .filter(|table| table["path"] == path)
        .flat_map(|table| table["columns"].as_array().unwrap());
    let found = columns.find(|column| column["name"] == name);
    found.unwrap_or_else(|| panic!("{path} {name}: {document:#}"))
}

/// The address of nobody, another for each number.
fn mail(number: usize) -> String {
    let names = ["karla", "jonas", "milena", "tarik", "ruben"];
    let name = names[number % names.len()];
    format!("{name}{number}{}vogel-labor.de", '@')
}

/// A number that passes the check of payment cards, another for each number.
fn card(number: usize) -> String {
    let body = format!("4{:014}", number * 7_919_131 + 20_511_377_245_000);
    let weigh = |(place, digit): (usize, u8)| {
        let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = body.bytes().rev().enumerate().map(weigh).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn people() -> String {
    let mut table = "id,mail,card_number,country,signup,score,active,note\n".to_owned();
    for row in 0..200 {
        let address = if row % 10 == 0 {
            String::new()
        } else {
            mail(row)
        };
        let note = if row == 7 {
            mail(7)
        } else {
            format!("words of row {row}")
        };
        let country = ["de", "fr", "it"][row % 3];
        let _ = writeln!(
            table,
            "{row},{address},{},{country},2026-03-{:02},{}.5,{},\"{note}\"",
            card(row),
            row % 28 + 1,
            row % 9,
            row % 2 == 0
        );
    }
    table
}

#[test]
fn columns_of_delimited_text_have_types_counts_and_personal_data() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.csv"), people()).unwrap();
    let (told, code) = json(folder.path(), &["people.csv"]);
    assert_eq!(code, Some(0), "it does not judge");
    let types = [
        ("id", "integer id"),
        ("mail", "text"),
        ("country", "category"),
        ("signup", "date"),
        ("score", "number"),
        ("active", "boolean"),
        ("note", "text"),
    ];
    for (name, of) in types {
        assert_eq!(column(&told, "people.csv", name)["type"], of, "{name}");
    }
    assert_eq!(told["tables"][0]["rows"], 200);
    let address = column(&told, "people.csv", "mail");
    assert_eq!(
        (&address["values"], &address["empty"]),
        (&json!(180), &json!(20))
    );
    assert_eq!(
        (&address["distinct"], &address["exact"]),
        (&json!(180), &json!(true))
    );
    let found = &address["personal"][0];
    assert_eq!(
        (&found["entity"], &found["severity"]),
        (&json!("email"), &json!("medium"))
    );
    assert_eq!(
        (&found["rows"], &found["distinct"]),
        (&json!(180), &json!(180))
    );
    let cards = &column(&told, "people.csv", "card_number")["personal"][0];
    assert_eq!(
        (&cards["entity"], &cards["rows"]),
        (&json!("credit-card"), &json!(200))
    );
    let notes = &column(&told, "people.csv", "note")["personal"][0];
    assert_eq!((&notes["rows"], &notes["distinct"]), (&json!(1), &json!(1)));
}

#[test]
fn no_format_prints_a_value() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.csv"), people()).unwrap();
    // A key that names somebody, and a token as a key.
    let token: String = (0..34)
        .map(|i| char::from(b'a' + (i * 7 % 26) as u8))
        .collect();
    let mut lines = String::new();
    for row in 0..3 {
        let line = json!({ mail(4): row, format!("hf_{token}"): row });
        let _ = writeln!(lines, "{line}");
    }
    fs::write(folder.path().join("keys.jsonl"), lines).unwrap();
    for format in ["text", "markdown", "json"] {
        let output = profile(folder.path(), &[".", "--all", "--format", format]);
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(page.contains("people.csv"), "{page}");
        for value in ["karla", "tarik", "vogel", "words", &card(3), &token[4..12]] {
            assert!(!page.contains(value), "{format} {value}: {page}");
        }
    }
}

#[test]
fn nested_keys_are_columns_and_missing_ones_are_empty() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for row in 0..40 {
        let mut line = json!({
            "user": { "email": mail(row), "age": null },
            "messages": [{ "content": "hello there" }, { "content": "good bye" }],
        });
        if row % 4 == 0 {
            line["label"] = json!(true);
        }
        let _ = writeln!(lines, "{line}");
    }
    fs::write(folder.path().join("chats.jsonl"), &lines).unwrap();
    let rows: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    fs::write(
        folder.path().join("chats.json"),
        json!({ "rows": rows }).to_string(),
    )
    .unwrap();
    fs::write(
        folder.path().join("config.json"),
        json!({ "layers": 12 }).to_string(),
    )
    .unwrap();
    let (told, code) = json(folder.path(), &["."]);
    assert_eq!((code, &told["others"]), (Some(0), &json!(1)), "{told:#}");
    for (path, above) in [("chats.jsonl", ""), ("chats.json", "rows[].")] {
        let of = |name: &str| column(&told, path, &format!("{above}{name}"));
        assert_eq!(of("user.email")["personal"][0]["entity"], "email");
        assert_eq!(
            (&of("user.age")["type"], &of("user.age")["empty"]),
            (&json!("empty"), &json!(40))
        );
        assert_eq!(of("messages[].content")["values"], 80);
        assert_eq!(of("messages[].content")["empty"], 0);
        assert_eq!(of("label")["type"], "boolean");
        assert_eq!(
            (&of("label")["values"], &of("label")["empty"]),
            (&json!(10), &json!(30))
        );
    }
}

#[test]
fn a_dictionary_counts_rows_and_integers_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let names: [&[u8]; 3] = [b"one", b"two", b"three"];
    let indices: Vec<u8> = (0..64).map(|row| row % 3).collect();
    let words = parquet::Chunk {
        pages: [
            parquet::dictionary_page(&names),
            parquet::data_page(
                64,
                parquet::DICTIONARY,
                &[&[2], &parquet::runs(&indices, 2)[..]].concat(),
            ),
        ]
        .concat(),
        values: 64,
        ..parquet::Chunk::default()
    };
    let cards: Vec<u8> = (0..64)
        .flat_map(|row| card(row).parse::<i64>().unwrap().to_le_bytes())
        .collect();
    let numbers = parquet::Chunk {
        pages: parquet::data_page(64, parquet::PLAIN, &cards),
        values: 64,
        ..parquet::Chunk::default()
    };
    let schema = [
        parquet::Element::string("word", 0),
        parquet::Element {
            physical: Some(2),
            converted: None,
            ..parquet::Element::string("card_number", 0)
        },
    ];
    let file = parquet::file(&schema, &[(64, vec![words, numbers])], &[]);
    fs::write(folder.path().join("t.parquet"), file).unwrap();
    let (told, code) = json(folder.path(), &["t.parquet"]);
    assert_eq!(code, Some(0), "{told:#}");
    let word = column(&told, "t.parquet", "word");
    assert_eq!(
        (&word["values"], &word["distinct"]),
        (&json!(64), &json!(3))
    );
    assert_eq!(
        (&word["type"], &word["declared"]),
        (&json!("category"), &json!("string"))
    );
    let number = column(&told, "t.parquet", "card_number");
    assert_eq!(number["declared"], "int64");
    assert_eq!(number["personal"][0]["entity"], "credit-card");
    // A scan reads them too, for the column's name.
    let scan = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["scan", "t.parquet", "--report", "json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&scan.stdout).unwrap();
    assert_eq!(scan.status.code(), Some(1), "{report:#}");
    assert_eq!(report["findings"][0]["entity"], "credit-card");
}

#[test]
fn archives_samples_and_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = zip::Builder::default();
    archive.add(
        "in/people.csv",
        people().as_bytes(),
        zip::Options::default(),
    );
    archive.add("in/notes.txt", b"no columns", zip::Options::default());
    fs::write(folder.path().join("data.zip"), archive.finish()).unwrap();
    let (told, code) = json(folder.path(), &["."]);
    assert_eq!(code, Some(0), "{told:#}");
    assert_eq!(told["tables"][0]["part"], "/in/people.csv");
    assert_eq!(column(&told, "data.zip", "mail")["values"], 180);
    let (told, code) = json(folder.path(), &["data.zip", "--sample", "50"]);
    assert_eq!(code, Some(0), "what was asked for is complete");
    assert_eq!(column(&told, "data.zip", "mail")["values"], 45);
    assert_eq!(told["skipped"][0]["class"], "excluded");
    let mut child = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["profile", "-", "--stdin-name", "x.csv", "--pii", "off"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(people().as_bytes())
        .unwrap();
    let page = child.wait_with_output().unwrap().stdout;
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("x.csv"), "{page}");
    assert!(!page.contains("email"), "{page}");
}

#[test]
fn damage_is_told_and_wrong_usage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("broken.jsonl", b"{\"a\": 1}\n{\"a\": 2\n{\"a\": 3}\n");
    write("page.html", b"<p>no columns");
    let (told, code) = json(folder.path(), &["."]);
    assert_eq!(code, Some(3), "{told:#}");
    assert_eq!(
        (&told["complete"], &told["others"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(told["skipped"][0]["class"], "failed");
    let output = profile(folder.path(), &["nowhere"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn one_thread_and_many_print_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..20 {
        let mut table = people().replace("words", &format!("w{number}"));
        for row in 0..5000 {
            let _ = writeln!(table, "{row},{},,,,,,", mail(row + number));
        }
        fs::write(folder.path().join(format!("{number}.csv")), table).unwrap();
    }
    let print = |threads: &str| profile(folder.path(), &[".", "--threads", threads]).stdout;
    let one = print("1");
    assert!(one.len() > 1000);
    assert!(print("2") == one && print("7") == one);
}

#[test]
fn names_of_columns_that_speak_of_personal_data() {
    let engine = Engine::new(&Catalogue::builtin().unwrap());
    for name in ["card_number", "creditCard", "user.ssn", "phone"] {
        assert!(engine.names_personal(name), "{name}");
    }
    for name in [
        "label",
        "score",
        "input_ids",
        "length",
        "__index_level_0__",
        "row",
        "",
    ] {
        assert!(!engine.names_personal(name), "{name}");
    }
}
