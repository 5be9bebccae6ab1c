//! Allows of a configuration file: findings and skips it declares to be fine.
//!
//! In: a finding or a skip. Out: does the allow cover it? Whether it ever did
//! is remembered, so that stale allows can be reported.

use std::sync::atomic::{AtomicBool, Ordering};

use regex::bytes::Regex;

use super::error::Place;
use super::glob::PathGlob;
use crate::finding::{Finding, Skip, SkipClass, Snippet};

/// Was something ever used? Shared by all threads.
#[derive(Debug, Default)]
pub(super) struct Used(AtomicBool);

impl Used {
    pub(super) fn mark(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The conditions of an allow: key and text.
pub(super) type Said = Vec<(&'static str, String)>;

/// One `[[allow]]`: all conditions that are given must hold.
#[derive(Debug)]
pub(super) struct Allow {
    pub(super) place: Place,
    /// Its conditions as they were written.
    pub(super) said: Said,
    pub(super) rule: Option<(String, Place)>,
    pub(super) path: Option<PathGlob>,
    pub(super) fingerprint: Option<String>,
    pub(super) regex: Option<Regex>,
    pub(super) reason: String,
    pub(super) used: Used,
}

impl Allow {
    /// Does it cover this finding?
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        self.rule.as_ref().is_none_or(|(id, _)| *id == finding.rule)
            && self
                .path
                .as_ref()
                .is_none_or(|glob| glob.matches(&finding.location.path))
            && self
                .fingerprint
                .as_ref()
                .is_none_or(|digits| digits == finding.fingerprint.as_str())
            && self
                .regex
                .as_ref()
                .is_none_or(|regex| matched_text(finding).is_some_and(|text| regex.is_match(text)))
    }
}

/// What an allow's regex is held against: the secret, or else the thing itself
/// that was found, which is the snippet then. Never the text around a secret:
/// a harmless word beside it must not allow it.
fn matched_text(finding: &Finding) -> Option<&[u8]> {
    match &finding.secret {
        Some(secret) => Some(secret.reveal()),
        None => finding
            .snippet
            .as_ref()
            .map(Snippet::as_str)
            .map(str::as_bytes),
    }
}

/// One `[[allow-skip]]`.
#[derive(Debug)]
pub(super) struct AllowSkip {
    pub(super) place: Place,
    /// Its conditions as they were written.
    pub(super) said: Said,
    pub(super) path: PathGlob,
    pub(super) class: Option<SkipClass>,
    pub(super) reason: String,
    pub(super) used: Used,
}

impl AllowSkip {
    /// Does it cover this skip? Skips that leave the scan complete need none.
    pub(super) fn covers(&self, skip: &Skip) -> bool {
        skip.class.is_incomplete()
            && self.class.is_none_or(|class| class == skip.class)
            && self.path.matches(&skip.path)
    }
}
