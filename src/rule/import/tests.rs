//! Files of other tools, and what becomes of them.

use std::io;

use super::{Carried, Format, Imported, Surroundings, kebab, read, recognise};

fn imported(text: &str) -> Imported {
    let load = |name: &str| match name {
        "base.toml" => Ok(
            "[[rules]]\nid = 'base'\nregex = 'acmeb_[a-z]{9}'\ntags = ['x']\n\
             [[rules]]\nid = 'old'\nregex = 'acmeo_[a-z]{9}'\n\
             [extend]\npath = 'base.toml'\n"
                .to_owned(),
        ),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let surroundings = Surroundings {
        read: &load,
        taken: &|id| id == "taken",
    };
    read(text, recognise(text).unwrap(), &surroundings).unwrap()
}

/// What is said, of which rule, and how far it was carried over.
fn said(imported: &Imported) -> Vec<(Carried, &str, &str)> {
    let remarks = imported.remarks.iter();
    remarks
        .map(|remark| {
            let rule = remark.rule.as_deref().unwrap_or_default();
            (remark.carried, rule, remark.what.as_str())
        })
        .collect()
}

fn ids(imported: &Imported) -> Vec<&str> {
    imported
        .rules
        .iter()
        .map(|(spec, _)| spec.id.as_str())
        .collect()
}

#[test]
fn whose_rules_they_are() {
    let format = |text: &str| recognise(text).unwrap();
    let rule = "[[rules]]\nid = 'a'\nregex = 'acme[a-z]{9}'\n";
    assert_eq!(format(rule), Format::Own);
    assert_eq!(format(""), Format::Own);
    assert_eq!(
        format(&format!("{rule}severity = 'low'\nkeywords = ['acme']\n")),
        Format::Own
    );
    assert_eq!(
        format(&format!("{rule}keywords = ['acme']\n")),
        Format::Gitleaks
    );
    assert_eq!(format(&format!("title = 'x'\n{rule}")), Format::Gitleaks);
    assert_eq!(
        format(&format!("{rule}[[rules.allowlists]]\npaths = ['x']\n")),
        Format::Gitleaks
    );
    assert_eq!(format("# c\nrules:\n- id: a\n"), Format::NoseyParker);
    assert_eq!(format("---\n{rules: []}\n"), Format::NoseyParker);
    let error = |text: &str| recognise(text).unwrap_err().to_string();
    assert!(error("just words\n").contains("neither TOML"));
    assert!(error("[[rules]]\nid = \n").starts_with("2: "));
}

#[test]
fn a_gitleaks_file_builds_on_another() {
    let found = imported(
        "[extend]\npath = 'base.toml'\ndisabledRules = ['old']\n\
         [[rules]]\nid = 'base'\nentropy = 3.0\ntags = ['y']\n\
         [[rules]]\nid = 'unknown'\nentropy = 3.0\n",
    );
    assert_eq!((found.given, ids(&found)), (2, vec!["base"]));
    let (base, _) = &found.rules[0];
    assert_eq!(base.regex.as_deref(), Some("acmeb_[a-z]{9}"));
    assert_eq!((base.entropy, base.tags.len()), (Some(3.0), 2));
    assert!(said(&found).iter().any(|(carried, rule, what)| {
        *carried == Carried::LeftOut && *rule == "unknown" && what.contains("not in the file")
    }));
    // It builds on itself, which ends.
    assert!(
        said(&found)
            .iter()
            .any(|(_, _, what)| what.contains("one file too deep"))
    );
}

#[test]
fn allowlists_become_what_is_no_find() {
    let found = imported(
        "[[rules]]\nid = 'a'\nregex = 'acme[a-z]{9}'\n\
         [rules.allowlist]\nregexes = ['^\\${x}$']\nstopwords = ['test']\n\
         [[rules.allowlists]]\ncondition = 'AND'\npaths = ['x']\ncommits = ['abc']\n\
         [[rules.allowlists]]\nregexes = ['(']\n\
         [[rules]]\nid = 'b'\nregex = 'acmb[a-z]{9}'\n\
         [[allowlists]]\ntargetRules = ['b', 'gone']\nregexTarget = 'match'\nregexes = ['z']\n\
         [[allowlists]]\ntargetRules = ['gone']\npaths = ['z']\n",
    );
    let (a, rule) = &found.rules[0];
    assert_eq!(a.except.len(), 1);
    assert_eq!(a.except[0].regexes, [r"^\$\{x}$"]);
    assert_eq!(rule.except.len(), 1);
    assert_eq!(found.except.len(), 1, "of a rule that is there");
    assert_eq!(found.except[0].rules, ["b"]);
    assert_eq!(found.except[0].on, "match");
    let said = said(&found);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].2.contains("commits") && said[1].2.contains("an allowlist is left out"));
}

