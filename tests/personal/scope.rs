//! What is looked for where: profiles, countries, entities.

use super::builders::Folder;
use super::people::{card, mail};

fn entities(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let run = folder.scan(&[&["--report", "json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut told: Vec<String> = findings
        .iter()
        .filter_map(|finding| finding["entity"].as_str().map(str::to_owned))
        .collect();
    told.sort();
    told.dedup();
    told
}

#[test]
fn profiles_look_for_more_and_off_for_nothing() {
    let folder = Folder::new();
    let text = format!("mail {} from 10.41.7.23 or 81.2.69.142\n", mail(1));
    folder.file("notes.txt", text);
    assert_eq!(entities(&folder, &[]), ["email", "ip-address"]);
    assert_eq!(
        entities(&folder, &["--pii", "strict"]),
        ["email", "ip-address", "private-ip-address"]
    );
    assert!(entities(&folder, &["--pii", "off"]).is_empty());
    folder.file(
        "hubsweep.toml",
        "[personal-data]\nprofile = \"off\"\nenable = [\"ip-address\"]\n",
    );
    assert_eq!(entities(&folder, &[]), ["ip-address"]);
    folder.file("hubsweep.toml", "[personal-data]\ndisable = [\"email\"]\n");
    assert_eq!(entities(&folder, &[]), ["ip-address"]);
}

#[test]
fn a_card_of_a_model_shows_addresses_of_machines() {
    let folder = Folder::new();
    folder.file("README.md", "# Demo\nIt runs on 81.2.69.142.\n");
    assert!(entities(&folder, &[]).is_empty());
    folder.file("serve.py", "HOST = \"81.2.69.142\"\n");
    assert_eq!(entities(&folder, &[]), ["ip-address"]);
}

#[test]
fn a_floor_is_not_lowered() {
    let folder = Folder::new();
    folder.file("notes.txt", format!("paid with card {}\n", card(4)));
    folder.file(
        "hubsweep.toml",
        "[personal-data]\nprofile = \"off\"\ndisable = [\"credit-card\"]\n",
    );
    assert!(entities(&folder, &[]).is_empty());
    let floor = folder.beside("org.toml");
    std::fs::write(&floor, "fail-on = \"high\"\n").unwrap();
    let floor = floor.display().to_string();
    assert_eq!(entities(&folder, &["--policy", &floor]), ["credit-card"]);
}

/// A recogniser that knows one name.
#[cfg(unix)]
const RECOGNISER: &str = r#"import json, sys
for line in sys.stdin:
    question = json.loads(line)
    at = question["text"].find("Quorra")
    spans = [] if at < 0 else [{"start": at, "end": at + 6, "entity": "PERSON", "score": 0.9}]
    print(json.dumps({"id": question["id"], "spans": spans}), flush=True)
"#;

#[cfg(unix)]
#[test]
fn a_recogniser_is_asked_too() {
    let folder = Folder::new();
    folder.file("notes.txt", "ä Quorra wrote this.\n");
    let rows: Vec<String> = (0..9).map(|n| format!("{n},hello Quorra")).collect();
    folder.file("d.csv", format!("n,text\n{}\n", rows.join("\n")));
    let script = folder.beside("recogniser.py");
    std::fs::write(&script, RECOGNISER).unwrap();
    let command = format!("python3 {}", script.display());
    assert!(entities(&folder, &[]).is_empty());
    let run = folder.scan(&["--report", "json", "--pii-command", &command]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let people: Vec<_> = findings
        .iter()
        .filter(|finding| finding["entity"] == "person")
        .map(|finding| (finding["path"].as_str().unwrap(), finding["route"].as_str()))
        .collect();
    assert_eq!(people, [("d.csv", Some("/text")), ("notes.txt", None)]);
    let note = findings
        .iter()
        .find(|finding| finding["path"] == "notes.txt");
    assert_eq!(note.unwrap()["span"]["start"], 3, "bytes, not code points");
    assert!(!run.stdout.contains("Quorra"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn a_recogniser_that_fails_makes_no_clean_sweep() {
    let folder = Folder::new();
    folder.file("notes.txt", "nothing here\n");
    let run = folder.scan(&["--pii-command", "exit 3"]);
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("the recogniser ended"),
        "{}",
        run.stdout
    );
}
