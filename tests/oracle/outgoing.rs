//! What a push sends, and what a range of commits brings.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::answer::Answer;
use crate::repository::Report;
use crate::truth::{self, Truth, between};
use crate::world::{Format, World};

/// One push: git's lines, and what they mean.
#[derive(Default)]
struct Push {
    lines: String,
    tips: Vec<String>,
    theirs: Vec<String>,
}

pub(crate) fn judge(world: &World, lines: &str) -> Report {
    let args = [
        "hook", "run", "pre-push", "--report", "json", "origin", "the-url",
    ];
    let output = world.repository.hubsweep_with(&args, &[], lines);
    let text = String::from_utf8_lossy(&output.stdout);
    Report {
        document: serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr))),
        exit: output.status.code().unwrap(),
    }
}

/// What the remote has by its tracking refs.
pub(crate) fn tracked(world: &World) -> Vec<String> {
    let refs = truth::refs(world).into_iter();
    refs.filter(|(name, _)| name.starts_with("refs/remotes/origin/"))
        .map(|(_, id)| id)
        .collect()
}

/// Some refs to push, and what they are on the remote now.
fn made_up(world: &mut World) -> Push {
    let mut push = Push {
        theirs: tracked(world),
        ..Push::default()
    };
    let refs: Vec<(String, String)> = truth::refs(world)
        .into_iter()
        .filter(|(name, _)| !name.starts_with("refs/remotes/"))
        .collect();
    for _ in 0..world.random.between(1, 4) {
        let (name, tip) = world.random.pick(&refs).clone();
        let digits = world.format.digits();
        let old = match world.random.below(4) {
            0 => {
                let old = world.commit();
                push.theirs.push(old.clone());
                old
            }
            1 => "e".repeat(digits),
            _ => "0".repeat(digits),
        };
        writeln!(push.lines, "{name} {tip} {name} {old}").unwrap();
        push.tips.push(tip);
    }
    push
}

/// `sent` must be read, and nothing of `theirs` may stop the push.
pub(crate) fn compare(
    truth: &Truth,
    report: &Report,
    sent: &BTreeSet<String>,
    (tips, theirs): (&BTreeSet<String>, &BTreeSet<String>),
) -> Result<usize, String> {
    let answer = Answer::of(report);
    let count = answer.has_all(truth, sent)?;
    answer.has_only(truth, tips)?;
    for id in theirs {
        if let Some(token) = truth.token(id)
            && answer.blocks(&token)
        {
            let finding = answer.about(&token)[0];
            return Err(format!(
                "{id} is on the remote and stops the push: {finding:#}"
            ));
        }
    }
    for id in sent.difference(theirs) {
        if let Some(token) = truth.token(id)
            && answer.about(&token)[0]["origins"]
                .as_array()
                .unwrap()
                .iter()
                .any(|origin| {
                    let published = origin["published"].as_array();
                    published.is_some_and(|published| published.iter().any(|name| name == "origin"))
                })
        {
            return Err(format!("{id} is not on the remote and is said to be"));
        }
    }
    if report.skips("failed").is_empty() && report.skips("missing").is_empty() {
        Ok(count)
    } else {
        Err(format!("not complete: {:#}", report.document["skipped"]))
    }
}

fn pushes(seed: u64, format: Format) -> usize {
    let mut world = World::new(seed, format);
    let truth = Truth::of(&world);
    let mut count = 0;
    for number in 0..4 {
        let push = made_up(&mut world);
        let report = judge(&world, &push.lines);
        let sent = between(&world, &push.tips, &push.theirs);
        let reach = (
            &between(&world, &push.tips, &[]),
            &between(&world, &push.theirs, &[]),
        );
        count += compare(&truth, &report, &sent, reach)
            .unwrap_or_else(|why| panic!("seed {seed}, push {number}: {why}\n{}", push.lines));
    }
    count
}

fn ranges(seed: u64, format: Format) -> usize {
    let mut world = World::new(seed, format);
    let truth = Truth::of(&world);
    let mut count = 0;
    for _ in 0..3 {
        let ends = [world.commit(), world.commit()];
        let range = format!("{}..{}", ends[0], ends[1]);
        let report = world.repository.sweep(&["--range", &range]);
        let [base, tip] = ends.map(|end| vec![end]);
        let sent = between(&world, &tip, &base);
        let reach = (&between(&world, &tip, &[]), &between(&world, &base, &[]));
        let base_is_named = sent.difference(reach.1).next().is_none();
        let compared = compare(&truth, &report, &sent, reach);
        count +=
            compared.unwrap_or_else(|why| panic!("seed {seed}, {range} {base_is_named}: {why}"));
    }
    count
}

#[test]
fn a_push_reads_what_git_sends() {
    let count: usize = crate::seeds(100)
        .map(|seed| pushes(seed, Format::Sha1))
        .sum();
    eprintln!("{count} objects sent");
    assert!(count > 0);
}

#[test]
fn a_range_reads_what_its_commits_bring() {
    let count: usize = crate::seeds(70)
        .map(|seed| ranges(1000 + seed, Format::Sha1))
        .sum();
    eprintln!("{count} objects in ranges");
    assert!(count > 0);
}

#[test]
fn the_same_with_longer_ids() {
    for seed in crate::seeds(10) {
        pushes(2000 + seed, Format::Sha256);
        ranges(3000 + seed, Format::Sha256);
    }
}
