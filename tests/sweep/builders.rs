//! Folders, files and runs of the program.
//!
//! In: templates and names. Out: bytes on disk, and what a run said of them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use hubsweep::rule::template::expand_seeded;
use serde_json::{Value, json};

/// A temporary folder that is swept.
pub(crate) struct Folder {
    place: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            place: tempfile::tempdir().unwrap(),
        }
    }

    /// The folder itself, one below the temporary one, so that reports can be
    /// written beside it.
    pub(crate) fn path(&self) -> PathBuf {
        let path = self.place.path().join("repository");
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Where reports go.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Write bytes.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// `hubsweep scan .` in the folder.
    pub(crate) fn scan(&self, arguments: &[&str]) -> Run {
        run(&self.path(), arguments)
    }

    /// The JSON document of a scan, and the exit code.
    pub(crate) fn json(&self) -> (Value, Option<i32>) {
        let run = self.scan(&["--report", "json"]);
        assert!(run.stderr.is_empty(), "{}", run.stderr);
        (serde_json::from_str(&run.stdout).unwrap(), run.code)
    }
}

/// `hubsweep scan .` in `folder`.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_hubsweep"))
        .args(["scan", "."])
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "80")
        .env_remove("NO_COLOR")
        .env_remove("HUBSWEEP_POLICY")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("reports are UTF-8");
    Run {
        code: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

/// A Hugging Face token; another for each seed.
pub(crate) fn token(seed: u64) -> String {
    expand_seeded("hf_{alpha:34}", seed)
}

/// Every place of every finding of a rule: path, route, line, first byte.
pub(crate) fn places(report: &Value, rule: &str) -> Vec<(String, String, u64, Option<u64>)> {
    let place = |at: &Value| {
        (
            at["path"].as_str().unwrap().to_owned(),
            at["route"].as_str().unwrap_or_default().to_owned(),
            at["line"].as_u64().unwrap_or_default(),
            at["span"]["start"].as_u64(),
        )
    };
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .flat_map(|finding| std::iter::once(finding).chain(finding["also"].as_array().unwrap()))
        .map(place)
        .collect()
}

/// The rules of the findings that block.
pub(crate) fn blocking(report: &Value) -> Vec<String> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["verdict"] == "block")
        .map(|finding| format!("{} {}", finding["path"], finding["rule"]))
        .collect()
}

/// A member of a zip.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) stored: bool,
}

/// A zip of stored members, as `torch.save` and `numpy.savez` write.
pub(crate) fn stored(members: &[(&str, &[u8])]) -> Vec<u8> {
    let members: Vec<Member<'_>> = members
        .iter()
        .map(|&(name, bytes)| Member {
            name,
            bytes,
            stored: true,
        })
        .collect();
    zip(&members)
}

/// A zip.
pub(crate) fn zip(members: &[Member<'_>]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut central = Vec::new();
    for member in members {
        let packed = if member.stored {
            member.bytes.to_vec()
        } else {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(member.bytes).unwrap();
            encoder.finish().unwrap()
        };
        let mut shared = Vec::new();
        for field in [20u16, 0x0800, if member.stored { 0 } else { 8 }, 0, 0x21] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        shared.extend_from_slice(&crc32fast::hash(member.bytes).to_le_bytes());
        shared.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        shared.extend_from_slice(&(member.bytes.len() as u32).to_le_bytes());
        shared.extend_from_slice(&(member.name.len() as u16).to_le_bytes());
        shared.extend_from_slice(&0u16.to_le_bytes());
        central.extend_from_slice(b"PK\x01\x02\x14\x00");
        central.extend_from_slice(&shared);
        central.extend_from_slice(&[0; 10]);
        central.extend_from_slice(&(file.len() as u32).to_le_bytes());
        central.extend_from_slice(member.name.as_bytes());
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&shared);
        file.extend_from_slice(member.name.as_bytes());
        file.extend_from_slice(&packed);
    }
    let start = file.len() as u32;
    file.extend_from_slice(&central);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        file.extend_from_slice(&(members.len() as u16).to_le_bytes());
    }
    file.extend_from_slice(&(central.len() as u32).to_le_bytes());
    file.extend_from_slice(&start.to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

/// A pickle of a dict of strings in any protocol, as Python writes it.
pub(crate) fn pickle(protocol: u8, pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut memo = 0;
    let mut body = if protocol == 0 {
        b"(d".to_vec()
    } else {
        b"}".to_vec()
    };
    put(protocol, &mut memo, &mut body);
    if protocol > 0 {
        body.push(b'(');
    }
    for (key, value) in pairs {
        for text in [key, value] {
            string(protocol, text, &mut body);
            put(protocol, &mut memo, &mut body);
        }
        if protocol == 0 {
            body.push(b's');
        }
    }
    body.extend_from_slice(if protocol == 0 { b"." } else { b"u." });
    let mut bytes = match protocol {
        0 | 1 => Vec::new(),
        _ => vec![0x80, protocol],
    };
    if protocol >= 4 {
        bytes.push(0x95);
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    }
    bytes.extend_from_slice(&body);
    bytes
}

fn string(protocol: u8, text: &str, body: &mut Vec<u8>) {
    match (protocol, u8::try_from(text.len())) {
        (0, _) => body.extend_from_slice(format!("V{text}\n").as_bytes()),
        (4.., Ok(length)) => {
            body.extend_from_slice(&[0x8c, length]);
            body.extend_from_slice(text.as_bytes());
        }
        _ => {
            body.push(b'X');
            body.extend_from_slice(&(text.len() as u32).to_le_bytes());
            body.extend_from_slice(text.as_bytes());
        }
    }
}

/// Every value is put into the memo.
fn put(protocol: u8, memo: &mut u8, body: &mut Vec<u8>) {
    match protocol {
        0 => body.extend_from_slice(format!("p{memo}\n").as_bytes()),
        1..4 => body.extend_from_slice(&[b'q', *memo]),
        _ => body.push(0x94),
    }
    *memo += 1;
}

/// A safetensors file with one tensor and this metadata.
pub(crate) fn safetensors(metadata: &Value) -> Vec<u8> {
    let header = json!({
        "__metadata__": metadata,
        "weight": { "dtype": "F32", "shape": [4], "data_offsets": [0, 16] },
    })
    .to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&[0x3c; 16]);
    bytes
}

/// A notebook of one code cell with its source and printed output.
pub(crate) fn notebook(source: &str, output: &str) -> String {
    let cell = json!({
        "cell_type": "code", "execution_count": 1, "id": "a1", "metadata": {},
        "source": source.split_inclusive('\n').collect::<Vec<_>>(),
        "outputs": [{
            "output_type": "stream", "name": "stdout",
            "text": output.split_inclusive('\n').collect::<Vec<_>>(),
        }],
    });
    let intro =
        json!({ "cell_type": "markdown", "id": "a0", "metadata": {}, "source": ["# Notes"] });
    let notebook = json!({
        "cells": [intro, cell], "metadata": { "kernelspec": { "name": "python3" } },
        "nbformat": 4, "nbformat_minor": 5,
    });
    serde_json::to_string_pretty(&notebook).unwrap()
}
