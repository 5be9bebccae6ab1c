//! What of an HDF5 file reaches the sink.

use std::io::Cursor;

use super::super::extract as extract_any;
use super::*;
use crate::blob::{Fact, Fragment, Kind, Limits, ProblemClass, Route};
use crate::format::hdf5::builder as b;

#[derive(Default)]
struct Collect {
    /// Route and text.
    texts: Vec<(String, String)>,
    names: Vec<String>,
    skips: Vec<String>,
    documents: Vec<String>,
    metadata: Vec<String>,
    tensors: Vec<String>,
    problems: Vec<ProblemClass>,
    raw: usize,
}

impl Sink for Collect {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        let text = String::from_utf8_lossy(fragment.text).into_owned();
        self.texts.push((fragment.route.to_string(), text));
    }
    fn skip(&mut self, _: SkipClass, route: &Route, why: String) {
        self.skips.push(format!("{route}: {why}"));
    }
    fn raw(&mut self) {
        self.raw += 1;
    }
    fn name(&mut self, _: &Route, name: &str) {
        self.names.push(name.to_owned());
    }
    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        match fact {
            Fact::Document { name, .. } => self.documents.push(format!("{route} {name}")),
            Fact::Metadata { key, .. } => self.metadata.push(format!("{route} {key}")),
            Fact::Tensor { dtype, shape, .. } => {
                self.tensors.push(format!("{route} {dtype} {shape:?}"));
            }
            Fact::Problem(problem) => self.problems.push(problem.class),
            _ => {}
        }
    }
}

fn swept(file: &[u8]) -> Collect {
    swept_within(file, &Limits::default())
}

fn swept_within(file: &[u8], limits: &Limits) -> Collect {
    let mut sink = Collect::default();
    let size = file.len() as u64;
    let kind = Kind::sniff("x", file, size);
    assert_eq!(kind, Kind::Hdf5);
    extract_any(
        &mut Cursor::new(file.to_vec()),
        size,
        kind,
        limits,
        &mut sink,
    )
    .unwrap();
    sink
}

impl Collect {
    fn text_at(&self, route: &str) -> &str {
        let found = self.texts.iter().find(|(at, _)| at == route);
        found.map_or("", |(_, text)| text)
    }
}

#[test]
fn attributes_datasets_and_numbers() {
    let config = br#"{"class_name": "Sequential"}"#;
    let root = |at: u64| {
        vec![
            b::text_attribute("model_config", config),
            b::text_attribute("backend", b"jax"),
            b::link("weights", at),
        ]
    };
    let file = b::file_of(root, |at| {
        let mut rest = b::object(&b::contiguous(&b::float_type(), &[4, 2], at + 256, 32));
        rest.resize(256 + 32, 0);
        rest
    });
    let found = swept(&file);
    assert_eq!(found.text_at("@model_config").as_bytes(), config);
    assert_eq!(found.text_at("@backend"), "backend = \"jax\"");
    assert_eq!(found.documents, ["@model_config model_config"]);
    assert_eq!(found.metadata, [" backend"]);
    assert_eq!(found.tensors, ["/weights float32 [4, 2]"]);
    assert_eq!(found.names, ["model_config", "backend", "weights"]);
    assert_eq!(found.skips, [": tensor bytes"]);
    assert_eq!(found.raw, 0);
}

#[test]
fn rows_of_datasets_and_links_to_other_files() {
    let file = b::old_file(&[b"row zero", b"row one "], b"value");
    let found = swept(&file);
    let rows = "rows = \"row zero\"\nrows = \"row one\"\n";
    assert_eq!(found.text_at("/rows"), rows);
    assert_eq!(found.text_at("/soft@link"), "link = \"/rows\"");
    let sample = Limits {
        sample: Some(1),
        ..Limits::default()
    };
    let found = swept_within(&file, &sample);
    assert_eq!(found.text_at("/rows"), "rows = \"row zero\"\n");
    assert_eq!(found.skips.len(), 1);
    let links = [
        b::external_link("near", "other.h5", "/a"),
        b::external_link("far", "../other.h5", "/a"),
    ];
    let found = swept(&b::file(&links, &[]));
    assert_eq!(
        found.problems,
        [ProblemClass::External, ProblemClass::Escapes]
    );
    assert_eq!(found.text_at("/near@file"), "file = \"other.h5\"");
}

#[test]
fn embedded_files_are_opened() {
    let pickle = b"\x80\x04\x8c\x06hidden\x94.";
    let of = b::opaque_type(pickle.len());
    let object = b::attribute("blob", &of, &b::space(&[]), pickle);
    let found = swept(&b::file(&[object, b::text_attribute("text", pickle)], &[]));
    for route in ["@blob", "@text"] {
        assert_eq!(found.text_at(route), "hidden", "{route}");
    }
}

#[test]
fn what_was_deleted_is_swept() {
    let mut file = b::file(&[b::text_attribute("kept", b"value")], &[]);
    file.extend(b"\0\0\0\0once an attribute\0\0\0");
    let found = swept(&file);
    assert!(found.text_at("").contains("once an attribute"));
    assert!(found.skips.is_empty());
    // What cannot be reached is swept too, and said so.
    let root = [
        b::text_attribute("kept", b"value"),
        b::link("lost", 1 << 40),
    ];
    let mut file = b::file(&root, &[]);
    file.extend(b"behind a lost header");
    let found = swept(&file);
    assert!(found.text_at("").contains("behind a lost header"));
    assert_eq!((found.skips.len(), found.raw), (1, 1));
}

#[test]
fn without_a_root_all_is_swept_raw() {
    let mut file = b::file(&[], &[]);
    file.truncate(30);
    file.extend(b"text");
    let found = swept(&file);
    assert!(found.text_at("").ends_with("text"));
    assert!(found.raw > 0 && !found.skips.is_empty());
}
