//! Entities made here are found, and what only looks like them is not.

use super::schema::PersonalSpec;
use super::*;

fn detector(specs: &str, settings: &Settings) -> Detector {
    #[derive(serde::Deserialize)]
    struct File {
        entities: Vec<PersonalSpec>,
    }
    let file: File = toml::from_str(specs).unwrap();
    let entities = file.entities.iter().map(|spec| Entity::new(spec).unwrap());
    Detector::new(entities.collect(), settings)
}

const SPECS: &str = r#"
[[entities]]
entity = "card"
context = ["card", "credit card"]
forms = [
    { shape = "dddd~dddd~dddd~dddd", check = "card", score = 50 },
]
[[entities]]
entity = "iban"
found-by = "iban"
[[entities]]
entity = "ip"
found-by = "ip-address"
[[entities]]
entity = "member"
context = ["member number", "会員番号"]
against = ["order"]
forms = [{ shape = "ddd-dddd", score = 15 }]
"#;

fn found(text: &str) -> Vec<(String, String)> {
    let detector = detector(SPECS, &Settings::default());
    let mut found = Vec::new();
    detector.find(text.as_bytes(), 0..text.len(), false, &mut found);
    let told = |one: &Found| {
        let name = detector.entities()[one.entity].name.to_string();
        (name, text[one.span.clone()].to_owned())
    };
    found.iter().map(told).collect()
}

/// A number with the right Luhn digit behind it.
fn card(start: &str) -> String {
    let with = |last: u32| format!("{start}{last}");
    let luhn = |text: &String| {
        identity::digits::Compact::of(text.as_bytes())
            .is_some_and(|digits| identity::digits::luhn(&digits))
    };
    (0..10).map(with).find(luhn).unwrap()
}

use crate::validate::identity;

#[test]
fn words_decide_where_the_form_does_not() {
    assert_eq!(found("member number: 555-1234").len(), 1);
    assert_eq!(found("memberNumber=\"555-1234\"").len(), 1);
    assert_eq!(found("会員番号555-1234").len(), 1);
    assert_eq!(found("remember number: 555-1234").len(), 0);
    assert_eq!(found("call 555-1234").len(), 0);
    assert_eq!(found("member number of the order 555-1234").len(), 0);
}

#[test]
fn cards_stand_alone_and_floats_do_not() {
    let card = card("453957849201731");
    assert_eq!(found(&card), [("card".to_owned(), card.clone())]);
    assert!(found(&format!("0.{card}")).is_empty());
    assert!(found(&format!("[.5,.{card}]")).is_empty());
    assert_eq!(found(&format!("no.{card}")).len(), 1);
    assert!(found(&format!("id_{card}")).is_empty());
    assert!(found(&format!("{card}.5")).is_empty());
    assert!(found(&format!("{card}/{card}")).is_empty());
    let spaced: Vec<&str> = (0..4).map(|at| &card[at * 4..at * 4 + 4]).collect();
    assert_eq!(found(&spaced.join(" ")).len(), 1);
    assert_eq!(found(&format!("sha {}-9", spaced.join("-"))).len(), 0);
}

#[test]
fn addresses_of_documentation_are_nobodys() {
    assert_eq!(found("from 81.2.69.142 port 22").len(), 1);
    assert!(found("from 192.0.2.17").is_empty());
    assert!(found("127.0.0.1 and 8.8.8.8").is_empty());
    assert!(found("version 81.2.69.142").is_empty());
    assert!(found("x[0000001::20000002]").is_empty());
    assert_eq!(
        found("host 2a02:8109:9a00:1a2b:11ff:fe22:3344:5566").len(),
        1
    );
    assert!(found("host 2001:db8::1a2b:3344:5566").is_empty());
}
