//! Personal data in folders made for each test: what is found, what is not, what
//! is said of a data set, and what redaction leaves.

#![allow(clippy::unwrap_used)] // a test that cannot go on must stop

#[path = "../sweep/builders.rs"]
#[allow(dead_code)] // shared with other tests, which use the rest
mod builders;
mod datasets;
mod look_alikes;
mod people;
mod redaction;
mod scope;
