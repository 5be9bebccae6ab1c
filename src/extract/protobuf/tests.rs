//! Tests of what is found inside messages, and where.

use std::io::Cursor;

use crate::blob::{Fact, Fragment, Kind, Limits, Proto, Route};
use crate::extract::{Sink, extract};
use crate::finding::SkipClass;
use crate::format::protobuf::builder::{self, Message, message};

const MARK: &str = "/home/jane/mark";

/// Where marks, operators and skips were told.
#[derive(Default)]
struct Heard {
    marks: Vec<String>,
    facts: Vec<String>,
    skips: Vec<(SkipClass, String)>,
    fragments: usize,
}

impl Sink for Heard {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        self.fragments += 1;
        for at in memchr::memmem::find_iter(fragment.text, MARK.as_bytes()) {
            if fragment.owned.contains(&at) {
                let row = fragment
                    .row(at)
                    .map(|row| row.number)
                    .map_or(String::new(), |row| format!("/row-{row}"));
                self.marks.push(format!("{}{row}", fragment.route));
            }
        }
    }
    fn wants_columns(&self) -> bool {
        false
    }
    fn skip(&mut self, class: SkipClass, _: &Route, why: String) {
        self.skips.push((class, why));
    }
    fn raw(&mut self) {}
    fn name(&mut self, route: &Route, name: &str) {
        if name.contains(MARK) {
            self.marks.push(format!("{route}@name"));
        }
    }
    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        self.facts.push(match fact {
            Fact::Operator { domain, name, .. } => format!("{route} calls {domain}:{name}"),
            Fact::External { location } => format!("{route} at {}", location.escape_ascii()),
            Fact::Tensor { name, dtype, shape } => format!("{route} {name} {dtype} {shape:?}"),
            Fact::Metadata { key, .. } => format!("{route} has {key}"),
            _ => return,
        });
    }
}

fn heard(name: &str, bytes: &[u8]) -> Heard {
    let size = bytes.len() as u64;
    let kind = Kind::sniff(name, &bytes[..bytes.len().min(8192)], size);
    let mut heard = Heard::default();
    let limits = Limits::default();
    extract(&mut Cursor::new(bytes), size, kind, &limits, &mut heard).unwrap();
    heard
}

fn planted_onnx() -> Message {
    let tensor = message()
        .number(1, 2)
        .number(1, 3)
        .number(2, 1)
        .bytes(8, "weight")
        .bytes(9, vec![0x80; 5000])
        .entry(13, "location", "../w")
        .entry(13, "offset", "0");
    let strings = message().number(2, 8).bytes(6, "a").bytes(6, MARK);
    let inner = message().message(1, builder::onnx_node("", "Add").bytes(6, MARK));
    let node = builder::onnx_node("com.acme", "Do")
        .bytes(6, format!("  File \"{MARK}/a.py\", line 3"))
        .message(5, message().bytes(1, "path").bytes(4, MARK))
        .message(5, message().bytes(1, "names").bytes(9, "a").bytes(9, MARK))
        .message(5, message().bytes(1, "body").message(6, inner))
        .message(5, message().bytes(1, "value").message(5, strings))
        .entry(9, "trace", MARK);
    let graph = message()
        .message(1, builder::onnx_node("", "Relu"))
        .message(1, node)
        .message(1, builder::onnx_node("local", "Own"))
        .bytes(2, "main")
        .message(5, tensor)
        .bytes(10, MARK);
    builder::onnx(graph).entry(14, "path", MARK).message(
        25,
        message().bytes(1, "Own").bytes(10, "local").bytes(8, MARK),
    )
}

#[test]
fn strings_of_onnx_models_have_their_routes() {
    let mut file = planted_onnx();
    file = file
        .bytes(99, MARK)
        .message(98, message().message(3, message().bytes(4, MARK)))
        .bytes(97, [&[0, 0xff][..], MARK.as_bytes(), &[0, 0xff]].concat());
    let mut heard = heard("m.onnx", &file.0);
    heard.marks.sort();
    assert_eq!(
        heard.marks,
        [
            "/field-98/field-3/field-4/row-1",
            "/field-99/row-0",
            "/functions-0@doc_string",
            "/graph/node-1/attribute/body/node-0@doc_string",
            "/graph/node-1/attribute@path",
            "/graph/node-1/metadata_props@trace",
            "/graph/node-1@doc_string",
            "/graph/node/attribute/names/row-1",
            "/graph/node/attribute/value/string_data/row-1",
            "/graph@doc_string",
            "/metadata_props@path",
            "@field-97",
        ]
    );
    for fact in [
        "/graph/node-1 calls com.acme:Do",
        "/graph/node-0 calls :Relu",
        "/graph/initializer-0 at ../w",
        "/graph/initializer-0 weight float32 [2, 3]",
        "/metadata_props has path",
    ] {
        assert!(
            heard.facts.iter().any(|told| told == fact),
            "{fact}: {:?}",
            heard.facts
        );
    }
    assert!(!heard.facts.iter().any(|told| told.contains("Own")));
    assert_eq!(
        heard.skips,
        [(SkipClass::ByDesign, "tensor bytes".to_owned())]
    );
}

#[test]
fn a_graph_of_many_nodes_is_few_fragments() {
    let node = |graph: Message, number: u32| {
        let name = format!("layer.{number}/MatMul");
        graph.message(1, builder::onnx_node("", "MatMul").bytes(3, name))
    };
    let graph = (0..20_000).fold(message(), node);
    let heard = heard("m.onnx", &builder::onnx(graph).0);
    assert!(heard.fragments < 30, "{}", heard.fragments);
}

