//! One thread and many give the same bytes, in every format.

use std::fs;

use super::builders::{Folder, notebook, pickle, safetensors, stored, token};
use serde_json::json;

#[test]
fn one_thread_and_many_print_the_same() {
    let folder = Folder::new();
    for number in 0..60u64 {
        let text = format!(
            "# run {number}\nHF_TOKEN={}\nmail anna.k{number}@vogel-labor.de\ncd /home/anna{number}/work\n",
            token(number % 17),
        );
        folder.file(&format!("logs/{number}/train.log"), &text);
        folder.file(&format!("notes/{number}.md"), &text);
        folder.file(&format!("nb/{number}.ipynb"), notebook(&text, "done\n"));
        folder.file(
            &format!("p/{number}.pkl"),
            pickle((number % 6) as u8, &[("hub_token", &token(number))]),
        );
        folder.file(
            &format!("m/{number}.safetensors"),
            safetensors(&json!({ "note": text })),
        );
        folder.file(
            &format!("z/{number}.zip"),
            stored(&[("a/b.txt", text.as_bytes())]),
        );
        folder.file(&format!("{}/{number}.txt", token(number % 5)), "nothing\n");
    }
    folder.file("cut.zip", b"PK\x03\x04 cut short");
    folder.file(
        "big.txt",
        "words and more words\n".repeat(200_000) + &token(3),
    );
    let one = reports(&folder, "1");
    assert!(one.iter().all(|report| report.len() > 1000));
    for threads in ["2", "7"] {
        assert!(one == reports(&folder, threads), "{threads} threads");
    }
}

/// Every report of one run, and what it printed.
fn reports(folder: &Folder, threads: &str) -> Vec<String> {
    let formats = ["json", "jsonl", "sarif", "github"];
    let mut arguments = vec!["-v".to_owned(), "--threads".to_owned(), threads.to_owned()];
    for format in formats {
        arguments.push("--report".to_owned());
        arguments.push(format!("{format}={}", folder.beside(format).display()));
    }
    arguments.extend(["--report".to_owned(), "text".to_owned()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = folder.scan(&arguments);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let file = |format| fs::read_to_string(folder.beside(format)).unwrap();
    let mut reports: Vec<String> = formats.into_iter().map(file).collect();
    reports.push(run.stdout);
    reports
}
