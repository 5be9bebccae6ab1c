//! Parquet and Arrow: values replaced in their columns.
//!
//! In: batches of values from the rewriters of the two formats. Out: new values
//! for those that hold something to replace. A column of numbers gets the number
//! of the value among those of its kind, since no placeholder fits there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Replaced;
use super::cells::Cells;
use super::find::Finder;
use super::stand_ins::StandIns;
use crate::blob::{Fragment, Kind, Route, Sought};
use crate::format::{arrow, parquet};

/// Replaces values of columns.
pub(super) struct Columns<'r> {
    pub(super) finder: Finder<'r>,
    pub(super) stand_ins: &'r mut StandIns,
    pub(super) replaced: Replaced,
    names: Vec<(usize, String)>,
    /// Columns whose values all have one length.
    fixed: Vec<usize>,
    cells: Cells,
}

/// What a value becomes.
enum New {
    Text(Vec<u8>),
    Number(i64),
}

impl<'r> Columns<'r> {
    pub(super) fn new(finder: Finder<'r>, stand_ins: &'r mut StandIns) -> Self {
        Self {
            finder,
            stand_ins,
            replaced: Replaced::default(),
            names: Vec::new(),
            fixed: Vec::new(),
            cells: Cells::default(),
        }
    }

    fn name(&self, column: usize) -> String {
        let known = self
            .names
            .iter()
            .rev()
            .find(|(number, _)| *number == column);
        known.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    /// Values of one column: their numbers and texts.
    fn look(&mut self, column: usize, values: &[Option<Text<'_>>]) -> Vec<(usize, New)> {
        let name = self.name(column);
        let mut texts = Vec::new();
        for (number, value) in values.iter().enumerate() {
            if let Some(value) = value {
                self.cells.push(&name, &value.bytes());
                texts.push(number);
            }
        }
        let edits = self
            .cells
            .edits(self.finder, self.stand_ins, &mut self.replaced);
        let fixed = self.fixed.contains(&column);
        let mut found = Vec::new();
        for edit in edits {
            let Some(number) = texts.get(edit.value).copied() else {
                continue;
            };
            let new = match (values.get(number), edit.whole) {
                (Some(Some(Text::Int(_))), Some((kind, value))) => {
                    New::Number(self.stand_ins.number_of(&kind, &value).cast_signed())
                }
                (Some(Some(Text::Bytes(old))), whole) if fixed => {
                    New::Text(self.fitting(edit.text, whole, old.len()))
                }
                (Some(Some(Text::Bytes(_))), _) => New::Text(edit.text),
                _ => continue,
            };
            found.push((number, new));
        }
        found
    }

    fn metadata(&mut self, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        if key == b"ARROW:schema" {
            return self.schema(value);
        }
        self.cells.push(&String::from_utf8_lossy(key), value);
        let edits = self
            .cells
            .edits(self.finder, self.stand_ins, &mut self.replaced);
        edits.into_iter().next().map(|edit| edit.text)
    }
}

impl Columns<'_> {
    /// A schema of Arrow in base64, which repeats the metadata: stand-ins of the
    /// same length, spaces behind them, keep it what it is.
    fn schema(&mut self, value: &[u8]) -> Option<Vec<u8>> {
        let mut schema = STANDARD.decode(value).ok()?;
        let fragment = Fragment {
            route: &Route::default(),
            text: &schema,
            owned: 0..schema.len(),
            base: 0,
            raw: None,
            line: None,
            kind: Kind::Text(crate::blob::Text::Plain),
            rows: &[],
            sought: Sought::Everything,
        };
        let targets = self.finder.find(&fragment, &|_| None);
        for target in &targets {
            let value = &mut schema[target.span.clone()];
            let mut new = self.stand_ins.of(&target.kind, value, target.personal);
            new.resize(value.len(), b' ');
            value.copy_from_slice(&new);
            self.replaced.add(&target.kind);
        }
        (!targets.is_empty()).then(|| STANDARD.encode(&schema).into_bytes())
    }

    /// A text that fits where all have one length: too short for a placeholder,
    /// it is the number of the stand-in.
    fn fitting(&mut self, text: Vec<u8>, whole: Option<(String, Vec<u8>)>, len: usize) -> Vec<u8> {
        let mut text = match whole {
            Some((kind, value)) if text.len() > len => {
                let number = self.stand_ins.number_of(&kind, &value);
                format!("{number:0len$}").into_bytes()
            }
            _ => text,
        };
        text.resize(len, b' ');
        text
    }
}

/// A value as text.
enum Text<'v> {
    Bytes(&'v [u8]),
    Int(i64),
}

impl<'v> Text<'v> {
    fn of_cell(cell: &parquet::rewrite::Cell<'v>) -> Self {
        match cell.value {
            parquet::Value::Bytes(bytes) => Self::Bytes(bytes),
            parquet::Value::Int(number) => Self::Int(number),
        }
    }