#[test]
fn strings_of_tensorflow_graphs() {
    let constant = message()
        .number(1, 7)
        .bytes(8, MARK)
        .bytes(4, vec![0xff; 5000]);
    let attribute = message()
        .bytes(1, "value")
        .message(2, message().message(8, constant));
    let node = message()
        .bytes(1, MARK)
        .bytes(2, "Const")
        .message(5, attribute);
    let signature = message().bytes(1, "inference_1");
    let body = message().bytes(1, "w").bytes(2, "WriteFile");
    let function = message().message(1, signature).message(3, body);
    let call = message().bytes(1, "c").bytes(2, "inference_1");
    let graph = builder::tensorflow_graph(&["Placeholder", "MatMul"])
        .message(1, node)
        .message(1, call)
        .message(2, message().message(1, function));
    let heard = heard("saved_model.pb", &builder::saved_model(graph).0);
    let graph = "/meta_graphs-0/graph_def";
    assert_eq!(
        heard.marks,
        [
            format!("{graph}/node/name/row-2"),
            format!("{graph}/node/attr/value/tensor/string_val/row-2"),
        ]
    );
    let written = format!("{graph}/library/function-0/node_def-0 calls :WriteFile");
    assert!(heard.facts.contains(&written), "{:?}", heard.facts);
    assert!(!heard.facts.iter().any(|told| told.contains("inference_1")));
}

#[test]
fn tokenizers_and_core_ml_models_tell_who_made_them() {
    let pieces: Vec<&str> = "<unk> <s> </s> a b c d".split(' ').collect();
    let heard_of = heard("spiece.model", &builder::sentencepiece(&pieces, MARK).0);
    assert_eq!(heard_of.marks, ["/trainer_spec/input/row-0"]);
    assert!(
        heard_of
            .facts
            .contains(&"/trainer_spec has model_prefix".to_owned())
    );
    let heard_of = heard("m.mlmodel", &builder::coreml(MARK, 3 << 20).0);
    assert_eq!(heard_of.marks, ["/description/metadata@author"]);
    assert!(
        heard_of
            .facts
            .contains(&"/description/metadata/userDefined has trained in".to_owned())
    );
    assert_eq!(heard_of.skips.len(), 1);
}

#[test]
fn records_are_examples_events_or_files() {
    let marked = builder::example("user/path", &[b"plain", MARK.as_bytes()]).0;
    let event = builder::text_event("config", MARK).0;
    let json = format!("{{\"path\": \"{MARK}\"}}");
    let contents = [b"\x08\x01".as_slice(), &marked, &event, json.as_bytes()];
    let mut file = builder::records(contents);
    let whole = heard("train.tfrecord-00000-of-00001", &file);
    let mut marks = whole.marks.clone();
    marks.sort();
    assert_eq!(
        marks,
        [
            "/record-3",
            "/record/features/user/path/row-1",
            "/record/summary/value/tensor/string_val/row-2",
        ]
    );
    // A damaged length ends the records; the rest is swept all the same.
    let third = file.len() - json.len() - 16;
    file[third] ^= 1;
    let damaged = heard("train.tfrecord", &file);
    assert_eq!(damaged.skips[0].0, SkipClass::Failed);
    assert!(damaged.marks.contains(&String::new()));
}

#[test]
fn what_is_no_message_is_swept_and_said() {
    let file = [&[8, 8, 0x0f, 0xff, 0xfe, 0, 0][..], MARK.as_bytes()].concat();
    let heard_of = heard("m.onnx", &file);
    assert_eq!(heard_of.skips[0].0, SkipClass::Failed);
    assert_eq!(heard_of.marks, [""]);
    assert_eq!(Kind::sniff("m.bin", &file, file.len() as u64), Kind::Binary);
    let mut broken = planted_onnx().0;
    broken.truncate(broken.len() - 3);
    let heard_of = heard("m.onnx", &broken);
    assert_eq!(heard_of.skips[0].0, SkipClass::ByDesign);
    assert_eq!(heard_of.skips[1].0, SkipClass::Failed);
    assert!(heard_of.marks.contains(&"/graph@doc_string".to_owned()));
    assert!(heard_of.marks.contains(&String::new()));
    let text = b"version https://git-lfs.github.com/spec/v1\n";
    assert!(matches!(Kind::sniff("m.onnx", text, 130), Kind::Text(_)));
}

#[test]
fn deep_nests_are_said_and_swept() {
    let deep = (0..200).fold(message().bytes(4, MARK), |inner, _| {
        message().message(3, inner)
    });
    let heard_of = heard("m.onnx", &builder::onnx(message()).message(98, deep).0);
    assert!(heard_of.skips.iter().any(|(_, why)| why.contains("deeper")));
    assert_eq!(heard_of.marks.len(), 1);
}

#[test]
fn broken_files_never_panic() {
    let whole = planted_onnx().0;
    let records = builder::records([whole.as_slice(), &builder::text_event("a", MARK).0]);
    for (name, whole) in [("m.onnx", whole), ("m.tfrecord", records)] {
        for cut in (0..whole.len()).step_by(7) {
            heard(name, &whole[..cut]);
        }
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        for _ in 0..1000 {
            let mut broken = whole.clone();
            for _ in 0..3 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let at = (random >> 8) as usize % broken.len();
                broken[at] = random as u8;
            }
            heard(name, &broken);
        }
    }
    assert_eq!(Kind::Protobuf(Proto::Onnx).as_str(), "an ONNX model");
}
