//! A hook for every repository: minds the Hub's, hides nobody's.

use std::fs;
use std::path::Path;

use crate::world::{World, names, recorder, said, with_input};

const INSTALL: &[&str] = &["hook", "install", "--global"];
const HUB: &str = "https://huggingface.co/ada/model";

/// Run the global pre-push as git would for `url`; what it says on stderr.
fn push_to(world: &World, top: &Path, url: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let hook = world.path("config/hubsweep/hooks/pre-push");
    let mut command = world.command(hook, top);
    command
        .args(["origin", url])
        .envs(variables.iter().copied());
    let output = with_input(command, b"refs/heads/main 1 refs/heads/main 0\n");
    (output.status.success(), said(&output))
}

#[test]
fn only_the_hub_s_repositories_are_minded() {
    let world = World::new();
    let top = world.repository("model");
    let text = world.hubsweep(&top, INSTALL);
    assert!(text.contains("acts on  huggingface.co, hf.co"), "{text}");
    let skip = ("HUBSWEEP_SKIP", "a test");
    let shown = "hubsweep: skipped, HUBSWEEP_SKIP=a test\n";
    for url in [
        HUB,
        "git@hf.co:ada/model",
        "ssh://git@hf.co/datasets/ada/model",
    ] {
        assert_eq!(
            push_to(&world, &top, url, &[skip]),
            (true, shown.to_owned()),
            "{url}"
        );
    }
    for url in [
        "https://github.com/ada/huggingface.co",
        "/srv/hf.co",
        "../model.git",
    ] {
        assert_eq!(
            push_to(&world, &top, url, &[skip]),
            (true, String::new()),
            "{url}"
        );
    }
    let own = ("HF_ENDPOINT", "https://hub.example.org:8443");
    let url = "https://hub.example.org:8443/ada/model";
    assert_eq!(
        push_to(&world, &top, url, &[skip, own]),
        (true, shown.to_owned())
    );
    // The hook got the option, whatever the verdict.
    world.stand_in(1);
    assert!(!push_to(&world, &top, HUB, &[]).0);
    assert!(
        world
            .log()
            .starts_with("hubsweep hook run pre-push --global-hook origin")
    );
}

#[test]
fn commits_are_minded_where_a_remote_leads_to_the_hub() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    let commit = || {
        let mut command = world.command("git", &top);
        command.args(["commit", "-qm", "more", "--allow-empty"]);
        command.env("HUBSWEEP_SKIP", "a test");
        said(&command.output().unwrap())
    };
    assert_eq!(commit(), "");
    world.git(&top, &["config", "url.https://hf.co/.insteadOf", "hub:"]);
    world.git(&top, &["remote", "add", "hub", "hub:ada/model"]);
    assert!(commit().contains("skipped"));
}

#[test]
fn without_its_program_only_the_hub_is_blocked() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    fs::remove_file(world.program()).unwrap();
    world.git(&top, &["push", "-q", "origin", "main"]);
    world.git(&top, &["commit", "-qm", "more", "--allow-empty"]);
    let (passes, text) = push_to(&world, &top, HUB, &[]);
    assert!(!passes && text.contains("the push is blocked"), "{text}");
    let own = ("HF_ENDPOINT", "http://hub.example.org");
    assert!(!push_to(&world, &top, "http://hub.example.org/a/b", &[own]).0);
    world.git(&top, &["remote", "add", "hub", HUB]);
    let output = world.try_git(&top, &["commit", "-qm", "more", "--allow-empty"]);
    assert!(!output.status.success());
}

#[test]
fn every_repository_s_own_hooks_still_run() {
    let world = World::new();
    let top = world.repository("model");
    let hooks = top.join(".git/hooks");
    let own = [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "pre-push",
        "reference-transaction",
        "post-checkout",
        "post-rewrite",
    ];
    for name in own {
        recorder(&hooks.join(name), name, 0);
    }
    let work = |folder: &str| {
        fs::write(top.join("more"), folder).unwrap();
        world.git(&top, &["add", "."]);
        world.git(&top, &["commit", "-qm", "more"]);
        world.git(&top, &["commit", "-q", "--amend", "-m", "most"]);
        world.git(&top, &["checkout", "-qb", folder]);
        world.git(&top, &["push", "-q", "origin", folder]);
        world.order()
    };
    world.log();
    let before = work("before");
    for name in own {
        assert!(before.iter().any(|line| line == name), "{name}: {before:?}");
    }
    world.hubsweep(&top, INSTALL);
    assert_eq!(work("after-"), before);
}

#[test]
fn hooks_that_serve_a_push_still_run() {
    let world = World::new();
    let top = world.repository("model");
    let bare = world.path("model.git");
    for name in ["pre-receive", "update", "post-receive", "post-update"] {
        recorder(&bare.join("hooks").join(name), name, 0);
    }
    world.hubsweep(&top, INSTALL);
    world.git(&top, &["push", "-q", "origin", "main"]);
    assert_eq!(
        world.order(),
        ["pre-receive", "update", "post-receive", "post-update"]
    );
}

