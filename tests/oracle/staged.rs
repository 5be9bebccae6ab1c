//! What the next commit would record.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::answer::Answer;
use crate::truth::Truth;
use crate::world::{Format, World};

/// For each content the paths it is staged at.
type Staged = BTreeMap<String, BTreeSet<String>>;

const NAMES: [&str; 8] = [
    "app.py",
    "src",
    "src/new.txt",
    "a",
    "a/b",
    "a/b/c.toml",
    "x.md",
    "\u{fc}.yaml",
];

fn content(world: &mut World) -> String {
    if world.random.percent(25) && !world.blobs.is_empty() {
        return world.random.pick(&world.blobs).clone();
    }
    let text = format!("staged = '{}'\n", world.made.stream.token());
    world.object("blob", &text)
}

/// Change the index in every way there is.
fn stage(world: &mut World) {
    let head = world.commit();
    if world.random.percent(15) {
        world.git(&["symbolic-ref", "HEAD", "refs/heads/unborn"]);
    } else {
        world.git(&["update-ref", "--no-deref", "HEAD", &head]);
    }
    world.git(&["read-tree", &head]);
    let listed = world.git(&["ls-files", "-z"]);
    let known: Vec<&str> = listed
        .split('\0')
        .filter(|path| !path.is_empty() && !path.contains('\u{fffd}'))
        .collect();
    let none = "0".repeat(world.format.digits());
    let mut input = String::new();
    for _ in 0..world.random.between(1, 6) {
        let old = if known.is_empty() {
            "none"
        } else {
            world.random.pick(&known)
        };
        let new = *world.random.pick(&NAMES);
        let id = content(world);
        match world.random.below(7) {
            0 => writeln!(input, "0 {none}\t{old}").unwrap(),
            1 => writeln!(input, "100755 {id} 0\t{old}").unwrap(),
            2 => writeln!(input, "120000 {id} 0\t{new}").unwrap(),
            3 => writeln!(input, "160000 {} 0\t{new}", "7".repeat(none.len())).unwrap(),
            4 => {
                writeln!(input, "0 {none}\t{old}").unwrap();
                for stage in 1..=3 {
                    if world.random.percent(80) {
                        let id = content(world);
                        writeln!(input, "100644 {id} {stage}\t{old}").unwrap();
                    }
                }
            }
            _ => writeln!(input, "100644 {id} 0\t{new}").unwrap(),
        }
    }
    world.git_with(&["update-index", "--replace", "--index-info"], &input);
    if world.random.percent(30) {
        let token = world.made.stream.token();
        world
            .repository
            .write("intended.py", &format!("not_yet = '{token}'\n"));
        world.git(&["add", "-N", "intended.py"]);
    }
}

/// What git says would be recorded.
fn expected(world: &World) -> Staged {
    let mut staged = Staged::new();
    let mut unmerged = BTreeSet::new();
    let said = world.git(&[
        "diff",
        "--cached",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        "-z",
    ]);
    let mut parts = said.split('\0');
    while let (Some(header), Some(path)) = (parts.next(), parts.next()) {
        let [_, mode, old, new, status] = header.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{header}");
        };
        match status {
            "D" => {}
            "U" => {
                unmerged.insert(path);
            }
            _ if mode == "160000" || old == new => {}
            _ => {
                staged
                    .entry(new.to_owned())
                    .or_default()
                    .insert(path.to_owned());
            }
        }
    }
    let has_head = world
        .repository
        .try_git(&["rev-parse", "-q", "--verify", "HEAD"], &[])
        .status
        .success();
    let listed = world.git(&["ls-files", "-u", "-z"]);
    for line in listed.split('\0').filter(|line| !line.is_empty()) {
        let (entry, path) = line.split_once('\t').unwrap();
        let id = entry.split(' ').nth(1).unwrap();
        assert!(unmerged.contains(path));
        let before = has_head.then(|| world.git(&["ls-tree", "HEAD", "--", path]));
        if !before.is_some_and(|before| before.contains(id)) {
            staged
                .entry(id.to_owned())
                .or_default()
                .insert(path.to_owned());
        }
    }
    staged
}

fn compare(world: &World, truth: &Truth) -> Result<usize, String> {
    let report = world.repository.sweep(&["--staged"]);
    let answer = Answer::of(&report);
    let expected = expected(world);
    let count = answer.has_all(truth, expected.keys())?;
    answer.has_only(truth, &expected.keys().cloned().collect())?;
    for (id, paths) in &expected {
        let Some(token) = truth.token(id) else {
            continue;
        };
        let [finding] = answer.about(&token) else {
            return Err(format!("{id} was not found once"));
        };
        let origins = finding["origins"].as_array().unwrap();
        let told = origins
            .iter()
            .map(|origin| origin["path"].as_str().unwrap().to_owned());
        // A byte that is no UTF-8 is shown in another way here and there.
        let shown = paths.iter().all(|path| !path.contains('\u{fffd}'));
        if shown && told.collect::<BTreeSet<_>>() != *paths {
            return Err(format!("{id} is at {paths:?}: {finding:#}"));
        }
    }
    Ok(count)
}

fn staged(seed: u64, format: Format) -> usize {
    let mut world = World::new(seed, format);
    let mut count = 0;
    for round in 0..3 {
        stage(&mut world);
        let truth = Truth::of(&world);
        count +=
            compare(&world, &truth).unwrap_or_else(|why| panic!("seed {seed}, {round}: {why}"));
    }
    count
}

#[test]
fn what_git_would_record_is_read_and_nothing_else() {
    let count: usize = crate::seeds(50)
        .map(|seed| staged(7000 + seed, Format::Sha1))
        .sum();
    eprintln!("{count} objects staged");
    assert!(count > 0);
}

#[test]
fn the_same_with_longer_ids() {
    for seed in crate::seeds(5) {
        staged(8000 + seed, Format::Sha256);
    }
}
