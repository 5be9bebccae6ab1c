//! Values of JSON and of tables, cut everywhere.

mod properties;

use std::fmt::Write as _;

use super::{Form, LONGEST, RowValue, Rows, encode};
use crate::format::xorshift::Random;

/// A value that owns its text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owned {
    column: String,
    row: u64,
    raw: std::ops::Range<usize>,
    text: Vec<u8>,
    form: Form,
}

/// Values, rows and the damage of a text in chunks of a length.
fn read(mut rows: Rows, text: &[u8], chunk: usize) -> (Vec<Owned>, Rows) {
    let mut values: Vec<(usize, Owned)> = Vec::new();
    let mut take = |value: RowValue<'_>| {
        assert!(!value.cut);
        let owned = Owned {
            column: String::new(),
            row: value.row,
            raw: value.raw.start as usize..value.raw.end as usize,
            text: value.text.to_vec(),
            form: value.form,
        };
        if let Some(place) = value.place() {
            let place = place as usize;
            assert_eq!(&text[place..place + value.text.len()], value.text);
        }
        values.push((value.column, owned));
    };
    for part in text.chunks(chunk) {
        rows.push(part, &mut take);
    }
    rows.finish(&mut take);
    let named = |(column, value): (usize, Owned)| Owned {
        column: rows.column(column).to_owned(),
        ..value
    };
    (values.into_iter().map(named).collect(), rows)
}

fn shown(values: &[Owned]) -> Vec<String> {
    let show = |value: &Owned| {
        let text = String::from_utf8_lossy(&value.text).into_owned();
        format!("{}/{} {text}", value.column, value.row)
    };
    values.iter().map(show).collect()
}

/// The same values however the text is cut; as `column/row text`.
fn values(new: fn() -> Rows, text: &str) -> (Vec<String>, Rows) {
    let (whole, rows) = read(new(), text.as_bytes(), text.len().max(1));
    for chunk in [1, 2, 3, 7, 16] {
        let (cut, again) = read(new(), text.as_bytes(), chunk);
        assert_eq!(cut, whole, "{text:?} in chunks of {chunk}");
        assert_eq!(again.damage(), rows.damage());
        assert_eq!(again.rows(), rows.rows());
    }
    (shown(&whole), rows)
}

fn json(text: &str) -> Vec<String> {
    let (values, rows) = values(Rows::json, text);
    assert_eq!(rows.damage(), None, "{text}");
    values
}

fn table(text: &str) -> Vec<String> {
    values(Rows::delimited, text).0
}

/// Each value replaced by itself.
fn rewritten(new: fn() -> Rows, text: &[u8]) -> Vec<u8> {
    let (values, rows) = read(new(), text, 5);
    let mut out = Vec::new();
    let mut at = 0;
    for value in values {
        out.extend_from_slice(&text[at..value.raw.start]);
        out.extend_from_slice(&encode(value.form, &value.text, rows.delimiter()));
        at = value.raw.end;
    }
    out.extend_from_slice(&text[at..]);
    out
}

#[test]
fn one_document() {
    let text = r#" {"user": {"e\u006dail": "a\n\"b\"", "ids": [1, -2.5e+3]}, "ok": true, "no": {}, "none": []} "#;
    let expected = [
        "user.email/0 a\n\"b\"",
        "user.ids[]/0 1",
        "user.ids[]/1 -2.5e+3",
        "ok/0 true",
    ];
    assert_eq!(json(text), expected);
    assert_eq!(
        json("\u{feff}[{\"a\": 1},\r\n {\"a\": {\"b\": [\"x\", [2]]}}]"),
        ["a/0 1", "a.b[]/1 x", "a.b[][]/1 2",]
    );
    let nested = r#"{"meta": "m", "data": [{"t": "x"}, {"t": "y", "u": ["1", "2"]}], "end": 0}"#;
    let expected = [
        "meta/0 m",
        "data[].t/0 x",
        "data[].t/1 y",
        "data[].u[]/1 1",
        "data[].u[]/1 2",
        "end/0 0",
    ];
    assert_eq!(json(nested), expected);
    assert_eq!(json("\"one\""), ["value/0 one"]);
    assert_eq!(
        json("[1, NaN, -Infinity]"),
        ["[]/0 1", "[]/1 NaN", "[]/2 -Infinity"]
    );
    assert_eq!(json(" \n"), [""; 0]);
}

#[test]
fn many_documents() {
    let chat = "{\"messages\": [{\"content\": \"a\"}, {\"content\": \"b\"}]}\n\r\n \n{\"messages\": [{\"content\": \"c\"}]}";
    let expected = [
        "messages[].content/0 a",
        "messages[].content/0 b",
        "messages[].content/1 c",
    ];
    assert_eq!(json(chat), expected);
    assert_eq!(
        json("{\"a\":1}{\"b\":2} [3]\n\"4\"5"),
        ["a/0 1", "b/1 2", "[]/2 3", "value/3 4", "value/4 5"]
    );
    assert_eq!(json("\"a\"\n\"b\\\\\"\n"), ["value/0 a", "value/1 b\\"]);
    assert_eq!(
        json("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n"),
        ["a/0 1", "a/1 2"]
    );
}

