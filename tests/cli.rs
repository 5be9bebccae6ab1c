//! The cases of `tests/cmd`: commands and what they must print.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what they print now.

mod fixtures;

use hubsweep::rule::Catalogue;

#[test]
fn cases() {
    let cases = std::env::current_dir().unwrap().join("tests/cmd");
    let folder = fixtures::expand("tests/cmd/fixtures");
    std::env::set_current_dir(folder.path()).unwrap();
    let run = trycmd::TestCases::new();
    run.env("COLUMNS", "80");
    let rules = Catalogue::builtin().unwrap().rules().len();
    // What changes with the catalogue and the version; and what hubsweep would
    // find in the cases themselves.
    for (name, value) in [
        ("[RULES]", rules.to_string()),
        ("[VERSION]", env!("CARGO_PKG_VERSION").to_owned()),
        ("[USER]", "mkowalska".to_owned()),
        ("[MARKER]", concat!("hubsweep", ":allow").to_owned()),
    ] {
        run.insert_var(name, value).unwrap();
    }
    run.case(cases.join("*.trycmd")).case(cases.join("*.toml"));
}
