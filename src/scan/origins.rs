//! Where contents with findings came from.
//!
//! In: what was swept of the git sources. Out: their findings, one for each
//! path, judged and joined. A source is asked once, and only about contents
//! with findings.

use super::base::Trusted;
use super::file::Swept;
use super::merge;
use super::{Inventory, ScanError, Sweep};
use crate::finding::{Category, Finding, Origin, Verdict};

/// What is left of a sweep when its git findings are traced.
pub(super) struct Traced {
    /// The blobs, without those findings.
    pub(super) swept: Vec<Swept>,
    /// The findings, joined.
    pub(super) findings: Vec<Finding>,
    /// What to say of inline allows that do not count.
    pub(super) notice: Option<String>,
}

/// Take the findings of git sources out of `swept`, trace and join them.
pub(super) fn trace(
    sweep: &Sweep<'_>,
    inventory: &Inventory,
    mut swept: Vec<Swept>,
) -> Result<Traced, ScanError> {
    let mut trusted = Trusted::of(sweep);
    let mut traced = Vec::new();
    for (number, source) in sweep.sources.iter().enumerate() {
        let start = inventory.starts[number];
        let next = inventory.starts.get(number + 1).copied();
        let places = start..next.unwrap_or(inventory.blobs.len());
        let mut keys = Vec::new();
        let mut found = Vec::new();
        for one in &mut swept {
            if let Some(key) = inventory.blobs[one.place].key
                && places.contains(&one.place)
                && !one.findings.is_empty()
            {
                keys.push(key);
                found.push(one);
            }
        }
        if keys.is_empty() {
            continue;
        }
        let origins = source.origins(&keys)?;
        let mut blocking = Vec::new();
        for ((one, origins), key) in found.into_iter().zip(origins).zip(keys) {
            let path = &inventory.blobs[one.place].path;
            for finding in std::mem::take(&mut one.findings) {
                for mut finding in at_each_path(&finding, path, &origins) {
                    sweep.policy.judge(&mut finding, &one.markers);
                    if let Some(trusted) = &mut trusted {
                        trusted.review(&mut finding);
                    }
                    if sweep.published_passes {
                        pass_published(&mut finding);
                    }
                    if sweep.published_passes && finding.blocks() {
                        blocking.push((key, traced.len()));
                    }
                    traced.push(finding);
                }
            }
        }
        let keys: Vec<usize> = blocking.iter().map(|(key, _)| *key).collect();
        for (remote, (_, at)) in source.published(&keys)?.into_iter().zip(blocking) {
            for origin in &mut traced[at].origins {
                origin.published.extend(remote.clone());
            }
            pass_published(&mut traced[at]);
        }
    }
    if !traced.is_empty() {
        // The same secret in the work tree is no second finding.
        for one in &mut swept {
            traced.append(&mut one.findings);
        }
        traced = merge::joined(traced);
    }
    Ok(Traced {
        swept,
        findings: traced,
        notice: trusted.and_then(|trusted| trusted.notice()),
    })
}

/// The finding as it stands at each path of its content.
fn at_each_path(finding: &Finding, swept_as: &str, origins: &[Origin]) -> Vec<Finding> {
    // What an audit says of a file holds for the name it looked at.
    let of_name = matches!(finding.category, Category::StrayFile | Category::Repository);
    let named = |origin: &&Origin| origin.path.as_deref() == Some(swept_as);
    let only_named = of_name && origins.iter().any(|origin| named(&origin));
    let chosen = origins.iter().filter(|origin| !only_named || named(origin));
    chosen
        .map(|origin| {
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
        .collect()
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
