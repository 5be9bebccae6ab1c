//! Key-value pairs of schemas and files with new values.
//!
//! A flatbuffer and whoever looks at its pairs enter; the flatbuffer with new
//! values at its end leaves, if there are any. The old ones are overwritten, for
//! what no offset leads to is still in the file.

use super::Rewriter;
use super::header::{elements, put};
use crate::format::FormatError;
use crate::format::arrow::buffers::malformed;
use crate::format::arrow::footer::BLOCK;
use crate::format::arrow::schema::{self, Metadata, Schema};
use crate::format::flatbuffer::Table;

/// Where the schema is in a flatbuffer.
#[derive(Clone, Copy)]
pub(super) enum Holder {
    /// A message, which may have pairs of its own.
    Message,
    /// The footer of a file, which may have as well.
    Footer,
}

impl<R: ?Sized> Rewriter<'_, '_, R> {
    /// A flatbuffer with new values of its pairs; `None` if none is new.
    pub(super) fn metadata(
        &mut self,
        flat: &[u8],
        holder: Holder,
    ) -> Result<Option<Vec<u8>>, FormatError> {
        let mut said = Said::read(flat, holder)?;
        let mut bytes = flat.to_vec();
        let mut new = Vec::new();
        for pair in &mut said.pairs {
            if let Some(value) = self.replace.metadata(&pair.key, &pair.value) {
                if std::str::from_utf8(&value).is_err() {
                    let what = "new value of an Arrow schema's metadata: no UTF-8";
                    return Err(FormatError::Unsupported { what });
                }
                put(&mut bytes, pair.at as usize, &vec![0; pair.value.len()])?;
                pair.value.clone_from(&value);
                new.push((pair.link, value));
            }
        }
        if new.is_empty() {
            return Ok(None);
        }
        self.summary.metadata += new.len() as u64;
        for (link, value) in new {
            append(&mut bytes, link, &value)?;
        }
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        // In a flatbuffer of a hostile file one place may be several things.
        if Said::read(&bytes, holder)?.same(&said) {
            Ok(Some(bytes))
        } else {
            Err(malformed("metadata of an Arrow schema", 0))
        }
    }
}

/// Puts a string to the end of a flatbuffer, where the offset at `link` is to
/// lead.
fn append(bytes: &mut Vec<u8>, link: usize, value: &[u8]) -> Result<(), FormatError> {
    let over = |_| FormatError::Limit {
        what: "bytes of an Arrow schema's metadata",
    };
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let ahead = u32::try_from(bytes.len().saturating_sub(link)).map_err(over)?;
    put(bytes, link, &ahead.to_le_bytes())?;
    bytes.extend(u32::try_from(value.len()).map_err(over)?.to_le_bytes());
    bytes.extend(value);
    bytes.push(0);
    Ok(())
}

/// All that a flatbuffer with a schema says.
struct Said {
    schema: Schema,
    pairs: Vec<Metadata>,
    version: i16,
    rest: Vec<u8>,
}

impl Said {
    fn read(flat: &[u8], holder: Holder) -> Result<Self, FormatError> {
        let root = Table::root(flat)?;
        let (at, rest) = match holder {
            Holder::Message => (2, root.i64(3, 0)?.to_le_bytes().to_vec()),
            Holder::Footer => {
                let dictionaries = elements::<BLOCK>(root.vector(2, BLOCK)?)?;
                let batches = elements::<BLOCK>(root.vector(3, BLOCK)?)?;
                (1, [dictionaries, batches].concat())
            }
        };
        let table = root.table(at)?;
        let table = table.ok_or_else(|| malformed("schema of an Arrow stream", 0))?;
        let mut schema = schema::parse(&table, flat.len())?;
        let mut pairs = std::mem::take(&mut schema.metadata);
        pairs.extend(schema::pairs(root.vector(4, 4)?, flat.len())?);
        Ok(Self {
            schema,
            pairs,
            version: root.i16(0, 0)?,
            rest,
        })
    }

    /// The same, wherever values stand?
    fn same(&self, other: &Self) -> bool {
        let pairs = self.pairs.iter().zip(&other.pairs);
        self.pairs.len() == other.pairs.len()
            && pairs
                .into_iter()
                .all(|(one, two)| (&one.key, &one.value) == (&two.key, &two.value))
            && (&self.schema, self.version, &self.rest)
                == (&other.schema, other.version, &other.rest)
    }
}
