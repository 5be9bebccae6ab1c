//! Numbers of all countries are found as they are written there, and what is in
//! models and their papers is not. No number stands here: digits are drawn.

use super::super::schema::PersonalSpec;
use super::super::{Detector, Entity, Profile, Settings};

const SPEC: &str = r#"
entity = "phone"
found-by = "phone"
context = ["phone", "tel", "mobile", "cell", "call", "fax", "office", "contact", "電話"]
"#;

fn detector(profile: Profile) -> Detector {
    let spec: PersonalSpec = toml::from_str(SPEC).unwrap();
    let settings = Settings {
        profile,
        ..Settings::default()
    };
    Detector::new(vec![Entity::new(&spec).unwrap()], &settings)
}

fn found(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    detector(Profile::Default).find(text.as_bytes(), 0..text.len(), false, &mut found);
    let told = found.iter();
    told.map(|one| text[one.span.clone()].to_owned()).collect()
}

/// A number of this form: `d` any digit but those that make it a year or a
/// ladder, `N` one from 2 on.
fn drawn(form: &str, seed: u32) -> String {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let mut next = |most: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % most
    };
    let draw = |letter| match letter {
        'd' => char::from(b'0' + next(10) as u8),
        'N' => char::from(b'2' + next(8) as u8),
        other => other,
    };
    form.chars().map(draw).collect()
}

/// Country, a number behind `+`, and one at home.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("us", "+1 212-N3d-dddd", "(212) N3d-dddd"),
    ("ca", "+1 (416) N3d-dddd", "416.N3d.dddd"),
    ("gb", "+44 20 8ddd dddd", "020 8ddd dddd"),
    ("gb", "+44 (0) 1865 2ddddd", "01865 2ddddd"),
    ("ie", "+353 86 4dd dddd", "086 4dd dddd"),
    ("de", "+49 (0)30 4ddddddd", "030/4ddddddd"),
    ("de", "+49 151 4ddd dddd", "0151 4ddddddd"),
    ("at", "+43 664 4dddddd", "0664 4dddddd"),
    ("ch", "+41 44 6dd dd dd", "044 6dd dd dd"),
    ("fr", "+33 6 4d dd dd d7", "06 4d dd dd d7"),
    ("be", "+32 4N4 dd dd d7", "04N4/dd.dd.d7"),
    ("nl", "+31 6 4ddddddd", "06-4ddddddd"),
    ("it", "+39 347 4dd dddd", "347 4dd dddd"),
    ("es", "+34 6d4 ddd dd7", "6d4 dd dd d7"),
    ("pt", "+351 91N 4dd dd7", "91N 4dd dd7"),
    ("pl", "+48 60N 4dd dd7", "60N-4dd-dd7"),
    ("cz", "+420 60N 4dd dd7", "60N 4dd dd7"),
    ("sk", "+421 90N 4dd dd7", "090N 4dd dd7"),
    ("hu", "+36 30 4dd dddd", "(37) 4dd-dd7"),
    ("ro", "+40 72N 4dd dd7", "072N 4dd dd7"),
    ("se", "+46 (0)8 4dd dd7 dd", "070-4dd dd d7"),
    ("no", "+47 4dd 4d dd7", "4d d4 dd d7"),
    ("dk", "+45 4d d4 dd d7", "4d d4 dd d7"),
    ("fi", "+358 40 4dddddd", "040 4dddddd"),
    ("gr", "+30 21 0 4dddddd", "210 4dd dddd"),
    ("tr", "+90 532 4dd dd d7", "0532 4dd dd d7"),
    ("ru", "+7 (495) 4dd-dd-d7", "8 (495) 4dd-dd-d7"),
    ("ua", "+380 67 4dd dd d7", "067 4dd dd d7"),
    ("il", "+972-54-4dd-dddd", "054-4dd-dddd"),
    ("za", "+27 82 4dd dddd", "082 4dd dddd"),
    ("ng", "+234 803 4dd dddd", "0803 4dd dddd"),
    ("ke", "+254 722 4dd dd7", "0722 4dd dd7"),
    ("eg", "+20 10 4ddd dddd", "010 4ddd dddd"),
    ("ae", "+971 50 4dd dddd", "050 4dd dddd"),
    ("sa", "+966 55 4dd dddd", "055 4dd dddd"),
    ("in", "+91 98N4d ddddd", "98N4d ddddd"),
    ("pk", "+92 300 4dddddd", "0300-4dddddd"),
    ("bd", "+880 1N1d-dddddd", "017N1-dddddd"),
    ("lk", "+94 77 4dd dddd", "077 4dd dddd"),
    ("cn", "+86 138 4ddd dddd", "138-4ddd-dddd"),
    ("hk", "+852 94dd dddd", "94dd 1ddd"),
    ("tw", "+886 912 4dd dd7", "0912-4dd-dd7"),
    ("jp", "+81 90-4ddd-dddd", "090-4ddd-dddd"),
    ("kr", "+82 10-4ddd-dddd", "010-4ddd-dddd"),
    ("sg", "+65 84dd dddd", "84dd 1ddd"),
    ("my", "+60 12-4dd dddd", "012-4dd dddd"),
    ("id", "+62 812-4ddd-dddd", "0812-4ddd-dddd"),
    ("th", "+66 81 4dd dddd", "081-4dd-dddd"),
    ("vn", "+84 91 4dd dd d7", "091 4dd dd d7"),
    ("ph", "+63 917 4dd dddd", "0917-4dd-dddd"),
    ("au", "+61 3 94dd dddd", "(03) 94dd dddd"),
    ("nz", "+64 21 4dd ddd7", "021 4dd ddd7"),
    ("br", "+55 11 984dd-dddd", "(11) 984dd-dddd"),
    ("mx", "+52 55 4ddd dddd", "55 4ddd dddd"),
    ("ar", "+54 9 11 4ddd-dddd", "011 4ddd-dddd"),
    ("cl", "+56 9 84dd dddd", "9 84dd dddd"),
    ("co", "+57 310 4dd dddd", "310 4dd dddd"),
    ("pe", "+51 94N 4dd dd7", "94N 4dd dd7"),
];

