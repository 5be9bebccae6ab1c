//! Every reader on spoiled files: none panics, hangs, or takes memory that a
//! length field asks for.
//!
//! A sound file of each format is cut and mutated a few hundred times, always
//! the same way; `HUBSWEEP_TEST_ROUNDS` asks for more, `HUBSWEEP_TEST_SEEDS`
//! names a folder of further files.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

#[allow(dead_code)] // each of their users needs a part
mod builders;
mod mutate;
mod seeds;

use std::io::Cursor;
use std::time::{Duration, Instant};

use hubsweep::audit;
use hubsweep::blob::{Fact, Fragment, HEAD, Kind, Limits, Route};
use hubsweep::extract::{self, Sink};
use hubsweep::finding::SkipClass;
use mutate::Mutator;
use peak_alloc::PeakAlloc;

/// Tells how much memory a reader took.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Longest one small file may take, unoptimised on a busy machine: a hang, not
/// a measurement.
const LONGEST: Duration = Duration::from_secs(30);
/// What all archives in one file may yield here.
const UNPACKED: u64 = 32 << 20;
/// Memory any file may take: windows and spools of six nested containers.
const MEMORY_FREE: usize = 96 << 20;

/// What came out of a file.
#[derive(Default)]
struct Heard {
    bytes: u64,
    facts: u64,
    findings: u64,
}

impl Sink for Heard {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        assert!(fragment.owned.end <= fragment.text.len());
        self.bytes += fragment.owned.len() as u64;
    }

    fn skip(&mut self, _: SkipClass, _: &Route, _: String) {
        self.facts += 1;
    }

    fn raw(&mut self) {}

    fn name(&mut self, _: &Route, _: &str) {
        self.facts += 1;
    }

    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        self.facts += 1;
        audit::inside("file", route, fact, &mut |_| self.findings += 1);
    }
}

/// Reads a file as a sweep would.
fn read(name: &str, bytes: &[u8]) -> Heard {
    let limits = Limits {
        member_bytes: UNPACKED / 2,
        total_bytes: UNPACKED,
        ..Limits::default()
    };
    let size = bytes.len() as u64;
    let kind = Kind::sniff(name, &bytes[..bytes.len().min(HEAD)], size);
    let mut heard = Heard::default();
    let read = extract::extract(&mut Cursor::new(bytes), size, kind, &limits, &mut heard);
    read.unwrap_or_else(|error| panic!("{name}: {error}"));
    heard
}

/// The same, within bounds.
fn check(name: &str, bytes: &[u8]) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let begun = Instant::now();
    let heard = read(name, bytes);
    let taken = begun.elapsed();
    let peak = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken < LONGEST, "{name}: {taken:?}");
    let room = MEMORY_FREE + 64 * bytes.len();
    assert!(peak < room, "{name}: {peak} bytes of memory");
    let most = 2 * UNPACKED + 64 * bytes.len() as u64;
    assert!(
        heard.bytes < most,
        "{name}: {} bytes delivered",
        heard.bytes
    );
    // Each fact stands for some bytes of the file, or of what it unpacks to.
    assert!(heard.facts < most, "{name}: {} facts", heard.facts);
}

fn rounds() -> usize {
    let rounds = std::env::var("HUBSWEEP_TEST_ROUNDS").ok();
    rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(300)
}

#[test]
fn spoiled_files_are_read_within_bounds() {
    let seeds = seeds::seeds();
    let mut kinds = std::collections::BTreeSet::new();
    let mut mutator = Mutator::new(0x5eed);
    for seed in &seeds {
        let kind = Kind::sniff(
            &seed.name,
            &seed.bytes[..seed.bytes.len().min(HEAD)],
            seed.bytes.len() as u64,
        );
        kinds.insert(format!("{kind:?}"));
        check(&seed.name, &seed.bytes);
        for _ in 0..rounds() {
            let other = &seeds[mutator.below(seeds.len())].bytes;
            check(&seed.name, &mutator.mutated(&seed.bytes, other));
        }
    }
    // A seed that is not taken for what it is tests nothing.
    assert!(kinds.len() >= 35, "{} kinds: {kinds:?}", kinds.len());
}

#[test]
fn files_cut_anywhere_are_read_within_bounds() {
    for seed in seeds::seeds() {
        let step = 1 + seed.bytes.len() / 120;
        for length in (0..seed.bytes.len()).step_by(step) {
            check(&seed.name, &seed.bytes[..length]);
        }
    }
}
