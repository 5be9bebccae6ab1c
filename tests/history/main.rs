//! Git histories as git itself writes them: where a secret can be, what a push
//! sends, what a clone lacks.
//!
//! Every repository is built by the `git` program in a temporary folder, with
//! tokens made up on the spot.

#![allow(clippy::unwrap_used)] // of a test

mod advice;
mod audit;
mod corners;
mod damaged;
mod framework;
mod hostile;
mod lfs;
#[path = "../repository/mod.rs"]
mod repository;
mod sent;
mod staged;
mod texts;
mod trust;
