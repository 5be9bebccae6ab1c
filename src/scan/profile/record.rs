//! The tables of one file, heard from its readers.
//!
//! In: contents, columns and windows of cells, as [`extract`](crate::extract)
//! delivers them; the rest of what it says is passed by. Out: each table with
//! its columns, what personal data they hold, and what was not read.

use std::collections::{BTreeMap, HashMap};

use super::super::columns::{Columns, Share};
use super::column::Column;
use super::found::Found;
use crate::blob::{Fact, Fragment, Kind, Route, Row, Sought, Text};
use crate::engine::{Engine, Scanner};
use crate::extract::Sink;
use crate::finding::profile::Table;
use crate::finding::{Location, Skip, SkipClass};

/// Most columns of one file that are told of; more are keys taken for columns.
const MOST_COLUMNS: usize = 10_000;

/// Hears one file.
pub(super) struct Record<'e> {
    engine: &'e Engine,
    scanner: Scanner<'e>,
    path: String,
    kind: Kind,
    sample: Option<u64>,
    /// The content at hand, behind what it is in.
    around: Vec<Content>,
    tables: Vec<Found>,
    /// Place of each table, by its route.
    known: HashMap<String, usize>,
    /// Columns of all tables.
    columns: usize,
    /// Columns that were declared.
    order: usize,
    personal: Columns<'e>,
    skips: Vec<Skip>,
}

/// Something with a kind of its own.
struct Content {
    route: String,
    /// Its kind, if it is a table or holds some.
    table: Option<Kind>,
}

impl<'e> Record<'e> {
    /// For a file of this kind, of which so many rows are read.
    pub(super) fn new(engine: &'e Engine, path: &str, kind: Kind, sample: Option<u64>) -> Self {
        Self {
            engine,
            scanner: engine.scanner(path),
            path: path.to_owned(),
            kind,
            sample,
            around: Vec::new(),
            tables: Vec::new(),
            known: HashMap::new(),
            columns: 0,
            order: 0,
            personal: Columns::default(),
            skips: Vec::new(),
        }
    }

    /// The tables, and what was not read. `alone` says that nothing else was
    /// asked for, so that one row is a table as well; rules may be disabled.
    pub(super) fn finish(
        self,
        alone: bool,
        is_disabled: &dyn Fn(&str) -> bool,
    ) -> (Vec<Table>, Vec<Skip>) {
        let mut shares: BTreeMap<String, Vec<Share<'e>>> = BTreeMap::new();
        let told = self.personal.shares().into_iter();
        for share in told.filter(|share| !is_disabled(&share.rule.id)) {
            shares.entry(share.column.clone()).or_default().push(share);
        }
        let sample = self.sample.unwrap_or(u64::MAX);
        let is_told = |found: &Found| found.is_told(alone);
        let told = self.tables.into_iter().filter(is_told);
        let tables: Vec<Table> = told
            .map(|found| found.table(&self.path, sample, &mut shares))
            .collect();
        let mut skips = self.skips;
        // Settings may hold comments: what is no table is not judged as one.
        if tables.is_empty() && self.kind == Kind::Text(Text::Json) {
            skips.clear();
        }
        (tables, skips)
    }

    /// The content that holds a route.
    fn content(&mut self, route: &str) -> Option<&Content> {
        while self
            .around
            .pop_if(|content| !holds(&content.route, route))
            .is_some()
        {}
        self.around.last()
    }

    /// The column at a route: `table` is the content it is in.
    fn column(&mut self, route: &str) -> Option<&mut Column> {
        let content = self.content(route)?;
        let (kind, above) = (content.table?, content.route.len());
        let rest = route.get(above..)?;
        let rest = rest.strip_prefix("@dictionary").unwrap_or(rest);
        let dictionary = rest.len() + above < route.len();
        let rest = rest.strip_prefix('/')?;
        let (table, name) = match kind {
            // A database has tables, and those columns.
            Kind::Sqlite => {
                let (table, name) = rest.split_once('/')?;
                (route.get(..above + 1 + table.len())?, name.to_owned())
            }
            Kind::Arrow => (route.get(..above)?, rest.replace('/', ".")),
            _ => (route.get(..above)?, rest.to_owned()),
        };
        if table.rsplit('/').next()?.starts_with("sqlite_") && kind == Kind::Sqlite {
            return None;
        }
        let column = self.named(table, kind, &name)?;
        column.dictionary |= dictionary;
        Some(column)
    }

