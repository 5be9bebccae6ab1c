//! `--every`: rounds of our own, each swept before it is uploaded.
//!
//! In: a passage and the client's arguments without `--every`, the one that
//! is taken out. Out: a line a round, until Ctrl-C. The client's own loop
//! would read files that nobody swept.

use std::ffi::OsString;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::passage::{Passage, say};
use crate::cli::Exit;
use crate::upload::Swept;
use crate::upload::arguments::Arguments;

/// How soon a Ctrl-C is noticed.
const NAP: Duration = Duration::from_millis(100);

/// Sweep and upload until interrupted.
pub(super) fn run(passage: &mut Passage<'_>, arguments: &Arguments) -> u8 {
    let words = [OsString::from("upload")];
    let client = [&words[..], &arguments.without_every].concat();
    let period =
        Duration::try_from_secs_f64(arguments.every.unwrap_or(1.0) * 60.0).unwrap_or(Duration::MAX);
    let mut uploaded: Option<Swept> = None;
    for number in 1_u64.. {
        let began = Instant::now();
        match round(passage, number, &client, uploaded.as_ref()) {
            Ok(Some(swept)) => uploaded = Some(swept),
            Ok(None) => {}
            // What is missing now may be there in the next round.
            Err(error) => say(&format!("round {number}: {}", crate::cli::message(&error))),
        }
        while began.elapsed() < period && !is_interrupted(passage) {
            std::thread::sleep(NAP.min(period.saturating_sub(began.elapsed())));
        }
        if is_interrupted(passage) {
            say(&format!("stopped after round {number}"));
            break;
        }
    }
    Exit::Interrupted as u8
}

fn is_interrupted(passage: &Passage<'_>) -> bool {
    passage.setup.interrupt.load(Ordering::Relaxed)
}

/// One round; what it uploaded, if it did.
fn round(
    passage: &mut Passage<'_>,
    number: u64,
    client: &[OsString],
    uploaded: Option<&Swept>,
) -> anyhow::Result<Option<Swept>> {
    let checked = passage.check()?;
    if checked.stop.is_none() && uploaded.is_some_and(|before| before.is_same(&checked.swept)) {
        say(&format!("round {number}: nothing changed, nothing to send"));
        return Ok(None);
    }
    // Opened late, as a report of a round before is lost by it.
    let outputs = passage.outputs()?;
    // The first round says everything, the others what is wrong.
    let quiet = passage.output.quiet || number > 1;
    let style = passage.style(&checked.swept.report, quiet);
    Passage::write(&checked.swept.report, outputs, &style)?;
    if passage.say_stop(&checked).is_some() {
        say(&format!(
            "round {number}: not uploaded, the next one tries again"
        ));
        return Ok(None);
    }
    let code = passage.hand_over(&checked.swept, client)?;
    if code != 0 {
        say(&format!("round {number}: `hf upload` ended with {code}"));
        return Ok(None);
    }
    say(&format!("round {number}: uploaded"));
    Ok(Some(checked.swept))
}
