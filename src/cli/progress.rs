//! A progress bar on stderr, on a terminal only.
//!
//! In: totals and finished bytes from the sweep. Out: a spinner while a history
//! is walked, then a bar; both appear after a moment and leave nothing behind.

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
        bar.set_style(style("{spinner} listing what there is to read, {elapsed}"));
        Self(bar)
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bar {
    fn total(&self, _files: u64, bytes: u64) {
        // Reports count in decimal units, too.
        self.0.set_style(style(
            "sweeping {bar:30} {decimal_bytes}/{decimal_total_bytes} \
             {decimal_bytes_per_sec} {eta}",
        ));
        self.0.set_length(bytes);
        self.0.reset_eta();
    }

    fn done(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
