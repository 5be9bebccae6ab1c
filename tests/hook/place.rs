//! Where hooks go: work trees, submodules, bare repositories, core.hooksPath.

use std::fs;

use crate::world::{World, names, recorder, said, write_script};

const INSTALL: &[&str] = &["hook", "install"];

#[test]
fn outside_of_a_repository_there_is_a_plain_error() {
    let world = World::new();
    let home = world.path("home");
    let output = world.try_hubsweep(&home, INSTALL);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output);
    assert!(text.contains("is in no git repository\nhelp: "), "{text}");
}

#[test]
fn work_trees_share_the_hooks() {
    let world = World::new();
    let top = world.repository("model");
    let tree = world.path("tree");
    world.git(&top, &["worktree", "add", "-q", tree.to_str().unwrap()]);
    fs::create_dir(tree.join("sub")).unwrap();
    world.hubsweep(&tree.join("sub"), INSTALL);
    assert_eq!(names(&top.join(".git/hooks")), ["pre-commit", "pre-push"]);
    assert!(world.status(&tree).1 && world.status(&top).1);
    world.stand_in(1);
    let push = ["push", "-q", "origin", "tree"];
    assert!(!world.try_git(&tree, &push).status.success());
    assert_eq!(world.order(), ["hubsweep"]);
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let world = World::new();
    let top = world.repository("model");
    let other = world.repository("data");
    world.git(&other, &["push", "-q", "origin", "main"]);
    let url = world.path("data.git");
    world.git(
        &top,
        &["submodule", "add", "-q", url.to_str().unwrap(), "data"],
    );
    let data = top.join("data");
    world.hubsweep(&data, INSTALL);
    let hooks = top.join(".git/modules/data/hooks");
    assert_eq!(names(&hooks), ["pre-commit", "pre-push"]);
    assert_eq!(names(&top.join(".git/hooks")), [""; 0]);
    world.stand_in(1);
    world.git(&data, &["branch", "side"]);
    let push = ["push", "-q", "origin", "side"];
    assert!(!world.try_git(&data, &push).status.success());
    assert_eq!(world.order(), ["hubsweep"]);
}

#[test]
fn a_bare_repository_pushes_too() {
    let world = World::new();
    let top = world.repository("model");
    let bare = world.path("mirror.git");
    let from = top.to_str().unwrap();
    world.git(
        &world.path(""),
        &["clone", "-q", "--bare", from, bare.to_str().unwrap()],
    );
    let text = world.hubsweep(&bare, INSTALL);
    assert!(
        text.contains("a bare repository makes no commits"),
        "{text}"
    );
    assert_eq!(names(&bare.join("hooks")), ["pre-commit", "pre-push"]);
    world.stand_in(1);
    let to = world.path("model.git");
    let push = ["push", "-q", to.to_str().unwrap(), "main"];
    assert!(!world.try_git(&bare, &push).status.success());
    assert_eq!(world.order(), ["hubsweep"]);
}

#[test]
fn git_dir_names_the_repository() {
    let world = World::new();
    let top = world.repository("model");
    let home = world.path("home");
    let mut command = world.command(env!("CARGO_BIN_EXE_hubsweep"), &home);
    command.args(INSTALL).env("GIT_DIR", "../model/.git");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(names(&top.join(".git/hooks")), ["pre-commit", "pre-push"]);
}

#[test]
fn a_format_that_libgit2_cannot_read_is_no_trouble() {
    let world = World::new();
    let top = world.path("wide");
    let init = [
        "init",
        "-q",
        "--object-format=sha256",
        top.to_str().unwrap(),
    ];
    world.git(&world.path(""), &init);
    world.hubsweep(&top, INSTALL);
    assert!(world.status(&top).1);
}

#[test]
fn a_folder_that_is_committed_holds_nothing_of_this_machine() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".githooks/pre-push"), "before", 0);
    world.git(&top, &["config", "core.hooksPath", ".githooks"]);
    let text = world.hubsweep(&top, INSTALL);
    assert!(text.contains("commit  these hooks are shared"), "{text}");
    let folder = top.join(".githooks");
    assert_eq!(
        names(&folder),
        ["pre-commit", "pre-push", "pre-push.before-hubsweep"]
    );
    for name in ["pre-push", "pre-commit"] {
        let own = format!("{}/hooks/{name}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(fs::read(folder.join(name)).unwrap(), fs::read(own).unwrap());
    }
    let program = world.git(&top, &["config", "hubsweep.program"]);
    assert_eq!(program.trim(), world.program().to_str().unwrap());
    let (status, swept) = world.status(&top);
    assert!(
        swept && status.contains("by `git config hubsweep.program`"),
        "{status}"
    );
    world.stand_in(0);
    world.git(&top, &["push", "-q", "origin", "main"]);
    assert_eq!(world.order(), ["hubsweep", "before"]);
    world.hubsweep(&top, &["hook", "uninstall"]);
    assert_eq!(names(&folder), ["pre-push"]);
    assert!(
        !world
            .try_git(&top, &["config", "hubsweep.program"])
            .status
            .success()
    );
}

