//! Our answers compared with git's own, on histories nobody thought of.
//!
//! Every content and every message of a made-up repository holds a token of
//! its own, so that what was read shows in the report. `SEEDS` repositories
//! take part; `HUBSWEEP_ORACLE_SEEDS` sets another number, and
//! `HUBSWEEP_ORACLE_SEED` one seed alone.

#![allow(clippy::unwrap_used)] // of a test

mod answer;
mod generate;
mod history;
mod long;
mod outgoing;
mod random;
#[path = "../repository/mod.rs"]
mod repository;
mod staged;
mod stream;
mod truth;
mod world;

/// Repositories each test makes, unless the environment says otherwise.
const SEEDS: u64 = 20;

/// The seeds of a test that makes `share` in a hundred of the repositories.
fn seeds(share: u64) -> impl Iterator<Item = u64> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let all = number("HUBSWEEP_ORACLE_SEEDS").unwrap_or(SEEDS) * share / 100;
    match number("HUBSWEEP_ORACLE_SEED") {
        Some(one) => one..one + 1,
        None => 0..all.max(1),
    }
}
