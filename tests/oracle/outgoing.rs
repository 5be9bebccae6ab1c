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
    let mut push = Push::default();
    // What the remote says it has not is not there, whatever was fetched once.
    let mut gone = BTreeSet::new();
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
            _ => {
                gone.extend(name.strip_prefix("refs/heads/").map(str::to_owned));
                "0".repeat(digits)
            }
        };
        writeln!(push.lines, "{name} {tip} {name} {old}").unwrap();
        push.tips.push(tip);
    }
    let there = truth::refs(world).into_iter().filter(|(name, _)| {
        name.strip_prefix("refs/remotes/origin/")
            .is_some_and(|name| !gone.contains(name))
    });
    push.theirs.extend(there.map(|(_, id)| id));
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
    // With wrong clocks git sends commits again that the remote has.
    let again = sent.intersection(theirs).any(|id| truth.is(id, "commit"));
    let needed = sent.iter().filter(|id| !again || !theirs.contains(*id));
    let count = answer.has_all(truth, needed)?;
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

fn pushes(seed: u64, world: &mut World, truth: &Truth) -> usize {
    let mut count = 0;
    for number in 0..4 {
        let push = made_up(world);
        let report = judge(world, &push.lines);
        let sent = between(world, &push.tips, &push.theirs);
        let reach = (
            &between(world, &push.tips, &[]),
            &between(world, &push.theirs, &[]),
        );
        count += compare(truth, &report, &sent, reach)
            .unwrap_or_else(|why| panic!("seed {seed}, push {number}: {why}\n{}", push.lines));
    }
    count
}

fn ranges(seed: u64, world: &mut World, truth: &Truth) -> usize {
    let mut count = 0;
    for _ in 0..2 {
        let ends = [world.commit(), world.commit()];
        let range = format!("{}..{}", ends[0], ends[1]);
        let report = world.repository.sweep(&["--range", &range]);
        let [base, tip] = ends.map(|end| vec![end]);
        let sent = between(world, &tip, &base);
        let reach = (&between(world, &tip, &[]), &between(world, &base, &[]));
        count += compare(truth, &report, &sent, reach)
            .unwrap_or_else(|why| panic!("seed {seed}, {range}: {why}"));
    }
    count
}

/// Objects that pushes and ranges bring.
fn both(seed: u64, format: Format) -> [usize; 2] {
    let mut world = World::new(seed, format);
    let truth = Truth::of(&world);
    let pushed = pushes(seed, &mut world, &truth);
    [pushed, ranges(seed, &mut world, &truth)]
}

#[test]
fn a_push_or_range_reads_what_git_would_send() {
    let counts: Vec<[usize; 2]> = crate::seeds(100)
        .map(|seed| both(seed, Format::Sha1))
        .collect();
    let [pushed, brought] = [0, 1].map(|at| counts.iter().map(|count| count[at]).sum::<usize>());
    eprintln!("{pushed} objects sent, {brought} in ranges");
    assert!(pushed > 0 && brought > 0);
}

#[test]
fn the_same_with_longer_ids() {
    for seed in crate::seeds(5) {
        both(2000 + seed, Format::Sha256);
    }
}
