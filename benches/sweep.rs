//! Throughput of the stages and of a whole sweep, and the cost of starting.
//!
//! `cargo bench --bench sweep`; whole processes are compared by
//! `benches/compare.sh`.

#![allow(clippy::unwrap_used)] // a bench that cannot start must stop

use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::sync::atomic::AtomicBool;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use hubsweep::blob::{Fragment, Kind, Limits, Route, Sought, Text};
use hubsweep::engine::{Engine, Match};
use hubsweep::finding::Report;
use hubsweep::format::{json_path, pickle};
use hubsweep::policy::{Policy, PolicyInputs};
use hubsweep::rule::{Catalogue, template};
use hubsweep::scan::{Progress, Sweep};
use hubsweep::source::{Selection, Tree};

fn main() {
    divan::main();
}

fn engine() -> Engine {
    Engine::new(&Catalogue::builtin().unwrap())
}

/// Text as in a source tree: words, names, numbers and a little noise.
fn source_like(bytes: usize) -> String {
    const LINES: &[&str] = &[
        "def forward(self, input_ids, attention_mask=None, token_type_ids=None):",
        "    hidden_states = self.dropout(self.dense(hidden_states))",
        "    tokenizer = AutoTokenizer.from_pretrained(\"openai-community/gpt2\")",
        "# Licensed under the Apache License, Version 2.0",
        "    if self.config.pad_token_id is None: raise ValueError(f\"no {key}\")",
        "import torch.nn.functional as F",
        "| Training Loss | Epoch | Step | Validation Loss |",
        "      \"model.layers.11.self_attn.q_proj.weight\": \"model-00001-of-00002.safetensors\",",
        "    url = \"https://huggingface.co/docs/transformers/main_classes/trainer\"",
    ];
    let mut text = String::with_capacity(bytes + 256);
    let mut draw = 1u64;
    while text.len() < bytes {
        draw = draw
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        text.push_str(LINES[(draw >> 33) as usize % LINES.len()]);
        if draw >> 60 == 0 {
            let _ = write!(text, " # {:x}", draw >> 20);
        }
        text.push('\n');
    }
    text
}

fn scan<'e>(engine: &'e Engine, text: &str, kind: Text) -> Vec<Match<'e>> {
    let fragment = Fragment {
        route: &Route::default(),
        text: text.as_bytes(),
        owned: 0..text.len(),
        base: 0,
        raw: Some(0),
        line: None,
        kind: Kind::Text(kind),
        rows: &[],
        sought: Sought::Everything,
    };
    engine.scanner("file.txt").scan(&fragment).found
}

#[divan::bench]
fn start() -> Engine {
    engine()
}

#[divan::bench]
fn engine_on_source(bencher: Bencher<'_, '_>) {
    let engine = engine();
    let text = source_like(4 << 20);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| scan(&engine, black_box(&text), Text::Source));
}

#[divan::bench]
fn engine_on_tokens(bencher: Bencher<'_, '_>) {
    let engine = engine();
    let text: String = (0..2000)
        .map(|seed| template::expand_seeded("export HF_TOKEN=hf_{alpha:34}\n", seed))
        .collect();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| scan(&engine, black_box(&text), Text::Plain));
}

/// Encodings that may hide a token: all of it is decoded.
#[divan::bench(args = ["{base64:2000}", "{hex:2000}", "%68%66{digit:12}", "\\u0068{alpha:12}"])]
fn decode(bencher: Bencher<'_, '_>, encoded: &str) {
    let engine = engine();
    let mut text = String::new();
    for seed in 0.. {
        text.push_str(&template::expand_seeded(encoded, seed));
        text.push('\n');
        if text.len() > 1 << 20 {
            break;
        }
    }
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| scan(&engine, black_box(&text), Text::Plain));
}

#[divan::bench]
fn json_locate(bencher: Bencher<'_, '_>) {
    let rows: Vec<String> = (0..60_000)
        .map(|row| format!("{{\"id\":{row},\"text\":\"a sentence of a data set\",\"tags\":[1,2]}}"))
        .collect();
    let text = format!("{{\"rows\":[{}]}}", rows.join(","));
    let offsets = [text.len() as u64 / 2, text.len() as u64 - 40];
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| json_path::locate(black_box(text.as_bytes()), &offsets));
}

#[divan::bench]
fn pickle_walk(bencher: Bencher<'_, '_>) {
    let mut bytes = b"\x80\x02}(".to_vec();
    for number in 0..50_000u32 {
        for text in [format!("key_{number}"), format!("the value {number}")] {
            bytes.push(b'X');
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes.extend_from_slice(b"u.");
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        let mut strings = 0u64;
        let end = pickle::walk(&mut Cursor::new(black_box(&bytes)), &mut |_| {
            strings += 1;
            std::ops::ControlFlow::Continue(())
        });
        (end.is_ok(), strings)
    });
}

struct Quiet;

impl Progress for Quiet {
    fn total(&self, _: u64, _: u64) {}
    fn done(&self, _: u64) {}
}

#[divan::bench(args = [1, 2])]
fn folder(bencher: Bencher<'_, '_>, threads: usize) {
    const FILES: usize = 400;
    const SIZE: usize = 40_000;
    let place = tempfile::tempdir().unwrap();
    let text = source_like(SIZE);
    for number in 0..FILES {
        fs::write(place.path().join(format!("{number}.py")), &text).unwrap();
    }
    let engine = engine();
    let policy = Policy::new(PolicyInputs::default());
    let sweep = || -> Report {
        let tree = Tree::new(&[place.path().to_owned()], &Selection::default()).unwrap();
        hubsweep::scan::scan(&Sweep {
            roots: tree.roots().to_vec(),
            asked: Vec::new(),
            sources: vec![Box::new(tree)],
            engine: &engine,
            policy: &policy,
            limits: Limits::default(),
            threads,
            whole: true,
            published_passes: false,
            base: None,
            witness: None,
            recogniser: None,
            progress: &Quiet,
            interrupt: &AtomicBool::new(false),
        })
        .unwrap()
    };
    bencher
        .counter(BytesCount::new(FILES * text.len()))
        .counter(ItemsCount::new(FILES))
        .bench(sweep);
}
