//! The real client, run by `hubsweep upload` against a Hub on loopback: what
//! it sends is what was listed before, file by file.
//!
//! `HUBSWEEP_TEST_HF` is the path of its `hf`; `.ci/run` installs one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::corners;
use crate::hub::{Hub, Seen};
use crate::stage::{Ended, Stage, read_list, token};

/// The real client; where there is none, the test says so and is over.
fn client() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("HUBSWEEP_TEST_HF").filter(|path| !path.is_empty()) {
        return Some(PathBuf::from(path));
    }
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci.is_empty() || ci == "false"),
        "HUBSWEEP_TEST_HF is not set: see .ci/run"
    );
    println!("skipped: HUBSWEEP_TEST_HF is not set to the path of `hf`");
    None
}

/// Let the client talk to `hub` and to nobody else.
fn tie(command: &mut Command, stage: &Stage, hub: &Hub) {
    command
        .env("HF_ENDPOINT", &hub.endpoint)
        .env("HF_TOKEN", token())
        .env("HF_HOME", stage.path("hf"))
        .env("HF_HUB_DISABLE_TELEMETRY", "1")
        .env("HF_HUB_DISABLE_UPDATE_CHECK", "1")
        .env("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        .env("NO_PROXY", "127.0.0.1");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
}

/// The tree holds no secret, but links out of it and stray files.
const OPEN_GATE: [&str; 2] = ["--fail-on", "critical"];

/// Upload for real; what was listed, how it ended and what arrived.
fn upload(
    stage: &Stage,
    client: &Path,
    folder: &str,
    words: &[&str],
    xet: bool,
) -> (Vec<(String, String, String)>, Ended, Seen) {
    let hub = Hub::open();
    let list = stage.path("list.jsonl");
    let _ = fs::remove_file(&list);
    let mut command = stage.command();
    tie(&mut command, stage, &hub);
    command
        .env("HUBSWEEP_HF", client)
        .current_dir(stage.path(folder))
        .args(OPEN_GATE)
        .arg("--list")
        .arg(&list)
        .args(words);
    if !xet {
        command.env("HF_HUB_DISABLE_XET", "1");
    }
    let ended = Ended::of(&command.output().unwrap());
    let listed = if list.exists() {
        read_list(&list)
    } else {
        Vec::new()
    };
    (listed, ended, hub.close())
}

/// What was listed is what arrived: whole files in the commit, the first bytes
/// of all of them in the preupload.
fn assert_same(listed: &[(String, String, String)], seen: &Seen, call: &str) -> usize {
    let named = |sends: &[&str]| -> BTreeSet<&str> {
        let entries = listed
            .iter()
            .filter(|(_, _, how)| sends.contains(&how.as_str()));
        entries.map(|(_, path, _)| path.as_str()).collect()
    };
    let committed: BTreeSet<&str> = seen.committed.keys().map(String::as_str).collect();
    assert_eq!(named(&["whole"]), committed, "{call}");
    let preuploaded: BTreeSet<&str> = seen.preuploaded.keys().map(String::as_str).collect();
    assert_eq!(
        named(&["whole", "checked", "sample"]),
        preuploaded,
        "{call}"
    );
    for sample in seen.preuploaded.values() {
        assert!(sample.len() <= 512, "{call}");
    }
    preuploaded.len()
}

#[test]
fn what_is_listed_is_what_the_real_client_sends() {
    let Some(client) = client() else { return };
    let stage = Stage::with(&[]);
    let names = corners::build(&stage);
    let mut sent = 0;
    for (index, (folder, words)) in corners::CALLS.iter().enumerate() {
        let call = format!("{folder}$ hf upload {}", words.join(" "));
        let (listed, ended, seen) = upload(&stage, &client, folder, words, index % 4 != 3);
        assert_eq!(
            ended.code,
            Some(0),
            "{call}\n{}\n{:?}",
            ended.stderr,
            seen.requests
        );
        sent += assert_same(&listed, &seen, &call);
        for (path, in_repo, how) in &listed {
            let bytes = fs::read(stage.tree().join(path)).unwrap();
            assert_eq!(
                seen.preuploaded[in_repo],
                bytes[..bytes.len().min(512)],
                "{call}: {path}"
            );
            if how == "whole" {
                assert_eq!(seen.committed[in_repo], bytes, "{call}: {path}");
            }
        }
    }
    println!(
        "{names} names, {} calls, {sent} files listed and sent alike",
        corners::CALLS.len()
    );
}

#[test]
fn cards_are_checked_whole_even_when_they_are_ignored() {
    let Some(client) = client() else { return };
    let stage = Stage::with(&["a"]);
    stage.write("README.md", "word ".repeat(300));
    stage.write(".gitignore", "*.md\n");
    let (listed, ended, seen) = upload(&stage, &client, ".", &["user/m", "tree"], true);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_same(&listed, &seen, "an ignored card");
    assert_eq!(seen.checked, ["word ".repeat(300)]);
    let how: BTreeMap<&str, &str> = listed
        .iter()
        .map(|(path, _, how)| (path.as_str(), how.as_str()))
        .collect();
    assert_eq!(how["README.md"], "checked");
}

#[test]
fn a_folder_the_client_refuses_is_said_to_be_refused() {
    let Some(client) = client() else { return };
    let stage = Stage::with(&["a", "x/.cache/other"]);
    let name = std::ffi::OsStr::from_bytes(b"no\xff.txt");
    fs::write(stage.tree().join(name), "x").unwrap();
    let words = ["user/m", "tree", "--exclude", "x/*"];
    let (_, ended, seen) = upload(&stage, &client, ".", &words, true);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let told = ended
        .stderr
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        told.contains("hf will fail because of no\\xff.txt"),
        "{told}"
    );
    assert!(told.contains("surrogates not allowed"), "{told}");
    assert!(seen.preuploaded.is_empty() && seen.committed.is_empty());

    fs::remove_file(stage.tree().join(name)).unwrap();
    let (_, ended, seen) = upload(&stage, &client, ".", &["user/m", "tree"], true);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let told = ended
        .stderr
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        told.contains("hf will fail because of x/.cache/other"),
        "{told}"
    );
    assert!(told.contains("Invalid `path_in_repo`"), "{told}");
    assert!(seen.preuploaded.is_empty() && seen.committed.is_empty());
}

