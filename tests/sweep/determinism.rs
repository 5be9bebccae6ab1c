//! One thread and many give the same bytes, in every format.

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
    for format in ["text", "json", "jsonl", "sarif", "github"] {
        let one = folder.scan(&["--threads", "1", "--report", format, "-v"]);
        assert_eq!(one.code, Some(1), "{}", one.stderr);
        assert!(one.stdout.len() > 1000);
        for threads in ["2", "7"] {
            let many = folder.scan(&["--threads", threads, "--report", format, "-v"]);
            assert!(one.stdout == many.stdout, "{format} with {threads} threads");
            assert_eq!(one.stderr, many.stderr);
        }
    }
}