#[test]
fn countries_write_so() {
    for (country, abroad, home) in COUNTRIES {
        for seed in 1..40 {
            let (abroad, home) = (drawn(abroad, seed), drawn(home, seed));
            assert_eq!(found(&format!("say {abroad} so")), [abroad], "{country}");
            assert_eq!(found(&format!("phone: {home}\n")), [home], "{country}");
        }
    }
}

#[test]
fn what_belongs_to_a_number_is_found_with_it() {
    for (text, number) in [
        ("(212) N3d-dddd ext. 45", "(212) N3d-dddd ext. 45"),
        ("212-N3d-dddd x123, then", "212-N3d-dddd x123"),
        ("(212)N3d-ddddx4508", "(212)N3d-ddddx4508"),
        ("212.N3d.dddd #12", "212.N3d.dddd #12"),
        ("at 1-212-N3d-dddd.", "1-212-N3d-dddd"),
        ("at (+44) 20 8ddd dd7d", "(+44) 20 8ddd dd7d"),
        ("href='tel:+4920N4ddd457'", "+4920N4ddd457"),
        ("at 0044 20 8ddd dd7d", "0044 20 8ddd dd7d"),
        ("at 001-212-N3d-dddd", "001-212-N3d-dddd"),
        ("at 011 44 20 8ddd dd7d", "011 44 20 8ddd dd7d"),
        ("212-N3d-dddd-Office", "212-N3d-dddd"),
        (r"call\n212-N3d-dddd\nnow", "212-N3d-dddd"),
        ("\"+44797N4ddd57\"", "+44797N4ddd57"),
        (
            "+33\u{a0}6\u{a0}4d\u{a0}d4\u{a0}d7\u{a0}71",
            "+33\u{a0}6\u{a0}4d\u{a0}d4\u{a0}d7\u{a0}71",
        ),
        ("212\u{2011}N3d\u{2011}dddd", "212\u{2011}N3d\u{2011}dddd"),
        ("call 212-N3d-dddd 12 times", "212-N3d-dddd"),
        ("phone: 212N3ddd7d", "212N3ddd7d"),
        ("電話06N4ddd457", "06N4ddd457"),
        ("mobile_phone='06N4ddd457'", "06N4ddd457"),
        ("call me at 96 228d4N", "96 228d4N"),
        ("tel. 02N-4d0d7d4", "02N-4d0d7d4"),
        ("212N3ddd57 fax", "212N3ddd57"),
    ] {
        for seed in 1..20 {
            let (text, number) = (drawn(text, seed), drawn(number, seed));
            assert_eq!(found(&text), [number], "{text}");
        }
    }
}

