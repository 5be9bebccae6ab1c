//! The `[limits]` of a configuration.
//!
//! In: its keys. Out: limits for the readers, with what is not said left as it
//! was.

use serde::Deserialize;

use crate::blob::limits::Limits;

/// Containers deeper than this would exhaust a thread's stack.
const DEEPEST: u8 = 32;

/// As written; sizes are bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawLimits {
    depth: Option<u8>,
    member_bytes: Option<u64>,
    ratio: Option<u64>,
    total_bytes: Option<u64>,
    stream_bytes: Option<u64>,
    members: Option<usize>,
    header_bytes: Option<u64>,
    string_bytes: Option<u64>,
}

impl RawLimits {
    /// The limits with what is said here.
    pub(super) fn set(&self, limits: &Limits) -> Limits {
        self.choose(limits, |said, _| said)
    }

    /// The limits, raised to what is said here.
    pub(super) fn at_least(&self, limits: &Limits) -> Limits {
        self.choose(limits, u64::max)
    }

    fn choose(&self, limits: &Limits, choose: fn(u64, u64) -> u64) -> Limits {
        let of = |said: Option<u64>, known| said.map_or(known, |said| choose(said, known));
        let depth = of(self.depth.map(u64::from), u64::from(limits.depth));
        let members = of(self.members.map(|n| n as u64), limits.members as u64);
        Limits {
            depth: u8::try_from(depth).unwrap_or(DEEPEST).min(DEEPEST),
            member_bytes: of(self.member_bytes, limits.member_bytes),
            ratio: of(self.ratio, limits.ratio),
            total_bytes: of(self.total_bytes, limits.total_bytes),
            stream_bytes: of(self.stream_bytes, limits.stream_bytes),
            members: usize::try_from(members).unwrap_or(usize::MAX),
            header_bytes: of(self.header_bytes, limits.header_bytes),
            string_bytes: of(self.string_bytes, limits.string_bytes),
            sample: limits.sample,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_only_raises() {
        let own: RawLimits = toml::from_str("depth = 2\nratio = 5000").unwrap();
        let floor: RawLimits = toml::from_str("depth = 4\nratio = 100").unwrap();
        let limits = own.set(&Limits::default());
        assert_eq!((limits.depth, limits.ratio), (2, 5000));
        let limits = floor.at_least(&limits);
        assert_eq!((limits.depth, limits.ratio), (4, 5000));
        assert_eq!(limits.members, Limits::default().members);
    }
}
