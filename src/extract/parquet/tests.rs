//! What reaches the sink from files of the builder.

use std::io::Cursor;

use crate::blob::{Fact, Fragment, Kind, Limits, Route};
use crate::extract::{Sink, extract};
use crate::finding::SkipClass;
use crate::format::parquet::builder::{self, Chunk, Element};

#[derive(Default)]
struct Collect {
    /// Route, text, and rows of the cells.
    fragments: Vec<(String, String, Vec<u64>)>,
    skips: Vec<(SkipClass, String, String)>,
    facts: Vec<String>,
    names: Vec<String>,
}

impl Sink for Collect {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        self.fragments.push((
            fragment.route.to_string(),
            String::from_utf8_lossy(fragment.text).into_owned(),
            fragment.rows.iter().map(|row| row.number).collect(),
        ));
    }
    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        self.skips.push((class, route.to_string(), why));
    }
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, name: &str) {
        self.names.push(name.to_owned());
    }
    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        let told = match fact {
            Fact::Column { name, of, rows } => format!("column {name} {of} {rows:?}"),
            Fact::Metadata { key, .. } => format!("metadata {key}"),
            Fact::Content { kind, .. } => format!("content {}", kind.as_str()),
            _ => "other".to_owned(),
        };
        self.facts.push(format!("{route} {told}"));
    }
}

impl Collect {
    fn of(file: &[u8], limits: &Limits) -> Self {
        let mut sink = Self::default();
        let size = file.len() as u64;
        let kind = Kind::sniff("data/train.bin", &file[..file.len().min(8192)], size);
        extract(&mut Cursor::new(file), size, kind, limits, &mut sink).unwrap();
        sink
    }

    fn texts(&self, route: &str) -> Vec<&str> {
        let here = self.fragments.iter().filter(|fragment| fragment.0 == route);
        here.map(|fragment| fragment.1.as_str()).collect()
    }
}

fn chunk(pages: Vec<u8>, values: i64) -> Chunk {
    Chunk {
        pages,
        values,
        ..Chunk::default()
    }
}

fn plain_page(values: &[&[u8]]) -> Vec<u8> {
    builder::data_page(
        i64::try_from(values.len()).unwrap(),
        builder::PLAIN,
        &builder::plain(values),
    )
}

#[test]
fn text_names_and_metadata_are_delivered() {
    let file = builder::strings("user", &["ann", "bob", "carl"]);
    let sink = Collect::of(&file, &Limits::default());
    assert_eq!(
        sink.facts,
        [
            " content parquet",
            " column user string Some(3)",
            " metadata pandas",
            " metadata created_by",
        ]
    );
    let cells = &sink.fragments[2];
    assert_eq!(cells.0, "/user");
    assert_eq!(cells.1, "user = \"ann\"\nuser = \"bob\"\nuser = \"carl\"\n");
    assert_eq!(cells.2, [0, 1, 2]);
    assert_eq!(sink.texts("@pandas"), ["pandas = \"{\"columns\": []}\""]);
    assert!(sink.names.contains(&"user".to_owned()));
    assert_eq!(sink.skips, []);
}

#[test]
fn a_sample_is_no_secret() {
    let file = builder::strings("user", &["ann", "bob", "carl"]);
    let limits = Limits {
        sample: Some(2),
        ..Limits::default()
    };
    let sink = Collect::of(&file, &limits);
    assert_eq!(sink.texts("/user"), ["user = \"ann\"\nuser = \"bob\"\n"]);
    let why = "only the first 2 of 3 rows were asked for".to_owned();
    assert_eq!(sink.skips, [(SkipClass::Excluded, String::new(), why)]);
}

#[test]
fn files_in_cells_are_looked_into() {
    let pickle = b"\x80\x04\x8c\x0bhidden-text\x94.";
    let noise = [&[0; 5000][..], b"noise"].concat();
    let mut cells: Vec<&[u8]> = vec![pickle; 20];
    cells.extend([&noise[..], b"plain words", b"\0\x01short"]);
    let schema = [Element::group("image", 0, 1, None), Element::bytes("bytes")];
    let rows = i64::try_from(cells.len()).unwrap();
    let file = builder::file(
        &schema,
        &[(rows, vec![chunk(plain_page(&cells), rows)])],
        &[],
    );
    let sink = Collect::of(&file, &Limits::default());
    for row in [0, 19] {
        let route = format!("/image.bytes/row-{row}");
        assert_eq!(sink.texts(&route), ["hidden-text"]);
    }
    assert_eq!(
        sink.texts("/image.bytes"),
        ["image.bytes = \"plain words\"\nimage.bytes = \"\0\u{1}short\"\n"]
    );
    let why = "binary values in 1 cells".to_owned();
    assert_eq!(
        sink.skips,
        [(SkipClass::ByDesign, "/image.bytes".to_owned(), why)]
    );
    let contents = sink.facts.iter().filter(|fact| fact.contains("pickle"));
    assert_eq!(contents.count(), 8);
}

#[test]
fn what_cannot_be_read_is_told_and_its_statistics_are_read() {
    let mut broken = chunk(builder::packed_page(2, builder::PLAIN, 99, b"nothing"), 2);
    broken.codec = 6;
    broken.statistics = Some((b"aaron".to_vec(), b"zoe".to_vec()));
    let mut locked = broken.clone();
    locked.encrypted = true;
    let open = chunk(plain_page(&[b"fine", b"too"]), 2);
    let schema = ["broken", "locked", "open"].map(|name| Element::string(name, 0));
    let file = builder::file(&schema, &[(2, vec![broken, locked, open])], &[]);
    let sink = Collect::of(&file, &Limits::default());
    assert_eq!(sink.skips.len(), 2, "{:?}", sink.skips);
    let (class, route, why) = &sink.skips[0];
    assert_eq!((*class, route.as_str()), (SkipClass::Failed, "/broken"));
    assert!(
        why.starts_with("row group 0: malformed compression"),
        "{why}"
    );
    let (class, route, why) = &sink.skips[1];
    assert_eq!((*class, route.as_str()), (SkipClass::Failed, "/locked"));
    assert_eq!(why, "row group 0: encrypted column");
    for column in ["broken", "locked"] {
        let values = sink.texts(&format!("@{column}"));
        assert_eq!(
            values,
            ["zoe", "aaron"].map(|value| format!("{column} = \"{value}\""))
        );
    }
    assert_eq!(sink.texts("/open"), ["open = \"fine\"\nopen = \"too\"\n"]);
}

#[test]
fn a_file_without_its_end_is_swept_raw() {
    let file = builder::strings("user", &["ann", "bob", "carl"]);
    let sink = Collect::of(&file[..file.len() - 5], &Limits::default());
    assert_eq!(sink.skips[0].0, SkipClass::Failed);
    assert!(sink.texts("")[0].contains("carl"));
}