#[test]
fn a_folder_of_hooks_may_be_a_link_to_one_that_is_committed() {
    let world = World::new();
    let top = world.repository("model");
    fs::create_dir(top.join("scripts")).unwrap();
    fs::remove_dir_all(top.join(".git/hooks")).unwrap();
    std::os::unix::fs::symlink("../scripts", top.join(".git/hooks")).unwrap();
    let text = world.hubsweep(&top, INSTALL);
    assert!(text.contains("commit  these hooks are shared"), "{text}");
    let text = fs::read_to_string(top.join("scripts/pre-push")).unwrap();
    assert!(!text.contains(world.path("").to_str().unwrap()), "{text}");
    assert!(world.status(&top).1);
}

#[test]
fn a_folder_of_the_repository_outside_of_it_is_used() {
    let world = World::new();
    let top = world.repository("model");
    let folder = world.path("elsewhere");
    world.git(
        &top,
        &["config", "core.hooksPath", folder.to_str().unwrap()],
    );
    recorder(&top.join(".git/hooks/pre-push"), "shadowed", 0);
    world.hubsweep(&top, INSTALL);
    assert_eq!(names(&folder), ["pre-commit", "pre-push"]);
    let (status, swept) = world.status(&top);
    assert!(swept, "{status}");
    let told = ".git/hooks/pre-push (a hook of your own): core.hooksPath leads git elsewhere";
    assert!(status.contains(told), "{status}");
    assert!(status.contains("local configuration"), "{status}");
}

#[test]
fn uninstall_finds_ours_also_where_git_looked_before() {
    let world = World::new();
    let top = world.repository("model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, INSTALL);
    world.git(&top, &["config", "core.hooksPath", ".githooks"]);
    let (status, swept) = world.status(&top);
    assert!(
        !swept && status.contains(".git/hooks/pre-push (hubsweep): core.hooksPath"),
        "{status}"
    );
    world.hubsweep(&top, INSTALL);
    world.hubsweep(&top, &["hook", "uninstall"]);
    assert_eq!(names(&top.join(".git/hooks")), ["pre-push"]);
    assert_eq!(names(&top.join(".githooks")), [""; 0]);
}

#[test]
fn a_configuration_that_is_broken_is_no_missing_repository() {
    let world = World::new();
    let top = world.repository("model");
    fs::write(top.join(".git/config"), "[core\n").unwrap();
    let output = world.try_hubsweep(&top, INSTALL);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("bad config line 1"),
        "{}",
        said(&output)
    );
}

#[test]
fn hooks_switched_off_are_told() {
    let world = World::new();
    let top = world.repository("model");
    world.git(&top, &["config", "core.hooksPath", "/dev/null"]);
    let output = world.try_hubsweep(&top, INSTALL);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("hooks are switched off"),
        "{}",
        said(&output)
    );
    assert!(!world.status(&top).1);
}

#[test]
fn a_global_folder_that_hides_the_repository_s_is_told() {
    let world = World::new();
    let top = world.repository("model");
    let folder = world.path("home/hooks");
    fs::create_dir(&folder).unwrap();
    world.git(&top, &["config", "--global", "core.hooksPath", "~/hooks"]);
    let output = world.try_hubsweep(&top, INSTALL);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output);
    assert!(
        text.contains("so a hook installed here would never run"),
        "{text}"
    );
    assert_eq!(names(&top.join(".git/hooks")), [""; 0]);

    let text = world.hubsweep(&top, &["hook", "install", "--local"]);
    assert!(text.contains("shadowed"), "{text}");
    let (status, swept) = world.status(&top);
    assert!(
        !swept && status.contains("core.hooksPath leads git elsewhere"),
        "{status}"
    );

    // Added to that folder, it runs.
    write_script(&folder.join("pre-push"), "#!/bin/sh\necho own >>\"$LOG\"\n");
    world.hubsweep(&top, &["hook", "install", "--global"]);
    assert_eq!(
        names(&folder),
        ["pre-commit", "pre-push", "pre-push.before-hubsweep"]
    );
    assert!(world.status(&top).1);
    world.stand_in(0);
    world.git(&top, &["push", "-q", "origin", "main"]);
    assert_eq!(world.order(), ["hubsweep", "own"]);
    world.hubsweep(&top, &["hook", "uninstall", "--global"]);
    assert_eq!(names(&folder), ["pre-push"]);
    let kept = world.git(&top, &["config", "--global", "core.hooksPath"]);
    assert_eq!(kept.trim(), "~/hooks");
}