#[test]
fn strings_are_decoded() {
    let text = r#"["\u00e9\ud83d\ude00\t\/", "\ud83dx", "é\\", "", "\u12"]"#;
    assert_eq!(
        json(text),
        [
            "[]/0 é😀\t/",
            "[]/1 \u{fffd}x",
            "[]/2 é\\",
            "[]/3 ",
            "[]/4 \\u12"
        ]
    );
}

#[test]
fn faults_leave_as_text() {
    let lines = [
        r#"{"a": "x"}"#,
        r"{'a': 'y z'}",
        r#"{"b": 1, "a": "lost}"#,
        "",
        r#"{"a": "w"},"#,
        "# no",
        r#"{"a": [1,]}"#,
        r#"{"a": "v"}"#,
        r#"{"a": "end"#,
    ];
    let (values, rows) = values(Rows::json, &lines.join("\n"));
    let expected = [
        "a/0 x",
        "…/1 'a': 'y z'}",
        "b/2 1",
        "…/2 lost}",
        "a/3 w",
        "…/3 ,",
        "…/4 # no",
        "a[]/5 1",
        "…/5 ]}",
        "a/6 v",
        "…/7 end",
    ];
    assert_eq!(values, expected);
    let damage = rows.damage().unwrap();
    assert_eq!((damage.what, damage.offset), ("key", 12));
    assert_eq!(rows.rows(), 8);
}

#[test]
fn a_broken_document_stays_text() {
    let text = "{\n  // note\n  \"a\": [\"x\"],\n\n  \"b\": 1\n}\n";
    let (values, rows) = values(Rows::json, text);
    assert_eq!(
        values,
        [
            "…/0 // note",
            "…/0   \"a\": [\"x\"],",
            "…/0   \"b\": 1",
            "…/0 }"
        ]
    );
    assert_eq!(
        rows.damage().unwrap().to_string(),
        "malformed key at byte 4"
    );
    for (text, what) in [
        ("{\"a\": 1", "document"),
        ("[1 2]", "comma"),
        ("{\"a\"}", "end of a container"),
        ("[01]", "literal"),
        ("]", "end of a container"),
        (",", "value"),
        ("[\"a", "string"),
        ("{\"a\" 1}", "colon"),
    ] {
        let (_, rows) = read(Rows::json(), text.as_bytes(), 1);
        assert_eq!(rows.damage().unwrap().what, what, "{text}");
    }
}

#[test]
fn keys_may_be_data() {
    let mut text = String::from("{");
    for number in 0..1000 {
        let _ = write!(text, "\"user-{number}\": {{\"mail\": \"m{number}\"}}, ");
    }
    text += "\"user-3\": {\"mail\": \"again\"}}";
    let (found, _) = read(Rows::json(), text.as_bytes(), 4096);
    let found = shown(&found);
    assert_eq!(found[255], "user-255.mail/0 m255");
    assert_eq!(found[256], "*.mail/0 m256");
    assert_eq!(found[999], "*.mail/0 m999");
    assert_eq!(found[1000], "user-3.mail/0 again");
}

#[test]
fn columns_names_and_nesting_are_bounded() {
    let mut text = String::new();
    for number in 0..70_000 {
        let outer = number / 250;
        let _ = writeln!(text, "{{\"{outer}\": {{\"{number}\": 1}}}}");
    }
    let (found, _) = read(Rows::json(), text.as_bytes(), 1 << 16);
    let names: std::collections::BTreeSet<&str> =
        found.iter().map(|value| value.column.as_str()).collect();
    assert_eq!(found.len(), 70_000);
    assert!(names.len() <= super::COLUMNS + 1 && names.contains("…"));

    let long = format!("{{\"{}\": 1}}", "k".repeat(1000));
    let (found, _) = read(Rows::json(), long.as_bytes(), 100);
    assert!(found[0].column.len() <= 203);

    let deep = "[".repeat(2000) + "{\"a\": \"x\"}" + &"]".repeat(2000);
    let (found, rows) = read(Rows::json(), deep.as_bytes(), 100);
    assert_eq!((found.len(), rows.damage()), (1, None));
    let deeper = "[".repeat(200_000) + "\"x\"";
    let (found, rows) = read(Rows::json(), deeper.as_bytes(), 1000);
    assert_eq!(rows.damage().unwrap().what, "nesting");
    assert!(found[0].text.ends_with(b"\"x\""));
}

