//! Addresses are found with what makes them one.

use super::*;

fn found(text: &str) -> Vec<(&str, u8)> {
    let mut found: Vec<(Range<usize>, u8)> = Vec::new();
    find(text.as_bytes(), 0..text.len(), &mut |hit| {
        if hit.verdict == Verdict::Valid && hit.score >= 30 {
            found.push((hit.span, hit.score));
        }
    });
    found.sort_by_key(|(span, score)| (span.start, std::cmp::Reverse((*score, span.end))));
    found.dedup_by(|a, b| a.0.start < b.0.end);
    found
        .into_iter()
        .map(|(span, score)| (&text[span], score))
        .collect()
}

#[test]
fn a_code_behind_a_street_makes_an_address() {
    for text in [
        "4821 Alder Creek Road, Apt 5, Millbrook, OR 97005",
        "350 5th Ave, New York, NY 10118",
        "17 Thornfield Close\nHollowby\nLS99 9ZZ",
        "Lindenstraße 12, 12345 Neustadt",
        "Berliner Straße 7a\n99999 Altdorf",
        "12 rue de la Fontaine, 75099 Paris",
        "3 bis, avenue des Lilas, 69999 Lyon",
        "Calle Mayor, 12, 28999 Madrid",
        "Via Garibaldi 33, 00199 Roma",
        "Rua das Flores, nº 5, 1000-999 Lisboa",
        "Kerkstraat 7, 1012 AB Amsterdam",
        "PSC 12, Box 345\nAPO AE 09012",
        "〒100-9999 東京都中央区1-2-3",
    ] {
        let found = found(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(
            found[0].1 >= 50 && text.starts_with(&found[0].0[..3]),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn streets_flats_boxes_and_fields() {
    for (text, whole) in [
        (
            "lives at 4821 Alder Creek Road now",
            "4821 Alder Creek Road",
        ),
        ("17 Big Way, Suite 200", "17 Big Way, Suite 200"),
        (
            "at 51 Nedre Torget 9\n Apt. 12\n",
            "51 Nedre Torget 9\n Apt. 12",
        ),
        ("write to P.O. Box 4711 today", "P.O. Box 4711"),
        ("Postfach 4711", "Postfach 4711"),
        (
            "address: 77 Gamla Torget, Lillby",
            "77 Gamla Torget, Lillby",
        ),
        ("\"street\": \"Skogen Nedre 5\"", "Skogen Nedre 5"),
        ("住所：東京都中央区1-2-3", "東京都中央区1-2-3"),
    ] {
        let found: Vec<&str> = found(text).into_iter().map(|one| one.0).collect();
        assert!(found.contains(&whole), "{text}: {found:?}");
    }
}

#[test]
fn numbers_and_names_are_no_address() {
    for text in [
        "see Section 3 Way of",
        "in 2019 Wall Street fell",
        "Spring 2024",
        "ip address: 10.0.0.1 of Node 3",
        "address: 0x00401000",
        "memory address = 12",
        "Via Twitter 2023",
        "address = Column(String)",
        "street: str",
        "step 5 Street View",
        "1600 Pennsylvania Avenue",
        "x86 Loop 3",
        "the place 12",
        "String 5",
        "address: user@host 22 Ab",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
}

#[test]
fn hostile_text_is_read_without_harm() {
    let seed = "4821 Alder Creek Road, Apt 5, Millbrook, OR 97005 Lindenstraße 12, 〒100-9999 住所：東京1 PSC 1, Box 3\\nAPO AE 09012 12 bis, rue de l'Île, nº 3 address is 7 Ab Cd";
    let mut state = 11_u64;
    for cut in 0..seed.len() {
        find(&seed.as_bytes()[..cut], 0..cut, &mut |_| {});
        find(&seed.as_bytes()[cut..], 0..seed.len() - cut, &mut |_| {});
        find(seed.as_bytes(), cut..seed.len(), &mut |_| {});
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
        find(&text, 0..text.len(), &mut |hit| {
            assert!(hit.span.end <= text.len());
        });
    }
}
