//! Plans of `hf buckets sync`.

use std::fs;

use crate::stage::{Stage, token};

fn plan(stage: &Stage, source: &str, operations: &[(&str, &str)]) {
    let mut lines = vec![format!(
        r#"{{"type": "header", "source": "{source}", "dest": "hf://buckets/user/b", "timestamp": "t", "summary": {{}}}}"#
    )];
    lines.extend(operations.iter().map(|(action, path)| {
        format!(r#"{{"type": "operation", "action": "{action}", "path": "{path}", "reason": "new file"}}"#)
    }));
    fs::write(stage.path("plan.jsonl"), lines.join("\n") + "\n").unwrap();
}

#[test]
fn a_plan_is_swept_as_it_is_and_applied() {
    let stage = Stage::with(&["a.txt", ".git/config", "not-planned"]);
    stage.write("not-planned", token());
    stage.write("gone-there", token());
    let operations = [
        ("upload", "a.txt"),
        ("upload", ".git/config"),
        ("skip", "not-planned"),
        ("delete", "gone-there"),
    ];
    plan(&stage, "tree", &operations);
    let list = stage.list(&["--plan", "plan.jsonl"]);
    let paths: Vec<&str> = list.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, [".git/config", "a.txt"]);
    let ended = stage.run(&["--plan", "plan.jsonl", "-v"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let ended = stage.run(&["--plan", "plan.jsonl", "--token", "t"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let call = ["buckets", "sync", "--apply", "plan.jsonl"];
    assert_eq!(
        stage.calls(),
        [call.to_vec(), [&call[..], &["--token", "t"]].concat()]
    );

    stage.write(
        ".git/config",
        format!("url = https://u:{}@huggingface.co/x\n", token()),
    );
    let ended = stage.run(&["--plan", "plan.jsonl"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_eq!(stage.calls().len(), 2);
}

#[test]
fn plans_that_cannot_be_followed_are_errors() {
    let stage = Stage::with(&["a.txt"]);
    plan(
        &stage,
        "tree",
        &[("upload", "a.txt"), ("upload", "missing")],
    );
    let ended = stage.run(&["--plan", "plan.jsonl"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    plan(&stage, "hf://buckets/user/b", &[]);
    let ended = stage.run(&["--plan", "plan.jsonl"]);
    assert!(ended.stderr.contains("uploads nothing"), "{}", ended.stderr);
    fs::write(stage.path("plan.jsonl"), "{}\n").unwrap();
    let ended = stage.run(&["--plan", "plan.jsonl"]);
    assert!(ended.stderr.contains("line 1 cannot"), "{}", ended.stderr);
    assert_eq!(ended.code, Some(2));
    let ended = stage.run(&["--plan", "plan.jsonl", "tree"]);
    assert!(ended.stderr.contains("takes no paths"), "{}", ended.stderr);
    assert!(stage.calls().is_empty());
}
