//! The text of a baseline: what is written is read again, and what is wrong is
//! told with its line.

use std::slice::from_ref;

use super::{NAME, day, entry, parse, password, report, text};
use crate::finding::{Finding, FingerprintKey};
use crate::policy::tests::{at, secret};
use crate::policy::{Annotations, Baseline};

#[test]
fn what_a_file_says_survives_being_written_again() {
    let quoted = Finding {
        location: at("a \"b\\c'}.py", 1),
        ..secret("jwt", "", 1)
    };
    let mut new = Baseline::empty(NAME, &FingerprintKey::default());
    let notes = Annotations {
        owner: Some("ml \"team\"".to_owned()),
        reason: Some("two\nlines } # no comment".to_owned()),
        expires: Some(day("2026-12-31")),
    };
    new.update(&report(&[quoted, password("p", "x")]), false, &notes);
    let first = new.to_string();
    assert_eq!(first, parse(&first).to_string());
    assert!(toml::from_str::<toml::Table>(&first).is_ok(), "{first}");
    assert_eq!(first.matches("fingerprint = ").count(), 2);
    let (head, rows) = first.split_once("entries").unwrap();
    let bare = format!("{head}entries{}", rows.replace(':', ""));
    assert_eq!(first, parse(&bare).to_string());
    let rows = first.lines().filter(|line| line.starts_with("  {"));
    assert_eq!(rows.count(), 2);
}

#[test]
fn comments_stay_with_their_entry_and_entries_are_sorted() {
    let (a, b) = (secret("a", "a.py", 1), secret("b", "b.py", 1));
    let rows = [
        "# about b".to_owned(),
        format!("{} # said b", entry(&b, "")),
        "# about a".to_owned(),
        format!("{} # said a", entry(&a, "")),
        "# the end".to_owned(),
    ];
    let text = format!("# mine\n{}# below\n", text(&rows));
    let written = parse(&text).to_string();
    for name in ["a", "b"] {
        let about = written.find(&format!("# about {name}")).unwrap();
        let said = written.find(&format!("# said {name}")).unwrap();
        assert_eq!(written[about..said].matches('\n').count(), 1, "{written}");
    }
    assert!(written.starts_with("# mine\nversion"), "{written}");
    assert!(written.ends_with("# the end\n# below\n"), "{written}");
    assert_eq!(written, parse(&written).to_string());
}

#[test]
fn faults_are_told_with_their_line_and_without_content() {
    let row = entry(&secret("jwt", "a.py", 1), "");
    let good = text(from_ref(&row));
    let value = "s3cret-in-the-wrong-place";
    for (text, expected) in [
        (
            good.replace("  {", "<<<<<<< ours\n  {"),
            "4: a merge left `<<<<<<<` here",
        ),
        (
            good.replace(']', "=======\n]"),
            "5: a merge left `=======` here",
        ),
        (
            text(&[row.clone(), row.clone()]),
            "5: the finding of line 4 again",
        ),
        (good.replace("= 1", "= 2"), "1: expected `version = 1`"),
        (
            good.replace("version = 1\n", ""),
            "4: expected `version = 1`",
        ),
        (
            good.replace("]\n", ""),
            "4: the list of entries does not end",
        ),
        (format!("{good}x = 1\n"), "6: only comments"),
        (good.replace("rule =", "rulle ="), "4: unknown key `rulle`"),
        (good.replace("rule = \"jwt\", ", ""), "4: `rule` is missing"),
        (
            good.replace(" },", ", count = 1 },"),
            "4: `count`, `severity`",
        ),
        (
            good.replace(" },", ", expires = 12:00:00 },"),
            "4: `expires`",
        ),
        (
            good.replace(" },", " }, {},"),
            "4: expected one entry on one line",
        ),
        (
            good.replace(" },", &format!(", owner = [\"{value}\"] }},")),
            "4: expected one entry",
        ),
        (
            good.replace("fingerprint = \"", "fingerprint = \"0"),
            "4: `fingerprint`",
        ),
        (String::new(), "1: expected `version = 1`"),
    ] {
        let error = Baseline::parse(&text, NAME).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("{NAME}:{expected}")),
            "{error}\nin\n{text}"
        );
        assert!(!error.contains(value), "{error}");
    }
}

#[test]
fn another_key_is_an_error_that_names_the_way_out() {
    let own = FingerprintKey::new(b"a key of sixteen bytes or more");
    let of_default = Baseline::empty(NAME, &FingerprintKey::default());
    let error = of_default.check_key(&own).unwrap_err().to_string();
    assert!(error.contains("made with the built-in key"), "{error}");
    assert!(
        error.contains("\nhelp: leave out --fingerprint-key"),
        "{error}"
    );
    let of_own = parse(&Baseline::empty(NAME, &own).to_string());
    assert!(of_own.check_key(&own).is_ok());
    let error = of_own.check_key(&FingerprintKey::default()).unwrap_err();
    assert!(error.to_string().contains("\nhelp: name its file with"));
}
