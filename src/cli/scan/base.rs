//! The base of a range of commits: what decides about the change.
//!
//! In: a range. Out: configuration and baseline as the base has them, the
//! content of its files, and in which ways the change lowers the gate. A change
//! is not trusted to switch off its own gate.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use super::super::known::BASELINE_NAME;
use super::CONFIG_NAME;
use crate::finding::FingerprintKey;
use crate::git::object::{self, Mode, ObjectKind};
use crate::git::{LONGEST, ObjectError, ObjectId, Reader, Repository, lookup, peel};
use crate::policy::{self, Baseline, Config};
use crate::scan;

/// A revision whose files can be read.
pub(super) struct Revision {
    name: String,
    tree: ObjectId,
    reader: Mutex<Reader>,
}

/// Configuration and baseline of a revision.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) config: Option<Config>,
    pub(super) baseline: Option<Baseline>,
}

impl Revision {
    /// The revision `name` of the repository at `path`.
    pub(super) fn open(path: &Path, name: &str) -> anyhow::Result<Self> {
        let missing = || {
            format!(
                "the revision {name:?} is not in this clone\n\
                 help: fetch it; in CI, check out with the whole history (`fetch-depth: 0`)"
            )
        };
        let repository = Repository::discover(path)?.with_context(|| {
            let path = path.display();
            format!("{path} is not in a git repository\nhelp: name one")
        })?;
        let id = repository.resolve(name).with_context(missing)?;
        let mut reader = repository.reader()?;
        let commit = peel(&mut reader, id)
            .and_then(|id| reader.read_as(id, ObjectKind::Commit).ok())
            .and_then(|data| object::commit(&data))
            .with_context(missing)?;
        Ok(Self {
            name: name.to_owned(),
            tree: commit.tree,
            reader: Mutex::new(reader),
        })
    }

    /// A file, unless there is none. One that cannot be read is not taken for
    /// none: it may hold a stricter gate.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ObjectError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match lookup(&mut reader, self.tree, path.as_bytes())? {
            Some((Mode::Blob, id)) => {
                let (_, size) = reader.header(id)?;
                if size > LONGEST {
                    return Err(ObjectError::TooMuch(format!("{size} bytes")));
                }
                reader.read_as(id, ObjectKind::Blob).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn text(&self, path: &str) -> anyhow::Result<Option<String>> {
        let read = self.read(path);
        let bytes = read.with_context(|| {
            format!(
                "cannot read {path} of the revision {:?}, which decides\n\
                 help: fetch it; a partial clone lacks contents",
                self.name
            )
        })?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Its configuration.
    pub(super) fn config(&self) -> anyhow::Result<Option<Config>> {
        let origin = format!("{}:{CONFIG_NAME}", self.name);
        let text = self.text(CONFIG_NAME)?;
        Ok(text.map(|text| Config::parse(&text, &origin)).transpose()?)
    }

    /// Its baseline, made with this key.
    pub(super) fn baseline(&self, key: &FingerprintKey) -> anyhow::Result<Option<Baseline>> {
        let origin = format!("{}:{BASELINE_NAME}", self.name);
        let Some(text) = self.text(BASELINE_NAME)? else {
            return Ok(None);
        };
        let baseline = Baseline::parse(&text, &origin)?;
        baseline.check_key(key)?;
        Ok(Some(baseline))
    }

    /// Both, as far as they can be read.
    fn rules(&self, key: &FingerprintKey) -> Result<Rules, String> {
        let said = |error: anyhow::Error| {
            let error = error.to_string();
            error.lines().next().unwrap_or_default().to_owned()
        };
        Ok(Rules {
            config: self.config().map_err(said)?,
            baseline: self.baseline(key).map_err(said)?,
        })
    }
}

impl scan::Base for Revision {
    fn name(&self) -> &str {
        &self.name
    }

    fn content(&self, path: &str) -> Option<Vec<u8>> {
        // Without it no inline allow counts.
        self.read(path).ok().flatten()
    }
}

/// In which ways the change from `base` to `tip` lowers the gate.
pub(super) fn lowered(base: &Revision, tip: &Revision, key: &FingerprintKey) -> Vec<String> {
    // The base was read before: its errors have been told.
    let old = base.rules(key).unwrap_or_default();
    match tip.rules(key) {
        Ok(new) => policy::loosened(
            old.config.as_ref(),
            old.baseline.as_ref(),
            new.config.as_ref(),
            new.baseline.as_ref(),
        )
        .into_iter()
        .map(|way| format!("this change lowers the gate: {way}"))
        .collect(),
        Err(error) => vec![format!(
            "this change makes a file of the gate unreadable: {error}"
        )],
    }
}
