//! No output ever holds a secret, nor twelve bytes in a row of one: every
//! report, both verbosities, standard error, wherever the secret stands.

use std::collections::HashSet;
use std::fs;
use std::sync::OnceLock;

use hubsweep::blob::{Fragment, Kind, Route, Sought, Text};
use hubsweep::engine::Engine;
use hubsweep::finding::Category;
use hubsweep::rule::template::expand_seeded;
use hubsweep::rule::{Catalogue, Detector};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use serde_json::json;

use super::builders::{Folder, notebook, pickle, safetensors, stored, token};

/// Bytes in a row that give a secret away.
const TELLING: usize = 12;

struct Rules {
    engine: Engine,
    /// Examples of what is found wherever it stands.
    anywhere: Vec<String>,
    /// Examples of what is found by the words beside it, which other files may
    /// not have.
    by_context: Vec<String>,
}

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let catalogue = Catalogue::builtin().unwrap();
        let secret = |detector: Option<Detector>| {
            detector.is_none_or(|detector| detector.category() == Category::Secret)
        };
        let examples = |by_context: bool| {
            catalogue
                .rules()
                .iter()
                .filter(|rule| secret(rule.detector) && rule.path.is_none())
                .filter(|rule| (rule.is_keyword_rule() || rule.detector.is_some()) == by_context)
                .flat_map(|rule| {
                    rule.examples
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                })
                .collect()
        };
        Rules {
            engine: Engine::new(&catalogue),
            anywhere: examples(false),
            by_context: examples(true),
        }
    })
}

/// The secrets the engine sees in a text.
fn secrets(text: &str) -> Vec<Vec<u8>> {
    let fragment = Fragment {
        route: &Route::default(),
        text: text.as_bytes(),
        owned: 0..text.len(),
        base: 0,
        raw: Some(0),
        line: None,
        kind: Kind::Text(Text::Plain),
        rows: &[],
        sought: Sought::Everything,
    };
    let found = rules().engine.scanner("a.txt").scan(&fragment).found;
    found
        .iter()
        .filter(|hit| {
            hit.rule
                .detector
                .is_none_or(|detector| detector.category() == Category::Secret)
        })
        .map(|hit| hit.secret.reveal().to_vec())
        .collect()
}

/// Which twelve bytes of a secret an output holds. What every secret of a kind
/// has, such as the frame of a private key, tells nothing.
fn leak(output: &str, secrets: &[Vec<u8>]) -> Option<String> {
    let common = |part: &[u8]| {
        part.windows(5).any(|word| {
            word == b"-----" || word == b" PRIV" || word == b"RIVAT" || word == b" KEY-"
        }) || rules()
            .anywhere
            .iter()
            .chain(&rules().by_context)
            .any(|example| example.contains(&*String::from_utf8_lossy(part)))
    };
    let seen: HashSet<&[u8]> = output.as_bytes().windows(TELLING).collect();
    secrets
        .iter()
        .flat_map(|secret| secret.windows(TELLING))
        .find(|part| seen.contains(part) && !common(part))
        .map(|part| {
            let part = String::from_utf8_lossy(part).into_owned();
            let line = output.lines().find(|line| line.contains(&part));
            format!("{part} in {}", line.unwrap_or_default())
        })
}

