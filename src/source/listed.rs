//! Things that were listed before.
//!
//! In: items, and which of their files are known to hold nothing. Out: the
//! same items, so that what was listed once is what is swept.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::{Item, Source, SourceError};
use crate::blob::{Blob, Content};

/// A list of items as a source.
#[derive(Debug, Default)]
pub struct Listed {
    /// What to hand over.
    pub items: Vec<Item>,
    /// Files on disk that need not be read again.
    pub known: BTreeSet<PathBuf>,
}

impl Source for Listed {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        for item in &self.items {
            if sink(item.clone()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn is_known(&self, blob: &Blob) -> bool {
        matches!(&blob.content, Content::File(path) if self.known.contains(path))
    }
}
