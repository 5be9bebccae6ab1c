//! The first bytes of what the root `.gitignore` names.

use crate::stage::{Stage, token};

#[test]
fn first_bytes_of_ignored_files_are_swept_and_no_more() {
    let stage = Stage::with(&["README.md"]);
    stage.write(".gitignore", "*.log\nsecret/\n");
    stage.write("far.log", format!("{}{}", "-".repeat(600), token()));
    // Beginnings of archives are swept as bytes, and not as broken archives.
    stage.write("cut.log", [b"PK\x03\x04".as_slice(), &[0; 900]].concat());
    // Out of place only where it is sent.
    stage.write("secret/.DS_Store", "x");
    let ended = stage.run(&["user/model", "tree"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("DS_Store"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("keeps 3 files out"),
        "{}",
        ended.stderr
    );

    for text in [
        format!("key: {}\n", token()).into_bytes(),
        [
            b"PK\x03\x04....token=".as_slice(),
            token().as_bytes(),
            &[0; 900],
        ]
        .concat(),
    ] {
        stage.write("secret/near", text);
        let ended = stage.run(&["-v", "user/model", "tree"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let told = ended
            .stderr
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(
            told.contains("sent for preupload although .gitignore names it"),
            "{told}"
        );
        assert!(
            told.contains("Keep it back with --exclude 'secret/near'; nothing has been sent yet."),
            "{told}"
        );
        ended.assert_hides(&token());
    }
    assert_eq!(stage.calls().len(), 1);
    let ended = stage.run(&["user/model", "tree", "--exclude", "secret/*"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[test]
fn an_ignored_card_is_sent_whole_to_be_checked() {
    let stage = Stage::with(&["a"]);
    stage.write(".gitignore", "README.md\n");
    stage.write(
        "README.md",
        format!("{}\n{}\n", "words ".repeat(200), token()),
    );
    let ended = stage.run(&["user/model", "tree"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let told = ended
        .stderr
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        told.contains("sent to be checked although .gitignore names it"),
        "{told}"
    );
}

#[test]
fn a_gitignore_holds_only_at_the_root_of_the_repository() {
    let stage = Stage::with(&["x.log", "README.md"]);
    stage.write(".gitignore", "*.log\n");
    let sends = |words: &[&str]| {
        let list = stage.list(words);
        let found = list.into_iter().find(|(path, ..)| path == "x.log");
        found.map(|(_, in_repo, sends)| (in_repo, sends)).unwrap()
    };
    let expect = |path: &str, sends: &str| (path.to_owned(), sends.to_owned());
    assert_eq!(sends(&["u/m", "tree"]), expect("x.log", "sample"));
    assert_eq!(sends(&["u/m", "tree", "/"]), expect("x.log", "sample"));
    assert_eq!(sends(&["u/m", "tree", "sub"]), expect("sub/x.log", "whole"));
    assert_eq!(
        sends(&["hf://u/m/sub", "tree"]),
        expect("sub/x.log", "whole")
    );
    let without = ["u/m", "tree", "--exclude", ".gitignore"];
    assert_eq!(sends(&without), expect("x.log", "whole"));
    let told = stage.run(&["--dry-run", "u/m", "tree", "sub"]).stdout;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("the .gitignore of this folder does not hold"),
        "{told}"
    );
}
