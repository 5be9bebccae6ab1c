//! Of a data set a column is a finding, and a declaration silences exactly it.

use serde_json::{Value, json};

use super::builders::{Folder, blocking};
use super::people::{card, iban, mail};

fn of_entity<'r>(report: &'r Value, entity: &str) -> Vec<&'r Value> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["entity"] == entity)
        .collect()
}

fn people_csv(rows: usize) -> String {
    let row = |n: usize| format!("{n},{},{},\"hello, {n}\"\n", mail(n), card(n));
    let rows: String = (0..rows).map(row).collect();
    format!("id,contact,card_number,note\n{rows}")
}

#[test]
fn a_column_is_one_finding() {
    let folder = Folder::new();
    folder.file("people.csv", people_csv(300));
    let (report, code) = folder.json();
    assert_eq!(code, Some(1));
    let [mails] = of_entity(&report, "email")[..] else {
        panic!("{report}")
    };
    assert_eq!(mails["route"], "/contact");
    assert_eq!(mails["line"], 2);
    assert_eq!(mails["verdict"], "report");
    assert_eq!(mails["values"]["count"], 300);
    assert_eq!(mails["values"]["rows"], 300);
    assert_eq!(mails["values"]["distinct"], 300);
    assert_eq!(mails["values"]["samples"].as_array().map(Vec::len), Some(3));
    assert_eq!(blocking(&report), ["\"people.csv\" \"payment-card\""]);
    assert!(!report.to_string().contains(&card(1)));
    assert!(!report.to_string().contains("lindqvist"));
}

#[test]
fn a_few_cards_in_a_column_warn_and_five_block() {
    for (count, code) in [(4, Some(0)), (5, Some(1))] {
        let folder = Folder::new();
        let rows: Vec<Value> = (0..count).map(|n| json!({"iban": iban(n)})).collect();
        folder.file("accounts.json", Value::from(rows).to_string());
        let (report, ended) = folder.json();
        assert_eq!(of_entity(&report, "iban").len(), 1, "{report}");
        assert_eq!(ended, code, "{report}");
    }
}

#[test]
fn nested_keys_and_free_text_are_columns() {
    let folder = Folder::new();
    let line = |n: usize| {
        let text = format!("please answer to {} as soon as you can", mail(n));
        let message = json!({"role": "user", "content": text});
        json!({"id": n, "user": {"mail": mail(n + 900)}, "messages": [message]}).to_string()
    };
    let lines: Vec<String> = (0..200).map(line).collect();
    folder.file("chat.jsonl", lines.join("\n"));
    let (report, _) = folder.json();
    let routes: Vec<&str> = of_entity(&report, "email")
        .iter()
        .map(|finding| finding["route"].as_str().unwrap())
        .collect();
    assert_eq!(routes, ["/messages[].content", "/user.mail"]);
}

#[test]
fn bare_numbers_are_told_by_their_column() {
    // No word says what they are; that all of them have the right digits does.
    let folder = Folder::new();
    let rows: Vec<String> = (0..60).map(|n| format!("{n};{}", card(n))).collect();
    folder.file("x.csv", format!("a;b\n{}\n", rows.join("\n")));
    let (report, _) = folder.json();
    let [cards] = of_entity(&report, "credit-card")[..] else {
        panic!("{report}")
    };
    assert_eq!(cards["route"], "/b");
    assert_eq!(cards["confidence"], "high");
}

#[test]
fn a_setting_is_no_column() {
    let folder = Folder::new();
    let settings = json!({"owner": {"card": card(8)}, "lr": 0.1});
    folder.file(
        "config.json",
        serde_json::to_string_pretty(&settings).unwrap(),
    );
    let (report, code) = folder.json();
    let [card] = of_entity(&report, "credit-card")[..] else {
        panic!("{report}")
    };
    assert_eq!(code, Some(1));
    assert_eq!(card["route"], "/owner/card");
    assert_eq!(
        (card["line"].as_u64(), card["column"].as_u64()),
        (Some(4), Some(14))
    );
    assert!(card["values"].is_null());
}

#[test]
fn a_declaration_silences_exactly_what_it_says() {
    let folder = Folder::new();
    folder.file("data/people.csv", people_csv(40));
    folder.file("other/people.csv", people_csv(40));
    let declare = |columns: &str, entities: &str| {
        folder.file(
            "hubsweep.toml",
            format!(
                "[[personal-data.holds]]\npath = \"data/**\"\n{columns}entities = [{entities}]\n\
                 reason = \"the subjects agreed\"\n"
            ),
        );
        let (report, _) = folder.json();
        let count = |list: &str| {
            let told = report[list].as_array().unwrap().iter();
            told.filter(|finding| !finding["entity"].is_null()).count()
        };
        (count("findings"), count("suppressed"))
    };
    assert_eq!(declare("", "\"email\""), (3, 1));
    assert_eq!(declare("", "\"email\", \"credit-card\""), (2, 2));
    assert_eq!(
        declare("columns = [\"contact\"]\n", "\"email\", \"credit-card\""),
        (3, 1)
    );
    assert_eq!(declare("columns = [\"note\"]\n", "\"email\""), (4, 0));
    folder.file(
        "hubsweep.toml",
        "[[personal-data.holds]]\npath = \"data/**\"\nentities = [\"emial\"]\nreason = \"x\"\n",
    );
    let run = folder.scan(&[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("did you mean `email`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_baseline_holds_no_hash_of_a_value() {
    use hubsweep::finding::FingerprintKey;
    let folder = Folder::new();
    let (card, mail) = (card(21), mail(21));
    folder.file(
        "README.md",
        format!("# Card\nBill {card} or write to {mail}.\n"),
    );
    let (report, _) = folder.json();
    for finding in report["findings"].as_array().unwrap() {
        let rule = finding["rule"].as_str().unwrap();
        for value in [&card, &mail] {
            let hash = FingerprintKey::default().secret(rule, value.as_bytes());
            assert_ne!(finding["fingerprint"], hash.as_str());
        }
    }
}