#[test]
fn a_blocked_upload_makes_no_request() {
    let Some(client) = client() else { return };
    let stage = Stage::with(&["README.md"]);
    stage.write(".env", format!("HF_TOKEN={}\n", token()));
    for words in [
        &["user/m", "tree"][..],
        &["user/m", "tree", "--create-pr"],
        &["user/m", "tree/.env"],
    ] {
        let (_, ended, seen) = upload(&stage, &client, ".", words, true);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert_eq!(seen.requests, [""; 0]);
    }
    // Neither does anything before the client runs.
    let (_, ended, seen) = upload(&stage, &client, ".", &["user/m", "tree", "--glob"], true);
    assert_eq!((ended.code, seen.requests.len()), (Some(2), 0));
}

#[test]
fn a_plan_of_the_real_client_is_understood() {
    let Some(client) = client() else { return };
    let stage = Stage::with(&["a.txt", ".env", ".git/config", "deep/\u{fc}.txt"]);
    let hub = Hub::open();
    let mut planning = Command::new(&client);
    planning.current_dir(stage.path("."));
    tie(&mut planning, &stage, &hub);
    let sync = [
        "buckets",
        "sync",
        "tree",
        "hf://buckets/user/b/x",
        "--plan",
        "plan.jsonl",
    ];
    let ended = Ended::of(&planning.args(sync).output().unwrap());
    let seen = hub.close();
    assert_eq!(ended.code, Some(0), "{}\n{:?}", ended.stderr, seen.requests);
    let listed = stage.list(&["--plan", "plan.jsonl"]);
    let paths: Vec<&str> = listed.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, [".env", ".git/config", "a.txt", "deep/\u{fc}.txt"]);
}
