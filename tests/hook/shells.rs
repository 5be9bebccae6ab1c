//! The scripts under every shell that may be `sh`, with whatever git gives.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::world::{World, names, recorder, said, with_input};

const SHELLS: &[&[&str]] = &[
    &["sh"],
    &["dash"],
    &["bash"],
    &["bash", "--posix"],
    &["busybox", "sh"],
    &["mksh"],
    &["zsh", "--emulate", "sh"],
];

fn is_there(shell: &[&str]) -> bool {
    Command::new(shell[0])
        .args(&shell[1..])
        .args(["-c", "exit 0"])
        .output()
        .is_ok_and(|output| output.status.success())
}

fn refs(count: usize) -> String {
    let mut refs = String::new();
    for n in 0..count {
        let (ours, theirs) = (format!("{n:040x}"), "0".repeat(40));
        writeln!(
            refs,
            "refs/heads/b{n} {ours} refs/heads/`b` $HOME \\n {theirs}"
        )
        .unwrap();
    }
    refs
}

#[test]
fn input_of_any_length_is_replayed_exactly() {
    let world = World::new();
    let top = world.repository("model");
    let hook = top.join(".git/hooks/pre-push");
    recorder(&hook, "before", 0);
    world.hubsweep(&top, &["hook", "install"]);
    world.stand_in(0);
    for shell in SHELLS.iter().filter(|shell| is_there(shell)) {
        for count in [0, 1, 20_000] {
            let mut command = world.command(shell[0], &top);
            command.args(&shell[1..]);
            command.arg("-eu").arg(&hook).args(["origin", "a b"]);
            let refs = refs(count);
            let output = with_input(command, refs.as_bytes());
            assert!(output.status.success(), "{shell:?}: {}", said(&output));
            assert_eq!(said(&output), "", "{shell:?}");
            let mut replayed = String::new();
            for line in refs.lines() {
                writeln!(replayed, "  {line}").unwrap();
            }
            let expected = format!(
                "hubsweep hook run pre-push origin a b\n{replayed}before origin a b\n{replayed}"
            );
            assert!(world.log() == expected, "{shell:?} with {count} refs");
            assert_eq!(names(&world.path("tmp")), [""; 0], "{shell:?}");
        }
    }
}

#[test]
fn programs_that_do_not_read_their_input_do_no_harm() {
    let world = World::new();
    let top = world.repository("model");
    let hook = top.join(".git/hooks/pre-push");
    crate::world::write_script(&hook, "#!/bin/sh\nexit 5\n");
    world.hubsweep(&top, &["hook", "install"]);
    fs::remove_file(world.program()).unwrap();
    crate::world::write_script(&world.program(), "#!/bin/sh\nexit 0\n");
    for shell in SHELLS.iter().filter(|shell| is_there(shell)) {
        let mut command = world.command(shell[0], &top);
        command.args(&shell[1..]).arg(&hook).args(["origin", "url"]);
        let output = with_input(command, refs(20_000).as_bytes());
        assert_eq!(output.status.code(), Some(5), "{shell:?}");
        assert_eq!(said(&output), "", "{shell:?}");
    }
}

#[test]
fn paths_with_spaces_and_quotes_are_no_trouble() {
    let world = World::named("it's a \"$HOME\" `x` \\ ");
    let top = world.repository("my model");
    recorder(&top.join(".git/hooks/pre-push"), "before", 0);
    world.hubsweep(&top, &["hook", "install"]);
    let (status, swept) = world.status(&top);
    assert!(
        swept && status.contains(world.program().to_str().unwrap()),
        "{status}"
    );
    world.stand_in(0);
    world.git(&top, &["push", "-q", "origin", "main"]);
    assert_eq!(world.order(), ["hubsweep", "before"]);
}
