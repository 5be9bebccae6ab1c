//! `hubsweep explain ID`.
//!
//! In: the id of a rule or audit. Out: a page: what a finding means, why it
//! matters, how to fix it, how to allow it.

use super::Exit;
use super::args::{Explain, Output};
use super::page::Page;
use super::subject::{self, Subject};
use crate::finding::Category;
use crate::report::{Prose, Tint};

/// Put together here, so that this file holds no marker.
const MARKER: &str = concat!("hubsweep", ":allow");

pub(super) fn run(args: &Explain, output: &Output) -> anyhow::Result<Exit> {
    let subject = subject::find(&args.id, &args.own)?;
    let mut page = Page::new(output);
    title(&mut page, &subject);
    if !subject.why().is_empty() {
        page.heading("Why it matters");
        page.paragraph(subject.why());
    }
    page.heading("How to fix it");
    page.steps(steps(&subject));
    if subject.category() == Category::Secret {
        page.heading("Where a secret belongs");
        for place in HOMES {
            page.paragraph(place);
        }
    }
    allow(&mut page, &subject);
    looks(&mut page, &subject);
    if !subject.references().is_empty() {
        page.heading("Read more");
        for reference in subject.references() {
            page.paragraph(reference);
        }
    }
    page.print()?;
    Ok(Exit::Clean)
}

fn title(page: &mut Page, subject: &Subject) {
    let severity = subject.severity();
    let levels = format!("{severity}, {} confidence", subject.confidence());
    let title = Prose::default()
        .text(Tint::Strong, subject.description())
        .name(Tint::Faint, &format!("[{}]", subject.id()));
    page.prose(0, &title);
    page.prose(0, &Prose::default().text(Tint::Level(severity), &levels));
    if let Subject::Rule(rule) = subject
        && let Some(pair) = subject::pair(rule)
    {
        page.prose(0, &Prose::default().text(Tint::Faint, &pair));
    }
}

const HOMES: [&str; 3] = [
    "On your machine: `hf auth login` keeps the Hub token outside of repositories; other keys go \
     into the environment.",
    "In a Space: Settings, Variables and secrets; read it with os.environ.",
    "In CI: the secrets of the CI service.",
];

/// What to do, in this order.
fn steps(subject: &Subject) -> Vec<&str> {
    let mut steps = vec![subject.remediation()];
    steps.retain(|step| !step.is_empty());
    match subject.category() {
        Category::Secret => {
            if steps.is_empty() {
                steps.push("Revoke it where it was made, and make a new one.");
            }
            steps.extend(SECRET_STEPS);
        }
        Category::StrayFile => steps.extend(FILE_STEPS),
        _ => {}
    }
    steps
}

/// After a secret was revoked.
const SECRET_STEPS: [&str; 3] = [
    "Once it is revoked, take it out of the file and read it from the environment instead.",
    "If it was ever committed, take it out of the history too: `git filter-repo --replace-text \
     FILE`, where FILE holds one line for each secret. On the Hub, \
     `HfApi().super_squash_history(repo_id)` makes one commit of a branch.",
    "Rewriting does not take back what was copied in between: forks, caches, downloads. Only \
     revoking does.",
];

/// For a file that should not be there.
const FILE_STEPS: [&str; 2] = [
    "If git tracks it: `git rm --cached FILE`, and name it in .gitignore. For uploads: \
     `hf upload --exclude PATTERN`.",
    "If it was pushed and holds anything private: `git filter-repo --invert-paths --path FILE`, \
     and revoke what it held.",
];

fn allow(page: &mut Page, subject: &Subject) {
    let id = subject.id();
    page.heading("If it is fine");
    if matches!(subject, Subject::Rule(_)) {
        page.paragraph("On its line, or alone on the line above, with a reason:");
        page.code(&format!("{MARKER} {id} made up for the tests"));
        page.paragraph("Or in hubsweep.toml:");
    } else {
        page.paragraph("In hubsweep.toml:");
    }
    page.code(&format!(
        "[[allow]]\nrule = \"{id}\"\npath = \"docs/\"\nreason = \"made up for the tests\""
    ));
}

/// Examples stay templates: what they expand to looks real to every scanner.
fn looks(page: &mut Page, subject: &Subject) {
    if !subject.examples().is_empty() {
        page.heading("It looks like");
        for example in subject.examples().iter().take(3) {
            page.code(example);
        }
    }
}
