//! A table while its file is read.
//!
//! In: its columns, and what personal data they hold. Out: the [`Table`] that
//! is told.

use std::collections::{BTreeMap, HashMap};

use super::super::columns::Share;
use super::column::Column;
use crate::blob::{Kind, Text};
use crate::finding::Values;
use crate::finding::profile::{Entity, Table};

/// A table so far.
pub(super) struct Found {
    /// Its route.
    pub(super) route: String,
    kind: Kind,
    /// Its columns, as they were found.
    pub(super) columns: Vec<Column>,
    /// Place of each column, by its route.
    pub(super) known: HashMap<String, usize>,
    /// Columns that are left out.
    pub(super) more: u64,
    /// Rows it has, as its format says.
    pub(super) told: Option<u64>,
    /// Rows that were seen.
    pub(super) seen: u64,
}

impl Found {
    /// A table of this kind at a route.
    pub(super) fn new(route: &str, kind: Kind) -> Self {
        Self {
            route: route.to_owned(),
            kind,
            columns: Vec::new(),
            known: HashMap::new(),
            more: 0,
            told: None,
            seen: 0,
        }
    }

    /// Is it a table, rather than settings, or pages that no table uses?
    pub(super) fn is_told(&self, alone: bool) -> bool {
        match self.kind {
            Kind::Sqlite => self.columns.iter().any(Column::is_declared),
            Kind::Text(Text::Json) => self.seen > 1 || (alone && self.seen > 0),
            _ => !self.columns.is_empty(),
        }
    }

    /// What there is to tell of it, of so many rows at most.
    pub(super) fn table(
        mut self,
        path: &str,
        sample: u64,
        shares: &mut BTreeMap<String, Vec<Share<'_>>>,
    ) -> Table {
        self.columns.sort_by_key(|column| column.order);
        let seen = (self.kind != Kind::Sqlite).then_some(self.seen);
        let rows = self.told.or(seen);
        let read = rows.map(|rows| rows.min(sample));
        let columns = self.columns.into_iter().map(|column| {
            let mark = if column.dictionary { "@dictionary" } else { "" };
            let name = match self.kind {
                Kind::Arrow => column.name.replace('.', "/"),
                _ => column.name.clone(),
            };
            let own = shares.remove(&format!("{}{mark}/{name}", self.route));
            let mut profile = column.profile(read);
            profile.personal = entities(own.unwrap_or_default());
            // Of people, not of rows.
            if profile.personal.iter().any(|entity| entity.share > 0.5) {
                profile.of = match profile.of.as_str() {
                    "id" => "text".to_owned(),
                    "integer id" => "integer".to_owned(),
                    _ => profile.of,
                };
            }
            profile
        });
        let name = match self.route.rsplit_once('/') {
            Some((_, member)) => member,
            None => path,
        };
        let kind = kind(self.kind, name).to_owned();
        Table {
            path: path.to_owned(),
            columns: columns.collect(),
            // `!gzip` alone is the file itself.
            part: self.route.contains('/').then_some(self.route),
            kind,
            rows,
            read: read.filter(|read| Some(*read) != rows),
            more: self.more,
        }
    }
}

/// What a column holds, what weighs most first.
fn entities(shares: Vec<Share<'_>>) -> Vec<Entity> {
    let mut entities: Vec<Entity> = shares
        .into_iter()
        .map(|share| {
            let values = share.values.unwrap_or_else(|| Values {
                count: 1,
                rows: 1,
                distinct: 1,
                exact: true,
                samples: vec![share.secret.form()],
            });
            Entity {
                entity: share.entity,
                class: share.class,
                severity: share.severity,
                confidence: share.confidence,
                rows: values.rows,
                share: values.rows as f64 / values.count.max(1) as f64,
                distinct: values.distinct,
                exact: values.exact,
                samples: values.samples,
            }
        })
        .collect();
    entities.sort_by(|a, b| {
        (b.severity, b.rows)
            .cmp(&(a.severity, a.rows))
            .then_with(|| a.entity.cmp(&b.entity))
    });
    entities
}

/// What it is, in a word; text by the name it has.
fn kind(kind: Kind, name: &str) -> &'static str {
    let named = |ending: &str| name.to_ascii_lowercase().contains(ending);
    match kind {
        Kind::Text(Text::Json) => "JSON",
        Kind::Text(_) if named(".jsonl") || named(".ndjson") => "JSON Lines",
        Kind::Text(_) if named(".csv") => "CSV",
        Kind::Text(_) if named(".tsv") => "TSV",
        Kind::Text(_) => "delimited text",
        Kind::Parquet => "Parquet",
        Kind::Arrow if named(".feather") => "Feather",
        Kind::Arrow => "Arrow",
        Kind::Sqlite => "SQLite",
        kind => kind.as_str(),
    }
}
