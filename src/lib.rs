//! hubsweep: sweeps a Hugging Face Hub repository before it leaves.
//!
//! Layers, imports going down only: `cli` → `upload`, `hook` → `scan`, `check`
//! (the conductors) → `source`,
//! `extract`, `engine`, `audit`, `policy`, `report` → `rule`, `blob` →
//! `personal` → `finding`, `format`, `validate`, `git`.

pub use redact::{Redactor, scan_text};

pub mod audit;
pub mod blob;
pub mod check;
pub mod cli;
pub mod engine;
pub mod extract;
pub mod finding;
pub mod format;
pub mod git;
pub mod hook;
pub mod personal;
pub mod policy;
pub mod recogniser;
pub mod redact;
pub mod report;
pub mod rule;
pub mod scan;
pub mod source;
pub mod upload;
pub mod validate;
