//! The hooks, in real repositories with the real `git`.
//!
//! Where it matters what a hook is given, a script stands in for hubsweep and
//! writes it down.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr)] // a test may panic, its helpers too

mod chaining;
mod global;
mod place;
mod shells;
mod skipping;
mod tools;
mod world;
