//! Personal data by column: of a table no row is a finding, a column is.
//!
//! In: the columns' windows of cells and what was found in them. Out: for each
//! column and entity one [`Share`], with how many rows and different values
//! hold it, if it is more than chance.

use std::collections::BTreeMap;

use super::distinct::Distinct;
use crate::blob::{Fragment, Row};
use crate::engine::Match;
use crate::finding::{Class, Confidence, Location, Secret, Severity, Values};
use crate::rule::Rule;

/// Samples shown of a column.
const SAMPLES: usize = 3;
/// Least different values of a number of high severity for which a column
/// blocks.
const ENOUGH: u64 = 5;
/// Least different values, and their share of all, for which bare numbers with
/// right check digits are what they look like: by chance one in nine has them.
const MANY: u64 = 20;
const NEARLY_ALL: f64 = 0.95;
/// Below this share, bare numbers that pass without a word beside them did so
/// by chance.
const HALF: f64 = 0.5;
/// Score that takes more than a form and check digits.
const NAMED: u8 = 62;
/// Most columns kept apart; more are keys taken for columns.
const MOST_COLUMNS: usize = 10_000;

/// What is in the columns of one file.
#[derive(Debug, Default)]
pub(crate) struct Columns<'e> {
    columns: BTreeMap<String, Column<'e>>,
}

#[derive(Debug, Default)]
struct Column<'e> {
    /// Values so far, empty ones left out.
    values: u64,
    /// By entity, values that have its shape and failed its check.
    failed: BTreeMap<String, u64>,
    tallies: BTreeMap<(String, Class), Tally<'e>>,
}

/// One entity in one column.
#[derive(Debug)]
struct Tally<'e> {
    rule: &'e Rule,
    entity: String,
    class: Class,
    first: Location,
    secret: Secret,
    rows: u64,
    last_row: Option<u64>,
    hits: u64,
    /// Hits whose score is enough.
    sure: u64,
    /// Those of them that something besides their own digits speaks for.
    named: u64,
    /// Hits that are a whole cell of digits with right check digits.
    bare: u64,
    distinct: Distinct,
    samples: Vec<String>,
    confidence: Confidence,
}

/// An entity that a column holds.
#[derive(Debug)]
pub(crate) struct Share<'e> {
    /// The column, as its route shows it.
    pub(crate) column: String,
    pub(crate) rule: &'e Rule,
    pub(crate) entity: String,
    pub(crate) class: Class,
    /// Its first place, and what stands there.
    pub(crate) first: Location,
    pub(crate) secret: Secret,
    /// How much of the column it is; `None` of the only value, which is a
    /// setting rather than a column.
    pub(crate) values: Option<Values>,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) evidence: Vec<String>,
}

impl<'e> Columns<'e> {
    /// Take note of a window of cells.
    pub(crate) fn window(&mut self, fragment: &Fragment<'_>) {
        let filled = fragment.rows.iter().filter(|row| row.len > 0).count();
        if let Some(column) = self.column(fragment.route.as_str()) {
            column.values += filled as u64;
        }
    }

    /// Take note of what in a window failed a check, by entity.
    pub(crate) fn failed(&mut self, fragment: &Fragment<'_>, failed: &BTreeMap<String, u64>) {
        if let Some(column) = self
            .column(fragment.route.as_str())
            .filter(|_| !failed.is_empty())
        {
            for (entity, count) in failed {
                *column.failed.entry(entity.clone()).or_default() += count;
            }
        }
    }