/// What telephones are not, by where it is seen in models' repositories.
const OTHERS: &[&str] = &[
    // Floats, versions, addresses, sizes.
    "call 0.62N9662985801697",
    "phone 1NN.4ddd57",
    "mobile: 1.2N.3ddd",
    "contact 6.17d.2ddd",
    "call 192.168.NN.4d",
    "mobile 1920x1080",
    "contact DFARS 252.227-701d",
    // Dates, times, moments.
    "call 2024-0N-1d",
    "call 12.11.2024 10:3d",
    "phone 5-4N-2014",
    "call at 2024011d-101N15",
    "call at 17Ndddddd7",
    "call at 17Ndddddd7ddd",
    "call 12:34:4ddd",
    // Identifiers.
    "call arXiv:240d.1ddd7",
    "contact 978-0-306-40615-7",
    "phone? N1d-4N-4ddd",
    "fax 4ddd-4ddd-4ddd-4ddd",
    "phone 37d4-9d4ddd-4ddd7",
    "tel 4ddd4ddd-4ddd-4ddd-4ddd-4ddd4ddd4ddd",
    "tel 4ddd4ddd-4fdd-4add-bddd-4ddd4ddd4ddd",
    "call #issuecomment-4Nddddd57",
    "phone_4Nddddd57",
    "mobile_net_v3_4Nddddd",
    "cell 4Nddddd",
    "cell line 4N4ddd7",
    "mobile 4N4ddd7 params",
    // Bars, ranges, lists, sums.
    "call 15806/15806",
    "call 4Nd4ddd/4Nd4ddd",
    "phones 1000-2000",
    "call pages 431-459",
    "phone [4Nd4ddd, 5Nd4ddd, 6Nd4ddd]",
    "phone, 123,456,789",
    "call 1 49N 137",
    "call(x+1N34567890)",
    "call (a)+1N345678d0",
    "+4N34 5d.dd",
    "-4N4ddd57 +326d4ddd +2256dddd7 -18534dd7",
    "call > 4294967295",
    "call 2147483647",
    "call 1 2 3 4 5 6 7 8 9",
    "4N 123 4d6 789 4d2 345 4d7",
    "8d 81 00 4d 00 30 81 89 02",
    "+4339-07923",
    "U+2154 0032 2044 0033",
    // Of nobody.
    "call (212) 555-01dd",
    "call 555-1234",
    "phone 000-000-0000",
    "phone: 123-456-7890",
    "phone: 1234567890",
    "phone +1 555 N3d dddd",
    "phone +1 (800) 123-4567",
    "tel 07700 900ddd",
    "tel +44 20 7946 0ddd",
    "tel 0491 570 1dd",
    "tel (02) 5550 dddd",
    "tel +49 30 23125 ddd",
];

#[test]
fn other_numbers_are_none() {
    let mut wrong = Vec::new();
    for form in OTHERS {
        let texts = (1..20).map(|seed| drawn(form, seed));
        wrong.extend(texts.filter(|text| !found(text).is_empty()).take(1));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn numbers_without_words_are_none() {
    for form in [
        "id 212N3d4d57",
        "4N4 57d",
        "x = 4Nd4ddd7",
        "06 dd dd 4d dd",
        "4Nd 4dd dd7",
        "0532 4dd ddd7",
        "+1212N3d4d57x",
        "4N.4d.57.d7",
        "94dd 4dd7",
    ] {
        for seed in 1..20 {
            let text = drawn(form, seed);
            assert!(found(&text).is_empty(), "{text}: {:?}", found(&text));
        }
    }
}

#[test]
fn hostile_text_is_survived() {
    let alphabet = b"0123456789 +-.()/x#\n,\xc2\xa0\xe2\x80\x91eT:";
    let detector = detector(Profile::All);
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..4000 {
        let mut text = Vec::new();
        for _ in 0..120 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.extend(alphabet.get(state as usize % alphabet.len()));
        }
        for cut in [text.len(), 61, 7] {
            let text = &text[..cut];
            let mut found = Vec::new();
            detector.find(text, 0..text.len(), false, &mut found);
            assert!(
                found
                    .iter()
                    .all(|one| one.span.end <= text.len() && one.span.len() < 64)
            );
        }
    }
    for unit in ["1 ", "(1)", "+1", "1-", "12 34 ", "(0", "1\u{a0}"] {
        let text = unit.repeat(200_000);
        let mut found = Vec::new();
        detector.find(text.as_bytes(), 0..text.len(), false, &mut found);
    }
}
