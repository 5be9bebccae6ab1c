//! What tells that a file is still the one that was read.
//!
//! In: a path. Out: a [`Stamp`] to compare.

use std::fs::Metadata;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Identity, size and times of a file, the target's where it is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Nanoseconds since 1970; so is the next.
    modified: i64,
    /// When its name, mode or content changed last: the clock nobody sets.
    changed: i64,
}

/// A file this young could change again without its times showing it.
const SETTLED: i64 = 2_000_000_000;

impl Stamp {
    /// The stamp of what is at `path`, if anything is.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        let (device, inode, changed) = identity(&metadata);
        Some(Self {
            device,
            inode,
            size: metadata.len(),
            modified: metadata.modified().ok().map_or(0, nanoseconds),
            changed,
        })
    }

    /// Had the file been left alone for a while at `time`?
    pub(super) fn is_settled(&self, time: SystemTime) -> bool {
        self.modified.max(self.changed) < nanoseconds(time).saturating_sub(SETTLED)
    }
}

fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    let changed = metadata.ctime().saturating_mul(1_000_000_000);
    let changed = changed.saturating_add(metadata.ctime_nsec());
    (metadata.dev(), metadata.ino(), changed)
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64, i64) {
    (0, 0, 0)
}
