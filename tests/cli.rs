//! The cases of `tests/cmd`: commands and what they must print.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what they print now.

mod fixtures;

#[test]
fn cases() {
    let cases = std::env::current_dir().unwrap().join("tests/cmd");
    let folder = fixtures::expand("tests/cmd/fixtures");
    std::env::set_current_dir(folder.path()).unwrap();
    let rules = hubsweep::rule::Catalogue::builtin().unwrap().rules().len();
    let run = trycmd::TestCases::new();
    run.env("COLUMNS", "80");
    run.insert_var("[RULES]", rules.to_string()).unwrap();
    run.insert_var("[VERSION]", env!("CARGO_PKG_VERSION"))
        .unwrap();
    run.case(cases.join("*.trycmd")).case(cases.join("*.toml"));
}
