//! `hubsweep upload`: with a client that only writes down how it was called,
//! and with the real one talking to a server on loopback.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may panic, its helpers too
#![allow(clippy::print_stdout)] // and say that it is skipped

mod arguments;
mod cache;
mod changes;
mod corners;
mod hub;
mod plans;
mod real;
mod rounds;
mod samples;
mod stage;
