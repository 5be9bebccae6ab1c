//! The built program on folders made for each test: what it finds, where it
//! says it is, what it never prints and how it ends.

#![allow(clippy::unwrap_used)] // a test that cannot go on must stop

mod builders;
mod columns;
mod command_line;
mod determinism;
mod formats;
mod hf_forms;
mod hostile;
mod large;
mod masking;
mod ordinary_trees;
mod pairs;
mod validated;