#[test]
fn a_push_to_a_checked_out_branch_updates_it_as_before() {
    let world = World::new();
    let top = world.repository("model");
    let copy = world.path("copy");
    world.git(
        &world.path(""),
        &["clone", "-q", top.to_str().unwrap(), copy.to_str().unwrap()],
    );
    world.git(
        &copy,
        &["config", "receive.denyCurrentBranch", "updateInstead"],
    );
    world.hubsweep(&top, INSTALL);
    fs::write(top.join("more"), "more").unwrap();
    world.git(&top, &["add", "."]);
    world.git(&top, &["commit", "-qm", "more"]);
    let push = ["push", "-q", copy.to_str().unwrap(), "main"];
    world.git(&top, &push);
    assert_eq!(fs::read_to_string(copy.join("more")).unwrap(), "more");
    fs::write(copy.join("more"), "work in progress").unwrap();
    world.git(&top, &["commit", "-qm", "empty", "--allow-empty"]);
    assert!(!world.try_git(&top, &push).status.success());
    assert_eq!(
        fs::read_to_string(copy.join("more")).unwrap(),
        "work in progress"
    );
}

#[test]
fn a_new_repository_can_be_made_and_cloned() {
    let world = World::new();
    world.hubsweep(&world.path("home"), INSTALL);
    let top = world.repository("model");
    world.git(&top, &["push", "-q", "origin", "main"]);
    let from = world.path("model.git");
    let to = world.path("clone");
    world.git(
        &world.path(""),
        &["clone", "-q", from.to_str().unwrap(), to.to_str().unwrap()],
    );
    assert!(to.join("README.md").is_file());
}

#[test]
fn one_hook_here_and_one_for_all_sweep_once() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    world.hubsweep(&top, &["hook", "install"]);
    assert_eq!(names(&top.join(".git/hooks")), ["pre-commit", "pre-push"]);
    let (passes, text) = push_to(&world, &top, HUB, &[("HUBSWEEP_SKIP", "a test")]);
    assert!(passes);
    assert_eq!(text.matches("skipped").count(), 1, "{text}");
}

#[test]
fn links_back_to_the_folder_do_not_go_round() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    let hooks = top.join(".git/hooks");
    fs::remove_dir_all(&hooks).unwrap();
    std::os::unix::fs::symlink(world.path("config/hubsweep/hooks"), &hooks).unwrap();
    world.git(&top, &["commit", "-qm", "more", "--allow-empty"]);
    world.git(&top, &["push", "-q", "origin", "main"]);
}

#[test]
fn install_is_idempotent_and_uninstall_leaves_nothing() {
    let world = World::new();
    let top = world.repository("model");
    let folder = world.path("config/hubsweep/hooks");
    let before = fs::read(world.path("home/.gitconfig")).unwrap();
    world.hubsweep(&top, INSTALL);
    let first = names(&folder);
    world.hubsweep(&top, INSTALL);
    assert_eq!(names(&folder), first);
    let set = world.git(&top, &["config", "--global", "--get-all", "core.hooksPath"]);
    assert_eq!(set.trim(), folder.to_str().unwrap());
    let (status, swept) = world.status(&top);
    assert!(swept && status.contains("to the Hub are swept"), "{status}");
    assert!(
        status.contains("no remote here leads to the Hub"),
        "{status}"
    );
    assert!(status.contains("global configuration"), "{status}");
    world.hubsweep(&top, &["hook", "uninstall", "--global", "--pre-commit"]);
    assert!(world.status(&top).1);
    world.hubsweep(&top, &["hook", "uninstall", "--global"]);
    assert_eq!(names(&world.path("config")), [""; 0]);
    assert_eq!(fs::read(world.path("home/.gitconfig")).unwrap(), before);
}

#[test]
fn a_folder_set_in_an_included_file_is_not_pushed_aside() {
    let world = World::new();
    let home = world.path("home");
    let folder = world.path("home/hooks");
    fs::write(
        home.join("more"),
        format!("[core]\nhooksPath = {}\n", folder.display()),
    )
    .unwrap();
    world.git(&home, &["config", "--global", "include.path", "~/more"]);
    world.hubsweep(&home, INSTALL);
    assert_eq!(names(&folder), ["pre-commit", "pre-push"]);
    assert_eq!(names(&world.path("config")), [""; 0]);
}

#[test]
fn a_repository_that_goes_elsewhere_is_told() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    world.git(&top, &["config", "core.hooksPath", ".githooks"]);
    let (status, swept) = world.status(&top);
    assert!(!swept, "{status}");
    assert!(
        status.contains("the repository's core.hooksPath comes first"),
        "{status}"
    );
}

#[test]
fn a_hook_of_git_lfs_s_forced_into_the_folder_is_kept_and_told() {
    let world = World::new();
    let top = world.repository("model");
    world.hubsweep(&top, INSTALL);
    let folder = world.path("config/hubsweep/hooks");
    recorder(&folder.join("pre-push"), "forced", 0);
    assert!(!world.status(&top).1);
    let text = world.hubsweep(&top, INSTALL);
    assert!(text.contains("is not hubsweep's"), "{text}");
    recorder(&top.join(".git/hooks/pre-push"), "own", 0);
    world.stand_in(0);
    world.git(&top, &["push", "-q", "origin", "main"]);
    assert_eq!(world.order(), ["hubsweep", "own", "forced"]);
    world.hubsweep(&top, &["hook", "uninstall", "--global"]);
    assert_eq!(
        world.git(&top, &["config", "core.hooksPath"]).trim(),
        folder.to_str().unwrap()
    );
}
