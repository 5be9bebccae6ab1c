//! Values that nobody has, in forms that somebody's have.

use hubsweep::rule::template::expand_seeded;

/// An e-mail address of nobody; another for each seed.
pub(crate) fn mail(seed: usize) -> String {
    let names = [
        "mara.lindqvist",
        "tobias.okafor",
        "petra.novotna",
        "joao.ferraz",
    ];
    let (name, at) = (names[seed % names.len()], '@');
    format!("{name}{seed}{at}fjordmail.no")
}

/// A number of this shape that passes a check.
pub(crate) fn valid(check: &str, shape: &str, seed: usize) -> String {
    expand_seeded(&format!("{{valid:{check}:{shape}}}"), seed as u64)
}

/// A payment card that nobody issued.
pub(crate) fn card(seed: usize) -> String {
    valid("card", "45dddddddddddddd", seed)
}

/// An account of no bank.
pub(crate) fn iban(seed: usize) -> String {
    valid("iban", "DEdddddddddddddddddddd", seed)
}
