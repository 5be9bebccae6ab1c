//! One sound file of each format, to spoil.
//!
//! In: the builders, and a folder of further files that `HUBSWEEP_TEST_SEEDS`
//! may name. Out: names and bytes.

use std::fs;

use crate::builders::{
    arrow, compressed, gguf, hdf5, image, npy, parquet, pickle, protobuf, seven_zip, sqlite, tar,
    tflite, zip,
};

/// A file.
pub(crate) struct Seed {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Largest further file: larger ones take their time whatever is in them.
const LARGEST: u64 = 256 * 1024;

/// All of them.
pub(crate) fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>| {
        let name = name.to_owned();
        seeds.push(Seed { name, bytes });
    };
    models(&mut add);
    tables(&mut add);
    archives(&mut add);
    documents(&mut add);
    if let Some(folder) = std::env::var_os("HUBSWEEP_TEST_SEEDS") {
        let files = ignore::Walk::new(folder).filter_map(Result::ok);
        for file in files.filter(|file| file.metadata().is_ok_and(|meta| meta.is_file())) {
            if file.metadata().is_ok_and(|meta| meta.len() <= LARGEST) {
                let bytes = fs::read(file.path()).unwrap();
                add(&file.path().display().to_string(), bytes);
            }
        }
    }
    seeds
}

fn models(add: &mut dyn FnMut(&str, Vec<u8>)) {
    let header =
        br#"{"__metadata__":{"a":"b"},"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#;
    let length = (header.len() as u64).to_le_bytes();
    add("m.safetensors", [&length[..], header, b"1234tail"].concat());
    for version in [1, 2, 3] {
        for big in [false, true] {
            let form = gguf::Form { version, big };
            add("m.gguf", gguf::sample(form, "a secret"));
        }
    }
    add("m.tflite", tflite::sample("a description"));
    let graph = protobuf::message()
        .message(1, protobuf::onnx_node("custom", "Op"))
        .bytes(2, "graph")
        .bytes(10, "a doc string");
    add("m.onnx", protobuf::onnx(graph).0);
    let graph = protobuf::tensorflow_graph(&["PyFunc", "MatMul"]);
    add("saved_model.pb", protobuf::saved_model(graph).0);
    add(
        "m.h5",
        hdf5::old_file(&[b"row one ", b"row two "], b"a value "),
    );
    let root = [
        hdf5::text_attribute("attr", b"value"),
        hdf5::soft_link("soft", "/attr"),
    ];
    add("m.hdf5", hdf5::file(&root, b""));
    for (name, _, bytes) in pickle::mechanisms() {
        add(&format!("{name}.pkl"), bytes);
    }
    add("a.joblib", pickle::joblib_array(b"12345678", true));
}

fn tables(add: &mut dyn FnMut(&str, Vec<u8>)) {
    add(
        "t.parquet",
        parquet::strings("text", &["one", "two", "three"]),
    );
    let stream = arrow::stream(&["one", "two"], &["three"]);
    add("t.arrow", stream);
    let mut database = sqlite::Database::new(512, 1);
    let rows: Vec<_> = (1..4)
        .map(|row| {
            (
                row,
                vec![sqlite::text("a cell"), sqlite::text(&"long ".repeat(200))],
            )
        })
        .collect();
    let sql = "CREATE TABLE t (a TEXT, b TEXT)";
    database.table(sqlite::text("t"), sqlite::text(sql), &rows);
    add("t.sqlite", database.build());
    add("t.sqlite-wal", sqlite::log(512, &[(1, &[0; 512])]));
    let header = npy::header("<U5", "(2,)");
    add(
        "t.npy",
        npy::file(1, &header, &npy::texts(&["abc", "defgh"], false)),
    );
    add("t.csv", b"a,b\n1,\"x\ny\"\n".to_vec());
    add(
        "t.jsonl",
        b"{\"a\": [1, {\"b\": \"c\"}]}\n{\"a\": \"\\u00e9\"}\n".to_vec(),
    );
}

fn archives(add: &mut dyn FnMut(&str, Vec<u8>)) {
    let inner = pickle::stream(2, &pickle::system());
    let mut stored = zip::Builder::default();
    let plain = zip::Options::default();
    let deflate = zip::Options {
        deflate: true,
        ..plain
    };
    stored.add("archive/data.pkl", &inner, plain);
    stored.add("archive/data/0", &[0; 64], plain);
    stored.add("config.json", b"{\"class_name\": \"Lambda\"}", deflate);
    let archive = stored.finish();
    let nested = zip::Builder::default()
        .add("a.zip", &archive, deflate)
        .finish();
    let tarred = tar::Builder::default()
        .file("a/b.txt", b"text")
        .symlink("link", "../../etc")
        .file("m.pt", &archive)
        .finish();
    for (ending, bytes) in compressed::all(&tarred) {
        add(&format!("a.tar.{ending}"), bytes);
    }
    for (ending, bytes) in compressed::all(b"{\"text\": \"some text\"}\n".repeat(40).as_slice()) {
        add(&format!("t.jsonl.{ending}"), bytes);
    }
    let folder = seven_zip::Folder {
        coders: vec![(&[0], &[])],
        data: inner.clone(),
        members: vec![("m.pkl", inner.len() as u64)],
    };
    add("a.7z", seven_zip::archive(&[folder], &["empty"]));
    add("a.pt", archive);
    add("a.zip", nested);
    add("a.tar", tarred);
}

fn documents(add: &mut dyn FnMut(&str, Vec<u8>)) {
    let exif = image::tiff(
        true,
        &[(0x013b, b"Somebody\0"), (0x9286, b"UNICODE\0\0a\0b")],
    );
    add(
        "p.png",
        image::png(&[(b"eXIf", &exif), (b"tEXt", b"key\0text")]),
    );
    let segment = [b"Exif\0\0", &exif[..]].concat();
    add(
        "p.jpg",
        image::jpeg(&[(0xe1, &segment), (0xfe, b"comment")]),
    );
    add(
        "p.webp",
        image::webp(&[(b"EXIF", &exif), (b"XMP ", b"<x/>")]),
    );
    add("p.tiff", exif);
    let page = compressed::zlib(b"BT (some text) Tj ET");
    let start = b"%PDF-1.4\n1 0 obj <</Filter /FlateDecode>>\nstream\n";
    add(
        "d.pdf",
        [&start[..], &page, b"\nendstream\n<</Author (\xfe\xff\0a)>>"].concat(),
    );
    let code = b"\xcb\x0d\r\n\0\0\0\0\0\0\0\0\0\0\0\0)\x02z\x04text{z\x01kz\x01v0";
    add("m.pyc", code.to_vec());
    add(
        "n.ipynb",
        b"{\"cells\": [{\"outputs\": [{\"data\": {\"image/png\": \"iVBORw0KGgo=\"}}]}]}".to_vec(),
    );
}