#[test]
fn tables() {
    let text = "\u{feff}id,name,\"the note\"\r\n1,ann,\"A, \"\"x\"\"\r\nB\"\r\n\r\n2,,D,more\n3";
    let expected = [
        "id/0 1",
        "name/0 ann",
        "the note/0 A, \"x\"\r\nB",
        "id/1 2",
        "name/1 ",
        "the note/1 D",
        "column-3/1 more",
        "id/2 3",
    ];
    assert_eq!(table(text), expected);
    let (found, _) = read(Rows::delimited(), text.as_bytes(), 3);
    assert_eq!(&text[found[2].raw.clone()], "\"A, \"\"x\"\"\r\nB\"");
    assert_eq!(
        (found[2].form, found[1].form),
        (Form::QuotedField, Form::Field)
    );
    assert_eq!(table("a\tb\n1\tx y\r\n"), ["a/0 1", "b/0 x y"]);
    assert_eq!(
        table("1|2\n3|\n"),
        [
            "column-0/0 1",
            "column-1/0 2",
            "column-0/1 3",
            "column-1/1 "
        ]
    );
    assert_eq!(table("name\nann\n\"\"\n"), ["name/0 ann", "name/1 "]);
    assert_eq!(table("# note\n1,2\n").last().unwrap(), "column-1/1 2");
    assert_eq!(
        table("a,b\n1,5\" disk\n\"x\"y,\"\n"),
        ["a/0 1", "b/0 5\" disk", "a/1 \"x\"y", "b/1 \"\n"]
    );
    assert_eq!(table(""), [""; 0]);
}

#[test]
fn an_open_quote_is_damage() {
    let (found, rows) = values(Rows::delimited, "a,b\n1,\"x\ny,z\n");
    assert_eq!(found, ["a/0 1", "b/0 \"x\ny,z\n"]);
    assert_eq!(rows.damage().unwrap().offset, 6);
}

#[test]
fn very_many_columns() {
    let text = ",1".repeat(20_000);
    let (found, _) = read(Rows::delimited(), text.as_bytes(), 1000);
    assert_eq!(found.len(), 20_001);
    assert_eq!(
        (found[10_001].column.as_str(), found[9999].column.as_str()),
        ("…", "column-9999")
    );
}

#[test]
fn very_long_values_are_cut() {
    for (new, around) in [
        (Rows::json as fn() -> Rows, ["[\"", "\", \"b\"]"]),
        (Rows::delimited, ["a,b\n\"", "\",b\n"]),
    ] {
        let mut rows = new();
        let mut seen = Vec::new();
        let mut take = |value: RowValue<'_>| {
            seen.push((value.text.len(), value.raw.end - value.raw.start, value.cut));
        };
        rows.push(around[0].as_bytes(), &mut take);
        let part = vec![b'x'; 1 << 20];
        for _ in 0..65 {
            rows.push(&part, &mut take);
        }
        rows.push(around[1].as_bytes(), &mut take);
        rows.finish(&mut take);
        assert_eq!(seen[0].1, (65 << 20) + 2);
        assert!(seen[0].2 && seen[0].0 >= LONGEST - 1 && seen[0].0 <= LONGEST);
        assert_eq!((seen[1].0, seen[1].2), (1, false));
    }
}

#[test]
fn replaced_texts_read_back() {
    let cases: [(Form, &str, &str); 8] = [
        (Form::JsonString, "a\"\\\n\u{1}é", r#""a\"\\\n\u0001é""#),
        (Form::JsonLiteral, "-1.5", "-1.5"),
        (Form::JsonLiteral, "<CARD_1>", "\"<CARD_1>\""),
        (Form::Field, "a b", "a b"),
        (Form::Field, "a;b", "\"a;b\""),
        (Form::Field, "a\"", "\"a\"\"\""),
        (Form::QuotedField, "a", "\"a\""),
        (Form::Stray, "\"", "\""),
    ];
    for (form, text, token) in cases {
        assert_eq!(encode(form, text.as_bytes(), b';'), token.as_bytes());
    }
    let text = b"a,b\r\n1,\"x \"\"y\"\"\"\r\n\r\n,z\r\n";
    assert_eq!(rewritten(Rows::delimited, text), text);
    let text = b"{\"a\": [1, \"x\\n\\\"\"],\r\n \"b\" : null}\n\n{}";
    assert_eq!(rewritten(Rows::json, text), text);
}

#[test]
fn damaged_input() {
    let good =
        "[{\"a\": \"x\\u00e9\", \"b\": [1, {\"c\": null}]}, {\"a\": \"y\"}]\n{\"a\": \"l\"}\n"
            .repeat(3);
    let csv = "a,b,c\r\n1,\"x,\"\"y\"\"\nz\",3\r\n4,,\"\"\r\n".repeat(3);
    let mut random = Random::new(6);
    for (new, text) in [(Rows::json as fn() -> Rows, good), (Rows::delimited, csv)] {
        let text = text.as_bytes();
        for end in 0..text.len() {
            let (whole, _) = read(new(), &text[..end], text.len());
            assert_eq!(read(new(), &text[..end], 1).0, whole);
        }
        for _ in 0..3000 {
            let mut bytes = text.to_vec();
            random.damage(&mut bytes);
            let (whole, _) = read(new(), &bytes, text.len());
            let (cut, _) = read(new(), &bytes, 1 + random.below(9));
            assert_eq!(cut, whole);
            assert!(
                whole
                    .windows(2)
                    .all(|pair| pair[0].raw.end <= pair[1].raw.start)
            );
        }
    }
}
