//! `hubsweep baseline` and `scan` with a baseline, on real folders.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

mod history;
mod lifecycle;
mod merging;
mod privacy;
mod workspace;
