//! Addresses that commits give away.
//!
//! In: an author or committer, `Name <address>`. Out: a finding for a private
//! mailbox, and for an address git made up from the name of a machine. Work
//! addresses and those made for commits are what the field is for.

use super::Doc;
use crate::finding::{Category, Class, Finding, Secret, Severity};

pub(super) const DOC: Doc = Doc {
    id: "commit-identity",
    description: "Private or machine address in a commit",
    category: Category::PersonalData,
    group: "commit identities",
    severity: Severity::Low,
    why: "Every commit carries its author's address, and a pushed one is public for good.",
    fix: "Set another one before the next commit: `git config user.email NAME@users.noreply.huggingface.co`.",
};

/// Mail services of private persons, by their registered names.
const PRIVATE: &[&str] = &[
    "126",
    "163",
    "aol",
    "fastmail",
    "foxmail",
    "gmail",
    "gmx",
    "googlemail",
    "hotmail",
    "icloud",
    "live",
    "mac",
    "mail",
    "me",
    "msn",
    "naver",
    "outlook",
    "pm",
    "proton",
    "protonmail",
    "qq",
    "rediffmail",
    "sina",
    "tuta",
    "tutanota",
    "web",
    "yahoo",
    "yandex",
    "ymail",
    "zoho",
];

/// Endings no mail is ever sent to: machines of a home or a data centre.
const MACHINE: &[&str] = &[
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
];

pub(super) fn identity(path: &str, identity: &str, sink: &mut dyn FnMut(Finding)) {
    let Some(address) = identity
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.strip_suffix('>'))
    else {
        return;
    };
    if let Some(evidence) = judged(address) {
        let mut finding = DOC.at(path);
        finding.entity = Some("email".into());
        finding.class = Some(Class::Real);
        finding.secret = Some(Secret::new(address.as_bytes()));
        finding.evidence.push(evidence.to_owned());
        sink(finding);
    }
}

/// What is wrong with an address, if anything is.
fn judged(address: &str) -> Option<&'static str> {
    let (mailbox, host) = address.rsplit_once('@')?;
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if mailbox.is_empty() || host.contains("noreply") || mailbox.contains("noreply") {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    if labels.len() == 1 || MACHINE.contains(&last) || last == "(none)" {
        return Some("made from the name of a machine");
    }
    // `yahoo.com`, `yahoo.co.uk`.
    let registered = match labels.len() {
        2 => labels[0],
        3 if labels[1].len() <= 3 && last.len() == 2 => labels[0],
        _ => return None,
    };
    PRIVATE.contains(&registered).then_some("a private mailbox")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_machine_addresses_are_told_from_others() {
        for (address, expected) in [
            ("jo@gmail.com", Some("a private mailbox")),
            ("jo@yahoo.co.uk", Some("a private mailbox")),
            (
                "jo@Jos-MacBook-Pro.local",
                Some("made from the name of a machine"),
            ),
            ("root@gpu-17", Some("made from the name of a machine")),
            (
                "jo@ip-10-0-0-7.ec2.internal",
                Some("made from the name of a machine"),
            ),
            ("jo@huggingface.co", None),
            ("1+jo@users.noreply.github.com", None),
            ("noreply@gmail.com", None),
            ("jo@mail.lab.example.edu", None),
            ("jo@live.acme.io", None),
            ("", None),
            ("@gmail.com", None),
        ] {
            assert_eq!(judged(address), expected, "{address}");
        }
    }

    #[test]
    fn the_address_is_a_secret_of_its_finding() {
        let mut found = Vec::new();
        identity("identity in 12", "Jo <x> <jo@gmail.com>", &mut |finding| {
            found.push(finding);
        });
        assert_eq!(found.len(), 1);
        assert!(!format!("{:?}", found[0]).contains("jo@gmail"));
        identity("identity in 12", "no address", &mut |_| {
            panic!("nothing to find")
        });
    }
}
