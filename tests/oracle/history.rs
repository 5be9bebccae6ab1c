//! The whole history: every object is read once, and told where it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::answer::Answer;
use crate::truth::{self, Truth, rev_list};
use crate::world::{Format, World};

/// A place as the report has it: commit, path, in HEAD, refs.
type Told = (Option<String>, String, bool, BTreeSet<String>);

/// What git says of the contents of some commits.
struct Expected {
    told: BTreeMap<String, BTreeSet<Told>>,
}

fn shown(path: &[u8]) -> String {
    let chunks = path.utf8_chunks();
    chunks
        .flat_map(|chunk| {
            let bytes = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
            std::iter::once(chunk.valid().to_owned())
                .chain(bytes)
                .collect::<Vec<_>>()
        })
        .collect()
}

impl Expected {
    fn of(world: &World, truth: &Truth, commits: &HashSet<String>) -> Self {
        let (first, holders) = truth.places(commits);
        let reach: Vec<(String, HashSet<String>)> = truth::refs(world)
            .into_iter()
            .filter_map(|(name, id)| Some((name, truth.ancestors(&[truth.peeled(&id)?]))))
            .collect();
        let head = world.git(&["rev-parse", "HEAD"]);
        let head = truth.files(&head);
        let refs: HashMap<&String, BTreeSet<String>> = holders
            .iter()
            .map(|(id, holders)| {
                let leading = reach
                    .iter()
                    .filter(|(_, reach)| !reach.is_disjoint(holders));
                (id, leading.map(|(name, _)| name.clone()).collect())
            })
            .collect();
        let mut told: BTreeMap<String, BTreeSet<Told>> = BTreeMap::new();
        for (place, commit) in first {
            let in_head = head.contains(&place);
            let (path, id) = place;
            let place = (Some(commit), shown(&path), in_head, refs[&id].clone());
            told.entry(id).or_default().insert(place);
        }
        Self { told }
    }

    fn compare(&self, id: &str, finding: &Value) -> Result<(), String> {
        let origins = finding["origins"].as_array().unwrap();
        // Of a note the commit is told that it speaks of.
        let Some(expected) = self.told.get(id).filter(|_| origins[0]["kind"] != "note") else {
            return Ok(());
        };
        let told: BTreeSet<Told> = origins
            .iter()
            .map(|origin| {
                let refs = origin["refs"].as_array().into_iter().flatten();
                (
                    origin["commit"].as_str().map(str::to_owned),
                    origin["path"].as_str().unwrap_or_default().to_owned(),
                    origin["in_head"].as_bool().unwrap(),
                    refs.map(|name| name.as_str().unwrap().to_owned()).collect(),
                )
            })
            .collect();
        if told == *expected && told.len() == origins.len() {
            Ok(())
        } else {
            Err(format!("{id}: {finding:#}\nbut git says {expected:#?}"))
        }
    }
}

/// Git's own words for one commit agree with what the oracle takes apart.
fn trusted(world: &mut World, truth: &Truth) {
    let commit = world.commit();
    let listed = world.git(&["ls-tree", "-r", "--name-only", "-z", &commit]);
    let files = truth.files(&commit).len();
    let submodules = world.git(&["ls-tree", "-r", &commit]);
    let submodules = submodules
        .lines()
        .filter(|line| line.starts_with("160000"))
        .count();
    let names = listed.split('\0').filter(|name| !name.is_empty());
    assert_eq!(names.count(), files + submodules);
    let args = ["for-each-ref", "--format=%(refname)", "--contains", &commit];
    let containing = world.git(&args);
    let refs = truth::refs(world).into_iter().filter(|(_, id)| {
        let peeled = truth.peeled(id);
        peeled.is_some_and(|tip| truth.ancestors(&[tip]).contains(&commit))
    });
    let refs: Vec<String> = refs.map(|(name, _)| name).collect();
    assert_eq!(containing.lines().collect::<Vec<_>>(), refs);
}

fn sweep(
    world: &World,
    truth: &Truth,
    flag: &str,
    objects: &BTreeSet<String>,
) -> Result<usize, String> {
    let report = world.repository.sweep(&[flag]);
    let answer = Answer::of(&report);
    let count = answer.has_all(truth, objects)?;
    answer.has_only(truth, objects)?;
    let commits = objects
        .iter()
        .filter(|id| truth.is(id, "commit"))
        .cloned()
        .collect();
    let expected = Expected::of(world, truth, &commits);
    for id in objects {
        let Some(token) = truth.token(id) else {
            continue;
        };
        match answer.about(&token) {
            [finding] if truth.is(id, "blob") => expected.compare(id, finding)?,
            [finding] if finding["origins"][0]["commit"] == id.as_str() => {}
            [finding] => return Err(format!("another commit than {id}: {finding:#}")),
            several => return Err(format!("{id} was found {} times", several.len())),
        }
    }
    if answer.report.skips("failed").is_empty() && answer.report.skips("missing").is_empty() {
        Ok(count)
    } else {
        Err(format!("not complete: {:#}", report.document["skipped"]))
    }
}

fn history(seed: u64, format: Format) -> usize {
    let mut world = World::new(seed, format);
    let truth = Truth::of(&world);
    if seed.is_multiple_of(5) {
        trusted(&mut world, &truth);
    }
    let reachable = rev_list(
        &world,
        &["--all", "--reflog", "--indexed-objects"],
        &["HEAD".to_owned()],
    );
    let all: BTreeSet<String> = truth.objects.keys().cloned().collect();
    let mut count = 0;
    for (flag, objects) in [("--history", reachable), ("--unreachable", all)] {
        count += sweep(&world, &truth, flag, &objects)
            .unwrap_or_else(|why| panic!("seed {seed}, {flag}: {why}"));
    }
    count
}

#[test]
fn every_object_is_read_once_and_attributed() {
    let count: usize = crate::seeds(60)
        .map(|seed| history(4000 + seed, Format::Sha1))
        .sum();
    eprintln!("{count} objects in histories");
    assert!(count > 0);
}

#[test]
fn the_same_with_longer_ids() {
    for seed in crate::seeds(5) {
        history(5000 + seed, Format::Sha256);
    }
}
