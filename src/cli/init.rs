//! `hubsweep init`.
//!
//! In: a folder. Out: a commented `hubsweep.toml` in it.

use std::fs::OpenOptions;
use std::io::{self, Write as _};

use anyhow::{Context as _, bail};

use super::Exit;
use super::args::Init;
use super::scan::CONFIG_NAME;
use crate::policy;

pub(super) fn run(args: &Init) -> anyhow::Result<Exit> {
    if !args.path.is_dir() {
        bail!("{} is not a folder", args.path.display());
    }
    let path = args.path.join(CONFIG_NAME);
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut open = OpenOptions::new();
    open.write(true).create(true);
    if args.force {
        open.truncate(true);
    } else {
        // Also refuses a link that leads nowhere.
        open.create_new(true);
    }
    let mut file = match open.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => bail!(
            "{} is there already\nhelp: edit it, or overwrite it with --force",
            path.display()
        ),
        Err(error) => return Err(error).context(format!("cannot write {}", path.display())),
    };
    file.write_all(policy::template().as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(
        io::stdout(),
        "wrote {}\n\nEverything in it is a comment, so nothing has changed yet. Next:\n  \
         hubsweep scan          what is found now\n  \
         hubsweep explain ID    what it means, how to fix it, how to allow it\n\
         Commit the file: its reasons are for whoever comes after you.",
        path.display()
    )?;
    Ok(Exit::Clean)
}
