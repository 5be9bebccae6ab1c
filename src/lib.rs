//! The library behind the `hubsweep` command.

pub mod format;
