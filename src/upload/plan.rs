//! Plans of `hf buckets sync --plan FILE`.
//!
//! In: the plan, one JSON object a line. Out: the folder and the files that
//! `hf buckets sync --apply FILE` would upload.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::source::What;

/// Why a plan says nothing.
#[derive(Debug, Error)]
pub enum PlanError {
    /// It cannot be read.
    #[error("cannot read the plan {}\nhelp: write one with `hf buckets sync SOURCE DEST --plan FILE`", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is none.
    #[error("{} is no sync plan: line {line} cannot be understood\nhelp: write one with `hf buckets sync SOURCE DEST --plan FILE`", path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// 1-based.
        line: usize,
    },
    /// Its source is on the Hub.
    #[error("the plan {} uploads nothing from this machine: its source is on the Hub\nhelp: run `hf buckets sync --apply` yourself", path.display())]
    Download {
        /// Which file.
        path: PathBuf,
    },
}

/// Only what decides which files leave; the client ignores other keys too.
#[derive(Deserialize)]
struct Line {
    r#type: String,
    source: Option<String>,
    action: Option<String>,
    path: Option<String>,
}

/// What the plan in `path` uploads.
pub fn read(path: &Path) -> Result<What, PlanError> {
    let text = fs::read_to_string(path).map_err(|source| PlanError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let wrong = |line| PlanError::Line {
        path: path.to_owned(),
        line,
    };
    let mut folder = None;
    let mut files = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line: Line = serde_json::from_str(line).map_err(|_| wrong(index + 1))?;
        if index == 0 {
            let source = line.source.filter(|_| line.r#type == "header");
            folder = Some(source.ok_or_else(|| wrong(1))?);
        } else if line.r#type == "operation" && line.action.as_deref() == Some("upload") {
            files.push(line.path.ok_or_else(|| wrong(index + 1))?);
        }
    }
    let folder = folder.ok_or_else(|| wrong(1))?;
    if folder.starts_with("hf://") {
        return Err(PlanError::Download {
            path: path.to_owned(),
        });
    }
    Ok(What::Plan {
        folder: PathBuf::from(folder),
        files,
    })
}
