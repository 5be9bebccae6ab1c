//! Mechanism and verdict.
