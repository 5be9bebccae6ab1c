//! What hubsweep says, by token.

use std::collections::{BTreeMap, BTreeSet};

use hubsweep::finding::FingerprintKey;
use serde_json::Value;

use crate::repository::Report;
use crate::truth::Truth;

/// The findings of tokens, by fingerprint.
pub(crate) struct Answer<'a> {
    findings: BTreeMap<&'a str, Vec<&'a Value>>,
    pub(crate) report: &'a Report,
}

/// The identity of a token's finding.
pub(crate) fn fingerprint(token: &str) -> String {
    let key = FingerprintKey::default();
    key.secret("hf-user-token", token.as_bytes())
        .as_str()
        .to_owned()
}

impl<'a> Answer<'a> {
    pub(crate) fn of(report: &'a Report) -> Self {
        let mut findings: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for finding in report.tokens() {
            let fingerprint = finding["fingerprint"].as_str().unwrap();
            findings.entry(fingerprint).or_default().push(finding);
        }
        Self { findings, report }
    }

    /// The findings of a token.
    pub(crate) fn about(&self, token: &str) -> &[&'a Value] {
        self.findings
            .get(fingerprint(token).as_str())
            .map_or(&[], Vec::as_slice)
    }

    /// Does it stop a push or a commit?
    pub(crate) fn blocks(&self, token: &str) -> bool {
        self.about(token)
            .iter()
            .any(|finding| finding["verdict"] == "block")
    }

    /// Everything in `objects` must be found.
    pub(crate) fn has_all<'b>(
        &self,
        truth: &Truth,
        objects: impl IntoIterator<Item = &'b String>,
    ) -> Result<usize, String> {
        let mut count = 0;
        for id in objects {
            let Some(token) = truth.token(id) else {
                continue;
            };
            count += 1;
            if self.about(&token).is_empty() {
                return Err(format!("{} {id} was not read", truth.objects[id].kind));
            }
        }
        Ok(count)
    }

    /// Nothing beside `objects` may be found.
    pub(crate) fn has_only(&self, truth: &Truth, objects: &BTreeSet<String>) -> Result<(), String> {
        let tokens = objects.iter().filter_map(|id| truth.token(id));
        let known: BTreeSet<String> = tokens.map(|token| fingerprint(&token)).collect();
        match self
            .findings
            .iter()
            .find(|(found, _)| !known.contains(**found))
        {
            Some((_, finding)) => Err(format!("this is not there: {:#}", finding[0])),
            None => Ok(()),
        }
    }
}