/// Everything two runs print and write.
fn outputs(folder: &Folder) -> Vec<(String, String)> {
    let mut outputs = Vec::new();
    for verbosity in ["--quiet", "--verbose"] {
        let mut arguments = vec![verbosity.to_owned()];
        let formats = ["json", "jsonl", "sarif", "github"];
        for format in formats {
            arguments.push("--report".to_owned());
            arguments.push(format!("{format}={}", folder.beside(format).display()));
        }
        arguments.extend(["--report".to_owned(), "text".to_owned()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = folder.scan(&arguments);
        outputs.push((format!("text {verbosity}"), run.stdout));
        outputs.push((format!("stderr {verbosity}"), run.stderr));
        for format in formats {
            let text = fs::read_to_string(folder.beside(format)).unwrap();
            outputs.push((format.to_owned(), text));
        }
    }
    outputs.push(("default".to_owned(), folder.scan(&[]).stdout));
    outputs
}

fn check(folder: &Folder, secrets: &[Vec<u8>]) -> Result<(), String> {
    for (name, output) in outputs(folder) {
        if let Some(leak) = leak(&output, secrets) {
            return Err(format!("{name}: {leak}"));
        }
    }
    Ok(())
}

/// Put a text where it may stand in a repository.
fn place(folder: &Folder, shape: usize, number: usize, text: &str, other: &str) {
    let name = |ending: &str| format!("{number}.{ending}");
    match shape {
        0 => folder.file(&name("txt"), text),
        1 => folder.file(&name("txt"), format!("{text} {other}")),
        2 => folder.file(
            &name("json"),
            json!({ "a": [{ "note": text }, { "b": other }] }).to_string(),
        ),
        3 => folder.file(&name("ipynb"), notebook(text, other)),
        4 => folder.file(
            &name("pkl"),
            pickle(
                (number % 6) as u8,
                &[("note", &text.replace(['\n', '\\'], " ")), ("x", "y")],
            ),
        ),
        5 => folder.file(&name("zip"), stored(&[("in/a.txt", text.as_bytes())])),
        6 => folder.file(&name("safetensors"), safetensors(&json!({ "note": text }))),
        7 => folder.file(&name("md"), format!("---\nnote: {text}\n---\n{other}\n")),
        // Across the border of two windows.
        _ => {
            let before = 512 * 1024 - text.len() / 2;
            let mut bytes = "some words of prose\n".repeat(before / 20 + 1);
            bytes.truncate(before);
            folder.file(&name("log"), format!("{bytes} {text} {other}"))
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_output_holds_a_secret(seed in any::<u64>()) {
        let folder = Folder::new();
        let mut hidden = Vec::new();
        let mut draw = seed;
        let mut pick = |examples: &[String]| {
            draw = draw.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let text = expand_seeded(&examples[(draw >> 33) as usize % examples.len()], draw);
            // A secret known by the words beside it is found only with them.
            let everywhere = |secret: &Vec<u8>| {
                std::ptr::eq(examples, rules().by_context.as_slice())
                    || secrets(&String::from_utf8_lossy(secret)).contains(secret)
            };
            hidden.extend(secrets(&text).into_iter().filter(everywhere));
            text
        };
        for number in 0..21 {
            let (text, other) = (pick(&rules().anywhere), pick(&rules().anywhere));
            place(&folder, 1 + number % 7, number, &text, &other);
            place(&folder, 0, number + 100, &pick(&rules().by_context), "");
        }
        place(&folder, 8, 99, &pick(&rules().anywhere), "end");
        let checked = check(&folder, &hidden);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }
}

#[test]
fn names_are_masked_like_contents() {
    let folder = Folder::new();
    let tokens: Vec<String> = (0..8).map(token).collect();
    folder.file(&format!("run-{}.txt", tokens[0]), "nothing here\n");
    folder.file(&format!("{}/a.txt", tokens[1]), "nothing here\n");
    folder.file(
        &format!("{}/b.txt", tokens[1]),
        format!("HF_TOKEN={}\n", tokens[2]),
    );
    folder.file(
        "keys.json",
        format!("{{\"{0}\": {{\"user\": \"{1}\"}}}}", tokens[3], tokens[4]),
    );
    let key = format!("key {}", tokens[5]);
    folder.file("keys.pkl", pickle(4, &[(&key, &tokens[6])]));
    let member = format!("in/{}.txt", tokens[7]);
    folder.file("names.zip", stored(&[(&member, b"nothing here")]));
    let secrets: Vec<Vec<u8>> = tokens
        .iter()
        .map(|token| token.clone().into_bytes())
        .collect();
    if let Err(leak) = check(&folder, &secrets) {
        panic!("{leak}");
    }
    let (report, code) = folder.json();
    assert_eq!(code, Some(1));
    let found: HashSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "hf-user-token")
        .filter_map(|finding| finding["fingerprint"].as_str())
        .collect();
    assert_eq!(found.len(), tokens.len(), "{report:#}");
}

#[test]
fn masked_names_stay_apart() {
    let folder = Folder::new();
    for letter in ["a", "b"] {
        let token = expand_seeded(&format!("hf_{letter}{letter}{{alpha:32}}"), 1);
        folder.file(&format!("{token}.txt"), "nothing here\n");
    }
    for seed in 0..40 {
        folder.file(
            &format!("{}.txt", expand_seeded("hf_q{alpha:33}", seed)),
            "",
        );
    }
    let (report, _) = folder.json();
    let paths: HashSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "hf-user-token")
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths.len(), 42, "{paths:#?}");
}

#[test]
fn links_errors_and_allows_do_not_print_a_name() {
    let folder = Folder::new();
    let tokens: Vec<String> = (20..24).map(token).collect();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(
            format!("/nowhere/{}", tokens[0]),
            folder.path().join("link"),
        )
        .unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join(&tokens[1])).unwrap();
    }
    folder.file(&format!("{}.zip", tokens[2]), b"PK\x03\x04 cut short");
    folder.file(
        &format!("{}.py", tokens[3]),
        "x = 1  # hubsweep:allow hf-user-token not needed\n",
    );
    let secrets: Vec<Vec<u8>> = tokens
        .iter()
        .map(|token| token.clone().into_bytes())
        .collect();
    if let Err(leak) = check(&folder, &secrets) {
        panic!("{leak}");
    }
}
