//! What is known of a stream's schema, and which of its columns are looked at.
//!
//! A schema enters; for each column the number it is shown by, if it is, leaves,
//! and the way to the values of each dictionary.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Replace;
use crate::format::arrow::schema::{Field, Schema, Type};
use crate::format::arrow::{dictionaries, find};

/// A schema with what is kept for each of its columns.
pub(super) struct Known {
    pub(super) schema: Schema,
    /// The number a column is shown by. It is another one's where both share
    /// a dictionary and only the other one is wanted.
    pub(super) shown: Vec<Option<usize>>,
    /// Values of each column so far.
    counts: RefCell<Vec<u64>>,
    dictionaries: HashMap<i64, Vec<usize>>,
}

impl Known {
    pub(super) fn new(schema: Schema, replace: &mut dyn Replace) -> Self {
        let mut shown = vec![None; schema.columns.len()];
        offer(&schema.fields, &mut |index| {
            let column = schema.columns.get(index);
            let wanted = column.is_some_and(|column| replace.wants(index, column));
            if let Some(shown) = shown.get_mut(index).filter(|_| wanted) {
                *shown = Some(index);
            }
        });
        let dictionaries = dictionaries(&schema.fields);
        share(&schema.fields, &schema.fields, &dictionaries, &mut shown);
        Self {
            counts: RefCell::new(vec![0; shown.len()]),
            schema,
            shown,
            dictionaries,
        }
    }

    /// Counts so many more values of a column; answers how many came before.
    pub(super) fn count(&self, column: usize, more: u64) -> u64 {
        let mut counts = self.counts.borrow_mut();
        let Some(count) = counts.get_mut(column) else {
            return 0;
        };
        let before = *count;
        *count = before.saturating_add(more);
        before
    }

    /// The field whose values a dictionary holds.
    pub(super) fn dictionary(&self, id: i64) -> Option<&Field> {
        find(&self.schema.fields, self.dictionaries.get(&id)?)
    }
}

/// Calls for each column that can be rewritten.
fn offer(fields: &[Field], wants: &mut dyn FnMut(usize)) {
    for field in fields {
        match &field.kind {
            Type::Bytes { .. } | Type::View | Type::FixedBytes(1..) => wants(field.column),
            // Numbers that are no integers are of no size, or of one bit, here.
            Type::Number {
                bits: 8 | 16 | 32 | 64,
                ..
            } => wants(field.column),
            // Ends of runs are no values.
            Type::Runs => offer(field.children.get(1..).unwrap_or_default(), wants),
            _ => offer(&field.children, wants),
        }
    }
}

/// A dictionary's values are those of the first field that names it: they are
/// shown if any of the fields is wanted.
fn share(
    all: &[Field],
    fields: &[Field],
    dictionaries: &HashMap<i64, Vec<usize>>,
    shown: &mut [Option<usize>],
) {
    for field in fields {
        let way = field.dictionary.and_then(|id| dictionaries.get(&id));
        let first = way.and_then(|way| find(all, way));
        if let Some(first) = first.filter(|first| !std::ptr::eq(*first, field)) {
            let (mut to, mut from) = (Vec::new(), Vec::new());
            leaves(first, &mut to);
            leaves(field, &mut from);
            for (to, from) in to.into_iter().zip(from) {
                let wanted = shown.get(from).copied().flatten();
                if let Some(shown @ None) = shown.get_mut(to) {
                    *shown = wanted;
                }
            }
        }
        share(all, &field.children, dictionaries, shown);
    }
}

fn leaves(field: &Field, found: &mut Vec<usize>) {
    if field.children.is_empty() {
        found.push(field.column);
    }
    for child in &field.children {
        leaves(child, found);
    }
}
