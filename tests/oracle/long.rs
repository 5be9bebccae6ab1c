//! Long histories and hundreds of remote refs, where only a part is walked.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::answer::Answer;
use crate::generate;
use crate::outgoing::{compare, judge, tracked};
use crate::random::Random;
use crate::repository::Report;
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

/// Commits that were read although git would not send them.
fn beyond(truth: &Truth, report: &Report, sent: &BTreeSet<String>) -> usize {
    let answer = Answer::of(report);
    let more = truth
        .objects
        .keys()
        .filter(|id| !sent.contains(*id) && truth.is(id, "commit"));
    more.filter(|id| {
        truth
            .token(id)
            .is_some_and(|token| !answer.about(&token).is_empty())
    })
    .count()
}

/// Objects that pushes send, and the most commits read beyond that.
fn pushes(seed: u64) -> (usize, usize) {
    let mut world = world(seed);
    let truth = Truth::of(&world);
    let theirs = tracked(&world);
    let on_remote = between(&world, &theirs, &[]);
    let mut count = 0;
    let mut most = 0;
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
        most = most.max(beyond(&truth, &report, &sent));
    }
    (count, most)
}

#[test]
fn far_behind_and_with_hundreds_of_refs() {
    let counts: Vec<(usize, usize)> = crate::seeds(10).map(|seed| pushes(6000 + seed)).collect();
    let count: usize = counts.iter().map(|(count, _)| count).sum();
    let beyond = counts.iter().map(|(_, beyond)| beyond).max();
    eprintln!("{count} objects of long histories sent, at most {beyond:?} commits beyond");
    assert!(count > 0);
}
