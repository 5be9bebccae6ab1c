//! A progress bar on stderr, on a terminal only.
//!
//! In: totals and finished bytes from the sweep. Out: a bar that appears after
//! a moment and leaves nothing behind.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;

pub(super) struct Bar(ProgressBar);

/// Redraws a second; few, so that short sweeps draw nothing at all.
const REDRAWS: u8 = 8;

impl Bar {
    /// A bar, hidden where nobody would see it.
    pub(super) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::no_length();
        if quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(REDRAWS));
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        let template =
            "sweeping {bar:30} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn total(&self, _files: u64, bytes: u64) {
        self.0.set_length(bytes);
    }

    fn done(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
