//! How counts, sizes and places are worded, in every format a person reads.
//!
//! In: numbers and locations. Out: short printable strings.

use crate::finding::{Finding, Location, Report, Route, Skip, SkipClass, printable};
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

/// `1 file`, `2 files`.
pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `3.4 MB`: decimal units, as the Hub shows sizes.
pub(super) fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        // 999.95 would round to `1000.0`.
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "B" {
        format!("{bytes} B")
    } else {
        format!("{value:.1} {unit}")
    }
}

/// `2026-03-01T12:00:00Z`, of seconds since 1970.
pub(super) fn rfc3339(seconds: i64) -> String {
    // A commit may claim a date before 1970, which no calendar here reaches.
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    // Nor one after the year 9999.
    let last = Duration::from_secs(253_402_300_799);
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since.min(last)).to_string()
}

/// `README.md!/front-matter:14:22`, as far as it is known.
pub(super) fn place(location: &Location) -> String {
    let mut text = printable(&location.path);
    text.push_str(&inside(location));
    text
}

/// The part of [`place`] after the path, with its separators: `!/cells/3`,
/// `:14:22`, or ` byte 412` where there are no lines.
pub(super) fn inside(location: &Location) -> String {
    let mut text = route(location.route.as_ref());
    match (location.line, location.column, location.span) {
        (Some(line), Some(column), _) => {
            let _ = write!(text, ":{line}:{column}");
        }
        (Some(line), None, _) => {
            let _ = write!(text, ":{line}");
        }
        (None, _, Some(span)) => {
            let _ = write!(text, " byte {}", span.start);
        }
        (None, _, None) => {}
    }
    text
}

/// Path and route of a skip.
pub(super) fn skipped_place(skip: &Skip) -> String {
    format!("{}{}", printable(&skip.path), route(skip.route.as_ref()))
}

/// Skips that say the same: one reason, and everything it kept from being read.
pub(super) struct Unread<'a> {
    /// Their class.
    pub(super) class: SkipClass,
    /// Why, as the first of them says it.
    pub(super) why: &'a str,
    /// Their places, each once, in report order.
    pub(super) places: Vec<String>,
}

/// What was not read although it should have been, a reason at a time: a clone
/// without its large files has thousands of equal skips.
pub(super) fn unread(report: &Report) -> Vec<Unread<'_>> {
    let mut all: Vec<Unread<'_>> = Vec::new();
    for skip in report.skipped.iter().filter(|skip| skip.is_incomplete()) {
        let place = skipped_place(skip);
        let same = |known: &&mut Unread<'_>| (known.class, known.why) == (skip.class, &skip.why);
        match all.iter_mut().find(same) {
            Some(known) if known.places.contains(&place) => {}
            Some(known) => known.places.push(place),
            None => all.push(Unread {
                class: skip.class,
                why: &skip.why,
                places: vec![place],
            }),
        }
    }
    all
}

fn route(route: Option<&Route>) -> String {
    route
        .filter(|route| !route.is_root())
        .map(|route| format!("!{}", printable(route.as_str())))
        .unwrap_or_default()
}

/// Prose on one line: any white space separates words, the rest is defused.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(printable).collect();
    words.join(" ")
}

/// A path as GitHub and GitLab need it: seen from where the sweep was started, not from
/// the one root that was swept. Of several roots, paths are that already.
pub(super) fn from_here(path: &str, roots: &[String]) -> String {
    let [root] = roots else {
        return path.to_owned();
    };
    let root = root.trim_end_matches('/');
    let root = root.strip_prefix("./").unwrap_or(root);
    let is_the_file = root.rsplit('/').next() == Some(path);
    match root {
        "." | "" | "-" => path.to_owned(),
        _ if is_the_file || path == "." => root.to_owned(),
        _ => format!("{root}/{path}"),
    }
}

/// The start of a text, at most so many characters of it.
pub(super) fn keep_characters(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The checks' words, and the confidence where it leaves doubt.
pub(super) fn evidence(finding: &Finding) -> String {
    let mut parts: Vec<String> = finding.evidence.iter().map(|said| one_line(said)).collect();
    if finding.confidence != crate::finding::Confidence::High {
        parts.push(format!("{} confidence", finding.confidence));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Span;

    #[test]
    fn counts_and_sizes_read_well() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        let sizes = [0, 999, 1000, 3_400_000, 999_960, 5_000_000_000_000_000].map(size);
        assert_eq!(
            sizes,
            ["0 B", "999 B", "1.0 kB", "3.4 MB", "1.0 MB", "5000.0 TB"]
        );
    }

    #[test]
    fn paths_lead_from_the_start_of_the_sweep() {
        let seen = |path, roots: &[&str]| {
            let roots: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
            from_here(path, &roots)
        };
        assert_eq!(seen("a/b.py", &["."]), "a/b.py");
        assert_eq!(seen("a/b.py", &["./model/"]), "model/a/b.py");
        assert_eq!(seen("b.py", &["model/b.py"]), "model/b.py");
        assert_eq!(seen("x/b.py", &["x", "y"]), "x/b.py");
        assert_eq!(seen("<stdin>", &["-"]), "<stdin>");
    }

    #[test]
    fn a_place_says_what_is_known() {
        let mut location = Location::file("nb\u{1b}.ipynb");
        assert_eq!(place(&location), "nb\u{fffd}.ipynb");
        location.span = Some(Span {
            start: 412,
            end: 420,
        });
        assert_eq!(inside(&location), " byte 412");
        location.route = Some(Route::new("/cells/3"));
        location.line = Some(14);
        location.column = Some(2);
        assert_eq!(place(&location), "nb\u{fffd}.ipynb!/cells/3:14:2");
    }
}
