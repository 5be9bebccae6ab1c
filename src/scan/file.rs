//! One blob, from opening it to its judged findings.
//!
//! In: a blob a source named. Out: [`Swept`]. A file that cannot be read is a
//! skip, never an error.

use std::io::{self, Read, Seek};

use super::Sweep;
use super::collect::Collector;
use super::keep::Kept;
use super::lines;
use super::pairs;
use super::people;
use super::tree::Folder;
use super::veil;
use crate::audit;
use crate::blob::{Blob, Kind, Limits, ReadSeek, Unopened};
use crate::extract::{self, place};
use crate::finding::{
    Category, Confidence, Coverage, Finding, Origin, OriginKind, Route, Secret, Severity, Skip,
    SkipClass,
};
use crate::policy::Marker;

/// What came of one blob.
#[derive(Debug, Default)]
pub(super) struct Swept {
    pub(super) findings: Vec<Finding>,
    /// The same of what git keeps.
    pub(super) kept: Vec<Kept>,
    pub(super) skips: Vec<Skip>,
    pub(super) coverage: Coverage,
    /// Secrets in its path.
    pub(super) names: Vec<Secret>,
    /// Notices of inline allows nothing needed.
    pub(super) unused: Vec<String>,
    /// Inline allows of a content that is judged once its paths are known.
    pub(super) markers: Vec<Marker>,
    /// The blob's place in the inventory.
    pub(super) place: usize,
}

/// First bytes the audits see.
const AUDIT_HEAD: u64 = 64 * 1024;

/// Sweep one blob, the one at `place` of the inventory.
pub(super) fn sweep(
    sweep: &Sweep<'_>,
    folder: Option<&Folder>,
    blob: &Blob,
    place: usize,
) -> Swept {
    let Sweep { engine, policy, .. } = sweep;
    let mut collector = collector(sweep, blob);
    collector.path_name(&blob.path);
    let names = collector.findings.iter();
    let names = names.filter_map(|finding| finding.secret.clone()).collect();
    let mut audited = Vec::new();
    match read(blob, folder, &sweep.limits, &mut collector, &mut audited) {
        Ok(()) => {
            collector.coverage.files = u64::from(is_file(blob.origin));
            collector.coverage.objects = 1;
        }
        Err(Unopened::Failed(error)) => {
            let why = format!("cannot be read: {error}");
            let skip = Skip::new(SkipClass::Failed, &blob.path, why);
            collector.skips.push(skip);
        }
        Err(Unopened::Skipped(class, why)) => {
            collector.skips.push(Skip::new(class, &blob.path, why));
        }
    }
    collector.finish_progress();
    let Collector {
        mut findings,
        audited: inside,
        markers,
        mut skips,
        coverage,
        ..
    } = collector;
    audited.extend(inside);
    for finding in &mut audited {
        finding.origins = vec![Origin::of(blob.origin)];
    }
    pairs::join(&mut findings, engine.rules());
    reconcile(&mut findings, &mut audited);
    people::settle(blob.origin, &mut findings);
    findings.extend(audited);
    let people = veil::people_in_routes(engine, &findings, &skips);
    veil::cover_routes(&mut findings, &mut skips, &people);
    findings.retain(|finding| !policy.is_disabled(&finding.rule));
    let mut swept = Swept {
        findings,
        kept: Vec::new(),
        skips,
        coverage,
        names,
        unused: Vec::new(),
        markers,
        place,
    };
    // What git keeps is judged when all its paths are known.
    if blob.key.is_none() {
        for finding in &mut swept.findings {
            policy.judge(finding, &swept.markers);
        }
        swept.unused = policy.unused_markers(&blob.path, &swept.markers);
        swept.markers.clear();
    }
    swept
}

fn collector<'s>(sweep: &Sweep<'s>, blob: &Blob) -> Collector<'s> {
    let Sweep { engine, policy, .. } = sweep;
    Collector::new(engine.scanner(&blob.path), &blob.path, blob.origin)
        .reporting(sweep.progress, blob.size)
        .witnessed(sweep.witness)
        .keyed(policy.key())
        .by_column(engine.wants_personal() || sweep.recogniser.is_some())
        .asking(sweep.recogniser)
}

