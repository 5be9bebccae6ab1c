//! What an earlier sweep found to hold nothing, so that a retry reads only
//! what changed.
//!
//! In: files that were clean, with their stamps. Out: a file a folder in the
//! user's cache. It holds names, sizes and times of clean files; of a file
//! with a finding or a skip it holds nothing at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::stamp::Stamp;

/// Clean files of one folder under one set of rules.
pub struct Cache {
    file: PathBuf,
    head: Head,
    clean: BTreeMap<PathBuf, Stamp>,
    /// When the sweep began whose results come next.
    began: SystemTime,
    notice: Option<String>,
}

/// The first line of a cache file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    /// The word that makes it ours, and the version of its form.
    hubsweep_sweep: u32,
    /// Digest of the tool, its rules and the configuration.
    rules: String,
    /// What was uploaded.
    root: String,
}

const VERSION: u32 = 1;
/// Longest cache file read.
const LONGEST: u64 = 256 << 20;

/// Why there are no results of before, though there is a file.
enum Useless {
    /// Of other rules, or of no sweep at all.
    Outdated,
    /// Somebody else could have written it, or it is damaged.
    Foreign(&'static str),
}

impl Cache {
    /// The results for `root` under `rules`, which is everything a verdict
    /// depends on. `None` where there is no place for a cache.
    pub fn open(root: &Path, rules: &[&[u8]]) -> Option<Self> {
        let root = root.canonicalize().ok()?;
        let head = Head {
            hubsweep_sweep: VERSION,
            rules: digest(rules.iter().copied().chain([tool().as_slice()])),
            root: root.to_str()?.to_owned(),
        };
        let name = digest([head.root.as_bytes()]);
        let mut cache = Self {
            file: folder()?.join(format!("{}.jsonl", &name[..32])),
            head,
            clean: BTreeMap::new(),
            began: SystemTime::now(),
            notice: None,
        };
        match cache.read() {
            Ok(clean) => cache.clean = clean,
            Err(Useless::Outdated) => {}
            Err(Useless::Foreign(why)) => {
                cache.notice = Some(format!(
                    "the cache of earlier sweeps is not used: {} {why}",
                    cache.file.display()
                ));
            }
        }
        Some(cache)
    }

    /// The sweep whose results `replace` will bring begins now.
    pub(super) fn begin(&mut self) {
        self.began = SystemTime::now();
    }

    pub(super) fn knows(&self, file: &Path, stamp: &Stamp) -> bool {
        self.clean.get(file) == Some(stamp)
    }

    /// What to tell the user, once.
    pub(super) fn take_notice(&mut self) -> Option<String> {
        self.notice.take()
    }

    /// Put the results of a sweep in the place of those of before, and write
    /// them down. A cache that cannot be written is only said to be so.
    pub(super) fn replace(&mut self, clean: BTreeMap<PathBuf, Stamp>) {
        // The times of a young file do not tell its next change.
        self.clean = clean;
        self.clean.retain(|_, stamp| stamp.is_settled(self.began));
        if let Err(error) = self.write() {
            self.notice = Some(format!(
                "the results of this sweep cannot be kept in {}: {error}",
                self.file.display()
            ));
        }
    }

    fn read(&self) -> Result<BTreeMap<PathBuf, Stamp>, Useless> {
        let Ok(metadata) = self.file.symlink_metadata() else {
            return Err(Useless::Outdated);
        };
        if !metadata.is_file() || !is_private(&metadata) {
            return Err(Useless::Foreign("is open to others"));
        }
        let damaged = |_| Useless::Foreign("is damaged");
        if metadata.len() > LONGEST {
            return Err(Useless::Foreign("is too long"));
        }
        let mut lines = BufReader::new(fs::File::open(&self.file).map_err(damaged)?).lines();
        let head = lines.next().ok_or(Useless::Foreign("is empty"))?;
        let head: Head = serde_json::from_str(&head.map_err(damaged)?)
            .map_err(|_| Useless::Foreign("is damaged"))?;
        if head != self.head {
            return Err(Useless::Outdated);
        }
        lines
            .map(|line| {
                serde_json::from_str::<(PathBuf, Stamp)>(&line.map_err(damaged)?)
                    .map_err(|_| Useless::Foreign("is damaged"))
            })
            .collect()
    }

    fn write(&self) -> io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // Created for the owner alone, and put in place whole.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut text = serde_json::to_string(&self.head)?;
        text.push('\n');
        for entry in &self.clean {
            // A name that is no UTF-8 is read again next time.
            if let Ok(line) = serde_json::to_string(&entry) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        file.write_all(text.as_bytes())?;
        file.persist(&self.file)?;
        Ok(())
    }
}

fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|folder| !folder.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| {
        let local = set("LOCALAPPDATA").filter(|_| cfg!(windows));
        match local {
            Some(local) => Some(PathBuf::from(local)),
            None => Some(std::env::home_dir()?.join(".cache")),
        }
    })?;
    cache
        .is_absolute()
        .then(|| cache.join("hubsweep").join("sweeps"))
}

/// The tool itself: another build may judge otherwise.
fn tool() -> Vec<u8> {
    let own = std::env::current_exe().ok();
    let stamp = own.as_deref().and_then(Stamp::of);
    format!("{} {stamp:?}", env!("CARGO_PKG_VERSION")).into_bytes()
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Can only the owner read and write it?
#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode().trailing_zeros() >= 6
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}
