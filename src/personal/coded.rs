//! Personal data that has no fixed shape, found by code.
//!
//! In: the name in a pattern file. Out: the code that stands for it.

use std::ops::Range;

use super::coordinates;
use super::crypto;
use super::groups::Group;
use super::iban;
use super::internet;
use super::payment_handle;
use super::phone;
use super::{address, birth, names};
use crate::validate::identity::Verdict;

/// Groups of letters and digits in a text, and one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) text: &'a [u8],
    /// All groups of a stretch, in order.
    pub(super) groups: &'a [Group],
    /// The one to begin at.
    pub(super) at: usize,
}

impl<'a> Place<'a> {
    /// The group to begin at, and those behind it.
    pub(super) fn rest(&self) -> &'a [Group] {
        self.groups.get(self.at..).unwrap_or_default()
    }

    /// The byte before an offset.
    pub(super) fn before(&self, at: usize) -> Option<u8> {
        self.text.get(at.checked_sub(1)?).copied()
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) span: Range<usize>,
    /// 0 to 100 without any context.
    pub(super) score: u8,
    pub(super) verdict: Verdict,
    /// What speaks for it, in words.
    pub(super) evidence: Option<&'static str>,
}

impl Hit {
    pub(super) fn new(span: Range<usize>, score: u8, verdict: Verdict) -> Self {
        Self {
            span,
            score,
            verdict,
            evidence: None,
        }
    }
}

/// Takes what is found.
pub(super) type Take<'t> = dyn FnMut(Hit) + 't;

/// How it looks for its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// At each group near which there are digits.
    Groups(fn(&Place<'_>) -> Option<Hit>),
    /// In all of the text, at what begins in a range of it.
    Text(fn(&[u8], Range<usize>, &mut Take<'_>)),
    /// Elsewhere: the entity is found by a pass of its own in the engine.
    Elsewhere,
}

/// Code that finds an entity.
#[derive(Clone, Copy, Debug)]
pub struct Coded {
    name: &'static str,
    pub(super) look: Look,
}

const fn coded(name: &'static str, look: Look) -> Coded {
    Coded { name, look }
}

const ALL: &[Coded] = &[
    coded("email", Look::Elsewhere),
    coded("recogniser", Look::Elsewhere),
    coded("iban", Look::Groups(iban::find)),
    coded("ip-address", Look::Groups(internet::public_address)),
    coded(
        "private-ip-address",
        Look::Groups(internet::private_address),
    ),
    coded("mac-address", Look::Groups(internet::hardware)),
    coded("phone", Look::Groups(phone::find)),
    coded("coordinates", Look::Groups(coordinates::find)),
    coded("crypto", Look::Text(crypto::find)),
    coded("payment-handle", Look::Text(payment_handle::find)),
    coded("name", Look::Text(names::find)),
    coded("postal-address", Look::Text(address::find)),
    coded("birth-date", Look::Groups(birth::date)),
    coded("age", Look::Text(birth::age)),
];

impl Coded {
    /// The code of that name.
    pub fn by_name(name: &str) -> Result<Self, String> {
        let known = ALL.iter().find(|known| known.name == name);
        known
            .copied()
            .ok_or_else(|| format!("nothing is found by `{name}`"))
    }
}
