//! The conductor of a profile: source → blob → columns → tables.
//!
//! In: a sweep. Out: one [`Profile`]: what each table holds, column by column.
//! Files are read by the sweep's readers, but only for their columns. One
//! thread and many give the same profile.

mod column;
mod found;
mod look;
mod record;

use std::io::{Read, Seek};
use std::sync::atomic::Ordering;

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::collect::Collector;
use super::veil::Veil;
use super::{ScanError, Sweep, names, take_inventory, tasks, workers};
use crate::blob::{Blob, Kind, Unopened};
use crate::extract::{self, Sink as _};
use crate::finding::profile::{Profile, Table};
use crate::finding::{OriginKind, Route, Secret, Skip, SkipClass};
use crate::git::lfs::{self, Pointer};
use record::Record;

/// What came of one file.
#[derive(Default)]
struct Told {
    tables: Vec<Table>,
    skips: Vec<Skip>,
    /// Secrets in its path.
    names: Vec<Secret>,
}

/// Tell what the tables of a sweep hold.
pub fn profile(sweep: &Sweep<'_>) -> Result<Profile, ScanError> {
    let inventory = take_inventory(sweep)?;
    let bytes = inventory.blobs.iter().map(|blob| blob.size).sum();
    sweep.progress.total(inventory.blobs.len() as u64, bytes);
    let alone = inventory.blobs.len() == 1;
    let tasks = tasks(&inventory.blobs, (0..inventory.blobs.len()).collect());
    let told: Vec<Told> = workers(sweep)?.install(|| {
        tasks
            .into_par_iter()
            .with_max_len(1)
            .flat_map_iter(|task| task)
            .filter(|_| !sweep.interrupt.load(Ordering::Relaxed))
            .map(|place| {
                let blob = &inventory.blobs[place];
                let told = file(sweep, blob, alone);
                sweep.progress.done(blob.size);
                told
            })
            .collect()
    });
    let names = names(sweep, &inventory, told.iter().flat_map(|file| &file.names));
    let mut profile = Profile {
        skipped: inventory.skips,
        rules: sweep.engine.rules().len(),
        interrupted: sweep.interrupt.load(Ordering::Relaxed),
        ..Profile::default()
    };
    for file in told {
        profile.others += u64::from(file.tables.is_empty() && file.skips.is_empty());
        profile.tables.extend(file.tables);
        profile.skipped.extend(file.skips);
    }
    profile.tables.sort_by(|a, b| a.path.cmp(&b.path));
    for table in &mut profile.tables {
        names.path(&mut table.path);
    }
    for skip in &mut profile.skipped {
        sweep.policy.judge_skip(skip);
        names.cover_skip(skip);
    }
    profile.skipped.sort_by(|a, b| {
        (&a.path, &a.route, a.class, &a.why).cmp(&(&b.path, &b.route, b.class, &b.why))
    });
    Ok(profile)
}

/// Profile one file.
fn file(sweep: &Sweep<'_>, blob: &Blob, alone: bool) -> Told {
    let mut told = match read(sweep, blob, alone) {
        Ok(told) => told,
        Err(unopened) => {
            let (class, why) = match unopened {
                Unopened::Failed(error) => (SkipClass::Failed, format!("cannot be read: {error}")),
                Unopened::Skipped(class, why) => (class, why),
            };
            Told {
                skips: vec![Skip::new(class, &blob.path, why)],
                ..Told::default()
            }
        }
    };
    cover(sweep, blob, &mut told);
    told
}

fn read(sweep: &Sweep<'_>, blob: &Blob, alone: bool) -> Result<Told, Unopened> {
    let opened = blob.content.open()?;
    let size = opened.size.unwrap_or(blob.size);
    let mut reader = opened.reader;
    let mut head = Vec::new();
    (&mut reader)
        .take(crate::blob::HEAD as u64)
        .read_to_end(&mut head)?;
    reader.rewind()?;
    if size <= lfs::LONGEST && Pointer::parse(&head).is_some() {
        let why = "a pointer to a large file, which is not here".to_owned();
        return Err(Unopened::Skipped(SkipClass::Missing, why));
    }
    let kind = Kind::sniff(&blob.path, &head, size);
    if !record::may_hold(kind, &blob.path) {
        return Ok(Told::default());
    }
    let mut record = Record::new(sweep.engine, &blob.path, kind, sweep.limits.sample);
    let read = extract::extract(&mut reader, size, kind, &sweep.limits, &mut record);
    let is_disabled = |rule: &str| sweep.policy.is_disabled(rule);
    let (tables, mut skips) = record.finish(alone, &is_disabled);
    // What came before the failure is told all the same.
    if let Err(error) = read {
        let why = format!("cannot be read: {error}");
        skips.push(Skip::new(SkipClass::Failed, &blob.path, why));
    }
    Ok(Told {
        tables,
        skips,
        names: Vec::new(),
    })
}

/// Mask secrets and personal data in the names a file brings: of itself, of
/// members and of columns.
fn cover(sweep: &Sweep<'_>, blob: &Blob, told: &mut Told) {
    let looker = || {
        Collector::new(
            sweep.engine.scanner(&blob.path),
            &blob.path,
            OriginKind::Tree,
        )
    };
    let secrets = |looker: Collector<'_>| -> Vec<Secret> {
        let findings = looker.findings.into_iter();
        findings.filter_map(|finding| finding.secret).collect()
    };
    let mut path = looker();
    path.path_name(&blob.path);
    told.names = secrets(path);
    let mut veil = Veil::default();
    let parts = told.tables.iter().filter_map(|table| table.part.as_deref());
    let columns = told.tables.iter().flat_map(|table| &table.columns);
    let columns = columns.map(|column| column.name.as_str());
    let routes = told
        .skips
        .iter()
        .filter_map(|skip| Some(skip.route.as_ref()?.as_str()));
    for name in parts.chain(columns).chain(routes) {
        // One looker each: of a crowd not all are told.
        let mut looker = looker();
        looker.name(&Route::default(), name);
        for secret in secrets(looker) {
            veil.add(secret.reveal());
        }
    }
    if veil.is_empty() {
        return;
    }
    for table in &mut told.tables {
        table.part.iter_mut().for_each(|part| veil.cover(part));
        for column in &mut table.columns {
            veil.cover(&mut column.name);
        }
    }
    for skip in &mut told.skips {
        if let Some(route) = &mut skip.route {
            *route = Route::new(&veil.over(route.as_str()));
        }
    }
}
