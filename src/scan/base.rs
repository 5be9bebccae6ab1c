//! Inline allows of a range of commits: only those its base has already.
//!
//! In: a finding that an inline allow covers, and the base of the range. Out:
//! does the base allow the same value in the same file? A change is not trusted
//! to switch off its own gate.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Sweep, file};
use crate::blob::{Blob, Content};
use crate::finding::{Finding, OriginKind, Snippet, Verdict};

/// Where a range of commits begins.
pub trait Base: Sync {
    /// How the user calls it.
    fn name(&self) -> &str;
    /// The content of a file there.
    fn content(&self, path: &str) -> Option<Vec<u8>>;
}

/// A rule and the value it found.
type Allowed = (String, Vec<u8>);

/// What the base allows inline, file by file.
pub(super) struct Trusted<'s, 'a> {
    sweep: &'s Sweep<'a>,
    base: &'a dyn Base,
    files: HashMap<String, HashSet<Allowed>>,
    refused: u64,
}

impl<'s, 'a> Trusted<'s, 'a> {
    /// Nothing where a sweep has no base.
    pub(super) fn of(sweep: &'s Sweep<'a>) -> Option<Self> {
        Some(Self {
            sweep,
            base: sweep.base?,
            files: HashMap::new(),
            refused: 0,
        })
    }

    /// Judge a finding again, unless what allows it inline is in the base.
    pub(super) fn review(&mut self, finding: &mut Finding) {
        let inline = matches!(&finding.verdict, Verdict::Allowed { by, .. } if by == "inline");
        if inline && !self.allows(finding) {
            self.refused += 1;
            self.sweep.policy.judge(finding, &[]);
        }
    }

    fn allows(&mut self, finding: &Finding) -> bool {
        let path = &finding.location.path;
        if !self.files.contains_key(path) {
            let allowed = self.allowed_in(path);
            self.files.insert(path.clone(), allowed);
        }
        self.files[path].contains(&identity(finding))
    }

    fn allowed_in(&self, path: &str) -> HashSet<Allowed> {
        let Some(content) = self.base.content(path) else {
            return HashSet::new();
        };
        let blob = Blob {
            path: path.to_owned(),
            size: content.len() as u64,
            content: Content::Bytes(Arc::from(content)),
            origin: OriginKind::Commit,
            key: None,
        };
        let swept = file::sweep(self.sweep, None, &blob, 0);
        let inline = |finding: &&Finding| matches!(&finding.verdict, Verdict::Allowed { by, .. } if by == "inline");
        swept.findings.iter().filter(inline).map(identity).collect()
    }

    /// What to say of those that were refused.
    pub(super) fn notice(&self) -> Option<String> {
        let base = self.base.name();
        // CI names the base by its whole id.
        let is_id = base.len() >= 40 && base.bytes().all(|byte| byte.is_ascii_hexdigit());
        let base = base.get(..12).filter(|_| is_id).unwrap_or(base);
        let number = match self.refused {
            0 => return None,
            1 => "1 finding stands".to_owned(),
            many => format!("{many} findings stand"),
        };
        Some(format!(
            "this change lowers the gate: {number} under inline allows that {base} does not \
             have; they count once they are there"
        ))
    }
}

fn identity(finding: &Finding) -> Allowed {
    let value = match (&finding.secret, &finding.snippet) {
        (Some(secret), _) => secret.reveal(),
        (None, snippet) => snippet.as_ref().map_or("", Snippet::as_str).as_bytes(),
    };
    (finding.rule.clone(), value.to_vec())
}
