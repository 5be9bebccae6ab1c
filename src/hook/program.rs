//! Programs that hooks call.
//!
//! In: this process, PATH. Out: the path a hook should call us by, and whether
//! a program is there.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::repository::tidy;

/// The path of this program that lasts longest: the one on PATH, which an
/// upgrade keeps, and only then the file it leads to, which may have a version
/// in its name.
pub fn current() -> io::Result<PathBuf> {
    let exe = env::current_exe()?;
    let real = exe.canonicalize().unwrap_or_else(|_| exe.clone());
    let is_this = |path: &PathBuf| path.canonicalize().is_ok_and(|other| other == real);
    if let Some(lasting) = on_path("hubsweep").filter(is_this) {
        return Ok(lasting);
    }
    let called = env::args_os().next().map(PathBuf::from);
    let called = called.filter(|path| path.is_absolute()).filter(is_this);
    Ok(called.unwrap_or(exe))
}

/// The program of this name on PATH, in folders that are the same from
/// everywhere.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

/// The version a program says it has. One that came with the repository,
/// `inside`, is not run.
pub fn version(program: &Path, inside: &[&Path]) -> Option<String> {
    let real = tidy(program);
    if env::current_exe().is_ok_and(|exe| tidy(&exe) == real) {
        return Some(env!("CARGO_PKG_VERSION").to_owned());
    }
    if inside.iter().any(|folder| real.starts_with(folder)) {
        return None;
    }
    let said = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let version = said.lines().next()?.strip_prefix("hubsweep ")?;
    Some(version.trim().to_owned())
}
