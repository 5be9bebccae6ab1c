//! Our lines in a hook of husky's.
//!
//! In: the text of the file husky runs. Out: the same with our lines before
//! all others, or without them, byte for byte as it was.

use std::path::Path;

use super::install::{Change, Done};
use super::nature::look;
use super::{Hook, HookError, keep};

const BEGIN: &str = "# hubsweep hook v1: begin";
const END: &str = "# hubsweep hook v1: end\n";
/// How a file of husky 5 to 8 starts.
const SOURCED: &str = "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\n";

fn block(hook: Hook) -> &'static str {
    match hook {
        Hook::PrePush => include_str!("../../hooks/husky/pre-push"),
        Hook::PreCommit => include_str!("../../hooks/husky/pre-commit"),
    }
}

/// Put our lines in, or bring them up to date.
pub(super) fn install(folder: &Path, hook: Hook, sourced: bool) -> Result<Done, HookError> {
    let file = folder.join(hook.name());
    let Some(found) = look(&file)? else {
        let head = if sourced { SOURCED } else { "" };
        keep::write(&file, format!("{head}{}", block(hook)).as_bytes())?;
        return Ok(Done::new(hook, file, Change::Installed));
    };
    if found.is_link {
        return Err(HookError::Link { path: file });
    }
    let (bare, had) = without(&found.text);
    let text = with(&bare, block(hook).as_bytes());
    let change = match (had, text == found.text) {
        (_, true) => Change::Unchanged,
        (true, false) => Change::Updated,
        (false, false) => Change::Installed,
    };
    if change != Change::Unchanged {
        keep::rewrite(&file, &text)?;
    }
    Ok(Done::new(hook, file, change))
}

/// Take our lines out.
pub(super) fn uninstall(folder: &Path, hook: Hook) -> Result<Done, HookError> {
    let file = folder.join(hook.name());
    let Some(found) = look(&file)? else {
        return Ok(Done::new(hook, file, Change::Absent));
    };
    let (bare, had) = without(&found.text);
    if !had {
        return Ok(Done::new(hook, file, Change::Absent));
    }
    if found.is_link {
        return Err(HookError::Link { path: file });
    }
    // What install wrote where nothing was.
    if bare.is_empty() || bare == SOURCED.as_bytes() {
        keep::remove(&file)?;
    } else {
        keep::rewrite(&file, &bare)?;
    }
    Ok(Done::new(hook, file, Change::Removed))
}

/// Below the first line if it names an interpreter, and below that which
/// sources husky: above it, they would run twice.
fn with(text: &[u8], block: &[u8]) -> Vec<u8> {
    let mut at = 0;
    let mut end = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let shebang = end == 0 && line.starts_with(b"#!");
        end += line.len();
        let sources = line.trim_ascii_end().ends_with(b"/husky.sh\"") && line.starts_with(b". ");
        if shebang || sources {
            at = end;
        }
    }
    let (head, rest) = text.split_at(at);
    let mut whole = head.to_vec();
    if !head.is_empty() && !head.ends_with(b"\n") {
        whole.push(b'\n');
    }
    whole.extend_from_slice(block);
    whole.extend_from_slice(rest);
    whole
}

/// The text without our lines; were there any?
fn without(text: &[u8]) -> (Vec<u8>, bool) {
    let mut bare = Vec::with_capacity(text.len());
    let mut inside = false;
    let mut had = false;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        inside |= line.starts_with(BEGIN.as_bytes());
        if inside {
            had = true;
            inside = line != END.as_bytes();
        } else {
            bare.extend_from_slice(line);
        }
    }
    // A block without its end was cut by hand: better touch nothing.
    if inside {
        return (text.to_vec(), false);
    }
    (bare, had)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_first_and_come_out_again() {
        for (text, head) in [
            ("npm test\n", ""),
            ("#!/bin/sh\nnpm test", "#!/bin/sh\n"),
            (
                concat!(
                    "#!/usr/bin/env sh\n",
                    ". \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test\n"
                ),
                "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n",
            ),
            ("", ""),
        ] {
            for hook in Hook::ALL {
                let whole = with(text.as_bytes(), block(hook).as_bytes());
                let expected = format!("{head}{}", block(hook));
                assert!(whole.starts_with(expected.as_bytes()));
                assert_eq!(without(&whole), (text.as_bytes().to_vec(), true));
            }
        }
    }

    #[test]
    fn a_block_cut_by_hand_is_left_alone() {
        let text = format!("{BEGIN}\nnpm test\n");
        assert_eq!(without(text.as_bytes()), (text.clone().into_bytes(), false));
    }
}
