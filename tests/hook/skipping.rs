//! Ways past, and a program that is gone.

use std::fs;

use crate::world::{World, recorder, said, write_script};

const PUSH: &[&str] = &["push", "-q", "origin", "main"];

#[test]
fn a_skip_needs_a_reason_and_is_logged() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, &["hook", "install"]);
    let push = |reason: &str| {
        let mut command = world.command("git", &top);
        command.args(PUSH).env("HUBSWEEP_SKIP", reason);
        command.output().unwrap()
    };
    assert!(!said(&push(" ")).contains("skipped"));
    let output = push("a drill\n\u{1b}[31m");
    assert!(output.status.success());
    let expected = "hubsweep: skipped, HUBSWEEP_SKIP=a drill\u{fffd}\u{fffd}[31m\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    assert_eq!(world.order(), ["before", "before"]);
    let log = fs::read_to_string(top.join(".git/hubsweep-skips.log")).unwrap();
    assert!(
        log.ends_with("Z pre-push a drill\u{fffd}\u{fffd}[31m\n"),
        "{log}"
    );
    assert_eq!(log.lines().count(), 1);
}

#[test]
fn a_program_that_is_gone_blocks_and_says_how_to_go_on() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, &["hook", "install"]);
    fs::remove_file(world.program()).unwrap();
    let (status, swept) = world.status(&top);
    assert!(
        !swept && status.contains("is gone: the hook blocks"),
        "{status}"
    );
    let output = world.try_git(&top, PUSH);
    assert!(!output.status.success());
    let text = said(&output);
    let gone = format!("{} is not there", world.program().display());
    for words in [
        &gone,
        "hubsweep hook install",
        "git push --no-verify",
        "HUBSWEEP_SKIP=reason",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(world.pushed(&top, "main"), None);
    let output = world.try_git(&top, &["commit", "-qm", "second", "--allow-empty"]);
    assert!(!output.status.success());
    assert!(said(&output).contains("git commit --no-verify"));

    let mut command = world.command("git", &top);
    command.args(PUSH).env("HUBSWEEP_SKIP", "no\nway");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let log = fs::read_to_string(top.join(".git/hubsweep-skips.log")).unwrap();
    assert!(log.ends_with("Z pre-push no?way\n"), "{log}");
    assert_eq!(world.order(), ["before"]);
    assert!(world.pushed(&top, "main").is_some());
}

#[test]
fn a_program_that_moved_is_found_on_path() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, &["hook", "install"]);
    let hook = top.join(".git/hooks/pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    let here = world.program();
    write_script(
        &hook,
        &text.replace(here.to_str().unwrap(), "/gone/hubsweep"),
    );
    world.stand_in(1);
    assert!(!world.try_git(&top, PUSH).status.success());
    assert_eq!(world.order(), ["hubsweep"]);
}
