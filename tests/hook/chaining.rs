//! What was there before is kept, runs after hubsweep, and comes back.

use std::fs;
use std::os::unix::fs::symlink;

use crate::world::{World, mode, names, recorder, said, write_script};

const INSTALL: &[&str] = &["hook", "install"];
const UNINSTALL: &[&str] = &["hook", "uninstall"];
const PUSH: &[&str] = &["push", "-q", "origin", "main"];

#[test]
fn the_hook_before_runs_second_with_the_same_arguments_and_input() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, INSTALL);
    world.stand_in(0);
    world.git(&top, PUSH);
    let url = world.path("model.git");
    let url = url.display();
    let head = world.git(&top, &["rev-parse", "HEAD"]);
    let line = format!(
        "  refs/heads/main {} refs/heads/main {}\n",
        head.trim(),
        "0".repeat(40)
    );
    assert_eq!(
        world.log(),
        format!("hubsweep hook run pre-push origin {url}\n{line}before origin {url}\n{line}")
    );
    assert_eq!(names(&world.path("tmp")), [""; 0]);
}

#[test]
fn a_blocked_push_sends_nothing_and_runs_nothing_else() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, INSTALL);
    for code in [1, 2, 3] {
        world.stand_in(code);
        assert!(!world.try_git(&top, PUSH).status.success());
        assert_eq!(world.order(), ["hubsweep"]);
        assert_eq!(world.pushed(&top, "main"), None);
    }
}

#[test]
fn the_hook_before_can_still_block() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 7);
    world.hubsweep(&top, INSTALL);
    world.stand_in(0);
    assert!(!world.try_git(&top, PUSH).status.success());
    assert_eq!(world.order(), ["hubsweep", "before"]);
    assert_eq!(world.pushed(&top, "main"), None);
    let hook = top.join(".git/hooks/pre-push");
    let output = world.command(hook, &top).args(["origin", "x"]).output();
    assert_eq!(output.unwrap().status.code(), Some(7));
}

#[test]
fn a_commit_is_swept_and_blocked() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-commit"), "before", 0);
    world.hubsweep(&top, INSTALL);
    world.stand_in(0);
    world.git(&top, &["commit", "-qm", "second", "--allow-empty"]);
    assert_eq!(world.order(), ["hubsweep", "before"]);
    world.stand_in(1);
    let output = world.try_git(&top, &["commit", "-qm", "third", "--allow-empty"]);
    assert!(!output.status.success());
    assert_eq!(
        world.git(&top, &["rev-list", "--count", "HEAD"]).trim(),
        "2"
    );
}

#[test]
fn a_second_install_changes_nothing() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, INSTALL);
    let hook = top.join(".git/hooks/pre-push");
    let first = fs::read(&hook).unwrap();
    assert_eq!(mode(&hook), 0o755);
    let said = world.hubsweep(&top, INSTALL);
    assert!(said.contains("unchanged  .git/hooks/pre-push"), "{said}");
    assert_eq!(fs::read(&hook).unwrap(), first);
    assert_eq!(
        names(&top.join(".git/hooks")),
        ["pre-commit", "pre-push", "pre-push.before-hubsweep"]
    );
}

#[test]
fn a_second_install_brings_the_path_up_to_date() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    let hook = top.join(".git/hooks/pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    let program = format!("program='{}'\n", world.program().display());
    assert!(
        text.contains(&program),
        "by PATH, not the file it leads to: {text}"
    );
    write_script(
        &hook,
        &text.replace(&program, "program='/opt/venv/bin/hubsweep'\n"),
    );
    let (status, swept) = world.status(&top);
    assert!(
        status.contains("/opt/venv/bin/hubsweep is gone: the next is taken"),
        "{status}"
    );
    assert!(swept, "{status}");
    let said = world.hubsweep(&top, INSTALL);
    assert!(said.contains("updated  .git/hooks/pre-push"), "{said}");
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
}

