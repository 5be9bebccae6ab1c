//! What the command line asks for: several roots, cards that are left out, a
//! reader who leaves early.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::builders::{Folder, token};

const SPACE: &str = "---\nsdk: gradio\nlicense: mit\n---\n# A Space\n";

/// Path and rule of every finding.
fn found(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| format!("{} {}", word(&finding["path"]), word(&finding["rule"])))
        .collect()
}

#[test]
fn each_of_several_roots_is_audited_as_if_alone() {
    let folder = Folder::new();
    folder.file("space/README.md", SPACE);
    folder.file("space/app.py", "import gradio\n");
    folder.file("model/config.json", "{}\n");
    let output = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["scan", "space", "model", "--report", "json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(found(&report), ["model/README.md card-missing"]);
}

#[test]
fn a_card_that_is_left_out_is_not_audited() {
    let folder = Folder::new();
    folder.file("README.md", "no front matter\n");
    folder.file("app.py", "import gradio\n");
    let all = folder.scan(&["--report", "json"]).stdout;
    assert!(found(&all).contains(&"README.md card-front-matter".to_owned()));
    for filter in [["--exclude", "README.md"], ["--include", "*.py"]] {
        let run = folder.scan(&[&["--report", "json"][..], &filter].concat());
        assert_eq!(found(&run.stdout), [""; 0], "{filter:?}");
    }
}

#[test]
fn the_gate_holds_when_the_reader_leaves() {
    let folder = Folder::new();
    folder.file("train.py", format!("token = '{}'\n", token(1)));
    let json = folder.beside("report.json");
    let to_file = format!("json={}", json.display());
    let mut child = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["scan", ".", "--report", "text", "--report", &to_file])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let report = std::fs::read_to_string(json).unwrap();
    assert!(found(&report).contains(&"train.py hf-user-token".to_owned()));
}
