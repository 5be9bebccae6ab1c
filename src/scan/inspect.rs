//! Look into one file.
//!
//! In: a sweep of one file. Out: what its readers told, with every secret the
//! sweep found masked, beside the ordinary report.

use std::sync::Mutex;

use super::veil::Veil;
use super::{ScanError, Sweep, scan};
use crate::blob::Fact;
use crate::finding::{
    Column, Content, Entry, Import, Inspection, List, Member, Operator, Report, Route, Secret,
    Tensor,
};

/// Hears every fact of a sweep.
pub trait Witness {
    /// One fact about what stands at `route` of the file `path`.
    fn fact(&self, path: &str, route: &Route, fact: &Fact<'_>);
}

/// Sweep a file, and tell what is in it. The sweep's own witness is not heard.
pub fn inspect(sweep: Sweep<'_>) -> Result<Inspection, ScanError> {
    let record = Record::default();
    let report = scan(&Sweep {
        witness: Some(&record),
        ..sweep
    })?;
    let mut contents = record
        .contents
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    mask(&mut contents, &report);
    Ok(Inspection { contents, report })
}

/// What was told so far.
#[derive(Default)]
struct Record {
    contents: Mutex<Vec<Content>>,
}

/// Most contents kept: a table may hold a picture in every row.
const MOST: usize = 10_000;
/// Most characters kept of a value.
const LONGEST: usize = 2000;

impl Witness for Record {
    fn fact(&self, _: &str, route: &Route, fact: &Fact<'_>) {
        let mut contents = self
            .contents
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Fact::Content { kind, size } = fact {
            if contents.len() < MOST {
                contents.push(Content {
                    route: route.clone(),
                    kind: kind.as_str().to_owned(),
                    size: *size,
                    ..Content::default()
                });
            }
            return;
        }
        // A fact is told of what stands around its route: of the file for
        // `@key`, of the archive for `/member`.
        let around = |content: &&mut Content| holds(&content.route, route);
        if let Some(content) = contents.iter_mut().rev().find(around) {
            take(content, fact);
        }
    }
}

/// Is the second route the first one, or inside it?
fn holds(outer: &Route, inner: &Route) -> bool {
    let rest = inner.as_str().strip_prefix(outer.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@', '!']))
}

fn take(content: &mut Content, fact: &Fact<'_>) {
    match *fact {
        Fact::Content { .. } | Fact::Document { .. } => {}
        Fact::Metadata { key, value } => content.metadata.push(entry(key, value)),
        Fact::Member { name, size, note } => content.members.push(Member {
            name: String::from_utf8_lossy(name).into_owned(),
            size,
            note: note.map(str::to_owned),
        }),
        Fact::Tensor { name, dtype, shape } => content.tensors.push(Tensor {
            name: name.to_owned(),
            dtype: dtype.to_owned(),
            shape: shape.to_vec(),
        }),
        Fact::Column { name, of, rows } => content.columns.push(Column {
            name: name.to_owned(),
            of: of.to_owned(),
            rows,
        }),
        Fact::Operator { domain, name, .. } => content.operators.push(Operator {
            domain: domain.to_owned(),
            name: name.to_owned(),
        }),
        Fact::External { location } => {
            let location = String::from_utf8_lossy(location).into_owned();
            content.external.push(location);
        }
        Fact::Problem(problem) => content.problems.push(problem.text.to_owned()),
        Fact::Unpickling(unpickling) => {
            for (name, called) in unpickling.names() {
                content.imports.push(Import { name, called });
            }
        }
    }
}

fn entry(key: &str, value: &[u8]) -> Entry {
    let text = String::from_utf8_lossy(value);
    Entry {
        key: key.to_owned(),
        value: text.chars().take(LONGEST).collect(),
        length: value.len() as u64,
    }
}

/// Mask what the sweep found.
fn mask(contents: &mut [Content], report: &Report) {
    let mut veil = Veil::default();
    let findings = report.findings.iter().chain(&report.suppressed);
    let parts = |finding: &crate::finding::Finding| -> Vec<Secret> {
        let parts = finding.parts.iter().filter_map(|part| part.secret.clone());
        finding.secret.iter().cloned().chain(parts).collect()
    };
    for secret in findings.flat_map(parts) {
        veil.add(secret.reveal());
    }
    if veil.is_empty() {
        return;
    }
    for content in contents {
        if let std::borrow::Cow::Owned(shown) = veil.over(content.route.as_str()) {
            content.route = Route::new(&shown);
        }
        texts(content, &mut |text| veil.cover(text));
    }
}

/// Every text of a content that comes from the file.
fn texts(content: &mut Content, cover: &mut dyn FnMut(&mut String)) {
    fn each<T>(list: &mut List<T>, cover: &mut dyn FnMut(&mut T)) {
        list.first.iter_mut().for_each(cover);
    }
    each(&mut content.metadata, &mut |entry| {
        cover(&mut entry.key);
        cover(&mut entry.value);
    });
    each(&mut content.members, &mut |member| {
        cover(&mut member.name);
        member.note.iter_mut().for_each(&mut *cover);
    });
    each(&mut content.tensors, &mut |tensor| {
        cover(&mut tensor.name);
        cover(&mut tensor.dtype);
    });
    each(&mut content.columns, &mut |column| {
        cover(&mut column.name);
        cover(&mut column.of);
    });
    each(&mut content.imports, &mut |import| cover(&mut import.name));
    each(&mut content.external, cover);
    each(&mut content.operators, &mut |operator| {
        cover(&mut operator.domain);
        cover(&mut operator.name);
    });
    each(&mut content.problems, cover);
}
