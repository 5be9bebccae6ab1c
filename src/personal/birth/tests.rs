//! Dates in all spellings, and ages.

use super::*;
use crate::personal::groups;

fn dates(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    groups::find(text.as_bytes(), 0, text.len(), &mut all);
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..all.len() {
        let place = Place {
            text: text.as_bytes(),
            groups: &all,
            at,
        };
        if let Some(hit) = date(&place) {
            if found.last().is_none_or(|last| last.end <= hit.span.start) {
                found.push(hit.span);
            }
        }
    }
    found.into_iter().map(|span| &text[span]).collect()
}

fn ages(text: &str) -> Vec<&str> {
    let mut found: Vec<Range<usize>> = Vec::new();
    age(text.as_bytes(), 0..text.len(), &mut |hit| {
        if !found.contains(&hit.span) {
            found.push(hit.span);
        }
    });
    found.into_iter().map(|span| &text[span]).collect()
}

#[test]
fn dates_are_read_in_all_spellings() {
    for whole in [
        "1985-03-12",
        "1985/3/12",
        "12/03/1985",
        "3/12/85",
        "12.3.1985",
        "12. 3. 1985",
        "19850312",
        "12 March 1985",
        "12th of March, 1985",
        "12-Mar-1985",
        "March 12, 1985",
        "Mar 12 1985",
        "12. März 1985",
        "12 mars 1985",
        "1er avril 1985",
        "12 de marzo de 1985",
        "12 de março de 1985",
        "12 maart 1985",
        "1985年3月12日",
        "12 мая 1985",
        "sept. 12, 1985",
    ] {
        assert_eq!(dates(&format!("born {whole}, x")), [whole]);
    }
    assert_eq!(dates("\"1985-03-12T00:00:00Z\""), ["1985-03-12"]);
    for none in [
        "1985-13-12",
        "32/03/1985",
        "1885-03-12",
        "2985-03-12",
        "v1.2.85.1",
        "12/03-1985",
        "30 February 1985",
        "x1985-03-12",
        "12.3.19851",
    ] {
        assert!(dates(&format!("a {none} b")).is_empty(), "{none}");
    }
}

#[test]
fn ages_are_said() {
    for (text, age) in [
        ("I am 34 years old", "34"),
        ("a 65-year-old male", "65"),
        ("i'm 82 y/o.", "82"),
        ("age: 34", "34"),
        ("{\"age\": 34}", "34"),
        ("aged 7", "7"),
        ("I just turned 42", "42"),
        ("Er ist 34 Jahre alt", "34"),
        ("tengo 34 años", "34"),
        ("年龄：34", "34"),
        ("34歳", "34"),
        ("at the age of 71", "71"),
    ] {
        assert_eq!(ages(text), [age], "{text}");
    }
    for none in [
        "page: 34",
        "image 34",
        "age: 340",
        "age=0.5",
        "version 1.34 years old",
        "usage: 34",
        "max_age=3600",
        "stage 34",
    ] {
        assert!(ages(none).is_empty(), "{none}");
    }
}

#[test]
fn hostile_text_is_read_without_harm() {
    let seed = "12. März 1985 March 12th, 1985 1985年3月12日 19850312 12 de março de 1985 age: 34 years old 岁";
    let mut state = 5_u64;
    let look = |text: &[u8]| {
        let mut all = Vec::new();
        groups::find(text, 0, text.len(), &mut all);
        for at in 0..all.len() {
            let hit = date(&Place {
                text,
                groups: &all,
                at,
            });
            assert!(hit.is_none_or(|hit| hit.span.end <= text.len()));
        }
        age(text, 0..text.len(), &mut |hit| {
            assert!(hit.span.end <= text.len());
        });
    };
    for cut in 0..seed.len() {
        look(&seed.as_bytes()[..cut]);
        look(&seed.as_bytes()[cut..]);
    }
    for _ in 0..4000 {
        let mut text = seed.as_bytes().to_vec();
        for _ in 0..4 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let at = (state >> 33) as usize % text.len();
            text[at] = (state >> 20) as u8;
        }
        look(&text);
    }
}