#[test]
fn uninstall_restores_byte_for_byte() {
    let world = World::new();
    let top = world.repository("model");
    let hooks = top.join(".git/hooks");
    let text = "#!/bin/sh\n# no newline at the end: \u{e9}";
    write_script(&hooks.join("pre-push"), text);
    fs::write(hooks.join("pre-commit"), "not executable").unwrap();
    let before = mode(&hooks.join("pre-commit"));
    world.hubsweep(&top, INSTALL);
    world.hubsweep(&top, INSTALL);
    let said = world.hubsweep(&top, UNINSTALL);
    assert!(said.contains("restored  .git/hooks/pre-push"), "{said}");
    assert_eq!(fs::read_to_string(hooks.join("pre-push")).unwrap(), text);
    assert_eq!(mode(&hooks.join("pre-push")), 0o755);
    assert_eq!(
        fs::read(hooks.join("pre-commit")).unwrap(),
        b"not executable"
    );
    assert_eq!(mode(&hooks.join("pre-commit")), before);
    assert_eq!(names(&hooks), ["pre-commit", "pre-push"]);
    let said = world.hubsweep(&top, UNINSTALL);
    assert!(said.contains("nothing  .git/hooks/pre-push"), "{said}");
}

#[test]
fn one_hook_alone_comes_and_goes() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, &["hook", "install", "--pre-push"]);
    assert_eq!(names(&top.join(".git/hooks")), ["pre-push"]);
    assert!(world.status(&top).1);
    world.hubsweep(&top, INSTALL);
    world.hubsweep(&top, &["hook", "uninstall", "--pre-push"]);
    assert_eq!(names(&top.join(".git/hooks")), ["pre-commit"]);
    assert!(!world.status(&top).1);
}

#[test]
fn a_hook_git_would_not_run_is_not_run() {
    let world = World::new();
    let top = world.repository("model");
    let hook = top.join(".git/hooks/pre-push");
    fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    let text = world.hubsweep(&top, INSTALL);
    assert!(text.contains("is not executable"), "{text}");
    world.git(&top, PUSH);
    let (status, swept) = world.status(&top);
    assert!(
        swept && status.contains("before-hubsweep (a hook of your own): not executable"),
        "{status}"
    );
}

#[test]
fn a_link_is_kept_as_a_link() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join("scripts/pre-push"), "before", 0);
    let hook = top.join(".git/hooks/pre-push");
    symlink("../../scripts/pre-push", &hook).unwrap();
    world.hubsweep(&top, INSTALL);
    world.stand_in(0);
    world.git(&top, PUSH);
    assert_eq!(world.order(), ["hubsweep", "before"]);
    world.hubsweep(&top, UNINSTALL);
    let target = fs::read_link(&hook).unwrap();
    assert_eq!(target.to_str(), Some("../../scripts/pre-push"));
    let script = fs::read_to_string(top.join("scripts/pre-push")).unwrap();
    assert!(script.contains("before"), "{script}");
}

#[test]
fn a_hook_put_over_ours_is_told_and_chained() {
    let world = World::new();
    let top = world.repository("model");
    let hook = top.join(".git/hooks/pre-push");
    recorder(&hook, "first", 0);
    world.hubsweep(&top, INSTALL);
    recorder(&hook, "second", 0);
    let (status, swept) = world.status(&top);
    assert!(
        !swept && status.contains("before-hubsweep (a hook of your own): nothing runs it"),
        "{status}"
    );
    world.hubsweep(&top, INSTALL);
    world.hubsweep(&top, INSTALL);
    world.stand_in(0);
    world.git(&top, PUSH);
    assert_eq!(world.order(), ["hubsweep", "first", "second"]);
    let text = said(&world.try_hubsweep(&top, UNINSTALL));
    assert!(
        text.contains("left  .git/hooks/pre-push.before-hubsweep"),
        "{text}"
    );
    assert!(fs::read_to_string(&hook).unwrap().contains("second"));
}

#[test]
fn a_hook_that_minds_its_name_is_told() {
    let world = World::new();
    let top = world.repository("model");
    let hook = top.join(".git/hooks/pre-push");
    write_script(&hook, "#!/bin/sh\nexec dispatch \"$(basename \"$0\")\"\n");
    let text = world.hubsweep(&top, INSTALL);
    assert!(
        text.contains("seems to look at the name it is called by"),
        "{text}"
    );
}

#[test]
fn by_hand_the_same_file_works_and_install_leaves_a_link_to_it() {
    let world = World::new();
    let top = world.repository("model");
    let hook = top.join(".git/hooks/pre-push");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/pre-push");
    symlink(script, &hook).unwrap();
    assert!(world.status(&top).1);
    let text = world.hubsweep(&top, INSTALL);
    assert!(text.contains("a link to hubsweep's own script"), "{text}");
    assert!(hook.is_symlink());
    world.stand_in(1);
    assert!(!world.try_git(&top, PUSH).status.success());
    assert_eq!(world.order(), ["hubsweep"]);
    world.hubsweep(&top, UNINSTALL);
    assert!(!hook.is_symlink());
}
