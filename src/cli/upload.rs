//! `hubsweep upload`.

use clap::Args;

use super::Exit;
use super::args::Output;

#[derive(Debug, Args)]
pub(super) struct Upload {}

pub(super) fn run(_args: &Upload, _output: &Output) -> anyhow::Result<Exit> {
    anyhow::bail!("not built yet")
}
