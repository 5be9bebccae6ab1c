//! `hubsweep baseline`.

use clap::Args;

use super::Exit;
use super::args::Output;

#[derive(Debug, Args)]
pub(super) struct Baseline {}

pub(super) fn run(_args: &Baseline, _output: &Output) -> anyhow::Result<Exit> {
    anyhow::bail!("not built yet")
}
