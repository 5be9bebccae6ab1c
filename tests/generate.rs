//! Completions and manual pages cover every command.

#![allow(clippy::unwrap_used)] // of a test

use std::process::{Command, Output};

fn hubsweep(args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}");
    output
}

#[test]
fn every_shell_completes_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8(hubsweep(&["completions", shell]).stdout).unwrap();
        for word in ["scan", "explain", "fail-on"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
}

#[test]
fn the_manual_has_a_page_a_command() {
    let folder = tempfile::tempdir().unwrap();
    hubsweep(&["man", "--out", folder.path().to_str().unwrap()]);
    for page in ["hubsweep", "hubsweep-scan", "hubsweep-rules-check"] {
        let text = std::fs::read_to_string(folder.path().join(format!("{page}.1"))).unwrap();
        assert!(text.contains(".TH"), "{page}");
    }
    let page = String::from_utf8(hubsweep(&["man"]).stdout).unwrap();
    assert!(page.contains(".TH hubsweep"));
}
