//! What a profile looks like on a page.

use super::*;
use crate::finding::{Class, Confidence, Severity};

fn column(name: &str) -> ColumnProfile {
    ColumnProfile {
        name: name.to_owned(),
        of: "text".to_owned(),
        values: Some(90),
        empty: Some(10),
        distinct: Some(12_345),
        samples: vec!["xxxx 99".to_owned()],
        ..ColumnProfile::default()
    }
}

fn with_email(name: &str) -> ColumnProfile {
    let email = Entity {
        entity: "email".to_owned(),
        class: Class::Real,
        severity: Severity::Medium,
        confidence: Confidence::High,
        rows: 89,
        share: 0.995,
        distinct: 80,
        exact: true,
        samples: vec!["xx@xx.xx".to_owned()],
    };
    ColumnProfile {
        personal: vec![email],
        ..column(name)
    }
}

fn profile(columns: Vec<ColumnProfile>) -> Profile {
    Profile {
        tables: vec![Table {
            path: "data/a|b.csv".to_owned(),
            part: None,
            kind: "delimited text".to_owned(),
            rows: Some(100),
            read: None,
            columns,
            more: 0,
        }],
        others: 1,
        ..Profile::default()
    }
}

fn text(profile: &Profile, width: usize, all: bool) -> String {
    let style = Style {
        width,
        ..Style::default()
    };
    let mut out = Vec::new();
    write_text(profile, Extent { all }, &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_page_of_text() {
    let profile = profile(vec![column("name"), with_email("mail")]);
    insta::assert_snapshot!(text(&profile, 80, false), @r"
    data/a|b.csv  delimited text, 100 rows, 2 columns
      column  type  filled  distinct  looks like
      name    text    90 %   ~12,000  xxxx 99
      mail    text    90 %   ~12,000  xxxx 99
        email in >99 % of values, 80 different, medium  xx@xx.xx

    1 file without columns not profiled
    forms show letters as x, digits as 9; ~ is an estimate
    ");
}

#[test]
fn a_table_for_a_card() {
    let mut out = Vec::new();
    let columns = vec![column("a|`b`\n<i>"), with_email("mail")];
    write_markdown(&profile(columns), Extent::default(), &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    let page = page.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    insta::assert_snapshot!(page, @r"
    ### `data/a|b.csv`

    delimited text, 100 rows, 2 columns. Personal data in `mail`.

    | column | type | filled | distinct | personal data | looks like |
    |---|---|--:|--:|---|---|
    | ``a\|`b`�<i>`` | text | 90 % | \~12,000 |  | `xxxx 99` |
    | `mail` | text | 90 % | \~12,000 | **email** in \>99 % of values, 80 different, medium | `xxxx 99` |

    <sub>Profiled with hubsweep [VERSION]; 1 file without columns not profiled; forms show letters as x, digits as 9; ~ is an estimate.</sub>
    ");
}

#[test]
fn wide_tables_are_folded_and_personal_data_comes_first() {
    let mut columns: Vec<ColumnProfile> = (0..100).map(|n| column(&format!("c{n}"))).collect();
    columns.push(with_email("last"));
    let profile = profile(columns);
    let page = text(&profile, 80, false);
    assert_eq!(
        page.lines().nth(2).unwrap().split_whitespace().next(),
        Some("last")
    );
    assert!(
        page.contains("  and 61 more columns; --all lists them"),
        "{page}"
    );
    let page = text(&profile, 80, true);
    assert!(page.contains("\n  c99 "), "{page}");
    assert!(!page.contains("more columns"), "{page}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut long = with_email(&"long_name_".repeat(20));
    long.of = "text, 25 % integer, 20 % date and time".to_owned();
    let profile = profile(vec![long, column("漢字漢字漢字漢字漢字漢字漢字")]);
    for width in [40, 60, 80, 160] {
        for line in text(&profile, width, false).lines() {
            let columns = unicode_width::UnicodeWidthStr::width(line);
            assert!(columns <= width, "{width}: {line}");
        }
    }
}

#[test]
fn numbers_are_rounded_where_they_are_estimates() {
    assert_eq!(grouped(1_234_567), "1,234,567");
    assert_eq!(about(12_345, true), "12,345");
    assert_eq!(about(12_345, false), "~12,000");
    assert_eq!(about(9_999, false), "~10,000");
    assert_eq!(about(7, false), "~7");
    assert_eq!(
        [percent(0.0), percent(0.001), percent(0.5)],
        ["0 %", "<1 %", "50 %"]
    );
    assert_eq!([percent(0.999), percent(1.0)], [">99 %", "100 %"]);
}