    /// The column at a route of a table that has only columns, if it is known.
    fn column_at(&mut self, route: &str) -> Option<&Column> {
        let content = self.content(route)?;
        let (table, above) = (content.table, content.route.clone());
        let name = route.strip_prefix(&above)?.strip_prefix('/')?;
        let found = self.tables.get(*self.known.get(&above)?)?;
        let place = found.known.get(name).filter(|_| table.is_some())?;
        found.columns.get(*place)
    }

    /// The column of a table with this name.
    fn named(&mut self, table: &str, kind: Kind, name: &str) -> Option<&mut Column> {
        let place = match self.known.get(table) {
            Some(place) => *place,
            None => {
                self.known.insert(table.to_owned(), self.tables.len());
                self.tables.push(Found::new(table, kind));
                self.tables.len() - 1
            }
        };
        let full = self.columns >= MOST_COLUMNS;
        let found = self.tables.get_mut(place)?;
        if let Some(place) = found.known.get(name) {
            return found.columns.get_mut(*place);
        }
        if full {
            found.more += 1;
            return None;
        }
        self.columns += 1;
        found.known.insert(name.to_owned(), found.columns.len());
        found.columns.push(Column::new(name, self.columns));
        found.columns.last_mut()
    }

    /// The table that was found at a route.
    fn seen(&mut self, route: &str, row: u64) {
        let content = match self.content(route) {
            Some(content) => content.route.clone(),
            None => return,
        };
        let place = self.known.get(&content).copied();
        if let Some(found) = place.and_then(|place| self.tables.get_mut(place)) {
            found.seen = found.seen.max(row.saturating_add(1));
        }
    }

    /// A window of cells.
    fn cells(&mut self, fragment: &Fragment<'_>) {
        let until = self.sample.unwrap_or(u64::MAX);
        let route = fragment.route.as_str();
        let Some(column) = self.column(route) else {
            return;
        };
        for row in fragment.rows {
            // Row ids of a database are no numbers of rows.
            let start = row.at + row.lead;
            let value = fragment.text.get(start..start + row.len);
            column.value(row.number, value.unwrap_or_default());
        }
        let last = fragment.rows.iter().map(|row| row.number).max();
        self.seen(route, last.unwrap_or(0).min(until));
        self.search(fragment, true);
    }

    /// Look for personal data in a window of cells, which is the first of them
    /// or goes on with a long one.
    fn search(&mut self, fragment: &Fragment<'_>, first: bool) {
        if !self.engine.wants_personal() {
            return;
        }
        let fragment = Fragment {
            owned: fragment.owned.clone(),
            sought: Sought::PersonalData,
            ..*fragment
        };
        if first {
            self.personal.window(&fragment);
            self.scanner.reset();
        }
        let matches = self.scanner.scan(&fragment);
        self.personal.failed(&fragment, &matches.failed);
        for hit in matches.found {
            if hit.personal.is_some() {
                self.personal.hit(&fragment, &hit, Location::default());
            }
        }
    }

    /// A window of a cell that is too long to stand among others: its route
    /// ends with its row.
    fn long_cell(&mut self, fragment: &Fragment<'_>) {
        let route = fragment.route.as_str();
        let Some((column, number)) = row_of(route) else {
            return;
        };
        // It may be the text of a file that stands in a cell.
        if self
            .content(route)
            .is_none_or(|content| content.table.is_none())
        {
            return;
        }
        let (column, first) = (column.to_owned(), fragment.base == 0);
        let Some(known) = self.column(&column) else {
            return;
        };
        if first {
            known.value(number, fragment.text);
            self.seen(&column, number);
        }
        let row = Row {
            at: 0,
            number,
            lead: 0,
            len: fragment.text.len(),
            raw: None,
        };
        let route = Route::new(&column);
        let rows = [row];
        let fragment = Fragment {
            route: &route,
            text: fragment.text,
            owned: fragment.owned.clone(),
            rows: &rows,
            ..*fragment
        };
        self.search(&fragment, first);
    }
}

