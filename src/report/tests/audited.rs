//! What an audit of a repository with a history sees: the rich report, its
//! findings placed in commits, and files with sizes.

use super::sample::rich;
use crate::finding::{Confidence, Finding, Origin, OriginKind, Report};

/// Noon of 2026-03-01.
const FIRST: i64 = 1_772_366_400;
const DAY: i64 = 86_400;

fn origin(digit: char, days: i64, refs: &[&str], in_head: bool) -> Origin {
    Origin {
        commit: Some(String::from(digit).repeat(40)),
        time: Some(FIRST + days * DAY),
        refs: refs.iter().map(|name| (*name).to_owned()).collect(),
        in_head: Some(in_head),
        ..Origin::of(OriginKind::Commit)
    }
}

fn place(finding: &mut Finding) {
    let remote = &["refs/heads/main", "refs/pr/3", "refs/remotes/origin/main"];
    match finding.location.path.as_str() {
        "README.md" if finding.secret.is_some() => {
            let mut known = origin('1', 2, remote, true);
            known.published = vec!["origin".to_owned()];
            finding.origins.push(known);
        }
        "training_args.bin" => {
            let mut refs: Vec<String> = (1..=14).map(|n| format!("refs/tags/v{n}")).collect();
            refs.extend(remote.iter().map(|name| (*name).to_owned()));
            finding.origins = vec![Origin {
                refs,
                path: Some("training_args.bin".to_owned()),
                published: vec!["origin".to_owned(), "fork`|<b>".to_owned()],
                ..origin('2', 0, &[], false)
            }];
        }
        path if path.starts_with("notebooks/") => {
            finding.origins = vec![origin('3', 9, &["refs/heads/experiment"], false)];
        }
        "checkpoint-500/optimizer.pt" => {
            finding.size = Some(3_400_000_000);
            finding.origins = vec![origin('4', 1, &["refs/heads/main"], false)];
        }
        "checkpoint-1000/optimizer.pt" => finding.size = Some(48_000),
        "notes.txt" => {
            finding.confidence = Confidence::Medium;
            finding.origins = vec![Origin {
                published: vec!["origin".to_owned()],
                ..origin('5', 1, &["refs/heads/main"], true)
            }];
        }
        _ => {}
    }
}

/// The report.
pub(super) fn audited() -> Report {
    let mut report = rich();
    report.coverage.objects = 1_204;
    report.findings.iter_mut().for_each(place);
    report
        .notices
        .push("this change lowers the gate: `fail-on` from high to critical".to_owned());
    report
}