    fn of_value(value: Option<arrow::rewrite::Value<'v>>) -> Option<Self> {
        value.map(|value| match value {
            arrow::rewrite::Value::Bytes(bytes) => Self::Bytes(bytes),
            arrow::rewrite::Value::Int(number) => Self::Int(number),
        })
    }

    fn bytes(&self) -> std::borrow::Cow<'_, [u8]> {
        match self {
            Self::Bytes(bytes) => (*bytes).into(),
            Self::Int(number) => number.to_string().into_bytes().into(),
        }
    }
}

impl parquet::rewrite::Replace for Columns<'_> {
    fn wants(&mut self, column: &parquet::Column) -> bool {
        let number = self.names.len();
        self.names.push((number, column.path.clone()));
        if matches!(column.physical, parquet::Physical::Fixed(_)) {
            self.fixed.push(number);
        }
        column.text || !column.number || self.finder.wants_numbers(&column.path)
    }

    fn batch(
        &mut self,
        batch: &parquet::rewrite::Batch<'_>,
    ) -> Vec<(usize, parquet::rewrite::Replacement)> {
        let values: Vec<_> = batch.cells.iter().map(Text::of_cell).map(Some).collect();
        let new = |(number, new)| match new {
            New::Text(text) => (number, parquet::rewrite::Replacement::Bytes(text)),
            New::Number(new) => (number, parquet::rewrite::Replacement::Int(new)),
        };
        let found = self.look(batch.column, &values);
        found.into_iter().map(new).collect()
    }

    fn metadata(&mut self, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        Columns::metadata(self, key, value)
    }
}

impl arrow::rewrite::Replace for Columns<'_> {
    fn wants(&mut self, index: usize, column: &arrow::Column) -> bool {
        self.names
            .push((index, column.route.trim_start_matches('/').to_owned()));
        if column.of.contains("fixed_size_binary") {
            self.fixed.push(index);
        }
        column.read || self.finder.wants_numbers(&column.name)
    }

    fn batch(
        &mut self,
        column: usize,
        _: u64,
        values: &[Option<arrow::rewrite::Value<'_>>],
    ) -> Vec<(usize, arrow::rewrite::Replacement)> {
        let values: Vec<_> = values.iter().copied().map(Text::of_value).collect();
        let new = |(number, new)| match new {
            New::Text(text) => (number, arrow::rewrite::Replacement::Bytes(text)),
            New::Number(new) => (number, arrow::rewrite::Replacement::Int(new)),
        };
        self.look(column, &values).into_iter().map(new).collect()
    }

    fn unused(&mut self, column: usize, bytes: &[u8]) -> bool {
        let values = [Some(Text::Bytes(bytes))];
        let mut scratch = Replaced::default();
        std::mem::swap(&mut scratch, &mut self.replaced);
        let found = !self.look(column, &values).is_empty();
        std::mem::swap(&mut scratch, &mut self.replaced);
        found
    }

    fn metadata(&mut self, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        Columns::metadata(self, key, value)
    }
}
