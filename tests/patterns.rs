//! The catalogue: every rule documented, every example found in every
//! wrapping, every negative silent, every id on record.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

#[path = "patterns/assignments.rs"]
mod assignments;
#[path = "patterns/catalogue.rs"]
mod catalogue;
#[path = "patterns/examples.rs"]
mod examples;
#[path = "patterns/mutations.rs"]
mod mutations;
#[path = "patterns/near_misses.rs"]
mod near_misses;
#[path = "patterns/sweep.rs"]
mod sweep;
