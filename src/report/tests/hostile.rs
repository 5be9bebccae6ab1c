//! Markdown of a report in which every text is out to be markup.

use super::audited::audited;
use super::{style, written};
use crate::finding::{Origin, OriginKind, Snippet};
use crate::report::Format;

const TEXTS: [&str; 5] = [
    "<img src=x onerror=y> | **b** [l](u) `",
    "``<b>`` a|b ```",
    "# h\n- <i>\n```\n<b>",
    "\\`<b>\\` &lt;b&gt; _x_ $y$",
    "1. `a` `<b>",
];

/// The page without what stands in code: blocks, then spans.
fn outside_code(page: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<usize> = None;
    for line in page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open && line.len() == ticks => fence = None,
            Some(_) => {}
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            None => {
                outside.push_str(&without_spans(line));
                outside.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "{page}");
    outside
}

fn without_spans(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        outside.push_str(before);
        let escaped = before
            .bytes()
            .rev()
            .take_while(|&byte| byte == b'\\')
            .count()
            % 2
            == 1;
        let ticks = from.len() - from.trim_start_matches('`').len();
        if escaped {
            outside.push('`');
            rest = &from[1..];
            continue;
        }
        // A span ends at the next run of as many backticks.
        let mut end = ticks;
        let close = loop {
            let next = from[end..].find('`').map(|at| end + at);
            let next = next.unwrap_or_else(|| panic!("a span without an end: {line}"));
            let run = from[next..].len() - from[next..].trim_start_matches('`').len();
            end = next + run;
            if run == ticks {
                break end;
            }
        };
        rest = &from[close..];
    }
    outside + rest
}

#[test]
fn no_text_becomes_markup() {
    for text in TEXTS {
        let mut report = audited();
        report.roots = vec![text.to_owned()];
        report.notices = vec![text.to_owned()];
        for skip in &mut report.skipped {
            text.clone_into(&mut skip.path);
            text.clone_into(&mut skip.why);
        }
        for finding in &mut report.findings {
            text.clone_into(&mut finding.location.path);
            text.clone_into(&mut finding.description);
            text.clone_into(&mut finding.remediation);
            text.clone_into(&mut finding.why);
            text.clone_into(&mut finding.group);
            finding.evidence = vec![text.to_owned()];
            finding.snippet = Some(Snippet::plain(text.as_bytes()));
            finding.origins = vec![Origin {
                commit: Some("0".repeat(40)),
                refs: vec![
                    format!("refs/tags/{text}"),
                    format!("refs/remotes/{text}/{text}"),
                ],
                published: vec![text.to_owned()],
                ..Origin::of(OriginKind::Commit)
            }];
        }
        let page = written(&report, Format::Markdown, &style(80));
        let outside = outside_code(&page);
        let unescaped = |mark: char| {
            let marks = outside.match_indices(mark);
            marks
                .filter(|(at, _)| !outside[..*at].ends_with('\\'))
                .count()
        };
        assert_eq!(unescaped('<'), 0, "{outside}");
        assert!(!outside.contains("[l]"), "{outside}");
        // As many bars on each row of a table as on its head.
        let mut columns = None;
        for line in page.lines() {
            if !line.starts_with('|') {
                columns = None;
                continue;
            }
            let bars = line.matches('|').count() - line.matches("\\|").count();
            assert_eq!(*columns.get_or_insert(bars), bars, "{line}");
        }
    }
}
