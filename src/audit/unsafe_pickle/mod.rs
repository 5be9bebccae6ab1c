//! Pickles that run code when they are loaded.
//!
//! In: what loading a pickle would import and call. Out: at most one finding of
//! what is dangerous and one of what is suspicious in it, the worst call first.
//! A pickle that only makes data of the known libraries has none.

mod evidence;
mod lists;
#[allow(dead_code, unreachable_pub)]
mod schema;
mod verdict;

use std::collections::BTreeSet;

use super::Doc;
use crate::blob::{Fact, Opcode, Operand, Subject, Unpickling, Use};
use crate::finding::{Category, Confidence, Finding, Route, Severity};
use lists::{Name, Standing};
use verdict::Verdict;

pub(super) const DANGEROUS: Doc = Doc {
    id: "dangerous-pickle",
    description: "Pickle that runs code when it is loaded",
    category: Category::UnsafeFile,
    group: "unsafe pickles",
    severity: Severity::Critical,
    why: "Loading a pickle carries out the calls written in it. This one reaches for functions that run commands, \
          evaluate code, import modules or talk to the network, so whoever loads the file runs them; the Hub's own \
          scanners mark such repositories as unsafe. An import of such a function that is not called yet is high.",
    fix: "Do not load the file. If it is yours, save weights as safetensors and settings as JSON. A file that came \
          from elsewhere: delete it, and tell security@huggingface.co if it was on the Hub.",
};

pub(super) const SUSPICIOUS: Doc = Doc {
    id: "suspicious-pickle",
    description: "Pickle that calls what is not known to be harmless",
    category: Category::UnsafeFile,
    group: "unsafe pickles",
    severity: Severity::Medium,
    why: "Loading it calls functions or classes beyond what PyTorch, NumPy, scikit-learn, pandas, joblib and the Hub's \
          libraries need to store data. That may well be your own class, which nobody can load without your code; it \
          is high where the stream hides what it calls: a result of another call, an extension number, a computed name.",
    fix: "Save plain data instead: weights as safetensors, settings as JSON, or a state dict of plain tensors. If the \
          classes are meant, allow the finding with the reason.",
};

/// Most uses listed as evidence.
const LISTED: usize = 8;

/// Judge what a pickle would do.
pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Unpickling(unpickling) = fact else {
        return;
    };
    let mut judged = judge(unpickling);
    // The worst first; of equals, the first in the stream.
    judged.sort_by_key(|&(verdict, _)| std::cmp::Reverse(verdict));
    let split = judged.partition_point(|(verdict, _)| matches!(verdict, Verdict::Dangerous(_)));
    let (dangerous, suspicious) = judged.split_at(split);
    for (doc, uses) in [(DANGEROUS, dangerous), (SUSPICIOUS, suspicious)] {
        let overflow = unpickling.overflow && doc.id == SUSPICIOUS.id;
        if uses.is_empty() && !overflow {
            continue;
        }
        let mut finding = doc.inside(path, route.as_str());
        finding.severity = severity(uses);
        finding.confidence = match finding.severity {
            Severity::Medium => Confidence::Medium,
            _ => Confidence::High,
        };
        if overflow {
            finding.severity = Severity::High;
            finding
                .evidence
                .push("more different names than any model has; not all were judged".to_owned());
        }
        tell(uses, unpickling, &mut finding.evidence);
        sink(finding);
    }
}

/// Every use that is not clean, with its verdict.
fn judge(unpickling: &Unpickling) -> Vec<(Verdict, &Use)> {
    let called: BTreeSet<Name> = (unpickling.uses.iter())
        .filter(|of| of.call.is_some())
        .filter_map(|of| name(&of.subject))
        .collect();
    let extension_called = |subject: &Subject| {
        let same = |of: &&Use| of.call.is_some() && of.subject == *subject;
        unpickling.uses.iter().any(|of| same(&of))
    };
    // What is handed to an unpickler is loaded with the rest.
    let loaded = unpickling.uses.iter().any(loads);
    let verdict = |of: &Use| {
        let verdict = match of.call {
            Some(call) => verdict::called(call, of),
            None => {
                let known = match name(&of.subject) {
                    Some(name) => called.contains(&name),
                    None => extension_called(&of.subject),
                };
                verdict::imported(&of.subject, known)
            }
        };
        match verdict {
            _ if of.inside.is_none() || loaded => verdict,
            // Text or bytes that only look like it are no news.
            Verdict::Dangerous(Severity::Critical) => Verdict::Dangerous(Severity::High),
            _ => Verdict::Clean,
        }
    };
    let judged = unpickling.uses.iter().map(|of| (verdict(of), of));
    judged
        .filter(|(verdict, _)| *verdict != Verdict::Clean)
        .collect()
}

fn name(subject: &Subject) -> Option<Name> {
    match subject {
        Subject::Name(Some(module), Some(name)) => Some(Name::new(module, name)),
        _ => None,
    }
}

/// Is a string that is a pickle given to something that may load it?
fn loads(of: &Use) -> bool {
    let called = of.call.is_some_and(|call| call != Opcode::Build);
    let data = name(&of.subject).is_some_and(|name| name.standing() == Standing::Harmless);
    called && !data && of.arguments.contains(&Operand::Pickle)
}

fn severity(uses: &[(Verdict, &Use)]) -> Severity {
    let of = |(verdict, _): &(Verdict, &Use)| match verdict {
        Verdict::Dangerous(severity) | Verdict::Suspicious(severity) => *severity,
        Verdict::Clean => Severity::Low,
    };
    uses.iter().map(of).max().unwrap_or(Severity::Medium)
}

fn tell(uses: &[(Verdict, &Use)], unpickling: &Unpickling, evidence: &mut Vec<String>) {
    evidence.extend(uses.iter().take(LISTED).map(|(_, of)| evidence::line(of)));
    if let Some(more) = uses.len().checked_sub(LISTED).filter(|more| *more > 0) {
        evidence.push(format!("and {more} more"));
    }
    if let Some((at, what)) = unpickling.broken {
        evidence.push(format!(
            "the stream breaks at byte {at} over {what}; what comes before runs all the same"
        ));
    }
}

#[cfg(test)]
mod tests;
