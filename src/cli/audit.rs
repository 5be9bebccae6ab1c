//! `hubsweep audit`.

use clap::Args;

use super::Exit;
use super::args::Output;

#[derive(Debug, Args)]
pub(super) struct Audit {}

pub(super) fn run(_args: &Audit, _output: &Output) -> anyhow::Result<Exit> {
    anyhow::bail!("not built yet")
}