impl Sink for Record<'_> {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        if fragment.rows.is_empty() {
            self.long_cell(fragment);
        } else {
            self.cells(fragment);
        }
    }

    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        // What is left out on purpose has no cells, and of files in cells only
        // the kind is told.
        if class != SkipClass::ByDesign && !self.is_in_cell(route.as_str()) {
            let route = (!route.is_root()).then(|| route.clone());
            self.skips.push(Skip {
                route,
                ..Skip::new(class, &self.path, why)
            });
        }
    }

    fn raw(&mut self) {}

    fn name(&mut self, _: &Route, _: &str) {}

    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        match fact {
            Fact::Content { kind, .. } => self.open(route.as_str(), *kind),
            Fact::Column { name, of, rows } => self.declared(route.as_str(), name, of, *rows),
            _ => {}
        }
    }

    fn wants_every_value(&self) -> bool {
        true
    }

    fn wants_numbers(&self, column: &str) -> bool {
        self.engine.names_personal(column)
    }
}

impl Record<'_> {
    /// A content begins.
    fn open(&mut self, route: &str, kind: Kind) {
        if let Some((column, number)) = row_of(route) {
            if let Some(column) = self.column(column) {
                column.file(number, kind.as_str());
            }
        }
        self.content(route);
        let name = match route.rsplit_once(['/', '!']) {
            Some((_, member)) if !member.is_empty() && route.contains('/') => member.to_owned(),
            _ => self.path.clone(),
        };
        self.around.push(Content {
            route: route.to_owned(),
            table: is_table(kind, &name).then_some(kind),
        });
    }

    /// Does a route lead to a file in a cell, or to a column of such?
    fn is_in_cell(&mut self, route: &str) -> bool {
        self.content(route);
        let cell = |content: &Content| row_of(&content.route).is_some() && content.table.is_none();
        self.around.iter().any(cell) || self.column_at(route).is_some_and(Column::has_files)
    }

    /// The format declares a column.
    fn declared(&mut self, route: &str, name: &str, of: &str, rows: Option<u64>) {
        let Some(content) = self.content(route) else {
            return;
        };
        let Some(kind) = content.table else {
            return;
        };
        let mut name = name;
        if kind == Kind::Sqlite {
            let table = route.rsplit('/').next().unwrap_or_default();
            name = name.strip_prefix(table).unwrap_or(name);
            name = name.strip_prefix('.').unwrap_or(name);
            if table.starts_with("sqlite_") {
                return;
            }
        }
        self.order += 1;
        let order = self.order;
        if let Some(column) = self.named(route, kind, name) {
            column.order = order;
            if !of.is_empty() {
                column.declared = Some(of.to_owned());
            }
        }
        let place = self.known.get(route).copied();
        if let Some(found) = place.and_then(|place| self.tables.get_mut(place)) {
            found.told = rows.or(found.told);
        }
    }
}

/// Is the second route the first one, or inside it?
fn holds(outer: &str, inner: &str) -> bool {
    let rest = inner.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@', '!']))
}

/// `/column/row-12` is row 12 of `/column`.
fn row_of(route: &str) -> Option<(&str, u64)> {
    let (column, row) = route.rsplit_once("/row-")?;
    Some((column, row.parse().ok()?))
}

/// Does it have columns? Of JSON only what is called so: many a template begins
/// with a brace.
fn is_table(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Text(Text::Table) | Kind::Parquet | Kind::Arrow | Kind::Sqlite => true,
        Kind::Text(Text::Json) => {
            let plain = name.rsplit_once('.').map_or(name, |(front, _)| front);
            [name, plain]
                .iter()
                .any(|name| Text::of_name(name) == Text::Json)
        }
        _ => false,
    }
}

/// Could it be a table, or hold some?
pub(super) fn may_hold(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Zip | Kind::Tar | Kind::SevenZip | Kind::Compressed(..) => true,
        _ => is_table(kind, name),
    }
}
