//! Telephone numbers.
//!
//! In: a number's digits, as dialled from abroad or at home. Out: what the
//! numbering plans of the world say of them. How they are grouped in a text is
//! for `personal`.

mod fiction;
mod plan;

pub use fiction::{is_drama_at_home, is_made_up};
pub use plan::{Plan, is_north_american};

use super::digits::Compact;
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("phone-international", 5, international),
    check("phone-north-american", 4, north_american),
];

/// A number of a country.
#[derive(Clone, Copy, Debug)]
pub struct National<'d> {
    /// The country.
    pub plan: &'static Plan,
    /// What is dialled within it, trunk prefix left out.
    pub digits: &'d [u8],
}

impl<'d> National<'d> {
    /// The number behind a `+`; a trunk prefix that does not belong there is
    /// taken for what it is.
    pub fn of(digits: &'d [u8]) -> Option<Self> {
        let plan = plan::plan(digits)?;
        let rest = digits.get(plan.code.len()..)?;
        let trunk = Some(plan.trunk).filter(|trunk| !trunk.is_empty());
        let without = trunk.and_then(|trunk| rest.strip_prefix(trunk.as_bytes()));
        let own = [Some(rest), without].into_iter().flatten();
        let digits = own.into_iter().find(|rest| plan.holds(rest))?;
        Some(Self { plan, digits })
    }

    /// Is it kept for films and documentation?
    pub fn is_fiction(&self) -> bool {
        fiction::is_drama(self.plan.code, self.digits) || is_made_up(self.digits)
    }

    /// Does a mobile number begin so?
    pub fn is_mobile(&self) -> bool {
        self.plan.is_mobile(self.digits)
    }
}

/// The country whose code these digits begin with, whatever follows.
pub fn country(digits: &[u8]) -> Option<&'static Plan> {
    plan::plan(digits)
}

/// The number behind a `+`.
fn international(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    match National::of(compact.as_bytes()) {
        Some(number) if number.is_fiction() => Verdict::Placeholder,
        Some(_) => Verdict::Valid,
        None => Verdict::Invalid,
    }
}

/// Ten digits of North America.
fn north_american(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let digits = compact.as_bytes();
    if !is_north_american(digits) {
        Verdict::Invalid
    } else if is_drama_at_home(digits) || is_made_up(digits) {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    }
}
