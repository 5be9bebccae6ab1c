//! What in a text shall be replaced.
//!
//! In: a text and what the sweep of its file told. Out: [`Target`]s, sorted and
//! apart: secrets, and personal data that is somebody's own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::blob::Fragment;
use crate::engine::{Engine, Match};
use crate::finding::{Category, Class, Finding, Report, Route, Verdict};
use crate::rule::Detector;

/// Something to replace.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// An entity of personal data, or the rule of a secret.
    pub kind: String,
    /// Is it personal data?
    pub personal: bool,
}

/// What the sweep told of one file.
#[derive(Clone, Default)]
pub struct Told {
    /// Rules of findings that have a place of their own.
    rules: BTreeSet<String>,
    /// Rules of what columns hold, by column.
    columns: BTreeMap<String, BTreeSet<String>>,
    /// What is allowed in this file: rule and value.
    kept: BTreeSet<(String, Vec<u8>)>,
    /// The same of columns.
    kept_columns: BTreeMap<String, BTreeSet<String>>,
    /// Does its name hold something?
    pub named: bool,
    /// Was it not, or not wholly, read?
    pub unread: bool,
}

impl std::fmt::Debug for Told {
    /// Without the values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Told")
            .field("rules", &self.rules)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Told {
    /// What a report says of each file, by path.
    pub fn by_path(report: &Report) -> BTreeMap<String, Self> {
        let mut told: BTreeMap<String, Self> = BTreeMap::new();
        for finding in report
            .findings
            .iter()
            .filter(|finding| is_replaced(finding))
        {
            let file = told.entry(finding.location.path.clone()).or_default();
            let route = route(finding);
            if route.starts_with("@name") {
                file.named = true;
            } else if finding.values.is_some() {
                let column = file.columns.entry(route.to_owned()).or_default();
                column.insert(finding.rule.clone());
            } else {
                file.rules.insert(finding.rule.clone());
            }
        }
        for skip in report
            .skipped
            .iter()
            .filter(|skip| skip.class.is_incomplete() && skip.accepted.is_none())
        {
            told.entry(skip.path.clone()).or_default().unread = true;
        }
        for finding in &report.suppressed {
            // What a baseline knows is a debt, what is allowed is meant.
            let allowed = matches!(finding.verdict, Verdict::Allowed { .. });
            if let Some(file) = told.get_mut(&finding.location.path).filter(|_| allowed) {
                file.keep(finding);
            }
        }
        told
    }

    fn keep(&mut self, finding: &Finding) {
        let rule = finding.rule.clone();
        if finding.values.is_some() {
            let column = self.kept_columns.entry(route(finding).to_owned());
            column.or_default().insert(rule);
        } else if let Some(secret) = &finding.secret {
            self.kept.insert((rule, secret.reveal().to_vec()));
        }
    }

    /// Is there anything to replace inside?
    pub fn any(&self) -> bool {
        !self.rules.is_empty() || !self.columns.is_empty()
    }

    /// Shall a match in a text be replaced?
    fn wants(&self, hit: &Match<'_>) -> bool {
        let rule = hit.rule.id.as_ref();
        let value = || (rule.to_owned(), hit.secret.reveal().to_vec());
        self.rules.contains(rule) && (self.kept.is_empty() || !self.kept.contains(&value()))
    }

    /// Shall a match in a cell of a column be replaced?
    fn wants_in(&self, hit: &Match<'_>, column: &str) -> bool {
        let rule = hit.rule.id.as_ref();
        // The way to a table may begin with the stream it was packed in.
        let names = |columns: &BTreeMap<String, BTreeSet<String>>| {
            let mut columns = columns.iter();
            columns.any(|(route, rules)| route.ends_with(column) && rules.contains(rule))
        };
        names(&self.columns) || (self.wants(hit) && !names(&self.kept_columns))
    }
}

fn route(finding: &Finding) -> &str {
    finding.location.route.as_ref().map_or("", Route::as_str)
}

/// A secret, or personal data of a person or a network of one's own. An author
/// and a role mailbox are named on purpose.
fn is_replaced(finding: &Finding) -> bool {
    match finding.category {
        _ if finding.rule.starts_with(PICTURE) => true,
        Category::Secret => true,
        Category::PersonalData => is_own(finding.class),
        _ => false,
    }
}

/// Audits of what a picture says beside itself.
const PICTURE: &str = "picture-";

fn is_own(class: Option<Class>) -> bool {
    matches!(class, None | Some(Class::Real | Class::Private))
}

/// Finds what to replace. Shared by threads.
#[derive(Clone, Copy, Debug)]
pub struct Finder<'e> {
    engine: &'e Engine,
    path: &'e str,
    /// What the sweep told; `None` to replace whatever is found.
    told: Option<&'e Told>,
}

impl<'e> Finder<'e> {
    /// For a file of this path.
    pub fn new(engine: &'e Engine, path: &'e str, told: Option<&'e Told>) -> Self {
        Self { engine, path, told }
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &str {
        self.path
    }

    /// May a column of numbers of this name hold something to replace?
    pub(super) fn wants_numbers(&self, name: &str) -> bool {
        self.told.is_some_and(|told| {
            let names = |route: &String| {
                route
                    .strip_suffix(name)
                    .is_some_and(|way| way.ends_with('/'))
            };
            told.columns.keys().any(names)
        })
    }

    /// What to replace in the owned range of a fragment; `column` gives the
    /// column of a place, where the fragment is cells.
    pub fn find(
        &self,
        fragment: &Fragment<'_>,
        column: &dyn Fn(usize) -> Option<String>,
    ) -> Vec<Target> {
        let matches = self.engine.scanner(self.path).scan(fragment);
        let mut targets: Vec<Target> = matches
            .found
            .iter()
            .filter(|hit| self.is_wanted(hit, column))
            .map(|hit| Target {
                span: hit.span.clone(),
                kind: match &hit.personal {
                    Some(personal) => personal.entity.to_string(),
                    None => hit.rule.id.to_string(),
                },
                personal: hit.personal.is_some(),
            })
            .collect();
        targets.sort_by_key(|target| (target.span.start, target.span.end));
        let mut end = 0;
        targets.retain(|target| {
            let apart = target.span.start >= end;
            end = end.max(target.span.end);
            apart
        });
        targets
    }

    fn is_wanted(&self, hit: &Match<'_>, column: &dyn Fn(usize) -> Option<String>) -> bool {
        let category = hit
            .rule
            .detector
            .map_or(Category::Secret, Detector::category);
        let own = match (category, &hit.personal) {
            (Category::Secret, _) => true,
            (Category::PersonalData, Some(personal)) => is_own(Some(personal.class)),
            _ => false,
        };
        if !own {
            return false;
        }
        let sure = hit.personal.as_ref().is_none_or(|personal| personal.sure);
        let Some(told) = self.told else { return sure };
        match column(hit.span.start) {
            Some(column) if hit.personal.is_some() => told.wants_in(hit, &column),
            _ => sure && told.wants(hit),
        }
    }
}
