//! `hubsweep completions` and `hubsweep man`.
//!
//! In: the clap types. Out: completion scripts and manual pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_mangen::Man as Page;

use super::Exit;
use super::args::{Cli, Completions, Man};

const NAME: &str = "hubsweep";

pub(super) fn completions(args: &Completions) -> anyhow::Result<Exit> {
    // Written in one go: the generators give up on a closed pipe by panicking.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Clean)
}

pub(super) fn man(args: &Man) -> anyhow::Result<Exit> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    match &args.out {
        Some(folder) => {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
            pages(&command, NAME, folder)?;
        }
        None => io::stdout().write_all(&page(command, NAME)?)?,
    }
    Ok(Exit::Clean)
}

fn page(command: clap::Command, name: &str) -> io::Result<Vec<u8>> {
    // Clap holds names of commands for the life of the process.
    let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
    let mut page = Vec::new();
    Page::new(command.name(name).bin_name(name)).render(&mut page)?;
    Ok(page)
}

/// The page of a command and of each of its own.
fn pages(command: &clap::Command, name: &str, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join(format!("{name}.1"));
    fs::write(&path, page(command.clone(), name)?)
        .with_context(|| format!("cannot write {}", path.display()))?;
    for inner in command.get_subcommands() {
        pages(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(())
}