/// Is it the content of a file, rather than something git says about files?
fn is_file(origin: OriginKind) -> bool {
    use OriginKind::{Commit, Config, Index, Stdin, Tree};
    matches!(origin, Tree | Stdin | Index | Commit | Config)
}

/// One leak, one finding that blocks: a credential file whose secret a rule
/// named is only out of place, and a local path in metadata is told once.
fn reconcile(found: &mut Vec<Finding>, audited: &mut [Finding]) {
    let named = found.iter().any(|finding| {
        finding.category == Category::Secret
            && finding.severity >= Severity::High
            && finding.confidence >= Confidence::Medium
    });
    if named {
        for finding in audited
            .iter_mut()
            .filter(|finding| finding.category == Category::StrayFile)
        {
            finding.severity = finding.severity.min(Severity::Medium);
        }
    }
    let told = |finding: &Finding| {
        finding.category == Category::HardcodedPath
            && finding.also.is_empty()
            && audited.iter().any(|known| {
                known.location.line.is_some() && known.location.line == finding.location.line
            })
    };
    found.retain(|finding| !told(finding));
}

fn read(
    blob: &Blob,
    folder: Option<&Folder>,
    limits: &Limits,
    collector: &mut Collector<'_>,
    audited: &mut Vec<Finding>,
) -> Result<(), Unopened> {
    let opened = blob.content.open()?;
    let size = opened.size.unwrap_or(blob.size);
    let mut reader = opened.reader;
    let mut head = Vec::new();
    (&mut reader).take(AUDIT_HEAD).read_to_end(&mut head)?;
    reader.rewind()?;
    let start = &head[..head.len().min(crate::blob::HEAD)];
    let kind = Kind::sniff(&blob.path, start, size);
    let in_git = matches!(blob.origin, OriginKind::Commit | OriginKind::Index);
    let seen = audit::File {
        path: &blob.path,
        size,
        head: &head,
        kind,
        lfs: match folder {
            _ if in_git => Some(opened.from_lfs),
            Some(folder) => folder.is_lfs(&blob.path),
            None => None,
        },
        git: in_git || folder.is_some_and(Folder::is_git),
    };
    match blob.origin {
        OriginKind::CommitIdentity => {
            let identity = String::from_utf8_lossy(&head);
            audit::identity(&blob.path, &identity, &mut |finding| audited.push(finding));
        }
        OriginKind::Config => {}
        origin if is_file(origin) => {
            audit::file(&seen, &mut |finding| audited.push(finding));
        }
        _ => {}
    }
    extract::extract(&mut reader, size, kind, limits, collector)?;
    let mut columns = collector.finish_columns();
    if kind.is_text() {
        lines::number(&mut reader, &mut columns)?;
    }
    collector.findings.append(&mut columns);
    Ok(place_findings(&mut reader, kind, &mut collector.findings)?)
}

/// Add to each finding in the file's own text the step that says where in its
/// structure it stands.
fn place_findings(
    reader: &mut dyn ReadSeek,
    kind: Kind,
    findings: &mut [Finding],
) -> io::Result<()> {
    let in_text = |route: &Option<Route>| {
        route
            .as_ref()
            .is_none_or(|route| route.as_str().starts_with('!'))
    };
    let mut offsets: Vec<u64> = findings
        .iter()
        .flat_map(|finding| std::iter::once(&finding.location).chain(&finding.also))
        .filter(|location| in_text(&location.route))
        .filter_map(|location| location.span.map(|span| span.start))
        .collect();
    if offsets.is_empty() {
        return Ok(());
    }
    offsets.sort_unstable();
    offsets.dedup();
    reader.rewind()?;
    let steps = place::places(reader, kind, &offsets)?;
    for finding in findings {
        for location in std::iter::once(&mut finding.location).chain(&mut finding.also) {
            let Some(span) = location.span.filter(|_| in_text(&location.route)) else {
                continue;
            };
            let Ok(at) = offsets.binary_search(&span.start) else {
                continue;
            };
            if let Some(step) = &steps[at] {
                let rest = location.route.take().unwrap_or_default();
                location.route = Some(Route::new(step).join(rest.as_str()));
            }
        }
    }
    Ok(())
}
