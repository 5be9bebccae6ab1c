//! Long histories and hundreds of remote refs, where only a part is walked.

use std::fmt::Write as _;

use crate::generate;
use crate::outgoing::{compare, judge, tracked};
use crate::random::Random;
use crate::truth::{Truth, between};
use crate::world::{Format, World};

/// Longer than what is looked at before all remote refs are.
const COMMITS: usize = 1500;

fn world(seed: u64) -> World {
    let mut random = Random::new(seed);
    let made = generate::long(seed, &mut random, COMMITS);
    let mut world = World::imported(made, random, Format::Sha1);
    world.remotes(0);
    // The remote is far behind, somewhat behind, or all over the place.
    let behind = *world
        .random
        .pick(&[50, COMMITS - 700, COMMITS - 20, COMMITS]);
    let count = *world.random.pick(&[100, 300, 500]);
    let mut refs = Vec::new();
    for number in 0..count {
        let id = world.commits[world.random.below(behind)].clone();
        refs.push((format!("refs/remotes/origin/far{number}"), id));
    }
    world.set_refs(&refs);
    world
}

fn pushes(seed: u64) -> usize {
    let mut world = world(seed);
    let truth = Truth::of(&world);
    let theirs = tracked(&world);
    let on_remote = between(&world, &theirs, &[]);
    let mut count = 0;
    for number in 0..2 {
        let none = "0".repeat(40);
        let mut lines = String::new();
        let mut tips = Vec::new();
        for name in 0..world.random.between(1, 3) {
            let back = if world.random.percent(70) {
                40
            } else {
                COMMITS
            };
            let tip = world.commits[COMMITS - 1 - world.random.below(back)].clone();
            writeln!(lines, "refs/heads/n{name} {tip} refs/heads/n{name} {none}").unwrap();
            tips.push(tip);
        }
        let report = judge(&world, &lines);
        let sent = between(&world, &tips, &theirs);
        let reach = (&between(&world, &tips, &[]), &on_remote);
        count += compare(&truth, &report, &sent, reach)
            .unwrap_or_else(|why| panic!("seed {seed}, push {number}: {why}\n{lines}"));
    }
    count
}

#[test]
fn far_behind_and_with_hundreds_of_refs() {
    let count: usize = crate::seeds(10).map(|seed| pushes(6000 + seed)).sum();
    eprintln!("{count} objects of long histories sent");
    assert!(count > 0);
}
