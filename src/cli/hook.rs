//! `hubsweep hook`.

use clap::Args;

use super::Exit;
use super::args::Output;

#[derive(Debug, Args)]
pub(super) struct Hook {}

pub(super) fn run(_args: &Hook, _output: &Output) -> anyhow::Result<Exit> {
    anyhow::bail!("not built yet")
}
