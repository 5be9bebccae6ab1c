//! What personal data is looked for, and who looks too.
//!
//! In: arguments. Out: a profile, and a recogniser that runs.

use std::sync::Mutex;

use anyhow::Context as _;
use clap::Args;

use super::args::RULES;
use crate::personal::Profile;
use crate::recogniser::Recogniser;

/// For every command that sweeps.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Personal {
    /// Personal data to look for: off, default, strict or all
    #[arg(long, value_name = "PROFILE", value_parser = clap::value_parser!(Profile), help_heading = RULES)]
    pub(super) pii: Option<Profile>,
    /// A recogniser of your own that is asked about each text, such as one with
    /// a model (docs/recognisers.md)
    #[arg(long, value_name = "COMMAND", help_heading = RULES)]
    pii_command: Option<String>,
}

impl Personal {
    /// The recogniser, started.
    pub(super) fn recogniser(&self) -> anyhow::Result<Option<Mutex<Recogniser>>> {
        let start = |command: &String| Recogniser::start(command);
        let started = self.pii_command.as_ref().map(start).transpose();
        Ok(started.context("--pii-command")?.map(Mutex::new))
    }
}
