//! hubsweep: sweeps a Hugging Face Hub repository before it leaves.
//!
//! Layers, imports going down only: `cli` → `scan` (the conductor) → `source`,
//! `extract`, `engine`, `audit`, `policy`, `report` → `rule`, `blob` →
//! `finding`, `format`, `validate`, `git`.

pub mod audit;
pub mod blob;
pub mod finding;
pub mod format;
pub mod rule;
pub mod validate;
