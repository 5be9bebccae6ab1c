//! Where contents with findings came from.
//!
//! In: what was swept of the git sources. Out: their findings, one for each
//! path, judged and joined. A source is asked once, and only about contents
//! with findings.

use super::base::Trusted;
use super::file::Swept;
use super::merge::Joiner;
use super::{Inventory, ScanError, Sweep};
use crate::blob::Blob;
use crate::finding::{Category, Finding, Origin, Skip, Verdict};
use crate::source::Source;

/// What is left of a sweep when its git findings are traced.
pub(super) struct Traced {
    /// The blobs, without those findings.
    pub(super) swept: Vec<Swept>,
    /// The findings, joined.
    pub(super) findings: Vec<Finding>,
    /// What the sources could not tell.
    pub(super) skips: Vec<Skip>,
    /// What to say of inline allows that do not count.
    pub(super) notice: Option<String>,
}

/// Take the findings of git sources out of `swept`, trace and join them.
pub(super) fn trace(
    sweep: &Sweep<'_>,
    inventory: &Inventory,
    mut swept: Vec<Swept>,
) -> Result<Traced, ScanError> {
    let mut tracing = Tracing {
        sweep,
        trusted: Trusted::of(sweep),
        joiner: Joiner::default(),
        blocking: Vec::new(),
    };
    let mut skips = Vec::new();
    for (number, source) in sweep.sources.iter().enumerate() {
        let start = inventory.starts[number];
        let next = inventory.starts.get(number + 1).copied();
        let places = start..next.unwrap_or(inventory.blobs.len());
        let mut keys = Vec::new();
        let mut found = Vec::new();
        for one in &mut swept {
            if let Some(key) = inventory.blobs[one.place].key
                && places.contains(&one.place)
                && !one.kept.is_empty()
            {
                keys.push(key);
                found.push(one);
            }
        }
        if keys.is_empty() {
            continue;
        }
        let untold = source.origins(&keys, &mut |at, origins| {
            if let Some(one) = found.get_mut(at) {
                tracing.settle(&inventory.blobs[one.place], one, origins);
            }
        })?;
        skips.extend(untold);
        // What the source says nothing of is where its blob is.
        for one in found {
            tracing.settle(&inventory.blobs[one.place], one, Vec::new());
        }
        tracing.settle_blocking(source.as_ref())?;
    }
    let Tracing {
        trusted,
        mut joiner,
        ..
    } = tracing;
    if !joiner.is_empty() {
        // The same secret in the work tree is no second finding.
        for finding in swept.iter_mut().flat_map(|one| one.findings.drain(..)) {
            joiner.add(finding);
        }
    }
    Ok(Traced {
        swept,
        findings: joiner.finish(),
        skips,
        notice: trusted.and_then(|trusted| trusted.notice()),
    })
}

/// Judges and joins findings as they come.
struct Tracing<'s, 'a> {
    sweep: &'s Sweep<'a>,
    trusted: Option<Trusted<'s, 'a>>,
    joiner: Joiner,
    /// What would block, with its key, until the source has looked further.
    blocking: Vec<(usize, Finding)>,
}

impl Tracing<'_, '_> {
    /// The findings of one content, at each of its paths.
    fn settle(&mut self, blob: &Blob, swept: &mut Swept, mut origins: Vec<Origin>) {
        if origins.is_empty() {
            origins.push(Origin::of(blob.origin));
        }
        for kept in std::mem::take(&mut swept.kept) {
            let finding = kept.whole(&blob.path);
            for mut finding in at_each_path(&finding, &blob.path, &origins) {
                self.sweep.policy.judge(&mut finding, &swept.markers);
                if let Some(trusted) = &mut self.trusted {
                    trusted.review(&mut finding);
                }
                if self.sweep.published_passes {
                    pass_published(&mut finding);
                }
                match blob.key {
                    Some(key) if self.sweep.published_passes && finding.blocks() => {
                        self.blocking.push((key, finding));
                    }
                    _ => self.joiner.add(finding),
                }
            }
        }
    }

    /// What would block, unless the other side had it at any time.
    fn settle_blocking(&mut self, source: &dyn Source) -> Result<(), ScanError> {
        let blocking = std::mem::take(&mut self.blocking);
        let keys: Vec<usize> = blocking.iter().map(|(key, _)| *key).collect();
        let published = source.published(&keys)?;
        for (at, (_, mut finding)) in blocking.into_iter().enumerate() {
            if let Some(Some(remote)) = published.get(at) {
                for origin in &mut finding.origins {
                    origin.published.push(remote.clone());
                }
                pass_published(&mut finding);
            }
            self.joiner.add(finding);
        }
        Ok(())
    }
}

/// The finding as it stands at each path of its content.
fn at_each_path<'f>(
    finding: &'f Finding,
    swept_as: &'f str,
    origins: &'f [Origin],
) -> impl Iterator<Item = Finding> + 'f {
    // What an audit says of a file holds for the name it looked at.
    let of_name = matches!(finding.category, Category::StrayFile | Category::Repository);
    let named = move |origin: &&Origin| origin.path.as_deref() == Some(swept_as);
    let only_named = of_name && origins.iter().any(|origin| named(&origin));
    let chosen = origins.iter();
    chosen
        .filter(move |origin| !only_named || named(origin))
        .map(move |origin| {
            let mut finding = finding.clone();
            finding.origins = vec![origin.clone()];
            if let Some(path) = &origin.path
                && path != swept_as
            {
                finding.location.path.clone_from(path);
                for place in &mut finding.also {
                    place.path.clone_from(path);
                }
                finding.fingerprint = finding.fingerprint.at_path(&finding.rule, path);
            }
            finding
        })
}

/// What the world has already is told, and stops nothing: to stop this push
/// would not take it back.
fn pass_published(finding: &mut Finding) {
    let remotes: Vec<&str> = finding
        .origins
        .iter()
        .flat_map(|origin| origin.published.iter().map(String::as_str))
        .collect();
    if finding.verdict == Verdict::Block && !remotes.is_empty() {
        finding.verdict = Verdict::Report;
        finding
            .evidence
            .push(format!("already published on {}", remotes.join(", ")));
    }
}
