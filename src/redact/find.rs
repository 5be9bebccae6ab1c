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
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Rules of findings that have a place of their own.
    rules: BTreeSet<String>,
    /// Rules of what columns hold, by column.
    columns: BTreeMap<String, BTreeSet<String>>,
    /// Where something is allowed: rule, and offset in the file.
    kept: BTreeSet<(String, u64)>,
    /// Rules of what is allowed wherever it stands in the file.
    kept_rules: BTreeSet<String>,
    /// How many findings there are to replace.
    pub findings: usize,
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
            file.findings += 1;
            let route = finding.location.route.as_ref().map_or("", Route::as_str);
            if finding.values.is_some() {
                let column = file.columns.entry(route.to_owned()).or_default();
                column.insert(finding.rule.clone());
            } else {
                file.rules.insert(finding.rule.clone());
            }
        }
        for finding in &report.suppressed {
            // What a baseline knows is a debt, what is allowed is meant.
            if !matches!(finding.verdict, Verdict::Allowed { .. }) {
                continue;
            }
            let Some(file) = told.get_mut(&finding.location.path) else {
                continue;
            };
            for place in std::iter::once(&finding.location).chain(&finding.also) {
                match place.span {
                    Some(span) if finding.values.is_none() => {
                        file.kept.insert((finding.rule.clone(), span.start));
                    }
                    _ if finding.values.is_none() => {
                        file.kept_rules.insert(finding.rule.clone());
                    }
                    _ => {}
                }
            }
        }
        told
    }

    /// Shall a match in a text be replaced?
    fn wants(&self, hit: &Match<'_>, at: Option<u64>) -> bool {
        let rule = hit.rule.id.as_ref();
        let kept = self.kept_rules.contains(rule)
            || at.is_some_and(|at| self.kept.contains(&(rule.to_owned(), at)));
        !kept && self.rules.contains(rule)
    }

    /// Shall a match in a cell of a column be replaced?
    fn wants_in(&self, hit: &Match<'_>, column: &str) -> bool {
        let rule = hit.rule.id.as_ref();
        // The way to a table may begin with the stream it was packed in.
        let mut columns = self.columns.iter();
        columns.any(|(route, rules)| route.ends_with(column) && rules.contains(rule))
            || self.wants(hit, None)
    }
}

/// A secret, or personal data of a person or a network of one's own. An author
/// and a role mailbox are named on purpose.
fn is_replaced(finding: &Finding) -> bool {
    match finding.category {
        Category::Secret => true,
        Category::PersonalData => is_own(finding.class),
        _ => false,
    }
}

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
            .filter(|hit| self.is_wanted(hit, fragment, column))
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

    fn is_wanted(
        &self,
        hit: &Match<'_>,
        fragment: &Fragment<'_>,
        column: &dyn Fn(usize) -> Option<String>,
    ) -> bool {
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
            _ => {
                let raw = fragment.raw.map(|raw| raw + fragment.base);
                sure && told.wants(hit, raw.map(|raw| raw + hit.span.start as u64))
            }
        }
    }
}
