//! Values of random documents and tables.

use proptest::prelude::*;

use super::super::Rows;
use super::{read, rewritten};

fn document() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-zé\"\\\\\n\u{1}😀 ,]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c\"\\\\é]{0,2}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Texts of all strings and literals in order.
fn leaves(value: &serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, texts)),
        serde_json::Value::Object(map) => map.values().for_each(|item| leaves(item, texts)),
        serde_json::Value::String(text) => texts.push(text.clone()),
        literal => texts.push(literal.to_string()),
    }
}

proptest! {
    #[test]
    fn like_serde(documents in prop::collection::vec(document(), 1..4), pretty: bool, chunk in 1usize..40) {
        let mut text = String::new();
        let mut expected = Vec::new();
        for document in &documents {
            leaves(document, &mut expected);
            text += &if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) }.unwrap();
            text.push('\n');
        }
        let (found, rows) = read(Rows::json(), text.as_bytes(), chunk);
        prop_assert_eq!(rows.damage(), None);
        let found: Vec<String> = found.iter().map(|value| String::from_utf8(value.text.clone()).unwrap()).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(rewritten(Rows::json, text.as_bytes()), text.as_bytes());
    }

    #[test]
    fn valid_is_what_serde_accepts(text in r#"[\[\]{},: "a1e.0\\n-]{0,12}"#) {
        let documents = serde_json::Deserializer::from_str(&text).into_iter::<serde::de::IgnoredAny>();
        let valid = documents.collect::<Result<Vec<_>, _>>().is_ok();
        let (_, rows) = read(Rows::json(), text.as_bytes(), 3);
        // Escapes that are none are kept as written.
        if valid {
            prop_assert_eq!(rows.damage(), None);
        } else if !text.contains('\\') {
            prop_assert!(rows.damage().is_some());
        }
    }

    #[test]
    fn tables_read_back(rows in prop::collection::vec(prop::collection::vec("[a\",\n\r é]{0,4}", 2..4), 1..6), chunk in 1usize..20) {
        let text: String = rows.iter().map(|row| {
            let fields: Vec<String> = row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            fields.join(",") + "\n"
        }).collect();
        let text = "no,header,1\n".to_owned() + &text;
        let (found, _) = read(Rows::delimited(), text.as_bytes(), chunk);
        let found: Vec<&[u8]> = found.iter().skip(3).map(|value| value.text.as_slice()).collect();
        let fields: Vec<&[u8]> = rows.iter().flatten().map(String::as_bytes).collect();
        prop_assert_eq!(found, fields);
        prop_assert_eq!(rewritten(Rows::delimited, text.as_bytes()), text.as_bytes());
    }
}