#[test]
fn without_a_fixed_text_the_keywords_say_where() {
    let found = imported(
        "[[rules]]\nid = 'a'\nregex = '\\b([a-f0-9]{32})\\b'\nkeywords = ['acme', 'x']\n\
         [[rules]]\nid = 'b'\nregex = '[a-f0-9]{32}'\nkeywords = ['x']\n",
    );
    assert_eq!(ids(&found), ["a"]);
    let (a, _) = &found.rules[0];
    assert_eq!(
        (a.value.as_deref(), &a.regex),
        (Some("(?:[a-f0-9]{32})"), &None)
    );
    assert_eq!(a.keywords, ["acme"]);
    assert!(said(&found)[0].2.contains("after one of its keywords"));
}

#[test]
fn ids_are_ours() {
    for (theirs, ours) in [
        ("kingfisher.aws.1", "kingfisher-aws-1"),
        ("Acme_Key  v2", "acme-key-v2"),
        ("--", ""),
    ] {
        assert_eq!(kebab(theirs), ours);
    }
    let found = imported(
        "title = 'x'\n\
         [[rules]]\nid = 'taken'\nregex = 'acme[a-z]{9}'\n\
         [[rules]]\nid = 'a.b'\nregex = 'acme[a-z]{9}'\n\
         [[rules]]\nid = 'a_b'\nregex = 'acme[a-z]{9}'\n",
    );
    assert_eq!(ids(&found), ["gitleaks-taken", "a-b", "a-b-2"]);
    assert_eq!(said(&found).len(), 2, "and both are told");
}

#[test]
fn rules_in_yaml() {
    let found = imported(
        "rules:\n\
         - name: One\n  id: acme.1\n  pattern: '(?x) acme_ ( [a-z]{8} )'\n  visible: false\n\
         \x20 confidence: Low\n  min_entropy: 2\n  negative_examples:\n\
         \x20 pattern_requirements: {min_digits: 1, ignore_if_contains: [Ab]}\n\
         \x20 depends_on_rule: [{rule_id: acme.2, variable: X}, {rule_id: gone}]\n\
         - {name: Two, id: acme.2, pattern: 'acme-[0-9]{8}', odd: 1, validation: {type: Http}}\n",
    );
    assert_eq!(ids(&found), ["acme-1", "acme-2"]);
    let (one, rule) = &found.rules[0];
    assert_eq!(one.regex.as_deref(), Some("acme_([a-z]{8})"));
    assert_eq!(
        (one.severity.as_str(), one.confidence.as_str()),
        ("info", "low")
    );
    assert_eq!(one.except[0].words, ["Ab"]);
    assert_eq!(*rule.requires, ["acme-2"], "those that are there");
    let said = said(&found);
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(
        said[0],
        (Carried::Partly, "acme.2", "`odd` is not understood")
    );
    assert!(said[1].2.starts_with("live validation"));
}

#[test]
fn files_that_are_not_understood() {
    let error = |text: &str| {
        let load = |_: &str| Err(io::ErrorKind::NotFound.into());
        let surroundings = Surroundings {
            read: &load,
            taken: &|_| false,
        };
        let format = recognise(text).unwrap();
        read(text, format, &surroundings).unwrap_err().to_string()
    };
    for (text, says) in [
        (
            "title = 'x'\n[[rules]]\nregex = 'a'\n",
            "2: a rule without `id`",
        ),
        (
            "title = 'x'\n\n[extend]\npath = 'gone.toml'\n",
            "3: `extend`: gone.toml: ",
        ),
        (
            "title = 'x'\n[[rules]]\nid = 'a'\nentropy = 'much'\n",
            "4: `entropy`: expected a number",
        ),
        ("rules:\n- id: a\n", "2: the rule `a` has no `pattern`"),
        ("rules: text\n", "1: `rules`: expected a list"),
    ] {
        let error = error(text);
        assert!(error.starts_with(says), "{error}");
    }
}
