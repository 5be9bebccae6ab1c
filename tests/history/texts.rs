//! Secrets in what git itself is told: messages, names, people, settings.

use crate::corners::{Expected, expect};
use crate::repository::{Folder, token};

#[test]
fn commit_messages_and_their_headers() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let commit = repository.commit(&format!("log in\n\nwith {} for now", token()));
    let path = format!("commit {}", &commit[..12]);
    let expected = Expected {
        kind: "commit-message",
        path: &path,
        commit: Some(commit),
        in_head: None,
        reference: None,
    };
    expect(&repository, &["--history"], &expected);
}

#[test]
fn merged_tags_in_the_header_of_a_commit() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    // Git writes such a header where a signed tag is merged.
    let (tree, first) = (
        repository.git(&["rev-parse", "HEAD^{tree}"]),
        repository.head(),
    );
    let text = format!(
        "tree {tree}\nparent {first}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\
         mergetag object {first}\n type commit\n tag v1\n \n built with {}\n\ntake it\n",
        token()
    );
    let hash = ["hash-object", "-t", "commit", "-w", "--stdin"];
    let commit = repository.git_with(&hash, &[], &text);
    repository.git(&["reset", "-q", "--hard", &commit]);
    let head = repository.head();
    let path = format!("commit {} header", &head[..12]);
    let expected = Expected {
        kind: "commit-message",
        path: &path,
        commit: Some(head),
        in_head: None,
        reference: None,
    };
    expect(&repository, &["--history"], &expected);
}

#[test]
fn messages_of_annotated_tags_and_of_tags_of_tags() {
    for nested in [false, true] {
        let folder = Folder::new();
        let repository = folder.repository("r");
        repository.git(&["tag", "-a", "v1", "-m", &format!("pushed with {}", token())]);
        let tag = repository.git(&["rev-parse", "v1"]);
        if nested {
            repository.git(&["tag", "-a", "v2", "v1", "-m", "the same"]);
            repository.git(&["tag", "-d", "v1"]);
        }
        let path = format!("tag {}", &tag[..12]);
        let expected = Expected {
            kind: "tag",
            path: &path,
            commit: Some(tag),
            in_head: None,
            reference: None,
        };
        expect(&repository, &["--history"], &expected);
    }
}

#[test]
fn names_of_files_folders_and_renamed_ones() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    repository.commit_file("plain.txt", "nothing here\n");
    let name = format!("{}.txt", token());
    repository.git(&["mv", "plain.txt", &name]);
    let commit = repository.commit("rename");
    repository.git(&["rm", "-q", &name]);
    repository.commit("remove");
    let report = repository.sweep(&["--history"]);
    let finding = report.token();
    assert_eq!(finding["origins"][0]["commit"], commit);
    let shown = report.document.to_string();
    assert!(
        !shown.contains(&name[..37]),
        "the name is masked everywhere"
    );
}

#[test]
fn names_of_refs() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let secret = token();
    repository.git(&["branch", &format!("try-{secret}")]);
    let report = repository.sweep(&["--history"]);
    assert_eq!(report.token()["origins"][0]["kind"], "ref-name");
    assert!(!report.document.to_string().contains(&secret));
}

#[test]
fn identities() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    let secret = token();
    let env = [("GIT_AUTHOR_NAME", secret.as_str())];
    repository.git_with(&["commit", "-q", "--allow-empty", "-m", "x"], &env, "");
    let head = repository.head();
    let path = format!("identity in {}", &head[..12]);
    let expected = Expected {
        kind: "commit-identity",
        path: &path,
        commit: Some(head),
        in_head: None,
        reference: None,
    };
    expect(&repository, &["--history"], &expected);
}

#[test]
fn the_repository_s_own_configuration() {
    let helper = "!f() { echo password=SECRET; }; f";
    for (key, value) in [
        ("remote.hub.url", "https://user:SECRET@huggingface.co/a/b"),
        ("credential.helper", helper),
        ("submodule.x.url", "https://user:SECRET@hf.co/a/b"),
    ] {
        let folder = Folder::new();
        let repository = folder.repository("r");
        repository.git(&["config", key, &value.replace("SECRET", &token())]);
        let report = repository.sweep(&["--history"]);
        let finding = report.token();
        assert_eq!(finding["path"], ".git/config", "{key}");
        assert_eq!(finding["origins"][0]["kind"], "config");
    }
}

#[test]
fn addresses_of_commits_are_judged_by_a_policy_of_their_own() {
    let folder = Folder::new();
    let repository = folder.repository("r");
    for address in ["jo@gmail.com", "jo@jos-laptop.local", "jo@corp.example.net"] {
        let env = [("GIT_AUTHOR_EMAIL", address)];
        let trailer = format!("x\n\nCo-authored-by: Jo <{address}>");
        repository.git_with(&["commit", "-q", "--allow-empty", "-m", &trailer], &env, "");
    }
    let report = repository.sweep(&["--history"]);
    let found = report.of("commit-identity");
    let evidence: Vec<_> = found
        .iter()
        .map(|finding| &finding["evidence"][0])
        .collect();
    assert_eq!(evidence.len(), 2, "{evidence:?}");
    assert!(found.iter().all(|finding| finding["severity"] == "low"));
    for finding in report.of("email-address") {
        assert_eq!(finding["class"], "author", "{finding:#}");
    }
    assert!(!report.document.to_string().contains("jo@gmail.com"));
    assert_eq!(report.exit, 0);
}
