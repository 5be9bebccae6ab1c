//! The `hubsweep` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    hubsweep::cli::main()
}
