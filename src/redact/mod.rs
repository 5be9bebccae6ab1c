//! Redaction: what was found is taken out of files.
//!
//! In: files, and what shall stand in them instead. Out: the same files, whole,
//! in their place or in a folder of their own.

pub mod write;