    /// Take note of personal data at `location` in one of its cells.
    pub(crate) fn hit(&mut self, fragment: &Fragment<'_>, hit: &Match<'e>, location: Location) {
        let (Some(personal), Some(row)) = (&hit.personal, fragment.row(hit.span.start)) else {
            return;
        };
        let value = fragment.text.get(hit.span.clone()).unwrap_or_default();
        let whole = is_whole(row, hit) && value.iter().any(u8::is_ascii_digit);
        let counts = personal.sure || (whole && personal.strong);
        if !counts {
            return;
        }
        let Some(column) = self.column(fragment.route.as_str()) else {
            return;
        };
        let key = (personal.entity.to_string(), personal.class);
        let tally = column.tallies.entry(key).or_insert_with(|| Tally {
            rule: hit.rule,
            entity: personal.entity.to_string(),
            class: personal.class,
            first: location,
            secret: hit.secret.clone(),
            rows: 0,
            last_row: None,
            hits: 0,
            sure: 0,
            named: 0,
            bare: 0,
            distinct: Distinct::default(),
            samples: Vec::new(),
            confidence: hit.confidence,
        });
        if tally.last_row != Some(row.number) {
            tally.last_row = Some(row.number);
            tally.rows += 1;
        }
        tally.hits += 1;
        tally.sure += u64::from(personal.sure);
        tally.named += u64::from(personal.score >= NAMED);
        tally.bare += u64::from(whole && personal.strong);
        tally.confidence = tally.confidence.max(hit.confidence);
        let new = tally.distinct.add(hit.secret.reveal());
        if new && tally.samples.len() < SAMPLES {
            tally.samples.push(hit.secret.form());
        }
    }

    fn column(&mut self, route: &str) -> Option<&mut Column<'e>> {
        if !self.columns.contains_key(route) {
            if self.columns.len() >= MOST_COLUMNS {
                return self.columns.values_mut().next_back();
            }
            self.columns.insert(route.to_owned(), Column::default());
        }
        self.columns.get_mut(route)
    }

    /// What the columns hold, in the order of their names.
    pub(crate) fn shares(self) -> Vec<Share<'e>> {
        let mut shares = Vec::new();
        for (route, column) in self.columns {
            let (values, failed) = (column.values, column.failed);
            let tallies = column.tallies.into_values();
            shares.extend(tallies.filter_map(|tally| {
                let failed = failed.get(&tally.entity).copied().unwrap_or(0);
                tally.share(&route, values, failed)
            }));
        }
        shares
    }
}

/// Is it all of its cell?
fn is_whole(row: &Row, hit: &Match<'_>) -> bool {
    hit.span.start == row.at + row.lead && hit.span.len() == row.len
}

impl<'e> Tally<'e> {
    fn share(self, route: &str, values: u64, failed: u64) -> Option<Share<'e>> {
        let distinct = self.distinct.count();
        let part = |count: u64| count as f64 / values.max(1) as f64;
        let column_tells = self.bare > 0 && part(self.bare) >= NEARLY_ALL && distinct >= MANY;
        // Most are bare, and a part of random numbers would have passed too; or
        // there are more that have the shape and failed the check.
        let few = self.bare > self.rows / 2 && self.named == 0 && part(self.bare) < HALF;
        let by_chance = few || failed > 2 * self.hits;
        if !column_tells && (self.sure == 0 || by_chance) {
            return None;
        }
        let is_column = values > 1;
        let mut evidence = Vec::new();
        if is_column {
            evidence.push(self.told(values, distinct));
        }
        let mut confidence = self.confidence;
        if column_tells {
            confidence = Confidence::High;
            evidence.push("nearly all values have right check digits".to_owned());
        }
        let severity = match self.class {
            Class::Real => self.rule.severity,
            _ => Severity::Info,
        };
        if is_column && severity >= Severity::High && distinct < ENOUGH {
            confidence = Confidence::Low;
            evidence.push(format!("a column blocks from {ENOUGH} different values on"));
        }
        Some(Share {
            column: route.to_owned(),
            rule: self.rule,
            entity: self.entity,
            class: self.class,
            first: self.first,
            secret: self.secret,
            values: is_column.then(|| Values {
                count: values,
                rows: self.rows,
                distinct,
                exact: self.distinct.is_exact(),
                samples: self.samples,
            }),
            severity,
            confidence,
            evidence,
        })
    }

    fn told(&self, values: u64, distinct: u64) -> String {
        let about = if self.distinct.is_exact() {
            ""
        } else {
            "about "
        };
        let rows = self.rows;
        let share = 100.0 * rows as f64 / values.max(1) as f64;
        format!("in {rows} of {values} values ({share:.0} %), {about}{distinct} different")
    }
}
