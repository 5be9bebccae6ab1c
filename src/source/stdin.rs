//! Standard input as one blob.
//!
//! In: a stream of unknown length. Out: its bytes, in memory while they are
//! few, else in a temporary file.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::ops::ControlFlow;
use std::sync::Mutex;

use tempfile::{NamedTempFile, TempPath};

use super::{Item, Source, SourceError};
use crate::blob::{Blob, Content};
use crate::finding::OriginKind;

/// Bytes kept in memory; a longer input goes to a temporary file.
const IN_MEMORY: usize = 64 << 20;

/// The name shown for standard input unless the user gives another.
const DEFAULT_NAME: &str = "<stdin>";

/// Standard input. What it spools lives as long as this value: keep it until
/// the sweep is over.
pub struct Stdin {
    name: String,
    spooled: Mutex<Vec<TempPath>>,
}

impl Stdin {
    /// Standard input under a name, which tells what kind of text it is.
    pub fn new(name: Option<String>) -> Self {
        Self {
            name: name.unwrap_or_else(|| DEFAULT_NAME.to_owned()),
            spooled: Mutex::default(),
        }
    }

    fn read(&self, input: impl Read, in_memory: usize) -> io::Result<Blob> {
        let (size, content, file) = spool(input, in_memory)?;
        if let (Some(file), Ok(mut spooled)) = (file, self.spooled.lock()) {
            spooled.push(file);
        }
        Ok(Blob {
            path: self.name.clone(),
            size,
            content,
            origin: OriginKind::Stdin,
            key: None,
        })
    }
}

impl Source for Stdin {
    fn items(&self, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<(), SourceError> {
        let blob = self
            .read(io::stdin().lock(), IN_MEMORY)
            .map_err(SourceError::Stdin)?;
        // The only item, so there is nothing to stop.
        let _ = sink(Item::Blob(blob));
        Ok(())
    }
}

fn spool(mut input: impl Read, in_memory: usize) -> io::Result<(u64, Content, Option<TempPath>)> {
    let mut head = Vec::new();
    input
        .by_ref()
        .take(in_memory as u64)
        .read_to_end(&mut head)?;
    let mut next = [0; 1];
    if head.len() < in_memory || read_some(&mut input, &mut next)? == 0 {
        let size = head.len() as u64;
        return Ok((size, Content::Bytes(head.into()), None));
    }
    let (mut file, path): (File, TempPath) = NamedTempFile::new()?.into_parts();
    file.write_all(&head)?;
    file.write_all(&next)?;
    drop(head);
    let rest = io::copy(&mut input, &mut file)?;
    let size = in_memory as u64 + 1 + rest;
    Ok((size, Content::File(path.to_path_buf()), Some(path)))
}

fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(bytes: &[u8], in_memory: usize) -> (Blob, bool) {
        let stdin = Stdin::new(Some("card.md".to_owned()));
        let blob = stdin.read(bytes, in_memory).unwrap();
        let mut read = Vec::new();
        blob.content
            .open()
            .ok()
            .unwrap()
            .reader
            .read_to_end(&mut read)
            .unwrap();
        assert_eq!(read, bytes);
        assert_eq!(blob.size, bytes.len() as u64);
        assert_eq!(
            (blob.path.as_str(), blob.origin),
            ("card.md", OriginKind::Stdin)
        );
        let on_disk = match &blob.content {
            Content::File(path) => {
                let path = path.clone();
                drop(stdin);
                assert!(!path.exists(), "the temporary file outlives its owner");
                true
            }
            Content::Bytes(_) | Content::Stored(..) => false,
        };
        (blob, on_disk)
    }

    #[test]
    fn long_input_goes_to_a_file_and_comes_back_whole() {
        for (length, on_disk) in [
            (0, false),
            (9, false),
            (10, false),
            (11, true),
            (5000, true),
        ] {
            let bytes: Vec<u8> = (0..length).map(|at: u32| at as u8).collect();
            assert_eq!(round_trip(&bytes, 10).1, on_disk, "{length}");
        }
    }
}
